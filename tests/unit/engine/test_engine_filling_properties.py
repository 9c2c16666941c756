"""What must hold of filled places in any town (METHOD §11, 1 to 5, 7 and 9)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.coverage import CITY_WIDE, NOT_JUDGED, Requirements
from atlas.engine.network import build
from atlas.engine.snapping import snap
from atlas.engine.types import MICRO
from tests.unit.engine.by_hand import ByHand
from tests.unit.engine.test_engine_coverage_cases import along_a_street
from tests.unit.engine.test_engine_coverage_properties import mixed_up
from tests.unit.engine.towns import GROUPS, ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=30)


def each_requirement(result):
    return [pair for pair in np.ndindex(result.points.shape) if result.points.applies(*pair)]


@any_town
@given(seed=SEEDS)
def test_one_pool_that_all_reach_is_full_for_as_many_when_filled(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    seats = int(random.integers(0, 10**8))
    requirements = Requirements(
        np.array(["school"]),
        np.zeros((1, GROUPS), np.int32),
        np.full((1, GROUPS), MICRO),
        np.full((1, GROUPS), MICRO),
        np.array([CITY_WIDE], np.uint8),
    )
    pools = replace(
        town.pools,
        code=town.pools.code[:1],
        place=town.pools.place[:1],
        capacity_micro=np.array([seats]),
        admits=np.ones((1, 1, GROUPS), np.bool_),
    )
    town = town.but(
        pools=pools, requirements=requirements, incomplete=np.zeros((1, ZONES), np.bool_)
    )
    result = town.assess(filled=True)
    # A share is rounded to the nearest 2**-40, a filled one down.
    assert result.filled.full.tolist() == result.full.tolist()
    total = int(result.children.sum())
    lacking = max(0, total - seats)
    certain = int(result.filled.certain_full_micro[0])
    assert certain <= lacking
    assert lacking - certain <= 1
    assert result.filled.capacity.used[0] == min(total, seats)


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_both_ledgers_hold_when_places_are_filled(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    result = town.assess(filled=True)
    filled = result.filled
    split = filled.served + filled.full + result.out + result.unknown
    assert split.tolist() == result.children.tolist()
    known = town.pools.capacity_micro >= 0
    parts = filled.capacity.used + filled.capacity.room + filled.capacity.no_demand
    assert parts[known].tolist() == town.pools.capacity_micro[known].tolist()
    for part in (filled.capacity.used, filled.capacity.room, filled.capacity.no_demand):
        assert (part[known] >= 0).all()
        assert (part[~known] == -1).all()
    idle = (filled.capacity.no_demand > 0) == (result.capacity.no_demand > 0)
    assert idle[known].all()


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_certain_is_at_most_filled_and_filled_at_most_even_at_every_point(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    result = town.assess(filled=True)
    for s, g in each_requirement(result):
        children = town.demand.children_micro[:, g]
        even = result.points.served_micro(s, g, children)
        assert (result.points.filled_micro(s, g, children) >= even).all()
    assert (result.filled.full <= result.full).all()
    certain = result.filled.certain_full_micro
    assert (certain <= result.filled.full.sum(axis=(0, 2))).all()
    judged = (town.requirements.need() > 0).any(axis=1)
    assert ((certain == NOT_JUDGED) == ~judged).all()


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_no_child_is_full_in_reach_of_a_place_with_room(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    network = build(town.pieces)
    stands, enters = snap(network, town.demand.xy_m), snap(network, town.places.entrance_xy_m)
    hand = ByHand(town, network, stands, enters)
    result = town.assess(filled=True)
    has_room = np.flatnonzero(result.filled.capacity.room > 0).tolist()
    for s, g in each_requirement(result):
        children = town.demand.children_micro[:, g]
        lacks = children - result.points.filled_micro(s, g, children)
        for i in np.flatnonzero(lacks > 0).tolist():
            assert not any(hand.reaches(i, j, s, g) for j in has_room)


@any_town
@given(seed=SEEDS)
def test_two_halves_of_a_group_are_filled_as_the_whole(seed):
    town = random_town(seed)
    requirements = town.requirements
    halves = town.but(
        demand=replace(town.demand, children_micro=np.tile(town.demand.children_micro, 2)),
        requirements=replace(
            requirements,
            reach_cm=np.tile(requirements.reach_cm, 2),
            provision_micro=np.tile(requirements.provision_micro, 2),
            participation_micro=np.tile(requirements.participation_micro, 2),
        ),
        pools=replace(town.pools, admits=np.tile(town.pools.admits, 2)),
    ).assess(filled=True)
    whole = town.but(
        demand=replace(town.demand, children_micro=2 * town.demand.children_micro)
    ).assess(filled=True)
    together = halves.filled.full[..., :GROUPS] + halves.filled.full[..., GROUPS:]
    assert np.abs(together - whole.filled.full).max() <= town.demand.code.size
    used = halves.filled.capacity.used
    assert used.tolist() == whole.filled.capacity.used.tolist()
    apart = halves.filled.certain_full_micro - whole.filled.certain_full_micro
    assert np.abs(apart).max() <= town.demand.code.size


@any_town
@given(seed=SEEDS)
def test_a_point_split_in_two_at_its_place_is_filled_alike(seed):
    town = random_town(seed)
    demand = town.demand
    i = int(np.random.default_rng(seed).integers(demand.code.size))
    third = demand.children_micro[i] // 3
    halves = replace(
        demand,
        code=np.append(demand.code, "a999"),
        xy_m=np.vstack((demand.xy_m, demand.xy_m[i])),
        children_micro=np.vstack((demand.children_micro, demand.children_micro[i] - third)),
        zone=np.append(demand.zone, demand.zone[i]).astype(np.int32),
        edge=np.append(demand.edge, demand.edge[i]),
        boundary_cm=np.append(demand.boundary_cm, demand.boundary_cm[i]).astype(np.int32),
    )
    halves.children_micro[i] = third
    whole, split = town.assess(filled=True), town.but(demand=halves).assess(filled=True)
    # Only what is served at a point is rounded down once more.
    assert np.abs(whole.filled.full - split.filled.full).max() <= 1
    apart = whole.filled.certain_full_micro - split.filled.certain_full_micro
    assert np.abs(apart).max() <= 1
    for name in ("used", "room", "no_demand"):
        one, other = getattr(whole.filled.capacity, name), getattr(split.filled.capacity, name)
        assert one.tolist() == other.tolist()


@any_town
@given(seed=SEEDS)
def test_a_pool_split_in_two_at_its_place_is_filled_alike(seed):
    town = random_town(seed)
    pools = town.pools
    j = int(np.random.default_rng(seed).integers(pools.code.size))
    capacity = int(pools.capacity_micro[j])
    first = capacity // 3
    halves = replace(
        pools,
        code=np.append(pools.code, "a999"),
        place=np.append(pools.place, pools.place[j]).astype(np.int32),
        capacity_micro=np.append(pools.capacity_micro, capacity - first if capacity >= 0 else -1),
        admits=np.concatenate((pools.admits, pools.admits[j : j + 1])),
    )
    if capacity >= 0:
        halves.capacity_micro[j] = first
    whole = town.assess(filled=True)
    split = town.but(pools=halves).assess(filled=True)
    walked = town.requirements.mode != CITY_WIDE
    for name in ("served", "full"):
        one, other = getattr(whole.filled, name), getattr(split.filled, name)
        assert one[:, walked].tolist() == other[:, walked].tolist()
        # City-wide each pool's even share is rounded by itself.
        assert np.abs(one[:, ~walked] - other[:, ~walked]).max(initial=0) <= 10**4
    certain = whole.filled.certain_full_micro - split.filled.certain_full_micro
    assert (certain[walked] == 0).all()
    assert np.abs(certain).max() <= 10**4


@any_town
@given(seed=SEEDS, is_assigned=st.booleans(), threads=st.sampled_from([1, 2, 4]))
def test_no_order_and_no_number_of_threads_changes_what_is_filled(seed, is_assigned, threads):
    town = random_town(seed, is_assigned=is_assigned)
    mixed, orders = mixed_up(town, np.random.default_rng(seed))
    one = town.assess(threads=1, filled=True)
    other = mixed.assess(threads=threads, filled=True)
    zones, services, points, pools, _ = orders
    for name in ("served", "full"):
        expected = getattr(one.filled, name)[zones][:, services]
        assert expected.tobytes() == getattr(other.filled, name).tobytes(), name
    certain = one.filled.certain_full_micro[services]
    assert certain.tobytes() == other.filled.certain_full_micro.tobytes()
    for name in ("used", "room", "no_demand"):
        expected = getattr(one.filled.capacity, name)[pools]
        assert expected.tolist() == getattr(other.filled.capacity, name).tolist()
    for s, g in each_requirement(other):
        asked = (int(services[s]), g)
        children = town.demand.children_micro[:, g]
        expected = one.points.filled_micro(*asked, children)[points]
        found = other.points.filled_micro(s, g, children[points])
        assert expected.tobytes() == found.tobytes()


@any_town
@given(seed=SEEDS)
def test_asking_for_filled_places_changes_no_digit_of_even_sharing(seed):
    town = random_town(seed, is_assigned=True)
    plain, asked = town.assess(), town.assess(filled=True)
    for name in ("served", "full", "out", "unknown", "served_low", "on_reach", "short_micro"):
        assert getattr(plain, name).tobytes() == getattr(asked, name).tobytes()
    assert plain.capacity.used.tobytes() == asked.capacity.used.tobytes()


def test_the_last_millionths_of_seats_go_by_codes_and_not_by_the_order_of_services():
    # Four services ask the near place for ten seats each and get five; three millionths are left,
    # for one of them. Further places of a millionth set the four apart.
    town = along_a_street([1000], [1200, 1300, 1400, 1500])
    reach_cm = np.array([[25_000], [35_000], [45_000], [55_000]], np.int32)
    town = town.but(
        pools=replace(
            town.pools,
            capacity_micro=np.array([20 * MICRO + 3, 1, 1, 1]),
            admits=np.ones((4, 4, 1), np.bool_),
        ),
        requirements=Requirements(
            np.array(["a", "b", "c", "d"]),
            reach_cm,
            np.full((4, 1), MICRO),
            np.full((4, 1), MICRO),
            np.zeros(4, np.uint8),
        ),
        incomplete=np.zeros((4, 1), np.bool_),
    )
    one = town.assess(filled=True).when_filled
    assert one.capacity.used.tolist() == town.pools.capacity_micro.tolist()
    for order in ([3, 2, 1, 0], [1, 2, 3, 0], [2, 3, 0, 1]):
        asked = replace(
            town.requirements, service=town.requirements.service[order], reach_cm=reach_cm[order]
        )
        other = town.but(requirements=asked).assess(filled=True).when_filled
        assert one.served[:, order].tolist() == other.served.tolist()
