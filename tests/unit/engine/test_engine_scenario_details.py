"""Access index, nearest place and filled places of a scenario are a full run's (METHOD §5, §10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.access import mean_access
from atlas.engine.decay import Gaussian, Linear, thirds
from atlas.engine.errors import InputError
from atlas.engine.judged import JudgedPoints
from atlas.engine.kernels.search import pairs_within
from atlas.engine.margins import cut
from atlas.engine.scenario.access import access_now
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.base import Keep, prepare
from atlas.engine.scenario.changes import Change, ClosePlace, MovePlace, OpenPlace, Pool
from atlas.engine.scenario.filled import filled_now, filling_of
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.nearest import nearest_now
from atlas.engine.scenario.now import points_now
from atlas.engine.scenario.store import arrays, from_arrays
from atlas.engine.scenario.what_if import what_if
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.streets_by_hand import answered, named, random_street_changes
from tests.unit.engine.test_engine_scenario_junctions import profile_town, random_changes
from tests.unit.engine.towns import random_town

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=25)
ALL = Keep(access=True, nearest=True, filled=True)
FORMS = {
    "thirds": (thirds(), False),
    "linear": (Linear(), False),
    "gaussian": (Gaussian(0.5), False),
    "three steps": (thirds(), True),
}
FAR_CM = 10**8


def weighed(town, form):
    access, three_step = FORMS[form]
    return town.but(requirements=replace(town.requirements, access=access, three_step=three_step))


def assert_found_as(outcome, town, full):
    """Refuse a scenario that differs from a full run at any point, zone or service."""
    then, mine = after(outcome).inputs, points_now(outcome)
    assert mine.shape == full.points.shape
    assert mine.snap.edge.tolist() == full.points.snap.edge.tolist()
    for at in np.ndindex(mine.shape):
        assert mine.applies(*at) == full.points.applies(*at)
        if not mine.applies(*at):
            continue
        (one, k), (other, q) = mine._asked(*at), full.points._asked(*at)
        assert one.row.tolist() == other.row.tolist()
        for name in ("share", "access", "places", "unknown", "nearest_cm", "filled"):
            assert getattr(one, name)[:, k].tolist() == getattr(other, name)[:, q].tolist(), name
        codes = [
            [*block.code.tolist(), ""][place]
            for block, places in (
                (then.places, one.nearest_place[:, k]),
                (town.places, other.nearest_place[:, q]),
            )
            for place in places.tolist()
        ]
        assert codes[: one.row.size] == codes[one.row.size :]
    filling = filled_now(outcome)
    for name in ("served", "full", "certain_full_micro"):
        assert getattr(filling, name).tolist() == getattr(full.when_filled, name).tolist(), name


@pytest.mark.parametrize("form", list(FORMS))
@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_whatever_a_full_run_finds_a_scenario_of_places_finds(form, seed, is_assigned):
    random = np.random.default_rng(seed)
    town = weighed(random_town(seed, is_assigned=is_assigned), form)
    base = prepare(inputs_of(town), keep=ALL, threads=1)
    book, changes = Ledger(town), []
    for serial in range(3):
        changes.append(random_change(random, book, serial))
        book.make(changes[-1])
        now = book.changed_town()
        full = now.assess(filled=True, threads=1)
        assert_found_as(what_if(base, changes, threads=1), now, full)


@any_town
@given(seed=SEEDS)
def test_the_mean_access_of_zones_is_that_of_a_full_run_to_the_last_digit(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    base = prepare(inputs_of(town), keep=Keep(access=True), threads=1)
    book = Ledger(town)
    change = random_change(random, book, 0)
    book.make(change)
    pieces = cut(town.demand.zone[:, None], np.full(3, -1, np.int32))
    incomplete = town.incomplete[:, pieces.leaf[:, 0]]
    levels = [
        mean_access(JudgedPoints(points, town.demand.children_micro, incomplete, pieces), 1 / 3)
        for points in (
            points_now(what_if(base, [change])),
            book.changed_town().assess(threads=1).points,
        )
    ]
    assert levels[0].x.tobytes() == levels[1].x.tobytes()


@pytest.mark.parametrize("kind", ["streets", "safe", "wheels"])
@any_town
@given(seed=SEEDS)
def test_over_changed_streets_and_in_profiles_all_is_found_as_on_the_ground_there_is(kind, seed):
    if kind == "streets":
        random, town = np.random.default_rng(seed), random_town(seed, is_assigned=bool(seed % 2))
        inputs, changes = named(town), random_street_changes(random, town)
    else:
        random, town, inputs = profile_town(seed, kind, is_assigned=bool(seed % 2))
        changes = random_changes(random, town, inputs.network) if seed % 3 else []
    changes.append(random_change(random, Ledger(town), 0))
    outcome = answered(prepare(inputs, keep=ALL, threads=1), changes)
    then = after(outcome)
    ground = ground_after(outcome, then)
    whole = assessed(then.inputs, ground)
    filling = filling_of(then.inputs, ground, whole)
    mine = filled_now(outcome)
    for name in ("served", "full", "certain_full_micro"):
        assert getattr(mine, name).tolist() == getattr(filling, name).tolist(), name
    access = access_now(outcome)
    for block, found in zip(whole.blocks, whole.outcomes, strict=True):
        if block.is_city_wide:
            continue
        for k, at in enumerate(
            zip(block.service.tolist(), block.first_group.tolist(), strict=True)
        ):
            assert access.at_points(*at).tolist() == found.access[:, k].tolist()
            row, here = access.touched(*at)
            theirs = dict(zip(found.row.tolist(), found.access[:, k].tolist(), strict=True))
            assert [theirs[i] for i in row.tolist()] == here.tolist()
            near = nearest_now(outcome, *at)
            expected = nearest_by_hand(then.inputs, ground, at)
            assert list(zip(near.cm.tolist(), near.place.tolist(), strict=True)) == expected


def nearest_by_hand(inputs, ground, at):
    """Cost and place of every standing point from all pairs, ties to the smaller code."""
    terrain, places = ground.terrain, inputs.places.code.size
    first, point, cm = pairs_within(
        terrain.graph, terrain.points.standing, terrain.doors, 0, places, FAR_CM, 10**7
    )
    assigned, pools = inputs.catchments(), inputs.pools
    cost = dict(
        zip(
            zip(point.tolist(), np.repeat(np.arange(places), np.diff(first)).tolist(), strict=True),
            cm.tolist(),
            strict=True,
        )
    )
    best = {}
    for pool in np.flatnonzero(pools.admits[:, at[0], at[1]]).tolist():
        place = int(pools.place[pool])
        mine = set(ground.row_of[assigned.point[assigned.pool == pool]].tolist())
        for i in range(terrain.points.row.size):
            if (i, place) in cost and (not assigned.is_assigned[pool] or i in mine):
                found = (cost[i, place], str(inputs.places.code[place]), place)
                best[i] = min(found, best.get(i, found))
    rows = range(terrain.points.row.size)
    return [(best[i][0], best[i][2]) if i in best else (-1, -1) for i in rows]


def test_a_base_kept_whole_is_stored_and_answers_again():
    town = weighed(random_town(8, is_assigned=True), "gaussian")
    base = prepare(inputs_of(town), keep=ALL, threads=1)
    again = from_arrays(arrays(base), base.inputs.network)
    changes: list[Change] = [ClosePlace("p001"), MovePlace("p000", town.places.entrance_xy_m[:1])]
    book = Ledger(town)
    for change in changes:
        book.make(change)
    now = book.changed_town()
    for which in (base, again):
        assert_found_as(what_if(which, changes), now, now.assess(filled=True))


def test_many_new_places_with_codes_between_two_of_the_city_are_ranked_by_their_codes():
    town = random_town(8)
    base = prepare(inputs_of(town), keep=ALL, threads=1)
    there = town.places.entrance_xy_m[:1]
    book, changes = Ledger(town), []
    for code in ("p0005", "p0001", "p00005", "p9", "a"):
        pool = Pool(f"of {code}", 5, np.ones((3, 4), np.bool_) & (np.arange(3) == 0)[:, None])
        changes.append(OpenPlace(code, there, (pool,)))
        book.make(changes[-1])
    now = book.changed_town()
    assert_found_as(what_if(base, changes), now, now.assess(filled=True))


def test_what_a_base_does_not_keep_cannot_be_asked():
    town = random_town(8)
    outcome = what_if(prepare(inputs_of(town)), [])
    walked = next(
        at
        for at in np.ndindex(town.requirements.shape)
        if town.requirements.reach_cm[at] >= 0 and town.requirements.mode[at[0]] == 0
    )
    with pytest.raises(InputError, match="keeps no nearest places"):
        nearest_now(outcome, *walked)
    with pytest.raises(InputError, match="keeps no access index"):
        access_now(outcome)
    with pytest.raises(InputError, match="not kept filled"):
        filled_now(outcome)
