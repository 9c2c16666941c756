"""Gini, Lorenz and Theil of what arrives at children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.equity.crowd import counted, mean_of
from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int64

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Theil:
    """
    Theil's index and where it comes from.

    Attributes
    ----------
    whole
        0 where all have the same; NaN where the mean is 0 or nobody is counted.
    within, between
        Parts inside the groups and between their means; they sum to `whole`.
    """

    whole: float
    within: float
    between: float


def lorenz(value: Float64, children_micro: Int64) -> tuple[Float64, Float64]:
    """
    Return the Lorenz curve.

    Parameters
    ----------
    value
        What each point's children have, shape (n,), 0 or more; NaN where not known.
    children_micro
        How many they are, shape (n,), millionths.

    Returns
    -------
    children, held
        Share of the children, those with least first, and the share of the whole that they hold;
        shape (m + 1,), from 0 to 1. Both empty where the mean is 0 or nobody is counted.

    Raises
    ------
    ShapeError, InputError
        If the columns differ in length, a value is negative or infinite, or a count negative.
    """
    value, children, _ = counted(value, children_micro)
    _refuse_negative(value)
    held = np.cumsum(value * children)
    if not held.size or held[-1] == 0:
        return np.zeros(0), np.zeros(0)
    living = np.cumsum(children)
    return (
        np.concatenate(([0.0], living / living[-1])),
        np.concatenate(([0.0], held / held[-1])),
    )


def gini(value: Float64, children_micro: Int64) -> float:
    """
    Return the Gini coefficient over children.

    Parameters
    ----------
    value
        What each point's children have, shape (n,), 0 or more; zeros count, NaN does not.
    children_micro
        How many they are, shape (n,), millionths.

    Returns
    -------
    gini
        0 where all have the same, towards 1 where one has everything; NaN where the mean is 0 or
        nobody is counted.

    Raises
    ------
    ShapeError, InputError
        As `lorenz`.

    Notes
    -----
    Source: METHOD §9; twice the area between the Lorenz curve and the diagonal. The children of
    one point have the same.

    Examples
    --------
    >>> round(gini(np.array([0.0, 1.0]), np.array([1, 1])), 6)
    0.5
    """
    children, held = lorenz(value, children_micro)
    if not children.size:
        return NAN
    area = (np.diff(children) * (held[1:] + held[:-1])).sum()
    return float(1.0 - area)


def theil(value: Float64, children_micro: Int64, group: AnyArray | None = None) -> Theil:
    """
    Return Theil's index over children, taken apart by groups.

    Parameters
    ----------
    value
        What each point's children have, shape (n,), 0 or more; zeros count (0 · ln 0 = 0).
    children_micro
        How many they are, shape (n,), millionths.
    group
        Group of each point, shape (n,): a zone, a sex; by default all are one.

    Returns
    -------
    theil
        A group whose mean is 0 adds nothing within.

    Raises
    ------
    ShapeError, InputError
        As `lorenz`.

    Notes
    -----
    Source: Theil 1967; Σ (w/W)(y/ȳ) ln(y/ȳ).
    """
    groups = np.zeros(value.shape[0]) if group is None else np.asarray(group)
    if groups.shape != value.shape:
        msg = f"groups of shape {groups.shape} for values of shape {value.shape}"
        raise ShapeError(msg)
    whole = _theil(*counted(value, children_micro)[:2])
    if np.isnan(whole):
        return Theil(NAN, NAN, NAN)
    value_all, children_all, _ = counted(value, children_micro)
    mean, total = mean_of(value_all, children_all), float(children_all.sum())
    within, between = [], []
    for name in np.unique(groups):
        of_group = groups == name
        own, living, _ = counted(value[of_group], children_micro[of_group])
        own_mean = mean_of(own, living)
        if not living.size or own_mean == 0:
            continue
        held = living.sum() / total * own_mean / mean
        within.append(held * _theil(own, living))
        between.append(held * np.log(own_mean / mean))
    return Theil(whole, float(np.sort(within).sum()), float(np.sort(between).sum()))


def _theil(value: Float64, children_micro: Int64) -> float:
    _refuse_negative(value)
    mean = mean_of(value, children_micro)
    if np.isnan(mean) or mean == 0:
        return NAN
    ratio = value / mean
    terms = ratio * np.log(np.where(ratio > 0, ratio, 1.0))
    return mean_of(terms, children_micro)


def _refuse_negative(value: Float64) -> None:
    if value.size and value.min() < 0:
        msg = "what arrives at a child cannot be negative"
        raise InputError(msg)
