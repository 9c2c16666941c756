"""Every weight form of the access index, through the assessment of a whole city."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.decay import (
    AccessForm,
    AccessSteps,
    Exponential,
    Gaussian,
    Linear,
    Table,
    gaussian,
    stepped,
    thirds,
)
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.floating import Pairs, float_catchments
from atlas.engine.network import build
from atlas.engine.snapping import snap
from atlas.engine.types import MICRO
from tests.unit.engine.by_hand import ByHand, rounded
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed
from tests.unit.engine.test_engine_coverage_properties import mixed_up
from tests.unit.engine.towns import UM_PER_CM, random_town, streets

SEEDS = st.integers(0, 2**32 - 1)
COST_M = [(150, 450), (350, 250), (900, 380)]
FORMS: list[AccessForm] = [thirds(), Linear(), Exponential(3.0), Gaussian(0.4)]
FAR = Table(np.array([10_000, 20_000, 400_000]), np.array([MICRO, 500_000, 1]))


@dataclass(frozen=True)
class StepsOverPairs:
    """The same steps, as the engine does not know them: over pairs instead of fused."""

    steps: AccessSteps

    def check(self):
        self.steps.check()

    def weights(self, cost, reach):
        return stepped(cost, reach, self.steps)


def toy(*, reach_m=600, **choices):
    """The three homes and two places of METHOD §11, each pair on a street of its own."""
    homes, doors = [(0, 0), (0, 100), (0, 200)], [(100, 0), (100, 100)]
    lines = [(i, 10 + j, [homes[i], doors[j]]) for i in range(3) for j in range(2)]
    lengths = np.array([metres for row in COST_M for metres in row]) * 100 * UM_PER_CM
    town = along_a_street([0, 0, 0], [0, 0], seats=[30, 60], reach_m=reach_m)
    return town.but(
        pieces=replace(streets(lines, marks=dict.fromkeys(range(3), 1)), length_um=lengths),
        demand=replace(
            town.demand,
            xy_m=np.array(homes, dtype=float),
            children_micro=np.array([[100], [200], [50]]) * MICRO,
        ),
        places=replace(town.places, entrance_xy_m=np.array(doors, dtype=float)),
        requirements=replace(town.requirements, **choices),
    )


def access(town):
    return town.assess().points.access(0, 0)


def test_the_toy_of_the_method_where_children_divide_themselves():
    assert access(toy(three_step=True)) == pytest.approx([0.186433, 0.260527, 0.385025], abs=5e-7)


def test_the_toy_of_the_method_in_thirds_over_pairs_is_that_of_the_fused_catchments():
    found = access(toy(access=StepsOverPairs(thirds())))
    assert found == pytest.approx([0.195869, 0.298941, 0.2125], abs=5e-7)
    assert found.tobytes() == access(toy()).tobytes()


def test_a_table_of_one_row_is_two_step_catchments():
    town = toy(reach_m=400, access=Table(np.array([40_000]), np.array([MICRO])))
    assert access(town) == pytest.approx([0.10, 0.34, 0.24], abs=1e-11)


def test_the_weighted_index_adds_up_to_the_seats():
    for form in FORMS:
        assert np.array([100, 200, 50]) @ access(toy(access=form)) == pytest.approx(90, abs=1e-8)


def test_linear_weights_in_the_head():
    # One home 300 m from one place: w cancels, all ten seats arrive at ten children.
    town = changed(along_a_street([1000], [1300]), "requirements", access=Linear())
    assert access(town) == pytest.approx([1], abs=1e-11)
    # A second home at the door weighs 1, the first 1 - 30000/50001 = 0.400008.
    town = changed(along_a_street([1000, 1300], [1300]), "requirements", access=Linear())
    near, far = 1, round(1 - 30_000 / 50_001, 6)
    whole = 10 * near + 10 * far
    assert access(town) == pytest.approx([10 * far / whole, 10 * near / whole], abs=1e-9)


def test_the_forms_are_those_of_given_pairs():
    cost = np.array(COST_M) * 100
    child, place = np.indices(cost.shape).reshape(2, -1)
    need, seats = np.array([100, 200, 50]) * MICRO, np.array([30, 60]) * MICRO
    for form in FORMS:
        weight = form.weights(cost.ravel(), 60_000)
        for three_step in (False, True):
            pairs = Pairs(child, place, weight)
            given_pairs = float_catchments(pairs, need, seats, three_step=three_step)
            found = access(toy(access=form, three_step=three_step))
            assert found.tobytes() == given_pairs.access.tobytes()


def test_a_gaussian_at_its_bandwidth_is_the_root_of_one_over_e():
    assert gaussian(np.array([24_000, 48_000]), 60_000, 0.4).tolist() == [606_531, 135_335]


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, is_assigned=st.booleans())
def test_steps_over_pairs_are_the_fused_steps_digit_for_digit(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    fused = town.assess().points
    kept = changed(town, "requirements", access=StepsOverPairs(thirds())).assess().points
    for one, other in zip(fused.blocks, kept.blocks, strict=True):
        assert one.access.tobytes() == other.access.tobytes()
        assert one.share.tobytes() == other.share.tobytes()


class AccessByHand:
    """The access index once more, with fractions."""

    def __init__(self, town, network, stands, enters):
        self.town = town
        self.hand = ByHand(town, network, stands, enters)
        self.points = range(town.demand.code.size)
        self.pools = range(town.pools.code.size)

    def weight(self, i, p, s, g):
        reach = int(self.town.requirements.reach_cm[s, g])
        cost = np.array([self.hand.cost[i, p]])
        return int(self.town.requirements.access.weights(cost, reach)[0])

    def pair(self, i, j, s, g):
        """Weight of a child at a pool it reaches, divided among places where it does so."""
        p = int(self.town.pools.place[j])
        mine = self.weight(i, p, s, g)
        if not self.town.requirements.three_step:
            return mine
        reached = {
            int(self.town.pools.place[k]) for k in self.pools if self.hand.reaches(i, k, s, g)
        }
        whole = sum(self.weight(i, q, s, g) for q in reached)
        return Fraction(int(Fraction(mine * mine * MICRO, whole) + Fraction(1, 2)), MICRO)

    def need(self, s, g):
        return self.hand.need(s, g) or 1

    def crowd(self, j):
        """Weighted need that reaches a pool."""
        return sum(
            self.need(s, g) * self.hand.children[i][g] * self.pair(i, j, s, g)
            for i in self.points
            for s, g in self.hand.pairs
            if self.hand.reaches(i, j, s, g)
        )

    def access(self, i, s, g):
        total = Fraction(0)
        counted: set[int] = set()
        for j in self.pools:
            if j in counted or not self.hand.reaches(i, j, s, g):
                continue
            twins = self.hand.twins(j) if self.town.pools.capacity_micro[j] >= 0 else []
            counted.update(twins)
            crowd = self.crowd(j)
            seats = sum(int(self.town.pools.capacity_micro[k]) for k in twins)
            if crowd and twins:
                total += rounded(seats * self.pair(i, j, s, g) / crowd)
        return total


@pytest.mark.parametrize("is_assigned", [False, True])
@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, form=st.sampled_from([*FORMS, FAR]), three_step=st.booleans())
def test_the_access_index_of_random_towns_is_that_by_hand(is_assigned, seed, form, three_step):
    town = random_town(seed, is_assigned=is_assigned)
    town = changed(town, "requirements", access=form, three_step=three_step)
    network = build(town.pieces)
    stands, enters = snap(network, town.demand.xy_m), snap(network, town.places.entrance_xy_m)
    hand = AccessByHand(town, network, stands, enters)
    points = town.assess().points
    for s, g in hand.hand.pairs:
        if not points.applies(s, g) or town.requirements.mode[s] == 1:
            continue
        found = points.access(s, g)
        for i in np.flatnonzero(stands.edge >= 0).tolist():
            # A share too large for 40 bits before the point only means "enough".
            assert found[i] == pytest.approx(min(float(hand.access(i, s, g)), 2.0**22), rel=1e-12)


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS, three_step=st.booleans(), threads=st.sampled_from([1, 2, 4]))
def test_no_order_and_no_number_of_threads_changes_the_index(seed, three_step, threads):
    town = random_town(seed, is_assigned=True)
    town = changed(town, "requirements", access=Gaussian(0.5), three_step=three_step)
    mixed, (_, services, points, _, _) = mixed_up(town, np.random.default_rng(seed))
    one, other = town.assess(threads=1).points, mixed.assess(threads=threads).points
    for s, g in np.ndindex(other.shape):
        asked = (int(services[s]), g)
        if one.applies(*asked):
            assert one.access(*asked)[points].tobytes() == other.access(s, g).tobytes()


@pytest.mark.parametrize(
    ("form", "error", "words"),
    [
        (Exponential(0.0), InputError, "steepness"),
        (Gaussian(float("inf")), InputError, "steepness"),
        (Table(np.array([10]), np.array([5])), InputError, "before the reach"),
        (Table(np.array([10, 10]), np.array([5, 5])), InputError, "rise in cost"),
        (Table(np.array([10, 60_000]), np.array([5])), ShapeError, "weights"),
        (Table(np.array([60_000]), np.array([MICRO + 1])), InputError, "out of range"),
        (AccessSteps(np.array([2]), 2, np.array([0])), InputError, "out of range"),
    ],
)
def test_forms_that_rise_or_vanish_are_refused(form, error, words):
    with pytest.raises(error, match=words):
        access(toy(access=form))


def test_amounts_too_large_to_divide_among_places_are_refused():
    town = toy(three_step=True)
    with pytest.raises(InputError, match="too large"):
        access(changed(town, "pools", capacity_micro=np.array([1 << 50, 0])))
