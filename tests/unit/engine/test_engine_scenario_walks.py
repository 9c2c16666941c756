"""Crossings, signals and closed streets where children walk by a profile (METHOD §3.4, §10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError
from atlas.engine.inputs import NO_PROVISION
from atlas.engine.kernels.split import SERVED
from atlas.engine.reach import Walkers, reached
from atlas.engine.scenario.after import after
from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.capacity import capacity
from atlas.engine.scenario.changes import AddStreet, Change, CloseStreet, MarkNode
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.ground import ground_of
from atlas.engine.scenario.store import arrays, from_arrays
from atlas.engine.scenario.what_if import what_if
from atlas.engine.streets import CROSSING, SIGNAL
from atlas.engine.walks import walk_of
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.streets_by_hand import engine_costs, full_run
from tests.unit.engine.towns import random_town
from tests.unit.engine.walking import random_profile

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=30)


def walked_town(seed):
    """A town of three classes of street and what a walker meets there, and how he walks."""
    random = np.random.default_rng(seed)
    town = random_town(seed, is_assigned=bool(seed % 2))
    pieces = town.pieces
    count, nodes = pieces.code.size, pieces.node_id.size
    town = town.but(
        pieces=replace(
            pieces,
            street_class=random.integers(0, 3, count).astype(np.int16),
            speed_kmh=random.choice([0, 0, 30, 50, 90], count).astype(np.int16),
            features=random.choice([0, 0, 0, 2, 4, 8], count).astype(np.uint8),
            node_mark=random.choice([0, 0, 0, 1, 2, 4], nodes).astype(np.uint8),
        )
    )
    return random, town, walked(inputs_of(town), random_profile(random))


def walked(inputs, profile):
    """A city in which everybody walks by a profile, its streets named."""
    walk = walk_of(inputs.network, profile)
    codes = np.array(sorted(f"way/{k:04d}:0" for k in range(inputs.network.edge_piece.size)))
    return replace(inputs, profile=profile, walk=walk, street_code=codes)


def marked(inputs, marks):
    """The city with other marks from the beginning."""
    return walked(replace(inputs, network=replace(inputs.network, node_mark=marks)), inputs.profile)


def random_marks(random, network, count):
    """Crossings and signals put up and taken away, and the marks there are in the end."""
    marks = network.node_mark.copy()
    changes = []
    for _ in range(count):
        row = int(random.integers(network.nodes))
        mark = int(random.choice([CROSSING, SIGNAL]))
        changes.append(MarkNode(int(network.node_id[row]), mark, not marks[row] & mark))
        marks[row] ^= mark
    return changes, marks


def assert_same_as(outcome, whole, then):
    for number, name in enumerate(AMOUNT_NAMES):
        assert outcome.amount(name).tobytes() == whole.amount[number].tobytes(), name
    assert outcome.flags().tobytes() == whole.flags.tobytes()
    ledger = capacity(outcome, then)
    for name in ("used", "above_need", "no_demand", "children"):
        assert getattr(ledger, name).tolist() == getattr(whole.capacity, name).tolist(), name


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_crossings_and_places_together_are_a_full_run_on_the_network_marked_anew(seed):
    random, town, inputs = walked_town(seed)
    changes: list[Change]
    changes, marks = random_marks(random, inputs.network, int(random.integers(1, 5)))
    book = Ledger(town)
    changes.append(random_change(random, book, 0))
    book.make(changes[-1])
    outcome = what_if(prepare(inputs, threads=1), changes)
    then = after(outcome)
    anew = walked(
        replace(then.inputs, network=replace(inputs.network, node_mark=marks)), inputs.profile
    )
    assert_same_as(outcome, assessed(anew, ground_of(anew, 1)), then)


@any_town
@given(seed=SEEDS)
def test_every_walk_over_marks_put_up_and_taken_away_costs_what_the_marked_network_says(seed):
    random, town, inputs = walked_town(seed)
    changes, marks = random_marks(random, inputs.network, 4)
    there = what_if(prepare(inputs, threads=1), changes)
    anew = marked(inputs, marks)
    assert engine_costs(town, there) == engine_costs(town, what_if(prepare(anew, threads=1), []))


@any_town
@given(seed=SEEDS)
def test_a_crossing_put_up_makes_no_walk_longer_and_taken_away_leaves_the_city_as_it_was(seed):
    random, town, inputs = walked_town(seed)
    base = prepare(inputs, threads=1)
    unmarked = np.flatnonzero(inputs.network.node_mark & CROSSING == 0)
    if not unmarked.size:
        return
    node = int(inputs.network.node_id[random.choice(unmarked)])
    put_up = MarkNode(node, CROSSING, is_there=True)
    before = engine_costs(town, what_if(base, []))
    now = engine_costs(town, what_if(base, [put_up]))
    assert all(now[pair] <= cm for pair, cm in before.items())
    back = what_if(base, [put_up, MarkNode(node, CROSSING, is_there=False)])
    assert back.ground is base.ground
    assert back.zone.size == 0


@any_town
@given(seed=SEEDS)
def test_streets_closed_and_crossings_changed_where_people_walk_by_a_profile_are_a_full_run(seed):
    random, town, inputs = walked_town(seed)
    base = prepare(inputs, threads=1)
    codes = random.choice(town.pieces.code, min(3, town.pieces.code.size), replace=False)
    changes: list[Change] = [CloseStreet(code) for code in codes.tolist()]
    before = engine_costs(town, what_if(base, []))
    closed = engine_costs(town, what_if(base, changes))
    assert all(cm >= before[pair] for pair, cm in closed.items())
    outcome = what_if(base, [*changes, *random_marks(random, inputs.network, 3)[0]])
    assert_same_as(outcome, *full_run(outcome))


@any_town
@given(seed=SEEDS)
def test_judged_by_reach_alone_a_base_in_a_profile_is_what_reached_says(seed):
    _, town, inputs = walked_town(seed)
    requirements = replace(
        inputs.requirements,
        provision_micro=np.full_like(inputs.requirements.provision_micro, NO_PROVISION),
    )
    base = prepare(replace(inputs, requirements=requirements), threads=1)
    everyone = np.ones(requirements.shape, np.bool_)
    found = reached(
        inputs.network,
        town.demand,
        town.places,
        town.pools,
        requirements,
        town.incomplete,
        walkers=[Walkers(inputs.walk, everyone)],
        assigned=town.assigned,
    )[0]
    assert base.amount[SERVED].tobytes() == found.reached.tobytes()
    for name in ("children", "out", "unknown", "unsnapped"):
        mine = base.amount[AMOUNT_NAMES.index(name)]
        assert mine.tobytes() == getattr(found, name).tobytes(), name


def test_a_base_in_a_profile_is_stored_and_answers_again():
    random, _, inputs = walked_town(16)
    base = prepare(inputs, threads=1)
    changes, _ = random_marks(random, inputs.network, 3)
    again = from_arrays(arrays(base), inputs.network)
    one, other = (what_if(which, changes) for which in (base, again))
    assert one.change.tobytes() == other.change.tobytes()
    assert one.zone.tolist() == other.zone.tolist()


def test_marks_that_cannot_be_changed_are_refused_and_new_streets_too():
    _, _, inputs = walked_town(16)
    base = prepare(inputs, threads=1)
    bare = int(inputs.network.node_id[np.argmin(inputs.network.node_mark)])
    for change, message in (
        (MarkNode(-5, CROSSING, is_there=True), "no streets meet at a node -5"),
        (MarkNode(bare, 4, is_there=True), "4 is no mark"),
        (MarkNode(bare, SIGNAL, is_there=False), f"mark 2 of node {bare} is not there"),
        (AddStreet("new", np.zeros((2, 2)), 1, 0), "nobody knows how street piece 'new' is walked"),
    ):
        with pytest.raises(InputError, match=message):
            what_if(base, [change])
    twice = [MarkNode(bare, SIGNAL, is_there=True)] * 2
    with pytest.raises(InputError, match="is there already: leave this out"):
        what_if(base, twice)


def test_who_walks_any_route_does_not_mind_a_crossing():
    town = random_town(16)
    base = prepare(inputs_of(town), threads=1)
    node = int(base.inputs.network.node_id[np.argmin(base.inputs.network.node_mark)])
    outcome = what_if(base, [MarkNode(node, SIGNAL, is_there=True)])
    assert outcome.zone.size == 0
