"""A network as one profile walks it: what its streets count, and what meeting others costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.chains import APART_AT_END, APART_AT_START
from atlas.engine.errors import InputError
from atlas.engine.kernels.contraction import incidence, symmetric_csr
from atlas.engine.kernels.crossings import half_crossings
from atlas.engine.kernels.search import FAR_CM, Graph
from atlas.engine.positions import Approach
from atlas.engine.profiles import IMPASSABLE, PER_METRE
from atlas.engine.streets import BARRIER, CROSSING, SIGNAL, STEPS

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.profiles import Profile
    from atlas.engine.snapping import Snap
    from atlas.engine.types import Bool, Int16, Int32, Int64, UInt8

BY_CROSSING, BY_SIGNAL, BY_BRIDGE, ASIDE = CROSSING, SIGNAL, 4, 8
"""
What protects those who cross at a node: bits, the first two as a node's marks.

`ASIDE` belongs to a way over the node: a marked crossing or signal lies a few steps along the
street crossed.
"""

MOST_COST_CM = 1 << 30


@dataclass(frozen=True, slots=True)
class Walk:
    """
    A network in a profile: e edges, n nodes, a arcs.

    Attributes
    ----------
    graph, arc_edge
        The search graph as a symmetric CSR, each arc with both its ends' penalties in it, and the
        edge of each arc, shape (a,). Of parallel edges the least; no rings, no forbidden edges.
    factor, street_cm
        What a metre of each edge counts, thousandths, and what the whole edge does, shape (e,).
    start_cm, end_cm
        What meeting the node at each end costs, shape (e,); `FAR_CM` where it cannot be passed.
    start_bare_cm, end_bare_cm
        What it would cost were nothing protecting, shape (e,).
    protection
        Bits of what protects who crosses at a node, shape (n,).
    is_forbidden
        Edges left only on the first and last stretch, shape (e,).
    is_through
        Edges that may be walked from end to end, shape (e,).
    """

    graph: Graph
    arc_edge: Int32
    factor: Int32
    street_cm: Int32
    start_cm: Int32
    end_cm: Int32
    start_bare_cm: Int32
    end_bare_cm: Int32
    protection: UInt8
    is_forbidden: Bool
    is_through: Bool

    def counted(self, edge: Int32, cm: Int32) -> Int32:
        """
        Return what a stretch from an edge's start counts, rounded up.

        Parameters
        ----------
        edge
            Which edges, shape (i,).
        cm
            How far from their starts, shape (i,).

        Returns
        -------
        counted
            Shape (i,). Rounded up, a stretch never counts less than it is long, and two stretches
            of one edge add up exactly.
        """
        return _times(self.factor[edge], cm).astype(np.int32)

    def approach(self, snap: Snap) -> Approach:
        """
        Return what the ways from positions to the ends of their edges cost.

        Parameters
        ----------
        snap
            Snapped positions only.

        Returns
        -------
        approach
            The ban of a forbidden edge is lifted, its factor is not.
        """
        along = self.counted(snap.edge, snap.to_start_cm)
        rest = self.street_cm[snap.edge] - along
        return Approach(
            along=along,
            to_start=_unless_shut(along, self.start_cm[snap.edge]),
            to_end=_unless_shut(rest, self.end_cm[snap.edge]),
            is_through=self.is_through[snap.edge],
        )


def walk_of(network: Network, profile: Profile) -> Walk:
    """
    Return a network as a profile walks it.

    Parameters
    ----------
    network
        The streets; their classes are rows of the profile's tables.
    profile
        Who walks.

    Returns
    -------
    walk
        An edge costs its factor times its length, rounded up, and at either end half of what
        crossing the dearest other street met there costs (rounded up; nothing at a signal, a
        marked crossing, or where a bridge or tunnel of a way for walkers begins; a street that
        may be crossed within `Profile.aside_cm` does not cost) and half a barrier.

    Raises
    ------
    ShapeError, InputError
        As `Profile.check`; also where a street has a class the profile does not know, or costs
        more than 2**30 cm.

    Notes
    -----
    Source: METHOD §3.4. Every cost is at least the edge's length, so no profile is shorter than
    any route. A node put into an edge has two arms and costs nothing.
    """
    profile.check()
    at = _rows(network, profile)
    crossing = profile.crossing_cm[at]
    protection = _protection(network, crossing)
    start_cm, end_cm = _tolls(network, profile, crossing, protection)
    start_bare_cm, end_bare_cm = _tolls(network, profile, crossing, None)
    factor = profile.factor[at].astype(np.int32)
    street = _times(factor, network.edge_cm)
    if (
        street.size
        and int(street.max() + max(0, *map(_dearest, (start_cm, end_cm)))) > MOST_COST_CM
    ):
        msg = "a street costs more than 2**30 cm"
        raise InputError(msg)
    is_forbidden = profile.is_forbidden[at]
    if not profile.takes_steps:
        is_forbidden = is_forbidden | (network.edge_features & np.uint8(STEPS) != 0)
    is_through = ~is_forbidden & (start_cm < FAR_CM) & (end_cm < FAR_CM)
    graph, arc_edge = _graph(network, street + start_cm + end_cm, is_through)
    return Walk(
        graph=graph,
        arc_edge=arc_edge,
        factor=factor,
        street_cm=street.astype(np.int32),
        start_cm=start_cm,
        end_cm=end_cm,
        start_bare_cm=start_bare_cm,
        end_bare_cm=end_bare_cm,
        protection=protection,
        is_forbidden=is_forbidden,
        is_through=is_through,
    )


def _times(factor: Int32, cm: Int32) -> Int64:
    """Return lengths by factors in thousandths, rounded up."""
    return -(-(factor.astype(np.int64) * cm) // PER_METRE)


def _unless_shut(way: Int32, end_cm: Int32) -> Int32:
    return np.where(end_cm == FAR_CM, FAR_CM, way + np.minimum(end_cm, FAR_CM - way)).astype(
        np.int32
    )


def _dearest(end_cm: Int32) -> int:
    return int(end_cm[end_cm < FAR_CM].max(initial=0))


def _rows(network: Network, profile: Profile) -> tuple[Int16, Int64]:
    """Return where each edge stands in the profile's tables."""
    classes = profile.factor.shape[0]
    if network.edges and not 0 <= network.edge_class.min() <= network.edge_class.max() < classes:
        msg = f"a street's class is none of the profile's {classes}"
        raise InputError(msg)
    return network.edge_class, profile.step(network.edge_speed_kmh)


def _arms(network: Network) -> tuple[Int64, Int64]:
    start, end = network.edge_start.astype(np.int64), network.edge_end.astype(np.int64)
    return incidence(start, end, network.nodes)


def _protection(network: Network, crossing_cm: Int32) -> UInt8:
    """Return what protects who crosses at each node."""
    protection = network.node_mark & np.uint8(CROSSING | SIGNAL)
    for bit, node in (
        (APART_AT_START, network.edge_start),
        (APART_AT_END, network.edge_end),
    ):
        leads_apart = (network.edge_apart & np.uint8(bit) != 0) & (crossing_cm == 0)
        protection[node[leads_apart]] |= np.uint8(BY_BRIDGE)
    return protection


def _tolls(
    network: Network, profile: Profile, crossing_cm: Int32, protection: UInt8 | None
) -> tuple[Int32, Int32]:
    """Return what meeting the nodes at both ends of the edges costs, protected or not."""
    is_served = np.zeros(2 * network.edges, np.bool_)
    if protection is not None:
        is_served = _served(network, profile.aside_cm)
    halves = half_crossings(*_arms(network), network.edge_class, crossing_cm, is_served)
    tolls = []
    for half, node in zip(halves, (network.edge_start, network.edge_end), strict=True):
        toll = half if protection is None else np.where(protection[node] != 0, 0, half)
        has_barrier = network.node_mark[node] & np.uint8(BARRIER) != 0
        if profile.barrier_cm == IMPASSABLE:
            toll = np.where(has_barrier, FAR_CM, toll)
        else:
            toll = toll + np.where(has_barrier, (profile.barrier_cm + 1) // 2, 0)
        tolls.append(toll.astype(np.int32))
    return tolls[0], tolls[1]


def _served(network: Network, aside_cm: int) -> Bool:
    """Return along which half-edges a marked crossing or a signal lies near enough."""
    is_marked = network.node_mark & np.uint8(CROSSING | SIGNAL) != 0
    served = np.empty(2 * network.edges, np.bool_)
    served[0::2] = is_marked[network.edge_end]
    served[1::2] = is_marked[network.edge_start]
    return served & np.repeat(network.edge_cm <= aside_cm, 2)


def _graph(network: Network, cost_cm: Int64, is_through: Bool) -> tuple[Graph, Int32]:
    """Return the search graph of the least of parallel edges, and the edge of each arc."""
    start, end = network.edge_start, network.edge_end
    edge = np.flatnonzero(is_through & (start != end))
    edge = edge[np.lexsort((edge, cost_cm[edge], end[edge], start[edge]))]
    differs = np.ones(edge.size, np.bool_)
    low, high = start[edge], end[edge]
    differs[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    kept = edge[differs].astype(np.int32)
    cm = cost_cm[kept].astype(np.int32)
    *graph, arc_edge = symmetric_csr(start[kept], end[kept], cm, kept, network.nodes)
    return Graph(*graph), arc_edge
