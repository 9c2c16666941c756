"""Even sharing: each pool's capacity divided among the children who reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.decay import AccessSteps
from atlas.engine.inputs import MOST_ADDED_MICRO, refuse_unless
from atlas.engine.kernels.catchment import Columns, Offers, Shares, share_out, use_of
from atlas.engine.positions import Points, along_the_streets
from atlas.engine.types import MICRO, Bool, Int32, Int64
from atlas.engine.workers import in_order

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.inputs import Assigned, Pools, Requirements
    from atlas.engine.kernels.search import Doors, Graph

STRIPE = 64
MOST_CHUNKS = 8
NO_ACCESS_NEED = MICRO * MICRO


@dataclass(frozen=True, slots=True)
class Terrain:
    """
    Where a city's children and places are.

    Attributes
    ----------
    graph
        The streets.
    points, doors
        Where children stand, and where places are entered.
    threads
        How many chunks of places run at once.
    """

    graph: Graph
    points: Points
    doors: Doors
    threads: int


@dataclass(frozen=True, slots=True)
class Offered:
    """
    A block's pools as the kernels take them.

    Attributes
    ----------
    offers
        Pools at one place that admit the same children are one: splitting a pool changes nothing.
    number
        Which offer each of the block's pools went into, shape (len(block.pools),).
    """

    offers: Offers
    number: Int64


def offered(block: Block, pools: Pools, places: int, assigned: Assigned, row_of: Int32) -> Offered:
    """
    Return what a block's pools offer, sorted by place.

    Parameters
    ----------
    block, pools
        The pools of the block.
    places
        How many places there are.
    assigned
        Catchments of the pools that have one.
    row_of
        Which standing point each of the caller's points is, -1 not snapped.

    Returns
    -------
    offered
        Capacities of merged pools added up.
    """
    keys: dict[tuple[int, bool, bytes, int], int] = {}
    chosen = block.pools
    place, capacity = pools.place[chosen], pools.capacity_micro[chosen]
    admits, is_assigned = block.admits[chosen], assigned.is_assigned[chosen]
    number = np.empty(chosen.size, np.int64)
    for at in np.argsort(place, kind="stable").tolist():
        own = int(chosen[at]) if is_assigned[at] else -1
        key = (int(place[at]), bool(capacity[at] < 0), admits[at].tobytes(), own)
        number[at] = keys.setdefault(key, len(keys))
    merged = np.zeros(len(keys), np.int64)
    np.add.at(merged, number, capacity)
    first = np.full(len(keys), chosen.size, np.int64)
    np.minimum.at(first, number, np.arange(chosen.size))
    member_first, member = _members(chosen[first], is_assigned[first], assigned, row_of)
    offers = Offers(
        place_first=np.searchsorted(place[first], np.arange(places + 1)).astype(np.int32),
        admits=np.ascontiguousarray(admits[first]),
        capacity=np.where(capacity[first] < 0, -1, merged),
        is_assigned=is_assigned[first],
        member_first=member_first,
        member=member,
    )
    return Offered(offers, number)


def _members(
    pool: Int64, is_assigned: Bool, assigned: Assigned, row_of: Int32
) -> tuple[Int64, Int32]:
    """Return the standing points of each pool's catchment, as a CSR by offer."""
    offer_of = np.full(assigned.is_assigned.size, -1, np.int64)
    offer_of[pool[is_assigned]] = np.flatnonzero(is_assigned)
    offer, point = offer_of[assigned.pool], row_of[assigned.point]
    kept = (offer >= 0) & (point >= 0)
    pair = np.unique(np.column_stack((offer[kept], point[kept])), axis=0).reshape(-1, 2)
    first = np.searchsorted(pair[:, 0], np.arange(pool.size + 1)).astype(np.int64)
    return first, pair[:, 1].astype(np.int32)


def columns_of(block: Block, requirements: Requirements, children_micro: Int64) -> Columns:
    """
    Return a block's columns over some points.

    Parameters
    ----------
    block, requirements
        Which groups stand in which column, and their reach and need.
    children_micro
        Children of each group, shape (n, g).

    Returns
    -------
    columns
        For the kernels.

    Raises
    ------
    InputError
        If they need more than can be added up.
    """
    at = (block.service, block.first_group)
    reach = requirements.reach_cm[at]
    need = requirements.need()[at]
    # Taken by columns numpy would lay them out column by column: another kernel, and far apart.
    children = np.ascontiguousarray(children_micro[:, block.first_group], np.int64)
    for k, groups in enumerate(block.groups):
        for other in np.flatnonzero(groups)[1:]:
            children[:, k] += children_micro[:, other]
    crowd = zip(need.tolist(), children.sum(axis=0).tolist(), strict=True)
    needed = sum(each * count for each, count in crowd)
    refuse_unless(
        needed < MOST_ADDED_MICRO * MICRO * MICRO, "children need more than the engine can add up"
    )
    steps = requirements.steps or _one_step()
    return Columns(
        children=children,
        reach=reach,
        step=step_edges(reach, steps),
        weight=steps.weight_micro,
        need=need,
        access_need=np.where(need > 0, need, NO_ACCESS_NEED),
    )


def _one_step() -> AccessSteps:
    """Return a weight that does not fall, where the access index is worked out elsewhere."""
    return AccessSteps(np.array([1]), 1, np.array([MICRO]))


def step_edges(reach_cm: Int32, steps: AccessSteps) -> Int32:
    """
    Return the upper edges of the access steps, whole centimetres, inclusive.

    Parameters
    ----------
    reach_cm
        Reaches, shape (k,).
    steps
        Parts of a reach.

    Returns
    -------
    edges
        Shape (k, b): d ≤ D·n/m holds for whole d just where d ≤ ⌊D·n/m⌋.
    """
    parts = reach_cm[:, None].astype(np.int64) * steps.numerator[None, :] // steps.denominator
    return parts.astype(np.int32)


def share(terrain: Terrain, columns: Columns, offers: Offers) -> Shares:
    """
    Return what arrives at each point from the pools in its reach.

    Parameters
    ----------
    terrain
        Where children and places are.
    columns, offers
        Who shares what.

    Returns
    -------
    shares
        Exact integers; chunks are added up in their order.

    Notes
    -----
    Source: 2SFCA, Luo & Wang 2003; E2SFCA, Luo & Qi 2009; fused as METHOD §11 demands.
    """
    rows, lanes, pools = terrain.points.row.size, columns.reach.size, offers.capacity.size

    graph, standing, doors = terrain.graph, terrain.points.standing, terrain.doors

    def work(order: Int32) -> Shares:
        shares = Shares(
            share=np.zeros((rows, lanes, 4), np.int64),
            places=np.zeros((rows, lanes), np.int32),
            unknown=np.zeros((rows, lanes), np.bool_),
            demand=np.zeros((pools, lanes), np.int64),
        )
        share_out(graph, standing, doors, order, columns, offers, shares)
        return shares

    parts = in_order(work, _stripes(doors, offers, terrain.threads), terrain.threads)
    whole = parts[0]
    for part in parts[1:]:
        whole.share[:] += part.share
        whole.places[:] += part.places
        whole.unknown[:] |= part.unknown
        whole.demand[:] += part.demand
    return whole


def use(terrain: Terrain, columns: Columns, offers: Offers, used_part: Int64) -> Int64:
    """
    Return the children who draw on each pool, shape (j, k), millionths.

    Parameters
    ----------
    terrain, columns, offers
        As in `share`.
    used_part
        The part of what arrives that a point can use, shape (i, k), 2**-40.

    Returns
    -------
    used
        At most the demand of the pool.
    """
    graph, standing, doors = terrain.graph, terrain.points.standing, terrain.doors

    def work(order: Int32) -> Int64:
        drawn = np.zeros((offers.capacity.size, columns.reach.size), np.int64)
        use_of(graph, standing, doors, order, columns, offers, used_part, drawn)
        return drawn

    parts = in_order(work, _stripes(doors, offers, terrain.threads), terrain.threads)
    used = np.zeros((offers.capacity.size, columns.reach.size), np.int64)
    for part in parts:
        used += part
    return used


def _stripes(doors: Doors, offers: Offers, threads: int) -> list[Int32]:
    """Return the places that offer something, in stripes along the streets, one list a chunk."""
    place = along_the_streets(doors)
    place = place[np.diff(offers.place_first)[place] > 0]
    chunks = max(1, min(threads, MOST_CHUNKS, place.size // STRIPE))
    stripe = np.arange(place.size) // STRIPE
    return [np.ascontiguousarray(place[stripe % chunks == c]) for c in range(chunks)]
