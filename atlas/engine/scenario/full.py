"""A whole city assessed on ground that stands already: the plain way, nothing left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.columns import Block, blocks
from atlas.engine.inputs import OUTSIDE
from atlas.engine.kernels.split import (
    AMOUNTS,
    Crowd,
    Verdict,
    add_up,
    settle,
    usable_part,
)
from atlas.engine.ledger import CapacityLedger, assert_capacity, split_capacity, unused
from atlas.engine.sharing import columns_of, offered, share, use

if TYPE_CHECKING:
    from atlas.engine.scenario.base import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.types import Bool, Int32, Int64, UInt8


@dataclass(frozen=True, slots=True)
class Whole:
    """
    What becomes of a whole city's children and places.

    Attributes
    ----------
    amount
        Millionths of children, shape (9, z, s, g), in the order of `atlas.engine.kernels.split`.
    flags
        Bits, shape (z, s, g).
    capacity
        What became of each pool.
    """

    amount: Int64
    flags: UInt8
    capacity: CapacityLedger


def assessed(inputs: Inputs, ground: Ground) -> Whole:
    """
    Assess a whole city on its ground.

    Parameters
    ----------
    inputs
        Children, places, what they offer and what is required.
    ground
        Where children stand and places are entered, whatever the streets and whoever walks.

    Returns
    -------
    whole
        On the ground of `coverage` what `coverage` says; nearest places are left out.

    Raises
    ------
    LedgerError
        If a seat was lost or made.
    """
    shape = (inputs.incomplete.shape[1], *inputs.requirements.shape)
    whole = Whole(
        np.zeros((AMOUNTS, *shape), np.int64),
        np.zeros(shape, np.uint8),
        unused(inputs.pools.capacity_micro),
    )
    for block in blocks(inputs.pools, inputs.requirements):
        judge = _city_wide if block.is_city_wide else _walked
        arrival, ledger = judge(inputs, ground, block)
        whole.capacity.write(block.pools, ledger)
        _add(inputs, block, arrival, whole)
    assert_capacity(inputs.pools.capacity_micro, whole.capacity)
    return whole


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What arrives at the judged points `row`, shape (n,), in a block's columns, (n, k) each."""

    row: Int64
    need: Int64
    share: Int64
    places: Int32
    unknown: Bool


def _walked(inputs: Inputs, ground: Ground, block: Block) -> tuple[_Arrival, CapacityLedger]:
    """Return what arrives on foot."""
    terrain = ground.terrain
    places = inputs.places.code.size
    offer = offered(block, inputs.pools, places, inputs.catchments(), ground.row_of)
    columns = columns_of(block, inputs.requirements, ground.children)
    shares = share(terrain, columns, offer.offers)
    arrived, access = (np.zeros(shares.share.shape[:2], np.int64) for _ in range(2))
    settle(shares.share, 0, shares.share.shape[0], arrived, access)
    drawn = use(terrain, columns, offer.offers, usable_part(arrived))
    ledger = split_capacity(
        inputs.pools.capacity_micro[block.pools],
        columns.need,
        shares.demand[offer.number],
        drawn[offer.number],
    )
    row = terrain.points.row
    return _Arrival(row, columns.need, arrived, shares.places, shares.unknown), ledger


def _city_wide(inputs: Inputs, ground: Ground, block: Block) -> tuple[_Arrival, CapacityLedger]:
    """Return what arrives without walking, wherever the ground lies."""
    del ground
    row = np.flatnonzero(inputs.demand.zone != OUTSIDE)
    columns = columns_of(block, inputs.requirements, inputs.demand.children_micro[row])
    spread = spread_over_city(
        inputs.pools.capacity_micro[block.pools],
        block.admits[block.pools],
        columns.need,
        columns.children.sum(axis=0),
    )
    admitting = np.zeros((inputs.places.code.size, columns.need.size), np.bool_)
    np.logical_or.at(admitting, inputs.pools.place, block.admits)
    everywhere = (row.size, 1)
    arrival = _Arrival(
        row=row,
        need=columns.need,
        share=np.tile(spread.share, everywhere),
        places=np.tile(admitting.sum(axis=0), everywhere).astype(np.int32),
        unknown=np.tile(spread.unknown, everywhere),
    )
    return arrival, spread.ledger


def _add(inputs: Inputs, block: Block, arrival: _Arrival, whole: Whole) -> None:
    """Add one block's split to the zones."""
    demand, requirements = inputs.demand, inputs.requirements
    points = demand.code.size
    way = np.zeros(points, np.int32) if demand.boundary_cm is None else demand.boundary_cm
    others = np.ones(points, np.bool_)
    others[arrival.row] = False
    crowd = Crowd(
        children=demand.children_micro,
        zone=demand.zone,
        edge_cm=np.where(demand.edge, way, -1).astype(np.int32),
        row=np.concatenate((arrival.row, np.flatnonzero(others))),
        judged=arrival.row.size,
    )
    verdict = Verdict(
        services=block.services,
        column=block.column,
        reach=np.where(block.is_city_wide, -1, requirements.reach_cm).astype(np.int32),
        incomplete=inputs.incomplete,
        is_shared=arrival.need > 0,
        share=arrival.share,
        places=arrival.places,
        unknown=arrival.unknown,
    )
    add_up(crowd, verdict, 0, points, whole.amount, whole.flags)
