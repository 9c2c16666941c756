"""Pairs kept: every point within a limit of each place, at the cost found by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError
from atlas.engine.kernels.search import (
    FAR_CM,
    forget,
    larger,
    points_within,
    queue_of,
    scratch,
)
from atlas.engine.network import build
from atlas.engine.pairs import reached_pairs
from atlas.engine.positions import doors_of, graph_of, stand
from atlas.engine.sharing import Terrain
from atlas.engine.snapping import snap
from tests.unit.engine.by_hand import distances
from tests.unit.engine.towns import random_town

SEEDS = st.integers(0, 2**32 - 1)


def terrain_of(town, threads):
    network = build(town.pieces)
    stands, enters = snap(network, town.demand.xy_m), snap(network, town.places.entrance_xy_m)
    owner = town.places.entrance_place
    doors = doors_of(network, owner, enters, town.places.code.size)
    terrain = Terrain(graph_of(network), stand(network, stands), doors, threads)
    return terrain, distances(network, stands, enters, owner)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, threads=st.sampled_from([1, 2]), limit=st.sampled_from([0, 15_000, 90_000]))
def test_pairs_are_those_found_by_hand(seed, threads, limit):
    terrain, cost = terrain_of(random_town(seed), threads)
    found = reached_pairs(terrain, limit)
    place = np.repeat(np.arange(found.place_first.size - 1), np.diff(found.place_first))
    pairs = zip(found.point.tolist(), place.tolist(), strict=True)
    assert dict(zip(pairs, found.cm.tolist(), strict=True)) == {
        pair: cm for pair, cm in cost.items() if cm <= limit
    }


def test_more_pairs_than_may_be_kept_are_refused():
    terrain, cost = terrain_of(random_town(8), 2)
    within = sum(cm <= 90_000 for cm in cost.values())
    assert within > 0
    assert reached_pairs(terrain, 90_000, most=within).point.size == within
    with pytest.raises(InputError, match="more than"):
        reached_pairs(terrain, 90_000, most=within - 1)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_a_queue_that_is_too_short_says_so_and_leaves_nothing_behind(seed):
    terrain, cost = terrain_of(random_town(seed), 1)
    graph, standing, doors = terrain.graph, terrain.points.standing, terrain.doors
    room = scratch(graph.start.size - 1, standing.along.size, 90_000)
    for place in range(doors.place_first.size - 1):
        queue = queue_of(1)
        count = points_within(graph, standing, doors, place, 90_000, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, standing, doors, place, 90_000, room, queue)
        found = {int(terrain.points.row[i]): int(room.point_cm[i]) for i in room.point[:count]}
        assert found == {i: cm for (i, p), cm in cost.items() if p == place and cm <= 90_000}
        forget(room, count)
        assert (room.point_cm == FAR_CM).all()
        assert (room.node_cm == FAR_CM).all()
        assert (room.bucket[:-1] == -1).all()


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, limits=st.lists(st.integers(0, 90_000), min_size=1, max_size=4))
def test_a_search_leaves_nothing_that_a_farther_or_nearer_one_would_find(seed, limits):
    terrain, cost = terrain_of(random_town(seed), 1)
    graph, standing, doors = terrain.graph, terrain.points.standing, terrain.doors
    room, queue = scratch(graph.start.size - 1, standing.along.size, 90_000), queue_of(1 << 14)
    for limit in limits:
        for place in range(doors.place_first.size - 1):
            count = points_within(graph, standing, doors, place, limit, room, queue)
            found = {int(terrain.points.row[i]): int(room.point_cm[i]) for i in room.point[:count]}
            assert found == {i: cm for (i, p), cm in cost.items() if p == place and cm <= limit}
            forget(room, count)
