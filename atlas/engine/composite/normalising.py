"""Normalisations of OECD/JRC 2008, step 5: indicators of any unit on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from scipy.stats import rankdata

from atlas.engine.errors import InputError
from atlas.engine.sums import exact_sum

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int8

Ties: TypeAlias = Literal["min", "average", "max", "dense"]

TWO = 2

PERCENTILE_BREAKS = (5.0, 15.0, 35.0, 65.0, 85.0, 95.0)
PERCENTILE_SCORES = (0.0, 20.0, 40.0, 50.0, 60.0, 80.0, 100.0)
"""The categorical scale of the Handbook: the top 5 % get 100, 85 to 95 get 80, and so on to 0."""


def ranked(values: Float64, method: Ties = "min") -> Float64:
    """
    Rank units, the highest value at the top of the scale.

    Parameters
    ----------
    values
        Shape (n,), finite.
    method
        How ties rank: ``"min"`` (the Handbook's table 15), ``"average"``, ``"max"``, ``"dense"``.

    Returns
    -------
    ranks
        Shape (n,), 1 for the lowest value.

    Raises
    ------
    InputError
        If a value is not finite or the method unknown.

    Notes
    -----
    Source: OECD/JRC 2008, table 15, "high value = top in the list".

    Examples
    --------
    >>> ranked(np.array([7.1, 9.0, 7.1]))
    array([1., 3., 1.])
    """
    if method not in get_args(Ties):
        msg = f"no ranking by {method!r}"
        raise InputError(msg)
    return np.asarray(rankdata(finite(values), method=method), np.float64)


def z_scores(values: Float64, reference: Float64 | None = None) -> Float64:
    """
    Standardise by mean and deviation.

    Parameters
    ----------
    values
        Shape (n,), finite.
    reference
        Shape (m,), the values of the year whose mean and deviation count; None: the same.

    Returns
    -------
    scores
        Shape (n,), (v − mean)/sd with the sample's deviation (n − 1).

    Raises
    ------
    InputError
        If a value is not finite, or the reference has no spread.

    Notes
    -----
    Source: OECD/JRC 2008, §5.2. Table 15 agrees with n − 1 alone.

    Examples
    --------
    >>> z_scores(np.array([1.0, 2.0, 3.0]))
    array([-1.,  0.,  1.])
    """
    against = finite(values if reference is None else reference)
    _spread(against)
    mean = exact_sum(against) / against.size
    deviation = np.sqrt(exact_sum((against - mean) ** 2) / (against.size - 1))
    return np.asarray((finite(values) - mean) / deviation, np.float64)


def min_max(values: Float64, goalposts: tuple[float, float] | None = None) -> Float64:
    """
    Rescale from worst to best.

    Parameters
    ----------
    values
        Shape (n,), finite.
    goalposts
        The values that become 0 and 1; None: the least and the greatest.

    Returns
    -------
    scores
        Shape (n,); below 0 or above 1 beyond the goalposts, as the Handbook has it.

    Raises
    ------
    InputError
        If a value is not finite or the goalposts do not stand apart.

    Notes
    -----
    Source: OECD/JRC 2008, §5.3. For extremes over several years give those as goalposts.

    Examples
    --------
    >>> min_max(np.array([2.0, 3.0, 6.0]))
    array([0.  , 0.25, 1.  ])
    """
    known = finite(values)
    low, high = goalposts if goalposts is not None else _spread(known)
    if not (np.isfinite([low, high]).all() and low != high):
        msg = f"goalposts {low} and {high} do not stand apart"
        raise InputError(msg)
    return np.asarray((known - low) / (high - low), np.float64)


def ratio_to(values: Float64, reference: float) -> Float64:
    """
    Measure as a multiple of a reference.

    Parameters
    ----------
    values
        Shape (n,), finite.
    reference
        The mean, the best, the worst, or any benchmark; not 0.

    Returns
    -------
    scores
        Shape (n,), 1 at the reference.

    Raises
    ------
    InputError
        If a value is not finite or the reference 0.

    Notes
    -----
    Source: OECD/JRC 2008, §5.4. Changes with the zero of the unit: for ratio scales only.

    Examples
    --------
    >>> ratio_to(np.array([35.0, 39.0]), 39.0).round(3)
    array([0.897, 1.   ])
    """
    if not np.isfinite(reference) or reference == 0:
        msg = f"no ratio to {reference}"
        raise InputError(msg)
    return finite(values) / reference


def difference_to(values: Float64, reference: float) -> Float64:
    """
    Measure as the part by which a value exceeds a reference.

    Parameters
    ----------
    values
        Shape (n,), finite.
    reference
        The mean, the best, the worst, or any benchmark; not 0.

    Returns
    -------
    scores
        Shape (n,), (v − reference)/reference, 0 at the reference.

    Raises
    ------
    InputError
        If a value is not finite or the reference 0.

    Notes
    -----
    Source: OECD/JRC 2008, §5.4.

    Examples
    --------
    >>> difference_to(np.array([12.0, 9.0]), 10.0)
    array([ 0.2, -0.1])
    """
    if not np.isfinite(reference) or reference == 0:
        msg = f"no difference to {reference}"
        raise InputError(msg)
    return (finite(values) - reference) / reference


def above_or_below(values: Float64, reference: float, threshold: float) -> Int8:
    """
    Tell who stands clearly above or below a reference.

    Parameters
    ----------
    values
        Shape (n,), finite.
    reference
        As a rule the mean; not 0.
    threshold
        Half width p ≥ 0 of the neutral region, as a part of the reference.

    Returns
    -------
    sides
        Shape (n,), 1 where v/reference > 1 + p, −1 where < 1 − p, else 0.

    Raises
    ------
    InputError
        If a value is not finite, the reference 0 or the threshold negative.

    Notes
    -----
    Source: OECD/JRC 2008, §5.5.

    Examples
    --------
    >>> above_or_below(np.array([1.21, 1.2, 0.8, 0.79]), 1.0, 0.2)
    array([ 1,  0,  0, -1], dtype=int8)
    """
    if not threshold >= 0:
        msg = f"a threshold of {threshold}"
        raise InputError(msg)
    w = ratio_to(values, reference)
    return ((w > 1 + threshold).astype(np.int8) - (w < 1 - threshold)).astype(np.int8)


def percentiles(values: Float64) -> Float64:
    """
    Place units in per cent of their number.

    Parameters
    ----------
    values
        Shape (n,), finite.

    Returns
    -------
    percentiles
        Shape (n,), 100 · rank/n, ties at the least of their ranks.

    Raises
    ------
    InputError
        If a value is not finite.

    Notes
    -----
    Source: OECD/JRC 2008, table 15.

    Examples
    --------
    >>> percentiles(np.array([3.0, 5.0, 9.0, 3.0]))
    array([ 25.,  75., 100.,  25.])
    """
    return 100.0 * ranked(values) / max(values.size, 1)


def categories(
    percentile: Float64,
    breaks: tuple[float, ...] = PERCENTILE_BREAKS,
    scores: tuple[float, ...] = PERCENTILE_SCORES,
) -> Float64:
    """
    Score by bands of percentiles.

    Parameters
    ----------
    percentile
        Shape (n,), 0 to 100.
    breaks
        Where a band ends and the next begins, rising; a break belongs to the band above.
    scores
        One more than breaks.

    Returns
    -------
    scores
        Shape (n,).

    Raises
    ------
    InputError
        If a percentile is not finite, the breaks do not rise or the scores do not fit.

    Notes
    -----
    Source: OECD/JRC 2008, §1.5: top 5 % get 100, 85 to 95 get 80, 65 to 85 get 60, … to 0.

    Examples
    --------
    >>> categories(np.array([4.3, 13.0, 65.2, 95.7]))
    array([  0.,  20.,  60., 100.])
    """
    if len(scores) != len(breaks) + 1 or (np.diff(breaks) <= 0).any():
        msg = "bands need rising breaks and one score more than those"
        raise InputError(msg)
    band = np.searchsorted(np.asarray(breaks), finite(percentile), side="right")
    return np.asarray(scores, np.float64)[band]


def finite(values: AnyArray) -> Float64:
    """
    Return values as floats.

    Parameters
    ----------
    values
        Of any shape.

    Returns
    -------
    values
        The same numbers.

    Raises
    ------
    InputError
        If one is not finite.
    """
    known = np.asarray(values, np.float64)
    if not np.isfinite(known).all():
        msg = "a value is not finite"
        raise InputError(msg)
    return known


def _spread(values: Float64) -> tuple[float, float]:
    """Return the least and greatest value, refusing those that are the same."""
    if values.size < TWO or values.min() == values.max():
        msg = "values without spread cannot be normalised by it"
        raise InputError(msg)
    return float(values.min()), float(values.max())
