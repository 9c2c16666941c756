"""Inequality, gradients, clusters and floating catchments at their edges."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from atlas.engine.decay import exponential, gaussian, linear, stepped, table, thirds
from atlas.engine.equity.clusters import Cluster, ClusterRule, clusters, discoveries
from atlas.engine.equity.gradient import contrast, fifths, gradient
from atlas.engine.equity.inequality import gini, lorenz, theil
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.floating import Pairs, float_catchments
from atlas.engine.types import MICRO

NAN, INF = float("nan"), float("inf")
RING = [(0, 1), (1, 2), (2, 3), (3, 0)]


def row(*values):
    return np.array(values, np.float64)


def count(*values):
    return np.array(values, np.int64)


# --- Inequality and gradients ---------------------------------------------------------------------


def test_nobody_has_no_inequality_no_gradient_and_no_ends():
    for value, children in ((row(), count()), (row(NAN), count(5)), (row(1), count(0))):
        assert np.isnan(gini(value, children))
        assert np.isnan(theil(value, children).whole)
        assert [part.size for part in lorenz(value, children)] == [0, 0]
        assert np.isnan(gradient(value, value, children).mean)
        assert np.isnan(fifths(value, value, children).difference)


def test_one_point_and_one_child_are_as_equal_as_can_be():
    for children in (count(1), count(MICRO)):
        assert gini(row(0.5), children) == 0.0
        assert theil(row(0.5), children).whole == 0.0
        leans = gradient(row(0.5), row(3), children)
        assert (leans.mean, leans.concentration, leans.erreygers) == (0.5, 0.0, 0.0)
        ends = fifths(row(0.5), row(0.5), children)
        assert (ends.higher, ends.lower, ends.ratio) == (0.5, 0.5, 1.0)


def test_where_nothing_arrives_there_is_no_gini_and_the_mean_is_nothing():
    assert np.isnan(gini(row(0, 0), count(1, 1)))
    leans = gradient(row(0, 0), row(1, 2), count(1, 1))
    assert (leans.mean, leans.erreygers) == (0.0, 0.0)
    assert np.isnan(leans.concentration)


def test_the_smallest_numbers_are_as_unequal_as_others():
    assert gini(row(5e-324, 0), count(1, 1)) == 0.5
    assert gini(row(1e100, 0), count(1, 1)) == 0.5
    assert theil(row(1e100, 1e100), count(3, 1)).whole == 0.0


@pytest.mark.parametrize("wrong", [INF, -INF, 1e101])
def test_values_that_cannot_be_added_up_are_refused(wrong):
    value, children = row(wrong, 1), count(1, 1)
    for measure in (gini, theil, lorenz):
        with pytest.raises(InputError):
            measure(value, children)
    for ordered in (gradient, fifths):
        with pytest.raises(InputError):
            ordered(row(0.5, 0.5), value, children)


def test_groups_that_are_not_those_of_the_points_are_refused():
    with pytest.raises(ShapeError, match="groups"):
        theil(row(1, 2), count(1, 1), np.array(["a"]))


def test_halves_meet_in_the_middle_and_the_child_there_counts_in_part():
    ends = fifths(row(0, 0.5, 1), row(0, 0.5, 1), count(1, 1, 1), Fraction(1, 2))
    assert (ends.lower, ends.higher) == pytest.approx((0.25 / 1.5, 1.25 / 1.5))


def test_a_group_without_children_has_no_difference_and_nothing_no_ratio():
    for first, second in ((NAN, 0.5), (0.5, NAN)):
        compared = contrast(first, second)
        assert np.isnan([compared.difference, compared.ratio]).all()
    assert (contrast(0.5, 0.0).difference, np.isnan(contrast(0.5, 0.0).ratio)) == (0.5, True)


# --- Clusters -------------------------------------------------------------------------------------


def found_in(value, neighbours=(), *, has_children=None, **rule):
    size = len(value)
    return clusters(
        np.array([f"z{k}" for k in range(size)], dtype=np.str_),
        np.array(value, np.float64),
        np.ones(size, np.bool_) if has_children is None else np.array(has_children),
        np.array(neighbours, np.int64).reshape(-1, 2),
        ClusterRule("touching", **({"permutations": 99} | rule)),
    )


@pytest.mark.parametrize("size", range(4))
def test_up_to_three_zones_have_no_pattern_and_who_has_no_neighbour_is_named(size):
    chain = [(k, k + 1) for k in range(size - 1)]
    found = found_in([1.0, 5.0, 2.0][:size], chain)
    assert np.isnan([found.moran, found.expected, found.p]).all()
    assert found.cluster.tolist() == [Cluster.NONE] * size
    assert found.island == (("z0",) if size == 1 else ())


def test_islands_neighbours_of_oneself_and_zones_without_children_take_no_part():
    for pairs in ([], [(0, 0), (1, 1)]):
        found = found_in([1.0, 2.0, 3.0, 4.0], pairs)
        assert found.island == ("z0", "z1", "z2", "z3")
        assert not found.takes_part.any()
    empty = found_in([1.0, 2.0, 3.0, 4.0], RING, has_children=[True, False, True, False])
    assert empty.island == ("z0", "z2")


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1.0, 1e99])
def test_a_pattern_does_not_depend_on_the_unit(scale):
    plain, scaled = (
        found_in([1.0, 2, 3, 9], RING),
        found_in([scale * v for v in (1, 2, 3, 9)], RING),
    )
    assert scaled.moran == pytest.approx(plain.moran)
    assert scaled.local == pytest.approx(plain.local)
    assert scaled.local_p.tolist() == plain.local_p.tolist()


def test_zones_that_differ_by_the_last_bit_have_a_pattern_and_equal_ones_none():
    # One of four in a ring stands out: its neighbours are as low as the rest, so I = -1/3 exactly
    # where the mean is not rounded; here it is rounded to the others, so nothing goes together.
    assert found_in([0.0, 0.0, 0.0, 5e-324], RING).moran == pytest.approx(0.0)
    assert np.isnan(found_in([0.1] * 4, RING).moran)
    assert found_in([0.0, 0.0, 0.0, 1.0], RING).moran == pytest.approx(-1 / 3)


@pytest.mark.parametrize("wrong", [INF, 1e101])
def test_a_value_that_cannot_be_squared_is_refused(wrong):
    with pytest.raises(InputError, match="infinite"):
        found_in([wrong, 1.0, 2.0, 3.0], RING)


@pytest.mark.parametrize(
    "rule",
    [{"permutations": 0}, {"permutations": -1}, {"false_discovery": NAN}, {"false_discovery": 2.0}],
)
def test_a_rule_without_arrangements_or_rate_is_refused(rule):
    with pytest.raises(InputError):
        ClusterRule("touching", **rule)


def test_a_p_value_exactly_at_the_cut_is_a_discovery_and_none_are_none():
    assert discoveries(row(), 0.05).size == 0
    assert discoveries(row(0.05), 0.05).tolist() == [True]
    assert discoveries(row(0.025, 0.05), 0.05).tolist() == [True, True]
    assert discoveries(row(0.025000001, 0.051), 0.05).tolist() == [False, False]


# --- Floating catchments and their weights --------------------------------------------------------


def floated(child, place, weight, need, seats, **options):
    pairs = Pairs(count(*child), count(*place), count(*weight))
    found = float_catchments(pairs, count(*need), count(*seats), **options)
    return found.ratio.tolist(), found.access.tolist()


@pytest.mark.parametrize("three_step", [False, True])
def test_nobody_nowhere_no_seats_and_no_weight_arrive_at_nothing(three_step):
    options = {"three_step": three_step}
    assert floated([], [], [], [], [], **options) == ([], [])
    assert floated([], [], [], [MICRO], [], **options) == ([], [0.0])
    assert floated([], [], [], [MICRO], [MICRO], **options) == ([0.0], [0.0])
    assert floated([0], [0], [MICRO], [MICRO], [0], **options) == ([0.0], [0.0])
    assert floated([0], [0], [MICRO], [0], [MICRO], **options) == ([0.0], [0.0])
    assert floated([0], [0], [0], [MICRO], [MICRO], **options) == ([0.0], [0.0])
    assert floated([0], [0], [MICRO], [MICRO], [MICRO], **options) == ([1.0], [1.0])


def test_a_ratio_as_large_as_shares_go_stops_there():
    assert floated([0], [0], [1], [1], [1 << 60]) == ([2.0**40], [2.0**40])


@pytest.mark.parametrize(
    ("child", "place", "weight", "need", "seats"),
    [
        ([0, 0], [0, 0], [1, 1], [1], [1]),
        ([1], [0], [1], [1], [1]),
        ([0], [0], [-1], [1], [1]),
        ([0], [0], [MICRO + 1], [1], [1]),
        ([0], [0], [1], [-1], [1]),
        ([0], [0], [1], [1], [-1]),
    ],
)
def test_pairs_and_amounts_that_cannot_be_are_refused(child, place, weight, need, seats):
    with pytest.raises(InputError):
        floated(child, place, weight, need, seats)


@pytest.mark.parametrize("reach", [0, 1, 9, (1 << 29) - 1])
def test_every_weight_is_whole_at_the_door_above_nothing_at_the_reach_and_nothing_beyond(reach):
    cost = np.array([0, reach, reach + 1])
    rows = np.array([reach]), np.array([MICRO])
    for weights in (
        linear(cost, reach),
        exponential(cost, reach, 1e-100),
        exponential(cost, reach, 1e100),
        gaussian(cost, reach, 1e-100),
        gaussian(cost, reach, 1e100),
        stepped(cost, reach, thirds()),
        table(cost, *rows),
    ):
        assert weights[0] == MICRO or reach == 0
        assert weights[1] > 0
        assert weights[2] == 0
