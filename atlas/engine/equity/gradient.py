"""How coverage leans towards children who are better or worse off."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.equity.crowd import counted, mean_of
from atlas.engine.errors import InputError

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Gradient:
    """
    How much a share leans towards the less deprived.

    Attributes
    ----------
    mean
        Of the share over children.
    concentration
        Concentration index C; NaN where the mean is 0.
    erreygers
        4 · mean · C; E(coverage) = −E(gap).
    """

    mean: float
    concentration: float
    erreygers: float


@dataclass(frozen=True, slots=True)
class Contrast:
    """
    Two groups of children compared.

    Attributes
    ----------
    higher, lower
        Means of the two, in the order they were given; NaN where one has nobody.
    difference
        First less second, in the unit of the value.
    ratio
        First over second; NaN where the second is 0.
    """

    higher: float
    lower: float
    difference: float
    ratio: float


def ranks_by(key: Float64, children_micro: Int64) -> Float64:
    """
    Return the fractional rank of children in a sorted order.

    Parameters
    ----------
    key
        Sorted, shape (n,).
    children_micro
        Shape (n,), millionths.

    Returns
    -------
    rank
        Shape (n,), in (0, 1): share of children before, and half of those who tie.
    """
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    tied = np.add.reduceat(children_micro, first)
    before = np.cumsum(tied) - tied
    middle = (2 * before + tied) / (2.0 * children_micro.sum())
    return np.asarray(np.repeat(middle, np.diff(np.append(first, key.size))), np.float64)


def gradient(share: Float64, deprivation: Float64, children_micro: Int64) -> Gradient:
    """
    Return how much a share leans towards the less deprived.

    Parameters
    ----------
    share
        Coverage or gap of each point or zone, shape (n,), in [0, 1]; NaN where not known.
    deprivation
        Shape (n,), more is worse; NaN where not known. Ties share their mean rank.
    children_micro
        Shape (n,), millionths.

    Returns
    -------
    gradient
        Positive: more of it among the less deprived. All NaN where nobody is counted.

    Raises
    ------
    ShapeError, InputError
        If the columns differ in length, a share lies outside [0, 1], or a count is negative.

    Notes
    -----
    Source: concentration index C = 2 cov(h, R)/h̄; Erreygers 2009, E = 4 h̄ C for a variable
    bounded by 0 and 1. Children are ranked from the most deprived to the least.
    """
    value, children, key = counted(share, children_micro, -deprivation)
    if value.size and (value.min() < 0 or value.max() > 1):
        msg = "a share lies outside [0, 1]"
        raise InputError(msg)
    if not value.size:
        return Gradient(NAN, NAN, NAN)
    mean = mean_of(value, children)
    rank = ranks_by(key, children)
    covariance = mean_of((value - mean) * (rank - 0.5), children)
    concentration = 2.0 * covariance / mean if mean > 0 else NAN
    return Gradient(mean, concentration, 8.0 * covariance)


def fifths(
    value: Float64, by: Float64, children_micro: Int64, part: Fraction = Fraction(1, 5)
) -> Contrast:
    """
    Compare the children at the two ends of an order: 80/20 by default.

    Parameters
    ----------
    value
        What is compared, shape (n,); NaN where not known.
    by
        What orders the children, shape (n,), NaN where not known: the value itself, or how well
        off they are. The first group is the upper end.
    children_micro
        Shape (n,), millionths.
    part
        Share of the children at each end, above 0 and at most 1/2.

    Returns
    -------
    contrast
        Children who tie at the cut are taken in part, all of them alike.

    Raises
    ------
    ShapeError, InputError
        If the columns differ in length, a number is infinite, a count negative, or `part` is out
        of range.
    """
    if not 0 < part <= Fraction(1, 2):
        msg = f"a part of {part} at each end: above 0 and at most 1/2"
        raise InputError(msg)
    held, children, key = counted(value, children_micro, by)
    if not held.size:
        return Contrast(NAN, NAN, NAN, NAN)
    lower = _end(held, children, key, part)
    return contrast(_end(held[::-1], children[::-1], key[::-1], part), lower)


def contrast(first: float, second: float) -> Contrast:
    """
    Compare two means: girls with boys, one end with the other.

    Parameters
    ----------
    first, second
        NaN where a group has nobody.

    Returns
    -------
    contrast
        The difference always, the ratio only where the second is not 0.

    Examples
    --------
    >>> contrast(0.75, 0.5)
    Contrast(higher=0.75, lower=0.5, difference=0.25, ratio=1.5)
    """
    ratio = first / second if second != 0 else NAN
    return Contrast(first, second, first - second, ratio)


def _end(value: Float64, children: Int64, key: Float64, part: Fraction) -> float:
    """Return the mean of the first part of the children; who ties at the cut counts in part."""
    wanted = Fraction(int(children.sum())) * part
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    tied = np.add.reduceat(children, first).tolist()
    held = np.add.reduceat(value * children, first).tolist()
    total, left = 0.0, wanted
    for count, amount in zip(tied, held, strict=True):
        taken = min(Fraction(count), left)
        total += amount * float(taken / count)
        left -= taken
        if left == 0:
            break
    return total / float(wanted)
