"""Meeting the totals of a table already shown in whole children, without touching its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.engine.types import Int64


def meet_totals(shown: Int64, micro: Int64, totals: Int64) -> Int64:
    """
    Move single children between columns until every column sums to its total.

    Parameters
    ----------
    shown
        Shape (n, k), int64, whole children ≥ 0; row sums are kept.
    micro
        Shape (n, k), int64, the exact values in millionths.
    totals
        Shape (k,), what the columns must sum to; together they sum to what `shown` sums to.

    Returns
    -------
    children
        Shape (n, k), int64, ≥ 0. A cell that is exactly 0 receives a child only where no other
        can.

    Raises
    ------
    ShapeError
        If the shapes differ.
    InputError
        If the totals do not sum to the table.

    Notes
    -----
    Source: our own. Each step moves one child within the row that its exact values speak for most,
    ties to the smaller row, so two divisions of one city agree on the city.

    Examples
    --------
    >>> micro = np.array([[1_300_000, 600_000], [400_000, 600_000]])
    >>> meet_totals(np.array([[1, 1], [0, 1]]), micro, np.array([2, 1]))
    array([[1, 1],
           [1, 0]])
    """
    if shown.shape != micro.shape or totals.shape != shown.shape[1:]:
        msg = f"shown {shown.shape}, exact {micro.shape}, totals {totals.shape}"
        raise ShapeError(msg)
    if shown.sum() != totals.sum():
        msg = f"the table holds {shown.sum()} children and its totals {totals.sum()}"
        raise InputError(msg)
    children = shown.copy()
    over = children.sum(axis=0) - totals
    while (over != 0).any():
        giver, taker = int(np.argmax(over)), int(np.argmin(over))
        row = _row_to_change(children, micro, giver, taker)
        children[row, giver] -= 1
        children[row, taker] += 1
        over[giver] -= 1
        over[taker] += 1
    return children


def _row_to_change(children: Int64, micro: Int64, giver: int, taker: int) -> int:
    """Return the row in which one child fits column `taker` better than `giver`."""
    gain = (children[:, giver] * MICRO - micro[:, giver]) + (
        micro[:, taker] - children[:, taker] * MICRO
    )
    has_one = children[:, giver] > 0
    takes_one = has_one & (micro[:, taker] > 0)
    open_to = takes_one if takes_one.any() else has_one
    return int(np.argmax(np.where(open_to, gain, np.iinfo(np.int64).min)))
