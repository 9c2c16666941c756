"""Reach by profile: as coverage where any route is walked, never more, exact in every ledger."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.coverage import (
    Demand,
    Places,
    Pools,
    Requirements,
    city_of,
    coverage,
    covered,
)
from atlas.engine.errors import InputError, LedgerError, ShapeError
from atlas.engine.network import build
from atlas.engine.profiles import any_route
from atlas.engine.reach import Walkers, reached, reached_in, safety_gap
from atlas.engine.snapping import snap
from atlas.engine.streets import SIGNAL
from atlas.engine.types import MICRO
from atlas.engine.values import Reason
from atlas.engine.walks import walk_of
from tests.unit.engine.towns import GROUPS, random_town, streets
from tests.unit.engine.walking import FAR, by_hand, profile, random_profile, together

SEEDS = st.integers(0, 2**32 - 1)
LANE, ROAD = 0, 1
SAFE = profile([(1, 0, 0), (1, 10_000, 0)])


def reach_of(town, chosen, groups=None, **options):
    network = build(town.pieces)
    if groups is None:
        groups = np.ones(town.requirements.shape, np.bool_)
    inputs = (town.demand, town.places, town.pools, town.requirements, town.incomplete)
    walkers = [Walkers(walk_of(network, chosen), groups)]
    return reached(network, *inputs, walkers=walkers, assigned=town.assigned, **options)[0]


def varied_town(seed, **options):
    random = np.random.default_rng(seed)
    town = random_town(seed, **options)
    return town.but(pieces=varied_like(town.pieces, random)), random_profile(random)


def varied_like(pieces, random):
    """The same streets with other facts: children stand where they stood."""
    count, nodes = pieces.code.size, pieces.node_id.size
    return replace(
        pieces,
        street_class=random.integers(0, 3, count).astype(np.int16),
        speed_kmh=random.choice([0, 30, 50, 90], count).astype(np.int16),
        features=random.choice([0, 0, 2, 4], count).astype(np.uint8),
        node_mark=random.choice([0, 0, 1, 2, 4], nodes).astype(np.uint8),
    )


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS, is_assigned=st.booleans())
def test_by_any_route_the_reached_are_the_served_and_full_of_the_assessment(seed, is_assigned):
    town, _ = varied_town(seed, is_assigned=is_assigned)
    found, whole = reach_of(town, any_route(3)), town.assess()
    assert found.reached.tolist() == (whole.served + whole.full).tolist()
    for name in ("children", "out", "unknown", "unsnapped"):
        assert getattr(found, name).tolist() == getattr(whole, name).tolist()
    for s in range(town.requirements.shape[0]):
        for g in range(GROUPS):
            assert found.points.applies(s, g) == whole.points.applies(s, g)
            if found.points.applies(s, g):
                assert found.points.places(s, g).tolist() == whole.points.places(s, g).tolist()


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS, is_assigned=st.booleans())
def test_a_profile_never_reaches_a_child_whom_any_route_does_not(seed, is_assigned):
    town, chosen = varied_town(seed, is_assigned=is_assigned)
    walked, plain = reach_of(town, chosen), reach_of(town, any_route(3))
    assert (walked.reached <= plain.reached).all()
    assert walked.unknown.tolist() == plain.unknown.tolist()
    total = walked.reached + walked.out + walked.unknown
    assert total.tolist() == walked.children.tolist() == plain.children.tolist()
    for s in range(town.requirements.shape[0]):
        for g in range(GROUPS):
            if walked.points.applies(s, g):
                by_walk, by_any = walked.points.reached(s, g), plain.points.reached(s, g)
                assert not (by_walk & ~by_any).any()


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS)
def test_who_is_reached_is_whom_the_plain_search_reaches(seed):
    town, chosen = varied_town(seed)
    network = build(town.pieces)
    found = reach_of(town, chosen)
    stands, enters = (snap(network, xy) for xy in (town.demand.xy_m, town.places.entrance_xy_m))
    cost = by_hand(network, chosen, together(stands, enters))
    points = town.demand.code.size
    door = cost[:points, points:]
    for s in range(town.requirements.shape[0]):
        for g in range(GROUPS):
            reach = int(town.requirements.reach_cm[s, g])
            if reach < 0 or town.requirements.mode[s]:
                continue
            open_to = np.unique(town.pools.place[town.pools.admits[:, s, g]])
            entered = np.isin(town.places.entrance_place, open_to)
            near = (door[:, entered] <= reach).any(axis=1)
            assert found.points.reached(s, g).tolist() == near.tolist()
    assert town.requirements.reach_cm.max() < FAR


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS)
def test_neither_order_nor_threads_nor_other_groups_change_who_is_reached(seed):
    random = np.random.default_rng(seed)
    town, chosen = varied_town(seed, is_assigned=True)
    whole = reach_of(town, chosen, threads=1)
    groups = random.random(town.requirements.shape) < 0.5
    part = reach_of(town, chosen, groups, threads=2)
    assert part.reached.tolist() == np.where(groups, whole.reached, 0).tolist()
    order = random.permutation(town.places.code.size)
    number = np.argsort(order).astype(np.int32)
    turned = town.but(
        places=replace(
            town.places,
            code=town.places.code[order],
            entrance_place=number[town.places.entrance_place],
        ),
        pools=replace(town.pools, place=number[town.pools.place]),
    )
    assert reach_of(turned, chosen).reached.tolist() == whole.reached.tolist()


# --- By hand --------------------------------------------------------------------------------------


def crossed(marks=None):
    """Ten children on either side of a road, 150 m from play on one: 250 m for who has to cross."""
    pieces = streets(
        [
            (1, 2, [(-100, 0), (0, 0)]),
            (2, 3, [(0, 0), (100, 0)]),
            (4, 2, [(0, -100), (0, 0)]),
            (2, 5, [(0, 0), (0, 100)]),
        ],
        facts={0: (LANE,), 1: (LANE,), 2: (ROAD,), 3: (ROAD,)},
        marks=marks,
    )
    demand = Demand(
        code=np.array(["east", "west"]),
        xy_m=np.array([[80.0, 0.0], [-80.0, 0.0]]),
        children_micro=np.full((2, 1), 10 * MICRO),
        zone=np.array([0, 1], np.int32),
        edge=np.zeros(2, np.bool_),
    )
    places = Places(np.array(["play"]), np.zeros(1, np.int32), np.array([[70.0, 0.0]]))
    pools = Pools(
        np.array(["ground"]),
        np.zeros(1, np.int32),
        np.full(1, -1, np.int64),
        np.ones((1, 1, 1), np.bool_),
    )
    requirements = Requirements(
        service=np.array(["play"]),
        reach_cm=np.full((1, 1), 20_000, np.int32),
        provision_micro=np.full((1, 1), -1, np.int64),
        participation_micro=np.full((1, 1), MICRO),
        mode=np.zeros(1, np.uint8),
    )
    return build(pieces), demand, places, pools, requirements, np.zeros((1, 2), np.bool_)


@pytest.mark.parametrize(
    ("marks", "reached_safely", "gap"), [(None, [10, 0], [0, 1]), ({2: SIGNAL}, [10, 10], [0, 0])]
)
def test_the_safety_gap_is_who_cannot_cross(marks, reached_safely, gap):
    town = crossed(marks)
    everyone = np.ones((1, 1), np.bool_)
    safe, plain = reached(
        *town,
        walkers=[Walkers(walk_of(town[0], chosen), everyone) for chosen in (SAFE, any_route(2))],
    )
    assert plain.reached[:, 0, 0].tolist() == [10 * MICRO] * 2
    assert safe.reached[:, 0, 0].tolist() == [MICRO * n for n in reached_safely]
    assert plain.reached.tolist() == coverage(*town).served.tolist()
    levels = safety_gap(plain.reached, safe.reached, safe.children, safe.unknown, 1 / 3)
    assert levels.x[:, 0, 0].tolist() == gap


def test_the_safety_gap_is_missing_where_too_many_are_unknown_and_not_where_nobody_lives():
    by_any, by_walk, children, unknown = (
        np.array(row) for row in ([[5, 5, 0]], [[2, 5, 0]], [[10, 10, 0]], [[3, 4, 0]])
    )
    levels = safety_gap(by_any, by_walk, children, unknown, 1 / 3)
    assert levels.reason.tolist() == [[Reason.NONE, Reason.MISSING, Reason.NOT_APPLICABLE]]
    assert levels.x[0, 0] == pytest.approx(3 / 7)
    assert np.isnan(levels.x[0, 1:]).all()


def test_a_profile_that_reaches_more_than_any_route_is_a_fault_of_the_engine():
    one = np.array([[1]])
    with pytest.raises(LedgerError, match="any route"):
        safety_gap(one, 2 * one, 3 * one, 0 * one, 1 / 3)


def test_what_was_not_asked_for_is_not_answered():
    town, chosen = varied_town(4)
    found = reach_of(town, chosen, np.zeros(town.requirements.shape, np.bool_))
    assert not found.children.any()
    with pytest.raises(InputError, match="no requirement"):
        found.points.reached(0, 0)


def test_walkers_and_zones_must_fit_the_requirements():
    town, chosen = varied_town(4)
    with pytest.raises(ShapeError, match="walkers"):
        reach_of(town, chosen, np.ones((1, 1), np.bool_))
    with pytest.raises(ShapeError, match="incomplete"):
        reach_of(town.but(incomplete=town.incomplete[:1]), chosen)


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_a_city_snapped_once_is_reached_as_one_snapped_again(seed):
    town, chosen = varied_town(seed, is_assigned=bool(seed % 2))
    network = build(town.pieces)
    asked = (network, town.demand, town.places, town.pools, town.requirements, town.incomplete)
    walkers = [Walkers(walk_of(network, chosen), np.ones(town.requirements.shape, np.bool_))]
    city = city_of(*asked, assigned=town.assigned)
    covered(city, town.incomplete, filled=True)
    once = reached_in(city, town.incomplete, walkers=walkers)[0]
    again = reached(*asked, walkers=walkers, assigned=town.assigned)[0]
    for name in ("children", "reached", "out", "unknown", "unsnapped"):
        assert getattr(once, name).tobytes() == getattr(again, name).tobytes(), name
