"""Streets, crossings and signals added and closed in every profile (METHOD §3.4, §10, §11.7)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError
from atlas.engine.profiles import any_route
from atlas.engine.scenario.after import after
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.changes import (
    AddStreet,
    Change,
    CloseStreet,
    MarkNode,
    MarkStreet,
    ReopenStreet,
)
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.what_if import what_if
from atlas.engine.snapping import snap
from atlas.engine.streets import BRIDGE, CROSSING, GATE, PAVEMENT, SIGNAL, STEPS, TUNNEL
from atlas.engine.walks import walk_of
from tests.unit.engine.junctions_by_hand import City
from tests.unit.engine.rebuilt import Rebuilt, ground_anew
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.streets_by_hand import (
    answered,
    engine_costs,
    full_run,
    random_street_changes,
)
from tests.unit.engine.test_engine_scenario_walks import assert_same_as
from tests.unit.engine.towns import random_town, streets
from tests.unit.engine.walking import profile, random_profile

SEEDS = st.integers(0, 2**32 - 1)
KINDS = ("any", "safe", "wheels")
CLASSES = 3
any_town = settings(deadline=None, max_examples=40)


def profile_of(kind, random):
    """Any route; roads that are shunned or forbidden; no steps and no barriers."""
    if kind == "any":
        return any_route(CLASSES)
    chosen = random_profile(random)
    if kind == "wheels":
        return replace(chosen, takes_steps=False, barrier_cm=-1)
    return chosen


def profile_town(seed, kind, *, is_assigned=False):
    """A town of three classes of street, and the city in which everybody walks by a profile."""
    random = np.random.default_rng(seed)
    town = random_town(seed, is_assigned=is_assigned)
    pieces = town.pieces
    count, nodes = pieces.code.size, pieces.node_id.size
    town = town.but(
        pieces=replace(
            pieces,
            street_class=random.integers(0, CLASSES, count).astype(np.int16),
            speed_kmh=random.choice([0, 0, 30, 50, 90], count).astype(np.int16),
            features=random.choice([0, 0, 0, 2, 4, 8], count).astype(np.uint8),
            node_mark=random.choice([0, 0, 0, 1, 2, 4], nodes).astype(np.uint8),
        )
    )
    return random, town, inputs_in(town, profile_of(kind, random))


def inputs_in(town, chosen):
    inputs = inputs_of(town)
    order = np.argsort(town.pieces.code)
    return replace(
        inputs,
        street_code=town.pieces.code[order],
        street_features=town.pieces.features[order],
        profile=chosen,
        walk=walk_of(inputs.network, chosen),
    )


def random_changes(random, town, network):
    """Streets added and closed, crossings and signals put up anywhere."""
    changes: list[Change] = [
        replace(
            change,
            street_class=int(random.integers(CLASSES)),
            speed_kmh=int(random.choice([0, 30, 60])),
            features=int(random.choice([0, 0, STEPS, BRIDGE, TUNNEL | PAVEMENT])),
        )
        if isinstance(change, AddStreet)
        else change
        for change in random_street_changes(random, town)
    ]
    changes += random_marks(random, town, changes)
    if random.random() < 0.5:
        row = int(random.integers(network.nodes))
        mark = int(random.choice([CROSSING, SIGNAL]))
        is_there = not network.node_mark[row] & mark
        node = MarkNode(int(network.node_id[row]), mark, is_there)
        # The mark of the node may have been turned from along a street already.
        try:
            what_if(prepare(inputs_in(town, any_route(CLASSES)), threads=1), [*changes, node])
            changes.append(node)
        except InputError:
            pass
    return changes


def random_marks(random, town, changes):
    """Crossings and signals along streets of the town and new ones, most of them near an end."""
    lengths = {
        str(code): int(um) // 10_000
        for code, um in zip(town.pieces.code, town.pieces.length_um, strict=True)
    }
    lengths |= {c.code: c.length_cm for c in changes if isinstance(c, AddStreet)}
    marks = []
    for code in random.choice(sorted(lengths), min(3, len(lengths)), replace=False).tolist():
        within = max(1, lengths[code] - 1)
        at = int(random.choice([1, within, int(random.integers(1, within + 1))]))
        if at < lengths[code]:
            marks.append(MarkStreet(code, at, int(random.choice([CROSSING, SIGNAL])), True))
    return marks


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_every_walk_over_changed_streets_costs_in_every_profile_what_the_rules_say(kind, seed):
    random, town, inputs = profile_town(seed, kind)
    changes = random_changes(random, town, inputs.network)
    outcome = answered(prepare(inputs, threads=1), changes)
    by_hand = City(town, inputs.network, inputs.profile, changes).costs()
    assert engine_costs(town, outcome) == by_hand


@pytest.mark.parametrize("kind", KINDS)
@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_changed_streets_and_places_are_a_full_run_in_every_profile(kind, seed, is_assigned):
    random, town, inputs = profile_town(seed, kind, is_assigned=is_assigned)
    book = Ledger(town)
    changes = random_changes(random, town, inputs.network)
    base = prepare(inputs, threads=1)
    for serial in range(2):
        outcome = answered(base, changes)
        assert_same_as(outcome, *full_run(outcome))
        changes.append(random_change(random, book, serial))
        book.make(changes[-1])


@pytest.mark.parametrize("kind", ["safe", "wheels"])
@any_town
@given(seed=SEEDS)
def test_a_changed_place_in_a_profile_is_a_full_run(kind, seed):
    random, town, inputs = profile_town(seed, kind, is_assigned=bool(seed % 2))
    book = Ledger(town)
    changes = [random_change(random, book, 0)]
    outcome = what_if(prepare(inputs, threads=1), changes)
    assert_same_as(outcome, *full_run(outcome))


@pytest.mark.parametrize("kind", KINDS)
@any_town
@given(seed=SEEDS)
def test_what_is_put_up_and_taken_away_again_leaves_the_city_as_it_was(kind, seed):
    random, town, inputs = profile_town(seed, kind)
    base = prepare(inputs, threads=1)
    changes = random_changes(random, town, inputs.network)
    outcome = what_if(base, [*changes, *(undone(change) for change in reversed(changes))])
    assert outcome.ground is base.ground
    assert outcome.zone.size == 0


def undone(change):
    if isinstance(change, AddStreet):
        return CloseStreet(change.code)
    if isinstance(change, CloseStreet):
        return ReopenStreet(change.code)
    return replace(change, is_there=not change.is_there)


@pytest.mark.parametrize("kind", KINDS)
@any_town
@given(seed=SEEDS)
def test_a_crossing_anywhere_along_a_street_makes_no_walk_longer(kind, seed):
    random, town, inputs = profile_town(seed, kind)
    base = prepare(inputs, threads=1)
    before = engine_costs(town, what_if(base, []))
    now = engine_costs(town, what_if(base, random_marks(random, town, [])))
    assert all(now[pair] <= cm for pair, cm in before.items())


# --- Beside a city that is built anew -----------------------------------------------------------


def whole_metres(random):
    """A profile that counts in whole metres: a street in two parts counts as in one."""
    chosen = random_profile(random)
    factor = random.choice([1000, 2000, 3000], chosen.factor.shape).astype(np.int32)
    return replace(chosen, factor=factor)


def gated(town):
    """The same town, every piece an edge of its own: a gate stops nobody and hides nothing."""
    pieces = town.pieces
    return town.but(pieces=replace(pieces, node_mark=pieces.node_mark | np.uint8(GATE)))


def on_the_streets(random, town):
    """Everybody stands on a street: nobody stands nearer to a new one."""
    places = town.places

    def vertices(count):
        return town.pieces.xy_m[random.integers(town.pieces.xy_m.shape[0], size=count)]

    return town.but(
        demand=replace(town.demand, xy_m=vertices(town.demand.code.size)),
        places=replace(places, entrance_xy_m=vertices(places.entrance_place.size)),
    )


def spot_on(random, town):
    """Somewhere on a street, so that a new one begins there without a step."""
    first = int(random.choice(np.setdiff1d(np.arange(town.pieces.offset[-1]), ends_of(town))))
    one, other = town.pieces.xy_m[first : first + 2]
    return one + random.choice([0, 0.25, 0.5, random.random()]) * (other - one)


def ends_of(town):
    """The last vertex of every piece."""
    return town.pieces.offset[1:] - 1


@any_town
@given(seed=SEEDS)
def test_streets_and_crossings_put_in_are_a_full_run_on_the_city_built_with_them(seed):
    random, town, _ = profile_town(seed, "safe")
    town = on_the_streets(random, gated(town))
    inputs = inputs_in(town, whole_metres(random))
    network = inputs.network
    anew = Rebuilt(town, network)
    changes: list[Change] = []
    spots = [spot_on(random, town) for _ in range(3)]
    for number, (one, other) in enumerate(pairwise(spots)):
        at = snap(network, np.array([one, other]), farthest_leg_cm=30_000)
        joined = [anew.node(int(e), int(cm)) for e, cm in zip(at.edge, at.to_start_cm, strict=True)]
        street = AddStreet(
            f"new{number}",
            np.array([one, other]),
            int(random.integers(1, 60_000)),
            30_000,
            int(random.integers(CLASSES)),
            30,
            int(random.choice([0, STEPS, BRIDGE])),
        )
        assert not at.leg_cm.any()
        changes.append(street)
        anew.new.append((street, *joined))
    for change in random_marks(random, town, []):
        edge = anew.row.index(town.pieces.code.tolist().index(change.street))
        whole = int(network.edge_cm[edge])
        cm = whole - change.at_cm if anew.is_turned[edge] else change.at_cm
        # Nobody passes a forbidden street: a crossing put up on it would cut it in two.
        if not inputs.walk.is_forbidden[edge]:
            changes.append(change)
            anew.node_mark[anew.node(edge, cm)] = change.mark
    there, codes = anew.network_anew()
    outcome = answered(prepare(inputs, threads=1), changes)
    then = after(outcome)
    city = replace(then.inputs, network=there, walk=walk_of(there, inputs.profile))
    snaps = [
        anew.moved(there, codes, snap(network, xy))
        for xy in (town.demand.xy_m, town.places.entrance_xy_m)
    ]
    assert_same_as(outcome, assessed(city, ground_anew(city, *snaps)), then)


# --- By hand --------------------------------------------------------------------------------------


FOOTWAY, ROAD = 0, 1


def two_banks(*, chosen):
    """Two roads 100 m apart, joined at their west ends; a child south, a school north of them."""
    lines = [
        (1, 2, [(0, 0), (1000, 0)]),
        (3, 4, [(0, 100), (1000, 100)]),
        (1, 3, [(0, 0), (0, 100)]),
    ]
    town = random_town(1, services=1)
    demand = replace(
        town.demand,
        **{
            name: getattr(town.demand, name)[:1]
            for name in ("code", "children_micro", "zone", "edge", "boundary_cm")
        },
        xy_m=np.array([[900.0, 0.0]]),
    )
    places = replace(
        town.places,
        code=np.array(["school"]),
        entrance_place=np.zeros(1, np.int32),
        entrance_xy_m=np.array([[900.0, 100.0]]),
    )
    pools = replace(
        town.pools,
        code=np.array(["seats"]),
        place=np.zeros(1, np.int32),
        capacity_micro=np.array([1]),
        admits=np.ones((1, *town.requirements.shape), np.bool_),
    )
    facts = {0: (ROAD,), 1: (ROAD,), 2: (FOOTWAY,)}
    town = town.but(pieces=streets(lines, facts=facts), demand=demand, places=places, pools=pools)
    return town, prepare(inputs_in(town, chosen), threads=1)


# A metre of road counts 1.5; to cross it costs 40 m, to cross a footway nothing.
SAFE = profile([(1, 0, 0), (1.5, 4_000, 0)])
NO_ROADS = profile([(1, 0, 0), (1.5, 4_000, 1)])


def walk(town, base, *changes):
    """What the only walk of the two banks costs, cm; None where there is none."""
    return engine_costs(town, what_if(base, changes)).get((0, 0))


def footpath(code="path", *, street_class=FOOTWAY, features=0):
    """Between the two roads, 800 m east; each end 2 m away from its road."""
    line = np.array([[800.0, 2.0], [800.0, 98.0]])
    return AddStreet(code, line, 9_600, 500, street_class, 0, features)


def test_a_new_footpath_is_reached_over_the_roads_it_begins_on():
    town, base = two_banks(chosen=SAFE)
    # 900 m of road twice and the footway between; where two streets meet nothing is crossed.
    assert walk(town, base) == 135_000 + 10_000 + 135_000
    # 100 m of each road, the path and its two steps; its ends pay half a road, the roads nothing.
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    assert walk(town, base, footpath()) == over + 2_000 + 2_000


def test_a_crossing_where_the_footpath_begins_spares_its_toll_and_one_beside_it_does_not():
    town, base = two_banks(chosen=SAFE)
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    here = MarkStreet("way/0000:0", 80_000, CROSSING, is_there=True)
    there = MarkStreet("way/0001:0", 80_000, SIGNAL, is_there=True)
    beside = MarkStreet("way/0000:0", 79_900, CROSSING, is_there=True)
    assert walk(town, base, footpath(), here) == over + 2_000
    assert walk(town, base, footpath(), here, there) == over
    assert walk(town, base, footpath(), beside) == over + 4_000
    nearby, city = two_banks(chosen=replace(SAFE, aside_cm=100))
    assert walk(nearby, city, footpath(), beside) == over + 2_000


def test_a_crossing_at_the_end_of_a_new_street_is_one_at_the_street_it_begins_on():
    town, base = two_banks(chosen=SAFE)
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    ends = [MarkStreet("path", at, CROSSING, is_there=True) for at in (0, 9_600)]
    assert walk(town, base, footpath(), ends[0]) == over + 2_000
    assert walk(town, base, footpath(), *ends) == over


def test_a_footbridge_leads_over_both_roads():
    town, base = two_banks(chosen=SAFE)
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    assert walk(town, base, footpath(features=BRIDGE)) == over


def test_who_passes_a_new_road_crosses_it():
    town, base = two_banks(chosen=SAFE)
    # The child's way west passes the new road's end: its own road pays half of it at both sides.
    beyond = AddStreet("road", np.array([[500.0, 0.0], [500.0, -90.0]]), 9_000, 0, ROAD)
    assert walk(town, base, beyond) == 135_000 + 10_000 + 135_000 + 4_000


def test_wheels_take_no_new_steps_and_who_lives_on_forbidden_roads_takes_the_next_corner():
    town, base = two_banks(chosen=replace(SAFE, takes_steps=False))
    assert walk(town, base, footpath(features=STEPS)) == walk(town, base)
    town, base = two_banks(chosen=NO_ROADS)
    assert walk(town, base) == 135_000 + 10_000 + 135_000
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    assert walk(town, base, footpath()) == over + 4_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (footpath(street_class=None), "nobody knows how street piece 'path' is walked"),
        (footpath(street_class=2), "the class of street piece 'path' is none of the profile's 2"),
        (footpath(features=32), "street piece 'path' has speed 0 and features 32"),
        (MarkStreet("nowhere", 0, CROSSING, True), "there is no street piece 'nowhere'"),
        (
            MarkStreet("way/0000:0", 100_001, CROSSING, True),
            "street piece 'way/0000:0' is 100000 cm long: there is no place 100001 cm along it",
        ),
        (MarkStreet("way/0000:0", 5, 4, True), "4 is no mark"),
        (
            MarkStreet("way/0000:0", 5, CROSSING, False),
            "mark 1 5 cm along street piece 'way/0000:0' is not there",
        ),
    ],
)
def test_what_cannot_be_put_up_is_refused(change, message):
    _, base = two_banks(chosen=SAFE)
    with pytest.raises(InputError, match=f"^change 1: {re.escape(message)}"):
        what_if(base, [change])


def test_no_street_is_cut_where_nothing_tells_where_bridges_lie():
    _, base = two_banks(chosen=SAFE)
    blind = prepare(replace(base.inputs, street_features=None), threads=1)
    with pytest.raises(InputError, match="nothing tells where bridges lie"):
        what_if(blind, [footpath()])
