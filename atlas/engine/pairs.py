"""Who reaches which place at what cost, kept pair by pair where a method needs them all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.search import pairs_within
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.sharing import Terrain
    from atlas.engine.types import Int32, Int64

MOST_PAIRS = 1 << 28


@dataclass(frozen=True, slots=True)
class Reached:
    """
    Pairs of place and point, 8 bytes each.

    Attributes
    ----------
    place_first
        Where the points of each place start, shape (p + 1,).
    point
        Row of the caller's point, shape (q,).
    cm
        Walking cost, shape (q,).
    """

    place_first: Int64
    point: Int32
    cm: Int32


def reached_pairs(terrain: Terrain, limit_cm: int, *, most: int = MOST_PAIRS) -> Reached:
    """
    Return every point within `limit_cm` of each place.

    Parameters
    ----------
    terrain
        Where children and places are.
    limit_cm
        Inclusive, not negative.
    most
        How many pairs may be kept at once.

    Returns
    -------
    reached
        Of each place, its points in the caller's order.

    Raises
    ------
    InputError
        If there are more pairs than `most`; a fused catchment needs none of them kept.
    """
    places = terrain.doors.place_first.size - 1
    graph, standing, doors = terrain.graph, terrain.points.standing, terrain.doors

    def work(chunk: tuple[int, int]) -> tuple[Int64, Int32, Int32]:
        return pairs_within(graph, standing, doors, chunk[0], chunk[1], limit_cm, most)

    chunks = ranges(places, terrain.threads)
    parts = in_order(work, chunks, terrain.threads)
    counts = [np.diff(first) for first, _, _ in parts]
    whole = all(n.size == high - low for n, (low, high) in zip(counts, chunks, strict=True))
    if not whole or sum(int(n.sum()) for n in counts) > most:
        msg = f"more than {most} pairs lie within {limit_cm} cm"
        raise InputError(msg)
    count = np.concatenate([np.zeros(0, np.int64), *counts])
    none = np.zeros(0, np.int32)
    point = terrain.points.row[np.concatenate([none, *(part[1] for part in parts)])]
    cm = np.concatenate([none, *(part[2] for part in parts)])
    order = np.lexsort((point, np.repeat(np.arange(places), count)))
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    return Reached(first, point[order].astype(np.int32), cm[order])
