"""Streets added and closed in a scenario (METHOD §3, §10, §11.7)."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError
from atlas.engine.kernels.split import SERVED
from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.capacity import capacity
from atlas.engine.scenario.changes import AddStreet, CloseStreet, ReopenStreet
from atlas.engine.scenario.what_if import what_if
from atlas.engine.snapping import snap
from atlas.engine.types import MICRO
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.streets_by_hand import (
    answered,
    engine_costs,
    full_run,
    named,
    new_streets,
    plain_costs,
    random_street_changes,
)
from tests.unit.engine.towns import GROUPS, ZONES, random_town, streets

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=30)
FAR = 10**7


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_walks_over_changed_streets_cost_what_the_rule_says(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    inputs = named(town)
    changes = random_street_changes(random, town)
    outcome = answered(prepare(inputs, threads=1), changes)
    assert engine_costs(town, outcome) == plain_costs(town, inputs.network, changes)


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_changed_streets_and_places_together_are_a_full_run(seed, is_assigned):
    random = np.random.default_rng(seed)
    town = random_town(seed, is_assigned=is_assigned)
    base = prepare(named(town), threads=1)
    book = Ledger(town)
    changes = random_street_changes(random, town)
    for serial in range(3):
        outcome = answered(base, changes)
        whole, then = full_run(outcome)
        for number, name in enumerate(AMOUNT_NAMES):
            assert outcome.amount(name).tobytes() == whole.amount[number].tobytes(), name
        assert outcome.flags().tobytes() == whole.flags.tobytes()
        ledger = capacity(outcome, then)
        for name in ("used", "above_need", "no_demand", "children"):
            assert getattr(ledger, name).tolist() == getattr(whole.capacity, name).tolist(), name
        changes.append(random_change(random, book, serial))
        book.make(changes[-1])


@any_town
@given(seed=SEEDS)
def test_a_new_street_makes_no_walk_longer_and_a_closed_one_none_shorter(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    base = prepare(named(town), threads=1)
    changes = random_street_changes(random, town)
    before = engine_costs(town, what_if(base, [], threads=1))
    added = engine_costs(town, answered(base, new_streets(changes)))
    closed = [change for change in changes if isinstance(change, CloseStreet)]
    shut_off = engine_costs(town, answered(base, closed))
    assert all(added[pair] <= cm for pair, cm in before.items())
    assert all(cm >= before[pair] for pair, cm in shut_off.items())


@any_town
@given(seed=SEEDS, threads=st.sampled_from([1, 2, 4]))
def test_streets_added_and_closed_again_and_closed_and_reopened_leave_the_city_as_it_was(
    seed, threads
):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    base = prepare(named(town), threads=threads)
    changes = random_street_changes(random, town)
    undo = [
        CloseStreet(change.code) if isinstance(change, AddStreet) else ReopenStreet(change.code)
        for change in changes
    ]
    outcome = what_if(base, [*changes, *undo], threads=threads)
    assert outcome.ground is base.ground
    assert outcome.zone.size == 0
    assert outcome.touches == ()


# --- Beside the true full run -----------------------------------------------------------------


def all_marked(town):
    """The same town, no node of it contracted: a piece is an edge."""
    pieces = town.pieces
    return town.but(pieces=replace(pieces, node_mark=np.ones_like(pieces.node_mark)))


def node_at(town, spot):
    """The node that a street beginning somewhere is joined to; None in the middle of another."""
    network = inputs_of(town).network
    at = snap(network, spot[None], farthest_leg_cm=0)
    edge, cm = int(at.edge[0]), int(at.to_start_cm[0])
    ends = {0: network.edge_start, int(network.edge_cm[edge]): network.edge_end}
    return int(network.node_id[ends[cm][edge]]) if edge >= 0 and cm in ends else None


@any_town
@given(seed=SEEDS)
def test_a_street_nobody_stands_nearer_to_is_a_full_run_on_the_network_with_it(seed):
    random = np.random.default_rng(seed)
    town = all_marked(random_town(seed))
    pieces = town.pieces
    # Beside another street all the way, so that nobody stands nearer, and as long as we please.
    row = int(random.integers(pieces.code.size))
    line = pieces.xy_m[pieces.offset[row] : pieces.offset[row + 1]]
    length = int(random.integers(1, 60_000))
    # Where another street passes over its end by chance, that one may be joined instead.
    ends = [int(node[row]) for node in (pieces.start_node, pieces.end_node)]
    assume(node_at(town, line[0]) == ends[0] and node_at(town, line[-1]) == ends[1])
    outcome = answered(prepare(named(town), threads=1), [AddStreet("zz", line, length, 0)])
    longer = replace(
        pieces,
        code=np.append(pieces.code, "zz"),
        start_node=np.append(pieces.start_node, pieces.start_node[row]),
        end_node=np.append(pieces.end_node, pieces.end_node[row]),
        length_um=np.append(pieces.length_um, length * 10_000),
        street_class=np.append(pieces.street_class, 1).astype(np.int16),
        speed_kmh=np.append(pieces.speed_kmh, 0).astype(np.int16),
        features=np.append(pieces.features, 0).astype(np.uint8),
        xy_m=np.vstack((pieces.xy_m, line)),
        offset=np.append(pieces.offset, pieces.offset[-1] + line.shape[0]),
    )
    assert_as_assessed(outcome, town.but(pieces=longer))


@any_town
@given(seed=SEEDS)
def test_a_closed_street_nobody_stands_on_is_a_full_run_on_the_network_without_it(seed):
    random = np.random.default_rng(seed)
    town = all_marked(random_town(seed))
    base = prepare(named(town), threads=1)
    pieces = town.pieces
    row = int(random.integers(pieces.code.size))
    taken = {
        *base.ground.terrain.points.snap.edge.tolist(),
        *base.ground.entrances.snap.edge.tolist(),
    }
    piece = base.inputs.network.edge_piece
    rank = int(np.searchsorted(np.sort(pieces.code), pieces.code[row]))
    edge = int(np.flatnonzero((piece == rank) | (piece == ~rank))[0])
    assume(edge not in taken)
    kept = np.arange(pieces.code.size) != row
    counts = np.diff(pieces.offset)
    nodes = np.isin(
        pieces.node_id, np.concatenate((pieces.start_node[kept], pieces.end_node[kept]))
    )
    without = replace(
        pieces,
        **{
            name: getattr(pieces, name)[kept]
            for name in (
                *("code", "start_node", "end_node", "length_um"),
                *("street_class", "speed_kmh", "features"),
            )
        },
        xy_m=pieces.xy_m[np.repeat(kept, counts)],
        offset=np.concatenate(([0], np.cumsum(counts[kept]))),
        **{name: getattr(pieces, name)[nodes] for name in ("node_id", "node_xy_m", "node_mark")},
    )
    outcome = what_if(base, [CloseStreet(str(pieces.code[row]))], threads=1)
    assert_as_assessed(outcome, town.but(pieces=without))


def assert_as_assessed(outcome, town):
    full = town.assess(threads=1)
    for name in AMOUNT_NAMES:
        assert outcome.amount(name).tobytes() == getattr(full, name).tobytes(), name
    assert outcome.flags().tobytes() == full.flags.tobytes()
    for s, g in np.ndindex(full.points.shape):
        if full.points.applies(s, g) and outcome.base.inputs.requirements.mode[s] == 0:
            points = outcome.points(s, g)
            assert full.points.places(s, g)[points.row].tolist() == points.places.tolist()


# --- By hand ------------------------------------------------------------------------------------


def two_banks():
    """Two streets 100 m apart, joined only at their far west end; a school on the north bank."""
    lines = [
        (1, 2, [(0, 0), (1000, 0)]),
        (3, 4, [(0, 100), (1000, 100)]),
        (1, 3, [(0, 0), (0, 100)]),
    ]
    town = random_town(1, services=1)
    demand = replace(
        town.demand,
        code=np.array(["south"]),
        xy_m=np.array([[900.0, 0.0]]),
        children_micro=np.full((1, GROUPS), 3 * MICRO),
        zone=np.zeros(1, np.int32),
        edge=np.zeros(1, np.bool_),
        boundary_cm=np.zeros(1, np.int32),
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
        capacity_micro=np.array([12 * MICRO]),
        admits=np.ones((1, 1, GROUPS), np.bool_),
    )
    requirements = replace(
        town.requirements,
        reach_cm=np.full((1, GROUPS), 50_000, np.int32),
        provision_micro=np.full((1, GROUPS), MICRO),
        participation_micro=np.full((1, GROUPS), MICRO),
        mode=np.zeros(1, np.uint8),
    )
    return town.but(
        pieces=streets(lines),
        demand=demand,
        places=places,
        pools=pools,
        requirements=requirements,
        incomplete=np.zeros((1, ZONES), np.bool_),
    )


def test_a_bridge_brings_a_school_into_reach_and_closing_it_takes_it_away():
    base = prepare(named(two_banks()), threads=1)
    # 1,900 m round by the west; by the bridge 100 m west, 100 m over, 100 m east.
    bridge = AddStreet("bridge", np.array([[800.0, 2.0], [800.0, 98.0]]), 9_600, 500)
    assert base.amount[SERVED].sum() == 0
    over = what_if(base, [bridge])
    assert over.amount("served")[0, 0].tolist() == [3 * MICRO] * GROUPS
    assert engine_costs(two_banks(), over) == {(0, 0): 10_000 + 200 + 9_600 + 200 + 10_000}
    assert over.gain().tolist() == [[3 * MICRO] * GROUPS]
    assert what_if(base, [bridge, CloseStreet("bridge")]).zone.size == 0


def test_who_lives_on_a_closed_street_leaves_it_and_nobody_passes():
    town = two_banks()
    base = prepare(named(town), threads=1)
    west, south = "way/0002:0", "way/0000:0"
    round_west = {(0, 0): 90_000 + 10_000 + 90_000}
    assert engine_costs(town, what_if(base, [])) == round_west
    assert engine_costs(town, what_if(base, [CloseStreet(west)])) == {}
    assert engine_costs(town, what_if(base, [CloseStreet(south)])) == round_west


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([CloseStreet("nowhere")], "change 1: there is no street piece 'nowhere'"),
        ([CloseStreet("way/0000:0")] * 2, "change 2: street piece 'way/0000:0' is closed already"),
        ([ReopenStreet("way/0000:0")], "change 1: street piece 'way/0000:0' is open already"),
        (
            [AddStreet("way/0000:0", np.zeros((2, 2)), 1, 0)],
            "change 1: there is a street piece 'way/0000:0' already",
        ),
        (
            [AddStreet("far", np.array([[500.0, 500.0], [600.0, 500.0]]), 10_000, 1_000)],
            "change 1: no end of street piece 'far' lies within 1000 cm of a street",
        ),
        ([AddStreet("nan", np.full((2, 2), np.nan), 1, 0)], "change 1: a vertex of 'nan'"),
        ([AddStreet("dot", np.zeros((1, 2)), 1, 0)], "change 1: street piece 'dot' needs two"),
        ([AddStreet("flat", np.zeros((2, 2)), 0, 0)], "change 1: street piece 'flat' is 0 cm"),
        (
            [
                CloseStreet("way/0000:0"),
                AddStreet("on", np.array([[500.0, 0.0], [500.0, 100.0]]), 10_000, 0),
            ],
            "change 2: street piece 'on' begins on a piece that is closed",
        ),
    ],
)
def test_a_street_that_cannot_be_changed_is_refused_by_the_number_of_its_change(changes, message):
    base = prepare(named(two_banks()), threads=1)
    with pytest.raises(InputError, match=f"^{re.escape(message)}"):
        what_if(base, changes)


def test_no_street_is_closed_where_nothing_tells_their_codes():
    base = prepare(inputs_of(two_banks()), threads=1)
    with pytest.raises(InputError, match="change 1: nothing tells which street is 'way/0000:0'"):
        what_if(base, [CloseStreet("way/0000:0")])
