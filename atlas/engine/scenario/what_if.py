"""From a list of changes to what they change: only what they touch is worked out again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.scenario_split import Arrived, resplit
from atlas.engine.kernels.split import AMOUNTS
from atlas.engine.scenario.cases import cases
from atlas.engine.scenario.outcome import Outcome
from atlas.engine.scenario.replay import replayed
from atlas.engine.scenario.scene import scene_of
from atlas.engine.scenario.scoring import rescored
from atlas.engine.scenario.spread import spread_anew
from atlas.engine.scenario.touch import touch
from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.scenario.base import Base
    from atlas.engine.scenario.cases import Case
    from atlas.engine.scenario.changes import Change
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.scene import Scene
    from atlas.engine.scenario.touch import Touch
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
    changed = replayed(base.directory, changes)
    scene = scene_of(base, changed)
    found = cases(base, scene.admits)
    walked = [case for case in found if not case.block.is_city_wide]
    touches = _touches(base, walked, scene)
    city_wide = [
        spread_anew(base, case, tuple((side.offering, side.sign) for side in scene.sides))
        for case in found
        if case.block.is_city_wide
    ]
    zone, change = _changed(base, scene.ground, touches, city_wide)
    return Outcome(base, changed, scene.ground, scene.sides, touches, zone, change, ())


def _touches(base: Base, found: list[Case], scene: Scene) -> tuple[Touch, ...]:
    """Return what changes at the points, case by case."""
    requirements = base.inputs.requirements
    terrains = [side.ground.terrain for side in scene.sides]
    nodes = max(terrain.graph.start.size - 1 for terrain in terrains)
    points = max(terrain.points.row.size for terrain in terrains)
    limit = max(0, int(requirements.reach_cm.max(initial=0)))
    with base.rooms.lent(nodes, points, limit) as room:
        return tuple(touch(case, scene.sides, requirements, room, scene.new) for case in found)


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
