from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.change import (
    FULL,
    OUT,
    SERVED,
    Cause,
    CityState,
    Path,
    change,
    walk_paths,
)
from atlas.engine.coverage import coverage
from atlas.engine.errors import InputError, LedgerError, ShapeError
from atlas.engine.need import SCORE_STEPS, ScoreRule, gap, score
from atlas.engine.network import build
from atlas.engine.values import Reason
from tests.unit.engine.towns import random_town

METHOD_ORDER = (
    Cause.CHILDREN,
    Cause.PLACES,
    Cause.STREETS_AND_DATA,
    Cause.STANDARDS,
    Cause.METHOD,
)


def state(served, full, out, unknown, need=50.0):
    parts = np.array([[[part]] for part in (served, full, out, unknown)], np.int64)
    amount = np.concatenate([parts.sum(axis=0, keepdims=True), parts])
    reason = np.array([Reason.MISSING if np.isnan(need) else Reason.NONE], np.uint8)
    return CityState(amount, np.array([need]), reason)


@st.composite
def cities(draw):
    """A figure for every set of families, scores sometimes missing."""
    seed, gaps = draw(st.integers(0, 10**6)), draw(st.booleans())

    def assess(new):
        random = np.random.default_rng([seed, *sorted(new)])
        parts = random.integers(0, 10**12, (4, 3, 2))
        amount = np.concatenate([parts.sum(axis=0, keepdims=True), parts])
        need = random.uniform(0, 100, 3)
        need[random.random(3) < 0.2 * gaps] = np.nan
        return CityState(amount, need, np.isnan(need).astype(np.uint8))

    return assess


@given(cities(), st.permutations(METHOD_ORDER))
@settings(max_examples=40)
def test_effects_sum_to_the_change_exactly_in_any_order(assess, order) -> None:
    paths = walk_paths(assess, [order, order[::-1]])
    found = change(*paths)
    old, new = assess(frozenset()), assess(frozenset(order))
    assert (found.effect.sum(axis=0) == found.total).all()
    assert (found.total == new.amount - old.amount).all()
    assert (found.low <= found.effect).all()
    assert (found.effect <= found.high).all()
    told = (found.need_reason == Reason.NONE).all(axis=0)
    assert (found.need_effect.sum(axis=0)[told] == found.need_total[told]).all()
    # Children are what the four parts are, in every effect too.
    assert (found.effect[:, 1:].sum(axis=1) == found.effect[:, 0]).all()


@given(cities(), st.permutations(METHOD_ORDER))
@settings(max_examples=20)
def test_the_range_is_that_of_the_paths_cause_by_cause(assess, order) -> None:
    forth, back = walk_paths(assess, [order, order[::-1]])
    both, alone, reverse = change(forth, back), change(forth), change(back)
    turned = [reverse.order.index(cause) for cause in both.order]
    assert (both.low == np.minimum(alone.effect, reverse.effect[turned])).all()
    assert (both.high == np.maximum(alone.effect, reverse.effect[turned])).all()
    assert (alone.low == alone.effect).all()
    assert (both.paths, alone.paths) == (2, 1)


def test_two_causes_by_hand() -> None:
    """
    Ten children, no place; then a school of eight seats opens, and six children more are born.

    Children first: 6 more are out, then 8 of the 16 are served. Places first: 8 of the 10 are
    served, and the six find it full.
    """
    places, children = Cause.PLACES, Cause.CHILDREN
    town = {
        frozenset(): state(0, 0, 10, 0, 100.0),
        frozenset({children}): state(0, 0, 16, 0, 100.0),
        frozenset({places}): state(8, 2, 0, 0, 20.0),
        frozenset({places, children}): state(8, 8, 0, 0, 50.0),
    }
    found = change(*walk_paths(town.__getitem__, [(children, places), (places, children)]))
    assert found.total[:, 0, 0].tolist() == [6, 8, 8, -10, 0]
    assert found.effect[:, OUT, 0, 0].tolist() == [6, -16]
    assert found.effect[:, SERVED, 0, 0].tolist() == [0, 8]
    assert (found.low[:, FULL, 0, 0].tolist(), found.high[:, FULL, 0, 0].tolist()) == (
        [0, 2],
        [6, 8],
    )
    assert found.need_effect[:, 0].tolist() == [0, -50 * SCORE_STEPS]
    assert found.need_low[:, 0].tolist() == [0, -80 * SCORE_STEPS]
    assert found.need_high[:, 0].tolist() == [30 * SCORE_STEPS, -50 * SCORE_STEPS]


def test_a_score_missing_on_the_way_leaves_its_two_causes_untold_and_the_total_known() -> None:
    states = (state(1, 0, 1, 0, 50.0), state(1, 0, 1, 0, np.nan), state(1, 0, 1, 0, 20.0))
    found = change(Path((Cause.CHILDREN, Cause.PLACES), states))
    assert found.need_reason[:, 0].tolist() == [Reason.MISSING, Reason.MISSING]
    assert found.need_effect[:, 0].tolist() == [0, 0]
    assert found.need_total[0] == -30 * SCORE_STEPS
    assert found.need_total_reason[0] == Reason.NONE
    found = change(Path((Cause.CHILDREN,), states[:2]))
    assert (found.need_total[0], found.need_total_reason[0]) == (0, Reason.MISSING)


def test_nothing_replaced_is_no_change() -> None:
    same = state(3, 2, 1, 0)
    found = change(*walk_paths(lambda _new: same, [METHOD_ORDER, METHOD_ORDER[::-1]]))
    for amount in (found.total, found.low, found.high, found.need_low, found.need_high):
        assert not amount.any()


def test_each_mix_of_old_and_new_is_assessed_once() -> None:
    asked = []

    def assess(new):
        asked.append(new)
        return state(1, 0, 0, 0)

    walk_paths(assess, [METHOD_ORDER, METHOD_ORDER[::-1]])
    assert len(asked) == len(set(asked)) == 10


@given(st.integers(0, 3000))
@settings(max_examples=10, deadline=None)
def test_a_real_town_taken_apart(seed) -> None:
    """New children, other capacities and other reaches, each re-run by the whole engine."""
    town = random_town(seed)
    random = np.random.default_rng(seed)
    services, zones = town.incomplete.shape
    more = town.demand.children_micro + random.integers(0, 10**7, town.demand.children_micro.shape)
    reach = np.where(town.requirements.reach_cm < 0, -1, town.requirements.reach_cm + 10_000)

    def assess(new):
        demand, pools, required = town.demand, town.pools, town.requirements
        if Cause.CHILDREN in new:
            demand = replace(demand, children_micro=more)
        if Cause.PLACES in new:
            pools = replace(pools, capacity_micro=np.maximum(pools.capacity_micro, 0) * 2)
        if Cause.STANDARDS in new:
            required = replace(required, reach_cm=reach.astype(np.int32))
        streets = build(town.pieces)
        found = coverage(streets, demand, town.places, pools, required, town.incomplete, threads=1)
        names = ("children", "served", "full", "out", "unknown")
        amount = np.stack([getattr(found, name).sum(axis=2) for name in names])
        levels = gap(amount[2], amount[3], amount[0], amount[4])
        scores = score(levels, np.ones(services), ScoreRule())
        return CityState(amount, scores.need, scores.reason)

    order = (Cause.CHILDREN, Cause.PLACES, Cause.STANDARDS)
    found = change(*walk_paths(assess, [order, order[::-1]]))
    assert (found.effect.sum(axis=0) == found.total).all()
    assert found.total.shape == (5, zones, services)
    # Only births add children; only a longer reach takes anybody from the out.
    assert not found.effect[1:, 0].any()
    assert (found.effect[2, OUT] <= 0).all()
    assert not found.effect[1, OUT].any()


def test_paths_that_are_none_are_refused() -> None:
    one, other = state(1, 0, 0, 0), state(0, 1, 0, 0)
    two = (Cause.CHILDREN, Cause.PLACES)
    with pytest.raises(InputError, match="twice"):
        Path((Cause.PLACES, Cause.PLACES), (one, one, one))
    with pytest.raises(ShapeError):
        Path(two, (one, other))
    with pytest.raises(InputError, match="begin and end"):
        change(Path(two, (one, one, one)), Path(two[::-1], (one, one, other)))
    with pytest.raises(InputError, match="different families"):
        change(Path(two[:1], (one, one)), Path(two[1:], (one, one)))
    wide = CityState(np.zeros((5, 1, 2), np.int64), np.zeros(1), np.zeros(1, np.uint8))
    with pytest.raises(ShapeError):
        Path(two[:1], (one, wide))


def test_states_that_do_not_close_are_refused() -> None:
    good = state(1, 2, 3, 4)
    bad = good.amount.copy()
    bad[OUT] += 1
    with pytest.raises(LedgerError):
        CityState(bad, good.need, good.reason)
    with pytest.raises(ShapeError):
        CityState(good.amount[:4], good.need, good.reason)
    with pytest.raises(ShapeError):
        CityState(good.amount, good.need, np.zeros(2, np.uint8))
    for need, reason in ((np.nan, 0), (1.0, 1), (np.inf, 0)):
        with pytest.raises(InputError):
            CityState(good.amount, np.array([need]), np.array([reason], np.uint8))


def test_the_stated_order_is_kept_with_the_figures() -> None:
    found = change(*walk_paths(lambda _new: state(1, 0, 0, 0), [METHOD_ORDER]))
    assert found.order == METHOD_ORDER
    assert all(one < other for one, other in pairwise(found.order))
