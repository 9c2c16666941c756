"""Snapped points and entrances, arranged the way the kernels walk over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.search import FAR_CM, Doors, Graph, Standing

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.snapping import Snap
    from atlas.engine.types import Bool, Int32, Int64
    from atlas.engine.walks import Walk


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
class Approach:
    """
    What the ways from i positions along their own edges cost.

    Attributes
    ----------
    along
        From the edge's start, shape (i,): between two positions of one edge the difference.
    to_start, to_end
        To the two ends, what meeting the nodes there costs included, shape (i,); `FAR_CM` where
        an end cannot be passed.
    is_through
        Whether the edge is walked from end to end by whoever comes by, shape (i,).
    """

    along: Int32
    to_start: Int32
    to_end: Int32
    is_through: Bool


def _approach(snap: Snap, walk: Walk | None) -> Approach:
    """Return what the ways along the own edges cost, in a walk or as long as they are."""
    if walk is not None:
        return walk.approach(snap)
    everywhere = np.ones(snap.edge.size, np.bool_)
    return Approach(snap.to_start_cm, snap.to_start_cm, snap.to_end_cm, everywhere)


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


def stand(network: Network, snap: Snap, walk: Walk | None = None) -> Points:
    """
    Return the snapped points of a caller, sorted by edge and offset.

    Parameters
    ----------
    network
        The streets.
    snap
        Positions in the caller's order; those not snapped are left out.
    walk
        The profile they walk by; by default any route.

    Returns
    -------
    points
        In the same order for every walk. A point at a very end of its edge hangs on that end
        alone, where nothing has to be passed there: nothing nearer leads round.
    """
    order = np.lexsort((snap.leg_cm, snap.to_start_cm, snap.edge))
    row = order[snap.is_snapped[order]]
    at = snap.taken(row)
    approach = _approach(at, walk)
    node, point, cm = _hung(network, at, approach)
    hung = np.lexsort((point, node))
    standing = Standing(
        node_first=_starts(node, network.nodes),
        point=point[hung],
        cm=cm[hung],
        edge_first=_starts(at.edge, network.edges),
        along=approach.along,
        leg=at.leg_cm,
    )
    return Points(row, at, standing)


def _hung(network: Network, at: Snap, approach: Approach) -> tuple[Int32, Int32, Int32]:
    """Return the nodes that points hang on, the points, and the way between: leg and offset."""
    start, end = network.edge_start[at.edge], network.edge_end[at.edge]
    # On a ring both ways lead to one node: the shorter is kept.
    ring = start == end
    to_start = np.where(ring, np.minimum(approach.to_start, approach.to_end), approach.to_start)
    at_start = approach.is_through & (approach.to_start == 0)
    at_end = approach.is_through & (approach.to_end == 0)
    by_start = (ring | at_start | ~at_end) & (to_start < FAR_CM)
    by_end = ~ring & ~at_start & (approach.to_end < FAR_CM)
    number = np.arange(at.edge.size, dtype=np.int32)
    node = np.concatenate((start[by_start], end[by_end]))
    point = np.concatenate((number[by_start], number[by_end]))
    leg_by_start, leg_by_end = at.leg_cm[by_start], at.leg_cm[by_end]
    cm = np.concatenate((to_start[by_start] + leg_by_start, approach.to_end[by_end] + leg_by_end))
    return node, point, cm.astype(np.int32)


def doors_of(
    network: Network, entrance_place: Int32, snap: Snap, places: int, walk: Walk | None = None
) -> Doors:
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
    walk
        The profile they are walked to by; by default any route.

    Returns
    -------
    doors
        For the kernels; entrances that met no street are left out.
    """
    order = np.lexsort((snap.to_start_cm, snap.edge, entrance_place))
    row = order[snap.is_snapped[order]]
    at = snap.taken(row)
    approach = _approach(at, walk)
    return Doors(
        place_first=_starts(entrance_place[row], places),
        edge=at.edge,
        start=network.edge_start[at.edge],
        end=network.edge_end[at.edge],
        along=approach.along,
        to_start=approach.to_start,
        to_end=approach.to_end,
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
