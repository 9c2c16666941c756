from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import norm, rankdata

from atlas.engine.context import Indicators, Normalisation, context_levels
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.values import Reason

VALUE = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda v: round(v, 3))


def read(values, way, *, good=0.0, bad=1.0, reason=None, counts=None):
    number = np.array(values, np.float64)[:, None]
    if reason is None:
        reason = np.where(np.isnan(number[:, 0]), Reason.MISSING, Reason.NONE)
    indicators = Indicators(np.array([good]), np.array([bad]), np.array([way], np.uint8))
    return context_levels(number, np.array(reason, np.uint8)[:, None], indicators, counts)


def test_goalposts_measure_from_good_to_bad_and_stop_there() -> None:
    found = read([5.0, 10.0, 40.0, 60.0, 90.0], Normalisation.GOALPOSTS, good=10, bad=60)
    assert found.levels.x[:, 0].tolist() == [0.0, 0.0, 0.6, 1.0, 1.0]


def test_where_more_is_better_the_order_of_the_goalposts_says_so() -> None:
    # Doctors for 1000 children: 4 is good, none is bad.
    found = read([0.0, 1.0, 4.0, 9.0], Normalisation.GOALPOSTS, good=4, bad=0)
    assert found.levels.x[:, 0].tolist() == [1.0, 0.75, 0.0, 0.0]
    for way in (Normalisation.Z_SCORE, Normalisation.RANK, Normalisation.MIN_MAX):
        level = read([0.0, 1.0, 4.0, 9.0], way, good=4, bad=0).levels.x[:, 0]
        assert (np.diff(level) < 0).all()


def test_a_level_by_goalposts_needs_no_other_zone_so_years_compare() -> None:
    alone = read([30.0], Normalisation.GOALPOSTS, good=10, bad=60)
    among = read([30.0, 10.0, 100.0], Normalisation.GOALPOSTS, good=10, bad=60)
    assert alone.levels.x[0, 0] == among.levels.x[0, 0] == 0.4
    assert not alone.is_constant[0]


@given(hnp.arrays(np.float64, st.integers(2, 12), elements=VALUE, unique=True))
@settings(max_examples=40)
def test_z_scores_are_those_of_scipy_through_the_normal_curve(values) -> None:
    found = read(values, Normalisation.Z_SCORE).levels.x[:, 0]
    expected = norm.cdf((values - values.mean()) / values.std(ddof=1))
    np.testing.assert_allclose(found, expected, atol=1e-9)


@given(hnp.arrays(np.float64, st.integers(2, 12), elements=st.sampled_from([0.0, 1, 2, 5, 9])))
@settings(max_examples=40)
def test_equal_values_share_the_mean_of_their_ranks(values) -> None:
    found = read(values, Normalisation.RANK)
    if found.is_constant[0]:
        assert (found.levels.x == 0.5).all()
        return
    expected = (rankdata(values) - 1) / (len(values) - 1)
    np.testing.assert_allclose(found.levels.x[:, 0], expected, rtol=0, atol=1e-15)


def test_three_zones_at_the_worst_share_it() -> None:
    found = read([1.0, 7.0, 7.0, 7.0, 3.0], Normalisation.RANK)
    assert found.levels.x[:, 0].tolist() == [0.0, 0.75, 0.75, 0.75, 0.25]


def test_best_and_worst_are_0_and_1_by_min_max() -> None:
    found = read([2.0, 3.0, 6.0], Normalisation.MIN_MAX)
    assert found.levels.x[:, 0].tolist() == [0.0, 0.25, 1.0]


@pytest.mark.parametrize("way", list(Normalisation))
def test_a_constant_indicator_is_said_to_be_constant(way) -> None:
    found = read([0.3, np.nan, 0.3, 0.3], way)
    assert found.is_constant.tolist() == [True]
    assert found.zones.tolist() == [3]
    assert not np.isnan(found.levels.x[[0, 2, 3], 0]).any()
    assert read([0.3, 0.4], way).is_constant.tolist() == [False]


@pytest.mark.parametrize("way", [Normalisation.Z_SCORE, Normalisation.RANK, Normalisation.MIN_MAX])
def test_one_zone_has_nobody_to_be_compared_with(way) -> None:
    found = read([7.0], way)
    assert found.is_constant.tolist() == [True]
    assert found.levels.x[0, 0] == 0.5


@pytest.mark.parametrize("way", list(Normalisation))
def test_a_null_keeps_its_reason_and_moves_nobody(way) -> None:
    reason = [Reason.NONE, Reason.NOT_APPLICABLE, Reason.NONE, Reason.MISSING]
    found = read([0.1, np.nan, 0.7, np.nan], way, reason=reason)
    assert found.levels.reason[:, 0].tolist() == reason
    assert np.isnan(found.levels.x[[1, 3], 0]).all()
    without = read([0.1, 0.7], way)
    assert found.levels.x[[0, 2], 0].tolist() == without.levels.x[:, 0].tolist()


def test_no_value_at_all_is_no_statistic() -> None:
    found = read([np.nan, np.nan], Normalisation.Z_SCORE)
    assert np.isnan(found.levels.x).all()
    assert (found.is_constant.tolist(), found.zones.tolist()) == ([True], [0])


@pytest.mark.parametrize("way", list(Normalisation))
def test_a_zone_of_few_children_is_placed_and_moves_nobody(way) -> None:
    counts = np.array([True, True, True, False])
    found = read([0.2, 0.4, 0.8, 0.9], way, counts=counts)
    without = read([0.2, 0.4, 0.8], way)
    assert found.levels.x[:3, 0].tolist() == without.levels.x[:, 0].tolist()
    assert found.levels.x[3, 0] >= found.levels.x[2, 0]
    between = read([0.2, 0.4, 0.8, 0.5], way, counts=counts).levels.x[:, 0]
    assert between[1] <= between[3] <= between[2]
    twin = read([0.2, 0.4, 0.8, 0.4], way, counts=counts).levels.x[:, 0]
    assert twin[3] == twin[1]


@given(
    hnp.arrays(np.float64, (7, 3), elements=VALUE),
    st.permutations(range(7)),
    st.sampled_from(list(Normalisation)),
)
@settings(max_examples=40)
def test_order_of_zones_changes_no_bit(values, order, way) -> None:
    indicators = Indicators(np.zeros(3), np.array([9.0, -9, 1e5]), np.full(3, way, np.uint8))
    reason = np.zeros(values.shape, np.uint8)
    counts = values[:, 0] < 5e5
    once = context_levels(values, reason, indicators, counts)
    again = context_levels(values[order], reason[order], indicators, counts[order])
    assert once.levels.x[order].tobytes() == again.levels.x.tobytes()
    assert once.is_constant.tolist() == again.is_constant.tolist()
    assert ((once.levels.x >= 0) & (once.levels.x <= 1)).all()


def test_numbers_so_small_that_their_squares_vanish_are_still_told_apart() -> None:
    found = read([0.0, 1e-200, 2e-200], Normalisation.Z_SCORE).levels.x[:, 0]
    assert found == pytest.approx(norm.cdf([-1, 0, 1]))


def test_what_is_no_value_is_refused() -> None:
    for bad in ([np.inf, 1.0], [-np.inf, 1.0]):
        with pytest.raises(InputError):
            read(bad, Normalisation.Z_SCORE)
    with pytest.raises(InputError, match="null"):
        read([np.nan], Normalisation.RANK, reason=[Reason.NONE])
    with pytest.raises(InputError, match="null"):
        read([0.0], Normalisation.RANK, reason=[Reason.MISSING])
    with pytest.raises(InputError, match="suppressed"):
        read([np.nan], Normalisation.RANK, reason=[Reason.SUPPRESSED])
    with pytest.raises(ShapeError):
        read([1.0, 2.0], Normalisation.RANK, counts=np.array([True]))
    with pytest.raises(ShapeError):
        read([1.0, 2.0], Normalisation.RANK, reason=[0])
    with pytest.raises(ShapeError):
        context_levels(
            np.zeros((2, 2)),
            np.zeros((2, 2), np.uint8),
            Indicators(np.zeros(1), np.ones(1), np.zeros(1, np.uint8)),
        )


def test_goalposts_that_do_not_stand_apart_are_refused() -> None:
    for good, bad in ((1.0, 1.0), (np.nan, 1.0), (0.0, np.inf)):
        with pytest.raises(InputError):
            Indicators(np.array([good]), np.array([bad]), np.zeros(1, np.uint8))
    with pytest.raises(InputError):
        Indicators(np.zeros(1), np.ones(1), np.array([9], np.uint8))
    with pytest.raises(ShapeError):
        Indicators(np.zeros(2), np.ones(1), np.zeros(1, np.uint8))
