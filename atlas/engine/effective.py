"""What each component really weighs, and how components go together (METHOD §6)."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.splines import SplineRule, fitted
from atlas.engine.values import Reason
from atlas.engine.weights import normalised

if TYPE_CHECKING:
    from atlas.engine.need import Levels
    from atlas.engine.types import Float64, Int64, UInt8

TWO = 2
"""Fewer zones have no correlation."""


@dataclass(frozen=True, slots=True)
class Correlations:
    """
    How components go together before they are aggregated, shape (K, K) each.

    Attributes
    ----------
    pearson, spearman
        In [−1, 1]; NaN where null.
    reason
        `Reason` of both: missing (fewer than two zones have both), not applicable (one of the two
        is the same in all of them).
    zones
        How many zones have both.
    """

    pearson: Float64
    spearman: Float64
    reason: UInt8
    zones: Int64


@dataclass(frozen=True, slots=True)
class EffectiveWeights:
    """
    What each of K components weighs in the score, beside what it was given to weigh.

    Attributes
    ----------
    nominal
        Shape (K,), the weights given, summing to 1.
    first_order
        Shape (K,), S = Var(E[N | x]) / Var(N) by a penalised spline, in [0, 1]; NaN where null.
    linear
        Shape (K,), R² of the straight line, in [0, 1]; NaN where null.
    share
        Shape (K,), `first_order` over its sum: to be read beside `nominal`; NaN where null.
    reason, linear_reason
        Shape (K,), `Reason`: missing (too few zones have level and score), not applicable (level
        or score is the same in all of them).
    zones
        Shape (K,), how many zones have level and score.
    """

    nominal: Float64
    first_order: Float64
    linear: Float64
    share: Float64
    reason: UInt8
    linear_reason: UInt8
    zones: Int64


def correlations(levels: Levels) -> Correlations:
    """
    Correlate every two components over the zones of one tier that have both.

    Parameters
    ----------
    levels
        Shape (n, K).

    Returns
    -------
    correlations
        Symmetric. A component with itself is 1, unless it is constant.

    Raises
    ------
    InputError
        If a level is infinite.

    Notes
    -----
    Source: OECD/JRC 2008, step 4; Spearman as Pearson on ranks, ties sharing the mean of theirs.
    Nulls are left out pair by pair, so two figures may speak of different zones: see `zones`. Sums
    are rounded once, so no order of zones changes a bit.
    """
    if np.isinf(levels.x).any():
        msg = "a level is infinite"
        raise InputError(msg)
    k = levels.x.shape[1]
    pearson, spearman = (np.full((k, k), np.nan) for _ in range(2))
    reason, zones = np.zeros((k, k), np.uint8), np.zeros((k, k), np.int64)
    known = levels.reason == Reason.NONE
    for a in range(k):
        for b in range(a, k):
            both = known[:, a] & known[:, b]
            x, y = levels.x[both, a], levels.x[both, b]
            why = _why_null(x, y, TWO)
            zones[a, b] = zones[b, a] = x.size
            reason[a, b] = reason[b, a] = why
            if why == Reason.NONE:
                pearson[a, b] = pearson[b, a] = pearson_r(x, y)
                spearman[a, b] = spearman[b, a] = pearson_r(_ranks(x), _ranks(y))
    return Correlations(pearson, spearman, reason, zones)


def pearson_r(x: Float64, y: Float64) -> float:
    """
    Return Pearson's correlation of two columns that are not constant.

    Parameters
    ----------
    x, y
        Shape (n,), finite.

    Returns
    -------
    r
        In [−1, 1].

    Examples
    --------
    >>> pearson_r(np.array([1.0, 2.0, 3.0]), np.array([5.0, 3.0, 1.0]))
    -1.0
    """
    # In parts of the span, so that the squares of the smallest numbers do not vanish.
    dx, dy = (_centred(values / (values.max() - values.min())) for values in (x, y))
    r = _dot(dx, dy) / np.sqrt(_dot(dx, dx) * _dot(dy, dy))
    return float(np.clip(r, -1.0, 1.0))


def effective_weights(
    levels: Levels, need: Float64, weights: Float64, rule: SplineRule
) -> EffectiveWeights:
    """
    Measure how much of the score's variance each component accounts for by itself.

    Parameters
    ----------
    levels
        Shape (n, K), of the zones of one tier.
    need
        Shape (n,), their scores; NaN where there is none.
    weights
        Shape (K,), ≥ 0, as adopted.
    rule
        How the curve E[N | x] is fitted, and from how many zones on.

    Returns
    -------
    weights
        Effective beside nominal. With correlated components the first-order effects may sum to
        more than 1: each counts what it shares with the others.

    Raises
    ------
    ShapeError
        If levels, scores and weights do not fit together.
    InputError
        If a level or score is infinite, or the weights weigh nothing.

    Notes
    -----
    Source: Paruolo, Saisana & Saltelli 2013: the correlation ratio S = Var(E[N | x])/Var(N), and
    Pearson's R², which it equals where N depends on x in a straight line. Estimator (ours among
    those they allow): a penalised cubic regression spline (Eilers & Marx 1996) whose penalty is
    the one of a fixed grid with the least generalised cross-validation; S is the variance of the
    fitted values over that of the scores. Zones are sorted by level and score first, so no order
    of zones changes a bit. With few zones, and zones without an effect, S is biased upwards.
    """
    _check(levels, need, weights)
    k = levels.x.shape[1]
    first, linear = np.full(k, np.nan), np.full(k, np.nan)
    reason, linear_reason = np.zeros(k, np.uint8), np.zeros(k, np.uint8)
    zones = np.zeros(k, np.int64)
    for c in range(k):
        both = (levels.reason[:, c] == Reason.NONE) & ~np.isnan(need)
        x, y = levels.x[both, c], need[both]
        zones[c] = x.size
        linear_reason[c] = _why_null(x, y, TWO)
        reason[c] = _why_null(x, y, rule.least_zones)
        if linear_reason[c] == Reason.NONE:
            linear[c] = pearson_r(x, y) ** 2
        if reason[c] == Reason.NONE:
            first[c] = first_order(x, y, rule)
    known = reason == Reason.NONE
    total = fsum(first[known].tolist())
    share = np.where(known & (total > 0), first / (total or 1.0), np.nan)
    return EffectiveWeights(normalised(weights), first, linear, share, reason, linear_reason, zones)


def first_order(x: Float64, y: Float64, rule: SplineRule) -> float:
    """
    Return the share of one column's variance that its curve over another accounts for.

    Parameters
    ----------
    x, y
        Shape (n,), finite, neither constant.
    rule
        How the curve is fitted.

    Returns
    -------
    share
        Var(fitted y) / Var(y), in [0, 1].
    """
    order = np.lexsort((y, x))
    span = y.max() - y.min()
    curve = _centred(fitted(x[order], y[order] / span, rule))
    spread = _centred(y / span)
    return float(np.clip(_dot(curve, curve) / _dot(spread, spread), 0.0, 1.0))


def _check(levels: Levels, need: Float64, weights: Float64) -> None:
    """Refuse levels, scores and weights that do not fit together."""
    if need.shape != levels.x.shape[:1] or weights.shape != levels.x.shape[1:]:
        msg = f"{need.shape} scores, {weights.shape} weights for levels {levels.x.shape}"
        raise ShapeError(msg)
    if np.isinf(levels.x).any() or np.isinf(need).any():
        msg = "a level or score is infinite"
        raise InputError(msg)


def _why_null(x: Float64, y: Float64, least: int) -> Reason:
    """Return why two columns have no correlation, `NONE` where they have one."""
    if x.size < least:
        return Reason.MISSING
    if _is_constant(x) or _is_constant(y):
        return Reason.NOT_APPLICABLE
    return Reason.NONE


def _is_constant(values: Float64) -> bool:
    return bool(values.min() == values.max())


def _ranks(values: Float64) -> Float64:
    """Return ranks, ties sharing the mean of theirs."""
    return np.asarray(rankdata(values), np.float64)


def _centred(values: Float64) -> Float64:
    return values - fsum(values.tolist()) / values.size


def _dot(a: Float64, b: Float64) -> float:
    return fsum((a * b).tolist())
