"""Context indicators as levels in [0, 1], 1 the worst (METHOD §6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels
from atlas.engine.sums import MOST_NUMBER, exact_sum
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int64, UInt8

TWO = 2
"""Fewer zones have no spread."""


class Normalisation(IntEnum):
    """How a value becomes a level."""

    GOALPOSTS = 0
    Z_SCORE = 1
    RANK = 2
    MIN_MAX = 3


@dataclass(frozen=True, slots=True)
class Indicators:
    """
    How K context indicators are read.

    Parameters
    ----------
    good, bad
        Shape (K,), the value that is level 0 and the value that is level 1; good > bad where more
        is better. Their order is the direction in every normalisation, their distance counts in
        `GOALPOSTS` alone.
    normalisation
        Shape (K,), `Normalisation`.

    Raises
    ------
    ShapeError
        If the three differ in shape.
    InputError
        If goalposts are equal or beyond 1e100, or a normalisation is unknown.
    """

    good: Float64
    bad: Float64
    normalisation: UInt8

    def __post_init__(self) -> None:
        if not self.good.shape == self.bad.shape == self.normalisation.shape:
            msg = f"shapes {self.good.shape}, {self.bad.shape}, {self.normalisation.shape} differ"
            raise ShapeError(msg)
        greatest = np.maximum(np.abs(self.good), np.abs(self.bad))
        if not (greatest <= MOST_NUMBER).all() or not self._are_apart():
            msg = "goalposts must be finite and apart"
            raise InputError(msg)
        if not np.isin(self.normalisation, [int(way) for way in Normalisation]).all():
            msg = "an unknown normalisation"
            raise InputError(msg)

    def _are_apart(self) -> bool:
        return bool((np.abs(self.bad - self.good) >= 1 / MOST_NUMBER).all())


@dataclass(frozen=True, slots=True)
class ContextLevels:
    """
    Levels of context, with what stands behind them.

    Attributes
    ----------
    levels
        Shape (n, K).
    is_constant
        Shape (K,), indicators that tell no zones apart: their weight is 0, and this says so.
    zones
        Shape (K,), how many zones the statistics were taken over.
    """

    levels: Levels
    is_constant: Bool
    zones: Int64


def context_levels(
    number: Float64, reason: UInt8, indicators: Indicators, counts: Bool | None = None
) -> ContextLevels:
    """
    Turn the context indicators of one tier into levels.

    Parameters
    ----------
    number
        Shape (n, K), in each indicator's own unit; NaN where null.
    reason
        Shape (n, K), `Reason` of each null.
    indicators
        Goalposts and normalisation of each.
    counts
        Shape (n,), the zones whose values make the mean, deviation, ranks and extremes (as a rule
        those with at least n_min children); None: all. The others are placed among them.

    Returns
    -------
    levels
        A null keeps its reason. With n counting zones that have a value:
        `GOALPOSTS` clip((v − good)/(bad − good), 0, 1); `Z_SCORE` Φ((v − mean)/sd), sd with n − 1;
        `RANK` (rank − 1)/(n − 1), rank 1 the best, ties sharing the mean of theirs; `MIN_MAX`
        clip((v − best)/(worst − best), 0, 1). Where those are 0/0 the level is 0.5, and the
        indicator constant. Constant are also goalpost indicators whose value is the same in all
        of two or more counting zones; one zone alone keeps its weight there, as its level needs
        no other zone.

    Raises
    ------
    ShapeError
        If the arrays do not fit together.
    InputError
        If a number is beyond 1e100, null and reason do not go together, or a value is suppressed:
        suppression belongs to editions.

    Notes
    -----
    Source: METHOD §6; OECD/JRC 2008, step 5. Sums are rounded once, so the order of zones changes
    no bit.

    Examples
    --------
    >>> indicators = Indicators(np.array([10.0]), np.array([0.0]), np.array([0], np.uint8))
    >>> context_levels(np.array([[2.0], [12.0]]), np.zeros((2, 1), np.uint8), indicators).levels.x
    array([[0.8],
           [0. ]])
    """
    _check(number, reason, indicators, counts)
    known = reason == Reason.NONE
    among = known if counts is None else known & counts[:, None]
    x = np.full(number.shape, np.nan)
    constant = np.zeros(indicators.good.shape, np.bool_)
    for k in range(number.shape[1]):
        toward_worse = np.sign(indicators.bad[k] - indicators.good[k])
        badness = np.where(known[:, k], number[:, k], 0.0) * toward_worse
        way = Normalisation(int(indicators.normalisation[k]))
        at = np.sort(badness[among[:, k]])
        level = _level(way, badness, at, (indicators.good[k], indicators.bad[k]))
        constant[k] = _tells_nothing(way, at)
        x[:, k] = np.where(known[:, k], level, np.nan)
    return ContextLevels(Levels(x, reason.copy()), constant, among.sum(axis=0, dtype=np.int64))


def _check(number: Float64, reason: UInt8, indicators: Indicators, counts: Bool | None) -> None:
    """Refuse values and indicators that do not fit together."""
    if number.ndim != TWO or number.shape != reason.shape:
        msg = f"numbers of shape {number.shape}, reasons of shape {reason.shape}"
        raise ShapeError(msg)
    if number.shape[1:] != indicators.good.shape:
        msg = f"{number.shape[1]} columns for {indicators.good.size} indicators"
        raise ShapeError(msg)
    if counts is not None and counts.shape != number.shape[:1]:
        msg = f"a mask of shape {counts.shape} for {number.shape[0]} zones"
        raise ShapeError(msg)
    if (np.isnan(number) != (reason != Reason.NONE)).any() or (np.abs(number) > MOST_NUMBER).any():
        msg = "a null without a reason, a number with one, or an infinite number"
        raise InputError(msg)
    if (reason >= Reason.SUPPRESSED).any():
        msg = "a value is suppressed, or its reason unknown"
        raise InputError(msg)


def _tells_nothing(way: Normalisation, at: Float64) -> bool:
    """Return whether sorted values tell no zones apart."""
    if way == Normalisation.GOALPOSTS:
        return bool(at.size >= TWO and at[0] == at[-1])
    return bool(at.size == 0 or at[0] == at[-1])


def _level(
    way: Normalisation, badness: Float64, at: Float64, goalposts: tuple[float, float]
) -> Float64:
    """Return levels of values of which more is worse, `at` the sorted ones that count."""
    if way == Normalisation.GOALPOSTS:
        good, bad = goalposts
        toward_worse = np.sign(bad - good)
        return _clipped((badness - good * toward_worse) / abs(bad - good))
    if _tells_nothing(way, at):
        return np.full(badness.shape, 0.5)
    if way == Normalisation.RANK:
        return _ranked(badness, at)
    if way == Normalisation.MIN_MAX:
        return _clipped((badness - at[0]) / (at[-1] - at[0]))
    mean, span = exact_sum(at) / at.size, at[-1] - at[0]
    # In parts of the span, squares of the smallest numbers do not vanish.
    deviation = np.sqrt(exact_sum(((at - mean) / span) ** 2) / (at.size - 1))
    return np.asarray(ndtr((badness - mean) / span / deviation), np.float64)


def _ranked(badness: Float64, at: Float64) -> Float64:
    """Return (rank − 1)/(n − 1); a zone that does not count stands between those that do."""
    better = np.searchsorted(at, badness, side="left")
    up_to_equal = np.searchsorted(at, badness, side="right")
    return _clipped((better + up_to_equal - 1) / (2 * (at.size - 1)))


def _clipped(level: Float64) -> Float64:
    # Adding 0 makes one 0 of both: who of two zones at the same value comes first shows nowhere.
    return np.clip(level, 0.0, 1.0) + 0.0
