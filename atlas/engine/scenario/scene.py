"""Both sides of a scenario: whose hand-out is taken away, and what is put in its stead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import NOT_APPLICABLE, WALK
from atlas.engine.positions import doors_of
from atlas.engine.scenario.cases import offering
from atlas.engine.scenario.streets import Entered, changed_streets
from atlas.engine.scenario.touch import Side
from atlas.engine.scenario.turns import doors_after, doors_taken
from atlas.engine.snapping import snap

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Doors
    from atlas.engine.scenario.base import Base
    from atlas.engine.scenario.directory import Place
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.replay import Changed
    from atlas.engine.types import Bool, Int32


@dataclass(frozen=True, slots=True)
class Scene:
    """
    A city before and after.

    Attributes
    ----------
    sides
        The places whose hand-out changes, before and after; after, the changed places come first.
    ground
        Where children stand afterwards.
    new
        Standing points that met no street before.
    admits
        Of every pool on either side, shape (j, s, g); where somebody newly meets a street, all
        that is walked to changes for him.
    """

    sides: tuple[Side, Side]
    ground: Ground
    new: Int32
    admits: Bool


def scene_of(base: Base, changed: Changed) -> Scene:
    """
    Return a city before and after.

    Parameters
    ----------
    base
        The city.
    changed
        What is otherwise afterwards.

    Returns
    -------
    scene
        Without changed streets the ground is the base's own.

    Raises
    ------
    InputError
        If a new street cannot be laid.
    """
    entered = _entered(base, changed.after)
    ground, doors, new = base.ground, entered.doors, np.zeros(0, np.int32)
    near: tuple[Place, ...] = ()
    if changed.touches_streets:
        streets = changed_streets(base, changed, entered)
        ground, new = streets.ground, streets.new
        gone = {place.row for place in changed.before}
        rows = [row for row in streets.near.tolist() if row not in gone]
        near = tuple(_walked_to(base, row) for row in rows)
        doors = doors_after(streets.doors, _doors_of_rows(ground, near))
    before = (*changed.before, *near)
    requirements = base.inputs.requirements
    sides = (
        Side(base.ground, offering(before, requirements), _doors_of_rows(base.ground, before), -1),
        Side(ground, offering((*changed.after, *near), requirements), doors, +1),
    )
    admits = [side.offering.pools.admits for side in sides]
    if new.size:
        admits.append(_whatever_is_walked_to(base))
    return Scene(sides, ground, new, np.concatenate(admits))


def _entered(base: Base, places: tuple[Place, ...]) -> Entered:
    """Return where some places are entered on the streets there were."""
    inputs = base.inputs
    counts = [place.entrance_xy_m.shape[0] for place in places]
    xy_m = np.concatenate([np.zeros((0, 2)), *(place.entrance_xy_m for place in places)])
    owner = np.repeat(np.arange(len(places)), counts).astype(np.int32)
    farthest = inputs.requirements.farthest_leg_cm
    snapped = snap(inputs.network, xy_m, farthest_leg_cm=farthest, threads=1)
    leg = np.where(snapped.is_snapped, snapped.leg_cm, farthest + 1).astype(np.int32)
    doors = doors_of(inputs.network, owner, snapped, len(places), inputs.walk)
    return Entered(doors, xy_m, owner, leg)


def _doors_of_rows(ground: Ground, places: tuple[Place, ...]) -> Doors:
    """Return where places that the city has are entered."""
    return doors_taken(ground.terrain.doors, np.array([place.row for place in places], np.int32))


def _walked_to(base: Base, row: int) -> Place:
    """Return a place of the city with those of its pools that are walked to."""
    mode = base.inputs.requirements.mode
    place = base.directory.place_at(row)
    pools = tuple(pool for pool in place.pools if (mode[pool.admits.any(axis=1)] == WALK).all())
    return replace(place, pools=pools)


def _whatever_is_walked_to(base: Base) -> Bool:
    """Return every requirement of every service that is walked to, one service a row."""
    requirements = base.inputs.requirements
    services = np.flatnonzero(requirements.mode == WALK)
    admits = np.zeros((services.size, *requirements.shape), np.bool_)
    admits[np.arange(services.size), services] = requirements.reach_cm[services] != NOT_APPLICABLE
    return admits
