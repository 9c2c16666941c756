"""The inputs of a city as a scenario leaves it: what a full run of it would go in with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import Assigned, Places, Pools
from atlas.engine.scenario.cases import offering
from atlas.engine.scenario.turns import doors_after, doors_taken

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Doors
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.types import Int64


@dataclass(frozen=True, slots=True)
class After:
    """
    A city's inputs with a scenario's places, and where each stood before.

    Attributes
    ----------
    inputs
        Unchanged places first, in their order, then the changed ones by their codes.
    kept_place, kept_pool
        Rows of the unchanged ones among the city's.
    """

    inputs: Inputs
    kept_place: Int64
    kept_pool: Int64


def after(outcome: Outcome) -> After:
    """
    Return the inputs that a full run of a scenario would go in with, its streets apart.

    Parameters
    ----------
    outcome
        Of the scenario.

    Returns
    -------
    after
        A copy: what is shared with the base is not written to.
    """
    inputs, changed = outcome.base.inputs, outcome.changed
    gone = np.zeros(inputs.places.code.size, np.bool_)
    gone[[place.row for place in changed.before]] = True
    kept_place, kept_pool = np.flatnonzero(~gone), np.flatnonzero(~gone[inputs.pools.place])
    number = np.cumsum(~gone) - 1
    new = offering(changed.after, inputs.requirements)
    return After(
        replace(
            inputs,
            places=_places(outcome, kept_place, number),
            pools=_pools(inputs.pools, new.pools, (kept_pool, kept_place.size), number),
            assigned=_assigned(inputs.catchments(), new.assigned, kept_pool),
        ),
        kept_place,
        kept_pool,
    )


def ground_after(outcome: Outcome, then: After) -> Ground:
    """
    Return the ground of a scenario with the doors of all its places.

    Parameters
    ----------
    outcome
        Of the scenario.
    then
        What `after` says of it.

    Returns
    -------
    ground
        Doors in the order of the places of `then`.
    """
    terrain = outcome.ground.terrain
    return replace(outcome.ground, terrain=replace(terrain, doors=_doors(outcome, then)))


def _doors(outcome: Outcome, then: After) -> Doors:
    """Return where all places of a scenario are entered."""
    changed = np.arange(len(outcome.changed.after), dtype=np.int32)
    return doors_after(
        doors_taken(outcome.ground.terrain.doors, then.kept_place.astype(np.int32)),
        doors_taken(outcome.doors, changed),
    )


def _places(outcome: Outcome, kept: Int64, number: Int64) -> Places:
    """Return the unchanged places and then the changed ones."""
    places, new = outcome.base.inputs.places, outcome.changed.after
    stays = np.isin(places.entrance_place, kept)
    counts = [place.entrance_xy_m.shape[0] for place in new]
    owner = kept.size + np.repeat(np.arange(len(new)), counts)
    code = np.array([place.code for place in new], dtype=np.str_)
    return Places(
        code=np.concatenate((places.code[kept], code)),
        entrance_place=np.concatenate((number[places.entrance_place[stays]], owner)).astype(
            np.int32
        ),
        entrance_xy_m=np.concatenate(
            [places.entrance_xy_m[stays], *(place.entrance_xy_m for place in new)]
        ),
    )


def _pools(pools: Pools, new: Pools, kept: tuple[Int64, int], number: Int64) -> Pools:
    """Return the pools of the unchanged places and then those of the changed ones."""
    rows, places = kept
    return Pools(
        code=np.concatenate((pools.code[rows], new.code)),
        place=np.concatenate((number[pools.place[rows]], new.place + places)).astype(np.int32),
        capacity_micro=np.concatenate((pools.capacity_micro[rows], new.capacity_micro)),
        admits=np.concatenate((pools.admits[rows], new.admits)),
    )


def _assigned(assigned: Assigned, new: Assigned, kept: Int64) -> Assigned:
    """Return the catchments of the unchanged places' pools and then the others'."""
    number = np.full(assigned.is_assigned.size, -1, np.int64)
    number[kept] = np.arange(kept.size)
    stays = number[assigned.pool] >= 0
    return Assigned(
        np.concatenate((assigned.is_assigned[kept], new.is_assigned)),
        np.concatenate((number[assigned.pool[stays]], new.pool + kept.size)).astype(np.int32),
        np.concatenate((assigned.point[stays], new.point)).astype(np.int32),
    )
