"""Non-compensatory rankings of OECD/JRC 2008, §6.12 and §6.13: who is preferred to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.composite.aggregating import check_orders
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.orders import HALF, best_rest, sums_over_sets
from atlas.engine.weights import check_weights

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int64

MOST_IN_A_CIRCLE = 24
CLOSE = 1e-9
STEPS = 1 << 40
"""Support is counted in 2**-40 of a pair's sum; where it is in whole indicators, in those."""


@dataclass(frozen=True, slots=True)
class MedianOrders:
    """
    The orders with most pairwise support (Condorcet, Kemeny, Young, Levenglick).

    Attributes
    ----------
    orders
        Shape (m, n), rows of the units from the best to the worst; by themselves in the order of
        their rows.
    support
        Sum of the outranking of each unit over all behind it, the same for all of them.
    is_all
        Whether these are all; else the first of them.
    """

    orders: Int64
    support: float
    is_all: bool


def outranking(values: Float64, weights: Float64) -> Float64:
    """
    Compare every two units over all indicators.

    Parameters
    ----------
    values
        Shape (n, Q), finite, high the better; no scale is needed.
    weights
        Shape (Q,), ≥ 0, rescaled to sum to 1: coefficients of importance.

    Returns
    -------
    outranking
        Shape (n, n): the weight of the indicators where the row is better than the column, and
        half of that where they are equal, so that e_jk + e_kj = 1; 0 on the diagonal.

    Raises
    ------
    ShapeError, InputError
        If values and weights do not fit together or are no numbers.

    Notes
    -----
    Source: OECD/JRC 2008, eq. 32.

    Examples
    --------
    >>> outranking(np.array([[3.0, 1.0], [2.0, 1.0]]), np.ones(2))
    array([[0.  , 0.75],
           [0.25, 0.  ]])
    """
    if values.ndim != 2 or np.shape(weights) != values.shape[1:]:  # noqa: PLR2004 - a table
        msg = f"{np.shape(weights)} weights for values {values.shape}"
        raise ShapeError(msg)
    if not np.isfinite(values).all():
        msg = "a value is not finite"
        raise InputError(msg)
    known = np.asarray(weights, np.float64)
    check_weights(known)
    # Whole numbers, equal where weights are: two ways to the same support are the same.
    share = np.rint(known / known.max() * STEPS).astype(np.int64)
    better = (values[:, None, :] > values[None, :, :]).astype(np.int64)
    equal = (values[:, None, :] == values[None, :, :]).astype(np.int64)
    matrix = ((2 * better + equal) @ share) / float(2 * share.sum())
    np.fill_diagonal(matrix, 0.0)
    return np.asarray(matrix, np.float64)


def outranking_of_orders(orders: Int64, votes: Int64) -> Float64:
    """
    Count the indicators that prefer each unit to each other.

    Parameters
    ----------
    orders
        Shape (m, n), each row the n units from the best to the worst.
    votes
        Shape (m,), how many indicators say so.

    Returns
    -------
    outranking
        Shape (n, n), numbers of indicators.

    Raises
    ------
    ShapeError, InputError
        If orders and votes do not fit together, or a row is no order.

    Notes
    -----
    Source: OECD/JRC 2008, tables 27 and 30.
    """
    units = check_orders(orders, votes)
    place = np.argsort(orders, axis=1)
    before = place[:, :, None] < place[:, None, :]
    return np.asarray((before * votes[:, None, None]).sum(axis=0).reshape(units, units), np.float64)


def condorcet_order(matrix: Float64) -> Int64 | None:
    """
    Rank by majorities alone.

    Parameters
    ----------
    matrix
        Shape (n, n), an outranking matrix.

    Returns
    -------
    order
        Shape (n,), from the best to the worst, where every unit has a majority over each behind
        it; None where majorities go in a circle or are missing.

    Raises
    ------
    ShapeError, InputError
        If it is no outranking matrix.

    Notes
    -----
    Source: OECD/JRC 2008, §6.12: pairs above half of the indicators, and transitivity.

    Examples
    --------
    >>> condorcet_order(np.array([[0, 8, 8, 8], [13, 0, 10, 21], [13, 11, 0, 14], [13, 0, 7, 0.0]]))
    array([2, 1, 3, 0])
    """
    _check(matrix)
    wins = (matrix > matrix.T).sum(axis=1)
    order = np.argsort(-wins, kind="stable")
    return order if (np.sort(wins) == np.arange(wins.size)).all() else None


def median_orders(matrix: Float64, most: int = 1000) -> MedianOrders:
    """
    Find the orders that most pairwise support speaks for (C-K-Y-L).

    Parameters
    ----------
    matrix
        Shape (n, n), an outranking matrix: constant sums of mirrored pairs.
    most
        How many orders to list where several have the same support.

    Returns
    -------
    orders
        Exactly: units that majorities put before all others stand before them in every best order,
        and those that go in circles are tried in every order.

    Raises
    ------
    ShapeError
        If the matrix is not square.
    InputError
        If it is no outranking matrix, or more than 24 units go in one circle.

    Notes
    -----
    Source: OECD/JRC 2008, eq. 33 (Kemeny 1959; Young & Levenglick 1978). Dynamic programming over
    sets (Held & Karp 1962): 2ⁿ steps for n units in a circle, so up to 24 of them.

    Examples
    --------
    >>> found = median_orders(np.array([[0, 33, 25], [27, 0, 42], [35, 18, 0.0]]))
    >>> found.orders, found.support
    (array([[1, 2, 0]]), 104.0)
    """
    _check(matrix)
    support, is_rounded = _counted(matrix)
    orders, is_all = [np.zeros(0, np.int64)], True
    for circle in _circles(support):
        inner, whole = _orders_of(support[np.ix_(circle, circle)], most, is_rounded)
        is_all &= whole and len(orders) * len(inner) <= most
        orders = [np.concatenate([o, circle[i]]) for o in orders for i in inner][:most]
    table = np.array(orders, np.int64)
    return MedianOrders(table, order_support(matrix, table[0]), is_all)


def order_support(matrix: Float64, order: Int64) -> float:
    """
    Return what speaks for one order.

    Parameters
    ----------
    matrix
        Shape (n, n), an outranking matrix.
    order
        Shape (n,), from the best to the worst.

    Returns
    -------
    support
        Sum of the outranking of each unit over all behind it.

    Notes
    -----
    Source: OECD/JRC 2008, tables 28 and 37.
    """
    ordered = matrix[np.ix_(order, order)]
    return float(np.triu(ordered, 1).sum())


def _check(matrix: Float64) -> None:
    """Refuse what is no outranking matrix."""
    n = matrix.shape[0]
    if matrix.shape != (n, n) or n == 0:
        msg = f"an outranking matrix of shape {matrix.shape}"
        raise ShapeError(msg)
    sums = (matrix + matrix.T)[~np.eye(n, dtype=np.bool_)]
    if not np.isfinite(matrix).all() or (matrix < 0).any() or np.diagonal(matrix).any():
        msg = "an outranking matrix has finite numbers from 0 on, and 0 on its diagonal"
        raise InputError(msg)
    if sums.size and (sums.min() <= 0 or np.ptp(sums) > sums.max() * CLOSE):
        msg = "mirrored pairs of an outranking matrix sum to the same, more than 0"
        raise InputError(msg)


def _counted(matrix: Float64) -> tuple[Int64, bool]:
    """Return support in whole numbers, and whether rounding may set ties apart."""
    whole = np.rint(matrix)
    if (whole == matrix).all():
        return whole.astype(np.int64), False
    pair = float((matrix + matrix.T).max())
    return np.rint(matrix / pair * STEPS).astype(np.int64), True


def _circles(support: Int64) -> list[Int64]:
    """Return the units in groups, each unit of a group beating all of every later group."""
    reaches: Bool = (support >= support.T) | np.eye(len(support), dtype=np.bool_)
    for middle in range(len(support)):
        reaches |= np.outer(reaches[:, middle], reaches[middle])
    groups = np.unique(reaches & reaches.T, axis=0)
    ahead = [int(reaches[np.flatnonzero(group)[0]].sum()) for group in groups]
    return [np.flatnonzero(groups[g]) for g in np.argsort(np.negative(ahead), kind="stable")]


def _orders_of(support: Int64, most: int, is_rounded: bool) -> tuple[list[Int64], bool]:
    """Return the best orders of one circle, up to `most` of them, and whether those are all."""
    n = len(support)
    if n > MOST_IN_A_CIRCLE:
        msg = f"{n} units go in one circle, more than {MOST_IN_A_CIRCLE}"
        raise InputError(msg)
    best = best_rest(support, sums_over_sets(support, 0), sums_over_sets(support, HALF))
    found: list[Int64] = []
    # What each pair's rounding may take from an order that is as good as the best.
    waiting: list[tuple[int, tuple[int, ...], int]] = [(0, (), n * (n - 1) // 2 * int(is_rounded))]
    while waiting and len(found) <= most:
        placed, order, slack = waiting.pop()
        if len(order) == n:
            found.append(np.array(order, np.int64))
        left = [j for j in range(n) if not placed >> j & 1]
        for j in reversed(left):
            short = int(best[placed] - support[j, left].sum() - best[placed | 1 << j])
            if short <= slack:
                waiting.append((placed | 1 << j, (*order, j), slack - short))
    return found[:most], len(found) <= most
