"""The access index in a scenario: what changed places give it is taken away and put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import blocks
from atlas.engine.errors import InputError
from atlas.engine.floating import float_on_foot
from atlas.engine.kernels.scenario_access import Steps, weigh
from atlas.engine.kernels.scenario_split import settle_touched
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.cases import restricted
from atlas.engine.scenario.points import touched_services
from atlas.engine.scenario.turns import lanes_of, turns_of
from atlas.engine.sharing import NO_ACCESS_NEED, columns_of, offered, step_edges

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.decay import AccessSteps
    from atlas.engine.scenario.holding import Held
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.scenario.rooms import Room
    from atlas.engine.scenario.touch import Side, Touch
    from atlas.engine.types import Int32, Int64


@dataclass(frozen=True, slots=True)
class _Part:
    """
    Services worked out again, and what arrives there.

    `point` (m,) rows of the standing points, `sums` (m, k, 2) whole parts and parts in 2**-40.
    """

    block: Block
    point: Int32 | Int64
    sums: Int64


@dataclass(frozen=True, slots=True)
class AccessNow:
    """
    The access index of a city after a scenario's changes.

    Attributes
    ----------
    outcome
        Of the scenario.
    parts
        What changes at the points that the services' places touch.
    is_whole
        Whether the parts are all that arrives there, or to be added to the base's.
    """

    outcome: Outcome
    parts: tuple[_Part, ...]
    is_whole: bool

    def touched(self, service: int, group: int) -> tuple[Int64, Int64]:
        """
        Return the access index where it may be another than in the base.

        Parameters
        ----------
        service, group
            Rows of a requirement of a service that is walked to.

        Returns
        -------
        row, access
            Which of the caller's points, and the index there, 2**-40, at most 2**62, shape (m,)
            each.

        Raises
        ------
        InputError
            If the requirement does not exist or its service is city-wide.
        """
        held, row = self._held(service, group), self.outcome.ground.terrain.points.row
        for part in self.parts:
            k = int(part.block.column[service, group])
            if k >= 0:
                sums = part.sums[:, k] + self._before(held, (service, group), part.point)
                return row[part.point], settle_touched(sums)
        none = np.zeros(0, np.int64)
        return none, none

    def at_points(self, service: int, group: int) -> Int64:
        """
        Return the access index of every point that meets a street.

        Parameters
        ----------
        service, group
            Rows of a requirement of a service that is walked to.

        Returns
        -------
        access
            2**-40, at most 2**62, shape (n,), in the order of the outcome's standing points.

        Raises
        ------
        InputError
            If the requirement does not exist or its service is city-wide.
        """
        held, rows = self._held(service, group), self.outcome.ground.zone.size
        whole = np.zeros((rows, 2), np.int64)
        for part in self.parts:
            k = int(part.block.column[service, group])
            if k >= 0:
                whole[part.point] = part.sums[:, k]
                if self.is_whole:
                    return settle_touched(whole)
        return settle_touched(whole + _kept(held, (service, group), np.arange(rows)))

    def _held(self, service: int, group: int) -> Held:
        """Return the base's block that a requirement stands in."""
        for held in self.outcome.base.held:
            if held.block.column[service, group] >= 0 and held.access is not None:
                return held
        msg = f"no walk of group {group} to service {service} is judged"
        raise InputError(msg)

    def _before(self, held: Held, at: tuple[int, int], point: Int32 | Int64) -> Int64:
        """Return what is to be added to a part."""
        if self.is_whole:
            return np.zeros((point.size, 2), np.int64)
        return _kept(held, at, point)


def _kept(held: Held, at: tuple[int, int], point: Int32 | Int64) -> Int64:
    """Return what arrived at some points in the base, nothing at those that met no street."""
    before = np.zeros((point.size, 2), np.int64)
    if held.access is not None:
        old = point < held.access.shape[0]
        before[old] = held.access[point[old], held.block.column[at]]
    return before


def access_now(outcome: Outcome) -> AccessNow:
    """
    Return the access index once a scenario's changes are made.

    Parameters
    ----------
    outcome
        Of a scenario whose base keeps its access index.

    Returns
    -------
    access
        Bit for bit that of a full run.

    Raises
    ------
    InputError
        If the base keeps none.

    Notes
    -----
    Source: METHOD §5 and §10. Where weights fall in steps a place's part of the index is taken
    away and put in, at the points in its reach alone. In any other form, and in 3SFCA where it
    depends on other places, the services touched are worked out anew.
    """
    if all(held.access is None for held in outcome.base.held if not held.block.is_city_wide):
        msg = "the base keeps no access index: prepare it with one"
        raise InputError(msg)
    steps = outcome.base.inputs.requirements.steps
    if steps is None:
        return _anew(outcome)
    with outcome.base.rooms.lent(*_size(outcome)) as room:
        parts = tuple(_change(outcome, touch, steps, room) for touch in outcome.touches)
    return AccessNow(outcome, parts, is_whole=False)


def _size(outcome: Outcome) -> tuple[int, int, int]:
    """Return how many nodes and points are searched, and how far."""
    terrain, reach = outcome.ground.terrain, outcome.base.inputs.requirements.reach_cm
    nodes = terrain.graph.start.size - 1
    return nodes, terrain.points.row.size, max(0, int(reach.max(initial=0)))


def _change(outcome: Outcome, touch: Touch, steps: AccessSteps, room: Room) -> _Part:
    """Return what one case's places give after the changes, less what they gave before."""
    point = touch.touched.point
    change = np.zeros((point.size, touch.case.block.service.size, 2), np.int64)
    room.slot[point] = np.arange(point.size, dtype=np.int32)
    for side in outcome.sides:
        _weigh(outcome, side, touch, steps, (room, change))
    room.slot[point] = -1
    return _Part(touch.case.block, point, change)


def _weigh(
    outcome: Outcome, side: Side, touch: Touch, steps: AccessSteps, into: tuple[Room, Int64]
) -> None:
    """Add what the places of one side give, or take it away."""
    room, change = into
    requirements, offering, ground = outcome.base.inputs.requirements, side.offering, side.ground
    block = restricted(touch.case, offering.pools)
    offers = offered(
        block, offering.pools, offering.places, offering.assigned, ground.row_of
    ).offers
    order = np.arange(offering.places, dtype=np.int32)
    lanes = lanes_of(block, requirements)
    weigh(
        ground.terrain.graph,
        ground.terrain.points.standing,
        side.doors,
        turns_of(offers, order, np.full(order.size, side.sign, np.int64)),
        lanes,
        Steps(
            edge=step_edges(lanes.reach, steps),
            weight=steps.weight_micro,
            need=np.where(lanes.need > 0, lanes.need, NO_ACCESS_NEED),
        ),
        ground.children,
        room.scratch,
        room.queue,
        room.slot,
        change,
    )


def _anew(outcome: Outcome) -> AccessNow:
    """Return the access index with the services touched worked out from all their places."""
    then = after(outcome)
    inputs, ground = then.inputs, ground_after(outcome, then)
    touched = touched_services(outcome)
    everybody = np.arange(ground.zone.size)
    parts = []
    for block in blocks(inputs.pools, inputs.requirements):
        if block.is_city_wide or not touched[block.services].any():
            continue
        offers = offered(
            block, inputs.pools, inputs.places.code.size, inputs.catchments(), ground.row_of
        ).offers
        columns = columns_of(block, inputs.requirements, ground.children)
        sums = np.zeros((*columns.children.shape, 2), np.int64)
        if offers.capacity.size:
            sums = float_on_foot(ground.terrain, columns, offers, inputs.requirements)
        parts.append(_Part(block, everybody, sums))
    return AccessNow(outcome, tuple(parts), is_whole=True)
