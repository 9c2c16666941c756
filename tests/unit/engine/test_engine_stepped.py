"""E2SFCA from costs: the same as from weights, whatever the order of the pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.coverage import thirds
from atlas.engine.decay import stepped
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.floating import Pairs, float_catchments
from atlas.engine.stepped import CostPairs, float_stepped
from atlas.engine.types import MICRO

SEEDS = st.integers(0, 2**32 - 1)
TOY_CM = np.array([[15_000, 45_000], [35_000, 25_000], [90_000, 38_000]])


def toy():
    child, place = np.divmod(np.arange(6), 2)
    return CostPairs(child, place, TOY_CM.ravel())


def test_the_toy_of_the_method_comes_out_as_printed():
    found = float_stepped(
        toy(), 60_000, thirds(), np.array([100, 200, 50]) * MICRO, np.array([30, 60]) * MICRO
    )
    assert found.ratio == pytest.approx([0.127119, 0.3125], abs=1e-6)
    assert found.access == pytest.approx([0.195869, 0.298941, 0.2125], abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS, threads=st.sampled_from([1, 2, 4]), narrow=st.booleans())
def test_costs_give_what_their_weights_give_to_the_last_digit(seed, threads, narrow):
    random = np.random.default_rng(seed)
    children, places = (int(n) for n in random.integers(1, 12, 2))
    at = np.flatnonzero(random.random(children * places) < 0.6)
    place, child = np.divmod(at, children)
    cost = random.integers(0, 1_300, at.size)
    reach = int(random.integers(1, 1_000))
    need = random.choice([0, 1, 5 * MICRO, 2**43], children)
    capacity = random.choice([0, 1, 7 * MICRO, 2**59], places)
    order = random.permutation(at.size)
    mixed = np.stack((child, place, cost))[:, order].astype(np.int32 if narrow else np.int64)
    pairs = CostPairs(mixed[0], mixed[1], mixed[2])
    found = float_stepped(pairs, reach, thirds(), need, capacity, threads=threads)
    weighed = Pairs(child, place, stepped(cost, reach, thirds()))
    expected = float_catchments(weighed, need, capacity)
    assert found.ratio.tobytes() == expected.ratio.tobytes()
    assert found.access.tobytes() == expected.access.tobytes()


def test_a_cost_of_just_the_reach_counts_and_one_more_does_not():
    pairs = CostPairs(np.array([0, 1]), np.array([0, 0]), np.array([900, 901]))
    found = float_stepped(pairs, 900, thirds(), np.full(2, MICRO), np.array([MICRO]))
    assert found.access[0] == pytest.approx(1.0)
    assert found.access[1] == 0


def test_without_pairs_nothing_arrives():
    none = np.zeros(0, np.int64)
    found = float_stepped(
        CostPairs(none, none, none), 900, thirds(), np.full(2, MICRO), np.array([MICRO])
    )
    assert found.access.tolist() == [0, 0]
    assert found.ratio.tolist() == [0]


@pytest.mark.parametrize(
    ("child", "place", "cost", "message"),
    [
        ([0, 0], [0, 0], [1, 1], "comes twice"),
        ([2], [0], [1], "not given"),
        ([0], [-1], [1], "not given"),
        ([0], [0], [-1], "out of range"),
    ],
)
def test_pairs_that_mean_nothing_are_refused(child, place, cost, message):
    pairs = CostPairs(np.array(child), np.array(place), np.array(cost))
    with pytest.raises(InputError, match=message):
        float_stepped(pairs, 900, thirds(), np.full(2, MICRO), np.array([MICRO]))


def test_amounts_out_of_range_and_columns_of_different_length_are_refused():
    with pytest.raises(InputError, match="a need"):
        float_stepped(toy(), 9, thirds(), np.array([-1, 0, 0]), np.array([1, 1]))
    with pytest.raises(InputError, match="a capacity"):
        float_stepped(toy(), 9, thirds(), np.array([1, 0, 0]), np.array([1, -1]))
    with pytest.raises(ShapeError, match="differ in length"):
        float_stepped(
            CostPairs(np.zeros(2, int), np.zeros(1, int), np.zeros(2, int)),
            9,
            thirds(),
            np.zeros(1, np.int64),
            np.zeros(1, np.int64),
        )
