"""Values with the children behind them, in an order that no caller's order changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.inputs import MOST_ADDED_MICRO
from atlas.engine.sums import MOST_NUMBER

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64


def counted(
    value: Float64, children_micro: Int64, by: Float64 | None = None
) -> tuple[Float64, Int64, Float64]:
    """
    Return the rows with children and numbers, sorted.

    Parameters
    ----------
    value
        Shape (n,); NaN where there is none.
    children_micro
        Shape (n,), millionths, not negative.
    by
        What the rows are sorted by first, shape (n,), NaN where there is none; by default `value`.

    Returns
    -------
    value, children_micro, by
        Rows without children or without a number are left out. Rows that tie in all three are the
        same to every sum, so the caller's order changes no digit.

    Raises
    ------
    ShapeError
        If the columns differ in length.
    InputError
        If a number is beyond 1e100, a count negative, or there are more than can be added up.
    """
    key = value if by is None else by
    if not (value.ndim == 1 and value.shape == children_micro.shape == key.shape):
        msg = f"columns of shapes {value.shape}, {children_micro.shape} and {key.shape}"
        raise ShapeError(msg)
    if any((np.abs(column) > MOST_NUMBER).any() for column in (value, key)):
        msg = "an infinite number has no place among others"
        raise InputError(msg)
    if children_micro.size and children_micro.min() < 0:
        msg = "counts of children cannot be negative"
        raise InputError(msg)
    if children_micro.sum(dtype=np.float64) >= MOST_ADDED_MICRO:
        msg = "more children than can be added up"
        raise InputError(msg)
    kept = (children_micro > 0) & ~np.isnan(value) & ~np.isnan(key)
    value, children, key = value[kept], children_micro[kept], key[kept]
    order = np.lexsort((children, value, key))
    return value[order], children[order], key[order]


def mean_of(value: Float64, children_micro: Int64) -> float:
    """
    Return the mean over children.

    Parameters
    ----------
    value, children_micro
        Rows of `counted`, shape (n,) each.

    Returns
    -------
    mean
        NaN where there is nobody.
    """
    children = children_micro.sum()
    return float((value * children_micro).sum() / children) if children else float("nan")
