"""Need and contributions of random towns, from the split worked out by a slow plain program."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.need import ScoreRule, gap, score
from atlas.engine.network import build
from atlas.engine.snapping import snap
from atlas.engine.values import Reason
from tests.unit.engine.by_hand import ByHand
from tests.unit.engine.towns import ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)
DIGITS = 50
LIMIT = Fraction(1, 3)
SERVED, FULL, OUT, UNKNOWN = range(4)


def by_hand_gaps(town):
    """Gaps as fractions, shape [z][s]: None where missing, 'n/a' where nobody needs the service."""
    network = build(town.pieces)
    stands, enters = snap(network, town.demand.xy_m), snap(network, town.places.entrance_xy_m)
    split = ByHand(town, network, stands, enters).zones(ZONES)
    return [[_gap(groups) for groups in services] for services in split]


def _gap(groups):
    parts = [sum(group[part] for group in groups) for part in range(4)]
    children = sum(parts)
    known = children - parts[UNKNOWN]
    if children == 0:
        return "n/a"
    if known == 0 or parts[UNKNOWN] > LIMIT * children:
        return None
    return Fraction(parts[FULL] + parts[OUT], known)


def exactly(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def mean(levels, weights, p):
    """100 · (Σ W x^p)^(1/p) with fifty digits."""
    with localcontext() as context:
        context.prec = DIGITS
        total = sum(
            (exactly(w * x**p) for x, w in zip(levels, weights, strict=True)), start=Decimal(0)
        )
        return 100 * total ** (Decimal(1) / p) if total else Decimal(0)


def need_of(gaps, weights, p):
    """Score, lowest, highest and contributions of one zone; None where there is no score."""
    applies = [s for s, level in enumerate(gaps) if level != "n/a" and weights[s] > 0]
    whole = sum((weights[s] for s in applies), start=Fraction(0))
    if whole == 0:
        return None, None, None, {}
    known = [s for s in applies if gaps[s] is not None]
    low, high = (
        mean(
            [worst if gaps[s] is None else gaps[s] for s in applies],
            [weights[s] / whole for s in applies],
            p,
        )
        for worst in (Fraction(0), Fraction(1))
    )
    known_weight = sum((weights[s] for s in known), start=Fraction(0))
    if not known or 1 - known_weight / whole > LIMIT:
        return None, low, high, {}
    score = mean([gaps[s] for s in known], [weights[s] / known_weight for s in known], p)
    terms = {s: weights[s] * gaps[s] ** p for s in known}
    total = sum(terms.values())
    shares = {s: score * exactly(term / total) if total else 0 for s, term in terms.items()}
    return score, low, high, shares


@pytest.mark.parametrize("p", [1, 2, 4])
@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_need_and_contributions_of_every_zone_are_those_worked_out_by_hand(p, seed):
    town = random_town(seed)
    result = town.assess()
    random = np.random.default_rng(seed)
    parts = random.integers(0, 4, town.requirements.service.size)
    parts[0] += int(parts.sum() == 0)
    weights = [Fraction(int(part), int(parts.sum())) for part in parts]
    columns = (result.full, result.out, result.children, result.unknown)
    levels = gap(*(column.sum(axis=2) for column in columns))
    found = score(levels, parts / parts.sum(), ScoreRule(p=float(p)))
    for z, gaps in enumerate(by_hand_gaps(town)):
        for s, level in enumerate(gaps):
            expected = {"n/a": Reason.NOT_APPLICABLE, None: Reason.MISSING}.get(level, Reason.NONE)
            assert levels.reason[z, s] == expected
        need, low, high, shares = need_of(gaps, weights, p)
        assert (need is None) == bool(np.isnan(found.need[z]))
        assert (low is None) == bool(np.isnan(found.lo[z]))
        if low is not None:
            assert found.lo[z] == pytest.approx(float(low), abs=1e-9)
            assert found.hi[z] == pytest.approx(float(high), abs=1e-9)
        if need is not None:
            assert found.need[z] == pytest.approx(float(need), abs=1e-9)
            assert np.nansum(found.contributions[z]) == pytest.approx(float(need), abs=1e-9)
            for s, share in shares.items():
                assert found.contributions[z, s] == pytest.approx(float(share), abs=1e-9)
