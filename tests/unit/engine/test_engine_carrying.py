from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.carrying import Living, carried
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.margins import cut
from atlas.engine.values import Quality, Reason

# City 0 with quarters 1 and 2; quarter 1 has streets 3 and 4, quarter 2 street 5 without children.
# A second tree: halves 6 and 7.
PARENT = np.array([-1, 0, 0, 1, 1, 2, -1, -1], np.int32)
LIVES = np.array([[3, 6], [4, 6], [4, 7], [2, 7]])
CHILDREN = np.array([10, 20, 30, 40])
NONE, MISSING, NOT = (int(r) for r in (Reason.NONE, Reason.MISSING, Reason.NOT_APPLICABLE))


def living(children=CHILDREN, lives=LIVES) -> Living:
    pieces = cut(lives, PARENT)
    of_piece = np.zeros(pieces.pieces, np.int64)
    np.add.at(of_piece, pieces.of_point, children)
    return Living(pieces, of_piece, PARENT)


def of_quarters(number, reason=(NONE, NONE), limit=1 / 3, where=None):
    return carried(
        np.array([1, 2]),
        np.array(number, np.float64),
        np.array(reason, np.uint8),
        where or living(),
        limit,
    )


def test_the_own_tier_keeps_its_numbers_and_others_take_means_over_children():
    found = of_quarters([1.0, 5.0])
    assert found.number[[1, 2]].tolist() == [1.0, 5.0]
    # 60 children in quarter 1, 40 in quarter 2; half 7 holds 30 of the one and 40 of the other.
    assert found.number[0] == pytest.approx((60 * 1 + 40 * 5) / 100)
    assert found.number[7] == pytest.approx((30 * 1 + 40 * 5) / 70)
    assert found.quality[[1, 2]].tolist() == [Quality.MEASURED] * 2
    assert found.quality[0] == Quality.ESTIMATED


def test_a_zone_inside_one_of_the_own_tier_has_its_number_to_the_last_bit():
    found = of_quarters([0.1, 0.7])
    assert found.number[3] == found.number[4] == found.number[6] == 0.1


def test_a_zone_without_children_takes_the_number_of_the_zone_it_is_part_of():
    assert of_quarters([0.1, 0.7]).number[5] == 0.7


def test_what_is_missing_to_more_than_the_limit_is_missing():
    found = of_quarters([np.nan, 5.0], (MISSING, NONE))
    assert (found.reason[0], found.reason[3], found.reason[1]) == (MISSING, MISSING, MISSING)
    half = of_quarters([1.0, np.nan], (NONE, MISSING), limit=0.5)
    assert (half.number[0], half.reason[7]) == (1.0, MISSING)


def test_children_where_it_does_not_apply_do_not_count():
    found = of_quarters([1.0, np.nan], (NONE, NOT))
    assert (found.number[0], found.number[7]) == (1.0, 1.0)
    assert found.reason[5] == NOT
    assert np.isnan(found.number[2])


def test_children_in_no_zone_of_the_own_tier_are_missing():
    found = carried(np.array([3]), np.array([2.0]), np.zeros(1, np.uint8), living(), 1 / 3)
    assert (found.number[3], found.reason[0], found.reason[1]) == (2.0, MISSING, MISSING)
    assert found.reason[2] == MISSING


def test_zero_is_a_number():
    assert of_quarters([0.0, 0.0]).number[0] == 0.0


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(4)), st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_the_order_of_points_changes_no_bit(order, number):
    other = living(CHILDREN[order], LIVES[order])
    first, again = of_quarters(number), of_quarters(number, where=other)
    assert first.number.tobytes() == again.number.tobytes()
    low, high = min(number), max(number)
    slack = 1e-9 * max(abs(low), abs(high), 1.0)
    assert ((first.number >= low - slack) & (first.number <= high + slack)).all()


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ShapeError):
        carried(np.array([1]), np.zeros(2), np.zeros(1, np.uint8), living(), 0.1)
    with pytest.raises(ShapeError):
        of_quarters([0, 0], where=Living(living().pieces, np.zeros(1, np.int64), PARENT))
    with pytest.raises(ShapeError):
        of_quarters([0, 0], where=Living(living().pieces, living().children_micro, PARENT[:3]))
    with pytest.raises(InputError):
        of_quarters([0, 0], limit=1.5)
