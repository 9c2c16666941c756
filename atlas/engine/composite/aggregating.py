"""Aggregations of OECD/JRC 2008, step 6, and ranks of what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.sums import row_sums
from atlas.engine.weights import normalised

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int64

STEPS = 10**9
"""Composites are compared as whole numbers of 10⁻⁹, as scores are (METHOD §8)."""


def linear(scores: Float64, weights: Float64) -> Float64:
    """
    Sum weighted scores.

    Parameters
    ----------
    scores
        Shape (n, Q), finite, on one scale.
    weights
        Shape (Q,), ≥ 0, rescaled to sum to 1.

    Returns
    -------
    composite
        Shape (n,), Σ w I. A high score pays for a low one in full.

    Raises
    ------
    ShapeError, InputError
        If scores and weights do not fit together or are no numbers.

    Notes
    -----
    Source: OECD/JRC 2008, eq. 31.

    Examples
    --------
    >>> linear(np.array([[21.0, 1, 1, 1], [6, 6, 6, 6]]), np.ones(4))
    array([6., 6.])
    """
    known, share = _fitting(scores, weights)
    return row_sums(known * share)


def geometric(scores: Float64, weights: Float64) -> Float64:
    """
    Multiply scores raised to their weights.

    Parameters
    ----------
    scores
        Shape (n, Q), > 0.
    weights
        Shape (Q,), ≥ 0, rescaled to sum to 1.

    Returns
    -------
    composite
        Shape (n,), Π x^w. A high score pays for a low one in part.

    Raises
    ------
    ShapeError, InputError
        If scores and weights do not fit together, or a score is not above 0.

    Notes
    -----
    Source: OECD/JRC 2008, §6.11.

    Examples
    --------
    >>> geometric(np.array([[21.0, 1, 1, 1], [6, 6, 6, 6]]), np.ones(4)).round(2)
    array([2.14, 6.  ])
    """
    known, share = _fitting(scores, weights)
    if (known <= 0).any():
        msg = "only scores above 0 have a geometric mean"
        raise InputError(msg)
    return np.asarray(np.exp(row_sums(np.log(known) * share)), np.float64)


def rank_sums(ranks: AnyArray) -> Float64:
    """
    Add up the ranks of each unit over its indicators.

    Parameters
    ----------
    ranks
        Shape (n, Q).

    Returns
    -------
    sums
        Shape (n,).

    Raises
    ------
    ShapeError
        If it is not a table.

    Notes
    -----
    Source: OECD/JRC 2008, eq. 29.
    """
    return np.asarray(_table(ranks).sum(axis=1), np.float64)


def borda(orders: Int64, votes: Int64) -> Int64:
    """
    Score units by Borda's rule.

    Parameters
    ----------
    orders
        Shape (m, n), each row the n units from the best to the worst.
    votes
        Shape (m,), how many indicators say so.

    Returns
    -------
    points
        Shape (n,): none for each last place, n − 1 for each first.

    Raises
    ------
    ShapeError
        If orders and votes differ in number.
    InputError
        If a row is no order of all units, or votes are negative.

    Notes
    -----
    Source: OECD/JRC 2008, §6.12, table 26.

    Examples
    --------
    >>> borda(np.array([[0, 1, 2], [1, 2, 0]]), np.array([2, 3]))
    array([4, 8, 3])
    """
    frequency = rank_frequencies(orders, votes)
    units = frequency.shape[0]
    return np.asarray(np.arange(units - 1, -1, -1) @ frequency, np.int64)


def rank_frequencies(orders: Int64, votes: Int64) -> Int64:
    """
    Count how many indicators put each unit in each place.

    Parameters
    ----------
    orders
        Shape (m, n), each row the n units from the best to the worst.
    votes
        Shape (m,), how many indicators say so.

    Returns
    -------
    frequency
        Shape (n places, n units).

    Raises
    ------
    ShapeError
        If orders and votes differ in number.
    InputError
        If a row is no order of all units, or votes are negative.

    Notes
    -----
    Source: OECD/JRC 2008, tables 26, 29, 32 and 33.
    """
    units = check_orders(orders, votes)
    frequency = np.zeros((units, units), np.int64)
    np.add.at(frequency, (np.arange(units)[None, :], orders), votes[:, None])
    return frequency


def check_orders(orders: Int64, votes: Int64) -> int:
    """
    Refuse rows that are no orders.

    Parameters
    ----------
    orders
        Shape (m, n).
    votes
        Shape (m,).

    Returns
    -------
    units
        How many units are ordered (n).

    Raises
    ------
    ShapeError
        If orders and votes differ in number.
    InputError
        If a row is no order of all units, or votes are negative.
    """
    units = _table(orders).shape[1]
    if votes.shape != orders.shape[:1]:
        msg = f"{votes.shape} votes for {orders.shape[0]} orders"
        raise ShapeError(msg)
    if (np.sort(orders, axis=1) != np.arange(units)).any() or (votes < 0).any():
        msg = "a row does not order every unit once, or votes are negative"
        raise InputError(msg)
    return int(units)


def ranks_of(composite: Float64) -> Int64:
    """
    Rank composites, 1 for the highest.

    Parameters
    ----------
    composite
        Shape (n,), finite.

    Returns
    -------
    ranks
        Shape (n,); equal ones share the least of their ranks and the next is skipped, as the
        Handbook prints them.

    Raises
    ------
    InputError
        If a composite is not finite.

    Notes
    -----
    Source: OECD/JRC 2008, tables 23 and 38. Ranks of zones share the mean: `atlas.engine.need`.

    Examples
    --------
    >>> ranks_of(np.array([0.9, 0.5, 0.9, 0.1]))
    array([1, 3, 1, 4])
    """
    if not np.isfinite(composite).all():
        msg = "a composite is not finite"
        raise InputError(msg)
    return rankdata(-np.rint(composite * STEPS), method="min").astype(np.int64)


def kendall_w(one: AnyArray, other: AnyArray) -> float:
    """
    Compare two rankings without ties.

    Parameters
    ----------
    one, other
        Shape (n,), ranks of the same units, n ≥ 2.

    Returns
    -------
    correspondence
        4P/(n(n − 1)) − 1 with P pairs in the same order: 1 for equal, −1 for opposite rankings.

    Raises
    ------
    ShapeError
        If they differ in length, or have fewer than two units.
    InputError
        If a ranking has ties.

    Notes
    -----
    Source: OECD/JRC 2008, box 7, where it is named Kendall's W; others call it τ.

    Examples
    --------
    >>> round(kendall_w(np.array([1, 2, 3, 4]), np.array([1, 2, 4, 3])), 3)
    0.667
    """
    n = len(one)
    if len(other) != n or n < 2:  # noqa: PLR2004 - a pair
        msg = f"rankings of {n} and {len(other)} units"
        raise ShapeError(msg)
    if len(np.unique(one)) != n or len(np.unique(other)) != n:
        msg = "a ranking has ties"
        raise InputError(msg)
    same = np.subtract.outer(one, one) * np.subtract.outer(other, other) > 0
    pairs = int(same.sum()) // 2
    return 4 * pairs / (n * (n - 1)) - 1


def _fitting(scores: Float64, weights: Float64) -> tuple[Float64, Float64]:
    """Return scores, and weights that sum to 1, refusing those that do not fit together."""
    known = np.asarray(_table(scores), np.float64)
    if np.shape(weights) != known.shape[1:]:
        msg = f"{np.shape(weights)} weights for scores {known.shape}"
        raise ShapeError(msg)
    if not np.isfinite(known).all():
        msg = "a score is not finite"
        raise InputError(msg)
    return known, normalised(weights)


def _table(values: AnyArray) -> AnyArray:
    if values.ndim != 2:  # noqa: PLR2004 - units by indicators
        msg = f"a table of shape {values.shape}"
        raise ShapeError(msg)
    return values
