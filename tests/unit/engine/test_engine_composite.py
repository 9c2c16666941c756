"""The toolbox of composite indicators; printed examples are those of OECD/JRC 2008."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from atlas.engine.composite import aggregating, normalising, outranking, transforming, weighting
from atlas.engine.errors import InputError, ShapeError

VALUE = st.floats(-1e3, 1e3, allow_subnormal=False).map(lambda v: round(v, 3))


def orders(*rows):
    return np.array([["abcd".index(unit) for unit in row] for row in rows])


CONDORCET = orders("abc", "bca", "bac", "cab", "cba")
CONDORCET_VOTES = np.array([23, 17, 2, 10, 8])


def test_distance_to_the_best_depends_on_the_zero_of_the_unit_table_14() -> None:
    humidity = {2003: np.array([75.0, 50]), 2004: np.array([70.0, 45])}
    celsius = {2003: np.array([35.0, 39]), 2004: np.array([35.9, 40])}
    fahrenheit = {2003: np.array([95.0, 102.2]), 2004: np.array([96.62, 104])}
    printed = [(celsius, 2003, [0.949, 0.833]), (celsius, 2004, [0.949, 0.821])]
    printed += [(fahrenheit, 2003, [0.965, 0.833]), (fahrenheit, 2004, [0.965, 0.821])]
    composites = []
    for unit, year, expected in printed:
        columns = (unit[year], humidity[year])
        scores = np.column_stack([normalising.ratio_to(c, c.max()) for c in columns])
        composites.append(aggregating.linear(scores, np.ones(2)))
        assert composites[-1] == pytest.approx(expected, abs=0.00051)
    # A grows in Celsius and shrinks in Fahrenheit.
    assert composites[1][0] > composites[0][0]
    assert composites[3][0] < composites[2][0]


@given(hnp.arrays(np.float64, st.integers(2, 15), elements=VALUE))
@settings(max_examples=40)
def test_normalisations_keep_the_order_of_values(values) -> None:
    if np.ptp(values) == 0:
        for way in (normalising.z_scores, normalising.min_max):
            with pytest.raises(InputError, match="spread"):
                way(values)
        return
    reference = scipy.stats.zscore(values, ddof=1)
    np.testing.assert_allclose(normalising.z_scores(values), reference, atol=1e-9)
    order = np.argsort(values, kind="stable")
    for scores in (
        normalising.ranked(values, "average"),
        normalising.min_max(values),
        normalising.percentiles(values),
        normalising.difference_to(values, 7.0),
        normalising.categories(normalising.percentiles(values)),
        normalising.above_or_below(values, 3.0, 0.2),
        transforming.trimmed(values, 10, 90),
    ):
        assert (np.diff(scores[order]) >= -1e-12).all()


def test_years_compare_by_the_mean_and_goalposts_of_the_first() -> None:
    first, then = np.array([1.0, 2, 3]), np.array([2.0, 4, 6])
    assert normalising.z_scores(then, first).tolist() == [0, 2, 4]
    assert normalising.min_max(then, (1.0, 3.0)).tolist() == [0.5, 1.5, 2.5]


def test_time_series_lose_level_and_amplitude() -> None:
    found = transforming.cyclical(np.array([[1.0, 2, 3], [10, 30, 20]]))
    assert found == pytest.approx(np.array([[98.5, 100, 101.5], [98.5, 101.5, 100]]))
    growth = transforming.annual_change(np.array([[8.0, 10, 5]]))
    assert growth == pytest.approx(np.array([[25.0, -50]]))


def test_ranks_of_composites_are_shared_and_skipped_as_in_table_38() -> None:
    assert aggregating.ranks_of(np.array([0.5, 0.9, 0.5, 0.1])).tolist() == [2, 1, 2, 4]
    assert aggregating.rank_sums(np.array([[1, 2], [3, 4]])).tolist() == [3, 7]


def test_borda_of_condorcets_example_tables_29_to_30() -> None:
    frequency = aggregating.rank_frequencies(CONDORCET, CONDORCET_VOTES)
    assert frequency.tolist() == [[23, 19, 18], [12, 31, 17], [25, 10, 25]]
    assert aggregating.borda(CONDORCET, CONDORCET_VOTES).tolist() == [58, 69, 53]
    matrix = outranking.outranking_of_orders(CONDORCET, CONDORCET_VOTES)
    assert matrix.tolist() == [[0, 33, 25], [27, 0, 42], [35, 18, 0]]
    assert outranking.condorcet_order(matrix) is None


def test_the_six_orders_of_condorcets_example_and_their_support() -> None:
    matrix = outranking.outranking_of_orders(CONDORCET, CONDORCET_VOTES)
    printed = dict(
        zip(("abc", "bca", "cab", "bac", "cba", "acb"), (100, 104, 86, 94, 80, 76), strict=True)
    )
    for order, support in printed.items():
        assert outranking.order_support(matrix, orders(order)[0]) == support
    found = outranking.median_orders(matrix)
    assert (found.orders.tolist(), found.support) == (orders("bca").tolist(), 104)


def test_bordas_rule_turns_round_when_the_last_leaves_tables_31_to_33() -> None:
    votes = np.array([3, 2, 2])
    with_d = orders("cbad", "badc", "adcb")
    assert aggregating.borda(with_d, votes).tolist() == [13, 12, 11, 6]
    without = orders("cba", "bac", "acb")
    assert aggregating.borda(without, votes).tolist() == [6, 7, 8]


def test_a_perfect_circle_has_three_best_orders_table_34() -> None:
    rows, votes = orders("abc", "cab", "bca"), np.ones(3, np.int64)
    assert aggregating.borda(rows, votes).tolist() == [3, 3, 3]
    found = outranking.median_orders(outranking.outranking_of_orders(rows, votes))
    assert found.orders.tolist() == orders("abc", "bca", "cab").tolist()
    thirds = outranking.outranking(np.array([[3.0, 2, 1], [2, 1, 3], [1, 3, 2]]), np.ones(3))
    assert outranking.median_orders(thirds).orders.tolist() == found.orders.tolist()


@given(
    hnp.arrays(np.float64, (6, 5), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0])),
    hnp.arrays(np.float64, 5, elements=st.sampled_from([0.1, 0.2, 0.3, 1.0])),
)
@settings(max_examples=25, deadline=None)
def test_best_orders_are_those_of_trying_all(values, weights) -> None:
    matrix = outranking.outranking(values, weights)
    assert (matrix + matrix.T)[~np.eye(6, dtype=bool)] == pytest.approx(1)
    tried = {p: outranking.order_support(matrix, np.array(p)) for p in permutations(range(6))}
    most = max(tried.values())
    expected = sorted(p for p, support in tried.items() if support > most - 1e-9)
    found = outranking.median_orders(matrix)
    assert found.support == pytest.approx(most)
    assert sorted(map(tuple, found.orders.tolist())) == expected
    assert found.is_all
    few = outranking.median_orders(matrix, most=1)
    assert few.is_all == (len(expected) == 1)


def test_orders_equally_good_stay_so_where_parts_of_weights_have_no_end_in_binary() -> None:
    """In sixths of a weight or in whole votes, the same six orders are best."""
    rows = ("413345", "504051", "032240", "552425", "332140", "015112")
    values = np.array([[float(digit) for digit in row] for row in rows])
    matrix = outranking.outranking(values, np.ones(6))
    in_parts = outranking.median_orders(matrix)
    in_votes = outranking.median_orders(np.rint(12 * matrix))
    assert len(in_votes.orders) == 6
    assert in_parts.orders.tolist() == in_votes.orders.tolist()
    assert 12 * in_parts.support == pytest.approx(in_votes.support)


def test_more_units_than_sets_can_hold_are_ranked_where_majorities_go_in_no_circle() -> None:
    values = np.arange(60.0)[:, None]
    found = outranking.median_orders(outranking.outranking(values, np.ones(1)))
    assert found.orders.tolist() == [list(range(59, -1, -1))]
    with pytest.raises(InputError, match="circle"):
        outranking.median_orders(outranking.outranking(np.zeros((25, 1)), np.ones(1)))


def test_a_circle_larger_than_half_a_table_of_sums_is_ordered() -> None:
    """Fifteen units in a circle, each beating the seven after it; any turn is as good."""
    n = 15
    ahead = (np.arange(n)[None, :] - np.arange(n)[:, None]) % n
    matrix = np.where(ahead == 0, 0.0, np.where(ahead <= 7, 3.0, 1.0))
    found = outranking.median_orders(matrix)
    turns = [np.roll(np.arange(n), -shift) for shift in range(n)]
    supports = {outranking.order_support(matrix, turn) for turn in turns}
    assert supports == {found.support}
    assert list(range(n)) in found.orders.tolist()


def test_weights_of_consistent_comparisons_are_those_compared() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    found = weighting.pairwise_weights(weights[:, None] / weights[None, :])
    assert found.weights == pytest.approx(weights)
    assert found.greatest_eigenvalue == pytest.approx(3)
    assert found.inconsistency_ratio == pytest.approx(0, abs=1e-9)


def test_an_expert_who_goes_in_a_circle_is_inconsistent() -> None:
    circle = np.array([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]])
    assert weighting.pairwise_weights(circle).inconsistency_ratio > 0.2


def test_the_benefit_of_the_doubt_needs_no_bounds_and_keeps_them() -> None:
    scores = np.array([[1.0, 0.1], [0.4, 0.9], [0.5, 0.5]])
    free = weighting.benefit_of_doubt(scores)
    assert free.score[:2] == pytest.approx([1, 1])
    assert ((scores @ free.weights.T) <= 1 + 1e-9).all()
    bound = weighting.benefit_of_doubt(scores, share=(0.4, 0.6))
    part = bound.weights / bound.weights.sum(axis=1, keepdims=True)
    assert ((part > 0.4 - 1e-9) & (part < 0.6 + 1e-9)).all()
    assert (bound.score <= free.score + 1e-9).all()


def test_factors_keep_the_variance_of_what_they_explain() -> None:
    random = np.random.default_rng(7)
    common = random.normal(size=(200, 2))
    values = np.hstack([common[:, [0]], common[:, [0]], common[:, [1]], common[:, [1]]])
    found = weighting.factors(values + 0.1 * random.normal(size=values.shape), kept=2)
    assert found.eigenvalues.sum() == pytest.approx(4)
    assert found.explained.sum() == pytest.approx(found.eigenvalues[:2].sum())
    own, other = np.sort(np.abs(found.loadings), axis=1).T[::-1]
    assert own.min() > 0.98
    assert other.max() < 0.1
    assert weighting.factor_weights(found) == pytest.approx([0.25] * 4, abs=0.01)


def test_what_no_normalisation_can_take_is_refused() -> None:
    one = np.array([1.0, np.nan])
    ways = [normalising.ranked, normalising.z_scores, normalising.min_max, transforming.logarithm]
    for way in (*ways, normalising.percentiles, transforming.trimmed, normalising.categories):
        with pytest.raises(InputError):
            way(one)
    good = np.array([1.0, 2.0])
    for refused in (
        lambda: normalising.ranked(good, "first"),  # type: ignore[arg-type]
        lambda: normalising.ratio_to(good, 0.0),
        lambda: normalising.difference_to(good, np.inf),
        lambda: normalising.above_or_below(good, 1.0, -0.1),
        lambda: normalising.min_max(good, (1.0, 1.0)),
        lambda: transforming.logarithm(np.array([0.0])),
        lambda: transforming.trimmed(good, 60, 40),
        lambda: normalising.categories(good, (1.0, 2.0), (0.0, 1.0)),
        lambda: transforming.cyclical(np.array([[2.0, 2.0]])),
        lambda: transforming.annual_change(np.array([[0.0, 2.0]])),
    ):
        with pytest.raises(InputError):
            refused()
    with pytest.raises(ShapeError):
        transforming.cyclical(good)


def test_what_no_aggregation_can_take_is_refused() -> None:
    scores = np.ones((2, 2))
    for refused in (
        lambda: aggregating.geometric(np.zeros((1, 2)), np.ones(2)),
        lambda: aggregating.linear(scores * np.nan, np.ones(2)),
        lambda: aggregating.linear(scores, np.zeros(2)),
        lambda: aggregating.ranks_of(np.array([np.nan])),
        lambda: aggregating.borda(np.array([[0, 0]]), np.ones(1, np.int64)),
        lambda: aggregating.borda(np.array([[0, 1]]), np.array([-1])),
        lambda: aggregating.kendall_w(np.array([1, 1]), np.array([1, 2])),
        lambda: outranking.median_orders(np.array([[0.0, 1], [np.nan, 0]])),
        lambda: outranking.median_orders(np.array([[0.0, 1, 1], [1, 0, 1], [1, 2, 0]])),
        lambda: outranking.median_orders(np.ones((2, 2))),
        lambda: outranking.outranking(scores * np.inf, np.ones(2)),
        lambda: weighting.pairwise_weights(np.array([[1.0, 3.0], [3.0, 1.0]])),
        lambda: weighting.benefit_of_doubt(-scores),
        lambda: weighting.benefit_of_doubt(scores, share=(0.6, 1.0)),
        lambda: weighting.benefit_of_doubt(np.zeros((1, 2))),
        lambda: weighting.factors(scores, kept=1),
        lambda: weighting.factors(np.eye(2), kept=3),
        lambda: weighting.budget_weights(np.array([[0.0, 0.0]])),
    ):
        with pytest.raises(InputError):
            refused()
    for misfit in (
        lambda: aggregating.linear(scores, np.ones(3)),
        lambda: aggregating.linear(np.ones(2), np.ones(2)),
        lambda: aggregating.borda(np.array([[0, 1]]), np.ones(2, np.int64)),
        lambda: aggregating.kendall_w(np.array([1]), np.array([1])),
        lambda: outranking.outranking(scores, np.ones(3)),
        lambda: outranking.median_orders(np.zeros((2, 3))),
        lambda: weighting.pairwise_weights(np.ones((2, 3))),
        lambda: weighting.benefit_of_doubt(np.ones(2)),
        lambda: weighting.factors(np.ones(2), kept=1),
        lambda: weighting.budget_weights(np.ones(2)),
    ):
        with pytest.raises(ShapeError):
            misfit()
