"""From a city's places to what arrives at its points, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.columns import Block
from atlas.engine.inputs import Assigned, Demand, Places, Pools, Requirements
from atlas.engine.kernels.catchment import ACCESS_FRACTION, ACCESS_WHOLE, FRACTION, WHOLE
from atlas.engine.kernels.search import Doors
from atlas.engine.kernels.split import settled
from atlas.engine.ledger import CapacityLedger, split_capacity
from atlas.engine.nearest import nearest
from atlas.engine.network import Network
from atlas.engine.outcome import PointCoverage, drawn_part
from atlas.engine.positions import Points, doors_of, graph_of, stand
from atlas.engine.sharing import columns_of, offered, share, use
from atlas.engine.snapping import Snap
from atlas.engine.types import Bool, Int32

UNIT = 2.0**-40


@dataclass(frozen=True, slots=True)
class City:
    """Everything one assessment goes in with, and where it meets the streets."""

    network: Network
    demand: Demand
    places: Places
    pools: Pools
    requirements: Requirements
    assigned: Assigned
    stands: Snap
    enters: Snap
    threads: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """The city's points and doors as the kernels walk over them."""

    points: Points
    doors: Doors
    row_of: Int32
    place_rank: Int32


def judge(city: City, families: list[Block]) -> tuple[PointCoverage, CapacityLedger]:
    """
    Return what arrives at every point, and what became of every pool's capacity.

    Parameters
    ----------
    city
        The inputs, checked and snapped.
    families
        The blocks of services that share pools.

    Returns
    -------
    points, capacity
        In the caller's order. A pool that admits nothing applicable meets no demand.
    """
    ground = _ground(city)
    found = _empty(city, families)
    capacity = city.pools.capacity_micro
    known = np.where(capacity < 0, -1, 0)
    idle = np.where(capacity < 0, -1, capacity)
    ledger = CapacityLedger(known, known.copy(), idle, np.zeros_like(capacity))
    first = 0
    for block in families:
        lanes = slice(first, first + block.service.size)
        judge_block = _city_wide if block.is_city_wide else _walked
        part = judge_block(city, ground, block, found, lanes)
        for name in ("used", "above_need", "no_demand", "children"):
            getattr(ledger, name)[block.pools] = getattr(part, name)
        first += block.service.size
    return found, ledger


def _ground(city: City) -> _Ground:
    """Return the points and doors of a city."""
    points = stand(city.network, city.stands)
    places = city.places.code.size
    row_of = np.full(city.demand.code.size, -1, np.int32)
    row_of[points.row] = np.arange(points.row.size, dtype=np.int32)
    rank = np.empty(places, np.int32)
    rank[np.argsort(city.places.code, kind="stable")] = np.arange(places, dtype=np.int32)
    doors = doors_of(city.network, city.places.entrance_place, city.enters, places)
    return _Ground(points, doors, row_of, rank)


def _empty(city: City, families: list[Block]) -> PointCoverage:
    """Return the outcome before anything has arrived."""
    rows = city.demand.code.size
    lanes = sum(block.service.size for block in families)
    column = np.full(city.requirements.shape, -1, np.int32)
    is_shared = np.zeros(lanes, np.bool_)
    need = city.requirements.need()
    first = 0
    for block in families:
        held = block.column >= 0
        column[held] = block.column[held] + first
        after = first + block.service.size
        is_shared[first:after] = need[block.service, block.first_group] > 0
        first = after
    return PointCoverage(
        column=column,
        snap=city.stands,
        nearest_cm=np.full((rows, lanes), -1, np.int32),
        nearest_place=np.full((rows, lanes), -1, np.int32),
        places=np.zeros((rows, lanes), np.int32),
        capacity_unknown=np.zeros((rows, lanes), np.bool_),
        share=np.zeros((rows, lanes), np.int64),
        is_shared=is_shared,
        access=np.zeros((rows, lanes), np.float64),
    )


def _walked(
    city: City, ground: _Ground, block: Block, found: PointCoverage, lanes: slice
) -> CapacityLedger:
    """Write what arrives on foot from one block's pools; return what became of them."""
    points, doors, graph = ground.points, ground.doors, graph_of(city.network)
    places = city.places.code.size
    offer = offered(block, city.pools, places, city.assigned, ground.row_of)
    columns = columns_of(block, city.requirements, city.demand.children_micro, points.row)
    shares = share(graph, points, doors, columns, offer.offers, threads=city.threads)
    rows = points.row.size
    arrived = settled(shares.share, WHOLE, FRACTION, 0, rows)
    access = settled(shares.share, ACCESS_WHOLE, ACCESS_FRACTION, 0, rows)
    found.share[points.row, lanes] = arrived
    found.access[points.row, lanes] = access * UNIT
    found.places[points.row, lanes] = shares.places
    found.capacity_unknown[points.row, lanes] = shares.unknown
    _write_nearest(city, ground, block, found, lanes)
    drawn = use(
        graph, points, doors, columns, offer.offers, drawn_part(arrived), threads=city.threads
    )
    return split_capacity(
        city.pools.capacity_micro[block.pools],
        columns.need,
        shares.demand[offer.number],
        drawn[offer.number],
    )


def _write_nearest(
    city: City, ground: _Ground, block: Block, found: PointCoverage, lanes: slice
) -> None:
    """Write the nearest place of each column; an assigned pool counts for its catchment alone."""
    admits = block.admits
    assigned = city.assigned.is_assigned & admits.any(axis=1)
    own = np.flatnonzero(assigned)
    takes_part = _by_place(city, admits & ~assigned[:, None])
    alone = np.zeros((city.places.code.size, own.size), np.bool_)
    alone[city.pools.place[own], np.arange(own.size)] = True
    answer = nearest(
        city.network,
        ground.points,
        ground.doors,
        np.column_stack((takes_part, alone)),
        place_rank=ground.place_rank,
        threads=city.threads,
    )
    cm, place = answer.cm[:, : admits.shape[1]], answer.place[:, : admits.shape[1]]
    for at, pool in enumerate(own.tolist(), start=admits.shape[1]):
        rows = ground.row_of[city.assigned.point[city.assigned.pool == pool]]
        rows = np.unique(rows[rows >= 0])
        rows = rows[answer.cm[rows, at] >= 0]
        mine, whose = answer.cm[rows, at], answer.place[rows, at]
        for k in np.flatnonzero(admits[pool]).tolist():
            rank, other = ground.place_rank[whose], ground.place_rank[place[rows, k]]
            nearer = (cm[rows, k] < 0) | (mine < cm[rows, k])
            nearer |= (mine == cm[rows, k]) & (rank < other)
            cm[rows[nearer], k] = mine[nearer]
            place[rows[nearer], k] = whose[nearer]
    found.nearest_cm[ground.points.row, lanes] = cm
    found.nearest_place[ground.points.row, lanes] = place


def _by_place(city: City, admits: Bool) -> Bool:
    """Return which places have a pool that admits each column, shape (p, k)."""
    takes_part = np.zeros((city.places.code.size, admits.shape[1]), np.bool_)
    np.logical_or.at(takes_part, city.pools.place, admits)
    return takes_part


def _city_wide(
    city: City, ground: _Ground, block: Block, found: PointCoverage, lanes: slice
) -> CapacityLedger:
    """Write what arrives without walking; return what became of the block's pools."""
    del ground
    every = np.arange(city.demand.code.size)
    columns = columns_of(block, city.requirements, city.demand.children_micro, every)
    inside = city.demand.zone >= 0
    spread = spread_over_city(
        city.pools.capacity_micro[block.pools],
        block.admits[block.pools],
        columns.need,
        columns.children[inside].sum(axis=0),
    )
    found.share[inside, lanes] = spread.share
    found.access[inside, lanes] = spread.share * UNIT
    found.capacity_unknown[inside, lanes] = spread.unknown
    places = _by_place(city, block.admits).sum(axis=0)
    found.places[inside, lanes] = places
    return spread.ledger
