"""Transformations beside normalisation in OECD/JRC 2008, step 5: tails, cycles and growth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.composite.normalising import finite
from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import Float64


def logarithm(values: Float64) -> Float64:
    """
    Shrink a long right tail.

    Parameters
    ----------
    values
        Shape (n,), > 0.

    Returns
    -------
    logarithms
        Shape (n,), natural.

    Raises
    ------
    InputError
        If a value is 0, negative or not finite.

    Notes
    -----
    Source: OECD/JRC 2008, §5.1. Linear aggregation of logarithms is geometric aggregation.
    """
    known = finite(values)
    if (known <= 0).any():
        msg = "only numbers above 0 have a logarithm"
        raise InputError(msg)
    return np.asarray(np.log(known), np.float64)


def trimmed(values: Float64, low: float = 2.5, high: float = 97.5) -> Float64:
    """
    Pull outliers in to two percentiles.

    Parameters
    ----------
    values
        Shape (n,), finite, at least one.
    low, high
        Percentiles, 0 ≤ low < high ≤ 100.

    Returns
    -------
    trimmed
        Shape (n,), those beyond a percentile set to it (linear between two values).

    Raises
    ------
    InputError
        If a value is not finite, there is none, or the percentiles do not rise.

    Notes
    -----
    Source: OECD/JRC 2008, §5.1, after the Environmental Sustainability Index.

    Examples
    --------
    >>> trimmed(np.array([0.0, 1.0, 2.0, 3.0, 100.0]), 25, 75)
    array([1., 1., 2., 3., 3.])
    """
    known = finite(values)
    if not 0 <= low < high <= 100 or known.size == 0:  # noqa: PLR2004 - per cent
        msg = f"nothing to trim, or percentiles {low} and {high} that do not rise"
        raise InputError(msg)
    floor, ceiling = np.percentile(known, [low, high])
    return np.clip(known, floor, ceiling)


def cyclical(series: Float64) -> Float64:
    """
    Take out level and amplitude of time series.

    Parameters
    ----------
    series
        Shape (n, T), finite; one row a unit, one column a time.

    Returns
    -------
    index
        Shape (n, T), 100 + (v − mean over time)/(mean absolute difference from it).

    Raises
    ------
    ShapeError
        If it is not a table.
    InputError
        If a value is not finite, or a series never changes.

    Notes
    -----
    Source: OECD/JRC 2008, §5.6; "converted into index form by adding 100".

    Examples
    --------
    >>> cyclical(np.array([[1.0, 3.0]]))
    array([[ 99., 101.]])
    """
    away = _table(series) - series.mean(axis=1, keepdims=True)
    amplitude = np.abs(away).mean(axis=1, keepdims=True)
    if (amplitude == 0).any():
        msg = "a series never changes"
        raise InputError(msg)
    return np.asarray(100.0 + away / amplitude, np.float64)


def annual_change(series: Float64) -> Float64:
    """
    Measure growth from each time to the next.

    Parameters
    ----------
    series
        Shape (n, T), finite, none 0 before the last time.

    Returns
    -------
    growth
        Shape (n, T − 1), per cent of the value before.

    Raises
    ------
    ShapeError
        If it is not a table.
    InputError
        If a value is not finite, or one to grow from is 0.

    Notes
    -----
    Source: OECD/JRC 2008, §5.7.

    Examples
    --------
    >>> annual_change(np.array([[4.0, 5.0, 4.0]]))
    array([[ 25., -20.]])
    """
    before = _table(series)[:, :-1]
    if (before == 0).any():
        msg = "nothing grows from 0"
        raise InputError(msg)
    return np.asarray(100.0 * np.diff(series, axis=1) / before, np.float64)


def _table(series: Float64) -> Float64:
    """Return a table of series, refusing anything else."""
    if series.ndim != 2:  # noqa: PLR2004 - units by times
        msg = f"series of shape {series.shape}"
        raise ShapeError(msg)
    return finite(series)
