"""How much a place counts by its distance: weights in millionths, falling, above 0 in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.engine.inputs import AccessSteps
    from atlas.engine.types import Bool, Float64, Int64


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
    return _kept(np.exp(-rate * cost / reach), cost <= reach)


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
    return _kept(np.exp(-0.5 * np.square(cost / (bandwidth * reach))), cost <= reach)


def _check_steepness(value: float) -> None:
    """Refuse a shape that would rise or vanish."""
    if not (np.isfinite(value) and value > 0):
        msg = "the steepness of a weight must be above 0"
        raise InputError(msg)


def _kept(weight: Float64, in_reach: Bool) -> Int64:
    """Return weights in millionths, at least one of them within reach."""
    micro = np.maximum(np.floor(weight * MICRO + 0.5), 1.0).astype(np.int64)
    return np.where(in_reach, micro, 0)
