"""What if and where next at their edges: nobody, nowhere, no candidates, no seats, no zones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from atlas.engine.coverage import CITY_WIDE, WALK
from atlas.engine.errors import InputError
from atlas.engine.network import build
from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.changes import ClosePlace, MovePlace, OpenPlace, Pool, SetCapacity
from atlas.engine.scenario.what_if import gain, what_if
from atlas.engine.siting.allocation import Capacities
from atlas.engine.siting.asking import asking, capacities_of, catchments_of
from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.grid import grid_over
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.most_served import most_served, within
from atlas.engine.siting.openings import NEW, Baseline, Openings
from atlas.engine.siting.proposal import Effort, Standing
from atlas.engine.siting.rescoring import rescore_by_coverage, scored_anew
from atlas.engine.siting.within_capacity import most_served_within_capacity
from atlas.engine.siting.worst_first import worst_first
from atlas.engine.siting.zones import Zones
from atlas.engine.types import MICRO
from tests.unit.engine.edges import no_streets, without_points
from tests.unit.engine.scenarios import inputs_of
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed
from tests.unit.engine.towns import streets

ONE = np.ones((1, 1), np.bool_)
ISLAND = [(1, 2, [(0, 0), (15, 0)]), (3, 4, [(16, 0), (2000, 0)])]
both_modes = pytest.mark.parametrize("mode", [WALK, CITY_WIDE])


def opened(at, seats):
    entrance = np.array([[at, 0.0]])
    return OpenPlace("new", entrance, (Pool("new seats", seats * MICRO, ONE),))


def change(town, *changes):
    """How many more are served, full, out and unknown, in whole children."""
    found = what_if(prepare(inputs_of(town)), changes)
    whole = found.change.sum(axis=0).reshape(len(AMOUNT_NAMES), -1).sum(axis=1)
    return [int(amount) / MICRO for amount in whole[1:5]]


# --- What if --------------------------------------------------------------------------------------


@both_modes
def test_no_change_changes_nothing_even_where_there_is_nothing(mode):
    town = along_a_street([10], [20], mode=mode)
    nowhere = along_a_street([10], [], mode=mode)
    for one in (town, nowhere, without_points(town), without_points(nowhere)):
        for city in (one, one.but(pieces=no_streets())):
            found = what_if(prepare(inputs_of(city)), ())
            assert (found.zone.size, found.change.size) == (0, 0)


@both_modes
def test_seats_taken_away_and_a_place_closed_are_told_apart(mode):
    town = along_a_street([10], [20], mode=mode)
    assert change(town, SetCapacity("pool 0", 0)) == [-10, 10, 0, 0]
    assert change(town, ClosePlace("place 0")) == [-10, 0, 10, 0]
    assert change(town, SetCapacity("pool 0", -1)) == [0, 0, 0, 0]
    empty = along_a_street([10], [20], seats=0, mode=mode)
    assert change(empty, ClosePlace("place 0")) == [0, -10, 10, 0]
    assert change(empty, opened(20, 5)) == [5, -5, 0, 0]


def test_a_place_opened_where_there_was_none_serves_up_to_its_reach_and_not_beyond():
    nowhere = along_a_street([10], [])
    assert change(nowhere, opened(510, 5)) == [5, 5, -10, 0]
    assert change(nowhere, opened(510.01, 5)) == [0, 0, 0, 0]
    assert change(nowhere, opened(20, 0)) == [0, 10, -10, 0]
    assert change(nowhere, OpenPlace("new", np.zeros((0, 2)), ())) == [0, 0, 0, 0]


def test_a_place_moved_onto_an_island_or_where_there_is_no_street_serves_who_is_there():
    town = along_a_street([10], [12]).but(pieces=streets(ISLAND))
    assert change(town, MovePlace("place 0", np.array([[20.0, 0.0]]))) == [-10, 0, 10, 0]
    assert change(town, MovePlace("place 0", np.array([[1e300, 0.0]]))) == [-10, 0, 10, 0]
    with pytest.raises(InputError, match="not finite"):
        change(town, MovePlace("place 0", np.array([[np.nan, 0.0]])))


@both_modes
def test_without_points_children_or_zones_no_change_reaches_anybody(mode):
    town = along_a_street([10], [20], mode=mode)
    nobody = changed(town, "demand", children_micro=np.zeros((1, 1), np.int64))
    outside = along_a_street([10], [20], mode=mode, zone=[-1])
    outside = outside.but(incomplete=np.zeros((1, 0), np.bool_))
    for city in (without_points(town), nobody, outside):
        for one in (SetCapacity("pool 0", 0), ClosePlace("place 0"), opened(20, 5)):
            base = prepare(inputs_of(city))
            assert what_if(base, [one]).zone.size == 0
            assert gain(base, [one]).tolist() == [[0]]


def test_what_is_there_already_or_not_at_all_is_refused():
    base = prepare(inputs_of(along_a_street([10], [20])))
    again = OpenPlace("place 0", np.zeros((1, 2)), ())
    for one in (again, ClosePlace("none"), SetCapacity("none", 1), SetCapacity("pool 0", -2)):
        with pytest.raises(InputError, match="change 1"):
            what_if(base, [one])


# --- Where next -----------------------------------------------------------------------------------


def baseline_of(town):
    return Baseline(
        *(build(town.pieces), town.demand, town.places, town.pools, town.requirements),
        town.incomplete,
        town.assigned,
    )


def openings(*at, seats=5):
    count = len(at)
    return Openings(
        code=np.array([f"c{k}" for k in range(count)], dtype=np.str_),
        place=np.full(count, NEW, np.int32),
        entrance_candidate=np.arange(count, dtype=np.int32),
        entrance_xy_m=np.array([(x, 0.0) for x in at], np.float64).reshape(-1, 2),
        capacity_micro=np.full(count, -1 if seats < 0 else seats * MICRO),
        admits=np.ones((count, 1, 1), np.bool_),
    )


def proposed(town, chosen, count=1):
    """The best of candidates and its gain by the method, in whole children."""
    baseline = baseline_of(town)
    asked = asking(town.assess(), baseline, 0)
    reached = catchments_of(baseline, chosen, 0)
    candidates, allowed = Candidates(chosen.code), Allowance(count=count)
    *_, best = most_served(candidates, reached, asked.lacking, allowed, Effort())
    scored = scored_anew(best, rescore_by_coverage(baseline, chosen, 0))
    return best.chosen.tolist(), best.value / MICRO, scored.value / MICRO


def test_a_candidate_at_the_end_of_the_reach_is_proposed_and_one_beyond_is_not():
    town = along_a_street([10], [])
    assert proposed(town, openings(510.01, 510)) == ([1], 10.0, 5.0)
    assert proposed(town, openings(510.01)) == ([], 0.0, 0.0)
    assert proposed(town, openings(20, seats=0)) == ([0], 10.0, 0.0)
    assert proposed(town, openings(20, seats=-1)) == ([0], 10.0, 10.0)


def test_of_candidates_at_one_place_the_smaller_code_is_proposed_alone():
    assert proposed(along_a_street([10], []), openings(20, 20), count=2) == ([0], 10.0, 5.0)


def test_no_points_no_streets_no_candidates_and_no_zones_propose_nothing():
    town = along_a_street([10], [])
    assert proposed(without_points(town), openings(20)) == ([], 0.0, 0.0)
    assert proposed(town.but(pieces=no_streets()), openings(20)) == ([], 0.0, 0.0)
    assert proposed(town, openings()) == ([], 0.0, 0.0)
    outside = along_a_street([10], [], zone=[-1]).but(incomplete=np.zeros((1, 0), np.bool_))
    assert proposed(outside, openings(20)) == ([], 0.0, 0.0)


def test_zones_that_are_empty_or_none_do_not_hold_down_the_worst_off():
    candidates, allowed = Candidates(np.array(["a"])), Allowance(count=1)
    reached = within(catchments_of_matrix(np.array([[1], [9]])), 5)
    weight = np.array([5, 7])
    two = Zones(
        np.array(["y", "z"]), np.zeros(2, np.int32), np.array([12, 0]), np.zeros(2, np.int64), 0
    )
    *_, best = worst_first(candidates, reached, weight, two, allowed, Effort())
    assert (best.chosen.tolist(), best.value) == ([0], 5)
    assert best.lowest.coverage == Fraction(5, 12)
    none, nowhere = np.zeros(0, np.int64), np.full(2, -1, np.int32)
    no_zone = Zones(np.zeros(0, np.str_), nowhere, none, none, 0)
    *_, best = worst_first(candidates, reached, weight, no_zone, allowed, Effort())
    assert (best.chosen.tolist(), best.value) == ([0], 5)


def test_a_walk_that_is_none_saves_nothing_and_no_cap_at_all_counts_none():
    reached = catchments_of_matrix(np.array([[0], [3]]))
    candidates, allowed = Candidates(np.array(["a"])), Allowance(count=1)
    for cap_cm, saved in ((0, 0), (3, 3), (None, 4 + 1)):
        now = walk_now(reached, 2, None, cap_cm)
        *_, best = least_walking(candidates, reached, np.ones(2, np.int64), now, allowed, Effort())
        assert best.value == saved
        assert best.standing is Standing.PROVEN


def test_a_capacity_of_nothing_serves_nobody_and_existing_seats_count_first():
    town = along_a_street([10], [20], seats=4)
    baseline, chosen = baseline_of(town), openings(30, seats=0)
    asked = asking(town.assess(), baseline, 0)
    reached = catchments_of(baseline, chosen, 0)
    found = capacities_of(baseline, chosen, 0)
    assert isinstance(found, Capacities)
    assert (found.candidate.tolist(), found.existing.tolist()) == ([0], [4 * MICRO])
    candidates = Candidates(chosen.code)
    (best,) = most_served_within_capacity(
        candidates, reached, asked.children, found, Allowance(count=1)
    )
    assert (best.chosen.size, best.value) == (0, 0)


def test_a_grid_over_nobody_is_empty_and_over_one_home_one_square():
    code, middle = grid_over(np.zeros((0, 2)), 100)
    assert (code.size, middle.shape) == (0, (0, 2))
    code, middle = grid_over(np.array([[100.0, 0.0]]), 100)
    assert (code.tolist(), middle.tolist()) == (["grid/100/1/0"], [[150.0, 50.0]])
    for wrong in (np.nan, np.inf):
        with pytest.raises(InputError):
            grid_over(np.array([[wrong, 0.0]]), 100)
