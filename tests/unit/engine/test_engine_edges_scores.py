"""Scores, context and shrinkage at their edges: no zone, one zone, nothing known, no number."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.context import Indicators, Normalisation, context_levels
from atlas.engine.errors import InputError
from atlas.engine.need import Levels, ScoreRule, classes, gap, ranks, score
from atlas.engine.shrinkage import Drawn, shrink
from atlas.engine.subscores import Components, need_profile
from atlas.engine.values import Flag, Reason
from atlas.engine.weights import component_weights, normalised, split_weights

NAN, INF = float("nan"), float("inf")
MISSING, NOT_APPLICABLE = Reason.MISSING, Reason.NOT_APPLICABLE


def scored(x, weights=None, *, reason=None, **rule):
    x = np.array(x, np.float64)
    why = np.zeros(x.shape, np.uint8) if reason is None else np.array(reason, np.uint8)
    shares = np.ones(x.shape[1]) if weights is None else np.array(weights, np.float64)
    return score(Levels(x, why), shares, ScoreRule(**rule))


def gap_of(full, out, children, unknown, limit=1 / 3):
    one, two, three, four = (np.array([count]) for count in (full, out, children, unknown))
    found = gap(one, two, three, four, limit)
    return None if found.reason[0] else float(found.x[0]), found.reason[0]


# --- Need -----------------------------------------------------------------------------------------


def test_no_zones_have_no_scores_and_no_components_no_weights():
    none = scored(np.zeros((0, 2)))
    assert (none.need.size, none.ranked_of, none.contributions.shape) == (0, 0, (0, 2))
    with pytest.raises(InputError, match="not all 0"):
        scored(np.zeros((2, 0)), weights=[])
    assert ranks(np.zeros(0), np.zeros(0, np.bool_)).size == 0
    assert classes(np.array([NAN]), np.array([0.0])).tolist() == [0]


def test_one_zone_with_one_component_scores_it_and_is_first():
    one = scored([[0.5]])
    assert (one.need.tolist(), one.rank.tolist()) == ([50.0], [1.0])
    assert one.contributions.tolist() == one.without.tolist() == [[50.0]]


def test_no_need_is_a_number_and_full_need_is_a_hundred():
    assert scored([[0.0, 0.0], [1.0, 1.0]], p=4).need.tolist() == [0.0, 100.0]


@pytest.mark.parametrize("p", [1.0, 4.0, 1e6])
def test_levels_as_small_as_numbers_go_score_without_vanishing_or_overflowing(p):
    for least in (5e-324, 1e-300):
        found = scored([[least, least], [least, 0.5]], p=p)
        assert 0 < found.need[0] <= 200 * least
        assert 25 <= found.need[1] <= 50
        assert np.isfinite(found.contributions).all()


def test_a_missing_weight_of_exactly_the_limit_is_scored_and_more_is_not():
    at = scored([[NAN, 0.25, 0.5]], reason=[[MISSING, 0, 0]])
    assert at.need.tolist() == [37.5]
    assert (at.lo.tolist(), at.hi.tolist()) == ([25.0], pytest.approx([175 / 3]))
    beyond = scored([[NAN, 0.25, 0.5]], [1.01, 1, 1], reason=[[MISSING, 0, 0]])
    assert (beyond.reason.tolist(), beyond.rank.tolist()) == ([MISSING], [0.0])


def test_where_all_is_missing_the_interval_is_everything_and_where_nothing_applies_nothing():
    found = scored([[NAN, NAN]] * 2, reason=[[MISSING] * 2, [NOT_APPLICABLE] * 2])
    assert found.reason.tolist() == [MISSING, NOT_APPLICABLE]
    assert (found.lo[0], found.hi[0]) == (0.0, 100.0)
    assert np.isnan([found.lo[1], found.hi[1]]).all()
    assert found.flags.tolist() == [Flag.INCOMPLETE_DATA, 0]


def test_a_missing_component_without_weight_is_missed_by_nobody():
    found = scored([[NAN, 0.5]], [0, 1], reason=[[MISSING, 0]])
    assert (found.need.tolist(), found.flags.tolist()) == ([50.0], [0])
    nothing_left = scored([[NAN, 0.5]], [1, 0], reason=[[NOT_APPLICABLE, 0]])
    assert nothing_left.reason.tolist() == [NOT_APPLICABLE]


@pytest.mark.parametrize("wrong", [INF, -INF, 1 + 1e-9, -5e-324])
def test_a_level_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match="outside"):
        scored([[wrong, 0.5]])


@pytest.mark.parametrize("reason", [Reason.NONE, Reason.SUPPRESSED, 9])
def test_a_null_without_a_reason_the_engine_gives_is_refused(reason):
    with pytest.raises(InputError):
        scored([[NAN, 0.5]], reason=[[reason, 0]])


@pytest.mark.parametrize("wrong", [NAN, INF, 1e308, -1.0])
def test_weights_that_cannot_be_added_up_are_refused_everywhere(wrong):
    weights, one, rows = np.array([wrong, 1.0]), np.ones(1), np.zeros(2, np.int64)
    for weigh in (
        lambda: scored([[0.5, 0.5]], weights),
        lambda: normalised(weights),
        lambda: component_weights(one, rows, weights),
        lambda: component_weights(weights, rows[:1], one),
        lambda: split_weights(one, rows, weights),
    ):
        with pytest.raises(InputError):
            weigh()


def test_weights_of_nobody_and_of_nothing_are_refused_and_the_smallest_are_weights():
    none = np.zeros(0)
    with pytest.raises(InputError):
        component_weights(none, np.zeros(0, np.int64), none)
    with pytest.raises(InputError):
        split_weights(np.ones(2), np.array([0, 1]), np.zeros(2))
    assert split_weights(np.ones(2), np.array([0, 1]), np.array([0, 5])).tolist() == [0.0, 1.0]
    assert scored([[0.5, 0.25]], [5e-324, 5e-324]).need.tolist() == [37.5]


def test_a_sub_score_of_a_domain_without_components_does_not_apply():
    components = Components(np.ones(1), np.zeros(1, np.int32), np.zeros(1, np.uint8), 2)
    levels = Levels(np.array([[0.5]]), np.zeros((1, 1), np.uint8))
    found = need_profile(levels, components, ScoreRule())
    assert [domain.reason.tolist() for domain in found.domains] == [[0], [NOT_APPLICABLE]]
    assert found.context.reason.tolist() == [NOT_APPLICABLE]


# --- Gaps -----------------------------------------------------------------------------------------


def test_gaps_of_no_zones_nobody_and_nobody_known():
    none = np.zeros((0, 3), np.int64)
    assert gap(none, none, none, none).x.shape == (0, 3)
    assert gap_of(0, 0, 0, 0) == (None, NOT_APPLICABLE)
    assert gap_of(0, 0, 5, 5, 1.0) == (None, MISSING)
    assert gap_of(1, 0, 1, 0) == (1.0, Reason.NONE)


def test_exactly_a_third_unknown_is_a_gap_and_a_millionth_of_a_child_more_is_missing():
    third = 10**12
    assert gap_of(third, 0, 3 * third, third) == (0.5, Reason.NONE)
    assert gap_of(third, 0, 3 * third, third + 1) == (None, MISSING)
    assert gap_of(0, 0, 5, 0, 0.0) == (0.0, Reason.NONE)
    assert gap_of(0, 0, 5, 1, 0.0) == (None, MISSING)


@pytest.mark.parametrize("limit", [NAN, -0.1, 1.1])
def test_a_limit_of_what_may_be_unknown_that_is_no_share_is_refused(limit):
    with pytest.raises(InputError, match="limit"):
        gap_of(0, 0, 3, 1, limit)


# --- Context --------------------------------------------------------------------------------------

every_way = pytest.mark.parametrize("way", list(Normalisation))


def levels(values, way, *, good=0.0, bad=1.0, counts=None):
    number = np.array(values, np.float64).reshape(-1, 1)
    reason = np.where(np.isnan(number), MISSING, Reason.NONE).astype(np.uint8)
    posts = Indicators(np.array([good]), np.array([bad]), np.array([way], np.uint8))
    found = context_levels(number, reason, posts, counts)
    return found.levels.x.ravel().tolist(), bool(found.is_constant[0]), int(found.zones[0])


@every_way
def test_no_zones_one_zone_and_zones_alike_have_a_level_or_none(way):
    alone = way == Normalisation.GOALPOSTS
    assert levels([], way) == ([], not alone, 0)
    assert levels([0.3], way) == ([0.3 if alone else 0.5], not alone, 1)
    assert levels([0.3, 0.3], way) == ([0.3 if alone else 0.5] * 2, True, 2)
    nobody_counts = levels([0.1, 0.2], way, counts=np.zeros(2, np.bool_))
    assert nobody_counts == ([0.1, 0.2] if alone else [0.5, 0.5], not alone, 0)


def test_no_indicators_have_no_levels():
    none, flat = np.zeros((2, 0)), np.zeros(0)
    found = context_levels(
        none, none.astype(np.uint8), Indicators(flat, flat, flat.astype(np.uint8))
    )
    assert (found.levels.x.shape, found.is_constant.size) == ((2, 0), 0)


@every_way
def test_numbers_from_the_smallest_to_the_largest_have_levels(way):
    for values in ([1e100, -1e100, 0.0], [5e-324, 0.0, 0.0], [1e100] * 3 + [-1e100]):
        found, is_constant, _ = levels(values, way)
        assert all(0.0 <= level <= 1.0 for level in found)
        assert found[0] >= found[-1]
        assert not is_constant


@every_way
@pytest.mark.parametrize("wrong", [INF, -INF, 1e101, -1.7e308])
def test_numbers_whose_squares_are_none_are_refused(way, wrong):
    with pytest.raises(InputError, match="infinite"):
        levels([wrong, 0.0], way)


@every_way
@pytest.mark.parametrize(("good", "bad"), [(0, 0), (NAN, 1), (-1.7e308, 1.7e308), (0, 5e-324)])
def test_goalposts_that_are_nowhere_or_not_apart_are_refused(way, good, bad):
    with pytest.raises(InputError, match="apart"):
        levels([0.5], way, good=good, bad=bad)


def test_a_value_exactly_at_a_goalpost_is_at_the_end_and_one_beyond_stays_there():
    found, *_ = levels([2, 12, 1.999, 12.001], Normalisation.GOALPOSTS, good=12, bad=2)
    assert found == [1.0, 0.0, 1.0, 0.0]


# --- Shrinkage ------------------------------------------------------------------------------------


def shrunk(number, error, population, parent):
    value, unsure, people = (np.array(c, np.float64) for c in (number, error, population))
    found = shrink(value, unsure, people, np.array(parent, np.int32))
    return found.number.tolist(), found.drawn.tolist()


def test_no_zone_one_zone_and_zones_without_people_stay_as_they_are():
    assert shrunk([], [], [], []) == ([], [])
    assert shrunk([1], [1], [1], [0]) == ([1.0], [Drawn.NO_SIBLING])
    assert shrunk([1, 2], [1, 1], [1, 1], [-1, -1]) == ([1.0, 2.0], [Drawn.NO_SIBLING] * 2)
    assert shrunk([1, 2], [1, 1], [0, 0], [0, 0]) == ([1.0, 2.0], [Drawn.NO_POPULATION] * 2)


def test_errors_and_peoples_from_the_smallest_to_the_largest_are_weighed():
    for people in (5e-324, 1e100):
        assert shrunk([1, 2], [1, 1], [people] * 2, [0, 0])[0] == [1.5, 1.5]
    assert shrunk([1, 2], [1e-200] * 2, [1, 1], [0, 0])[0] == [1.0, 2.0]
    assert shrunk([1, 2], [1e100] * 2, [1, 1], [0, 0])[0] == [1.5, 1.5]


@pytest.mark.parametrize("column", range(3))
@pytest.mark.parametrize("wrong", [INF, 1e101])
def test_what_cannot_be_squared_and_added_up_is_refused(column, wrong):
    columns = [[1.0, 2.0], [1.0, 1.0], [1.0, 1.0], [0, 0]]
    columns[column][0] = wrong
    with pytest.raises(InputError):
        shrunk(*columns)


def test_a_zone_above_that_is_no_row_is_refused():
    with pytest.raises(InputError, match="parent"):
        shrunk([1, 1], [1, 1], [1, 1], [-5, -5])
