"""The nearest of many services, from every point or node at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.kernels.hierarchy import read_at_points, read_on_edge, seed, sweep, unpack
from atlas.engine.workers import in_order, ranges, usable_cores

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Doors
    from atlas.engine.network import Network
    from atlas.engine.positions import Points
    from atlas.engine.types import Bool, Int32, Int64

LANES = 8
WORTH_A_THREAD = 1 << 19
"""Fewer labels are swept sooner than a pool of threads is made."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """
    The nearest place of each lane; -1 in both where none is connected.

    Attributes
    ----------
    cm
        Walking cost, shape (n, lanes).
    place
        Row of the place, shape (n, lanes).
    """

    cm: Int32
    place: Int32


def nearest(
    network: Network,
    points: Points | None,
    doors: Doors,
    takes_part: Bool,
    *,
    place_rank: Int32,
    threads: int | None = None,
) -> Nearest:
    """
    Return the nearest place of each lane.

    Parameters
    ----------
    network
        The streets.
    points
        From where, n of them; None asks from every node instead.
    doors
        Where places are entered.
    takes_part
        Which places are searched in which lane, shape (p, lanes).
    place_rank
        Rank of each place's code, shape (p,): of places equally near the smaller wins.
    threads
        How many groups of lanes run at once; by default one for each core.

    Returns
    -------
    nearest
        Costs are leg + streets + leg; a place's is the least over its entrances.

    Raises
    ------
    ShapeError
        If `takes_part` or `place_rank` does not fit the places.

    Notes
    -----
    Source: METHOD §3.2, §3.3. One sweep up and one down the hierarchy serve all lanes of a group,
    however many places there are.
    """
    places = doors.place_first.size - 1
    if takes_part.ndim != 2 or takes_part.shape[0] != places or place_rank.shape != (places,):  # noqa: PLR2004
        msg = "the lanes do not fit the places"
        raise ShapeError(msg)
    rows = network.nodes if points is None else points.row.size
    lanes = takes_part.shape[1]
    found = Nearest(*(np.empty((rows, lanes), np.int32) for _ in range(2)))
    if rows == 0 or lanes == 0:
        return found
    threads = threads or usable_cores()
    if network.nodes * lanes < WORTH_A_THREAD:
        threads = 1
    who = np.argsort(place_rank).astype(np.int32)
    chunks = ranges(lanes, max(-(-lanes // LANES), min(threads, lanes)))

    def work(chunk: tuple[int, int]) -> None:
        lane = np.ascontiguousarray(takes_part[:, chunk[0] : chunk[1]])
        label = np.empty((network.nodes, lane.shape[1]), np.int64)
        seed(doors, place_rank, lane, network.rank, label)
        sweep(network.up_start, network.up_head, network.up_cm, label)
        if points is None:
            row: Int64 = network.rank.astype(np.int64)
        else:
            label, row = _at_points(network, points, doors, lane, place_rank, label)
        unpack(label, row, who, found.cm, found.place, chunk[0])

    in_order(work, chunks, threads)
    return found


def _at_points(
    network: Network,
    points: Points,
    doors: Doors,
    lane: Bool,
    place_rank: Int32,
    label: Int64,
) -> tuple[Int64, Int64]:
    """Return the labels of the points, and their rows."""
    edge = points.snap.edge
    out = np.empty((edge.size, lane.shape[1]), np.int64)
    start, end = network.edge_start[edge], network.edge_end[edge]
    to_end = points.snap.to_end_cm
    read_at_points(label, network.rank, start, end, to_end, points.standing, out)
    read_on_edge(doors, place_rank, lane, points.standing, out)
    return out, np.arange(edge.size)
