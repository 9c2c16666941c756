"""Whole children, so that every published sum adds up: zones, ages, sexes, parts of the split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.meeting import meet_totals
from atlas.engine.rounding import (
    whole_children,
    whole_children_rows,
    whole_rows_with_carry,
    whole_run,
)
from atlas.engine.values import Reason
from atlas.publishing.tally import UNKNOWN

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int64
    from atlas.publishing.tally import Tally
    from atlas.publishing.zone_trees import ZoneTrees


@dataclass(frozen=True, slots=True)
class WholeChildren:
    """
    Whole children of every zone and, in the last row, of the city.

    Attributes
    ----------
    children
        Shape (z + 1, b, x), int64.
    parts
        Shape (z + 1, s, b, x, 4), int64: served, full, out, unknown. Where the service applies they
        sum to the children; a required value that is missing stands as unknown.
    """

    children: Int64
    parts: Int64


def whole_children_of(tally: Tally, zones: ZoneTrees, applies: Bool) -> WholeChildren:
    """
    Round an assessment to whole children once, at the leaves of each tree, and sum from there.

    Parameters
    ----------
    tally
        The results, in millionths of a child.
    zones
        Its rows.
    applies
        Shape (s, b, x), which services are required for which groups.

    Returns
    -------
    whole
        Exactly additive: zones to the zones above and to the city, in every tree, parts of the
        split to children.

    Notes
    -----
    Source: METHOD §7, largest remainder. The city is rounded first (total, bands, sexes, parts of
    the split); the leaves carry the rest along the tree and then meet the city's totals.
    """
    micro = _with_missing_as_unknown(tally, applies)
    city = zones.leaves[0]
    children = _city_children(tally.children[city].sum(axis=0))
    parts = _city_parts(micro[city].sum(axis=0), children, applies)
    n = len(zones.code)
    whole = WholeChildren(
        children=np.zeros((n + 1, *children.shape), np.int64),
        parts=np.zeros((n + 1, *parts.shape), np.int64),
    )
    whole.children[n], whole.parts[n] = children, parts
    for leaves in zones.leaves:
        own = _leaf_children(tally.children[leaves], children)
        own_parts = _leaf_parts(micro[leaves], own, parts, applies)
        holder, held = zones.holders(leaves)
        np.add.at(whole.children, holder, own[held])
        np.add.at(whole.parts, holder, own_parts[held])
    return whole


def _with_missing_as_unknown(tally: Tally, applies: Bool) -> Int64:
    """Return the parts in millionths; where a required value is missing all are unknown."""
    micro = tally.parts.copy()
    missing = (tally.reason != Reason.NONE) & applies
    everyone = np.broadcast_to(tally.children[:, None], missing.shape)
    micro[missing] = 0
    micro[missing, UNKNOWN] = everyone[missing]
    micro[:, ~applies] = 0
    return micro


def _city_children(micro: Int64) -> Int64:
    """Round the city's children (b, x): the total, bands within it, sexes within them."""
    return whole_children_rows(micro, whole_children(micro.sum(axis=1)))


def _city_parts(micro: Int64, children: Int64, applies: Bool) -> Int64:
    """Round the city's split (s, b, x, 4) within the whole children of each group."""
    totals = np.where(applies, children, 0)
    parts = micro.shape[-1]
    return whole_rows_with_carry(micro.reshape(-1, parts), totals.reshape(-1)).reshape(micro.shape)


def _leaf_children(micro: Int64, city: Int64) -> Int64:
    """Round (n, b, x) children: zone totals, then bands within them, then sexes."""
    totals = whole_run(micro.sum(axis=(1, 2)))
    by_band = micro.sum(axis=2)
    bands = meet_totals(whole_rows_with_carry(by_band, totals), by_band, city.sum(axis=1))
    sexes = whole_rows_with_carry(micro, bands)
    for band in range(micro.shape[1]):
        sexes[:, band] = meet_totals(sexes[:, band], micro[:, band], city[band])
    return sexes


def _leaf_parts(micro: Int64, children: Int64, city: Int64, applies: Bool) -> Int64:
    """Round (n, s, b, x, 4) parts; the groups of a zone follow each other, so its sum holds too."""
    n, services, bands, sexes, parts = micro.shape
    totals = np.where(applies, children[:, None], 0)
    by_row = micro.transpose(0, 2, 3, 1, 4).reshape(n * bands * sexes, services, parts)
    rounded = whole_rows_with_carry(
        by_row, totals.transpose(0, 2, 3, 1).reshape(n * bands * sexes, services)
    )
    shown = rounded.reshape(n, bands, sexes, services, parts).transpose(0, 3, 1, 2, 4).copy()
    for s, b, x in np.argwhere(applies):
        shown[:, s, b, x] = meet_totals(shown[:, s, b, x], micro[:, s, b, x], city[s, b, x])
    return shown
