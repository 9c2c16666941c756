"""What a scenario takes away and gives, at the points that it touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.scenario import Touched, deal
from atlas.engine.scenario.cases import restricted
from atlas.engine.scenario.turns import lanes_of, turns_of
from atlas.engine.sharing import offered

if TYPE_CHECKING:
    from atlas.engine.inputs import Requirements
    from atlas.engine.kernels.search import Doors
    from atlas.engine.scenario.cases import Case, Offering
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.rooms import Room
    from atlas.engine.types import Int32

ROOM = 1 << 12
FACTOR = 4


@dataclass(frozen=True, slots=True)
class Side:
    """
    Places before or after the changes, and the ground they stand on.

    Attributes
    ----------
    ground
        The streets and points of then.
    offering
        What the places offer.
    doors
        Where they are entered.
    sign
        -1 to take away, +1 to put in.
    """

    ground: Ground
    offering: Offering
    doors: Doors
    sign: int


@dataclass(frozen=True, slots=True)
class Touch:
    """
    What changes for the services of one case.

    Attributes
    ----------
    case
        Services and columns.
    touched
        The points and what changes there, shape (m, …); its `slot` is empty.
    """

    case: Case
    touched: Touched


def touch(
    case: Case, sides: tuple[Side, ...], requirements: Requirements, room: Room, first: Int32
) -> Touch:
    """
    Take away what places gave before and give what they give now.

    Parameters
    ----------
    case
        Whose services.
    sides
        Places before and after.
    requirements
        Reach and need.
    room
        Working memory; clean again afterwards.
    first
        Standing points that are touched in any case.

    Returns
    -------
    touch
        Whole numbers, so that taking away undoes giving exactly.
    """
    width = case.block.service.size
    touched = _empty(room.slot, max(ROOM, 2 * first.size), width)
    touched.point[: first.size] = first
    touched.slot[first] = np.arange(first.size, dtype=np.int32)
    used = first.size
    lanes = lanes_of(case.block, requirements)
    for side in sides:
        ground, terrain = side.ground, side.ground.terrain
        block = restricted(case, side.offering.pools)
        offers = offered(
            block, side.offering.pools, side.offering.places, side.offering.assigned, ground.row_of
        ).offers
        order = np.arange(side.offering.places, dtype=np.int32)
        turns = turns_of(offers, order, np.full(order.size, side.sign, np.int64))
        demand = np.zeros((turns.capacity.size, width), np.int64)
        at = 0
        while at < order.size:
            at, used = deal(
                terrain.graph,
                terrain.points.standing,
                side.doors,
                at,
                turns,
                lanes,
                ground.children,
                room.scratch,
                room.queue,
                touched,
                used,
                demand,
            )
            if at < order.size:
                touched = _larger(touched)
    room.slot[touched.point[:used]] = -1
    return Touch(case, _kept(touched, used))


def _empty(slot: Int32, rows: int, width: int) -> Touched:
    """Return room for some touched points."""
    return Touched(
        slot=slot,
        point=np.zeros(rows, np.int32),
        share=np.zeros((rows, width, 2), np.int64),
        places=np.zeros((rows, width), np.int32),
        unknown=np.zeros((rows, width), np.int32),
        seen=np.zeros((rows, width), np.bool_),
    )


def _larger(touched: Touched) -> Touched:
    """Return the same with more room."""
    rows, width = touched.places.shape
    larger = _empty(touched.slot, FACTOR * rows, width)
    for name in Touched._fields[1:]:
        getattr(larger, name)[:rows] = getattr(touched, name)
    return larger


def _kept(touched: Touched, used: int) -> Touched:
    """Return the rows in use."""
    rows = {name: getattr(touched, name)[:used] for name in Touched._fields[1:]}
    return Touched(slot=np.zeros(0, np.int32), **rows)
