"""The city's edge and what holds points."""

from __future__ import annotations

import numpy as np
import shapely

from atlas.engine.ground import FAR_CM, boundary_of, held_by, way_to_boundary_cm

WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
SEA = shapely.box(199, -50, 400, 150)


def test_the_border_between_two_zones_is_no_edge_of_the_city():
    boundary = boundary_of(np.array([WEST, EAST]), np.array([]), 0)
    assert way_to_boundary_cm(np.array([[100.0, 50.0]]), boundary).tolist() == [5000]


def test_nobody_lives_beyond_a_shore():
    boundary = boundary_of(np.array([WEST, EAST]), np.array([SEA]), 5)
    assert way_to_boundary_cm(np.array([[190.0, 50.0]]), boundary)[0] > 4900


def test_an_island_has_no_edge():
    sea = shapely.box(-50, -50, 250, 150).difference(shapely.box(0, 0, 200, 100))
    boundary = boundary_of(np.array([WEST, EAST]), np.array([sea]), 5)
    assert way_to_boundary_cm(np.array([[1.0, 1.0]]), boundary).tolist() == [FAR_CM]


def test_a_point_on_a_border_is_held_by_both_sides():
    area, point = held_by(np.array([WEST, EAST]), np.array([[50.0, 50.0], [100.0, 50.0]]))
    assert list(zip(area.tolist(), point.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]


def test_no_areas_hold_nobody():
    area, point = held_by(np.array([]), np.array([[1.0, 1.0]]))
    assert area.size == point.size == 0
