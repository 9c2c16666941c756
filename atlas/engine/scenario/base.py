"""What is prepared once for a city, so that a change is answered from what it touches alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import refuse_unless
from atlas.engine.scenario.directory import Directory
from atlas.engine.scenario.filled import Filling, filling_of
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.ground import Ground, ground_of
from atlas.engine.scenario.holding import Held, held_of
from atlas.engine.scenario.inputs import Groups, Inputs, Register
from atlas.engine.scenario.nearest import labels_of
from atlas.engine.scenario.rooms import Rooms
from atlas.engine.scenario.scoring import Scored, scored
from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from atlas.engine.ledger import CapacityLedger
    from atlas.engine.scenario.scoring import Scoring
    from atlas.engine.types import Int64, UInt8

AMOUNT_NAMES = (
    *("children", "served", "full", "out", "unknown"),
    *("served_low", "on_reach", "edge", "unsnapped"),
)
"""The amounts in the order of `atlas.engine.kernels.split`."""


@dataclass(frozen=True, slots=True)
class Keep:
    """
    What a base keeps beyond the split, so that a scenario can be asked for it.

    Parameters
    ----------
    access
        The access index: 16 bytes more for each standing point and column.
    nearest
        The nearest place: 8 bytes for each node and column.
    filled
        Who is served once places are filled, and who must lack one: 8 bytes for each standing
        point and column, and the pairs of one block while it is filled.
    """

    access: bool = False
    nearest: bool = False
    filled: bool = False


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
    filling
        What comes of filling places, if that was asked for.
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
    filling: Filling | None
    scored: Scored | None
    rooms: Rooms

    @property
    def inputs(self) -> Inputs:
        """What the city goes in with."""
        return self.directory.inputs


def prepare(
    inputs: Inputs,
    scoring: Scoring | None = None,
    *,
    keep: Keep | None = None,
    threads: int | None = None,
) -> Base:
    """
    Prepare a city for what-if.

    Parameters
    ----------
    inputs
        Of the whole city, checked as `coverage` checks them.
    scoring
        How its zones are scored and ranked; without it a scenario answers in children alone.
    keep
        What else a scenario may be asked for; by default nothing.
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
    threads, keep = threads or usable_cores(), keep or Keep()
    _check(inputs)
    inputs = _as_kernels_take_them(inputs)
    ground = ground_of(inputs, threads)
    rooms = rooms_for(inputs, ground)
    whole = assessed(inputs, ground)
    filling = filling_of(inputs, ground, whole) if keep.filled else None
    return Base(
        directory=directory_of(inputs),
        ground=ground,
        held=tuple(
            _kept(inputs, ground, held_of(inputs, ground, rooms, block), keep, access)
            for block, access in zip(whole.blocks, whole.access, strict=True)
        ),
        amount=whole.amount,
        flags=whole.flags,
        capacity=whole.capacity,
        filling=filling,
        scored=None if scoring is None else scored(scoring, whole.amount, threads=threads),
        rooms=rooms,
    )


def _kept(inputs: Inputs, ground: Ground, held: Held, keep: Keep, access: Int64 | None) -> Held:
    """Return what arrives from one block with what else is kept of it."""
    if not keep.nearest or held.block.is_city_wide:
        label = None
    else:
        label = labels_of(inputs, ground, held.block)
    return replace(held, access=access if keep.access else None, label=label)


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
