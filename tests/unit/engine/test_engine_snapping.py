"""Snapping: the nearest place on an edge, found as shapely finds it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.network import build
from atlas.engine.snapping import snap
from tests.unit.engine.test_engine_network import shuffled
from tests.unit.engine.towns import random_streets, streets

SEEDS = st.integers(0, 2**32 - 1)
STREET = [(1, 2, [(0, 0), (100, 0)])]


def at(*places, lines=STREET, **options):
    found = snap(build(streets(lines)), np.array(places, dtype=float), **options)
    return [
        found.edge.tolist(),
        found.to_start_cm.tolist(),
        found.to_end_cm.tolist(),
        found.leg_cm.tolist(),
    ]


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_the_leg_is_the_least_distance_to_any_street(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    xy = random.uniform(-500, 1500, (40, 2))
    network = build(pieces)
    found = snap(network, xy)
    first = network.edge_vertex_first
    lines = [shapely.LineString(network.vertex_xy_m[a:b]) for a, b in pairwise(first.tolist())]
    for i, point in enumerate([shapely.Point(*place) for place in xy]):
        distance = min(shapely.distance(point, line) for line in lines)
        if found.edge[i] < 0:
            assert distance > 299.99
            continue
        line = lines[found.edge[i]]
        assert found.leg_cm[i] == pytest.approx(100 * distance, abs=0.51)
        assert found.leg_cm[i] <= 30_000
        assert found.to_start_cm[i] + found.to_end_cm[i] == network.edge_cm[found.edge[i]]
        place = shapely.line_interpolate_point(
            line, found.to_start_cm[i] / network.edge_cm[found.edge[i]], normalized=True
        )
        assert 100 * shapely.distance(point, place) == pytest.approx(found.leg_cm[i], abs=1.5)


def test_a_point_meets_the_street_between_its_ends():
    assert at((30, 4)) == [[0], [3_000], [7_000], [400]]


def test_a_leg_of_exactly_300_metres_is_walked_and_one_centimetre_more_is_not():
    assert at((50, 300))[3] == [30_000]
    assert at((50, 300.004))[3] == [30_000]
    assert at((50, 300.01)) == [[-1], [-1], [-1], [-1]]
    assert at((50, 20), farthest_leg_cm=1_999)[0] == [-1]


def test_a_point_far_outside_the_streets_meets_none():
    assert at((1e7, -1e7), (-5e6, 0))[0] == [-1, -1]


def test_of_streets_equally_near_the_smaller_code_wins():
    lower, upper = (1, 2, [(0, 0), (100, 0)]), (3, 4, [(0, 10), (100, 10)])
    for lines in ([lower, upper], [upper, lower]):
        network = build(streets(lines))
        edge = snap(network, np.array([[50.0, 5.0]])).edge[0]
        assert network.edge_rank[edge] == 0


def test_a_street_without_length_can_still_be_met():
    assert at((3, 4), lines=[(1, 2, [(0, 0), (0, 0)])])[3] == [500]


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_neither_the_order_of_points_nor_of_streets_nor_threads_change_a_digit(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    xy = np.round(random.uniform(-100, 1100, (50, 2)))
    order = random.permutation(50)
    one = snap(build(pieces), xy, threads=1)
    other = snap(build(shuffled(pieces, random)), xy[order], threads=2)
    for a, b in (
        (one.edge, other.edge),
        (one.to_start_cm, other.to_start_cm),
        (one.leg_cm, other.leg_cm),
    ):
        assert a[order].tolist() == b.tolist()


def test_no_points_and_no_streets_snap_to_nothing():
    assert snap(build(streets(STREET)), np.zeros((0, 2))).edge.size == 0


@pytest.mark.parametrize("nowhere", [np.nan, np.inf, -np.inf])
def test_a_point_that_is_nowhere_is_refused(nowhere):
    with pytest.raises(InputError, match="finite"):
        at((0, nowhere))


def test_points_need_two_columns_and_a_leg_is_not_negative():
    network = build(streets(STREET))
    with pytest.raises(ShapeError):
        snap(network, np.zeros((4, 3)))
    with pytest.raises(InputError, match="negative"):
        snap(network, np.zeros((1, 2)), farthest_leg_cm=-1)
