from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from atlas.engine.effective import correlations, effective_weights, first_order
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels, ScoreRule, score
from atlas.engine.splines import SplineRule, fitted
from atlas.engine.values import Reason

RULE = SplineRule()
UNIT = st.floats(0, 1, allow_subnormal=False).map(lambda v: round(v, 3))


def levels(x, reason=None):
    x = np.array(x, np.float64)
    reason = np.where(np.isnan(x), Reason.MISSING, 0) if reason is None else np.array(reason)
    return Levels(x, reason.astype(np.uint8))


def test_first_order_effects_of_the_ishigami_function() -> None:
    """
    Published: S = 0.3139, 0.4424, 0 for a = 7, b = 0.1 (Ishigami & Homma 1990; Saltelli 2008).

    A straight line sees 0.19, 0, 0.
    """
    random = np.random.default_rng(1990)
    x = random.uniform(-np.pi, np.pi, (8000, 3))
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    rule = SplineRule(segments=20)
    found = [first_order(x[:, k], y, rule) for k in range(3)]
    assert found == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)


def test_independent_components_weigh_the_square_of_their_weights() -> None:
    """With p = 1 and equal spreads, S_k = W_k² / Σ W²: twice the weight is four times the say."""
    every = np.linspace(0, 1, 12)
    town = levels(np.stack(np.meshgrid(every, every, every), axis=-1).reshape(-1, 3))
    weights = np.array([0.5, 0.25, 0.25])
    need = score(town, weights, ScoreRule()).need
    found = effective_weights(town, need, weights, RULE)
    assert found.first_order == pytest.approx([4 / 6, 1 / 6, 1 / 6], abs=1e-4)
    assert found.linear == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    assert found.share.sum() == pytest.approx(1)
    assert found.nominal.tolist() == weights.tolist()


def test_a_component_without_weight_speaks_through_the_one_it_goes_with() -> None:
    random = np.random.default_rng(5)
    x = random.random((300, 1))
    town = levels(np.hstack([x, x]))
    need = score(town, np.array([1.0, 0.0]), ScoreRule()).need
    found = effective_weights(town, need, np.array([1.0, 0.0]), RULE)
    assert found.first_order == pytest.approx([1, 1])
    assert found.nominal.tolist() == [1, 0]


def test_a_curve_is_seen_where_a_line_sees_nothing() -> None:
    x = np.linspace(0, 1, 201)
    found = effective_weights(levels(x[:, None]), 100 * (2 * x - 1) ** 2, np.ones(1), RULE)
    assert found.first_order[0] == pytest.approx(1, abs=1e-4)
    assert found.linear[0] == pytest.approx(0, abs=1e-12)


def test_a_straight_line_passes_the_spline_whole() -> None:
    x = np.sort(np.random.default_rng(3).random(40))
    np.testing.assert_allclose(fitted(x, 5 - 3 * x, RULE), 5 - 3 * x, atol=1e-9)


@given(
    hnp.arrays(np.float64, st.integers(10, 40), elements=UNIT),
    st.integers(0, 1000),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_effects_lie_between_0_and_1_and_no_order_of_zones_moves_a_bit(x, seed, random) -> None:
    need = np.random.default_rng(seed).random(x.size) * 100
    town = levels(np.column_stack([x, x[::-1]]))
    order = list(range(x.size))
    random.shuffle(order)
    shuffled = Levels(town.x[order], town.reason[order])
    once = effective_weights(town, need, np.ones(2), RULE)
    again = effective_weights(shuffled, need[order], np.ones(2), RULE)
    for name in type(once).__slots__:
        assert getattr(once, name).tobytes() == getattr(again, name).tobytes()
    known = once.reason == Reason.NONE
    assert ((once.first_order[known] >= 0) & (once.first_order[known] <= 1)).all()
    assert np.isnan(once.first_order[~known]).all()
    pairs, moved = correlations(town), correlations(shuffled)
    assert pairs.pearson.tobytes() == moved.pearson.tobytes()
    assert pairs.spearman.tobytes() == moved.spearman.tobytes()


@given(hnp.arrays(np.float64, (12, 3), elements=st.sampled_from([0.0, 0.1, 0.5, 0.9, np.nan])))
@settings(max_examples=40, deadline=None)
def test_correlations_are_those_of_scipy_over_the_zones_that_have_both(x) -> None:
    found = correlations(levels(x))
    for a in range(3):
        for b in range(3):
            both = ~np.isnan(x[:, [a, b]]).any(axis=1)
            one, other = x[both, a], x[both, b]
            assert found.zones[a, b] == both.sum()
            if both.sum() < 2:
                assert found.reason[a, b] == Reason.MISSING
            elif np.ptp(one) == 0 or np.ptp(other) == 0:
                assert found.reason[a, b] == Reason.NOT_APPLICABLE
            else:
                assert found.reason[a, b] == Reason.NONE
                pearson = scipy.stats.pearsonr(one, other).statistic
                spearman = scipy.stats.spearmanr(one, other).statistic
                assert found.pearson[a, b] == pytest.approx(pearson, abs=1e-12)
                assert found.spearman[a, b] == pytest.approx(spearman, abs=1e-12)
                continue
            assert np.isnan([found.pearson[a, b], found.spearman[a, b]]).all()


def test_a_constant_has_no_effect_to_speak_of_and_says_so() -> None:
    town = levels(np.column_stack([np.full(20, 0.3), np.linspace(0, 1, 20)]))
    found = effective_weights(town, np.linspace(0, 50, 20), np.ones(2), RULE)
    assert found.reason.tolist() == [Reason.NOT_APPLICABLE, Reason.NONE]
    assert np.isnan(found.share[0])
    assert found.share[1] == pytest.approx(1)
    same = effective_weights(town, np.full(20, 7.0), np.ones(2), RULE)
    assert (same.linear_reason == Reason.NOT_APPLICABLE).all()


def test_few_zones_have_a_line_and_no_curve() -> None:
    town = levels([[0.1], [0.5], [0.9]])
    found = effective_weights(town, np.array([1.0, 2.0, np.nan]), np.ones(1), RULE)
    assert (found.reason[0], found.linear_reason[0]) == (Reason.MISSING, Reason.NONE)
    assert (found.linear[0], found.zones[0]) == (1.0, 2)
    one = effective_weights(levels([[0.1]]), np.array([1.0]), np.ones(1), RULE)
    assert one.linear_reason[0] == Reason.MISSING


def test_tiny_numbers_still_go_together() -> None:
    x = np.array([[1e-200, 3e-200], [2e-200, 6e-200], [3e-200, 9e-200]])
    assert correlations(levels(x)).pearson[0, 1] == pytest.approx(1)


def test_what_does_not_fit_is_refused() -> None:
    town = levels([[0.1], [0.2]])
    with pytest.raises(ShapeError):
        effective_weights(town, np.ones(3), np.ones(1), RULE)
    with pytest.raises(ShapeError):
        effective_weights(town, np.ones(2), np.ones(2), RULE)
    with pytest.raises(InputError):
        effective_weights(town, np.array([np.inf, 1]), np.ones(1), RULE)
    with pytest.raises(InputError):
        effective_weights(town, np.ones(2), np.zeros(1), RULE)
    with pytest.raises(InputError):
        correlations(Levels(np.array([[np.inf]]), np.zeros((1, 1), np.uint8)))
    for bad in ({"segments": 0}, {"penalties": ()}, {"penalties": (0.0,)}, {"least_zones": 3}):
        with pytest.raises(InputError):
            SplineRule(**bad)
