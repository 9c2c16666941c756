"""How evenly children are served: against published figures and programs that are not ours."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality.gini import Gini
from inequality.theil import Theil as TheilOfPysal
from inequality.theil import TheilD
from moveq_core import compute_concentration_index, compute_gini

from atlas.engine.equity.gradient import contrast, fifths, gradient
from atlas.engine.equity.inequality import gini, lorenz, theil
from atlas.engine.equity.intervals import interval
from atlas.engine.errors import InputError, ShapeError

SEEDS = st.integers(0, 2**32 - 1)
any_city = settings(deadline=None, max_examples=60)


def random_city(seed, *, least=1):
    """What arrives at some points, who lives there, and how deprived they are, with ties."""
    random = np.random.default_rng(seed)
    count = int(random.integers(least, 40))
    value = np.round(random.random(count) * random.integers(0, 2, count), 2)
    return value, random.integers(0, 500, count), random.integers(0, 6, count).astype(float)


def as_people(value, children):
    """One row a child, as programs without weights want it."""
    return np.repeat(value, children)


def test_the_gini_of_the_method_s_toy_is_the_printed_one():
    arrives = np.array([0.195869, 0.298941, 0.2125])
    assert gini(arrives, np.array([100, 200, 50])) == pytest.approx(0.095524, abs=1e-6)


@any_city
@given(seed=SEEDS)
def test_gini_and_theil_are_those_of_pysal(seed):
    value, children, _ = random_city(seed)
    people = as_people(value, children)
    if people.sum() == 0:
        assert np.isnan(gini(value, children))
        assert np.isnan(theil(value, children).whole)
        return
    assert gini(value, children) == pytest.approx(Gini(people).g, abs=1e-9)
    # Pysal's logarithm knows no 0: its smallest number stands for it.
    assert theil(value, children).whole == pytest.approx(TheilOfPysal(people).T, abs=1e-9)


@any_city
@given(seed=SEEDS)
def test_gini_and_concentration_are_those_of_moveq(seed):
    value, children, deprivation = random_city(seed)
    if (value * children).sum() == 0:
        return
    assert gini(value, children) == pytest.approx(compute_gini(value, children), abs=1e-9)
    found = gradient(value, deprivation, children).concentration
    expected = compute_concentration_index(
        value, deprivation, children, rank_direction="higher_is_disadvantaged"
    )
    assert found == pytest.approx(expected, abs=1e-9)


@any_city
@given(seed=SEEDS)
def test_theil_within_and_between_add_up_as_pysal_s_do(seed):
    value, children, group = random_city(seed)
    found = theil(value, children, group)
    if np.isnan(found.whole):
        return
    assert found.within + found.between == pytest.approx(found.whole, abs=1e-9)
    people, groups = as_people(value, children), as_people(group, children)
    if all(people[groups == one].sum() > 0 for one in np.unique(groups)):
        parts = TheilD(people, groups)
        assert found.between == pytest.approx(float(parts.bg[0]), abs=1e-9)
        assert found.within == pytest.approx(float(parts.wg[0]), abs=1e-9)


@any_city
@given(seed=SEEDS)
def test_coverage_leans_one_way_as_much_as_the_gap_leans_the_other(seed):
    coverage, children, deprivation = random_city(seed)
    one = gradient(coverage, deprivation, children)
    other = gradient(1.0 - coverage, deprivation, children)
    if np.isnan(one.erreygers):
        assert np.isnan(other.erreygers)
        return
    assert one.erreygers == pytest.approx(-other.erreygers, abs=1e-12)
    if one.mean > 0:
        assert one.erreygers == pytest.approx(4 * one.mean * one.concentration, abs=1e-12)
    assert -1 <= one.erreygers <= 1


@any_city
@given(seed=SEEDS)
def test_no_order_of_rows_changes_a_digit(seed):
    value, children, deprivation = random_city(seed)
    order = np.random.default_rng(seed + 1).permutation(value.size)
    mixed = value[order], children[order], deprivation[order]

    def all_of(value, children, key):
        return repr(
            (
                gini(value, children),
                theil(value, children, key),
                gradient(value, key, children),
                fifths(value, key, children),
                lorenz(value, children)[1].tolist(),
            )
        )

    assert all_of(value, children, deprivation) == all_of(*mixed)


def test_erreygers_of_a_share_that_only_the_better_half_has_is_one():
    found = gradient(np.array([1.0, 0.0]), np.array([1.0, 2.0]), np.array([5, 5]))
    assert (found.mean, found.concentration, found.erreygers) == (0.5, 0.5, 1.0)


def test_children_who_tie_in_deprivation_share_their_rank():
    found = gradient(np.array([1.0, 0.0]), np.array([3.0, 3.0]), np.array([5, 5]))
    assert found.erreygers == 0.0


def test_what_nobody_has_has_no_inequality():
    nothing, children = np.zeros(3), np.array([1, 2, 3])
    assert np.isnan(gini(nothing, children))
    assert np.isnan(theil(nothing, children).within)
    assert np.isnan(gradient(nothing, np.arange(3.0), children).concentration)
    assert gradient(nothing, np.arange(3.0), children).erreygers == 0.0
    assert lorenz(nothing, children)[0].size == 0


def test_nobody_at_all_has_no_figure_and_makes_no_error():
    none, nobody = np.zeros(0), np.zeros(0, np.int64)
    assert np.isnan(gini(none, nobody))
    assert np.isnan(theil(none, nobody).whole)
    assert np.isnan(gradient(none, none, nobody).mean)
    assert np.isnan(fifths(none, none, nobody).difference)


def test_points_without_children_or_value_do_not_count():
    value, children = np.array([0.2, 0.4, np.nan, 9.0]), np.array([3, 3, 7, 0])
    assert gini(value, children) == gini(value[:2], children[:2])


def test_where_everybody_has_the_same_every_measure_is_zero():
    value, children = np.full(4, 0.3), np.array([1, 5, 2, 9])
    assert gini(value, children) == pytest.approx(0, abs=1e-15)
    assert theil(value, children).whole == pytest.approx(0, abs=1e-15)


def test_the_ends_are_fifths_of_the_children_and_not_of_the_points():
    value = np.array([0.0, 0.5, 1.0])
    found = fifths(value, value, np.array([10, 80, 10]))
    # Ten of the poorest twenty have nothing and ten a half; the richest likewise.
    assert (found.lower, found.higher) == (0.25, 0.75)
    assert (found.difference, found.ratio) == (0.5, 3.0)


def test_a_ratio_to_nothing_is_not_shown_and_the_difference_is():
    found = contrast(0.4, 0.0)
    assert np.isnan(found.ratio)
    assert found.difference == 0.4


def test_who_ties_at_the_cut_is_taken_in_part():
    value, by = np.array([0.0, 1.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0, 2.0])
    found = fifths(value, by, np.array([3, 1, 1, 3]), Fraction(1, 4))
    assert (found.lower, found.higher) == (0.25, 0.25)


@pytest.mark.parametrize(
    ("value", "children", "message"),
    [
        (np.array([-0.1, 0.2]), np.array([1, 1]), "cannot be negative"),
        (np.array([np.inf, 0.2]), np.array([1, 1]), "infinite"),
        (np.array([0.1, 0.2]), np.array([1, -1]), "counts of children"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(value, children, message):
    with pytest.raises(InputError, match=message):
        gini(value, children)


def test_columns_of_different_length_are_refused():
    with pytest.raises(ShapeError, match="columns of shapes"):
        gini(np.zeros(2), np.zeros(3, np.int64))


def test_a_share_above_one_is_refused():
    with pytest.raises(InputError, match=r"outside \[0, 1\]"):
        gradient(np.array([1.2]), np.array([1.0]), np.array([1]))


def test_ends_that_overlap_are_refused():
    with pytest.raises(InputError, match="at most 1/2"):
        fifths(np.zeros(2), np.zeros(2), np.ones(2, np.int64), Fraction(2, 3))


def test_an_interval_is_made_of_measures_that_were_observed():
    children = np.array([10, 10, 20])
    table = np.array([[0.0, 0.5, 1.0], [0.2, 0.2, 0.2], [1.0, 0.0, 0.0]])
    row = np.repeat([0, 1, 2], [5, 14, 1])

    def unevenness(x):
        return gini(x, children)

    found = interval(unevenness, table, row, (0.05, 0.5, 0.75, 1.0))
    expected = [unevenness(table[1]), unevenness(table[1]), unevenness(table[0])]
    assert found[:3].tolist() == expected
    assert found[3] == max(map(unevenness, table))


def test_a_measure_that_is_not_defined_in_some_draw_has_no_interval():
    table = np.array([[0.0, 0.0], [0.2, 0.4]])
    found = interval(lambda x: gini(x, np.array([1, 1])), table, np.array([0, 1, 1]))
    assert np.isnan(found).all()


def test_a_draw_that_looks_up_nothing_is_refused():
    with pytest.raises(InputError, match="row that is not there"):
        interval(float, np.zeros((2, 1)), np.array([2]))
    with pytest.raises(ShapeError, match="draws of shape"):
        interval(float, np.zeros((2, 1)), np.zeros(0, np.int64))
