"""Which zones are neighbours."""

from __future__ import annotations

import numpy as np
import shapely

from atlas.assessments.clustering import neighbours


def squares(*corners, side=100.0):
    """Squares by their south-western corners, in metres."""
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in corners])


def pairs(shape, tolerance_m=1.0):
    return [tuple(pair) for pair in neighbours(shape, tolerance_m).tolist()]


def test_squares_that_share_a_side_or_a_corner_are_neighbours_once() -> None:
    block = squares((0, 0), (100, 0), (0, 100), (100, 100))
    assert pairs(block) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_nobody_is_its_own_neighbour_and_a_square_between_parts_two() -> None:
    assert pairs(squares((0, 0), (100, 0), (200, 0))) == [(0, 1), (1, 2)]
    assert pairs(squares((0, 0))) == []


def test_two_hands_may_draw_a_border_as_far_apart_as_is_tolerated() -> None:
    apart = squares((0, 0), (100.9, 0), (202.0, 0))
    assert pairs(apart) == [(0, 1)]
    assert pairs(apart, 0.5) == []
    assert pairs(apart, 1.2) == [(0, 1), (1, 2)]


def test_without_zones_there_are_no_neighbours() -> None:
    assert neighbours(np.zeros(0, object), 1.0).shape == (0, 2)
