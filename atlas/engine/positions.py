"""Snapped points and entrances, arranged the way the kernels walk over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.search import Doors, Graph, Standing

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.snapping import Snap
    from atlas.engine.types import Int32, Int64


def graph_of(network: Network) -> Graph:
    """
    Return the search graph of a network for the kernels.

    Returns
    -------
    graph
        Sharing the network's memory.
    """
    return Graph(network.arc_start, network.arc_head, network.arc_cm)


def _starts(key: Int32 | Int64, keys: int) -> Int32:
    """Return where each key starts in a sorted column, shape (keys + 1,)."""
    starts = np.zeros(keys + 1, np.int32)
    np.cumsum(np.bincount(key, minlength=keys), out=starts[1:])
    return starts


@dataclass(frozen=True, slots=True)
class Points:
    """
    The snapped points, sorted along the streets.

    Attributes
    ----------
    row
        Which of the caller's points, shape (n,).
    snap
        Their positions, in this order.
    standing
        The same for the kernels.
    """

    row: Int64
    snap: Snap
    standing: Standing


def stand(network: Network, snap: Snap) -> Points:
    """
    Return the snapped points of a caller, sorted by edge and offset.

    Parameters
    ----------
    network
        The streets.
    snap
        Positions in the caller's order; those not snapped are left out.

    Returns
    -------
    points
        A point at a very end of its edge hangs on that end alone: nothing nearer leads round.
    """
    order = np.lexsort((snap.leg_cm, snap.to_start_cm, snap.edge))
    row = order[snap.is_snapped[order]]
    at = snap.taken(row)
    node, point, cm = _hung(network, at)
    hung = np.lexsort((point, node))
    standing = Standing(
        node_first=_starts(node, network.nodes),
        point=point[hung],
        cm=cm[hung],
        edge_first=_starts(at.edge, network.edges),
        along=at.to_start_cm,
        leg=at.leg_cm,
    )
    return Points(row, at, standing)


def _hung(network: Network, at: Snap) -> tuple[Int32, Int32, Int32]:
    """Return the nodes that points hang on, the points, and the way between: leg and offset."""
    start, end = network.edge_start[at.edge], network.edge_end[at.edge]
    # On a ring both ways lead to one node: the shorter is kept.
    ring = start == end
    by_start = ring | (at.to_start_cm == 0) | (at.to_end_cm > 0)
    by_end = ~ring & (at.to_start_cm > 0)
    to_node = np.where(ring, np.minimum(at.to_start_cm, at.to_end_cm), at.to_start_cm)
    number = np.arange(at.edge.size, dtype=np.int32)
    node = np.concatenate((start[by_start], end[by_end]))
    point = np.concatenate((number[by_start], number[by_end]))
    cm = np.concatenate(((to_node + at.leg_cm)[by_start], (at.to_end_cm + at.leg_cm)[by_end]))
    return node, point, cm.astype(np.int32)


def doors_of(network: Network, entrance_place: Int32, snap: Snap, places: int) -> Doors:
    """
    Return the snapped entrances of some places, sorted by place.

    Parameters
    ----------
    network
        The streets.
    entrance_place
        Whose entrance, shape (e,).
    snap
        Where each entrance meets the streets.
    places
        How many places there are.

    Returns
    -------
    doors
        For the kernels; entrances that met no street are left out.
    """
    order = np.lexsort((snap.to_start_cm, snap.edge, entrance_place))
    row = order[snap.is_snapped[order]]
    at = snap.taken(row)
    return Doors(
        place_first=_starts(entrance_place[row], places),
        edge=at.edge,
        start=network.edge_start[at.edge],
        end=network.edge_end[at.edge],
        along=at.to_start_cm,
        to_start=at.to_start_cm,
        to_end=at.to_end_cm,
        leg=at.leg_cm,
    )


def along_the_streets(doors: Doors) -> Int32:
    """
    Return the places that have an entrance, those near each other side by side.

    Returns
    -------
    place
        Sorted by the first node of their first entrance, shape (q,).
    """
    has_door = np.flatnonzero(np.diff(doors.place_first) > 0)
    node = doors.start[doors.place_first[has_door]]
    return has_door[np.argsort(node, kind="stable")].astype(np.int32)
