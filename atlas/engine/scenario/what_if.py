"""From a list of changes to what they change: only what they touch is worked out again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.scenario import Arrived, resplit
from atlas.engine.kernels.split import AMOUNTS
from atlas.engine.positions import doors_of
from atlas.engine.scenario.cases import cases, offering
from atlas.engine.scenario.outcome import Outcome
from atlas.engine.scenario.replay import replayed
from atlas.engine.scenario.scoring import rescored
from atlas.engine.scenario.spread import spread_anew
from atlas.engine.scenario.touch import Side, Touch, touch
from atlas.engine.snapping import snap
from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.kernels.search import Doors
    from atlas.engine.scenario.base import Base, Ground
    from atlas.engine.scenario.cases import Case
    from atlas.engine.scenario.changes import Change
    from atlas.engine.scenario.replay import Place
    from atlas.engine.types import Int32, Int64


def what_if(base: Base, changes: Sequence[Change], *, threads: int | None = None) -> Outcome:
    """
    Return what a list of changes does to a city.

    Parameters
    ----------
    base
        The city before; left as it is.
    changes
        In their order.
    threads
        How many chunks of draws run at once; by default one for each core. Changes no digit.

    Returns
    -------
    outcome
        Every number as `coverage` would give it for the changed city, bit for bit.

    Raises
    ------
    InputError
        Naming the first change that cannot be made, and what to do about it.

    Notes
    -----
    Source: METHOD §10 (ours). What a place gave is taken away and what it gives now is added, at
    the points in its reach; all sums are of whole numbers, so nothing else moves. Nothing is kept
    from one call to the next.
    """
    outcome = _unscored(base, changes)
    if base.scored is None:
        return outcome
    threads = threads or usable_cores()
    scores = rescored(base.scored, outcome.zone, outcome.change, threads=threads)
    return replace(outcome, scores=scores)


def gain(base: Base, changes: Sequence[Change]) -> Int64:
    """
    Return how many more children a list of changes serves.

    Parameters
    ----------
    base, changes
        As `what_if` takes them.

    Returns
    -------
    gain
        Millionths of children inside the city, shape (s, g).

    Raises
    ------
    InputError
        As `what_if` does.
    """
    return _unscored(base, changes).gain()


def _unscored(base: Base, changes: Sequence[Change]) -> Outcome:
    """Return what changes for the children."""
    places = replayed(base.directory, changes)
    sides = (
        _side(base, base.ground, places.before, -1),
        _side(base, base.ground, places.after, +1),
    )
    admits = np.concatenate([side.offering.pools.admits for side in sides])
    found = cases(base, admits)
    none = np.zeros(0, np.int32)
    touches = _touches(base, [case for case in found if not case.block.is_city_wide], sides, none)
    city_wide = [
        spread_anew(base, case, tuple((side.offering, side.sign) for side in sides))
        for case in found
        if case.block.is_city_wide
    ]
    zone, change = _changed(base, base.ground, touches, city_wide)
    return Outcome(base, places, base.ground, sides[1].doors, touches, zone, change, ())


def _side(base: Base, ground: Ground, places: tuple[Place, ...], sign: int) -> Side:
    """Return some places on their ground."""
    return Side(ground, offering(places, base.inputs.requirements), _doors(base, places), sign)


def _doors(base: Base, places: tuple[Place, ...]) -> Doors:
    """Return where places are entered."""
    network = base.inputs.network
    xy_m = np.concatenate([np.zeros((0, 2)), *(place.entrance_xy_m for place in places)])
    owner = np.repeat(
        np.arange(len(places)), [place.entrance_xy_m.shape[0] for place in places]
    ).astype(np.int32)
    farthest = base.inputs.requirements.farthest_leg_cm
    enters = snap(network, xy_m, farthest_leg_cm=farthest, threads=1)
    return doors_of(network, owner, enters, len(places))


def _touches(
    base: Base, found: list[Case], sides: tuple[Side, ...], first: Int32
) -> tuple[Touch, ...]:
    """Return what changes at the points, case by case."""
    terrains = [side.ground.terrain for side in sides]
    nodes = max(terrain.graph.start.size - 1 for terrain in terrains)
    points = max(terrain.points.row.size for terrain in terrains)
    limit = max(0, int(base.inputs.requirements.reach_cm.max(initial=0)))
    with base.rooms.lent(nodes, points, limit) as room:
        return tuple(touch(case, sides, base.inputs.requirements, room, first) for case in found)


def _changed(
    base: Base, ground: Ground, touches: tuple[Touch, ...], city_wide: list[Int64]
) -> tuple[Int64, Int64]:
    """Return the zones that something changes in, and what."""
    zones, shape = base.amount.shape[1], base.inputs.requirements.shape
    near = [ground.zone[touch.touched.point] for touch in touches]
    zone = np.unique(np.concatenate([np.zeros(0, np.int32), *near]))
    zone = zone[zone >= 0].astype(np.int64)
    if city_wide:
        zone = np.arange(zones)
    slot = np.full(zones, -1, np.int32)
    slot[zone] = np.arange(zone.size, dtype=np.int32)
    change = np.zeros((zone.size, AMOUNTS, *shape), np.int64)
    for one in touches:
        _resplit(base, ground, one, slot, change)
    for part in city_wide:
        change += part
    is_changed = change.any(axis=(1, 2, 3))
    return zone[is_changed], change[is_changed]


def _resplit(base: Base, ground: Ground, one: Touch, slot: Int32, change: Int64) -> None:
    """Add to `change` what one touch does to its zones."""
    case = one.case
    need = base.inputs.requirements.need()[case.block.service, case.block.first_group]
    for number in np.unique(case.held).tolist():
        held = base.held[number]
        is_mine = np.append(case.held == number, False)[case.block.column]
        column = np.where(is_mine, case.block.column, -1)
        resplit(
            one.touched,
            Arrived(held.share, held.places, held.unknown, ground.zone, ground.children),
            np.flatnonzero((column >= 0).any(axis=1)),
            column.astype(np.int32),
            case.parent,
            need,
            base.inputs.incomplete,
            slot,
            change,
        )
