"""Places filled before anybody is called full: towns to reckon in the head, random ones by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine import coverage
from atlas.engine.coverage import CITY_WIDE, NO_PROVISION, NOT_JUDGED, OUTSIDE
from atlas.engine.errors import InputError, LedgerError
from atlas.engine.filling import fill_block
from atlas.engine.ledger import assert_filling, unfilled
from atlas.engine.network import build
from atlas.engine.snapping import snap
from atlas.engine.types import MICRO
from tests.unit.engine.by_hand import ByHand
from tests.unit.engine.filled_by_hand import FilledByHand
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed
from tests.unit.engine.towns import ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)


def town_with_seats(seed, *, is_assigned):
    """A random town whose provisions and capacities are not the engine's smallest units."""
    town = random_town(seed, is_assigned=is_assigned)
    random = np.random.default_rng(seed)
    shape = town.requirements.shape
    town = changed(
        town,
        "requirements",
        provision_micro=random.choice([-1, 0, MICRO, MICRO, 10 * MICRO, 333_333], shape),
        participation_micro=random.choice([MICRO, MICRO, 500_000], shape),
    )
    seats = random.choice([-1, 0, 5 * MICRO, 20 * MICRO, 7_777_777], town.pools.code.size)
    return changed(town, "pools", capacity_micro=seats)


def three_homes():
    """
    10 children each at 300, 1000 and 1700 m; 10 seats at 600 m, 15 at 1400 m, reached within 400.

    The middle home reaches both places, the others one each.
    """
    return along_a_street([300, 1000, 1700], [600, 1400], seats=[10, 15], reach_m=400)


def children(amount):
    return amount / MICRO


def test_even_sharing_leaves_seats_that_filling_hands_out():
    # Evenly the west place gives half of its ten seats to each of two homes, the east place 7.5:
    # the middle home gets 5 + 7.5 of 10, so 2.5 seats stay empty while 5 + 2.5 children are full.
    town = three_homes()
    result = town.assess(filled=True)
    assert children(result.full.sum()) == pytest.approx(7.5, abs=1e-5)
    # Draws of the middle home: 4 west, 6 east. West: 1 seat left for 5 children; east: 1.5 for 2.5.
    points = result.points.filled_micro(0, 0, town.demand.children_micro[:, 0])
    assert children(points) == pytest.approx([6, 10, 9], abs=1e-5)
    assert children(result.filled.full.sum()) == pytest.approx(5, abs=1e-5)
    assert result.filled.certain_full_micro.tolist() == [5 * MICRO]
    assert result.filled.capacity.used.tolist() == [10 * MICRO, 15 * MICRO]
    assert result.filled.capacity.room.tolist() == [0, 0]


def test_who_must_be_moved_for_all_to_sit_is_full_when_filled_but_not_for_certain():
    # Evenly shared, the middle home draws on the west place too; in the east there would be room.
    town = along_a_street([300, 1000], [600, 1400], seats=[10, 10], reach_m=400)
    result = town.assess(filled=True)
    # West gives 5 to each, east 10 to the middle home, which draws 10/3 west and 20/3 east. The
    # west home gets the 5/3 left west, 20/3 in all; 10/3 seats stay empty in the east.
    assert children(result.full.sum()) == pytest.approx(5, abs=1e-5)
    assert children(result.filled.full.sum()) == pytest.approx(10 / 3, abs=1e-5)
    assert result.filled.certain_full_micro.tolist() == [0]
    assert children(result.filled.capacity.room) == pytest.approx([0, 10 / 3], abs=1e-5)


def test_seats_that_nobody_reaches_fill_nothing():
    result = along_a_street([1000], [1200, 100], seats=[4, 20]).assess(filled=True)
    assert children(result.filled.full.sum()) == pytest.approx(6, abs=1e-5)
    assert result.filled.capacity.no_demand.tolist() == [0, 20 * MICRO]
    assert result.filled.certain_full_micro.tolist() == [6 * MICRO]


def test_a_place_without_a_seat_is_certainly_full():
    result = along_a_street([1000], [1200], seats=0).assess(filled=True)
    assert result.filled.full.sum() == 10 * MICRO
    assert result.filled.certain_full_micro.tolist() == [10 * MICRO]


def test_without_a_provision_nothing_is_filled_and_nothing_is_certain():
    town = along_a_street([1000], [1200], seats=0)
    town = changed(town, "requirements", provision_micro=np.array([[NO_PROVISION]]))
    filled = town.assess(filled=True).filled
    assert filled.served.sum() == 10 * MICRO
    assert filled.certain_full_micro.tolist() == [NOT_JUDGED]


def test_children_who_need_more_are_fewer_who_are_certain_to_lack_it():
    # 20 children at one door need 2 seats each, 30 are there: 10 seats lack, which is 5 children.
    town = along_a_street([1000, 1000], [1200], seats=30)
    town = changed(town, "requirements", provision_micro=np.array([[2 * MICRO]]))
    filled = town.assess(filled=True).filled
    assert filled.certain_full_micro.tolist() == [5 * MICRO]
    assert filled.full.sum() == 5 * MICRO


def test_who_has_an_unknown_capacity_in_reach_takes_its_even_share_and_asks_no_more():
    # The east home alone reaches the place of unknown capacity (1700 m).
    town = along_a_street([900, 1300], [1100, 1700], seats=[12, -1], reach_m=400)
    result = town.assess(filled=True)
    assert children(result.full.sum()) == pytest.approx(4, abs=1e-5)
    assert children(result.filled.full.sum()) == pytest.approx(4, abs=1e-5)
    # Of 12 seats the other took 6; were all 12 for the west home, nobody would lack one.
    assert result.filled.certain_full_micro.tolist() == [0]
    assert result.filled.capacity.used.tolist() == [12 * MICRO, -1]


def test_children_outside_take_seats_and_nothing_is_certain_because_of_them():
    town = along_a_street([1000, 1000], [1200], zone=[0, OUTSIDE], seats=12)
    filled = town.assess(filled=True).filled
    assert children(filled.full.sum()) == pytest.approx(4, abs=1e-5)
    assert filled.certain_full_micro.tolist() == [0]


def test_children_of_an_incomplete_layer_are_unknown_when_filled_too():
    town = along_a_street([1000], [1200], seats=5).but(incomplete=np.array([[True]]))
    filled = town.assess(filled=True).filled
    assert (filled.served.sum(), filled.full.sum()) == (0, 0)
    assert filled.certain_full_micro.tolist() == [0]


def test_a_city_wide_service_is_filled_by_whom_each_pool_admits():
    # Girls may go to both centres, boys to one: girls draw on both until the other is empty.
    town = along_a_street([0], [1200, 1300], mode=CITY_WIDE, seats=[10, 10])
    town = town.but(
        demand=replace(town.demand, children_micro=np.array([[10, 10]]) * MICRO),
        pools=replace(town.pools, admits=np.array([[[True, True]], [[True, False]]])),
        requirements=replace(
            town.requirements,
            reach_cm=np.array([[0, 0]], np.int32),
            provision_micro=np.array([[MICRO, MICRO]]),
            participation_micro=np.array([[MICRO, MICRO]]),
        ),
    )
    result = town.assess(filled=True)
    assert children(result.full[0, 0]) == pytest.approx([0, 5], abs=1e-5)
    assert children(result.filled.full[0, 0]) == pytest.approx([0, 10 / 3], abs=1e-5)
    assert result.filled.certain_full_micro.tolist() == [0]


def test_what_was_not_filled_cannot_be_asked():
    town = along_a_street([1000], [1200])
    assert town.assess().filled is None
    with pytest.raises(InputError, match="not been filled"):
        _ = town.assess().when_filled
    with pytest.raises(InputError, match="not been filled"):
        town.assess().points.filled_micro(0, 0, town.demand.children_micro[:, 0])


def test_more_seats_than_can_be_counted_are_refused():
    town = along_a_street([1000], [1200])
    town = changed(town, "requirements", provision_micro=np.array([[10**6 * MICRO]]))
    town = changed(town, "demand", children_micro=np.array([[1 << 42]]))
    with pytest.raises(InputError, match="more seats"):
        town.assess(filled=True)


def test_a_seat_lost_or_made_is_the_engines_fault():
    capacity = np.array([10, -1])
    ledger = unfilled(capacity)
    assert_filling(capacity, ledger, 0)
    with pytest.raises(LedgerError, match="no pool has given"):
        assert_filling(capacity, ledger, 1)
    ledger.room[0] = 1
    with pytest.raises(LedgerError, match="is not the capacity"):
        assert_filling(capacity, ledger, 0)


def by_hand(town):
    network = build(town.pieces)
    stands, enters = snap(network, town.demand.xy_m), snap(network, town.places.entrance_xy_m)
    return FilledByHand(ByHand(town, network, stands, enters))


@pytest.mark.parametrize("is_assigned", [False, True])
@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_random_towns_are_filled_as_by_hand(is_assigned, seed):
    town = town_with_seats(seed, is_assigned=is_assigned)
    result, hand = town.assess(filled=True), by_hand(town)
    expected = np.array(hand.full(ZONES)).astype(float)
    # A choice set's need is rounded up to a millionth of a seat, at most six millionths of a child.
    assert result.filled.full == pytest.approx(expected, rel=1e-9, abs=500)
    for s, certain in enumerate(result.filled.certain_full_micro.tolist()):
        exact = hand.certain(s)
        if exact is None:
            assert certain == NOT_JUDGED
        else:
            assert float(exact) - 500 <= certain <= float(exact)


@pytest.mark.parametrize(("most", "words"), [(1, "within 50000 cm"), (2, "to fill the pools")])
def test_more_pairs_than_may_be_kept_are_refused_with_the_figure(monkeypatch, most, words):
    town = along_a_street([1000], [1200, 1300], reach_m=500)
    # Two doors within reach: both for girls, the nearer alone for boys, so three choices in all.
    town = town.but(
        demand=replace(town.demand, children_micro=np.array([[10, 10]]) * MICRO),
        pools=replace(town.pools, admits=np.ones((2, 1, 2), np.bool_)),
        requirements=replace(
            town.requirements,
            reach_cm=np.array([[50_000, 25_000]], np.int32),
            provision_micro=np.array([[MICRO, MICRO]]),
            participation_micro=np.array([[MICRO, MICRO]]),
        ),
    )
    monkeypatch.setattr(coverage, "fill_block", partial(fill_block, most=most))
    with pytest.raises(InputError, match=f"more than {most} pairs.*{words}"):
        town.assess(filled=True)
    monkeypatch.setattr(coverage, "fill_block", partial(fill_block, most=3))
    found = town.assess(filled=True).when_filled
    assert children(found.full.sum()) == pytest.approx(10 / 3, abs=1e-5)
