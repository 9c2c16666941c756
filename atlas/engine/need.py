"""Gaps, need scores, what each component contributes, and ranks (METHOD §6 and §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.sums import row_sums
from atlas.engine.values import Flag, Reason
from atlas.engine.weights import check_weights

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Bool, Float64, Int64, UInt8

SCORE_STEPS = 10**9
"""Scores are compared as whole numbers of 10⁻⁹ (METHOD §8)."""


@dataclass(frozen=True, slots=True)
class Levels:
    """
    One level in [0, 1] for each zone and component, 1 the worst.

    Parameters
    ----------
    x
        Shape (n, K); NaN where there is none.
    reason
        Shape (n, K), `Reason`: `NONE`, `MISSING`, `NOT_APPLICABLE` or `NO_NETWORK`.
    """

    x: Float64
    reason: UInt8


@dataclass(frozen=True, slots=True)
class Scores:
    """
    The need of each zone, with what stands behind it.

    Parameters
    ----------
    need
        Shape (n,), 0 to 100, high = worse; NaN where there is no score.
    lo, hi
        Shape (n,), the score with the missing levels all 0 and all 1 at full weights; NaN where
        nothing applies. Both equal `need` where nothing is missing.
    reason
        Shape (n,), `Reason` of a score that is null.
    contributions
        Shape (n, K), points of the score that fall to each component ("share of the score");
        sums to `need`; NaN where the component has no level or the zone no score.
    without
        Shape (n, K), points the score would fall if this level were 0 ("if this were solved").
    known_weight
        Shape (n,), share in [0, 1] of the applicable weight whose level is known.
    rank
        Shape (n,): 1 for most need, equal scores share the mean of their ranks (two at the top:
        1.5); 0 where not ranked (no score, or few children).
    ranked_of
        Number of zones ranked.
    flags
        Shape (n,), `Flag` bits: `FEW_CHILDREN`, and `INCOMPLETE_DATA` where a level is missing.
    """

    need: Float64
    lo: Float64
    hi: Float64
    reason: UInt8
    contributions: Float64
    without: Float64
    known_weight: Float64
    rank: Float64
    ranked_of: int
    flags: UInt8


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """
    The adopted choices of a score.

    Parameters
    ----------
    p
        Exponent of the mean, ≥ 1: 1 lets a good service pay for a poor one, larger refuses.
    missing_limit
        Share of the applicable weight that may be missing before there is no score; METHOD
        proposes 1/3.
    n_min
        Whole children under which a zone is marked few and left out of the ranks.

    Raises
    ------
    InputError
        If `p` < 1, the limit lies outside [0, 1] or `n_min` is negative.
    """

    p: float = 1.0
    missing_limit: float = 1 / 3
    n_min: int = 0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.p) and self.p >= 1):
            msg = f"p = {self.p}: must be 1 or more"
            raise InputError(msg)
        if not (0 <= self.missing_limit <= 1 and self.n_min >= 0):
            msg = "the limit lies in [0, 1], the least number of children is not negative"
            raise InputError(msg)


def gap(
    full: Int64, out: Int64, children: Int64, unknown: Int64, unknown_limit: float = 1 / 3
) -> Levels:
    """
    Return the share of children not served, among those we know about.

    Parameters
    ----------
    full, out, children, unknown
        Shape (n, K), int64, children (any one unit, millionths inside the engine) summed over the
        groups a component applies to; 0 ≤ full + out + unknown ≤ children.
    unknown_limit
        Share of unknown children above which the gap is missing.

    Returns
    -------
    levels
        x = (full + out) / (children − unknown), in [0, 1]. `NOT_APPLICABLE` where no child of the
        component's groups lives in the zone, `MISSING` where too many are unknown.

    Raises
    ------
    ShapeError
        If the shapes differ.
    InputError
        If the parts are negative or exceed the whole, or the limit lies outside [0, 1].

    Notes
    -----
    Source: METHOD §6 (ours). Every tier is scored from its own counts; gaps are never averaged.

    Examples
    --------
    >>> gap(*(np.array([[n]]) for n in (10, 20, 120, 20))).x
    array([[0.3]])
    """
    if not full.shape == out.shape == children.shape == unknown.shape:
        msg = "full, out, children and unknown differ in shape"
        raise ShapeError(msg)
    if min((a.min(initial=0) for a in (full, out, unknown)), default=0) < 0:
        msg = "counts of children cannot be negative"
        raise InputError(msg)
    rest = children - full
    if ((full > children) | (out > rest) | (unknown > rest - out)).any():
        msg = "the parts exceed the children"
        raise InputError(msg)
    if not 0 <= unknown_limit <= 1:
        msg = f"the limit {unknown_limit} lies outside [0, 1]"
        raise InputError(msg)
    known = children - unknown
    reason = np.zeros(children.shape, np.uint8)
    reason[(known == 0) | (unknown > unknown_limit * children)] = Reason.MISSING
    reason[children == 0] = Reason.NOT_APPLICABLE
    x = np.where(reason == Reason.NONE, (full + out) / np.maximum(known, 1), np.nan)
    return Levels(x, reason)


def score(
    levels: Levels, weights: Float64, rule: ScoreRule, children: AnyArray | None = None
) -> Scores:
    """
    Score the need of each zone from its levels.

    Parameters
    ----------
    levels
        Of n zones and K components.
    weights
        Shape (K,), ≥ 0, rescaled to sum to 1. Those of what does not apply in a zone leave; those
        of missing levels leave the score but not its interval.
    rule
        Exponent, limit of what may be missing, least number of children.
    children
        Shape (n,), whole children of each zone, for the mark `FEW_CHILDREN`; None: none is few.

    Returns
    -------
    scores
        See `Scores`. A zone with too much missing has no score (`MISSING`) but keeps its interval;
        a zone where nothing applies has none (`NOT_APPLICABLE`).

    Raises
    ------
    ShapeError
        If levels, weights and children do not fit together.
    InputError
        If a level lies outside [0, 1] or is suppressed, null and reason do not go together, or
        weights are negative, too large or all 0.

    Notes
    -----
    Source: METHOD §6 and §7 (ours, in the frame of OECD/JRC 2008):
    N = 100 · (Σ W x^p)^(1/p); contribution N · W x^p / Σ W x^p. The weights that stay in a zone
    keep their proportions. Neither the order of zones or components nor a component that does not
    apply changes a bit of what is left. Sub-scores: `atlas.engine.subscores`.

    Examples
    --------
    >>> levels = Levels(np.array([[0.5, 0.1]]), np.zeros((1, 2), np.uint8))
    >>> scores = score(levels, np.array([0.5, 0.5]), ScoreRule())
    >>> scores.need, scores.contributions
    (array([30.]), array([[25.,  5.]]))
    """
    _check_levels(levels, weights, children)
    applies = levels.reason != Reason.NOT_APPLICABLE
    known = levels.reason == Reason.NONE
    full = _rescaled(np.where(applies, np.asarray(weights, np.float64), 0.0))
    known_weight = row_sums(np.where(known, full, 0.0))
    at = _rescaled(np.where(known, full, 0.0))
    x = np.where(known, levels.x, 0.0)
    exact = known_weight > 0
    enough = exact & ((1 - known_weight) <= rule.missing_limit + 1e-12)
    nowhere = ~(full > 0).any(axis=1)
    need = np.where(enough, _mean(x, at, rule.p), np.nan)
    whole = ~(applies & ~known & (full > 0)).any(axis=1)
    worst = np.where(applies & ~known, 1.0, x)
    lo = np.where(whole, need, np.where(nowhere, np.nan, _mean(x, full, rule.p)))
    hi = np.where(whole, need, np.where(nowhere, np.nan, _mean(worst, full, rule.p)))
    reason = np.where(enough, Reason.NONE, np.where(nowhere, Reason.NOT_APPLICABLE, Reason.MISSING))
    few = np.zeros(len(need), bool) if children is None else np.asarray(children) < rule.n_min
    flags = np.where(few, Flag.FEW_CHILDREN, 0) | np.where(whole, 0, Flag.INCOMPLETE_DATA)
    seen = known & enough[:, None]
    rank = ranks(need, ~few)
    return Scores(
        need=need,
        lo=lo,
        hi=hi,
        reason=reason.astype(np.uint8),
        contributions=np.where(seen, _contributions(x, at, rule.p, need), np.nan),
        without=np.where(seen, _without(x, at, rule.p, need), np.nan),
        known_weight=known_weight,
        rank=rank,
        ranked_of=int((rank > 0).sum()),
        flags=flags.astype(np.uint8),
    )


def ranks(need: Float64, eligible: Bool) -> Float64:
    """
    Rank zones by need, 1 for the most.

    Parameters
    ----------
    need
        Shape (n,), NaN where there is no score.
    eligible
        Shape (n,), which zones take part.

    Returns
    -------
    rank
        Shape (n,): g + (t + 1)/2 with g zones of more need and t of the same, itself counted,
        compared as whole numbers of 10⁻⁹; 0 where the zone takes no part or has no score. The
        ranks of n zones sum to n(n + 1)/2.

    Notes
    -----
    Source: METHOD §7 and §8.

    Examples
    --------
    >>> ranks(np.array([50.0, 80.0, 50.0, np.nan]), np.array([True] * 4))
    array([2.5, 1. , 2.5, 0. ])
    """
    takes_part = eligible & ~np.isnan(need)
    steps = np.rint(np.where(takes_part, need, 0.0) * SCORE_STEPS).astype(np.int64)
    ordered = np.sort(-steps[takes_part])
    greater = np.searchsorted(ordered, -steps, side="left")
    up_to_equal = np.searchsorted(ordered, -steps, side="right")
    return np.where(takes_part, (greater + up_to_equal + 1) / 2, 0.0)


def classes(need: Float64, breaks: AnyArray) -> UInt8:
    """
    Put each score in its class.

    Parameters
    ----------
    need
        Shape (n,), 0 to 100, NaN where there is no score.
    breaks
        Shape (c,), the lower bound of each class, rising, the first 0; fixed for the edition.

    Returns
    -------
    classes
        Shape (n,), 1 (least need) to c (most); 0 where there is no score.

    Notes
    -----
    Source: fixed breaks of the adopted standard; a score on a break belongs to the class above.

    Examples
    --------
    >>> classes(np.array([0.0, 19.9, 20.0, 100.0, np.nan]), np.array([0, 20, 40, 60, 80]))
    array([1, 1, 2, 5, 0], dtype=uint8)
    """
    found = np.searchsorted(np.asarray(breaks, np.float64), need, side="right")
    return np.where(np.isnan(need), 0, found).astype(np.uint8)


def _check_levels(levels: Levels, weights: Float64, children: AnyArray | None) -> None:
    """Refuse levels, weights and children that do not fit together."""
    n, k = levels.x.shape
    if levels.reason.shape != (n, k) or np.shape(weights) != (k,):
        msg = f"{np.shape(weights)} weights for levels {levels.x.shape}, {levels.reason.shape}"
        raise ShapeError(msg)
    if children is not None and np.shape(children) != (n,):
        msg = f"children of shape {np.shape(children)} for {n} zones"
        raise ShapeError(msg)
    check_weights(np.asarray(weights, np.float64))
    null = np.isnan(levels.x)
    if (null != (levels.reason != Reason.NONE)).any():
        msg = "a level is null without a reason, or has a reason and a number"
        raise InputError(msg)
    if ((levels.x < 0) | (levels.x > 1)).any():
        msg = "a level lies outside [0, 1]"
        raise InputError(msg)
    if (levels.reason >= Reason.SUPPRESSED).any():
        msg = "a level is suppressed, or its reason unknown"
        raise InputError(msg)


def _rescaled(weights: Float64) -> Float64:
    """Scale each row to sum to 1; a row of zeros stays."""
    total = row_sums(weights)[:, None]
    return np.asarray(weights / np.where(total > 0, total, 1.0), np.float64)


def _powers(x: Float64, weights: Float64, p: float) -> tuple[Float64, Float64]:
    """Return W (x/m)^p and m, the row's greatest level: no underflow at any p."""
    top = np.where(weights > 0, x, 0.0).max(axis=1, initial=0.0)
    ratio = x / np.where(top > 0, top, 1.0)[:, None]
    return weights * np.where(weights > 0, ratio, 0.0) ** p, top


def _mean(x: Float64, weights: Float64, p: float) -> Float64:
    """Return 100 · (Σ W x^p)^(1/p) of each row."""
    powers, top = _powers(x, weights, p)
    return np.asarray(100.0 * top * row_sums(powers) ** (1.0 / p), np.float64)


def _contributions(x: Float64, weights: Float64, p: float, need: Float64) -> Float64:
    """Return each component's share of the score, in points."""
    powers, _ = _powers(x, weights, p)
    total = row_sums(powers)[:, None]
    share = np.asarray(powers / np.where(total > 0, total, 1.0), np.float64)
    return np.where(np.isnan(need), 0.0, need)[:, None] * share


def _without(x: Float64, weights: Float64, p: float, need: Float64) -> Float64:
    """Return by how many points the score falls when one level after the other is 0."""
    drop = np.zeros_like(x)
    for k in range(x.shape[1]):
        solved = x.copy()
        solved[:, k] = 0.0
        drop[:, k] = need - _mean(solved, weights, p)
    return np.maximum(drop, 0.0)
