from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from atlas.engine import need, weights
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.values import Flag, Reason

UNIT = st.floats(0, 1, allow_subnormal=False).map(lambda v: round(v, 6))


@st.composite
def towns(draw):
    n, k = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    x = draw(hnp.arrays(np.float64, (n, k), elements=UNIT))
    reason = draw(hnp.arrays(np.uint8, (n, k), elements=st.sampled_from([0, 0, 0, 0, 1, 2])))
    weight = draw(hnp.arrays(np.float64, k, elements=st.floats(0.01, 1)))
    p = draw(st.sampled_from([1.0, 2.0, 4.0, 9.5]))
    return Levels(np.where(reason > 0, np.nan, x), reason), weight, p


def levels(*rows):
    x = np.array(rows, np.float64)
    return Levels(x, np.where(np.isnan(x), Reason.MISSING, 0).astype(np.uint8))


@given(towns())
def test_contributions_sum_to_the_score(town) -> None:
    scores = need.score(town[0], town[1], ScoreRule(p=town[2]))
    ok = ~np.isnan(scores.need)
    total = np.nansum(scores.contributions[ok], axis=1)
    assert np.abs(total - scores.need[ok]).max(initial=0) < 1e-9


@given(towns())
def test_a_contribution_is_level_times_slope_by_finite_difference(town) -> None:
    given_levels, weight, p = town
    scores = need.score(given_levels, weight, ScoreRule(p=p))
    step = 1e-6
    for z, k in np.argwhere(~np.isnan(scores.contributions)):
        x = given_levels.x[z, k]
        if not 0.01 < x < 0.99:
            continue
        up, down = given_levels.x.copy(), given_levels.x.copy()
        up[z, k], down[z, k] = x + step, x - step
        rule = ScoreRule(p=p)
        rise = need.score(Levels(up, given_levels.reason), weight, rule).need[z]
        fall = need.score(Levels(down, given_levels.reason), weight, rule).need[z]
        slope = (rise - fall) / (2 * step)
        assert scores.contributions[z, k] == pytest.approx(x * slope, abs=1e-4)


@given(towns(), st.data())
def test_need_rises_in_each_level_and_in_p(town, data) -> None:
    given_levels, weight, p = town
    base = need.score(given_levels, weight, ScoreRule(p=p)).need
    k = data.draw(st.integers(0, given_levels.x.shape[1] - 1))
    raised = given_levels.x.copy()
    raised[:, k] = np.minimum(1.0, raised[:, k] + 0.1)
    above = need.score(Levels(raised, given_levels.reason), weight, ScoreRule(p=p)).need
    steeper = need.score(given_levels, weight, ScoreRule(p=p + 1)).need
    ok = ~np.isnan(base)
    assert (above[ok] >= base[ok] - 1e-9).all()
    assert (steeper[ok] >= base[ok] - 1e-9).all()


@given(towns())
def test_the_interval_holds_the_score(town) -> None:
    scores = need.score(town[0], town[1], ScoreRule(p=town[2]))
    ok = ~np.isnan(scores.need)
    assert (scores.lo[ok] <= scores.need[ok] + 1e-9).all()
    assert (scores.need[ok] <= scores.hi[ok] + 1e-9).all()


@given(towns())
def test_not_applicable_is_the_same_as_the_service_absent(town) -> None:
    given_levels, weight, p = town
    assume(given_levels.x.shape[1] > 1)
    reason = given_levels.reason.copy()
    reason[:, 0] = Reason.NOT_APPLICABLE
    x = given_levels.x.copy()
    x[:, 0] = np.nan
    with_it = need.score(Levels(x, reason), weight, ScoreRule(p=p))
    without = need.score(Levels(x[:, 1:], reason[:, 1:]), weight[1:], ScoreRule(p=p))
    np.testing.assert_allclose(with_it.need, without.need, rtol=0, atol=1e-9)
    np.testing.assert_allclose(with_it.hi, without.hi, rtol=0, atol=1e-9)
    assert with_it.rank.tolist() == without.rank.tolist()


@given(towns(), st.randoms(use_true_random=False))
def test_order_of_zones_changes_nothing(town, random) -> None:
    given_levels, weight, p = town
    order = list(range(len(given_levels.x)))
    random.shuffle(order)
    once = need.score(given_levels, weight, ScoreRule(p=p))
    again = need.score(
        Levels(given_levels.x[order], given_levels.reason[order]), weight, ScoreRule(p=p)
    )
    assert once.need[order].tobytes() == again.need.tobytes()
    assert once.rank[order].tolist() == again.rank.tolist()


def test_a_parent_with_one_child_zone_scores_like_it() -> None:
    full, out, children, unknown = (np.array([[n], [n]]) for n in (12, 30, 100, 10))
    twin = need.score(need.gap(full, out, children, unknown), np.array([1.0]), ScoreRule())
    assert twin.need[0] == twin.need[1]
    assert twin.rank.tolist() == [1.5, 1.5]


@given(towns())
def test_ranks_sum_to_those_of_as_many_zones_without_ties(town) -> None:
    scores = need.score(town[0], town[1], ScoreRule(p=town[2]))
    assert scores.rank.sum() == scores.ranked_of * (scores.ranked_of + 1) / 2


def test_three_equal_zones_share_the_middle_rank() -> None:
    scores = need.score(levels([0.9], [0.5], [0.5], [0.5]), np.ones(1), ScoreRule())
    assert scores.rank.tolist() == [1, 3, 3, 3]


def test_a_larger_p_refuses_to_let_a_playground_pay_for_a_school() -> None:
    town = levels([0.0, 1.0], [0.5, 0.5])
    even = need.score(town, np.array([1.0, 1.0]), ScoreRule(p=1))
    strict = need.score(town, np.array([1.0, 1.0]), ScoreRule(p=4))
    assert even.need[0] == even.need[1] == 50.0
    assert strict.need[0] > 80 > strict.need[1]


def test_if_solved_is_the_fall_of_the_score() -> None:
    scores = need.score(levels([0.6, 0.8]), np.array([1.0, 1.0]), ScoreRule(p=2))
    assert scores.need[0] == pytest.approx(100 * np.sqrt(0.5))
    assert scores.without[0, 1] == pytest.approx(100 * (np.sqrt(0.5) - np.sqrt(0.18)))


def test_no_need_has_no_contributions_but_zeros() -> None:
    scores = need.score(levels([0.0, 0.0]), np.array([1.0, 3.0]), ScoreRule(p=3))
    assert scores.need[0] == 0
    assert scores.contributions.tolist() == [[0.0, 0.0]]
    assert scores.without.tolist() == [[0.0, 0.0]]


def test_missing_within_the_limit_gives_a_score_and_a_wider_interval() -> None:
    scores = need.score(levels([0.5, 0.5, np.nan]), np.ones(3), ScoreRule())
    assert scores.need[0] == pytest.approx(50)
    assert scores.lo[0] == pytest.approx(100 / 3)
    assert scores.hi[0] == pytest.approx(200 / 3)
    assert scores.flags[0] == Flag.INCOMPLETE_DATA


def test_too_much_missing_gives_no_score_and_no_rank() -> None:
    scores = need.score(levels([0.5, np.nan], [0.2, 0.2]), np.ones(2), ScoreRule())
    assert np.isnan(scores.need[0])
    assert scores.reason.tolist() == [Reason.MISSING, Reason.NONE]
    assert np.isnan(scores.contributions[0]).all()
    assert scores.rank.tolist() == [0, 1]
    assert (scores.lo[0], scores.hi[0]) == (25.0, 75.0)
    assert scores.known_weight.tolist() == [0.5, 1.0]


def test_where_nothing_applies_nothing_is_said() -> None:
    nothing = Levels(np.full((1, 2), np.nan), np.full((1, 2), Reason.NOT_APPLICABLE, np.uint8))
    scores = need.score(nothing, np.ones(2), ScoreRule())
    assert scores.reason[0] == Reason.NOT_APPLICABLE
    assert np.isnan([scores.need[0], scores.lo[0], scores.hi[0]]).all()


def test_few_children_are_marked_and_not_ranked() -> None:
    scores = need.score(
        levels([0.9], [0.5], [0.4]), np.ones(1), ScoreRule(n_min=30), np.array([29, 30, 31])
    )
    assert scores.flags.tolist() == [Flag.FEW_CHILDREN, 0, 0]
    assert scores.rank.tolist() == [0, 1, 2]
    assert scores.ranked_of == 2
    assert scores.need[0] == pytest.approx(90)


def test_a_gap_counts_only_children_we_know_about() -> None:
    found = need.gap(
        np.array([[10, 0, 0, 0]]),
        np.array([[20, 0, 50, 0]]),
        np.array([[120, 0, 100, 9]]),
        np.array([[20, 0, 34, 9]]),
    )
    assert found.x[0, 0] == 0.3
    assert found.reason.tolist() == [
        [Reason.NONE, Reason.NOT_APPLICABLE, Reason.MISSING, Reason.MISSING]
    ]


def test_impossible_counts_are_refused() -> None:
    one, two = np.array([[1]]), np.array([[2]])
    with pytest.raises(InputError, match="exceed"):
        need.gap(one, one, one, one)
    with pytest.raises(InputError, match="negative"):
        need.gap(-one, one, two, one)
    with pytest.raises(ShapeError):
        need.gap(one, one, np.array([1]), one)


def test_weights_of_domains_and_services_multiply() -> None:
    service = weights.component_weights(
        np.array([0.4, 0.6, 0.0]), np.array([0, 1, 1, 2]), np.array([5.0, 1.0, 1.0, 2.0])
    )
    assert service == pytest.approx([0.4, 0.3, 0.3, 0.0])
    split = weights.split_weights(service, np.array([0, 1, 1, 2, 3]), np.array([7, 30, 10, 5, 1]))
    assert split == pytest.approx([0.4, 0.225, 0.075, 0.3, 0.0])
    assert split.sum() == pytest.approx(1)


@pytest.mark.parametrize("bad", [[0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0]])
def test_weights_that_weigh_nothing_are_refused(bad) -> None:
    with pytest.raises(InputError):
        weights.normalised(np.array(bad))


def test_levels_and_rules_out_of_range_are_refused() -> None:
    good = levels([0.5])
    with pytest.raises(InputError):
        need.score(levels([1.5]), np.ones(1), ScoreRule())
    with pytest.raises(InputError):
        need.score(
            Levels(np.array([[np.nan]]), np.zeros((1, 1), np.uint8)), np.ones(1), ScoreRule()
        )
    with pytest.raises(ShapeError):
        need.score(good, np.ones(2), ScoreRule())
    with pytest.raises(ShapeError):
        need.score(good, np.ones(1), ScoreRule(), np.ones(2))
    for bad in ({"p": 0.5}, {"missing_limit": 2.0}, {"n_min": -1}):
        with pytest.raises(InputError):
            ScoreRule(**bad)
