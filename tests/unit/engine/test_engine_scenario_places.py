"""What a change to places does is what a full run says, bit for bit (METHOD §10, §11)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.coverage import CITY_WIDE, WALK
from atlas.engine.errors import InputError
from atlas.engine.scenario.after import after
from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.capacity import capacity
from atlas.engine.scenario.changes import ClosePlace, MovePlace, OpenPlace, Pool, SetCapacity
from atlas.engine.scenario.what_if import gain, what_if
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.test_engine_coverage_properties import mixed_up
from tests.unit.engine.towns import GROUPS, random_town

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=30)


def assert_as_full_run(outcome, town, threads=1):
    """Refuse an outcome that differs from a full run in any digit."""
    full, codes = town.assess(threads=threads), town.pools.code
    for name in AMOUNT_NAMES:
        assert outcome.amount(name).tobytes() == getattr(full, name).tobytes(), name
    assert outcome.flags().tobytes() == full.flags.tobytes()
    assert outcome.short_micro().tobytes() == full.short_micro.tobytes()
    for s, g in np.ndindex(full.points.shape):
        if full.points.applies(s, g) and outcome.base.inputs.requirements.mode[s] == 0:
            points = outcome.points(s, g)
            block, k = full.points._asked(s, g)
            at = np.searchsorted(block.row, points.row, sorter=np.argsort(block.row))
            at = np.argsort(block.row)[at]
            assert block.share[at, k].tolist() == points.share.tolist()
            assert block.places[at, k].tolist() == points.places.tolist()
            assert block.unknown[at, k].tolist() == points.unknown.tolist()
    then = after(outcome)
    ledger = capacity(outcome, then)
    order, theirs = np.argsort(then.inputs.pools.code), np.argsort(codes)
    for name in ("used", "above_need", "no_demand", "children"):
        mine = getattr(ledger, name)[order]
        assert mine.tolist() == getattr(full.capacity, name)[theirs].tolist(), name


@any_town
@given(seed=SEEDS, is_assigned=st.booleans())
def test_what_one_change_does_is_what_a_full_run_says(seed, is_assigned):
    random = np.random.default_rng(seed)
    town = random_town(seed, is_assigned=is_assigned)
    base = prepare(inputs_of(town), threads=1)
    for serial in range(6):
        book = Ledger(town)
        change = random_change(random, book, serial)
        book.make(change)
        assert_as_full_run(what_if(base, [change]), book.changed_town())


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("seed", [3, 8])
def test_fifty_changes_are_full_runs_and_their_inverses_return_to_the_start(seed, threads):
    random = np.random.default_rng(seed)
    town = random_town(seed, is_assigned=bool(seed % 2))
    base = prepare(inputs_of(town), threads=threads)
    book = Ledger(town)
    changes, undo = [], []
    for serial in range(50):
        change = random_change(random, book, serial)
        undo.append(book.make(change))
        changes.append(change)
        assert_as_full_run(what_if(base, changes), book.changed_town(), threads)
    back = what_if(base, [*changes, *reversed(undo)])
    assert back.zone.size == 0
    assert back.touches == ()
    assert_as_full_run(back, town, threads)


@any_town
@given(seed=SEEDS)
def test_the_gain_is_the_difference_of_two_full_runs(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    book = Ledger(town)
    changes = [random_change(random, book, 0)]
    book.make(changes[0])
    before, after = town.assess(threads=1), book.changed_town().assess(threads=1)
    difference = after.served.sum(axis=0) - before.served.sum(axis=0)
    assert gain(prepare(inputs_of(town), threads=1), changes).tolist() == difference.tolist()


def a_town_with_a_place():
    town = random_town(4)
    return town, prepare(inputs_of(town), threads=1)


NOWHERE = np.zeros((0, 2))
SHAPE = (3, GROUPS)
ONE = np.array([[True] * GROUPS, [False] * GROUPS, [False] * GROUPS])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([ClosePlace("p999")], "change 1: there is no place 'p999'"),
        ([ClosePlace("p000"), ClosePlace("p000")], "change 2: place 'p000' is closed already"),
        ([OpenPlace("p000", NOWHERE, ())], "change 1: place 'p000' is open already"),
        ([MovePlace("p000", np.zeros(2))], "change 1: the entrances of place 'p000' need two"),
        (
            [ClosePlace("p000"), MovePlace("p000", np.full((1, 2), np.nan))],
            "change 2: an entrance of place 'p000' is not finite",
        ),
        ([SetCapacity("u999", 0)], "change 1: no open place has a pool 'u999'"),
        ([SetCapacity("u000", -2)], "change 1: pool 'u000' would hold -2 millionths"),
        (
            [OpenPlace("new", NOWHERE, (Pool("u000", 0, ONE),))],
            "change 1: pool 'u000' exists already",
        ),
        (
            [OpenPlace("new", NOWHERE, (Pool("n", 0, ONE), Pool("n", 0, ONE)))],
            "change 1: pool 'n' exists already",
        ),
        (
            [OpenPlace("new", NOWHERE, (Pool("n", 0, ONE[:2]),))],
            f"change 1: pool 'n' admits (2, {GROUPS})",
        ),
        (
            [OpenPlace("new", NOWHERE, (Pool("n", 0, ONE, np.array([10**6], np.int32)),))],
            "change 1: the catchment of pool 'n' names points",
        ),
        (
            [OpenPlace("new", NOWHERE, (Pool("n", -9, ONE),))],
            "change 1: pool 'n' would hold -9 millionths",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_by_its_number(changes, message):
    _, base = a_town_with_a_place()
    with pytest.raises(InputError, match=f"^{re.escape(message)}"):
        what_if(base, changes)


def test_a_pool_for_a_city_wide_and_a_walking_service_is_refused():
    town = random_town(4)
    modes = np.array([WALK, WALK, CITY_WIDE], np.uint8)
    town = town.but(
        requirements=replace(town.requirements, mode=modes),
        pools=replace(town.pools, admits=town.pools.admits & (modes == WALK)[:, None]),
    )
    base = prepare(inputs_of(town), threads=1)
    pool = Pool("n", 0, np.ones(SHAPE, np.bool_))
    with pytest.raises(InputError, match="change 1: pool 'n' serves a city-wide and a walking"):
        what_if(base, [OpenPlace("new", NOWHERE, (pool,))])


def test_what_is_no_change_is_refused():
    town = random_town(4)
    nobody = replace(town.requirements, reach_cm=np.full(SHAPE, -1, np.int32))
    base = prepare(inputs_of(town.but(requirements=nobody)), threads=1)
    nonsense: Any = ["close the school"]
    with pytest.raises(InputError, match="change 1: str is no change"):
        what_if(base, nonsense)
    with pytest.raises(InputError, match="no walk of group"):
        what_if(base, []).points(0, 0)


@any_town
@given(seed=SEEDS, threads=st.sampled_from([1, 2, 4]))
def test_no_order_of_points_places_pools_or_services_changes_a_digit(seed, threads):
    random = np.random.default_rng(seed)
    town = random_town(seed, is_assigned=True)
    mixed, (zones, services, *_) = mixed_up(town, random)
    book = Ledger(town.but(assigned=None))
    changes = [random_change(random, book, serial) for serial in range(1)]
    one = what_if(prepare(inputs_of(town), threads=1), changes)
    other = what_if(prepare(inputs_of(mixed), threads=threads), [in_order(services, changes[0])])
    for name in AMOUNT_NAMES:
        assert one.amount(name)[zones][:, services].tobytes() == other.amount(name).tobytes()
    assert one.gain()[services].tobytes() == other.gain().tobytes()


def in_order(services, change):
    """The same change where the services stand in another order."""
    if not isinstance(change, OpenPlace):
        return change
    pools = tuple(replace(pool, admits=pool.admits[services]) for pool in change.pools)
    return replace(change, pools=pools)
