"""How far a measure of evenness moves when the choices behind it are drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.doubt.ranks import observed_at
from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from atlas.engine.types import Float64, Int64


def interval(
    measure: Callable[[Float64], float],
    table: Float64,
    row: Int64,
    quantiles: tuple[float, ...] = (0.05, 0.5, 0.95),
) -> Float64:
    """
    Return a measure at some quantiles of the draws.

    Parameters
    ----------
    measure
        Of one row: a Gini, a gradient, a contrast of the gaps of n zones or points.
    table
        Every row that a draw may look up, shape (t, n): `GapLevels.table` of a service.
    row
        Which of them each draw looks up, shape (d,).
    quantiles
        Rising, in (0, 1].

    Returns
    -------
    measured
        Shape (q,), values that were observed; NaN in all where the measure of some draw is not
        defined.

    Raises
    ------
    ShapeError
        If there is no draw, or `table` is not of rows.
    InputError
        If a draw looks up a row that is not there.

    Notes
    -----
    Source: METHOD §9: from the draws of §8, not from resampling points, for the children of a city
    are counted and no sample. Worked out once for each row, however many draws look it up.

    Examples
    --------
    >>> table = np.array([[0.0, 1.0], [0.5, 0.5]])
    >>> interval(lambda x: float(np.ptp(x)), table, np.array([0, 1, 1]), (0.5, 1.0))
    array([0., 1.])
    """
    return intervals(lambda x: np.array([measure(x)]), table, row, quantiles)[:, 0]


def intervals(
    measures: Callable[[Float64], Float64],
    table: Float64,
    row: Int64,
    quantiles: tuple[float, ...] = (0.05, 0.5, 0.95),
) -> Float64:
    """
    Return several measures of the same row at some quantiles of the draws.

    Parameters
    ----------
    measures
        Of one row, shape (m,).
    table, row, quantiles
        As `interval` takes them.

    Returns
    -------
    measured
        Shape (q, m), each measure by itself, as `interval` returns one.

    Raises
    ------
    ShapeError, InputError
        As `interval`.
    """
    if table.ndim != 2 or row.ndim != 1 or not row.size:  # noqa: PLR2004
        msg = f"a table of shape {table.shape} and draws of shape {row.shape}"
        raise ShapeError(msg)
    if row.min() < 0 or row.max() >= table.shape[0]:
        msg = "a draw looks up a row that is not there"
        raise InputError(msg)
    used, of_draw = np.unique(row, return_inverse=True)
    measured = np.stack([measures(table[r]) for r in used.tolist()])[of_draw]
    observed = np.sort(measured, axis=0)[observed_at(quantiles, row.size) - 1]
    return np.where(np.isnan(measured).any(axis=0), np.nan, observed)
