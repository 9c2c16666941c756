"""The worst-off zone raised first, beside every set of candidates there is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.most_served import most_served, within
from atlas.engine.siting.proposal import Effort, Standing
from atlas.engine.siting.worst_first import worst_first
from atlas.engine.siting.zones import Zones
from tests.unit.engine.siting_by_hand import MICRO, Town, random_allowance, random_town

SEEDS = st.integers(0, 2**32 - 1)
REACH = 8
ZONES = 3

any_town = settings(max_examples=40)


def random_zones(town, seed):
    random = np.random.default_rng(seed)
    zone = random.integers(-1, ZONES, town.weight.size).astype(np.int32)
    lacking = np.array([int(town.weight[zone == z].sum()) for z in range(ZONES)])
    served = random.choice([0, MICRO, 777_777, 5 * MICRO], ZONES)
    unreached = random.choice([0, 0, MICRO], ZONES)
    return Zones(
        code=np.array([f"z{k}" for k in random.permutation(ZONES)]),
        point_zone=zone,
        children=served + lacking + unreached,
        served=served,
        least_children=int(random.choice([0, 1, MICRO, 3 * MICRO])),
    )


def proposed(town, zones, allowance, effort=None):
    reached = within(catchments_of_matrix(town.cost), REACH)
    return list(worst_first(town.candidates, reached, town.weight, zones, allowance, effort))


def those_that_count(town, zones, allowance):
    """Zones with enough children that a candidate in reach of the allowance raises."""
    kept, excluded = town.candidates.must_keep, town.candidates.excluded
    amount = (allowance.count or 0) + (allowance.budget or 0) - town.spent(kept, allowance)
    single = [
        kept[j] or (not excluded[j] and town.spent(np.array([j]), allowance) <= amount)
        for j in range(kept.size)
    ]
    for z in range(ZONES):
        here = (zones.point_zone == z) & (town.weight > 0)
        raised = (town.cost[here][:, single] <= REACH).any()
        if raised and zones.children[z] >= max(1, zones.least_children):
            yield z


def judged(town, zones, chosen, counting):
    """Lowest coverage, then everybody served."""
    served = np.where(town.served(chosen, REACH), town.weight, 0)
    coverage = [
        Fraction(int(zones.served[z] + served[zones.point_zone == z].sum()), int(zones.children[z]))
        for z in counting
    ]
    return min(coverage, default=Fraction(1)), int(served.sum())


@any_town
@given(seed=SEEDS)
def test_no_allowed_set_raises_the_lowest_further_or_then_serves_more(seed):
    town, allowance = random_town(seed, points=20), random_allowance(seed)
    zones = random_zones(town, seed)
    counting = list(those_that_count(town, zones, allowance))
    of = [judged(town, zones, s, counting) for s in town.sets(allowance)]
    if not of:
        assert [p.standing for p in proposed(town, zones, allowance)] == [Standing.INFEASIBLE]
        return
    quick, best = proposed(town, zones, allowance, Effort())
    assert (best.lowest.coverage, best.value) == max(of)
    assert judged(town, zones, best.chosen, counting) == max(of)
    assert best.standing is Standing.PROVEN
    assert (best.lowest.coverage_bound, best.bound) == max(of)
    assert judged(town, zones, quick.chosen, counting) == (quick.lowest.coverage, quick.value)
    assert (quick.lowest.coverage, quick.value) <= max(of)
    assert quick.lowest.coverage_bound >= best.lowest.coverage
    if counting:
        none = judged(town, zones, np.zeros(0, np.int64), counting)
        assert best.lowest.coverage_before == none[0]
        assert zones.children[best.lowest.zone_before] > 0
    else:
        assert (best.lowest.zone, best.lowest.zone_before) == (-1, -1)


@any_town
@given(seed=SEEDS)
def test_no_order_of_zones_candidates_or_points_changes_a_code_or_a_digit(seed):
    town, allowance = random_town(seed, points=20), random_allowance(seed)
    zones = random_zones(town, seed)
    random = np.random.default_rng(seed)
    mine, points = random.permutation(town.cost.shape[1]), random.permutation(town.weight.size)
    rows = random.permutation(ZONES)
    old = town.candidates
    mixed = Town(
        town.cost[points][:, mine],
        town.weight[points],
        Candidates(old.code[mine], old.cost[mine], old.must_keep[mine], old.excluded[mine]),
    )
    to_row = np.append(np.argsort(rows), -1).astype(np.int32)
    turned = Zones(
        zones.code[rows],
        to_row[zones.point_zone[points]],
        zones.children[rows],
        zones.served[rows],
        zones.least_children,
    )
    for one, other in zip(
        proposed(town, zones, allowance, Effort()),
        proposed(mixed, turned, allowance, Effort()),
        strict=True,
    ):
        assert old.code[one.chosen].tolist() == mixed.candidates.code[other.chosen].tolist()
        assert one.gain.tolist() == other.gain.tolist()
        if one.lowest is not None:
            assert one.lowest.coverage == other.lowest.coverage
            codes, others = [*zones.code.tolist(), None], [*turned.code.tolist(), None]
            assert codes[one.lowest.zone] == others[other.lowest.zone]
            assert codes[one.lowest.zone_before] == others[other.lowest.zone_before]


def two_zones(*, least=1):
    """Ten children lack in each of two zones, one of them large; the poor one gains less."""
    cost = np.array([[1, 9], [9, 1], [9, 1]])
    none = np.zeros(2, np.bool_)
    town = Town(
        cost,
        np.array([4, 6, 6]),
        Candidates(np.array(["a", "b"]), np.array([1, 1]), none, none),
    )
    zone = np.array([0, 1, 1], np.int32)
    code = np.array(["poor", "rich"])
    return town, Zones(code, zone, np.array([4, 100]), np.array([0, 88]), least)


def test_the_worst_off_zone_comes_before_more_children():
    town, zones = two_zones()
    best = proposed(town, zones, Allowance(count=1), Effort())[-1]
    assert best.chosen.tolist() == [0]
    assert (best.value, best.lowest.zone_before, best.lowest.coverage_before) == (4, 0, 0)
    assert (best.lowest.zone, best.lowest.coverage) == (1, Fraction(88, 100))


def test_a_zone_with_too_few_children_does_not_count_as_the_worst_off():
    town, zones = two_zones(least=5)
    best = proposed(town, zones, Allowance(count=1), Effort())[-1]
    assert (best.chosen.tolist(), best.lowest.zone, best.lowest.coverage) == ([1], 1, 1)


def test_a_zone_that_nobody_can_raise_does_not_hold_the_others_down():
    town, zones = two_zones()
    far = replace(town, cost=np.array([[9, 9], [9, 1], [1, 9]]))
    best = proposed(far, zones, Allowance(count=1), Effort())[-1]
    assert best.lowest.zone == 1
    assert (best.chosen.tolist(), best.lowest.coverage) == ([0], Fraction(94, 100))


def test_where_no_zone_counts_the_most_are_served():
    town, zones = two_zones(least=101)
    best = proposed(town, zones, Allowance(count=1), Effort())[-1]
    reached = within(catchments_of_matrix(town.cost), REACH)
    most = list(most_served(town.candidates, reached, town.weight, Allowance(count=1), Effort()))
    assert best.chosen.tolist() == most[-1].chosen.tolist() == [1]
    assert (best.lowest.zone, best.lowest.coverage, best.standing) == (-1, 1, Standing.PROVEN)


def test_of_sets_as_good_the_one_with_smaller_codes_is_proposed():
    none = np.zeros(4, np.bool_)
    walks = np.array([[1, 1, 9, 9], [9, 9, 1, 1]])
    code = np.array(["d", "b", "a", "c"])
    town = Town(walks, np.array([5, 5]), Candidates(code, np.ones(4, np.int64), none, none))
    zones = Zones(
        np.array(["x", "y"]), np.array([0, 1], np.int32), np.array([9, 9]), np.array([1, 2]), 1
    )
    best = proposed(town, zones, Allowance(count=2), Effort())[-1]
    assert sorted(code[best.chosen].tolist()) == ["a", "b"]


def test_a_search_without_room_keeps_the_first_answer_and_says_so():
    town, zones = two_zones()
    three = replace(town, cost=np.array([[1, 9], [9, 1], [9, 9]]))
    quick, limited = proposed(three, zones, Allowance(count=1), Effort(most_terms=0))
    assert quick.chosen.tolist() == limited.chosen.tolist()
    assert limited.standing is Standing.LIMITED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": np.array(["one", "one"])}, InputError),
        ({"children": np.array([4])}, ShapeError),
        ({"children": np.array([3, 100])}, InputError),
        ({"served": np.array([-1, 0])}, InputError),
        ({"point_zone": np.array([0, 1, 2], np.int32)}, InputError),
        ({"point_zone": np.array([0, 1], np.int32)}, ShapeError),
    ],
)
def test_zones_that_do_not_fit_are_refused(changes, error):
    town, zones = two_zones()
    with pytest.raises(error):
        proposed(town, replace(zones, **changes), Allowance(count=1))
