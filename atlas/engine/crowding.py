"""How crowded buildings are: their pupils over all shifts, on seats and floor that stand once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.types import MICRO
from atlas.engine.values import Flag, Quality, Reason, Values

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int8, Int32, Int64

WHOLE_DAY = -1
NOT_KNOWN = -1


@dataclass(frozen=True, slots=True)
class SeatedUnits:
    """
    Units whose capacity is counted in seats.

    Parameters
    ----------
    building
        Row of the building that holds each, shape (u,).
    shift
        Number of its shift, 0 or more, shape (u,); `WHOLE_DAY` (-1) sits through them all.
    seats_micro
        Millionths of a seat, shape (u,); -1 unknown.
    pupils
        Whole children there now, shape (u,); -1 unknown.
    """

    building: Int32
    shift: Int8
    seats_micro: Int64
    pupils: Int64

    def check(self, buildings: int) -> None:
        """
        Refuse units that do not fit `buildings` buildings.

        Raises
        ------
        ShapeError, InputError
            Naming what is at fault.
        """
        columns = (self.shift, self.seats_micro, self.pupils)
        if any(column.shape != self.building.shape for column in columns):
            msg = "the columns of the units differ in length"
            raise ShapeError(msg)
        if not self.building.size:
            return
        if int(self.building.min()) < 0 or int(self.building.max()) >= buildings:
            msg = "a unit stands in a building that is not given"
            raise InputError(msg)
        if any(int(column.min()) < NOT_KNOWN for column in columns):
            msg = "a shift, seats or pupils are out of range"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Crowding:
    """
    How crowded each of b buildings is.

    Attributes
    ----------
    shifts
        How many shifts use it, shape (b,); 0 where no unit has seats.
    pupils
        Children of all its shifts together, shape (b,); -1 where those of any unit are unknown.
    seats_micro
        The seats that stand in it: those of its largest shift, millionths, shape (b,); -1 where
        those of any unit are unknown.
    pupils_per_seat
        All its pupils on those seats: a full double shift is 2.
    fullest_shift
        Pupils per seat in the shift that has the most: over 1 there are children without a seat.
    m2_per_pupil
        Built floor for each pupil of all its shifts.
    """

    shifts: Int64
    pupils: Int64
    seats_micro: Int64
    pupils_per_seat: Values
    fullest_shift: Values
    m2_per_pupil: Values


def crowding(units: SeatedUnits, built_m2: Float64) -> Crowding:
    """
    Return how crowded buildings are.

    Parameters
    ----------
    units
        What the buildings hold.
    built_m2
        Floor of each building, shape (b,), square metres; NaN unknown.

    Returns
    -------
    crowding
        Null with its reason: *not applicable* in a building without seated units, for seats or
        pupils of 0 that nothing can be divided by; *missing* where a figure is unknown.

    Raises
    ------
    ShapeError, InputError
        If the units do not fit the buildings, or a floor is negative.

    Notes
    -----
    Source: METHOD §4 and §5. Shifts add to what a building can take (each unit is a pool of its
    own) and share its seats and floor. The share of capacity that sharing hands to a child is no
    load of a school: this is.

    Examples
    --------
    >>> seats, pupils = np.array([300, 300]) * MICRO, np.array([310, 290])
    >>> two = SeatedUnits(np.zeros(2, np.int32), np.array([0, 1], np.int8), seats, pupils)
    >>> found = crowding(two, np.array([1500.0]))
    >>> found.pupils_per_seat.number, found.m2_per_pupil.number
    (array([2.]), array([2.5]))
    """
    buildings = built_m2.size
    units.check(buildings)
    if bool((built_m2 < 0).any()):
        msg = "a built floor is negative"
        raise InputError(msg)
    in_use = _shifts_in_use(units, buildings)
    pupils_in, seats_in = (
        np.where(in_use, _by_shift(units, column, in_use.shape), 0)
        for column in (units.pupils, units.seats_micro)
    )
    knows_pupils, knows_seats = (
        _knows(units, column, buildings) for column in (units.pupils, units.seats_micro)
    )
    pupils = np.zeros(buildings, np.int64)
    np.add.at(pupils, units.building, units.pupils)
    seats = seats_in.max(axis=1)
    has_units = np.logical_or.reduce(in_use, axis=1)
    on_seats = _divided(pupils_in, seats_in / MICRO).max(axis=1, where=in_use, initial=-np.inf)
    return Crowding(
        shifts=in_use.sum(axis=1),
        pupils=np.where(knows_pupils, pupils, NOT_KNOWN),
        seats_micro=np.where(knows_seats, seats, NOT_KNOWN),
        pupils_per_seat=_values(
            _divided(pupils, seats / MICRO), has_units, knows_pupils & knows_seats
        ),
        fullest_shift=_values(on_seats, has_units, knows_pupils & knows_seats),
        m2_per_pupil=_values(
            _divided(built_m2, pupils), has_units, knows_pupils & ~np.isnan(built_m2)
        ),
    )


def _shifts_in_use(units: SeatedUnits, buildings: int) -> Bool:
    """Return the shifts of each building, shape (b, t); who sits all day alone makes one."""
    in_use = np.zeros((buildings, int(units.shift.max(initial=0)) + 1), np.bool_)
    in_shift = units.shift != WHOLE_DAY
    in_use[units.building[in_shift], units.shift[in_shift]] = True
    alone = np.setdiff1d(units.building[~in_shift], np.flatnonzero(in_use.any(axis=1)))
    in_use[alone, 0] = True
    return in_use


def _by_shift(units: SeatedUnits, column: Int64, shape: tuple[int, ...]) -> Int64:
    """Return the sum in each shift, of those who sit all day too, shape (b, t)."""
    total = np.zeros(shape, np.int64)
    in_shift = units.shift != WHOLE_DAY
    np.add.at(total, (units.building[in_shift], units.shift[in_shift]), column[in_shift])
    all_day = np.zeros(shape[0], np.int64)
    np.add.at(all_day, units.building[~in_shift], column[~in_shift])
    return total + all_day[:, None]


def _knows(units: SeatedUnits, column: Int64, buildings: int) -> Bool:
    """Return the buildings whose units all say how many, shape (b,)."""
    knows = np.zeros(buildings, np.bool_)
    knows[units.building] = True
    knows[units.building[column == NOT_KNOWN]] = False
    return knows


def _divided(above: Float64 | Int64, below: Float64 | Int64) -> Float64:
    """Return a ratio; NaN where there is nothing to divide by."""
    ratio = np.full(above.shape, np.nan)
    np.divide(above, below, out=ratio, where=below > 0)
    return ratio


def _values(number: Float64, has_units: Bool, is_known: Bool) -> Values:
    """Return measured numbers, or why there are none."""
    reason = np.where(np.isnan(number), Reason.NOT_APPLICABLE, Reason.NONE)
    reason = np.where(is_known, reason, Reason.MISSING)
    reason = np.where(has_units, reason, Reason.NOT_APPLICABLE).astype(np.uint8)
    return Values(
        number=np.where(reason == Reason.NONE, number, np.nan),
        quality=np.full(number.shape, Quality.MEASURED, np.uint8),
        reason=reason,
        flags=np.full(number.shape, Flag.NONE, np.uint8),
    )
