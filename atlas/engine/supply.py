"""From a city's places to what arrives at its points, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.floating import float_on_foot
from atlas.engine.kernels.catchment import ACCESS_WHOLE
from atlas.engine.kernels.split import settle, usable_part
from atlas.engine.ledger import CapacityLedger, split_capacity
from atlas.engine.nearest import Nearest, nearest
from atlas.engine.outcome import BlockOutcome
from atlas.engine.positions import doors_of, graph_of, stand
from atlas.engine.sharing import Terrain, columns_of, offered, share, use
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.inputs import Assigned, Demand, Places, Pools, Requirements
    from atlas.engine.network import Network
    from atlas.engine.snapping import Snap
    from atlas.engine.types import Bool, Int32, Int64

CHUNK = 16_384


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
class Ground:
    """
    A city's points and doors as the kernels walk over them.

    Attributes
    ----------
    terrain
        The points and doors that met a street.
    children
        Children of the standing points, shape (n, g).
    row_of
        Which standing point each of the caller's points is, shape (i,); -1 not snapped.
    place_rank
        Rank of each place's code, shape (p,).
    """

    terrain: Terrain
    children: Int64
    row_of: Int32
    place_rank: Int32


def ground_of(city: City) -> Ground:
    """
    Return the points and doors of a city, arranged.

    Parameters
    ----------
    city
        The inputs, checked and snapped.

    Returns
    -------
    ground
        For all blocks alike.
    """
    points = stand(city.network, city.stands)
    places = city.places.code.size
    row_of = np.full(city.demand.code.size, -1, np.int32)
    row_of[points.row] = np.arange(points.row.size, dtype=np.int32)
    rank = np.empty(places, np.int32)
    rank[np.argsort(city.places.code, kind="stable")] = np.arange(places, dtype=np.int32)
    doors = doors_of(city.network, city.places.entrance_place, city.enters, places)
    children = np.ascontiguousarray(city.demand.children_micro[points.row])
    terrain = Terrain(graph_of(city.network), points, doors, city.threads)
    return Ground(terrain, children, row_of, rank)


def judge(city: City, ground: Ground, block: Block) -> tuple[BlockOutcome, CapacityLedger]:
    """
    Return what arrives at every point from one block's pools, and what became of them.

    Parameters
    ----------
    city, ground
        The inputs, and how they lie.
    block
        Services that share pools.

    Returns
    -------
    outcome, ledger
        The ledger has a row for each of the block's pools.
    """
    if block.is_city_wide:
        return _city_wide(city, block)
    return _walked(city, ground, block)


def _walked(city: City, ground: Ground, block: Block) -> tuple[BlockOutcome, CapacityLedger]:
    """Return what arrives on foot."""
    terrain = ground.terrain
    offer = offered(block, city.pools, city.places.code.size, city.assigned, ground.row_of)
    columns = columns_of(block, city.requirements, ground.children)
    shares = share(terrain, columns, offer.offers)
    if city.requirements.steps is None:
        shares.share[:, :, ACCESS_WHOLE:] = float_on_foot(
            terrain, columns, offer.offers, city.requirements
        )
    arrived, access = _settled(shares.share, city.threads)
    near = _nearest(city, ground, block)
    outcome = BlockOutcome(
        row=terrain.points.row,
        column=block.column,
        is_shared=columns.need > 0,
        share=arrived,
        access=access,
        places=shares.places,
        unknown=shares.unknown,
        nearest_cm=near.cm,
        nearest_place=near.place,
    )
    drawn = use(terrain, columns, offer.offers, usable_part(arrived))
    ledger = split_capacity(
        city.pools.capacity_micro[block.pools],
        columns.need,
        shares.demand[offer.number],
        drawn[offer.number],
    )
    return outcome, ledger


def _settled(parts: Int64, threads: int) -> tuple[Int64, Int64]:
    """Return what arrives and the access index as single numbers."""
    arrived, access = (np.empty(parts.shape[:2], np.int64) for _ in range(2))

    def work(chunk: tuple[int, int]) -> None:
        settle(parts, chunk[0], chunk[1], arrived, access)

    in_order(work, ranges(parts.shape[0], -(-parts.shape[0] // CHUNK)), threads)
    return arrived, access


def _nearest(city: City, ground: Ground, block: Block) -> Nearest:
    """Return the nearest place of each column; an assigned pool counts for its catchment alone."""
    admits = block.admits
    is_own = city.assigned.is_assigned & admits.any(axis=1)
    own = np.flatnonzero(is_own)
    alone = np.zeros((city.places.code.size, own.size), np.bool_)
    alone[city.pools.place[own], np.arange(own.size)] = True
    found = nearest(
        city.network,
        ground.terrain.points,
        ground.terrain.doors,
        np.column_stack((_by_place(city, admits & ~is_own[:, None]), alone)),
        place_rank=ground.place_rank,
        threads=city.threads,
    )
    if not own.size:
        return found
    lanes = admits.shape[1]
    answer = Nearest(found.cm[:, :lanes].copy(), found.place[:, :lanes].copy())
    for lane, pool in enumerate(own.tolist(), start=lanes):
        rows = ground.row_of[city.assigned.point[city.assigned.pool == pool]]
        rows = np.unique(rows[rows >= 0])
        mine = Nearest(found.cm[rows, lane], found.place[rows, lane])
        for k in np.flatnonzero(admits[pool]).tolist():
            _keep_nearer(answer, k, rows, mine, ground.place_rank)
    return answer


def _keep_nearer(answer: Nearest, k: int, rows: Int32, mine: Nearest, rank: Int32) -> None:
    """Write another place into a column wherever it is nearer, or as near with a smaller code."""
    cm, place = answer.cm[rows, k], answer.place[rows, k]
    ties = (mine.cm == cm) & (rank[mine.place] < rank[place])
    nearer = (mine.cm >= 0) & ((cm < 0) | (mine.cm < cm) | ties)
    answer.cm[rows[nearer], k] = mine.cm[nearer]
    answer.place[rows[nearer], k] = mine.place[nearer]


def _by_place(city: City, admits: Bool) -> Bool:
    """Return which places have a pool that admits each column, shape (p, k)."""
    takes_part = np.zeros((city.places.code.size, admits.shape[1]), np.bool_)
    np.logical_or.at(takes_part, city.pools.place, admits)
    return takes_part


def _city_wide(city: City, block: Block) -> tuple[BlockOutcome, CapacityLedger]:
    """Return what arrives without walking: the same at every point of the city."""
    inside = city.demand.zone >= 0
    columns = columns_of(block, city.requirements, city.demand.children_micro[inside])
    spread = spread_over_city(
        city.pools.capacity_micro[block.pools],
        block.admits[block.pools],
        columns.need,
        columns.children.sum(axis=0),
    )
    row = np.flatnonzero(inside)
    shape = (row.size, columns.need.size)
    places = _by_place(city, block.admits).sum(axis=0)
    outcome = BlockOutcome(
        row=row,
        column=block.column,
        is_shared=columns.need > 0,
        share=np.tile(spread.share, (row.size, 1)),
        access=np.tile(spread.share, (row.size, 1)),
        places=np.tile(places, (row.size, 1)).astype(np.int32),
        unknown=np.tile(spread.unknown, (row.size, 1)),
        nearest_cm=np.full(shape, -1, np.int32),
        nearest_place=np.full(shape, -1, np.int32),
    )
    return outcome, spread.ledger
