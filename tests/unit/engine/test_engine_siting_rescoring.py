"""Proposals for random towns, scored anew by the assessment itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.coverage import coverage
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.network import build
from atlas.engine.siting.allocation import capacity_in_children
from atlas.engine.siting.asking import asking, capacities_of, catchments_of
from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.most_served import most_served
from atlas.engine.siting.openings import NEW, Baseline, Openings, as_places, with_open
from atlas.engine.siting.proposal import Effort
from atlas.engine.siting.rescoring import rescore_by_coverage, scored_anew
from atlas.engine.siting.within_capacity import most_served_within_capacity
from atlas.engine.siting.worst_first import worst_first
from atlas.engine.types import MICRO
from tests.unit.engine.towns import GROUPS, ZONES, _scatter, random_town

SEEDS = st.integers(0, 2**32 - 1)
SERVICE = 0
PROVISIONS = (333_333, MICRO, (MICRO, 3 * MICRO, MICRO // 2, MICRO))
"""Alike for all groups, or one for each."""

any_town = settings(max_examples=25)


def city_of(seed, provision, **options):
    """A random town whose first service has one provision, and candidates for it."""
    town = random_town(seed, **options)
    random = np.random.default_rng(seed)
    requirements = town.requirements
    requirements.provision_micro[SERVICE] = provision
    requirements.participation_micro[SERVICE] = 500_000
    baseline = Baseline(
        build(town.pieces),
        town.demand,
        town.places,
        town.pools,
        requirements,
        town.incomplete,
        town.assigned,
    )
    return town, baseline, openings_for(town, random)


def openings_for(town, random):
    size = int(random.integers(1, 7))
    place = random.integers(-1, town.places.code.size, size).astype(np.int32)
    place[random.random(size) < 0.6] = NEW
    new = np.flatnonzero(place == NEW)
    owner = random.choice(new, new.size + 2) if new.size else new
    admits = np.zeros((size, *town.requirements.shape), np.bool_)
    admits[:, SERVICE] = random.random((size, GROUPS)) < 0.8
    return Openings(
        code=np.array([f"new{k}" for k in random.permutation(size)]),
        place=place,
        entrance_candidate=owner.astype(np.int32),
        entrance_xy_m=_scatter(random, town.pieces, owner.size),
        capacity_micro=random.choice([-1, 0, 2 * MICRO, 7_777_777], size),
        admits=admits,
    )


def assessed(b):
    return coverage(
        b.network, b.demand, b.places, b.pools, b.requirements, b.incomplete, assigned=b.assigned
    )


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_where_reach_decides_the_gain_shown_is_the_gain_of_the_model(seed, is_assigned):
    _, baseline, openings = city_of(seed, -1, is_assigned=is_assigned)
    result = assessed(baseline)
    asked = asking(result, baseline, SERVICE)
    reached = catchments_of(baseline, openings, SERVICE)
    zones = asked.zones(np.array([f"z{k}" for k in range(ZONES)]), 0)
    rescore = rescore_by_coverage(baseline, openings, SERVICE)
    candidates, two = Candidates(openings.code), Allowance(count=2)
    for proposals in (
        most_served(candidates, reached, asked.lacking, two, Effort()),
        worst_first(candidates, reached, asked.lacking, zones, two, Effort()),
    ):
        for proposal in proposals:
            scored = scored_anew(proposal, rescore)
            assert scored.before.tolist() == result.served[:, SERVICE].tolist()
            assert scored.gain.sum(axis=(1, 2)).tolist() == proposal.gain.tolist()
            assert scored.value == proposal.value
            assert int(scored.next_gain.sum()) == proposal.next_gain


@any_town
@given(seed=SEEDS)
def test_the_lowest_coverage_of_a_proposal_is_that_of_the_assessment(seed):
    _, baseline, openings = city_of(seed, -1)
    asked = asking(assessed(baseline), baseline, SERVICE)
    zones = asked.zones(np.array([f"z{k}" for k in range(ZONES)]), 0)
    reached = catchments_of(baseline, openings, SERVICE)
    allowance = Allowance(count=2)
    best = list(
        worst_first(Candidates(openings.code), reached, asked.lacking, zones, allowance, Effort())
    )[-1]
    if best.lowest.zone >= 0:
        after = assessed(with_open(baseline, openings, best.chosen))
        known = (after.children - after.unknown)[best.lowest.zone, SERVICE].sum()
        served = after.served[best.lowest.zone, SERVICE].sum()
        assert best.lowest.coverage * int(known) == int(served)


@any_town
@given(seed=SEEDS, is_assigned=st.booleans(), provision=st.sampled_from([-1, 333_333, MICRO]))
def test_who_is_asked_for_adds_up_to_the_assessment(seed, is_assigned, provision):
    _, baseline, _ = city_of(seed, provision, is_assigned=is_assigned)
    result = assessed(baseline)
    asked = asking(result, baseline, SERVICE)
    zones = asked.zones(np.array([f"z{k}" for k in range(ZONES)]), 0)
    known = (result.children - result.unknown)[:, SERVICE].sum(axis=1)
    assert zones.children.tolist() == known.tolist()
    assert zones.served.tolist() == result.served[:, SERVICE].sum(axis=1).tolist()


@any_town
@given(seed=SEEDS, is_assigned=st.booleans(), provision=st.sampled_from(PROVISIONS))
def test_no_sharing_serves_more_than_the_best_allocation(seed, is_assigned, provision):
    _, baseline, openings = city_of(seed, provision, is_assigned=is_assigned)
    if (baseline.requirements.reach_cm[SERVICE] < 0).all():
        return
    asked = asking(assessed(baseline), baseline, SERVICE)
    reached = catchments_of(baseline, openings, SERVICE)
    capacities = capacities_of(baseline, openings, SERVICE)
    candidates, two = Candidates(openings.code), Allowance(count=2)
    best = list(
        most_served_within_capacity(candidates, reached, asked.children, capacities, two, Effort())
    )[-1]
    assert best.is_best_allocation
    rescore = rescore_by_coverage(baseline, openings, SERVICE)
    # A share is rounded to 2**-40: a millionth of a child for a million children.
    assert int(rescore(best.chosen).sum()) <= best.allotted + 1
    for pair in ([], [0], [0, openings.code.size - 1]):
        assert int(rescore(np.unique(np.array(pair, np.int64))).sum()) <= best.allotted + 1


@any_town
@given(seed=SEEDS)
def test_walking_saved_is_that_to_the_nearest_place_of_the_assessment(seed):
    _, baseline, openings = city_of(seed, -1)
    asked = asking(assessed(baseline), baseline, SERVICE)
    reached = catchments_of(baseline, openings, SERVICE)
    cap = int(baseline.requirements.reach_cm[SERVICE].max(initial=0))
    if cap <= 0 or len(set(baseline.requirements.reach_cm[SERVICE].tolist()) - {-1}) > 1:
        return
    now = walk_now(reached, asked.children.size, asked.nearest_cm, cap)
    (quick,) = least_walking(
        Candidates(openings.code), reached, asked.children, now, Allowance(count=2)
    )
    after = with_open(baseline, openings, quick.chosen)
    then = asking(assessed(after), after, SERVICE)
    walk = walk_now(reached, asked.children.size, then.nearest_cm, cap).astype(np.int64)
    assert quick.value == int((asked.children * (now - walk)).sum())


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_no_number_of_threads_changes_a_catchment(threads):
    _, baseline, openings = city_of(11, -1)
    one = catchments_of(replace(baseline, threads=1), openings, SERVICE, limit_cm=90_000)
    other = catchments_of(replace(baseline, threads=threads), openings, SERVICE, limit_cm=90_000)
    assert one.place_first[-1] > 0
    for name in ("place_first", "point", "cm"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_opening_in_any_order_is_the_same_city():
    _, baseline, openings = city_of(7, MICRO)
    rows = np.arange(openings.code.size)
    one, other = (with_open(baseline, openings, r) for r in (rows, rows[::-1]))
    assert one.pools.code.tolist() == other.pools.code.tolist()
    assert one.places.code.tolist() == other.places.code.tolist()


def test_a_place_that_is_enlarged_is_reached_by_its_own_entrances():
    town, _, openings = city_of(7, MICRO)
    larger = replace(
        openings,
        place=np.zeros(openings.code.size, np.int32),
        entrance_candidate=np.zeros(0, np.int32),
        entrance_xy_m=np.zeros((0, 2)),
    )
    places = as_places(larger, town.places)
    mine = np.flatnonzero(town.places.entrance_place == 0)
    for k in range(openings.code.size):
        at = places.entrance_xy_m[places.entrance_place == k]
        assert at.tolist() == town.places.entrance_xy_m[mine].tolist()


def test_openings_that_do_not_fit_are_refused():
    town, _, openings = city_of(7, MICRO)
    size = openings.code.size
    with pytest.raises(InputError):
        as_places(replace(openings, place=np.full(size, 99, np.int32)), town.places)
    with pytest.raises(ShapeError):
        as_places(replace(openings, capacity_micro=np.zeros(size + 1, np.int64)), town.places)
    with pytest.raises(InputError):
        as_places(replace(openings, place=np.zeros(size, np.int32)), town.places)
    with pytest.raises(InputError):
        as_places(
            replace(openings, entrance_candidate=openings.entrance_candidate + 99), town.places
        )


def test_where_groups_need_differently_every_child_counts_as_one_who_needs_least():
    _, baseline, openings = city_of(7, (3 * MICRO, 2 * MICRO, 5 * MICRO, 4 * MICRO))
    baseline.requirements.reach_cm[SERVICE] = 100
    found = capacities_of(baseline, openings, SERVICE)
    baseline.requirements.provision_micro[SERVICE] = 2 * MICRO
    assert found.candidate.tolist() == capacities_of(baseline, openings, SERVICE).candidate.tolist()


def test_a_city_wide_service_and_a_group_that_needs_nothing_are_refused():
    _, baseline, openings = city_of(7, MICRO)
    result = assessed(baseline)
    baseline.requirements.mode[SERVICE] = 1
    with pytest.raises(InputError):
        asking(result, baseline, SERVICE)
    baseline.requirements.reach_cm[SERVICE] = 100
    baseline.requirements.provision_micro[SERVICE, 0] = -1
    with pytest.raises(InputError):
        capacities_of(baseline, openings, SERVICE)
    with pytest.raises(InputError):
        capacity_in_children(np.array([1]), 0)
