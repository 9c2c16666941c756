"""Whole children, so that every published sum adds up: zones, ages, sexes, parts of the split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure import PieceCounts
from atlas.engine.meeting import meet_totals
from atlas.engine.rounding import (
    whole_children,
    whole_children_rows,
    whole_rows_with_carry,
    whole_run,
)
from atlas.engine.values import Reason
from atlas.publishing.tally import UNKNOWN, PieceTally

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
    pieces
        The same of the pieces that several trees cut, where the assessment kept them: then the
        zones of every tree are sums of them.
    """

    children: Int64
    parts: Int64
    pieces: PieceCounts | None


def whole_children_of(tally: Tally, zones: ZoneTrees, applies: Bool) -> WholeChildren:
    """
    Round an assessment to whole children once, at its smallest areas, and sum from there.

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
    the split); the leaf zones, or the pieces that trees cut, carry the rest along the tree and
    then meet the city's totals. Where pieces were not kept each tree is rounded by itself.
    """
    areas = _smallest(tally, zones, applies)
    children = _city_children(areas[0].children.sum(axis=0))
    parts = _city_parts(areas[0].parts.sum(axis=0), children, applies)
    n = len(zones.code)
    of_zone = np.zeros((n + 1, *children.shape), np.int64)
    of_parts = np.zeros((n + 1, *parts.shape), np.int64)
    of_zone[n], of_parts[n] = children, parts
    for area in areas:
        own = _leaf_children(area.children, children)
        own_parts = _leaf_parts(area.parts, own, parts, applies)
        for leaf in area.leaf.T:
            holder, held = zones.holders(leaf)
            np.add.at(of_zone, holder, own[held])
            np.add.at(of_parts, holder, own_parts[held])
    pieces = None
    if tally.pieces is not None:
        pieces = PieceCounts(tally.pieces.leaf, own, own_parts)
    return WholeChildren(of_zone, of_parts, pieces)


def _smallest(tally: Tally, zones: ZoneTrees, applies: Bool) -> list[PieceTally]:
    """Return the pieces, or the leaf zones of each tree, with their millionths."""
    if tally.pieces is not None:
        return [tally.pieces]
    micro = _with_missing_as_unknown(tally, applies)
    return [
        PieceTally(leaves[:, None], tally.children[leaves], micro[leaves])
        for leaves in zones.leaves
    ]


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
