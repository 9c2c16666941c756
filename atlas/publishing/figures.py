"""Every figure of an edition before disclosure control: whole children with their margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.values import Reason
from atlas.publishing.whole import whole_children_of

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int32, Int64, UInt8
    from atlas.publishing.tally import Axes, Tally
    from atlas.publishing.whole import WholeChildren
    from atlas.publishing.zone_trees import ZoneTrees

MICRO = 1_000_000
_SERVICE_AXES = (2, 3)


@dataclass(frozen=True, slots=True)
class Figures:
    """
    Figures of every zone and, last, of the city; index 0 of the band and sex axes is *all*.

    Attributes
    ----------
    whole
        Whole children and their split, without margins.
    children
        Shape (z + 1, 1 + b, 1 + x), whole children.
    parts
        Shape (z + 1, s, 1 + b, 1 + x, 4), whole children served, full, out, unknown; their sum is
        the children of the groups that the service applies to.
    short
        Shape (z + 1, s, 1 + b, 1 + x), units short; NaN where no provision is required.
    reason, quality, flags
        Shape (z + 1, s, 1 + b, 1 + x), codes of the engine's `Reason`, `Quality` and `Flag`.
    """

    whole: WholeChildren
    children: Int64
    parts: Int64
    short: Float64
    reason: UInt8
    quality: UInt8
    flags: UInt8


def figures_of(tally: Tally, zones: ZoneTrees, axes: Axes) -> Figures:
    """
    Return the figures of an assessment in whole children.

    Parameters
    ----------
    tally, zones, axes
        The results, their rows and columns.

    Returns
    -------
    figures
        Exactly additive. A margin has a value where any of its groups has one; of its groups it
        takes the worst quality and every flag.
    """
    whole = whole_children_of(tally, zones, axes.applies)
    top = zones.tops()
    reason = _with_city(tally.reason, _least_reason(tally.reason[top], axis=0))
    quality = _with_city(tally.quality, tally.quality[top].max(axis=0))
    flags = _with_city(tally.flags, np.bitwise_or.reduce(tally.flags[top], axis=0))
    return Figures(
        whole=whole,
        children=_sums(whole.children, (1, 2)),
        parts=_sums(whole.parts, _SERVICE_AXES),
        short=_short(tally.short, top, axes.provides),
        reason=_reasons(reason),
        quality=_gathered(quality, np.maximum),
        flags=_gathered(flags, np.bitwise_or),
    )


def _with_city(values: UInt8, city: UInt8) -> UInt8:
    return np.concatenate([values, city[None]])


def _sums(values: Int64, axes: tuple[int, int]) -> Int64:
    """Put the sum over each of `axes` before its members."""
    for axis in axes:
        values = np.concatenate([values.sum(axis=axis, keepdims=True), values], axis=axis)
    return values


def _gathered(values: UInt8, gather: np.ufunc) -> UInt8:
    """Put what `gather` makes of all bands and all sexes before them."""
    for axis in _SERVICE_AXES:
        together = np.expand_dims(gather.reduce(values, axis=axis), axis)
        values = np.concatenate([together, values], axis=axis)
    return values


def _reasons(reason: UInt8) -> UInt8:
    for axis in _SERVICE_AXES:
        together = np.expand_dims(_least_reason(reason, axis), axis)
        reason = np.concatenate([together, reason], axis=axis)
    return reason


def _least_reason(reason: UInt8, axis: int) -> UInt8:
    """Return no reason where any has none, else the one that is not *not applicable*."""
    order = np.array(
        [Reason.NONE, Reason.NO_NETWORK, Reason.MISSING, Reason.SUPPRESSED, Reason.NOT_APPLICABLE],
        np.uint8,
    )
    place = np.argsort(order).astype(np.uint8)
    return np.asarray(order[place[reason].min(axis=axis)])


def _short(micro: Int64, top: Int32, provides: Bool) -> Float64:
    """Return the units short; where nothing is to be provided, there is nothing to be short of."""
    known = np.where(provides, micro, 0)
    sums = _sums(np.concatenate([known, known[top].sum(axis=0)[None]]), _SERVICE_AXES)
    counts = _sums(provides[None].astype(np.int64), _SERVICE_AXES)
    return np.where(counts > 0, np.round(sums / MICRO, 1), np.nan)
