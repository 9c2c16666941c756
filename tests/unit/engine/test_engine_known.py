"""What is known of a zone's counts and levels, on a town of three cells and two zones."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.demand import CountQuality
from atlas.engine.errors import ShapeError
from atlas.engine.known import counts_known, known_weights, with_causes
from atlas.engine.margins import cut
from atlas.engine.need import Levels
from atlas.engine.values import Quality, Reason

MEASURED, ESTIMATED, MISSING = (
    CountQuality.MEASURED,
    CountQuality.ESTIMATED,
    CountQuality.MISSING,
)
# Cells 0 and 1 lie whole in zones 0 and 1; zone 2 holds both; the last point lies outside.
POINT_CELL = np.array([0, 0, 1, 1, 2], np.int32)
PIECES = cut(np.array([[0], [0], [1], [1], [-1]]), np.array([2, 2, -1], np.int32))


def known(*quality):
    column = np.array([[q] for q in quality], np.uint8)
    found = counts_known(column, POINT_CELL, PIECES)
    return tuple(
        part[:, 0].tolist() for part in (found.quality, found.is_missing, found.is_partial)
    )


def test_a_zone_of_measured_cells_is_measured() -> None:
    assert known(MEASURED, MEASURED, MEASURED)[0] == [Quality.MEASURED] * 3


def test_one_estimated_cell_makes_its_zone_and_the_zone_above_estimated() -> None:
    quality, _, _ = known(MEASURED, ESTIMATED, MEASURED)
    assert quality == [Quality.MEASURED, Quality.ESTIMATED, Quality.ESTIMATED]


def test_a_cell_outside_the_city_says_nothing_of_it() -> None:
    assert known(MEASURED, MEASURED, MISSING) == known(MEASURED, MEASURED, MEASURED)


def test_a_missing_cell_leaves_its_zone_missing_and_the_zone_above_partial() -> None:
    _, missing, partial = known(MISSING, MEASURED, MEASURED)
    assert missing == [True, False, False]
    assert partial == [True, False, True]


def test_a_cell_that_a_border_cuts_is_an_estimate_on_both_sides_and_whole_above() -> None:
    pieces = cut(np.array([[0], [1]]), np.array([2, 2, -1], np.int32))
    found = counts_known(np.zeros((1, 1), np.uint8), np.zeros(2, np.int32), pieces)
    assert found.quality[:, 0].tolist() == [1, 1, 0]


def test_a_zone_without_points_is_measured_and_empty() -> None:
    pieces = cut(np.array([[0]]), np.array([-1, -1], np.int32))
    found = counts_known(np.zeros((1, 1), np.uint8), np.zeros(1, np.int32), pieces)
    assert found.quality[1, 0] == Quality.MEASURED
    assert not found.is_missing[1, 0]


def test_causes_of_a_missing_level_are_told_apart() -> None:
    levels = Levels(
        np.array([[0.5, np.nan, np.nan, 0.5]]),
        np.array([[Reason.NONE, Reason.MISSING, Reason.MISSING, Reason.NONE]], np.uint8),
    )
    unsnapped, children = np.array([[1, 90, 10, 0]]), np.full((1, 4), 100)
    missing = np.array([[False, False, False, True]])
    found = with_causes(levels, unsnapped, children, missing, 1 / 3)
    assert found.reason.tolist() == [
        [Reason.NONE, Reason.NO_NETWORK, Reason.MISSING, Reason.MISSING]
    ]
    assert np.isnan(found.x[0, 1:]).all()
    assert found.x[0, 0] == 0.5


def test_weights_of_known_levels_sum_to_1_whatever_their_order() -> None:
    x = np.array([[0.1, np.nan, 0.3, 0.2], [np.nan] * 4])
    levels = Levels(x, np.isnan(x).astype(np.uint8))
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    found = known_weights(levels, weights)
    assert found[0] == pytest.approx([0.125, 0, 0.375, 0.5])
    assert found[1].tolist() == [0, 0, 0, 0]
    order = [3, 1, 0, 2]
    again = known_weights(Levels(levels.x[:, order], levels.reason[:, order]), weights[order])
    assert found[:, order].tobytes() == np.ascontiguousarray(again).tobytes()


def test_points_without_a_cell_are_refused() -> None:
    with pytest.raises(ShapeError):
        counts_known(np.zeros((3, 1), np.uint8), POINT_CELL[:2], PIECES)
