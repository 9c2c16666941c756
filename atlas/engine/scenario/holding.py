"""What arrives at a city's points, kept so that places can be taken away and put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import OUTSIDE, Pools
from atlas.engine.kernels.scenario import Touched, deal
from atlas.engine.positions import along_the_streets
from atlas.engine.scenario.spread import limbs_of, sums_of
from atlas.engine.scenario.turns import doors_taken, lanes_of, turns_of
from atlas.engine.sharing import MOST_CHUNKS, STRIPE, Terrain, offered
from atlas.engine.workers import in_order

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.kernels.catchment import Offers
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.rooms import Rooms
    from atlas.engine.types import Int32, Int64


@dataclass(frozen=True, slots=True)
class Held:
    """
    What arrives from one block's pools, in a form that can be added to and taken from.

    Attributes
    ----------
    block
        Services that share pools, and their columns.
    share
        Whole parts and fractions of 2**-40 at the n standing points, shape (n, k, 2). Of a
        city-wide block the digits of one sum, which arrives everywhere, shape (1, k, 6).
    places, unknown
        Places in reach, and offers of unknown capacity there, shape (n, k) or (1, k).
    access
        The same as `share` for the access index, shape (n, k, 2); None unless kept.
    label
        The nearest place at each of v nodes, shape (v, k), as `atlas.engine.scenario.nearest` has
        it: of pools without a catchment; None unless kept.
    """

    block: Block
    share: Int64
    places: Int32
    unknown: Int32
    access: Int64 | None = None
    label: Int64 | None = None


def held_of(inputs: Inputs, ground: Ground, rooms: Rooms, block: Block) -> Held:
    """
    Return what arrives from one block's pools.

    Parameters
    ----------
    inputs, ground
        The city.
    rooms
        Working memory.
    block
        Services that share pools.

    Returns
    -------
    held
        Without what is kept only where it is asked for.
    """
    if block.is_city_wide:
        return _held_city_wide(inputs, block)
    rows, lanes = ground.terrain.points.row.size, block.service.size
    whole = Held(
        block,
        np.zeros((rows, lanes, 2), np.int64),
        np.zeros((rows, lanes), np.int32),
        np.zeros((rows, lanes), np.int32),
    )
    if not block.pools.size:
        return whole
    offers = offered(
        block, inputs.pools, inputs.places.code.size, inputs.catchments(), ground.row_of
    ).offers

    def work(order: Int32) -> Touched:
        return _dealt(inputs, ground, rooms, block, (offers, order))

    terrain = ground.terrain
    for part in in_order(work, _stripes(terrain, offers), terrain.threads):
        whole.share[:] += part.share
        whole.places[:] += part.places
        whole.unknown[:] += part.unknown
    return whole


def _held_city_wide(inputs: Inputs, block: Block) -> Held:
    """Return what arrives from a city-wide block's pools at every child alike."""
    inside = inputs.demand.zone != OUTSIDE
    children = inputs.demand.children_micro[inside].sum(axis=0)
    sums = sums_of(
        taken(inputs.pools, block.pools),
        (block.service, block.first_group),
        inputs.requirements.need().astype(object) * children.astype(object),
        inputs.places.code.size,
    )
    return Held(
        block,
        limbs_of(sums.share)[None],
        sums.places[None].astype(np.int32),
        sums.unknown[None].astype(np.int32),
    )


def _dealt(
    inputs: Inputs, ground: Ground, rooms: Rooms, block: Block, given: tuple[Offers, Int32]
) -> Touched:
    """Return what some of a block's places give to every standing point."""
    offers, order = given
    terrain = ground.terrain
    rows, lanes = terrain.points.row.size, block.service.size
    every = np.arange(rows, dtype=np.int32)
    touched = Touched(
        slot=every,
        point=every,
        share=np.zeros((rows, lanes, 2), np.int64),
        places=np.zeros((rows, lanes), np.int32),
        unknown=np.zeros((rows, lanes), np.int32),
        seen=np.zeros((rows, lanes), np.bool_),
    )
    turns = turns_of(offers, order)
    reach = inputs.requirements.reach_cm[block.service, block.first_group]
    limit = int(reach.max(initial=0))
    with rooms.lent(inputs.network.nodes, rows, limit) as room:
        deal(
            terrain.graph,
            terrain.points.standing,
            doors_taken(terrain.doors, order),
            0,
            turns,
            lanes_of(block, inputs.requirements),
            ground.children,
            room.scratch,
            room.queue,
            touched,
            rows,
            np.zeros((turns.capacity.size, lanes), np.int64),
        )
    return touched


def taken(pools: Pools, rows: Int64) -> Pools:
    """
    Return some of the pools.

    Parameters
    ----------
    pools
        Of the city.
    rows
        Which.

    Returns
    -------
    pools
        In the order of `rows`.
    """
    return Pools(
        pools.code[rows], pools.place[rows], pools.capacity_micro[rows], pools.admits[rows]
    )


def _stripes(terrain: Terrain, offers: Offers) -> list[Int32]:
    """Return the places that offer something, in stripes along the streets, one list a chunk."""
    place = along_the_streets(terrain.doors)
    place = place[np.diff(offers.place_first)[place] > 0]
    chunks = max(1, min(terrain.threads, MOST_CHUNKS, place.size // STRIPE))
    stripe = np.arange(place.size) // STRIPE
    return [np.ascontiguousarray(place[stripe % chunks == c]) for c in range(chunks)]
