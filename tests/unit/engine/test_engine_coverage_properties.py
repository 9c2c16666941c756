"""What must hold of coverage in any town (METHOD §11)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.coverage import CITY_WIDE, Requirements
from atlas.engine.nearest import nearest
from atlas.engine.network import build
from atlas.engine.positions import doors_of, stand
from atlas.engine.snapping import Snap
from atlas.engine.types import MICRO
from tests.unit.engine.test_engine_network import shuffled
from tests.unit.engine.towns import GROUPS, ZONES, random_streets, random_town

SEEDS = st.integers(0, 2**32 - 1)
AMOUNTS = (
    "children",
    "served",
    "full",
    "out",
    "unknown",
    "served_low",
    "on_reach",
    "edge",
    "unsnapped",
    "short_micro",
    "flags",
)
any_town = settings(deadline=None, max_examples=40)


def amounts(result):
    return {name: getattr(result, name).tolist() for name in AMOUNTS}


@any_town
@given(seed=SEEDS)
def test_a_pool_that_all_reach_serves_all_alike(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    children = random.integers(0, 10**9, (town.demand.code.size, GROUPS))
    seats, provision = int(random.integers(0, 10**10)), int(random.integers(1, 10**7))
    requirements = Requirements(
        np.array(["school"]),
        np.zeros((1, GROUPS), np.int32),
        np.full((1, GROUPS), provision),
        np.full((1, GROUPS), MICRO),
        np.array([CITY_WIDE], np.uint8),
    )
    one = np.array([0])
    pools = replace(
        town.pools,
        code=town.pools.code[:1],
        place=town.pools.place[:1],
        capacity_micro=one + seats,
        admits=np.ones((1, 1, GROUPS), np.bool_),
    )
    demand = replace(
        town.demand, children_micro=children, zone=np.zeros(children.shape[0], np.int32)
    )
    result = town.but(
        pools=pools, requirements=requirements, demand=demand, incomplete=np.zeros((1, ZONES), bool)
    ).assess()
    total = int(children.sum())
    expected = min(total, seats * MICRO // provision)
    assert abs(int(result.served.sum()) - expected) <= children.size + total // 2**40 + 1
    share = result.points.share(0, 0)
    assert (share == share[0]).all()


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_both_ledgers_hold_and_what_is_short_is_what_is_not_served(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    result = town.assess()
    split = result.served + result.full + result.out + result.unknown
    assert split.tolist() == result.children.tolist()
    need = town.requirements.need()
    for z, s, g in np.ndindex(result.children.shape):
        lacking = int(result.full[z, s, g] + result.out[z, s, g])
        exact = int(need[s, g]) * lacking
        assert abs(int(result.short_micro[z, s, g]) * 10**12 - exact) <= 5 * 10**11
    known = town.pools.capacity_micro >= 0
    ledger = result.capacity
    capacity = ledger.used + ledger.above_need + ledger.no_demand
    assert capacity[known].tolist() == town.pools.capacity_micro[known].tolist()
    assert (ledger.used[~known] == -1).all()
    assert (result.served_low <= result.served).all()


@any_town
@given(seed=SEEDS)
def test_two_halves_of_a_group_are_served_as_the_whole(seed):
    town = random_town(seed)
    doubled = town.demand.children_micro * 2
    twin = np.concatenate((town.demand.children_micro, town.demand.children_micro), axis=1)
    requirements, pools = town.requirements, town.pools
    halves = town.but(
        demand=replace(town.demand, children_micro=twin),
        requirements=replace(
            requirements,
            reach_cm=np.tile(requirements.reach_cm, 2),
            provision_micro=np.tile(requirements.provision_micro, 2),
            participation_micro=np.tile(requirements.participation_micro, 2),
        ),
        pools=replace(pools, admits=np.tile(pools.admits, 2)),
    ).assess()
    whole = town.but(demand=replace(town.demand, children_micro=doubled)).assess()
    together = halves.served[..., :GROUPS] + halves.served[..., GROUPS:]
    assert np.abs(together - whole.served).max() <= town.demand.code.size
    for name in ("out", "unknown", "children"):
        parts = getattr(halves, name)
        assert (parts[..., :GROUPS] + parts[..., GROUPS:]).tolist() == getattr(whole, name).tolist()


@any_town
@given(seed=SEEDS)
def test_admitting_another_group_never_raises_what_arrives_at_others(seed):
    town = random_town(seed)
    random = np.random.default_rng(seed)
    services = town.requirements.service.size
    j, g = int(random.integers(town.pools.code.size)), int(random.integers(GROUPS))
    s = int(np.argmax(town.pools.admits[j].any(axis=1)))
    admits = town.pools.admits.copy()
    admits[j, s, g] = True
    before = town.assess()
    after = town.but(pools=replace(town.pools, admits=admits)).assess()
    for service, group in np.ndindex(services, GROUPS):
        if (service, group) != (s, g) and before.points.applies(service, group):
            # What nobody needs is shared among nobody: it counts only where children need it.
            need = town.requirements.need()[service, group]
            asks = town.demand.children_micro[:, group] * need > 0
            less = np.nan_to_num(after.points.share(service, group))[asks]
            most = np.nan_to_num(before.points.share(service, group))[asks]
            # Pools at one place that were alike and no longer are, are rounded apart.
            assert (less <= most + 2.0**-38 + most * 1e-15).all()


@any_town
@given(seed=SEEDS)
def test_a_pool_split_in_two_at_its_place_changes_no_zone(seed):
    town = random_town(seed)
    pools = town.pools
    j = int(np.random.default_rng(seed).integers(pools.code.size))
    capacity = int(pools.capacity_micro[j])
    first = capacity // 3
    halves = replace(
        pools,
        code=np.append(pools.code, "u999"),
        place=np.append(pools.place, pools.place[j]).astype(np.int32),
        capacity_micro=np.append(pools.capacity_micro, capacity - first if capacity >= 0 else -1),
        admits=np.concatenate((pools.admits, pools.admits[j : j + 1])),
    )
    if capacity >= 0:
        halves.capacity_micro[j] = first
    whole = town.assess()
    split = town.but(pools=halves).assess()
    by_city = town.requirements.mode == CITY_WIDE
    for name in AMOUNTS:
        one, other = getattr(whole, name), getattr(split, name)
        assert one[:, ~by_city].tolist() == other[:, ~by_city].tolist()
        # City-wide each pool's share is rounded by itself.
        assert np.abs(one[:, by_city].astype(int) - other[:, by_city]).max(initial=0) <= 10**4


@any_town
@given(seed=SEEDS)
def test_a_point_split_in_two_at_its_place_changes_no_zone_by_more_than_its_rounding(seed):
    town = random_town(seed)
    demand = town.demand
    i = int(np.random.default_rng(seed).integers(demand.code.size))
    third = demand.children_micro[i] // 3
    halves = replace(
        demand,
        code=np.append(demand.code, "c999"),
        xy_m=np.vstack((demand.xy_m, demand.xy_m[i])),
        children_micro=np.vstack((demand.children_micro, demand.children_micro[i] - third)),
        zone=np.append(demand.zone, demand.zone[i]).astype(np.int32),
        edge=np.append(demand.edge, demand.edge[i]),
        boundary_cm=np.append(demand.boundary_cm, demand.boundary_cm[i]).astype(np.int32),
    )
    halves.children_micro[i] = third
    whole, split = town.assess(), town.but(demand=halves).assess()
    assert np.abs(whole.served - split.served).max() <= 1
    for name in ("children", "out", "unknown", "on_reach", "edge", "unsnapped", "flags"):
        assert getattr(whole, name).tolist() == getattr(split, name).tolist()


@any_town
@given(seed=SEEDS)
def test_opening_or_enlarging_a_place_leaves_nobody_worse_off(seed):
    town = random_town(seed)
    random = np.random.default_rng(seed)
    known = np.flatnonzero(town.pools.capacity_micro >= 0)
    capacity = town.pools.capacity_micro.copy()
    capacity[random.permutation(known)[:2]] += 3 * MICRO
    larger = town.but(pools=replace(town.pools, capacity_micro=capacity))
    new = int(random.integers(town.places.code.size))
    opened = replace(
        town.pools,
        code=np.append(town.pools.code, "u999"),
        place=np.append(town.pools.place, new).astype(np.int32),
        capacity_micro=np.append(town.pools.capacity_micro, 5 * MICRO),
        admits=np.concatenate((town.pools.admits, town.pools.admits[:1])),
    )
    before = town.assess()
    for after in (larger.assess(), town.but(pools=opened).assess()):
        for s, g in np.ndindex(before.points.shape):
            if before.points.applies(s, g):
                children = town.demand.children_micro[:, g]
                now = after.points.served_micro(s, g, children)
                assert (now >= before.points.served_micro(s, g, children)).all()


@any_town
@given(seed=SEEDS, is_assigned=st.booleans(), threads=st.sampled_from([1, 2, 4]))
def test_no_order_and_no_number_of_threads_changes_a_digit(seed, is_assigned, threads):
    town = random_town(seed, is_assigned=is_assigned)
    random = np.random.default_rng(seed)
    mixed, orders = mixed_up(town, random)
    one, other = town.assess(threads=1), mixed.assess(threads=threads)
    zones, services, points, pools, places = orders
    for name in AMOUNTS:
        expected = getattr(one, name)[zones][:, services]
        assert expected.tobytes() == getattr(other, name).tobytes(), name
    for name in ("used", "above_need", "no_demand", "children"):
        assert getattr(one.capacity, name)[pools].tolist() == getattr(other.capacity, name).tolist()
    for s, g in np.ndindex(other.points.shape):
        asked = (int(services[s]), g)
        if one.points.applies(*asked):
            assert one.points.share(*asked)[points].tobytes() == other.points.share(s, g).tobytes()
            assert (
                one.points.access(*asked)[points].tobytes() == other.points.access(s, g).tobytes()
            )
            cm, place = other.points.nearest(s, g)
            old_cm, old_place = one.points.nearest(*asked)
            assert old_cm[points].tolist() == cm.tolist()
            named = np.where(place >= 0, places[place], -1)
            assert old_place[points].tolist() == named.tolist()


def mixed_up(town, random):
    """The same town, every list of it in another order; zones and services too."""
    demand, pools, requirements = town.demand, town.pools, town.requirements
    points, units = random.permutation(demand.code.size), random.permutation(pools.code.size)
    places, zones = random.permutation(town.places.code.size), random.permutation(ZONES)
    services = random.permutation(requirements.service.size)
    doors = random.permutation(town.places.entrance_place.size)
    to_place, to_zone = np.argsort(places).astype(np.int32), np.append(np.argsort(zones), -1)
    assigned = town.assigned and replace(
        town.assigned,
        is_assigned=town.assigned.is_assigned[units],
        pool=np.argsort(units)[town.assigned.pool].astype(np.int32),
        point=np.argsort(points)[town.assigned.point].astype(np.int32),
    )
    mixed = town.but(
        pieces=shuffled(town.pieces, random),
        demand=replace(
            demand,
            code=demand.code[points],
            xy_m=demand.xy_m[points],
            children_micro=demand.children_micro[points],
            zone=to_zone[demand.zone[points]].astype(np.int32),
            edge=demand.edge[points],
            boundary_cm=demand.boundary_cm[points],
        ),
        places=replace(
            town.places,
            code=town.places.code[places],
            entrance_place=to_place[town.places.entrance_place[doors]],
            entrance_xy_m=town.places.entrance_xy_m[doors],
        ),
        pools=replace(
            pools,
            code=pools.code[units],
            place=to_place[pools.place[units]],
            capacity_micro=pools.capacity_micro[units],
            admits=pools.admits[units][:, services],
        ),
        requirements=replace(
            requirements,
            service=requirements.service[services],
            reach_cm=requirements.reach_cm[services],
            provision_micro=requirements.provision_micro[services],
            participation_micro=requirements.participation_micro[services],
            mode=requirements.mode[services],
        ),
        incomplete=town.incomplete[services][:, zones],
        assigned=assigned,
    )
    return mixed, (zones, services, points, units, places)


@any_town
@given(seed=SEEDS)
def test_walking_there_is_as_far_as_walking_back_and_never_further_than_by_a_third_place(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    cost = between_positions(pieces, random, 6)
    far = cost < 0
    assert cost.tolist() == cost.T.tolist()
    assert (np.diag(cost) == 0).all()
    for k in range(6):
        by_third = cost[:, k, None] + cost[None, k, :]
        known = ~(far | far[:, k, None] | far[None, k, :])
        assert (cost[known] <= by_third[known]).all()


def between_positions(pieces, random, count):
    """Costs between positions on the streets, each both a point and a place, without legs."""
    network = build(pieces)
    edge = random.integers(0, network.edges, count).astype(np.int32)
    along = (random.random(count) * (network.edge_cm[edge] + 1)).astype(np.int32)
    snap = Snap(edge, along, network.edge_cm[edge] - along, np.zeros(count, np.int32))
    owner = np.arange(count, dtype=np.int32)
    points = stand(network, snap)
    doors = doors_of(network, owner, snap, count)
    found = nearest(network, points, doors, np.eye(count, dtype=bool), place_rank=owner)
    return found.cm[np.argsort(points.row)]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_town_without_children_or_places_is_assessed_as_empty(threads):
    town = random_town(11)
    nobody = replace(
        town.demand,
        code=town.demand.code[:0],
        xy_m=town.demand.xy_m[:0],
        children_micro=town.demand.children_micro[:0],
        zone=town.demand.zone[:0],
        edge=town.demand.edge[:0],
        boundary_cm=town.demand.boundary_cm[:0],
    )
    assert town.but(demand=nobody).assess(threads=threads).children.sum() == 0
    nowhere = replace(
        town.places,
        code=town.places.code[:0],
        entrance_place=town.places.entrance_place[:0],
        entrance_xy_m=town.places.entrance_xy_m[:0],
    )
    nothing = replace(
        town.pools,
        code=town.pools.code[:0],
        place=town.pools.place[:0],
        capacity_micro=town.pools.capacity_micro[:0],
        admits=town.pools.admits[:0],
    )
    result = town.but(places=nowhere, pools=nothing).assess(threads=threads)
    assert (result.out + result.unknown).tolist() == result.children.tolist()
    assert result.children.sum() > 0
