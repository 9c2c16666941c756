"""Scores, sub-scores and ranks of whole random towns, in fractions from the split by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.context import Indicators, Normalisation, context_levels
from atlas.engine.need import SCORE_STEPS, ScoreRule, gap
from atlas.engine.subscores import Family, Items, components_of, need_profile, side_by_side
from atlas.engine.values import Reason
from tests.unit.engine.test_engine_need_by_hand import by_hand_gaps, need_of
from tests.unit.engine.towns import ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)
DOMAINS, SERVICES, INDICATORS = 2, 3, 2
NOTHING = (None, None, None, {})
FAMILY = np.repeat([Family.GAP, Family.CONTEXT], [SERVICES, INDICATORS])


def random_standard(random):
    """Domains of services and indicators, their weights whole numbers; goalposts from 0 to 10."""
    items = SERVICES + INDICATORS
    weight = random.integers(0, 4, items)
    weight[0] += int(weight.sum() == 0)
    domain = random.integers(0, DOMAINS, items)
    return random.integers(1, 4, DOMAINS), domain, weight


def weights_by_hand(domain_weight, domain, weight):
    """Domain times within domain, as fractions; a domain without any weight within leaves."""
    within = [sum(int(w) for w, d in zip(weight, domain, strict=True) if d == k) for k in range(2)]
    raw = [
        Fraction(int(domain_weight[d]) * int(w), within[d]) if within[d] else Fraction(0)
        for w, d in zip(weight, domain, strict=True)
    ]
    return [share / sum(raw) for share in raw]


def levels_by_hand(value):
    """An indicator of whole tenths between its goalposts; None where missing."""
    return None if value is None else min(Fraction(1), max(Fraction(0), Fraction(value, 10)))


def part_of(levels, weights, is_in, p):
    """A zone's score of some components alone; nothing where none of them is weighed."""
    chosen = [k for k, inside in enumerate(is_in) if inside and weights[k] > 0]
    if not chosen:
        return NOTHING
    return need_of([levels[k] for k in chosen], [weights[k] for k in chosen], p)


def random_context(random):
    """Whole values around goalposts of 0 and 10, shape [z][indicator], None where missing."""
    return [
        [None if random.random() < 0.2 else int(random.integers(-2, 13)) for _ in range(INDICATORS)]
        for _ in range(ZONES)
    ]


def levels_of(town, value):
    """The engine's levels: the gaps of a town and its context."""
    result = town.assess()
    counts = (result.full, result.out, result.children, result.unknown)
    gaps = gap(*(column.sum(axis=2) for column in counts))
    number = np.array([[np.nan if v is None else v for v in row] for row in value], np.float64)
    way = np.full(INDICATORS, Normalisation.GOALPOSTS)
    posts = Indicators(np.zeros(INDICATORS), np.full(INDICATORS, 10.0), way)
    reason = np.where(np.isnan(number), Reason.MISSING, Reason.NONE).astype(np.uint8)
    return side_by_side(gaps, context_levels(number, reason, posts).levels)


@pytest.mark.parametrize("p", [1, 2, 4])
@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_scores_sub_scores_and_ranks_of_every_zone_are_those_worked_out_by_hand(p, seed):
    random, town = np.random.default_rng(seed), random_town(seed)
    value, (domain_weight, domain, weight) = random_context(random), random_standard(random)
    items = Items(domain, weight.astype(np.float64), FAMILY)
    every = np.arange(FAMILY.size)
    parts = components_of(domain_weight.astype(np.float64), items, every, np.ones(FAMILY.size))
    found = need_profile(levels_of(town, value), parts, ScoreRule(p=float(p)))

    weights = weights_by_hand(domain_weight, domain, weight)
    assert parts.weight == pytest.approx([float(w) for w in weights], abs=1e-12)
    rows = zip(by_hand_gaps(town), value, strict=True)
    levels = [[*gaps, *(levels_by_hand(v) for v in context)] for gaps, context in rows]
    assert_as_by_hand(found.need, levels, weights, every >= 0, p)
    assert_as_by_hand(found.gaps, levels, weights, FAMILY == Family.GAP, p)
    assert_as_by_hand(found.context, levels, weights, FAMILY == Family.CONTEXT, p)
    for d, sub in enumerate(found.domains):
        assert_as_by_hand(sub, levels, weights, domain == d, p)


def assert_as_by_hand(sub, levels, weights, is_in, p):
    """Assert scores, intervals, contributions and ranks of some components alone."""
    scores = []
    chosen = np.flatnonzero(is_in & np.array([w > 0 for w in weights]))
    for z, of_zone in enumerate(levels):
        score, low, high, shares = part_of(of_zone, weights, is_in, p)
        scores.append(score)
        assert (score is None) == bool(np.isnan(sub.need[z]))
        assert (low is None) == bool(np.isnan(sub.lo[z]))
        if low is not None:
            bounds = (sub.lo[z], sub.hi[z])
            assert bounds == pytest.approx((float(low), float(high)), abs=1e-9)
        if score is not None:
            assert sub.need[z] == pytest.approx(float(score), abs=1e-9)
            mine = [float(shares[k]) if k in shares else np.nan for k in range(chosen.size)]
            assert sub.contributions[z, chosen] == pytest.approx(mine, abs=1e-9, nan_ok=True)
    assert sub.rank.tolist() == ranks_by_hand(scores)


def ranks_by_hand(scores):
    """One more than those with more need and half of those with as much; 0 without a score."""
    steps = [None if score is None else round(score * SCORE_STEPS) for score in scores]
    others = [step for step in steps if step is not None]
    return [
        0.0 if mine is None else sum(step > mine for step in others) + (others.count(mine) + 1) / 2
        for mine in steps
    ]
