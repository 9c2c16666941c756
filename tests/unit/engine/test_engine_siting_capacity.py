"""The best allocation of children to places, beside networkx and every set of candidates."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.siting.allocation import Capacities
from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.most_served import most_served, within
from atlas.engine.siting.proposal import Effort, Standing
from atlas.engine.siting.within_capacity import most_served_within_capacity
from tests.unit.engine.siting_by_hand import MICRO, Town, random_allowance, random_town

SEEDS = st.integers(0, 2**32 - 1)
REACH = 8
SEATS = [-1, 0, MICRO, 2 * MICRO, 3_333_333]

any_town = settings(max_examples=25)


class Schools:
    """A town with existing places and capacities."""

    def __init__(self, seed):
        self.town = random_town(seed, most=6)
        random = np.random.default_rng(seed)
        points, candidates = self.town.cost.shape
        places = int(random.integers(0, 3))
        self.walks = random.integers(0, 30, (points, places))
        self.seats = random.choice(SEATS, candidates)
        self.existing = random.choice(SEATS, places)
        self.code = np.array([f"x{k}" for k in random.permutation(places)], dtype="U4")

    def capacities(self):
        reached = within(catchments_of_matrix(self.walks), REACH)
        return Capacities(self.seats, self.code, reached, self.existing)

    def served(self, chosen):
        """The maximum flow of networkx."""
        weight = self.town.weight
        walks = np.hstack([self.walks, self.town.cost[:, chosen]])
        graph = nx.DiGraph()
        graph.add_nodes_from(["home", "seat"])
        for i in range(weight.size):
            graph.add_edge("home", ("point", i), capacity=int(weight[i]))
        for j, seats in enumerate([*self.existing.tolist(), *self.seats[chosen].tolist()]):
            limit = {"capacity": seats} if seats >= 0 else {"capacity": int(weight.sum())}
            graph.add_edge(("place", j), "seat", **limit)
            for i in np.flatnonzero(walks[:, j] <= REACH).tolist():
                graph.add_edge(("point", i), ("place", j))
        return nx.maximum_flow_value(graph, "home", "seat")


def proposed(schools, allowance, effort=None):
    town = schools.town
    reached = within(catchments_of_matrix(town.cost), REACH)
    return list(
        most_served_within_capacity(
            town.candidates, reached, town.weight, schools.capacities(), allowance, effort
        )
    )


@any_town
@given(seed=SEEDS)
def test_no_allowed_set_can_serve_more_than_the_one_proposed(seed):
    schools, allowance = Schools(seed), random_allowance(seed)
    of = [schools.served(s) for s in schools.town.sets(allowance)]
    if not of:
        assert [p.standing for p in proposed(schools, allowance)] == [Standing.INFEASIBLE]
        return
    before = schools.served(np.zeros(0, np.int64))
    quick, best = proposed(schools, allowance, Effort())
    assert best.allotted == schools.served(best.chosen) == max(of)
    assert best.value == best.bound == max(of) - before
    assert best.standing is Standing.PROVEN
    assert best.is_best_allocation
    assert quick.allotted == schools.served(quick.chosen)
    kept = schools.served(np.flatnonzero(schools.town.candidates.must_keep)) - before
    assert quick.guarantee * (max(of) - before - kept) <= quick.value - kept
    assert best.value <= quick.bound


@any_town
@given(seed=SEEDS)
def test_each_candidate_gains_what_it_adds_to_those_before_it(seed):
    schools, allowance = Schools(seed), random_allowance(seed)
    for proposal in proposed(schools, allowance):
        if proposal.standing is Standing.INFEASIBLE:
            return
        served = [schools.served(proposal.chosen[:k]) for k in range(proposal.chosen.size + 1)]
        assert proposal.gain.tolist() == np.diff(served).tolist()
        if proposal.next_candidate >= 0:
            more = np.append(proposal.chosen, proposal.next_candidate)
            assert schools.served(more) - served[-1] == proposal.next_gain > 0


@any_town
@given(seed=SEEDS)
def test_no_order_of_places_candidates_or_points_changes_a_code_or_a_digit(seed):
    schools, allowance = Schools(seed), random_allowance(seed)
    mixed = Schools(seed)
    random = np.random.default_rng(seed)
    town = schools.town
    mine, points = random.permutation(town.cost.shape[1]), random.permutation(town.weight.size)
    places = random.permutation(schools.code.size)
    old = town.candidates
    mixed.town = Town(
        town.cost[points][:, mine],
        town.weight[points],
        Candidates(old.code[mine], old.cost[mine], old.must_keep[mine], old.excluded[mine]),
    )
    mixed.walks = schools.walks[points][:, places]
    mixed.seats, mixed.existing = schools.seats[mine], schools.existing[places]
    mixed.code = schools.code[places]
    both = proposed(schools, allowance, Effort()), proposed(mixed, allowance, Effort())
    for one, other in zip(*both, strict=True):
        assert old.code[one.chosen].tolist() == mixed.town.candidates.code[other.chosen].tolist()
        assert one.gain.tolist() == other.gain.tolist()
        assert (one.bound, one.standing, one.allotted) == (
            other.bound,
            other.standing,
            other.allotted,
        )


@any_town
@given(seed=SEEDS)
def test_without_limits_and_existing_places_it_is_most_served(seed):
    schools, allowance = Schools(seed), random_allowance(seed)
    schools.seats[:] = -1
    schools.existing = np.zeros(schools.existing.size, np.int64)
    town = schools.town
    reached = within(catchments_of_matrix(town.cost), REACH)
    plain = list(most_served(town.candidates, reached, town.weight, allowance, Effort()))
    assert proposed(schools, allowance, Effort())[-1].value == plain[-1].value


def test_a_new_school_frees_seats_for_those_whom_it_does_not_reach():
    """Five seats within reach of both points; the new five reach the first point alone."""
    none = np.zeros(1, np.bool_)
    town = Town(
        np.array([[1], [9]]),
        np.array([5, 5]),
        Candidates(np.array(["new"]), np.array([1]), none, none),
    )
    capacities = Capacities(
        np.array([5]),
        np.array(["old"]),
        within(catchments_of_matrix(np.array([[1], [1]])), REACH),
        np.array([5]),
    )
    reached = within(catchments_of_matrix(town.cost), REACH)
    (quick,) = most_served_within_capacity(
        town.candidates, reached, town.weight, capacities, Allowance(count=1)
    )
    assert (quick.value, quick.allotted) == (5, 10)


def test_capacities_that_do_not_fit_are_refused():
    schools = Schools(5)
    schools.seats = schools.seats[:-1]
    with pytest.raises(ShapeError):
        proposed(schools, Allowance(count=1))
    schools = Schools(5)
    schools.seats[0] = -2
    with pytest.raises(InputError):
        proposed(schools, Allowance(count=1))
