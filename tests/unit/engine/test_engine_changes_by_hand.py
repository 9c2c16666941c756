"""Scenarios and proposals of random towns beside the changed town worked out by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.network import build
from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.what_if import what_if
from atlas.engine.siting.asking import asking, catchments_of
from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.most_served import most_served
from atlas.engine.siting.openings import with_open
from atlas.engine.siting.proposal import Effort, Standing
from atlas.engine.siting.rescoring import rescore_by_coverage, scored_anew
from atlas.engine.snapping import snap
from tests.unit.engine.by_hand import ByHand
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.test_engine_siting_rescoring import SERVICE, assessed, city_of
from tests.unit.engine.towns import ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)
PARTS = ("served", "full", "out", "unknown", "served_low")
SERVED = 0


def by_hand(town):
    """Every zone's served, full, out, unknown and certainly served, shape (z, s, g, 5)."""
    network = build(town.pieces)
    stands, enters = (snap(network, xy) for xy in (town.demand.xy_m, town.places.entrance_xy_m))
    return np.array(ByHand(town, network, stands, enters).zones(ZONES), np.int64)


@pytest.mark.parametrize("is_assigned", [False, True])
@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_every_state_of_a_scenario_is_the_changed_town_by_hand(is_assigned, seed):
    random, town = np.random.default_rng(seed), random_town(seed, is_assigned=is_assigned)
    base, book, changes = prepare(inputs_of(town), threads=1), Ledger(town), []
    for serial in range(4):
        changes.append(random_change(random, book, serial))
        book.make(changes[-1])
        outcome = what_if(base, changes)
        amount = base.amount.copy()
        amount[:, outcome.zone] += np.moveaxis(outcome.change, 0, 1)
        expected = by_hand(book.changed_town())
        for part, name in enumerate(PARTS):
            assert amount[AMOUNT_NAMES.index(name)].tolist() == expected[..., part].tolist()


def served_by_hand(town, baseline, openings, chosen):
    """Children of the service served with some candidates open, zone and group."""
    city = with_open(baseline, openings, np.array(chosen, np.int64))
    changed = town.but(places=city.places, pools=city.pools, assigned=city.assigned)
    return by_hand(changed)[:, SERVICE, :, SERVED]


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS, provision=st.sampled_from([-1, 333_333]))
def test_the_gain_shown_of_a_proposal_is_that_of_the_town_with_it_by_hand(seed, provision):
    town, baseline, openings = city_of(seed, provision)
    asked = asking(assessed(baseline), baseline, SERVICE)
    reached = catchments_of(baseline, openings, SERVICE)
    allowed = Allowance(count=2)
    *_, best = most_served(Candidates(openings.code), reached, asked.lacking, allowed, Effort())
    shown = scored_anew(best, rescore_by_coverage(baseline, openings, SERVICE))
    before = served_by_hand(town, baseline, openings, [])
    assert shown.before.tolist() == before.tolist()
    after = served_by_hand(town, baseline, openings, best.chosen)
    assert shown.value == int(after.sum() - before.sum())


@settings(deadline=None, max_examples=15)
@given(seed=SEEDS)
def test_where_reach_decides_no_two_places_by_hand_serve_more_than_the_two_proposed(seed):
    town, baseline, openings = city_of(seed, -1)
    asked = asking(assessed(baseline), baseline, SERVICE)
    reached = catchments_of(baseline, openings, SERVICE)
    allowed = Allowance(count=2)
    *_, best = most_served(Candidates(openings.code), reached, asked.lacking, allowed, Effort())
    everybody = served_by_hand(town, baseline, openings, []).sum()
    size = openings.code.size
    sets = [chosen for few in range(3) for chosen in combinations(range(size), min(few, size))]
    most = max(served_by_hand(town, baseline, openings, chosen).sum() for chosen in sets)
    assert best.standing is Standing.PROVEN
    assert best.value == int(most - everybody)
