"""A path costs what the search says, lies on the streets, and tells its parts in order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import ShapeError
from atlas.engine.network import build
from atlas.engine.paths import Crossing, Leg, Spots, Stretch, cheapest_path, spots
from atlas.engine.profiles import any_route
from atlas.engine.streets import BARRIER, CROSSING, SIGNAL
from atlas.engine.walks import ASIDE, BY_SIGNAL, walk_of
from tests.unit.engine.test_engine_network import shuffled
from tests.unit.engine.towns import streets
from tests.unit.engine.walking import (
    FAR,
    positions,
    profile,
    random_profile,
    searched,
    varied_streets,
)

SEEDS = st.integers(0, 2**32 - 1)
LANE, ROAD = 0, 1
SAFE = profile([(1, 0, 0), (1.5, 6_000, 0)])
# A lane of three pieces meets a road in its middle; the last piece has a bend.
TOWN = [
    (1, 2, [(-100, 0), (-40, 0)]),
    (2, 9, [(-40, 0), (0, 0)]),
    (9, 3, [(0, 0), (100, 0), (100, 50)]),
    (4, 9, [(0, -100), (0, 0)]),
    (9, 5, [(0, 0), (0, 100)]),
]
CLASSES = {0: (LANE,), 1: (LANE,), 2: (LANE,), 3: (ROAD,), 4: (ROAD,)}


def town(**marks):
    return build(streets(TOWN, facts=CLASSES, marks=marks.get("marks")))


def path_of(network, chosen, start, *ends, **options):
    from_xy, to_xy = (np.array(xy, np.float64).reshape(-1, 2) for xy in (start, ends))
    walk = walk_of(network, chosen)
    return cheapest_path(network, walk, spots(network, from_xy), spots(network, to_xy), **options)


def told(path):
    """The parts of a path in few words."""
    words: list[tuple[object, ...]] = []
    for part in path.parts:
        if isinstance(part, Leg):
            words.append(("leg", part.cost_cm))
        elif isinstance(part, Crossing):
            words.append(("crossing", part.cost_cm, part.bare_cm, part.protection))
        else:
            words.append(("street", part.street_class, part.length_cm, part.cost_cm))
    return words


# --- By hand --------------------------------------------------------------------------------------


def test_a_path_tells_its_legs_its_streets_and_what_it_crosses():
    path = path_of(town(), SAFE, (-90, 5), (104, 50))
    assert told(path) == [
        ("leg", 500),
        ("street", LANE, 9_000, 9_000),
        ("crossing", 6_000, 6_000, 0),
        ("street", LANE, 15_000, 15_000),
        ("leg", 400),
    ]
    assert path.cost_cm == 30_900
    assert path.length_cm == 24_900


def test_a_signal_is_told_with_what_it_saves():
    path = path_of(town(marks={9: SIGNAL}), SAFE, (-90, 0), (100, 50))
    assert told(path)[2] == ("crossing", 0, 6_000, BY_SIGNAL)
    assert path.cost_cm == 24_000


def test_a_crossing_a_few_steps_aside_is_told():
    lines = [*TOWN[:4], (9, 6, [(0, 0), (0, 10)]), (6, 5, [(0, 10), (0, 100)])]
    network = build(streets(lines, facts={**CLASSES, 5: (ROAD,)}, marks={6: CROSSING}))
    path = path_of(network, replace(SAFE, aside_cm=1_500), (-90, 0), (100, 50))
    assert told(path)[2] == ("crossing", 0, 6_000, ASIDE)


def test_a_path_along_a_road_counts_more_than_it_is_long():
    path = path_of(town(), SAFE, (-90, 0), (0, 100))
    assert told(path)[1:4] == [
        ("street", LANE, 9_000, 9_000),
        ("crossing", 3_000, 3_000, 0),
        ("street", ROAD, 10_000, 15_000),
    ]


def test_a_path_names_the_pieces_it_meets_and_how_much_of_each():
    network = town()
    there, back = (
        path_of(network, SAFE, *pair) for pair in (((-90, 0), (50, 0)), ((50, 0), (-90, 0)))
    )
    streets_there = [part for part in there.parts if isinstance(part, Stretch)]
    streets_back = [part for part in back.parts if isinstance(part, Stretch)]
    assert [part.piece.tolist() for part in streets_there] == [[0, 1], [2]]
    assert [part.piece_cm.tolist() for part in streets_there] == [[5_000, 4_000], [5_000]]
    assert [part.piece.tolist() for part in streets_back] == [[2], [1, 0]]
    assert [part.piece_cm.tolist() for part in streets_back] == [[5_000], [4_000, 5_000]]


def test_a_path_lies_on_its_streets_bends_and_all():
    path = path_of(town(), SAFE, (-90, 5), (104, 50))
    expected = [[-90, 5], [-90, 0], [-40, 0], [0, 0], [100, 0], [100, 50], [104, 50]]
    assert path.line_m.tolist() == expected
    back = path_of(town(), SAFE, (104, 50), (-90, 5))
    assert back.line_m.tolist() == expected[::-1]


def test_neighbours_of_one_street_go_directly_along_it():
    path = path_of(town(), SAFE, (20, 0), (60, 0))
    assert told(path) == [("leg", 0), ("street", LANE, 4_000, 4_000), ("leg", 0)]
    assert path.line_m.tolist() == [[20, 0], [60, 0]]


def test_who_is_there_already_walks_only_legs():
    path = path_of(town(), SAFE, (20, 3), (20, -4))
    assert told(path) == [("leg", 300), ("leg", 400)]
    assert path.line_m.tolist() == [[20, 3], [20, 0], [20, -4]]


def test_the_nearest_of_several_ends_is_chosen_and_the_first_of_equals():
    ends = [(0, 100), (80, 0), (80, 0)]
    assert path_of(town(), SAFE, (20, 0), *ends).end == 1
    assert path_of(town(), SAFE, (20, 0), *ends[::-1]).end == 0
    assert path_of(town(), SAFE, (0, 40), *ends).end == 0


def test_an_end_that_is_safe_to_reach_may_be_another_than_the_nearest():
    home, across, round_the_corner = (-20, 0), (20, 0), (-95, 0)
    assert path_of(town(), any_route(2), home, across, round_the_corner).end == 0
    safe = profile([(1, 0, 0), (1.5, 8_000, 0)])
    assert path_of(town(), safe, home, across, round_the_corner).end == 1


def test_a_path_dearer_than_the_limit_is_none():
    assert path_of(town(), SAFE, (-90, 0), (100, 50), limit_cm=30_000).cost_cm == 30_000
    assert path_of(town(), SAFE, (-90, 0), (100, 50), limit_cm=29_999) is None
    assert path_of(town(), SAFE, (20, 0), (60, 0), limit_cm=3_999) is None


def test_where_no_street_is_near_or_none_connects_there_is_no_path():
    island = [*TOWN, (70, 71, [(2_000, 2_000), (2_100, 2_000)])]
    network = build(streets(island, facts={**CLASSES, 5: (LANE,)}))
    assert path_of(network, SAFE, (-90, 0), (2_050, 2_000)) is None
    assert path_of(network, SAFE, (-90, 0), (9_000, 9_000)) is None
    assert path_of(network, SAFE, (9_000, 9_000), (-90, 0)) is None
    assert path_of(network, SAFE, (-90, 0), (9_000, 9_000), (50, 0)).end == 1


def test_a_barrier_is_told_even_where_it_costs_nothing():
    network = town(marks={9: BARRIER | CROSSING})
    path = path_of(network, profile([(1, 0, 0), (1, 0, 0)], barrier_cm=400), (-90, 0), (50, 0))
    (crossing,) = [part for part in path.parts if isinstance(part, Crossing)]
    assert (crossing.cost_cm, crossing.has_barrier) == (400, True)
    free = path_of(network, any_route(2), (-90, 0), (50, 0))
    assert [part.has_barrier for part in free.parts if isinstance(part, Crossing)] == [True]


def test_a_ring_is_left_by_its_shorter_side():
    ring = [
        (1, 2, [(0, 0), (100, 0)]),
        (2, 2, [(100, 0), (150, 50), (200, 0), (150, -50), (100, 0)]),
    ]
    network = build(streets(ring, facts={0: (LANE,), 1: (LANE,)}))
    path = path_of(network, any_route(2), (150, 50), (20, 0))
    assert path.line_m.tolist() == [[150, 50], [100, 0], [20, 0]]
    assert path.cost_cm == 7_071 + 8_000


def test_a_path_starts_at_one_place():
    network = town()
    two = spots(network, np.zeros((2, 2)))
    with pytest.raises(ShapeError, match="one place"):
        cheapest_path(network, walk_of(network, SAFE), two, two)


# --- In any town ----------------------------------------------------------------------------------


def paths(seed, count=6):
    random = np.random.default_rng(seed)
    network = build(varied_streets(random))
    walk = walk_of(network, random_profile(random))
    snap = positions(network, random, count)
    xy = np.array([place_of(network, snap, i) for i in range(count)])
    return network, walk, Spots(xy, snap)


def place_of(network, snap, i):
    """Where on its edge a position lies."""
    low, high = network.edge_vertex_first[snap.edge[i] : snap.edge[i] + 2].tolist()
    along = network.vertex_along_m[low:high]
    at = along[-1] * int(snap.to_start_cm[i]) / max(int(network.edge_cm[snap.edge[i]]), 1)
    return [np.interp(at, along, network.vertex_xy_m[low:high, axis]) for axis in (0, 1)]


def taken(some, rows):
    return Spots(some.xy_m[rows], some.snap.taken(np.array(rows)))


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_a_path_costs_what_the_search_finds_and_its_parts_add_up_to_it(seed):
    network, walk, some = paths(seed)
    cost = searched(network, walk, some.snap)
    for i in range(6):
        for j in range(6):
            path = cheapest_path(network, walk, taken(some, [i]), taken(some, [j]))
            assert (FAR if path is None else path.cost_cm) == cost[i, j]
            if path is not None:
                assert sum(part.cost_cm for part in path.parts) == path.cost_cm
                assert path.cost_cm >= path.length_cm


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_of_many_ends_the_nearest_and_first_is_found(seed):
    network, walk, some = paths(seed)
    cost = searched(network, walk, some.snap)
    for i in range(6):
        others = [j for j in range(6) if j != i]
        path = cheapest_path(network, walk, taken(some, [i]), taken(some, others))
        if path is None:
            assert (cost[i, others] == FAR).all()
        else:
            assert path.end == int(np.argmin(cost[i, others]))


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_a_path_is_as_long_as_its_line_and_every_stretch_as_its_pieces(seed):
    network, walk, some = paths(seed)
    bare = Spots(some.xy_m, replace(some.snap, leg_cm=np.zeros(6, np.int32)))
    for i in range(5):
        path = cheapest_path(network, walk, taken(bare, [i]), taken(bare, [i + 1]))
        if path is None:
            continue
        length_m = np.hypot(*np.diff(path.line_m, axis=0).T).sum()
        # Streets are whole centimetres long, rounded down piece by piece.
        assert path.length_cm == pytest.approx(100 * length_m, abs=2 + 2 * len(path.parts) * 6)
        assert path.line_m[0].tolist() == bare.xy_m[i].tolist()
        assert path.line_m[-1].tolist() == bare.xy_m[i + 1].tolist()
        for part in path.parts:
            if isinstance(part, Stretch):
                assert part.piece_cm.sum() == part.length_cm


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_the_order_of_the_streets_changes_no_path(seed):
    random = np.random.default_rng(seed)
    pieces = varied_streets(random)
    chosen = random_profile(random)
    one, other = build(pieces), build(shuffled(pieces, random))
    some = positions(one, random, 4)
    xy = np.array([place_of(one, some, i) for i in range(4)])
    start, ends = taken(Spots(xy, some), [0]), taken(Spots(xy, some), [1, 2, 3])
    found = [cheapest_path(n, walk_of(n, chosen), start, ends) for n in (one, other)]
    if found[0] is None:
        assert found[1] is None
        return
    assert told(found[0]) == told(found[1])
    assert found[0].line_m.tolist() == found[1].line_m.tolist()
