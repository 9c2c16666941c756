"""Streets, crossings and signals added and closed in every profile (METHOD §3.4, §10, §11.7)."""

from __future__ import annotations

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
from tests.unit.engine.towns import random_town
from tests.unit.engine.walking import random_profile

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
