"""What is prepared once for a city, so that a change is answered from what it touches alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import Block, blocks
from atlas.engine.errors import ShapeError
from atlas.engine.inputs import OUTSIDE, Pools, refuse_unless
from atlas.engine.kernels.scenario import Touched, deal
from atlas.engine.positions import Points, along_the_streets, doors_of, graph_of, stand
from atlas.engine.scenario.directory import Directory
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.inputs import Groups, Inputs, Register
from atlas.engine.scenario.rooms import Rooms
from atlas.engine.scenario.scoring import Scored, scored
from atlas.engine.scenario.spread import limbs_of, sums_of
from atlas.engine.scenario.turns import doors_taken, lanes_of, turns_of
from atlas.engine.sharing import MOST_CHUNKS, STRIPE, Terrain, offered
from atlas.engine.snapping import snap
from atlas.engine.workers import in_order, usable_cores

if TYPE_CHECKING:
    from atlas.engine.kernels.catchment import Offers
    from atlas.engine.ledger import CapacityLedger
    from atlas.engine.scenario.scoring import Scoring
    from atlas.engine.types import Int32, Int64, UInt8

AMOUNT_NAMES = (
    *("children", "served", "full", "out", "unknown"),
    *("served_low", "on_reach", "edge", "unsnapped"),
)
"""The amounts in the order of `atlas.engine.kernels.split`."""


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
    """

    block: Block
    share: Int64
    places: Int32
    unknown: Int32


@dataclass(frozen=True, slots=True)
class Ground:
    """
    Where children stand and places are entered.

    Attributes
    ----------
    terrain
        Streets, standing points and doors.
    entrances
        The entrances once more, as points: a search back finds which places are near.
    row_of
        Which standing point each of the caller's points is, shape (i,); -1 not snapped.
    children, zone
        Of the standing points, shape (n, g) and (n,).
    """

    terrain: Terrain
    entrances: Points
    row_of: Int32
    children: Int64
    zone: Int32


@dataclass(frozen=True, slots=True)
class Base:
    """
    A city ready for what-if: arrays, read by any number of threads and processes at once.

    Attributes
    ----------
    directory
        The inputs, and what finds a place in them.
    ground
        How they lie.
    held
        What arrives, block by block.
    amount
        Millionths of children, shape (9, z, s, g), by `AMOUNT_NAMES`.
    flags
        Shape (z, s, g).
    capacity
        What became of each pool.
    scored
        The zones' scores, if they were asked for.
    rooms
        Working memory, the only thing written to.
    """

    directory: Directory
    ground: Ground
    held: tuple[Held, ...]
    amount: Int64
    flags: UInt8
    capacity: CapacityLedger
    scored: Scored | None
    rooms: Rooms

    @property
    def inputs(self) -> Inputs:
        """What the city goes in with."""
        return self.directory.inputs


def prepare(inputs: Inputs, scoring: Scoring | None = None, *, threads: int | None = None) -> Base:
    """
    Prepare a city for what-if.

    Parameters
    ----------
    inputs
        Of the whole city, checked as `coverage` checks them.
    scoring
        How its zones are scored and ranked; without it a scenario answers in children alone.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.

    Returns
    -------
    base
        Takes about as long as an assessment, and 24 bytes for each standing point and column.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.
    """
    threads = threads or usable_cores()
    _check(inputs)
    inputs = _as_kernels_take_them(inputs)
    ground = ground_of(inputs, threads)
    rooms = rooms_for(inputs, ground)
    whole = assessed(inputs, ground)
    return Base(
        directory=directory_of(inputs),
        ground=ground,
        held=tuple(
            _held(inputs, ground, rooms, block)
            for block in blocks(inputs.pools, inputs.requirements)
        ),
        amount=whole.amount,
        flags=whole.flags,
        capacity=whole.capacity,
        scored=None if scoring is None else scored(scoring, whole.amount, threads=threads),
        rooms=rooms,
    )


def ground_of(inputs: Inputs, threads: int) -> Ground:
    """
    Return where children stand and places are entered.

    Parameters
    ----------
    inputs
        Of the whole city.
    threads
        How many chunks run at once.

    Returns
    -------
    ground
        In the profile that everybody walks by.
    """
    network, demand, places, walk = inputs.network, inputs.demand, inputs.places, inputs.walk
    farthest = inputs.requirements.farthest_leg_cm
    stands, enters = (
        snap(network, xy_m, farthest_leg_cm=farthest, threads=threads)
        for xy_m in (demand.xy_m, places.entrance_xy_m)
    )
    points = stand(network, stands, walk)
    row_of = np.full(demand.code.size, -1, np.int32)
    row_of[points.row] = np.arange(points.row.size, dtype=np.int32)
    doors = doors_of(network, places.entrance_place, enters, places.code.size, walk)
    graph = graph_of(network) if walk is None else walk.graph
    return Ground(
        terrain=Terrain(graph, points, doors, threads),
        entrances=stand(network, enters, walk),
        row_of=row_of,
        children=np.ascontiguousarray(demand.children_micro[points.row], np.int64),
        zone=np.ascontiguousarray(demand.zone[points.row], np.int32),
    )


def directory_of(inputs: Inputs) -> Directory:
    """
    Return what finds a place, its entrances and its pools.

    Parameters
    ----------
    inputs
        Of the whole city.

    Returns
    -------
    directory
        Sharing the inputs' memory.
    """
    places, pools = inputs.places.code.size, inputs.pools.code.size
    return Directory(
        inputs=inputs,
        places=Register.of(inputs.places.code),
        pools=Register.of(inputs.pools.code),
        entrances_of=Groups.of(inputs.places.entrance_place, places),
        pools_of=Groups.of(inputs.pools.place, places),
        members_of=Groups.of(inputs.catchments().pool, pools),
    )


def rooms_for(inputs: Inputs, ground: Ground) -> Rooms:
    """
    Return the working memory that a city's searches need.

    Parameters
    ----------
    inputs, ground
        The city.

    Returns
    -------
    rooms
        Empty until the first call.
    """
    points = max(ground.terrain.points.row.size, ground.entrances.row.size)
    farthest_cm = max(0, int(inputs.requirements.reach_cm.max(initial=0)))
    return Rooms(inputs.network.nodes, points, 2 * farthest_cm)


def _as_kernels_take_them(inputs: Inputs) -> Inputs:
    """Return the inputs with the types that the kernels are compiled for."""
    demand = replace(
        inputs.demand,
        children_micro=np.ascontiguousarray(inputs.demand.children_micro, np.int64),
        zone=np.ascontiguousarray(inputs.demand.zone, np.int32),
    )
    return replace(
        inputs, demand=demand, incomplete=np.ascontiguousarray(inputs.incomplete, np.bool_)
    )


def _check(inputs: Inputs) -> None:
    """Refuse inputs that contradict each other."""
    services, groups = inputs.requirements.shape
    inputs.requirements.check()
    shape = (services, inputs.incomplete.shape[-1])
    refuse_unless(
        inputs.incomplete.shape == shape, "incomplete does not fit the services", ShapeError
    )
    inputs.demand.check(shape[1], groups)
    inputs.places.check()
    inputs.pools.check(inputs.places.code.size, services, groups)
    inputs.catchments().check(inputs.pools.code.size, inputs.demand.code.size)


def _held(inputs: Inputs, ground: Ground, rooms: Rooms, block: Block) -> Held:
    """Return what arrives from one block's pools."""
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
