"""What one assessment of a whole city goes in with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from atlas.engine.decay import AccessForm, AccessSteps, Table, thirds
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.snapping import FARTHEST_LEG_CM
from atlas.engine.types import (
    MICRO,
    AnyArray,
    Bool,
    Float64,
    Int32,
    Int64,
    StrArray,
    UInt8,
)

WALK, CITY_WIDE = 0, 1
NOT_APPLICABLE = -1
NO_PROVISION = -1
CAPACITY_UNKNOWN = -1
OUTSIDE = -1

MOST_CHILDREN_MICRO = 1 << 43
MOST_AMOUNT_MICRO = 1 << 60
MOST_ADDED_MICRO = 1 << 62
"""What is needed of one block of services, or held by one place, adds up to less than this."""


def refuse_unless(holds: bool, message: str, error: type[Exception] = InputError) -> None:
    """
    Raise `error` unless `holds`.

    Parameters
    ----------
    holds
        What must be true.
    message
        What the caller did wrong.
    error
        What to raise.

    Raises
    ------
    EngineError
        `error`, if not.
    """
    if not holds:
        raise error(message)


def _has_shape(array: AnyArray, shape: tuple[int, ...], name: str) -> None:
    """Refuse an array of another shape."""
    refuse_unless(array.shape == shape, f"{name} has shape {array.shape}, not {shape}", ShapeError)


def _is_unique(code: StrArray, name: str) -> None:
    """Refuse a code that comes twice."""
    if bool((code[:-1] < code[1:]).all()):
        return
    refuse_unless(np.unique(code).size == code.size, f"two of the {name} have the same code")


def _lies_within(array: AnyArray, low: int, high: int, name: str) -> None:
    """Refuse a value below `low` or above `high`."""
    if array.size:
        refuse_unless(int(array.min()) >= low and int(array.max()) <= high, f"{name} out of range")


@dataclass(frozen=True, slots=True)
class Demand:
    """
    Where children live.

    Parameters
    ----------
    code
        Stable code of each point, shape (i,), unique.
    xy_m
        Place, shape (i, 2), metres.
    children_micro
        Children of each group, shape (i, g), millionths, not negative.
    zone
        Leaf zone, shape (i,); `OUTSIDE` (-1) takes part and is not reported.
    edge
        Whether the city's boundary is so near that places beyond it are missing, shape (i,).
    boundary_cm
        Straight way to the boundary, shape (i,): narrows `edge` to the services whose reach is at
        least as long. Without it `edge` holds for all.
    """

    code: StrArray
    xy_m: Float64
    children_micro: Int64
    zone: Int32
    edge: Bool
    boundary_cm: Int32 | None = None

    def check(self, zones: int, groups: int) -> None:
        """
        Refuse demand that does not fit `zones` leaf zones and `groups` groups.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        points = self.code.size
        _has_shape(self.xy_m, (points, 2), "xy_m of the points")
        _has_shape(self.children_micro, (points, groups), "children_micro")
        _has_shape(self.zone, (points,), "zone")
        _has_shape(self.edge, (points,), "edge")
        _is_unique(self.code, "points")
        _lies_within(self.children_micro, 0, MOST_CHILDREN_MICRO - 1, "children_micro")
        _lies_within(self.zone, OUTSIDE, zones - 1, "zone")
        total = int(self.children_micro.sum(dtype=np.float64)) if points else 0
        refuse_unless(total < 2 * MOST_CHILDREN_MICRO, "more children than the engine can add up")
        if self.boundary_cm is not None:
            _has_shape(self.boundary_cm, (points,), "boundary_cm")


@dataclass(frozen=True, slots=True)
class Places:
    """
    Where services are met.

    Parameters
    ----------
    code
        Stable code of each place, shape (p,), unique; the smaller one wins a tie.
    entrance_place
        Whose entrance, shape (e,). A place without entrances is reached by nobody.
    entrance_xy_m
        Where, shape (e, 2), metres.
    """

    code: StrArray
    entrance_place: Int32
    entrance_xy_m: Float64

    def check(self) -> None:
        """
        Refuse entrances that do not fit the places.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        _is_unique(self.code, "places")
        _has_shape(self.entrance_xy_m, (self.entrance_place.size, 2), "entrance_xy_m")
        _lies_within(self.entrance_place, 0, self.code.size - 1, "entrance_place")


@dataclass(frozen=True, slots=True)
class Pools:
    """
    What places offer; all that a pool admits share its capacity.

    Parameters
    ----------
    code
        Stable code of each pool, shape (j,), unique.
    place
        Where, shape (j,).
    capacity_micro
        Seats, square metres or visits in millionths, shape (j,); -1 unknown.
    admits
        Which services and groups, shape (j, s, g).
    """

    code: StrArray
    place: Int32
    capacity_micro: Int64
    admits: Bool

    def check(self, places: int, services: int, groups: int) -> None:
        """
        Refuse pools that do not fit the places, services and groups.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        pools = self.code.size
        _is_unique(self.code, "pools")
        _has_shape(self.place, (pools,), "place of the pools")
        _has_shape(self.capacity_micro, (pools,), "capacity_micro")
        _has_shape(self.admits, (pools, services, groups), "admits")
        _lies_within(self.place, 0, places - 1, "place of the pools")
        _lies_within(self.capacity_micro, CAPACITY_UNKNOWN, MOST_AMOUNT_MICRO, "capacity_micro")
        held = np.bincount(self.place, np.maximum(self.capacity_micro, 0), places)
        fits = float(held.max(initial=0)) < MOST_ADDED_MICRO
        refuse_unless(fits, "a place holds more than the engine can add up")


@dataclass(frozen=True, slots=True)
class Assigned:
    """
    Pools that serve only the points of their catchment.

    Parameters
    ----------
    is_assigned
        Which pools, shape (j,); the others serve whoever reaches them.
    pool, point
        Who is in whose catchment, shape (c,) each.
    """

    is_assigned: Bool
    pool: Int32
    point: Int32

    def check(self, pools: int, points: int) -> None:
        """
        Refuse catchments that do not fit the pools and points.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        _has_shape(self.is_assigned, (pools,), "is_assigned")
        _has_shape(self.point, (self.pool.size,), "point of the catchments")
        _lies_within(self.pool, 0, pools - 1, "pool of the catchments")
        _lies_within(self.point, 0, points - 1, "point of the catchments")


@dataclass(frozen=True, slots=True)
class Requirements:
    """
    What each group needs of each service.

    Parameters
    ----------
    service
        Code of each service, shape (s,), unique.
    reach_cm
        Walking reach, shape (s, g); -1 not applicable. A city-wide service needs 0 or more to
        apply and is not judged by it.
    provision_micro
        Provision for one child, shape (s, g), millionths; -1 none: reach alone decides.
    participation_micro
        Share of the group that takes part, shape (s, g), millionths.
    mode
        `WALK` or `CITY_WIDE`, shape (s,).
    access
        How places weigh by distance in the access index.
    farthest_leg_cm
        A point or entrance whose straight way to a street is longer is not snapped.
    three_step
        Whether children first divide themselves among their places in the access index (3SFCA).
    """

    service: StrArray
    reach_cm: Int32
    provision_micro: Int64
    participation_micro: Int64
    mode: UInt8
    access: AccessForm = field(default_factory=thirds)
    farthest_leg_cm: int = FARTHEST_LEG_CM
    three_step: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Services and groups."""
        return int(self.reach_cm.shape[0]), int(self.reach_cm.shape[1])

    @property
    def steps(self) -> AccessSteps | None:
        """The steps of an access index that keeps no pairs; None where it needs them all."""
        return self.access if isinstance(self.access, AccessSteps) and not self.three_step else None

    def check(self) -> None:
        """
        Refuse requirements that contradict themselves.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        _has_shape(self.service, self.reach_cm.shape[:1], "service")
        _has_shape(self.provision_micro, self.shape, "provision_micro")
        _has_shape(self.participation_micro, self.shape, "participation_micro")
        _has_shape(self.mode, self.service.shape, "mode")
        _is_unique(self.service, "services")
        _lies_within(self.reach_cm, NOT_APPLICABLE, np.iinfo(np.int32).max // 4, "reach_cm")
        _lies_within(self.provision_micro, NO_PROVISION, 10**6 * MICRO, "provision_micro")
        _lies_within(self.participation_micro, 0, MICRO, "participation_micro")
        _lies_within(self.mode, WALK, CITY_WIDE, "mode")
        self.access.check()
        if isinstance(self.access, Table):
            ends = int(self.access.upper_cm[-1]) >= int(self.reach_cm.max(initial=0))
            refuse_unless(ends, "the weight table ends before the reach")

    def need(self) -> Int64:
        """
        Return provision times participation, shape (s, g), in 10**-12; 0 where reach decides.

        Returns
        -------
        need
            A group that takes no part, or needs nothing, is judged by reach alone.
        """
        judged = (self.provision_micro > 0) & (self.reach_cm != NOT_APPLICABLE)
        return np.where(judged, self.provision_micro * self.participation_micro, 0)
