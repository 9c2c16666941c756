"""Crowding is the building's: all its pupils on the seats and floor that stand there once."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.crowding import WHOLE_DAY, SeatedUnits, crowding
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.types import MICRO
from atlas.engine.values import Reason

MORNING, AFTERNOON = 0, 1


def school(*units, built_m2=1200.0, buildings=1):
    """Units as (building, shift, seats, pupils), -1 where not known."""
    building, shift, seats, pupils = np.array(units, np.int64).reshape(-1, 4).T
    held = SeatedUnits(
        building.astype(np.int32),
        shift.astype(np.int8),
        np.where(seats < 0, -1, seats * MICRO),
        pupils,
    )
    return crowding(held, np.broadcast_to(np.array(built_m2), buildings))


def only(values):
    """The one number, or the reason why there is none."""
    return float(values.number[0]) if values.reason[0] == Reason.NONE else Reason(values.reason[0])


def test_a_school_of_one_shift():
    found = school((0, WHOLE_DAY, 200, 220))
    assert (found.shifts[0], found.pupils[0], found.seats_micro[0]) == (1, 220, 200 * MICRO)
    assert only(found.pupils_per_seat) == 1.1
    assert only(found.fullest_shift) == 1.1
    assert only(found.m2_per_pupil) == pytest.approx(1200 / 220)


def test_two_shifts_share_the_seats_and_the_floor():
    found = school((0, MORNING, 200, 240), (0, AFTERNOON, 200, 160))
    assert (found.shifts[0], found.pupils[0], found.seats_micro[0]) == (2, 400, 200 * MICRO)
    assert only(found.pupils_per_seat) == 2
    assert only(found.fullest_shift) == 1.2
    assert only(found.m2_per_pupil) == 3


def test_stages_in_one_shift_have_each_their_own_seats():
    found = school((0, MORNING, 100, 90), (0, MORNING, 50, 60), (0, AFTERNOON, 120, 120))
    assert found.seats_micro[0] == 150 * MICRO
    assert only(found.pupils_per_seat) == 270 / 150
    assert only(found.fullest_shift) == 1


def test_who_stays_all_day_sits_through_every_shift():
    found = school((0, WHOLE_DAY, 100, 100), (0, MORNING, 25, 50), (0, AFTERNOON, 100, 60))
    assert (found.shifts[0], found.pupils[0], found.seats_micro[0]) == (2, 210, 200 * MICRO)
    assert only(found.fullest_shift) == 1.2


def test_pupils_that_nobody_counted_are_missing_and_not_none():
    found = school((0, MORNING, 200, 240), (0, AFTERNOON, 200, -1))
    assert found.pupils[0] == -1
    assert only(found.pupils_per_seat) == Reason.MISSING
    assert only(found.fullest_shift) == Reason.MISSING
    assert only(found.m2_per_pupil) == Reason.MISSING


def test_seats_that_nobody_counted_leave_the_floor_known():
    found = school((0, MORNING, -1, 240))
    assert found.seats_micro[0] == -1
    assert only(found.pupils_per_seat) == Reason.MISSING
    assert only(found.m2_per_pupil) == 5


def test_a_floor_that_nobody_measured_leaves_the_seats_known():
    found = school((0, MORNING, 200, 240), built_m2=np.nan)
    assert only(found.pupils_per_seat) == 1.2
    assert only(found.m2_per_pupil) == Reason.MISSING


def test_an_empty_school_is_not_crowded_and_no_school_is_not_applicable():
    found = school((1, MORNING, 200, 0), buildings=3)
    assert found.pupils_per_seat.number[1] == 0
    assert found.m2_per_pupil.reason.tolist() == [Reason.NOT_APPLICABLE] * 3
    assert found.pupils_per_seat.reason[[0, 2]].tolist() == [Reason.NOT_APPLICABLE] * 2
    assert found.shifts.tolist() == [0, 1, 0]


def test_no_seats_at_all_can_be_divided_by_nothing():
    found = school((0, MORNING, 0, 20))
    assert only(found.pupils_per_seat) == Reason.NOT_APPLICABLE
    assert found.seats_micro[0] == 0


def test_the_order_of_units_is_of_no_account():
    units = [(0, MORNING, 100, 90), (1, WHOLE_DAY, 50, 60), (0, AFTERNOON, 120, 120)]
    one, other = school(*units, buildings=2), school(*units[::-1], buildings=2)
    assert one.pupils_per_seat.number.tobytes() == other.pupils_per_seat.number.tobytes()


def test_units_that_contradict_themselves_are_refused():
    with pytest.raises(InputError, match="not given"):
        school((1, MORNING, 1, 1))
    with pytest.raises(InputError, match="out of range"):
        school((0, MORNING, 1, -2))
    with pytest.raises(InputError, match="floor"):
        school((0, MORNING, 1, 1), built_m2=-1.0)
    one = np.zeros(1, np.int64)
    with pytest.raises(ShapeError, match="length"):
        crowding(SeatedUnits(one.astype(np.int32), one.astype(np.int8), one[:0], one), np.zeros(1))
