"""Indicators from samples, drawn towards the mean of the zone above (METHOD §6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.margins import NO_PARENT
from atlas.engine.sums import MOST_NUMBER, exact_sum

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int32, Int64, UInt8

ALONE = 1


class Drawn(IntEnum):
    """What was done with a value, or why nothing was."""

    SHRUNK = 0
    NULL = 1
    ERROR_NOT_STATED = 2
    NO_SIBLING = 3
    NO_POPULATION = 4


@dataclass(frozen=True, slots=True)
class Shrunk:
    """
    An indicator after shrinkage.

    Attributes
    ----------
    number
        Shape (n,), in the indicator's unit; NaN where it was null.
    kept
        Shape (n,), λ in [0, 1], the weight of the zone's own value; 1 where it is unchanged, NaN
        where null.
    drawn
        Shape (n,), `Drawn`.
    """

    number: Float64
    kept: Float64
    drawn: UInt8


def shrink(number: Float64, error: Float64, population: Float64, parent: Int32) -> Shrunk:
    """
    Draw the values of one tier towards the mean of their parent, the more the less sure they are.

    Parameters
    ----------
    number
        Shape (n,), NaN where null.
    error
        Shape (n,), standard sampling error s ≥ 0 in the same unit; NaN where none is stated.
    population
        Shape (n,), ≥ 0, the weight of each zone.
    parent
        Shape (n,), row of the zone above; -1 where there is none.

    Returns
    -------
    shrunk
        λ v + (1 − λ) m with λ = τ²/(τ² + s²); m is the mean of all siblings that have a value and
        people, τ² = max(0, Σ w (v − m)²/Σ w − Σ w s²/Σ w) over those of them whose error is
        stated. An exact value (s = 0) and a parent with one child stay as they are, to the last
        bit; so does a value without a stated error, which is said.

    Raises
    ------
    ShapeError
        If the four differ in shape.
    InputError
        If a number, error or population is beyond 1e100, one of the latter negative, or a parent
        no row.

    Notes
    -----
    Source: Marshall 1991, the moment estimator of global empirical Bayes; with s² = m/w it is his
    for Poisson counts. Never for gaps: those are counted, not sampled. The order of zones changes
    no bit.

    Examples
    --------
    >>> people, above = np.array([100.0, 100.0]), np.array([0, 0])
    >>> shrink(np.array([0.2, 0.4]), np.array([0.1, 0.05]), people, above).number
    array([0.27272727, 0.36      ])
    """
    _check(number, error, population, parent)
    answer = Shrunk(number.copy(), np.ones(number.size), np.zeros(number.size, np.uint8))
    null = np.isnan(number)
    answer.kept[null] = np.nan
    answer.drawn[null] = Drawn.NULL
    answer.drawn[~null & np.isnan(error)] = Drawn.ERROR_NOT_STATED
    empty = (answer.drawn == Drawn.SHRUNK) & (population == 0)
    answer.drawn[empty] = Drawn.NO_POPULATION
    for above in np.unique(parent):
        row = np.flatnonzero((parent == above) & ~null & (population > 0))
        stated = row[~np.isnan(error[row])]
        if above == NO_PARENT or row.size <= ALONE:
            answer.drawn[stated] = Drawn.NO_SIBLING
        elif stated.size:
            _draw(answer, row, stated, (error, population))
    return answer


def _draw(answer: Shrunk, row: Int64, stated: Int64, spread: tuple[Float64, Float64]) -> None:
    """Draw the zones of one parent: `row` make its mean, `stated` are drawn."""
    error, population = spread
    weight = population[row]
    mean = exact_sum(weight * answer.number[row]) / exact_sum(weight)
    weight, value, variance = population[stated], answer.number[stated], error[stated] ** 2
    total = exact_sum(weight)
    between = exact_sum(weight * (value - mean) ** 2) / total
    tau2 = max(0.0, between - exact_sum(weight * variance) / total)
    unsure = variance > 0
    kept = np.where(unsure, tau2 / np.where(unsure, tau2 + variance, 1.0), 1.0)
    answer.kept[stated] = kept
    answer.number[stated] = np.where(unsure, kept * value + (1 - kept) * mean, value)


def _check(number: Float64, error: Float64, population: Float64, parent: Int32) -> None:
    """Refuse arrays that do not fit together or hold what no zone can have."""
    if not number.shape == error.shape == population.shape == parent.shape:
        msg = "numbers, errors, populations and parents differ in shape"
        raise ShapeError(msg)
    if any((np.abs(column) > MOST_NUMBER).any() for column in (number, error)) or (error < 0).any():
        msg = "a number is infinite, or an error negative or infinite"
        raise InputError(msg)
    if not ((population >= 0) & (population <= MOST_NUMBER)).all():
        msg = "a population is negative or not finite"
        raise InputError(msg)
    if (parent < NO_PARENT).any():
        msg = "a parent is no row"
        raise InputError(msg)
