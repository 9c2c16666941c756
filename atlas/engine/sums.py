"""Sums of fractions that come out the same whatever the order of their terms."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64

MOST_NUMBER = 1e100
"""Numbers beyond it, of either sign, are refused: squares and sums of squares must stay finite."""


def row_sums(terms: Float64) -> Float64:
    """
    Sum each row, its smallest terms first.

    Parameters
    ----------
    terms
        Shape (n, K), finite.

    Returns
    -------
    sums
        Shape (n,). Neither the order of the columns nor how many of them are 0 changes a bit.

    Notes
    -----
    Source: METHOD §11: a caller may list services in any order, and one that does not apply
    counts like one that is absent, to the last bit.

    Examples
    --------
    >>> row_sums(np.array([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2]]))
    array([0.6, 0.6])
    """
    ordered = np.sort(terms, axis=1)
    sums = np.zeros(terms.shape[0])
    for column in ordered.T:
        sums += column
    return sums


def exact_sum(values: Float64) -> float:
    """
    Sum numbers, rounded once.

    Parameters
    ----------
    values
        Shape (n,), finite.

    Returns
    -------
    sum
        The float nearest to the true sum, so no order of adding matters.

    Notes
    -----
    Source: Shewchuk 1997, as Python's `math.fsum` has it.

    Examples
    --------
    >>> exact_sum(np.array([0.1] * 10))
    1.0
    """
    return fsum(values.tolist())


def group_sums(values: Float64, group: Bool) -> Float64:
    """
    Sum numbers over groups, each rounded once.

    Parameters
    ----------
    values
        Shape (n,), finite.
    group
        Shape (m, n), which values belong to each group.

    Returns
    -------
    sums
        Shape (m,).

    Examples
    --------
    >>> group_sums(np.array([0.5, 0.25]), np.array([[True, True], [False, True]]))
    array([0.75, 0.25])
    """
    return np.array([exact_sum(values[members]) for members in group], np.float64)
