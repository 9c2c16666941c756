"""Floating catchments from pairs: the worked toy, published values, and what weights must be."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from atlas.engine import decay
from atlas.engine.decay import thirds
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.floating import Pairs, float_catchments
from atlas.engine.types import MICRO

COST_CM = np.array([[15_000, 45_000], [35_000, 25_000], [90_000, 38_000]])
NEED = np.array([100, 200, 50]) * MICRO
SEATS = np.array([30, 60]) * MICRO


def toy(weight_micro):
    child, place = np.indices(COST_CM.shape).reshape(2, -1)
    return Pairs(child, place, weight_micro.ravel())


def test_the_toy_of_the_method_in_thirds():
    floating = float_catchments(toy(decay.stepped(COST_CM, 60_000, thirds())), NEED, SEATS)
    assert floating.ratio == pytest.approx([0.127119, 0.3125], abs=5e-7)
    assert floating.access == pytest.approx([0.195869, 0.298941, 0.2125], abs=5e-7)
    assert (NEED / MICRO) @ floating.access == pytest.approx(90, abs=1e-9)


def test_the_toy_of_the_method_is_as_unequal_as_it_says():
    access = float_catchments(toy(decay.stepped(COST_CM, 60_000, thirds())), NEED, SEATS).access
    people = NEED / MICRO
    apart = np.abs(access[:, None] - access[None, :])
    mean = people @ access / people.sum()
    gini = people @ apart @ people / (2 * people.sum() ** 2 * mean)
    assert gini == pytest.approx(0.095524, abs=5e-7)


def test_the_toy_of_the_method_within_400_metres():
    weight = np.where(COST_CM <= 40_000, MICRO, 0)
    floating = float_catchments(toy(weight), NEED, SEATS)
    assert floating.ratio == pytest.approx([0.1, 0.24], abs=1e-11)
    assert floating.access == pytest.approx([0.10, 0.34, 0.24], abs=1e-11)


def test_the_toy_of_the_method_where_children_divide_themselves():
    weight = decay.stepped(COST_CM, 60_000, thirds())
    floating = float_catchments(toy(weight), NEED, SEATS, three_step=True)
    assert floating.ratio == pytest.approx([0.200044, 0.566213], abs=5e-7)
    assert floating.access == pytest.approx([0.186433, 0.260527, 0.385025], abs=5e-7)


def hospital():
    folder = Path(os.environ.get("ATLAS_REAL_DATA", "../shared/data"))
    path = folder / "reference/access_hospital/expected.json"
    if not path.exists():
        assert os.environ.get("CI") != "true", f"{path} is absent"
        pytest.skip(f"{path} is absent")
    return json.loads(path.read_text())


def hospital_costs(inbound, outbound, cross):
    """Child's tract down, doctor's tract across; a tract is 1 away from itself."""
    return [[1, cross, inbound], [cross, 1, inbound], [outbound, outbound, 1]]


@pytest.mark.real
def test_the_twelve_published_values_of_the_hospital_example_are_met():
    published = hospital()
    people = np.array([tract["pop"] for tract in published["tracts"]]) * MICRO
    doctors = np.array([tract["doc"] for tract in published["tracts"]]) * MICRO
    child, place = np.indices((3, 3)).reshape(2, -1)
    met = 0
    for scenario in published["scenarios"].values():
        cost = np.array(hospital_costs(*scenario["cost_inbound_outbound_cross"]))
        weight = decay.table(
            cost.ravel(), np.array([1, 20, 40, 60]), np.array([MICRO, 50_000, 25_000, 16_667])
        )
        floating = float_catchments(Pairs(child, place, weight), people, doctors)
        # Shares are counted in 2**-40: three of them are off by at most half of that each.
        expected = list(scenario["2sfca"].values())
        assert floating.access == pytest.approx(expected, rel=0, abs=1.5 * 2**-40 + 1e-15)
        met += len(expected)
    assert met == 12


def test_shares_are_the_exact_fractions_rounded_once():
    random = np.random.default_rng(1)
    need = random.integers(0, 10**9, 20)
    seats = random.integers(0, 10**12, 7)
    child, place = np.indices((20, 7)).reshape(2, -1)
    weight = random.integers(0, MICRO + 1, child.size) * (random.random(child.size) < 0.5)
    found = float_catchments(Pairs(child, place, weight), need, seats).access
    for i in range(20):
        access = Fraction(0)
        for j in range(7):
            crowd = sum(
                int(need[c]) * int(w)
                for c, p, w in zip(child, place, weight, strict=True)
                if p == j
            )
            mine = int(weight[i * 7 + j])
            if crowd and mine:
                share = Fraction(int(seats[j]) * mine, crowd)
                access += Fraction(int(share * 2**40 + Fraction(1, 2)), 2**40)
        assert found[i] == float(access)


def test_the_order_of_pairs_changes_no_digit():
    random = np.random.default_rng(2)
    child, place = np.indices((50, 30)).reshape(2, -1)
    weight = random.integers(1, MICRO, child.size)
    need, seats = random.integers(0, 10**8, 50), random.integers(0, 10**10, 30)
    shuffled = random.permutation(child.size)
    for three_step in (False, True):
        one, other = (
            float_catchments(
                Pairs(child[o], place[o], weight[o]), need, seats, three_step=three_step
            )
            for o in (np.arange(child.size), shuffled)
        )
        assert one.access.tobytes() == other.access.tobytes()
        assert one.ratio.tobytes() == other.ratio.tobytes()


@pytest.mark.parametrize(
    "weigh",
    [
        lambda cost: decay.linear(cost, 60_000),
        lambda cost: decay.exponential(cost, 60_000, 3.0),
        lambda cost: decay.exponential(cost, 60_000, 50.0),
        lambda cost: decay.gaussian(cost, 60_000, 0.4),
        lambda cost: decay.stepped(cost, 60_000, thirds()),
    ],
)
def test_a_weight_never_rises_and_stays_above_nothing_up_to_the_very_reach(weigh):
    weight = weigh(np.arange(60_003))
    assert (np.diff(weight) <= 0).all()
    assert weight[60_000] >= 1
    assert weight[60_001:].tolist() == [0, 0]
    assert weight[0] == MICRO


def test_the_upper_edge_of_a_step_belongs_to_it():
    edges = decay.stepped(np.array([20_000, 20_001, 40_000, 40_001, 60_000]), 60_000, thirds())
    assert edges.tolist() == [1_000_000, 680_000, 680_000, 220_000, 220_000]
    assert decay.stepped(np.array([333, 334]), 1_000, thirds()).tolist() == [1_000_000, 680_000]


def test_a_table_that_rises_is_refused():
    with pytest.raises(InputError, match="fall in weight"):
        decay.table(np.array([1]), np.array([1, 2]), np.array([5, 6]))
    with pytest.raises(InputError, match="above 0"):
        decay.gaussian(np.array([1]), 10, float("nan"))


def test_pairs_that_contradict_themselves_are_refused():
    one = np.array([0, 0])
    with pytest.raises(InputError, match="twice"):
        float_catchments(Pairs(one, one, one + 5), NEED, SEATS)
    with pytest.raises(InputError, match="not given"):
        float_catchments(Pairs(one + 3, one, one + 5), NEED, SEATS)
    with pytest.raises(InputError, match="range"):
        float_catchments(Pairs(one, np.array([0, 1]), one - 5), NEED, SEATS)
    with pytest.raises(ShapeError):
        float_catchments(Pairs(one, one, one[:1]), NEED, SEATS)
