"""Profiles: what a street counts, what a crossing costs, what is forbidden, what must hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.search import FAR_CM
from atlas.engine.network import build
from atlas.engine.positions import graph_of
from atlas.engine.profiles import any_route, cm_of_seconds
from atlas.engine.snapping import Snap
from atlas.engine.streets import BARRIER, BRIDGE, CROSSING, GATE, SIGNAL, STEPS
from atlas.engine.walks import BY_BRIDGE, BY_CROSSING, BY_SIGNAL, walk_of
from tests.unit.engine.towns import random_streets, streets
from tests.unit.engine.walking import (
    FAR,
    profile,
    searched,
)

SEEDS = st.integers(0, 2**32 - 1)
PATH, LANE, ROAD, MOTORWAY = range(4)
SAFE = profile([(1, 0, 0), (1, 0, 0), (1.5, 6_000, 0), (3, 20_000, 1)])
HOME, SHOP, NORTH, SOUTH, WEST, EAST = 1, 2, 3, 4, 5, 6
MIDDLE = 9
# A lane from west to east meets a road from north to south.
CROSS = [
    (WEST, MIDDLE, [(-100, 0), (0, 0)]),
    (MIDDLE, EAST, [(0, 0), (100, 0)]),
    (SOUTH, MIDDLE, [(0, -100), (0, 0)]),
    (MIDDLE, NORTH, [(0, 0), (0, 100)]),
]
CROSS_CLASSES = {0: (LANE,), 1: (LANE,), 2: (ROAD,), 3: (ROAD,)}


def crossing(*, marks=None, classes=None):
    return streets(CROSS, marks=marks, facts={**CROSS_CLASSES, **(classes or {})})


def at_nodes(network, *ids):
    """The very end of some edge at each node: only one edge may end there."""
    ends = []
    for one in ids:
        v = network.node_id.tolist().index(one)
        (e,) = np.flatnonzero((network.edge_start == v) | (network.edge_end == v)).tolist()
        ends.append((e, 0 if network.edge_start[e] == v else int(network.edge_cm[e])))
    edge, along = np.array(ends, np.int32).T.copy()
    return Snap(edge, along, network.edge_cm[edge] - along, np.zeros(len(ids), np.int32))


def cost(pieces, chosen, start, end):
    """What the way between two ends of the town costs."""
    network = build(pieces)
    snap = at_nodes(network, start, end)
    return int(searched(network, walk_of(network, chosen), snap)[0, 1])


# --- What the rules say ---------------------------------------------------------------------------


def test_a_road_counts_its_factor_and_a_lane_its_length():
    assert cost(crossing(), any_route(4), WEST, EAST) == 20_000
    assert cost(crossing(marks={MIDDLE: SIGNAL}), SAFE, WEST, EAST) == 20_000
    assert cost(crossing(marks={MIDDLE: SIGNAL}), SAFE, SOUTH, NORTH) == 30_000


def test_who_crosses_a_road_pays_for_it_once_and_who_stays_on_it_pays_nothing():
    assert cost(crossing(), SAFE, WEST, EAST) == 20_000 + 6_000
    assert cost(crossing(), SAFE, SOUTH, NORTH) == 30_000


def test_who_turns_into_a_road_pays_half_a_crossing():
    assert cost(crossing(), SAFE, WEST, NORTH) == 10_000 + 3_000 + 15_000


@pytest.mark.parametrize("mark", [SIGNAL, CROSSING, SIGNAL | GATE])
def test_a_signal_or_a_marked_crossing_makes_it_free(mark):
    assert cost(crossing(marks={MIDDLE: mark}), SAFE, WEST, EAST) == 20_000


def test_a_gate_protects_nobody():
    assert cost(crossing(marks={MIDDLE: GATE}), SAFE, WEST, EAST) == 26_000


def test_a_bridge_for_walkers_makes_it_free_and_a_bridge_of_the_road_does_not():
    def bridged(piece):
        town = crossing()
        return replace(town, features=np.where(np.arange(4) == piece, BRIDGE, 0).astype(np.uint8))

    assert cost(bridged(1), SAFE, WEST, EAST) == 20_000
    assert cost(bridged(3), SAFE, WEST, EAST) == 26_000


@pytest.mark.parametrize("quarters", range(4))
def test_only_a_bridge_that_begins_at_the_crossing_leads_over_it(quarters):
    def turned(line):
        spots = [complex(*vertex) * 1j**quarters for vertex in line]
        return [(spot.real, spot.imag) for spot in spots]

    bridge = [(MIDDLE, HOME, [(0, 0), (50, 0)]), (HOME, EAST, [(50, 0), (100, 0)])]
    lines = [CROSS[0], *bridge, *CROSS[2:]]
    town = streets(
        [(start, end, turned(line)) for start, end, line in lines],
        facts={0: (LANE,), 1: (LANE,), 2: (LANE,), 3: (ROAD,), 4: (ROAD,)},
    )
    near = replace(town, features=np.array([0, BRIDGE, 0, 0, 0], np.uint8))
    far = replace(town, features=np.array([0, 0, BRIDGE, 0, 0], np.uint8))
    assert cost(near, SAFE, WEST, EAST) == 20_000
    assert cost(far, SAFE, WEST, EAST) == 26_000


def test_a_crossing_over_one_s_own_road_does_not_help_over_the_others():
    # Three roads and a path; the marked crossing lies on the northern one.
    near = replace(SAFE, aside_cm=2_000)
    town = zebra(20, classes={0: (ROAD,), 1: (PATH,)})
    assert cost(town, near, SOUTH, NORTH) == 30_000 + 3_000
    assert cost(town, SAFE, SOUTH, NORTH) == 30_000 + 6_000


def zebra(beside_m, *, classes=None):
    """The crossing, with a marked one on the road some way north of it."""
    lines = [*CROSS[:3], (MIDDLE, HOME, [(0, 0), (0, beside_m)])]
    lines.append((HOME, NORTH, [(0, beside_m), (0, 100)]))
    facts = {**CROSS_CLASSES, 4: (ROAD,), **(classes or {})}
    return streets(lines, facts=facts, marks={HOME: CROSSING})


def test_a_marked_crossing_a_few_steps_along_the_road_protects():
    near = replace(SAFE, aside_cm=2_000)
    assert cost(zebra(20), near, WEST, EAST) == 20_000
    assert cost(zebra(20), SAFE, WEST, EAST) == 26_000
    assert cost(zebra(21), near, WEST, EAST) == 26_000


def test_a_crossing_along_one_street_does_not_help_over_another():
    near = replace(SAFE, aside_cm=2_000)
    assert cost(zebra(20, classes={2: (MOTORWAY,)}), near, WEST, EAST) == 20_000 + 20_000
    # Along the lane itself nobody crosses the road.
    lines = [CROSS[0], (MIDDLE, HOME, [(0, 0), (10, 0)]), (HOME, EAST, [(10, 0), (100, 0)])]
    facts = {0: (LANE,), 1: (LANE,), 2: (LANE,), 3: (ROAD,), 4: (ROAD,)}
    town = streets([*lines, *CROSS[2:]], facts=facts, marks={HOME: CROSSING})
    assert cost(town, near, WEST, EAST) == 26_000


def test_where_three_roads_meet_walking_on_is_crossing_the_third():
    classes = {0: (ROAD,), 1: (PATH,)}
    assert cost(crossing(classes=classes), SAFE, SOUTH, NORTH) == 30_000 + 6_000


def test_where_only_two_streets_meet_the_street_goes_on_under_another_class():
    town = streets(CROSS[:2], facts={0: (LANE,), 1: (ROAD,)})
    assert cost(town, SAFE, WEST, EAST) == 10_000 + 15_000


def test_of_several_other_streets_the_dearest_counts():
    classes = {2: (ROAD,), 3: (MOTORWAY,)}
    assert cost(crossing(classes=classes), SAFE, WEST, EAST) == 20_000 + 20_000


def test_an_odd_penalty_is_halved_upwards_at_either_side():
    odd = profile([(1, 0, 0), (1, 0, 0), (1, 5, 0), (1, 0, 0)])
    assert cost(crossing(), odd, WEST, EAST) == 20_000 + 3 + 3


def test_the_legal_speed_decides_within_a_class():
    by_speed = profile([(1, 0, 0), (1, 0, 0), (1, 0, 0), (1, 0, 0)], steps=(30, 50))
    by_speed.factor[ROAD] = [1_500, 1_000, 1_250, 2_000]
    for speed, counted in ((0, 30_000), (30, 20_000), (31, 25_000), (50, 25_000), (51, 40_000)):
        town = replace(crossing(), speed_kmh=np.full(4, speed, np.int16))
        assert cost(town, by_speed, SOUTH, NORTH) == counted


def test_a_forbidden_street_is_left_by_who_lives_there_and_walked_by_nobody_else():
    ring = [
        (WEST, MIDDLE, [(0, 0), (100, 0)]),
        (MIDDLE, EAST, [(100, 0), (300, 0)]),
        (MIDDLE, SOUTH, [(100, 0), (100, -100)]),
        (SOUTH, NORTH, [(100, -100), (300, -100)]),
        (NORTH, EAST, [(300, -100), (300, 0)]),
        (EAST, HOME, [(300, 0), (400, 0)]),
    ]
    town = streets(
        ring, facts={0: (LANE,), 1: (MOTORWAY,), 2: (PATH,), 3: (LANE,), 4: (PATH,), 5: (LANE,)}
    )
    banned = profile([(1, 0, 0), (1, 0, 0), (1, 0, 0), (1.5, 0, 1)])
    assert cost(town, any_route(4), WEST, HOME) == 40_000
    assert cost(town, banned, WEST, HOME) == 60_000
    network = build(town)
    walk = walk_of(network, banned)
    (motorway,) = np.flatnonzero(walk.is_forbidden).tolist()
    along = int(network.edge_cm[motorway] // 4)
    lives = Snap(*(np.array([x], np.int32) for x in (motorway, along, 20_000 - along, 0)))
    ends = at_nodes(network, WEST, HOME)
    both = Snap(
        *(
            np.concatenate((getattr(lives, n), getattr(ends, n)))
            for n in ("edge", "to_start_cm", "to_end_cm", "leg_cm")
        )
    )
    west, home = searched(network, walk, both)[0, 1:].tolist()
    assert sorted((west, home)) == [10_000 + 7_500, 10_000 + 22_500]


def test_wheels_take_no_steps_and_do_not_pass_a_barrier():
    on_wheels = profile([(1, 0, 0)] * 4, takes_steps=False, barrier_cm=-1)
    assert cost(crossing(), on_wheels, WEST, EAST) == 20_000
    assert cost(crossing(marks={MIDDLE: BARRIER}), on_wheels, WEST, EAST) == FAR
    stairs = streets(
        [CROSS[0], (MIDDLE, HOME, [(0, 0), (50, 0)]), (HOME, EAST, [(50, 0), (100, 0)])],
    )
    stairs = replace(stairs, features=np.array([0, STEPS, 0], np.uint8))
    assert cost(stairs, any_route(4), WEST, EAST) == 20_000
    assert cost(stairs, on_wheels, WEST, EAST) == FAR
    slow = profile([(1, 0, 0)] * 4, barrier_cm=701)
    assert cost(crossing(marks={MIDDLE: BARRIER}), slow, WEST, EAST) == 20_000 + 702


def test_any_route_walks_the_network_s_own_search_graph():
    network = build(random_streets(np.random.default_rng(3)))
    walk = walk_of(network, any_route(3))
    assert [a.tolist() for a in walk.graph] == [a.tolist() for a in graph_of(network)]
    assert walk.arc_edge.tolist() == network.arc_edge.tolist()
    assert not walk.start_cm.any()
    assert walk.is_through.all()


def test_of_parallel_streets_the_least_of_each_profile_is_searched():
    town = streets(
        [
            (WEST, MIDDLE, [(-100, 0), (0, 0)]),
            (MIDDLE, EAST, [(0, 0), (100, 0)]),
            (MIDDLE, EAST, [(0, 0), (50, 20), (100, 0)]),
            (EAST, HOME, [(100, 0), (200, 0)]),
        ],
        facts={0: (LANE,), 1: (ROAD,), 2: (PATH,), 3: (LANE,)},
        marks={MIDDLE: SIGNAL, EAST: SIGNAL},
    )
    detour = int(np.floor(200 * np.hypot(50, 20)))
    assert cost(town, any_route(4), WEST, HOME) == 30_000
    assert cost(town, SAFE, WEST, HOME) == 20_000 + detour


def test_what_protects_is_told():
    network = build(crossing(marks={MIDDLE: SIGNAL | CROSSING}))
    walk = walk_of(network, SAFE)
    at = network.node_id.tolist().index(MIDDLE)
    assert walk.protection[at] == BY_SIGNAL | BY_CROSSING
    assert sorted((walk.start_bare_cm + walk.end_bare_cm).tolist()) == [0, 0, 3_000, 3_000]
    assert not walk.start_cm.any()
    assert not walk.end_cm.any()
    town = replace(crossing(), features=np.array([BRIDGE, 0, 0, 0], np.uint8))
    assert walk_of(build(town), SAFE).protection.max() == BY_BRIDGE


def test_the_ban_is_lifted_at_home_and_the_factor_is_not_or_a_detour_would_be_shorter():
    """Were the first and last stretch walked at its bare length, home to shop by way of the middle
    of the road would cost less than home to shop."""
    network = build(streets([(WEST, EAST, [(0, 0), (100, 0)])], facts={0: (ROAD,)}))
    walk = walk_of(network, SAFE)
    middle = Snap(
        *(
            np.array(x, np.int32)
            for x in ([0, 0, 0], [0, 5_000, 10_000], [10_000, 5_000, 0], [0, 0, 0])
        )
    )
    d = searched(network, walk, middle)
    assert d[0, 2] == 15_000
    assert d[0, 1] + d[1, 2] == 15_000


# --- What is refused ------------------------------------------------------------------------------


def test_seconds_become_centimetres_once():
    assert cm_of_seconds(60, 1.11) == 6_660
    assert cm_of_seconds(20, 0.67) == 1_340
    assert cm_of_seconds(0.5, 0.01) == 0
    for seconds, speed in ((-1, 1), (1, 0)):
        with pytest.raises(InputError, match="no walk"):
            cm_of_seconds(seconds, speed)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"factor": np.full((4, 2), 999, np.int32)}, InputError, "below 1"),
        ({"factor": np.full((4, 2), 2**30, np.int32)}, InputError, "above 1,000"),
        ({"factor": np.full((3, 2), 1000, np.int32)}, ShapeError, "is_forbidden"),
        ({"crossing_cm": np.full((4, 2), -1, np.int32)}, InputError, "crossing"),
        ({"up_to_kmh": np.array([50], np.int16)}, ShapeError, "factor"),
        ({"barrier_cm": -2}, InputError, "barrier"),
        ({"aside_cm": -1}, InputError, "aside"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(change, error, words):
    with pytest.raises(error, match=words):
        walk_of(build(crossing()), replace(SAFE, **change))


def test_speeds_that_do_not_rise_are_refused():
    with pytest.raises(InputError, match="rise"):
        walk_of(build(crossing()), profile([(1, 0, 0)] * 4, steps=(50, 30)))


def test_a_street_of_a_class_the_profile_does_not_know_is_refused():
    with pytest.raises(InputError, match="class"):
        walk_of(build(crossing()), any_route(2))


def test_a_street_that_costs_more_than_the_engine_counts_is_refused():
    long = replace(crossing(), length_um=np.full(4, 5 * 10**12))
    with pytest.raises(InputError, match="costs more"):
        walk_of(build(long), replace(SAFE, factor=3 * SAFE.factor))
    assert FAR_CM > 2**30
