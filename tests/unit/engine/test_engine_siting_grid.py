"""A grid of candidates where children live."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.siting.grid import grid_over


def test_every_square_with_somebody_in_it_is_a_candidate_once():
    homes = np.array([[10.0, 20.0], [99.9, 0.0], [100.0, 0.0], [-0.1, 250.0]])
    code, middle = grid_over(homes, 100)
    assert code.tolist() == ["grid/100/-1/2", "grid/100/0/0", "grid/100/1/0"]
    assert middle.tolist() == [[-50.0, 250.0], [50.0, 50.0], [150.0, 50.0]]


def test_no_order_of_homes_changes_the_grid_and_a_code_stays_when_others_move_in():
    random = np.random.default_rng(1)
    homes = random.uniform(-900, 900, (50, 2))
    code, middle = grid_over(homes, 250)
    turned = grid_over(homes[::-1], 250)
    assert (code.tolist(), middle.tolist()) == (turned[0].tolist(), turned[1].tolist())
    more, _ = grid_over(np.vstack((homes, [[5_000.0, 5_000.0]])), 250)
    assert set(more.tolist()) - set(code.tolist()) == {"grid/250/20/20"}
    assert np.abs(homes[:, None] - middle[None]).max(axis=2).min(axis=1).max() <= 125


def test_nobody_needs_no_grid_and_a_grid_needs_a_side():
    assert grid_over(np.zeros((0, 2)), 100)[0].tolist() == []
    for homes, step, error in (
        (np.zeros((1, 3)), 100, ShapeError),
        (np.array([[np.nan, 0.0]]), 100, InputError),
        (np.zeros((1, 2)), 0, InputError),
    ):
        with pytest.raises(error):
            grid_over(homes, step)
