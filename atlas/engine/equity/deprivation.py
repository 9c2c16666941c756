"""Whether the children of deprived zones are served as well as others (METHOD §9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.equity.gradient import fifths, gradient
from atlas.engine.equity.intervals import intervals
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64

MEASURES = 4
TWO = 2
"""Fewer degrees of deprivation rank nobody."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    Who is served in the n zones of one tier, as adopted and in every trial.

    Parameters
    ----------
    gap
        As adopted, shape (n,), in [0, 1]; NaN where not known.
    table
        Every row that a trial may look up, shape (t, n): `GapLevels.table`.
    row
        Which of them each trial looks up, shape (d,).
    children_micro
        Children it is known of, shape (n,), millionths.
    """

    gap: Float64
    table: Float64
    row: Int64
    children_micro: Int64


@dataclass(frozen=True, slots=True)
class AlongDeprivation:
    """
    Coverage along deprivation.

    Attributes
    ----------
    reason
        Why nothing can be said: then every figure is NaN.
    erreygers, concentration
        Positive: more of the children served are among the less deprived. The concentration index
        is NaN where nobody is served.
    most_deprived, least_deprived
        Share served in the most and in the least deprived fifth of the children.
    difference, ratio
        The least deprived less, and over, the most deprived; no ratio (NaN) where the latter is 0.
    observed
        Erreygers' index, both shares and the difference at each quantile, shape (q, 4).
    children_micro
        Of the children that stand behind it, millionths.
    """

    reason: Reason
    erreygers: float
    concentration: float
    most_deprived: float
    least_deprived: float
    difference: float
    ratio: float
    observed: Float64
    children_micro: int


def along_deprivation(
    coverage: Coverage, deprivation: Float64, quantiles: tuple[float, ...], missing_limit: float
) -> AlongDeprivation:
    """
    Compare coverage along deprivation, as adopted and in the trials.

    Parameters
    ----------
    coverage
        Of the zones of one tier.
    deprivation
        Shape (n,), more is worse; NaN where not known.
    quantiles
        Rising, in (0, 1].
    missing_limit
        Share of the children whose coverage or deprivation may be missing before nothing is said.

    Returns
    -------
    along
        `MISSING` where too much is; `NOT_APPLICABLE` where there are no children, or all zones are
        deprived alike.

    Raises
    ------
    ShapeError, InputError
        If columns differ in length, a gap lies outside [0, 1], or the limit outside [0, 1].

    Notes
    -----
    Source: METHOD §9; Erreygers 2009. The children of a zone share its coverage and rank. The same
    index of the gap is the negative. The trials vary reach, provision and counts; who is deprived
    is not varied.
    """
    if not coverage.gap.shape == coverage.children_micro.shape == deprivation.shape:
        msg = f"{coverage.gap.shape} gaps, {deprivation.shape} degrees of deprivation"
        raise ShapeError(msg)
    if not 0 <= missing_limit <= 1:
        msg = f"the limit {missing_limit} lies outside [0, 1]"
        raise InputError(msg)
    children = coverage.children_micro
    known = ~np.isnan(coverage.gap) & ~np.isnan(deprivation) & (children > 0)
    counted, living = int(children[known].sum()), int(children.sum())
    if not living:
        return _nothing(Reason.NOT_APPLICABLE, len(quantiles))
    if not counted or living - counted > missing_limit * living:
        return _nothing(Reason.MISSING, len(quantiles))
    if np.unique(deprivation[known]).size < TWO:
        return _nothing(Reason.NOT_APPLICABLE, len(quantiles))
    of_known, degree = children[known], deprivation[known]
    served = 1.0 - coverage.gap[known]
    adopted, ends = gradient(served, degree, of_known), fifths(served, -degree, of_known)

    def measures(gap: Float64) -> Float64:
        own = fifths(1.0 - gap, -degree, of_known)
        index = gradient(1.0 - gap, degree, of_known).erreygers
        return np.array([index, own.lower, own.higher, own.difference])

    return AlongDeprivation(
        reason=Reason.NONE,
        erreygers=adopted.erreygers,
        concentration=adopted.concentration,
        most_deprived=ends.lower,
        least_deprived=ends.higher,
        difference=ends.difference,
        ratio=ends.ratio,
        observed=intervals(measures, coverage.table[:, known], coverage.row, quantiles),
        children_micro=counted,
    )


def _nothing(reason: Reason, quantiles: int) -> AlongDeprivation:
    none = float("nan")
    return AlongDeprivation(
        reason=reason,
        erreygers=none,
        concentration=none,
        most_deprived=none,
        least_deprived=none,
        difference=none,
        ratio=none,
        observed=np.full((quantiles, MEASURES), np.nan),
        children_micro=0,
    )
