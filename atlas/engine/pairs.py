"""Who reaches which place at what cost, kept pair by pair where a method needs them all at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.search import Doors, pairs_within
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
        Row of a point, shape (q,): of the caller's, unless said otherwise.
    cm
        Walking cost, shape (q,).
    """

    place_first: Int64
    point: Int32
    cm: Int32


def standing_pairs(
    terrain: Terrain, limit_cm: int, *, place: Int32 | None = None, most: int = MOST_PAIRS
) -> Reached:
    """
    Return every standing point within `limit_cm` of some places.

    Parameters
    ----------
    terrain
        Where children and places are.
    limit_cm
        Inclusive, not negative.
    place
        Which places, in which order, shape (p,); by default all.
    most
        How many pairs may be kept at once.

    Returns
    -------
    reached
        Rows of `terrain.points`, not of the caller's points; those of a place in no promised
        order.

    Raises
    ------
    InputError
        If there are more pairs than `most`; a fused catchment needs none of them kept.
    """
    if place is not None:
        terrain = replace(terrain, doors=_doors_of(terrain.doors, place))
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
    none = np.zeros(0, np.int32)
    count = np.concatenate([np.zeros(0, np.int64), *counts])
    return Reached(
        place_first=np.concatenate(([0], np.cumsum(count))).astype(np.int64),
        point=np.concatenate([none, *(part[1] for part in parts)]),
        cm=np.concatenate([none, *(part[2] for part in parts)]),
    )


def _doors_of(doors: Doors, place: Int32) -> Doors:
    """Return the entrances of some places, in their order."""
    first, last = doors.place_first[place], doors.place_first[place + 1]
    count = (last - first).astype(np.int64)
    start = np.concatenate(([0], np.cumsum(count)))
    row = np.arange(start[-1]) + np.repeat(first - start[:-1], count)
    return Doors(start.astype(np.int32), *(column[row] for column in doors[1:]))


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
    found = standing_pairs(terrain, limit_cm, most=most)
    place = np.repeat(np.arange(found.place_first.size - 1), np.diff(found.place_first))
    point = terrain.points.row[found.point]
    order = np.lexsort((point, place))
    return Reached(found.place_first, point[order].astype(np.int32), found.cm[order])
