"""How much a place counts by its distance: weights in millionths, falling, above 0 in reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.sums import MOST_NUMBER
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int64


@dataclass(frozen=True, slots=True)
class AccessSteps:
    """
    The stepped weight of the access index.

    Parameters
    ----------
    numerator, denominator
        Upper edge of each step as a part of the reach, inclusive, shape (b,); rising, the last 1.
    weight_micro
        Weight of each step in millionths, shape (b,); above 0 and never rising.

    Notes
    -----
    Source: E2SFCA, Luo & Qi 2009; `thirds` gives their weights.
    """

    numerator: Int64
    denominator: int
    weight_micro: Int64

    def check(self) -> None:
        """
        Refuse steps that do not rise to the whole reach, or weights that rise.

        Raises
        ------
        ShapeError, InputError
            Naming what is at fault.
        """
        if self.weight_micro.shape != self.numerator.shape or not self.numerator.size:
            msg = f"{self.numerator.size} access steps have {self.weight_micro.size} weights"
            raise ShapeError(msg)
        if not (bool((np.diff(self.numerator) > 0).all()) and int(self.numerator[0]) > 0):
            msg = "the access steps do not rise"
            raise InputError(msg)
        if int(self.numerator[-1]) != self.denominator:
            msg = "the last step is not the reach"
            raise InputError(msg)
        _check_weights(self.weight_micro)

    def weights(self, cost: Int64, reach: int) -> Int64:
        """Return `stepped` weights."""
        return stepped(cost, reach, self)


@dataclass(frozen=True, slots=True)
class Linear:
    """The weight 1 - d / (D + 1 cm)."""

    def check(self) -> None:
        """Refuse nothing: there is nothing to choose."""

    def weights(self, cost: Int64, reach: int) -> Int64:
        """Return `linear` weights."""
        return linear(cost, reach)


@dataclass(frozen=True, slots=True)
class Exponential:
    """
    The weight exp(-rate · d / D).

    Parameters
    ----------
    rate
        How steeply, above 0.
    """

    rate: float

    def check(self) -> None:
        """
        Refuse a weight that would rise.

        Raises
        ------
        InputError
            If the rate is not above 0 or not finite.
        """
        _check_steepness(self.rate)

    def weights(self, cost: Int64, reach: int) -> Int64:
        """Return `exponential` weights."""
        return exponential(cost, reach, self.rate)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """
    The weight exp(-(d / (bandwidth · D))² / 2).

    Parameters
    ----------
    bandwidth
        Standard deviation as a part of the reach, above 0.
    """

    bandwidth: float

    def check(self) -> None:
        """
        Refuse a weight that would vanish.

        Raises
        ------
        InputError
            If the bandwidth is not above 0 or not finite.
        """
        _check_steepness(self.bandwidth)

    def weights(self, cost: Int64, reach: int) -> Int64:
        """Return `gaussian` weights."""
        return gaussian(cost, reach, self.bandwidth)


@dataclass(frozen=True, slots=True)
class Table:
    """
    Weights looked up by walking cost, whatever the reach.

    Parameters
    ----------
    upper_cm
        Upper edge of each row, inclusive, shape (b,), rising; the last at least every reach.
    weight_micro
        Weight of each row in millionths, shape (b,); above 0 and never rising.
    """

    upper_cm: Int64
    weight_micro: Int64

    def check(self) -> None:
        """
        Refuse a table that does not rise in cost and fall in weight.

        Raises
        ------
        ShapeError, InputError
            Naming what is at fault.
        """
        if self.weight_micro.shape != self.upper_cm.shape or not self.upper_cm.size:
            msg = f"{self.upper_cm.size} rows of the table have {self.weight_micro.size} weights"
            raise ShapeError(msg)
        table(np.zeros(1, np.int64), self.upper_cm, self.weight_micro)
        _check_weights(self.weight_micro)

    def weights(self, cost: Int64, reach: int) -> Int64:
        """Return weights of the `table`, 0 beyond the reach."""
        return np.where(cost <= reach, table(cost, self.upper_cm, self.weight_micro), 0)


AccessForm: TypeAlias = AccessSteps | Linear | Exponential | Gaussian | Table


def thirds() -> AccessSteps:
    """
    Return thirds of the reach weighing 1.00, 0.68 and 0.22.

    Returns
    -------
    steps
        As Luo & Qi (2009) chose them.
    """
    return AccessSteps(np.array([1, 2, 3]), 3, np.array([1_000_000, 680_000, 220_000]))


def stepped(cost: Int64, reach: int, steps: AccessSteps) -> Int64:
    """
    Return weights that fall in steps.

    Parameters
    ----------
    cost
        Walking costs, any shape, in the unit of `reach`.
    reach
        Where weights end, inclusive.
    steps
        Parts of the reach and their weights.

    Returns
    -------
    weight
        Millionths; 0 beyond the reach.

    Notes
    -----
    Source: E2SFCA, Luo & Qi 2009. The upper edge of a step belongs to it.
    """
    steps.check()
    step = np.searchsorted(reach * steps.numerator, cost * steps.denominator)
    padded = np.concatenate((steps.weight_micro, [0]))
    return np.where(cost <= reach, padded[step], 0)


def table(cost: Int64, upper: Int64, weight_micro: Int64) -> Int64:
    """
    Return weights looked up by cost.

    Parameters
    ----------
    cost
        Walking costs, any shape.
    upper
        Upper edge of each row, inclusive, shape (b,), rising.
    weight_micro
        Weight of each row, shape (b,), never rising, above 0.

    Returns
    -------
    weight
        Millionths; 0 beyond the last row.

    Raises
    ------
    InputError
        If the rows do not rise, or the weights do, or one is not above 0.
    """
    rises = bool((np.diff(upper) > 0).all())
    falls = bool((np.diff(weight_micro) <= 0).all()) and int(weight_micro[-1]) > 0
    if not (rises and falls):
        msg = "a weight table must rise in cost, fall in weight and stay above 0"
        raise InputError(msg)
    return np.concatenate((weight_micro, [0]))[np.searchsorted(upper, cost)]


def linear(cost: Int64, reach: int) -> Int64:
    """
    Return 1 - d / (D + 1 cm).

    Parameters
    ----------
    cost, reach
        Whole centimetres.

    Returns
    -------
    weight
        Millionths, at least 1 within the reach; 0 beyond.
    """
    return _kept(1.0 - cost / (reach + 1.0), cost <= reach)


def exponential(cost: Int64, reach: int, rate: float) -> Int64:
    """
    Return exp(-rate · d / D).

    Parameters
    ----------
    cost, reach
        In one unit.
    rate
        How steeply, above 0.

    Returns
    -------
    weight
        Millionths, at least 1 within the reach; 0 beyond.

    Raises
    ------
    InputError
        If the rate is not above 0 or not finite.
    """
    _check_steepness(rate)
    return _kept(np.exp(-rate * cost / max(reach, 1)), cost <= reach)


def gaussian(cost: Int64, reach: int, bandwidth: float) -> Int64:
    """
    Return exp(-(d / (bandwidth · D))² / 2).

    Parameters
    ----------
    cost, reach
        In one unit.
    bandwidth
        Standard deviation as a part of the reach, above 0.

    Returns
    -------
    weight
        Millionths, at least 1 within the reach; 0 beyond.

    Raises
    ------
    InputError
        If the bandwidth is not above 0 or not finite.
    """
    _check_steepness(bandwidth)
    return _kept(np.exp(-0.5 * np.square(cost / (bandwidth * max(reach, 1)))), cost <= reach)


def _check_weights(weight_micro: Int64) -> None:
    """Refuse weights that rise with distance or lie out of range."""
    if not bool((np.diff(weight_micro) <= 0).all()):
        msg = "the access weights rise with distance"
        raise InputError(msg)
    if int(weight_micro[-1]) < 1 or int(weight_micro[0]) > MICRO:
        msg = "weight_micro out of range"
        raise InputError(msg)


def _check_steepness(value: float) -> None:
    """Refuse a shape that would rise or vanish."""
    if not 1 / MOST_NUMBER <= value <= MOST_NUMBER:
        msg = "the steepness of a weight must be above 0 and finite"
        raise InputError(msg)


def _kept(weight: Float64, in_reach: Bool) -> Int64:
    """Return weights in millionths, at least one of them within reach."""
    micro = np.maximum(np.floor(weight * MICRO + 0.5), 1.0).astype(np.int64)
    return np.where(in_reach, micro, 0)
