"""Whole children, so that every published sum adds up: zones, ages, sexes, parts of the split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.rounding import whole_rows_with_carry, whole_run
from atlas.engine.values import Reason
from atlas.publishing.tally import UNKNOWN

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64, UInt8
    from atlas.publishing.tally import Tally
    from atlas.publishing.zone_trees import ZoneTrees


@dataclass(frozen=True, slots=True)
class WholeChildren:
    """
    Whole children of every zone and of the city (the last row), with margins.

    Attributes
    ----------
    children
        Shape (z + 1, 1 + b, 1 + x), int64; index 0 of an axis is *all*.
    parts
        Shape (z + 1, s, 1 + b, 1 + x, 4), int64: served, full, out, unknown. They sum to the
        children of the groups that the service applies to. Where a group of a zone has no value,
        its children count as unknown in every sum above it.
    """

    children: Int64
    parts: Int64


def whole_children_of(tally: Tally, zones: ZoneTrees) -> WholeChildren:
    """
    Round an assessment to whole children once, at the leaves, and sum from there.

    Parameters
    ----------
    tally
        The results, in millionths of a child.
    zones
        Its rows.

    Returns
    -------
    whole
        Exactly additive: zones to the zones above and to the city, sexes and bands to all, parts
        of the split to children.

    Notes
    -----
    Source: METHOD §7, largest remainder with the rest carried along the tree: a zone's total stays
    within one child of the exact one, and so does the total of any zone above it.
    """
    n, services, bands, sexes, parts = tally.parts.shape
    children = np.zeros((n + 1, bands, sexes), np.int64)
    split = np.zeros((n + 1, services, bands, sexes, parts), np.int64)
    for leaves in zones.leaves:
        own = _leaf_children(tally.children[leaves])
        own_split = _leaf_parts(tally, leaves, own)
        holder, held = zones.holders(leaves)
        np.add.at(children, holder, own[held])
        np.add.at(split, holder, own_split[held])
    if zones.leaves:
        # Every tree holds the whole city; the first tells what it sums to.
        first = zones.leaves[0]
        children[n] = children[first].sum(axis=0)
        split[n] = split[first].sum(axis=0)
    return WholeChildren(
        children=_with_margins(children, axes=(1, 2)), parts=_with_margins(split, axes=(2, 3))
    )


def _leaf_children(micro: Int64) -> Int64:
    """Round (n, b, x) children: zone totals first, then bands within them, then sexes."""
    totals = whole_run(micro.sum(axis=(1, 2)))
    bands = whole_rows_with_carry(micro.sum(axis=2), totals)
    return whole_rows_with_carry(micro, bands)


def _leaf_parts(tally: Tally, leaves: Int32, children: Int64) -> Int64:
    """Round (n, s, b, x, 4) parts; the groups of a zone follow each other, so its sum holds too."""
    micro, reason = tally.parts[leaves], tally.reason[leaves]
    n, services, bands, sexes, parts = micro.shape
    wanted = np.broadcast_to(children[:, None], reason.shape)
    wanted = np.where(reason == Reason.NONE, wanted, 0)
    by_row = micro.transpose(0, 2, 3, 1, 4).reshape(n * bands * sexes, services, parts)
    totals = wanted.transpose(0, 2, 3, 1).reshape(n * bands * sexes, services)
    rounded = whole_rows_with_carry(by_row, totals)
    shown = rounded.reshape(n, bands, sexes, services, parts).transpose(0, 3, 1, 2, 4).copy()
    lacking = _has_no_value(reason)
    shown[lacking, UNKNOWN] = np.broadcast_to(children[:, None], reason.shape)[lacking]
    return shown


def _has_no_value(reason: UInt8) -> Bool:
    """Say where a required value is missing; what does not apply is not missing."""
    return np.asarray((reason != Reason.NONE) & (reason != Reason.NOT_APPLICABLE))


def _with_margins(values: Int64, axes: tuple[int, int]) -> Int64:
    """Put the sum over each of `axes` before its members."""
    for axis in axes:
        values = np.concatenate([values.sum(axis=axis, keepdims=True), values], axis=axis)
    return values
