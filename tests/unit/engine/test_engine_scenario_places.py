"""What a change to places does is what a full run says, bit for bit (METHOD §10, §11)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.capacity import after, capacity
from atlas.engine.scenario.what_if import gain, what_if
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.towns import random_town

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
