"""Most served and least walking beside every set of candidates there is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.siting.candidates import Allowance, Candidates, choice_of
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.classes import classes_of
from atlas.engine.siting.exact import best_choice
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.most_served import is_served, most_served, within
from atlas.engine.siting.proposal import Effort, Standing
from atlas.engine.siting.trips import trips_of
from tests.unit.engine.siting_by_hand import MICRO, Town, random_allowance, random_town

SEEDS = st.integers(0, 2**32 - 1)
REACH = 8

any_town = settings(max_examples=40)


def served_best(town, allowance, effort=None):
    reached = within(catchments_of_matrix(town.cost), REACH)
    return list(most_served(town.candidates, reached, town.weight, allowance, effort))


def walked_best(town, allowance, effort=None, *, now=None):
    reached = catchments_of_matrix(town.cost)
    now = now_of(town) if now is None else now
    return list(least_walking(town.candidates, reached, town.weight, now, allowance, effort))


def now_of(town, cap=20):
    return walk_now(catchments_of_matrix(town.cost), town.weight.size, None, cap)


@any_town
@given(seed=SEEDS)
def test_no_allowed_set_serves_more_than_the_one_proposed(seed):
    town, allowance = random_town(seed), random_allowance(seed)
    of = [int(town.weight[town.served(s, REACH)].sum()) for s in town.sets(allowance)]
    if not of:
        assert [p.standing for p in served_best(town, allowance)] == [Standing.INFEASIBLE]
        return
    quick, best = served_best(town, allowance, Effort())
    assert best.value == int(town.weight[town.served(best.chosen, REACH)].sum()) == max(of)
    assert best.standing is Standing.PROVEN
    assert best.bound == max(of) <= quick.bound
    assert best.spent == town.spent(best.chosen, allowance)
    assert sorted(best.chosen.tolist()) in [s.tolist() for s in town.sets(allowance)]


@any_town
@given(seed=SEEDS, pricings=st.sampled_from([0, 1, 5, 400]))
def test_no_allowed_set_saves_more_walking_than_the_one_proposed(seed, pricings):
    town, allowance = random_town(seed), random_allowance(seed)
    now = now_of(town)
    of = [town.saved(s, now) for s in town.sets(allowance)]
    if not of:
        assert [p.standing for p in walked_best(town, allowance)] == [Standing.INFEASIBLE]
        return
    quick, best = walked_best(town, allowance, Effort(pricings=pricings))
    assert best.value == town.saved(best.chosen, now) == max(of)
    assert best.standing is Standing.PROVEN
    assert best.bound == max(of) <= quick.bound


@any_town
@given(seed=SEEDS, is_count=st.booleans())
def test_what_is_proposed_at_once_gains_at_least_what_is_promised(seed, is_count):
    town = random_town(seed, is_free=True)
    random = np.random.default_rng(seed)
    amount = int(random.integers(0, 6 if is_count else 25))
    allowance = Allowance(count=amount) if is_count else Allowance(budget=amount)
    now = now_of(town)
    (quick,) = served_best(town, allowance)
    most = max(int(town.weight[town.served(s, REACH)].sum()) for s in town.sets(allowance))
    assert quick.guarantee == (1 - 1 / math.e if is_count else 1 - 1 / math.sqrt(math.e))
    assert quick.guarantee * most <= quick.value <= most <= quick.bound
    (quick,) = walked_best(town, allowance)
    most = max(town.saved(s, now) for s in town.sets(allowance))
    assert quick.guarantee * most <= quick.value <= most <= quick.bound


@any_town
@given(seed=SEEDS)
def test_no_order_of_candidates_or_points_changes_a_code_or_a_digit(seed):
    town, allowance = random_town(seed), random_allowance(seed)
    random = np.random.default_rng(seed)
    mine, points = random.permutation(town.cost.shape[1]), random.permutation(town.weight.size)
    mixed = Town(
        town.cost[points][:, mine],
        town.weight[points],
        Candidates(
            code=town.candidates.code[mine],
            cost=town.candidates.cost[mine],
            must_keep=town.candidates.must_keep[mine],
            excluded=town.candidates.excluded[mine],
        ),
    )
    for ask in (served_best, walked_best):
        for one, other in zip(
            ask(town, allowance, Effort()), ask(mixed, allowance, Effort()), strict=True
        ):
            codes = town.candidates.code[one.chosen].tolist()
            assert codes == mixed.candidates.code[other.chosen].tolist()
            assert one.gain.tolist() == other.gain.tolist()
            assert (one.bound, one.standing) == (other.bound, other.standing)
            assert one.next_gain == other.next_gain


@any_town
@given(seed=SEEDS)
def test_no_smaller_code_would_do_as_well_for_no_more(seed):
    town, allowance = random_town(seed), random_allowance(seed)
    now, code = now_of(town), town.candidates.code
    cost = np.ones(code.size) if allowance.budget is None else town.candidates.cost
    for proposal in walked_best(town, allowance, Effort()):
        kept = town.candidates.must_keep[proposal.chosen]
        barred = town.candidates.excluded | np.isin(np.arange(code.size), proposal.chosen)
        for out in proposal.chosen[~kept].tolist():
            others = proposal.chosen[proposal.chosen != out]
            fits = ~barred & (code < code[out]) & (cost <= cost[out])
            for comes in np.flatnonzero(fits).tolist():
                assert town.saved(np.append(others, comes), now) < proposal.value


@any_town
@given(seed=SEEDS)
def test_each_candidate_gains_what_it_adds_to_those_before_it(seed):
    town, allowance = random_town(seed), random_allowance(seed)
    now = now_of(town)
    for proposal in walked_best(town, allowance, Effort()):
        values = [town.saved(proposal.chosen[:k], now) for k in range(proposal.chosen.size + 1)]
        assert proposal.gain.tolist() == np.diff(values).tolist()
        if proposal.next_candidate >= 0:
            more = np.append(proposal.chosen, proposal.next_candidate)
            assert town.saved(more, now) - values[-1] == proposal.next_gain > 0


def small_town(walks, weight, **options):
    walks = np.array(walks)
    code = np.array(options.pop("code", [f"c{k}" for k in range(walks.shape[1])]))
    none = np.zeros(code.size, np.bool_)
    candidates = Candidates(code, np.ones(code.size, np.int64), none, none)
    columns: Any = {name: np.array(value) for name, value in options.items()}
    return Town(walks, np.array(weight), replace(candidates, **columns))


def test_of_equal_candidates_the_smaller_code_is_proposed():
    town = small_town([[1, 1, 1]], [5], code=["b", "a", "c"])
    for ask in (served_best, walked_best):
        assert [p.chosen.tolist() for p in ask(town, Allowance(count=2), Effort())] == [[1], [1]]


def test_who_gains_nothing_is_not_proposed_however_many_are_allowed():
    town = small_town([[1, 9, 9], [1, 2, 9]], [5, 5])
    for ask in (served_best, walked_best):
        (quick,) = ask(town, Allowance(count=9))
        assert (quick.chosen.tolist(), quick.standing) == ([0], Standing.PROVEN)
        assert quick.next_candidate == -1


def test_nothing_allowed_proposes_nothing_and_names_who_would_be_next():
    town = small_town([[1, 9], [9, 1], [9, 1]], [5, 5, 5], cost=[3, 3])
    for allowance in (Allowance(count=0), Allowance(budget=0)):
        for ask in (served_best, walked_best):
            proposal = ask(town, allowance, Effort())[-1]
            assert (proposal.chosen.size, proposal.value, proposal.bound) == (0, 0, 0)
            assert (proposal.next_candidate, proposal.standing) == (1, Standing.PROVEN)


def test_free_candidates_fit_into_no_budget():
    town = small_town([[1, 9], [9, 1]], [5, 7], cost=[0, 4])
    assert served_best(town, Allowance(budget=0), Effort())[-1].chosen.tolist() == [0]


def test_towns_without_points_candidates_or_children_gain_nothing():
    for town in (
        small_town(np.zeros((0, 2), int), np.zeros(0, int)),
        small_town(np.zeros((2, 0), int), [1, 2], code=np.zeros(0, str)),
        small_town([[1, 2], [3, 4]], [0, 0]),
        small_town([[99, 99]], [5]),
    ):
        for ask in (served_best, walked_best):
            for proposal in ask(town, Allowance(count=1), Effort()):
                assert (proposal.value, proposal.bound, proposal.gap) == (0, 0, 0.0)
                assert (proposal.chosen.size, proposal.standing) == (0, Standing.PROVEN)


def test_two_chosen_in_advance_do_not_fit_into_a_count_of_one():
    town = small_town([[1, 9], [9, 1]], [5, 7], must_keep=[True, True])
    (answer,) = served_best(town, Allowance(count=1), Effort())
    assert (answer.standing, answer.chosen.size) == (Standing.INFEASIBLE, 0)


def test_one_chosen_in_advance_is_kept_though_it_gains_nothing():
    town = small_town([[99, 1]], [5], must_keep=[True, False])
    proposal = served_best(town, Allowance(count=2), Effort())[-1]
    assert (proposal.chosen.tolist(), proposal.gain.tolist()) == ([0, 1], [0, 5])


def test_a_budget_buys_the_single_best_where_gain_for_cost_misleads():
    """Two children for 1 beat nineteen for 10 by cost, and leave 9: too little."""
    town = small_town([[1, 9], *[[9, 1]] * 19], [2, *[1] * 19], cost=[1, 10])
    (quick,) = served_best(town, Allowance(budget=10))
    assert (quick.chosen.tolist(), quick.value) == ([1], 19)


def test_costs_of_billions_are_kept_to_the_last_unit():
    town = small_town([[1, 9], [9, 1]], [5, 7], cost=[10**12, 10**12 + 1])
    for budget, chosen in ((10**12, [0]), (2 * 10**12, [1]), (2 * 10**12 + 1, [1, 0])):
        proposal = served_best(town, Allowance(budget=budget), Effort())[-1]
        assert (proposal.chosen.tolist(), proposal.standing) == (chosen, Standing.PROVEN)
        assert proposal.spent == sum([10**12, 10**12 + 1][j] for j in chosen)


def test_a_walk_at_the_reach_is_served_and_a_centimetre_more_is_not():
    reached = within(catchments_of_matrix(np.array([[8, 9]])), 8)
    assert np.diff(reached.place_first).tolist() == [1, 0]


def test_no_walk_counts_for_more_than_the_cap():
    reached = catchments_of_matrix(np.array([[50], [7]]))
    assert walk_now(reached, 2, np.array([70, -1], np.int32), 60).tolist() == [60, 60]
    assert walk_now(reached, 2, None, None).tolist() == [51, 51]
    with pytest.raises(InputError):
        walk_now(reached, 2, None, -1)
    with pytest.raises(ShapeError):
        walk_now(reached, 2, np.zeros(3, np.int32), 60)


def test_among_many_alike_candidates_prices_prove_what_a_whole_model_would():
    side = np.arange(14)
    spot = np.array([(x, y) for x in side for y in side])
    children = np.random.default_rng(1).integers(1, 5, spot.shape[:1])
    walk = np.abs(spot[:, None] - spot[None]).sum(axis=2).astype(np.int32)
    code = Candidates(np.array([f"c{k:03}" for k in range(spot.shape[0])]))
    reached, four = within(catchments_of_matrix(walk), 3), Allowance(count=4)
    # No model is small enough to be built: only prices are left to prove anything.
    quick, best = most_served(code, reached, children, four, Effort(most_terms=0))
    assert (quick.standing, quick.value) == (Standing.GREEDY, 275)
    assert (best.standing, best.value) == (Standing.PROVEN, 280)
    choice = choice_of(code, four)
    trips = trips_of(choice, is_served(reached), children, np.ones(children.size, np.int32))
    whole = best_choice(choice, classes_of(trips), Effort())
    assert (whole.is_proven, whole.bound) == (True, 280)


def test_the_search_stops_at_its_limits_and_says_so():
    random = np.random.default_rng(4)
    cost = random.integers(1, 1000, (60, 25))
    town = small_town(cost, random.integers(1, 100, 60))
    now = now_of(town, 1000)
    effort = Effort(pricings=0, most_terms=0)
    quick, limited = walked_best(town, Allowance(count=6), effort, now=now)
    best = walked_best(town, Allowance(count=6), Effort(), now=now)[-1]
    assert limited.standing is Standing.LIMITED
    assert quick.value <= limited.value <= best.value == best.bound <= limited.bound
    rough = walked_best(town, Allowance(count=6), Effort(gap=0.2), now=now)[-1]
    assert rough.gap <= 0.2
    assert rough.bound >= best.value


@pytest.mark.parametrize(
    "changes",
    [
        {"code": np.array(["a", "a"])},
        {"cost": np.array([1, -1])},
        {"cost": np.array([1.0, 2.0])},
        {"must_keep": np.array([True, False]), "excluded": np.array([True, False])},
    ],
)
def test_candidates_that_contradict_themselves_are_refused(changes):
    town = small_town([[1, 9], [9, 1]], [5, 7])
    with pytest.raises(InputError):
        served_best(replace(town, candidates=replace(town.candidates, **changes)), Allowance(1))


def test_inputs_that_do_not_fit_are_refused():
    town = small_town([[1, 9], [9, 1]], [5, 7])
    for allowance in (Allowance(), Allowance(1, 1), Allowance(-1), Allowance(budget=-1)):
        with pytest.raises(InputError):
            served_best(town, allowance)
    bare = replace(town.candidates, cost=None)
    with pytest.raises(InputError):
        served_best(replace(town, candidates=bare), Allowance(budget=1))
    with pytest.raises(ShapeError):
        served_best(
            replace(town, candidates=replace(bare, excluded=np.array([True]))), Allowance(1)
        )
    for weight in (np.array([1, -1]), np.array([1.0, 2.0]), np.array([1 << 62, 1])):
        with pytest.raises(InputError):
            served_best(replace(town, weight=weight), Allowance(1))
    with pytest.raises(InputError):
        walked_best(replace(town, weight=np.array([1 << 60, 1])), Allowance(1))
    for effort in (Effort(nodes=-1), Effort(gap=1.0), Effort(gap=-0.1)):
        with pytest.raises(InputError):
            served_best(
                small_town([[1, 1, 9], [9, 1, 1], [1, 9, 1]], [1, 1, 1]), Allowance(1), effort
            )


@pytest.mark.parametrize("allowance", [Allowance(count=4), Allowance(budget=17)])
@pytest.mark.parametrize("seed", range(4))
def test_what_prices_rule_out_would_not_have_been_better(seed, allowance):
    random = np.random.default_rng(seed)
    points, places = random.uniform(0, 1000, (70, 2)), random.uniform(0, 1000, (30, 2))
    walks = np.abs(points[:, None] - places[None]).sum(axis=2).round().astype(np.int64)
    weight = random.integers(1, 50, 70) * MICRO
    town = small_town(walks, weight, cost=random.integers(1, 9, 30))
    now = walk_now(catchments_of_matrix(walks), 70, None, 1500)
    ask = [
        walked_best(town, allowance, Effort(pricings=rounds), now=now)[-1] for rounds in (0, 400)
    ]
    assert ask[0].value == ask[1].value == town.saved(ask[1].chosen, now)
    assert {one.standing for one in ask} == {Standing.PROVEN}
