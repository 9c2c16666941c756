from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.equity.deprivation import Coverage, along_deprivation
from atlas.engine.equity.intervals import interval, intervals
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.values import Reason
from atlas.engine.weights import component_weights, with_shares

QUANTILES = (0.05, 0.5, 0.95)
LIMIT = 1 / 3


def coverage(gap, children=None, table=None, row=None) -> Coverage:
    gap = np.array(gap, np.float64)
    children = np.full(gap.size, 100) if children is None else np.array(children)
    table = np.nan_to_num(gap)[None, :] if table is None else np.array(table, np.float64)
    return Coverage(gap, table, np.zeros(4, np.int64) if row is None else np.array(row), children)


def along(of: Coverage, deprivation, limit=LIMIT):
    return along_deprivation(of, np.array(deprivation, np.float64), QUANTILES, limit)


def test_five_zones_alike_in_number_give_the_ends_their_own_coverage():
    found = along(coverage([0.6, 0.5, 0.4, 0.3, 0.2]), [5, 4, 3, 2, 1])
    assert found.most_deprived == pytest.approx(0.4)
    assert found.least_deprived == pytest.approx(0.8)
    assert found.difference == pytest.approx(0.4)
    assert found.ratio == pytest.approx(2.0)
    # cov(h, R) of h = .4 … .8 at R = .1 … .9 is 2 · .1 · .2 = .04; E = 8 cov, C = 2 cov / .6.
    assert found.erreygers == pytest.approx(8 * 0.04)
    assert found.concentration == pytest.approx(2 * 0.04 / 0.6)
    assert found.children_micro == 500


def test_the_interval_is_that_of_the_trials():
    table = [[0.6, 0.2], [0.8, 0.4], [0.4, 0.0]]
    found = along(coverage([0.6, 0.2], table=table, row=[0, 1, 2]), [2, 1])
    # Erreygers, most deprived, least deprived, difference.
    np.testing.assert_allclose(found.observed[0], [0.4, 0.2, 0.6, 0.4])
    np.testing.assert_allclose(found.observed[-1], [0.4, 0.6, 1.0, 0.4])


def test_where_nobody_of_the_most_deprived_is_served_there_is_a_difference_and_no_ratio():
    found = along(coverage([1.0, 0.5]), [2, 1])
    assert found.difference == pytest.approx(0.5)
    assert np.isnan(found.ratio)
    nobody = along(coverage([1.0, 1.0]), [2, 1])
    assert (nobody.erreygers, nobody.difference) == (0, 0)
    assert np.isnan(nobody.concentration)


@pytest.mark.parametrize(
    ("gap", "deprivation", "children", "reason"),
    [
        ([0.5, 0.5], [np.nan, np.nan], [1, 1], Reason.MISSING),
        ([np.nan, np.nan], [1, 2], [1, 1], Reason.MISSING),
        ([0.5, np.nan, 0.1], [1, 2, 3], [1, 2, 1], Reason.MISSING),
        ([0.5, 0.5], [1, 1], [1, 1], Reason.NOT_APPLICABLE),
        ([0.5, 0.5], [1, 2], [0, 0], Reason.NOT_APPLICABLE),
        ([0.5, 0.5], [1, 2], [0, 1], Reason.NOT_APPLICABLE),
    ],
)
def test_where_nothing_can_be_said_there_is_a_reason(gap, deprivation, children, reason):
    found = along(coverage(gap, children), deprivation)
    assert found.reason == reason
    assert np.isnan([found.erreygers, found.most_deprived, found.ratio]).all()
    assert np.isnan(found.observed).all()


def test_a_zone_whose_deprivation_is_not_known_is_left_out_up_to_the_limit():
    found = along(coverage([0.6, 0.2, 0.9], [100, 100, 50]), [2, 1, np.nan])
    assert found.reason == Reason.NONE
    assert found.children_micro == 200


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 4), st.integers(1, 10**9)),
        min_size=2,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_zones_changes_no_bit_and_the_index_of_the_gap_is_the_negative(zones, random):
    gap, degree, children = (list(column) for column in zip(*zones, strict=True))
    found = along(coverage(gap, children), degree)
    order = list(range(len(zones)))
    random.shuffle(order)
    again = along(
        coverage([gap[i] for i in order], [children[i] for i in order]),
        [degree[i] for i in order],
    )
    assert repr(found) == repr(again)
    other = along(coverage([1 - g for g in gap], children), degree)
    if found.reason == Reason.NONE:
        assert other.erreygers == pytest.approx(-found.erreygers, abs=1e-9)
        assert -1 <= found.erreygers <= 1


def test_several_measures_are_each_as_one_alone():
    table, row = np.array([[0.0, 1.0], [0.5, 0.5], [0.2, 0.4]]), np.array([0, 1, 1, 2])
    both = intervals(lambda x: np.array([float(np.ptp(x)), x[0]]), table, row, QUANTILES)
    assert both[:, 0].tolist() == interval(lambda x: float(np.ptp(x)), table, row).tolist()
    assert both[:, 1].tolist() == interval(lambda x: float(x[0]), table, row).tolist()


def test_columns_of_different_length_are_refused():
    with pytest.raises(ShapeError):
        along(coverage([0.5, 0.5]), [1])
    with pytest.raises(InputError):
        along(coverage([0.5, 0.5]), [1, 2], limit=2)


def test_a_further_component_takes_its_share_and_the_rest_keep_their_proportions():
    domain, weight = np.array([0, 0, 1]), np.array([0.75, 0.25, 1.0])
    before = component_weights(np.array([0.6, 0.4]), domain, weight)
    shared = with_shares(
        np.array([0.6, 0.4, 0.0]), domain, weight, np.array([0.1, 0.2]), np.array([1, 2])
    )
    after = component_weights(shared[0], np.array([0, 0, 1, 1, 2]), shared[1])
    np.testing.assert_allclose(after[:3], before * 0.7, atol=1e-15)
    np.testing.assert_allclose(after[3:], [0.1, 0.2], atol=1e-15)


@pytest.mark.parametrize("share", [[1.0], [-0.1], [0.5, 0.5], [np.nan]])
def test_shares_that_leave_nothing_are_refused(share):
    with pytest.raises(InputError):
        with_shares(
            np.array([1.0]),
            np.array([0]),
            np.array([1.0]),
            np.array(share),
            np.zeros(len(share), np.int64),
        )
