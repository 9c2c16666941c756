"""Nine million children in one zone, at one point, at one door: no sum overflows anywhere."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from atlas.engine.coverage import CITY_WIDE, WALK, city_of
from atlas.engine.decay import Linear, thirds
from atlas.engine.depth import depth
from atlas.engine.doubt.counts import Replicates
from atlas.engine.doubt.draws import Spread
from atlas.engine.doubt.gaps import gap_levels
from atlas.engine.equity.gradient import fifths, gradient
from atlas.engine.equity.inequality import gini, theil
from atlas.engine.errors import InputError
from atlas.engine.floating import Pairs, float_catchments
from atlas.engine.inputs import MOST_AMOUNT_MICRO, MOST_CHILDREN_MICRO
from atlas.engine.judged import JudgedPoints
from atlas.engine.kernels.wide import part_of
from atlas.engine.lacking import lacking
from atlas.engine.margins import cut
from atlas.engine.need import gap
from atlas.engine.network import build
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.changes import OpenPlace, Pool, SetCapacity
from atlas.engine.scenario.what_if import what_if
from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.most_served import most_served
from atlas.engine.siting.proposal import Effort
from atlas.engine.types import MICRO
from tests.unit.engine.edges import MOST_AT_A_POINT, nine_million, of_groups
from tests.unit.engine.scenarios import inputs_of
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed

MILLION = 1_000_000 * MICRO
NINE = 9 * MILLION
FINE = 1 << 40
both_modes = pytest.mark.parametrize("mode", [WALK, CITY_WIDE])


def share_of(count, seats, children):
    """What of some children a share of 2**-40 rounded half up serves, rounded down."""
    part = int(Fraction(seats * FINE, children) + Fraction(1, 2))
    return count * part // FINE


def judged(town):
    result = town.assess()
    pieces = cut(town.demand.zone[:, None], np.array([-1], np.int32))
    return JudgedPoints(result.points, town.demand.children_micro, town.incomplete, pieces)


@both_modes
def test_three_million_seats_for_nine_million_children_at_one_door(mode):
    result = nine_million(mode=mode).assess(filled=True)
    served = share_of(NINE // 2, 3 * MILLION, NINE)
    assert served == 1_499_999_999_998
    assert result.served.tolist() == result.filled.served.tolist() == [[[served] * 2]]
    assert result.full.tolist() == result.short_micro.tolist() == [[[NINE // 2 - served] * 2]]
    assert result.filled.certain_full_micro.tolist() == [6 * MILLION]
    assert result.capacity.used.tolist() == result.filled.capacity.used.tolist() == [3 * MILLION]


@both_modes
def test_the_most_children_that_a_point_and_a_city_may_hold(mode):
    town = along_a_street([1000], [1200, 1200], seats=[6_000_000, 1], mode=mode)
    town = of_groups(town, [[MOST_AT_A_POINT] * 2])
    result = town.assess(filled=True)
    everybody = 2 * MOST_AT_A_POINT
    assert int(result.children.sum()) == everybody == 2 * MOST_CHILDREN_MICRO - 2
    assert int(result.filled.certain_full_micro[0]) == everybody - 6_000_001 * MICRO
    assert int((result.served + result.full).sum()) == everybody
    assert result.capacity.used.tolist() == [6 * MILLION, MICRO]


@both_modes
def test_more_children_than_the_limits_are_refused(mode):
    town = along_a_street([1000], [1200], mode=mode)
    with pytest.raises(InputError, match="children_micro out of range"):
        of_groups(town, [[MOST_AT_A_POINT + 1]]).assess()
    with pytest.raises(InputError, match="more children than"):
        of_groups(town, [[MOST_AT_A_POINT] * 2 + [2]]).assess()


@both_modes
def test_seats_without_number_serve_everybody_and_too_many_in_one_place_are_refused(mode):
    town = changed(nine_million(mode=mode), "pools", capacity_micro=np.array([MOST_AMOUNT_MICRO]))
    assert town.assess(filled=True).served.tolist() == [[[NINE // 2] * 2]]
    crowded = nine_million(doors=[1200] * 4, mode=mode)
    most = np.full(4, MOST_AMOUNT_MICRO)
    assert changed(crowded, "pools", capacity_micro=most).assess().full.sum() == 0
    one_place = changed(crowded, "pools", capacity_micro=most, place=np.zeros(4, np.int32))
    with pytest.raises(InputError, match="a place holds more"):
        one_place.assess()


@both_modes
@pytest.mark.parametrize("form", [thirds(), Linear()])
def test_needs_beyond_what_can_be_added_up_are_refused_and_not_wrapped(mode, form):
    town = of_groups(along_a_street([1000], [1200], mode=mode), [[MOST_AT_A_POINT] * 2])
    town = changed(town, "requirements", access=form)
    # 17.6 million children times 262,144 seats each stay just below 2**62 millionths.
    each = 262_144 * MICRO
    fits = changed(town, "requirements", provision_micro=np.full((1, 2), each))
    out = MOST_AT_A_POINT - share_of(MOST_AT_A_POINT, 10 * MICRO, 2 * MOST_AT_A_POINT * 262_144)
    result = fits.assess()
    assert result.full.tolist() == [[[out] * 2]]
    assert result.short_micro.tolist() == [[[out * 262_144] * 2]]
    too_much = changed(town, "requirements", provision_micro=np.full((1, 2), each + 1))
    with pytest.raises(InputError, match="more than the engine can add up"):
        too_much.assess()


@pytest.mark.parametrize("count", [1, NINE, 2 * MOST_CHILDREN_MICRO, (1 << 45) - 1])
@pytest.mark.parametrize("part", [0, 1, 366_503_875_925, FINE - 1, FINE])
def test_a_part_of_as_many_children_as_a_city_may_hold_is_exact(count, part):
    assert part_of(count, part) == count * part // FINE


@both_modes
def test_both_groups_asked_for_together_at_their_point_are_served_as_one(mode):
    points = nine_million(mode=mode).assess(filled=True).points
    for served in (points.served_micro, points.filled_micro):
        assert served(0, 0, np.array([NINE])).tolist() == [share_of(NINE, 3 * MILLION, NINE)]


def test_nine_million_children_two_kilometres_away_are_summed_in_child_centimetres():
    town = nine_million(homes=[10], doors=[1990])
    found = depth(judged(town), town.requirements, 1 / 3)
    assert found.out_micro.tolist() == [[[NINE // 2, NINE // 2, NINE]]]
    assert found.excess_child_cm.tolist() == [[[4_500_000 * 148_000] * 2 + [9_000_000 * 148_000]]]
    assert found.median_cm.tolist() == found.median_out_cm.tolist() == [[[198_000] * 3]]
    lacks = lacking(judged(town), (1,))
    assert lacks.lower_of_all.tolist() == lacks.upper_of_all.tolist() == [[NINE]]


@both_modes
def test_replicates_of_nine_million_children_add_up(mode):
    town = nine_million(mode=mode)
    city = city_of(
        *(build(town.pieces), town.demand, town.places, town.pools, town.requirements),
        town.incomplete,
    )
    spread = Spread(reach_pct=(-50, 0), provision_pct=(0, 200), replicates=2)
    counts = Replicates(np.zeros(1, np.int32), np.array([[1.0, 1.9]]))
    found = gap_levels(city, town.incomplete, spread, counts)
    half = [NINE // 2, 8_550_000 * MICRO]
    assert found.known.tolist() == [[[2 * one for one in half]]]
    expected = [
        [2 * (one - share_of(one, 3 * MILLION, 2 * one * times)) for one in half]
        for times in (1, 3)
    ]
    # Division by the factor is in floating point: a share may be one of 2**-40 less.
    assert found.not_served[0, 0] == pytest.approx(np.array([expected] * 2), abs=40)
    with pytest.raises(InputError, match="more children"):
        gap_levels(city, town.incomplete, spread, Replicates(counts.cell, np.array([[1.0, 2.0]])))


@both_modes
def test_a_scenario_of_nine_million_children_is_a_full_run(mode):
    town = nine_million(mode=mode)
    base = prepare(inputs_of(town))
    after = what_if(base, [SetCapacity("pool 0", 6 * MILLION)])
    full = changed(town, "pools", capacity_micro=np.array([6 * MILLION])).assess()
    before = town.assess()
    names = ("children", "served", "full", "out", "unknown")
    for row, name in enumerate(names):
        change = getattr(full, name) - getattr(before, name)
        assert after.change[0, row].tolist() == change[0].tolist()
    pools = tuple(Pool(f"new {k}", MOST_AMOUNT_MICRO, np.ones((1, 2), np.bool_)) for k in range(4))
    with pytest.raises(InputError, match="more than the engine can add up"):
        what_if(base, [OpenPlace("new", np.array([[1100.0, 0.0]]), pools)])


def test_gaps_and_equity_of_nine_million_children_are_those_of_nine():
    counts = np.array([[NINE // 3]]), np.array([[NINE // 3]]), np.array([[NINE]]), np.array([[0]])
    assert gap(*counts).x.tolist() == [[2 / 3]]
    many, few = (np.full(3, each) for each in (3 * MILLION, 3))
    value, deprived = np.array([0.0, 0.5, 1.0]), np.array([3.0, 2.0, 1.0])
    assert gini(value, many) == pytest.approx(gini(value, few)) == pytest.approx(4 / 9)
    assert theil(value, many).whole == pytest.approx(theil(value, few).whole)
    one, other = gradient(value, deprived, many), gradient(value, deprived, few)
    assert one.erreygers == pytest.approx(other.erreygers) == pytest.approx(8 / 9)
    assert fifths(value, value, many).difference == pytest.approx(1.0)


@pytest.mark.parametrize("full", [1 << 62, (1 << 62) + 1])
def test_parts_whose_sum_would_wrap_are_refused(full):
    half = np.array([[full]])
    with pytest.raises(InputError, match="exceed"):
        gap(half, half, np.array([[1 << 62]]), np.array([[0]]))


def test_counts_whose_sum_would_wrap_are_refused():
    value, children = np.array([0.1, 0.2, 0.3]), np.full(3, 1 << 62)
    for measure in (gini, theil):
        with pytest.raises(InputError, match="more children"):
            measure(value, children)
    for ordered in (gradient, fifths):
        with pytest.raises(InputError, match="more children"):
            ordered(value, value, children)


@pytest.mark.parametrize("three_step", [False, True])
def test_floating_catchments_of_the_most_children_and_seats(three_step):
    pairs = Pairs(np.array([0, 1]), np.array([0, 0]), np.array([MICRO, MICRO]))
    need = np.full(2, MOST_CHILDREN_MICRO)
    seats = np.array([MOST_AMOUNT_MICRO])
    found = float_catchments(pairs, need, seats, three_step=three_step)
    assert found.ratio.tolist() == [2.0**16]
    assert found.access.tolist() == [2.0**16] * 2
    for name, bad in (("need", need + 1), ("seats", seats + 1)):
        given = {"need": need, "seats": seats} | {name: bad}
        with pytest.raises(InputError, match="out of range"):
            float_catchments(pairs, given["need"], given["seats"], three_step=three_step)


def test_siting_for_nine_million_children_keeps_every_child_and_refuses_what_it_cannot_add_up():
    candidates = Candidates(np.array(["a", "b"]))
    reached = catchments_of_matrix(np.array([[100_000, 150_000], [200_000, 150_001]]))
    weight = np.array([NINE // 2, NINE // 2 - 1])
    best = list(most_served(candidates, reached, weight, Allowance(count=1), Effort()))[-1]
    assert best.value == NINE - 1
    now = walk_now(reached, 2, None, 200_000)
    (first,) = least_walking(candidates, reached, weight, now, Allowance(count=1))
    by_one, by_other = 100_000 * (NINE // 2), 50_000 * (NINE // 2) + 49_999 * (NINE // 2 - 1)
    assert first.value == max(by_one, by_other)
    with pytest.raises(InputError, match="more weight"):
        list(most_served(candidates, reached, np.full(2, 1 << 61), Allowance(count=1)))
    far = walk_now(reached, 2, None, 1 << 30)
    with pytest.raises(InputError, match="more walking"):
        list(least_walking(candidates, reached, weight, far, Allowance(count=1)))
