"""Pieces, zones and trees: every sum holds exactly at every tier, and causes are told apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.engine.demand import CountQuality
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.known import counts_known, known_weights, with_causes
from atlas.engine.margins import any_of, cut, gather, roll_up
from atlas.engine.need import Levels
from atlas.engine.values import Quality, Reason

# Two trees: town 0 over quarters 1 and 2; halves 3 and 4.
PARENT = np.array([-1, 0, 0, -1, -1])
LEAVES = np.array([[1, 3], [1, 4], [2, 4], [-1, -1]])
NONE, MISSING, ABSENT = Reason.NONE, Reason.MISSING, Reason.NOT_APPLICABLE


def test_a_piece_counts_in_its_zone_in_every_tier_of_every_tree():
    pieces = cut(LEAVES, PARENT)
    assert pieces.of_point.tolist() == [0, 1, 2, -1]
    children = gather(np.array([[1, 10], [2, 20], [4, 40], [8, 80]]), pieces)
    assert roll_up(children, pieces)[:, 0].tolist() == [7, 3, 4, 1, 6]
    assert roll_up(children, pieces)[:, 1].tolist() == [70, 30, 40, 10, 60]


@given(
    st.lists(st.tuples(st.sampled_from([1, 2]), st.sampled_from([3, 4])), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_every_tree_holds_all_children_and_order_changes_nothing(leaves, random):
    values = np.array([random.randrange(10**12) for _ in leaves])
    pieces = cut(np.array(leaves), PARENT)
    sums = roll_up(gather(values, pieces), pieces)
    assert sums[0] == sums[1] + sums[2] == sums[3] + sums[4] == values.sum()
    order = random.sample(range(len(leaves)), len(leaves))
    again = cut(np.array(leaves)[order], PARENT)
    assert (roll_up(gather(values[order], again), again) == sums).all()


def test_flags_gather_upwards():
    pieces = cut(LEAVES, PARENT)
    assert any_of(np.array([1, 0, 4], np.uint8), pieces).tolist() == [5, 1, 4, 1, 4]


def test_a_point_in_one_tree_alone_is_refused():
    with pytest.raises(InputError, match="one division"):
        cut(np.array([[1, -1]]), PARENT)


def test_parents_in_a_circle_are_refused():
    with pytest.raises(InputError, match="circle"):
        cut(np.array([[0]]), np.array([1, 0]))


def test_rows_that_are_no_pieces_are_refused():
    pieces = cut(LEAVES, PARENT)
    with pytest.raises(ShapeError):
        roll_up(np.array([1, 2]), pieces)
    with pytest.raises(ShapeError):
        gather(np.array([1, 2]), pieces)


def test_a_cell_that_a_border_cuts_is_an_estimate_on_both_sides():
    # Points 0 and 1 stand in cell 0, which halves 3 and 4 divide; point 2 in cell 1.
    pieces = cut(LEAVES, PARENT)
    quality = np.full((3, 1), CountQuality.MEASURED, np.uint8)
    known = counts_known(quality, np.array([0, 0, 1, 2]), pieces)
    measured, estimated = Quality.MEASURED, Quality.ESTIMATED
    assert known.quality[:, 0].tolist() == [measured, measured, measured, estimated, estimated]


def test_a_zone_is_missing_where_no_cell_has_a_number_and_partial_where_one_lacks_it():
    pieces = cut(LEAVES, PARENT)
    quality = np.array([[CountQuality.MISSING], [CountQuality.MEASURED], [0]], np.uint8)
    known = counts_known(quality, np.array([0, 0, 1, 2]), pieces)
    assert known.is_missing[:, 0].tolist() == [False, True, False, True, False]
    assert known.is_partial[:, 0].tolist() == [True, True, False, True, True]


def test_no_street_is_told_from_no_data():
    nan = np.nan
    levels = Levels(
        np.array([[0.5, nan, nan, nan]]), np.array([[NONE, MISSING, MISSING, ABSENT]], np.uint8)
    )
    found = with_causes(
        levels,
        unsnapped=np.array([[0, 90, 10, 0]]),
        children=np.array([[100, 100, 100, 0]]),
        missing=np.zeros((1, 4), np.bool_),
        limit=1 / 3,
    )
    assert found.reason.tolist() == [[NONE, Reason.NO_NETWORK, MISSING, ABSENT]]


def test_a_missing_count_is_missing_and_not_nobody():
    levels = Levels(np.array([[np.nan]]), np.array([[ABSENT]], np.uint8))
    nobody = np.zeros((1, 1), np.int64)
    found = with_causes(levels, nobody, nobody, np.array([[True]]), 1 / 3)
    assert found.reason.tolist() == [[MISSING]]


def test_known_weights_sum_to_one_or_to_nothing():
    levels = Levels(
        np.array([[0.1, np.nan, 0.2], [np.nan] * 3]),
        np.array([[NONE, MISSING, NONE], [MISSING] * 3], np.uint8),
    )
    found = known_weights(levels, np.array([0.5, 0.25, 0.25]))
    assert found[0].tolist() == pytest.approx([2 / 3, 0, 1 / 3])
    assert found[1].tolist() == [0, 0, 0]
