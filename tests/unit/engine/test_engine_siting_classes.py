"""Points merged by the candidates that serve them; kernels compiled once."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.kernels import siting, siting_classes, siting_flow, siting_prices
from atlas.engine.pairs import Reached
from atlas.engine.siting.candidates import Allowance, Candidates, choice_of
from atlas.engine.siting.catchments import by_group, catchments_of_matrix
from atlas.engine.siting.classes import classes_of, keys_of
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.proposal import Effort
from atlas.engine.siting.trips import trips_of
from tests.unit.engine.siting_by_hand import random_town

SEEDS = st.integers(0, 2**32 - 1)
CAP = 20

any_town = settings(max_examples=40)


def trips_in(town):
    free = Candidates(town.candidates.code)
    choice = choice_of(free, Allowance(count=1))
    reached = catchments_of_matrix(town.cost)
    now = walk_now(reached, town.weight.size, None, CAP)
    return trips_of(choice, reached, town.weight, now), choice


def by_hand(town, choice, label):
    """Gains by label and set of candidates, level by level."""
    gains: dict[tuple[int, tuple[int, ...]], int] = {}
    ranked = town.cost[:, choice.order]
    for i, weight in enumerate(town.weight.tolist()):
        for walk in range(CAP):
            who = tuple(np.flatnonzero(ranked[i] <= walk).tolist())
            if weight and who:
                key = (int(label[i]), who)
                gains[key] = gains.get(key, 0) + weight
    return gains


def as_gains(classes):
    members = np.split(classes.candidate, classes.first[1:-1])
    rows = zip(classes.label.tolist(), members, classes.weight.tolist(), strict=True)
    return [((label, tuple(member.tolist())), weight) for label, member, weight in rows]


@any_town
@given(seed=SEEDS, keys=st.sampled_from(["random", "all alike", "two alike"]))
def test_points_are_merged_just_where_the_same_candidates_serve_them(seed, keys):
    town = random_town(seed)
    trips, choice = trips_in(town)
    key = keys_of(choice.order.size)
    if keys == "all alike":
        key[:] = 7
    elif keys == "two alike":
        key[:2] = key[0]
    label = np.random.default_rng(seed).integers(0, 2, town.weight.size)
    found = as_gains(classes_of(trips, label, key)) if trips.point.size else []
    assert len(dict(found)) == len(found)
    assert dict(found) == by_hand(town, choice, label)


def test_a_walk_given_twice_counts_once_at_its_shorter_length():
    choice = choice_of(Candidates(np.array(["a", "b"])), Allowance(count=1))
    twice = Reached(
        np.array([0, 3, 4]), np.array([0, 1, 0, 1], np.int32), np.array([9, 4, 3, 8], np.int32)
    )
    trips = trips_of(choice, twice, np.array([1, 1]), np.array([10, 10], np.int32))
    assert trips.first.tolist() == [0, 2, 3]
    assert (trips.point.tolist(), trips.cm.tolist()) == ([0, 1, 1], [3, 4, 8])


def test_groups_are_reached_within_their_own_reach_by_candidates_that_admit_them():
    reached = catchments_of_matrix(np.array([[5, 5], [8, 8]]))
    admits = np.array([[True, True, True], [True, False, True]])
    spread = by_group(reached, np.array([5, 8, -1], np.int32), admits, 2)
    assert spread.place_first.tolist() == [0, 3, 4]
    assert spread.point.tolist() == [0, 2, 3, 0]
    assert spread.cm.tolist() == [5, 5, 8, 5]


def test_another_layout_of_the_same_inputs_compiles_nothing_anew():
    kernels: list[Any] = [
        siting.useful_walks,
        siting.add_greedily,
        siting.exchange,
        siting_classes.turned,
        siting_classes.levels,
        siting_classes.are_alike,
        siting_prices.worth,
        siting_prices.claims,
        siting_prices.move_prices,
        siting_flow.serve_from,
    ]
    random = np.random.default_rng(3)
    cost, weight = random.integers(1, 99, (30, 12)), random.integers(1, 9, 30)
    reached = catchments_of_matrix(cost)
    candidates = Candidates(np.array([f"c{k:02}" for k in range(12)]))
    now = walk_now(reached, 30, None, None)
    first = list(least_walking(candidates, reached, weight, now, Allowance(count=3), Effort()))
    known = [len(kernel.signatures) for kernel in kernels]
    other = Reached(
        reached.place_first.astype(np.int32), reached.point.astype(np.int64), reached.cm[:]
    )
    again = least_walking(
        candidates,
        other,
        weight.astype(np.int32),
        now.astype(np.int64),
        Allowance(count=3),
        Effort(),
    )
    assert [p.value for p in again] == [p.value for p in first]
    assert [len(kernel.signatures) for kernel in kernels] == known
