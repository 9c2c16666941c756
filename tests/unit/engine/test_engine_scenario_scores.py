"""Scores and rank intervals of a scenario are those of a full run (METHOD §6, §8, §10)."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.doubt.draws import Spread, Weighting, drawn, uniforms_behind
from atlas.engine.doubt.ranks import rank_doubt
from atlas.engine.margins import cut
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.ranking import ranking_of, reranked
from atlas.engine.scenario.scoring import Scoring, scored
from atlas.engine.scenario.what_if import what_if
from atlas.engine.values import Reason
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.streets_by_hand import (
    answered,
    full_run,
    named,
    random_street_changes,
)
from tests.unit.engine.towns import ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=30)


def scoring_of(random, town, *, draws=40):
    """Two trees over a town's leaf zones, three tiers together, and one context indicator."""
    services = town.requirements.service.size
    # Zones 0-2 are the leaves, 3 their parent, 4 and 5 a second tree; 6 lies in no other.
    parent = np.array([3, 3, -1, -1, -1, -1, -1])
    other = np.array([4, 5, 4])
    leaf = np.column_stack((np.arange(ZONES), other))
    pieces = cut(leaf.astype(np.int32), parent.astype(np.int32))
    zones, components = parent.size, services + 1
    code = np.array([*town.requirements.service.tolist(), "context"])
    weighting = Weighting(
        np.array(["a"]), np.ones(1), code, np.zeros(components, int), random.random(components)
    )
    missing = random.random((zones, 1)) < 0.2
    return Scoring(
        pieces=pieces,
        zone_code=np.array([f"z{k}" for k in range(zones)]),
        family=np.array([0, 0, 0, 1, 2, 2, 1], np.int32),
        is_ranked=np.array([True, True, True, True, True, True, False]),
        children=random.integers(0, 40, zones),
        is_missing=random.random((zones, services)) < 0.1,
        context=Levels(
            np.where(missing, np.nan, random.random((zones, 1))),
            np.where(missing, Reason.MISSING, Reason.NONE).astype(np.uint8),
        ),
        code=code,
        weights=weighting.weight / weighting.weight.sum(),
        rule=ScoreRule(p=float(random.choice([1.0, 2.0, 2.5])), n_min=5, missing_limit=0.6),
        unknown_limit=1 / 3,
        draws=drawn(uniforms_behind(7, draws, weighting), weighting, Spread()),
        seed=7,
        worst=(1, 2),
    )


def assert_same(one, other):
    """Refuse two records of arrays that differ in a bit."""
    for field in fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype, field.name
            assert mine.tobytes() == theirs.tobytes(), field.name
        else:
            assert mine == theirs, field.name


@any_town
@given(seed=SEEDS, threads=st.sampled_from([1, 2, 4]))
def test_scores_contributions_ranks_and_their_doubt_are_those_of_a_full_run(seed, threads):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    scoring = scoring_of(random, town)
    base = prepare(inputs_of(town), scoring, threads=threads)
    book = Ledger(town)
    changes = []
    for serial in range(4):
        changes.append(random_change(random, book, serial))
        book.make(changes[-1])
        outcome = what_if(base, changes, threads=threads)
        full = prepare(inputs_of(book.changed_town()), scoring, threads=1).scored
        for mine, theirs in zip(outcome.scores, full.families, strict=True):
            assert_same(mine.levels, theirs.levels)
            assert_same(mine.scores, theirs.scores)
            assert_same(mine.doubt, theirs.ranking.doubt)


@any_town
@given(seed=SEEDS)
def test_scores_over_changed_streets_are_those_of_a_full_run_on_their_ground(seed):
    random = np.random.default_rng(seed)
    town = random_town(seed)
    scoring = scoring_of(random, town)
    base = prepare(named(town), scoring, threads=1)
    outcome = answered(base, random_street_changes(random, town))
    theirs = scored(scoring, full_run(outcome)[0].amount, threads=1)
    for mine, family in zip(outcome.scores, theirs.families, strict=True):
        assert_same(mine.scores, family.scores)
        assert_same(mine.doubt, family.ranking.doubt)


@any_town
@given(
    seed=SEEDS,
    zones=st.integers(1, 30),
    many=st.integers(1, 12),
    scores=st.sampled_from([3, 12, 10**9]),
    threads=st.sampled_from([1, 2]),
)
def test_moving_some_zones_in_every_draw_ranks_as_ranking_all_anew(
    seed, zones, many, scores, threads
):
    random = np.random.default_rng(seed)
    steps = random.integers(0, scores, (25, zones))
    steps[:, random.random(zones) < 0.2] = -1
    worst, quantiles = (1, 3, 10), (0.05, 0.5, 0.95)
    base = ranking_of(steps, worst=worst, quantiles=quantiles, threads=threads)
    zone = np.sort(random.choice(zones, min(many, zones), replace=False))
    new = steps.copy()
    new[:, zone] = random.integers(0, scores, (25, zone.size))
    keeps = random.random() < 0.7
    new[:, zone] = np.where(
        (steps[:, zone] < 0) if keeps else random.random(zone.size) < 0.3, -1, new[:, zone]
    )
    assert_same(
        reranked(base, zone, new[:, zone], threads=threads),
        rank_doubt(new, worst=worst, quantiles=quantiles, threads=threads),
    )


def test_a_zone_that_gains_a_place_falls_behind_the_one_it_stood_beside():
    base = ranking_of(np.array([[90, 90, 10]] * 4), worst=(1,), quantiles=(0.5,), threads=1)
    assert base.doubt.mean.tolist() == [1.5, 1.5, 3]
    assert base.doubt.in_worst[:, 0].tolist() == [0.5, 0.5, 0]
    after = reranked(base, np.array([0]), np.array([[50]] * 4), threads=1)
    assert after.mean.tolist() == [2, 1, 3]
    assert after.in_worst[:, 0].tolist() == [0, 1, 0]


def test_a_scoring_that_does_not_fit_the_city_is_refused():
    town = random_town(5)
    scoring = scoring_of(np.random.default_rng(5), town.but(requirements=town.requirements))
    fewer = random_town(5, services=2)
    with pytest.raises(ValueError, match="of the scoring has"):
        prepare(inputs_of(fewer), scoring, threads=1)
