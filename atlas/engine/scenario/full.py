"""A whole city assessed on ground that stands already: the plain way, nothing left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.columns import Block, blocks
from atlas.engine.floating import float_on_foot
from atlas.engine.inputs import OUTSIDE
from atlas.engine.kernels.catchment import ACCESS_WHOLE
from atlas.engine.kernels.split import (
    AMOUNTS,
    Crowd,
    Verdict,
    add_up,
    settle,
    usable_part,
)
from atlas.engine.ledger import CapacityLedger, assert_capacity, split_capacity, unused
from atlas.engine.outcome import BlockOutcome
from atlas.engine.sharing import columns_of, offered, share, use

if TYPE_CHECKING:
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.types import Int64, UInt8


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
    blocks, outcomes
        Services that share pools, and what arrives from them; nearest places are left out.
    access
        Of each block the access index as whole parts and parts in 2**-40, shape (n, k, 2); none
        of a city-wide one.
    """

    amount: Int64
    flags: UInt8
    capacity: CapacityLedger
    blocks: list[Block]
    outcomes: list[BlockOutcome]
    access: list[Int64 | None]


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
        On the ground of `coverage` what `coverage` says.

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
        blocks(inputs.pools, inputs.requirements),
        outcomes=[],
        access=[],
    )
    for block in whole.blocks:
        if block.is_city_wide:
            outcome, ledger = city_wide(inputs, block)
            access = None
        else:
            outcome, ledger, access = _walked(inputs, ground, block)
        whole.capacity.write(block.pools, ledger)
        add_block(inputs, block, outcome, whole.amount, whole.flags)
        whole.outcomes.append(outcome)
        whole.access.append(access)
    assert_capacity(inputs.pools.capacity_micro, whole.capacity)
    return whole


def _walked(
    inputs: Inputs, ground: Ground, block: Block
) -> tuple[BlockOutcome, CapacityLedger, Int64]:
    """Return what arrives on foot."""
    terrain, requirements = ground.terrain, inputs.requirements
    places = inputs.places.code.size
    offer = offered(block, inputs.pools, places, inputs.catchments(), ground.row_of)
    columns = columns_of(block, requirements, ground.children)
    shares = share(terrain, columns, offer.offers)
    if requirements.steps is None:
        shares.share[:, :, ACCESS_WHOLE:] = float_on_foot(
            terrain, columns, offer.offers, requirements
        )
    arrived, access = (np.zeros(shares.share.shape[:2], np.int64) for _ in range(2))
    settle(shares.share, 0, shares.share.shape[0], arrived, access)
    drawn = use(terrain, columns, offer.offers, usable_part(arrived))
    ledger = split_capacity(
        inputs.pools.capacity_micro[block.pools],
        columns.need,
        shares.demand[offer.number],
        drawn[offer.number],
    )
    nowhere = np.full(arrived.shape, -1, np.int32)
    outcome = BlockOutcome(
        row=terrain.points.row,
        column=block.column,
        is_shared=columns.need > 0,
        share=arrived,
        access=access,
        places=shares.places,
        unknown=shares.unknown,
        nearest_cm=nowhere,
        nearest_place=nowhere,
    )
    return outcome, ledger, np.ascontiguousarray(shares.share[:, :, ACCESS_WHOLE:])


def city_wide(inputs: Inputs, block: Block) -> tuple[BlockOutcome, CapacityLedger]:
    """
    Return what arrives without walking, wherever the ground lies.

    Parameters
    ----------
    inputs
        The city.
    block
        City-wide services that share pools.

    Returns
    -------
    outcome, ledger
        The same at every point of the city; the ledger has a row for each of the block's pools.
    """
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
    nowhere = np.full((row.size, columns.need.size), -1, np.int32)
    outcome = BlockOutcome(
        row=row,
        column=block.column,
        is_shared=columns.need > 0,
        share=np.tile(spread.share, everywhere),
        access=np.tile(spread.share, everywhere),
        places=np.tile(admitting.sum(axis=0), everywhere).astype(np.int32),
        unknown=np.tile(spread.unknown, everywhere),
        nearest_cm=nowhere,
        nearest_place=nowhere,
    )
    return outcome, spread.ledger


def add_block(
    inputs: Inputs, block: Block, outcome: BlockOutcome, amount: Int64, flags: UInt8
) -> None:
    """
    Add one block's split to the zones.

    Parameters
    ----------
    inputs, block
        The city, and services that share pools.
    outcome
        What arrives from them.
    amount, flags
        Added to, shape (9, z, s, g) and (z, s, g).
    """
    demand, requirements = inputs.demand, inputs.requirements
    points = demand.code.size
    way = np.zeros(points, np.int32) if demand.boundary_cm is None else demand.boundary_cm
    others = np.ones(points, np.bool_)
    others[outcome.row] = False
    crowd = Crowd(
        children=demand.children_micro,
        zone=demand.zone,
        edge_cm=np.where(demand.edge, way, -1).astype(np.int32),
        row=np.concatenate((outcome.row, np.flatnonzero(others))),
        judged=outcome.row.size,
    )
    verdict = Verdict(
        services=block.services,
        column=block.column,
        reach=np.where(block.is_city_wide, -1, requirements.reach_cm).astype(np.int32),
        incomplete=inputs.incomplete,
        is_shared=outcome.is_shared,
        share=outcome.share,
        places=outcome.places,
        unknown=outcome.unknown,
    )
    add_up(crowd, verdict, 0, points, amount, flags)
