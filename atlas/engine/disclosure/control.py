"""The one function through which every figure of an edition passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.levels import BANDS, FOUR, GROUPS, WHOLE, Cells, Detail
from atlas.engine.disclosure.suppression import suppress
from atlas.engine.disclosure.table import FULL, OUT, Disclosed, Rules, Table

if TYPE_CHECKING:
    from atlas.engine.types import Bool


def disclose(table: Table, rules: Rules) -> Disclosed:
    """
    Say which figures of a table may be shown.

    Parameters
    ----------
    table
        Whole children of the city and its zones, exactly additive.
    rules
        The adopted rule.

    Returns
    -------
    disclosed
        Masks over the table and its margins.

    Notes
    -----
    Source: DESIGN §3, first rule, coarse and safe. (1) The total of a zone is shown where it is 0
    or at least k. (2) Bands, then bands and sexes, and the splits of each service, only where
    every cell and its complement in the zone above is 0 or at least k, and never in more detail
    than the zone above. (3) Of the zones under one parent, the smallest give way until what
    remains of the parent is 0 or at least k in every cell.
    """
    cells = Cells(table)
    detail = suppress(table, cells, rules.k)
    return masks(table, detail)


def masks(table: Table, detail: Detail) -> Disclosed:
    """
    Write the detail of each zone as masks over the table and its margins.

    Parameters
    ----------
    table
        The table.
    detail
        The detail each zone shows.

    Returns
    -------
    disclosed
        See `Disclosed`.
    """
    _n, b, x = table.children.shape
    by_group = _margin_levels(b, x)
    children = detail.children[:, None, None] >= by_group
    concerns = _concerns(table.applies)
    parts = np.repeat(
        ((detail.group[:, :, None, None] >= by_group) & concerns[None])[..., None], 4, axis=-1
    )
    apart = detail.split == FOUR
    parts[..., [FULL, OUT]] &= apart[:, :, None, None, None]
    levels = detail.group >= WHOLE
    lives = (table.children[:, None] * table.applies[None]).sum(axis=(2, 3)) > 0
    return Disclosed(
        children=children,
        parts=parts,
        levels=levels,
        contributions=(levels | ~lives).all(axis=1),
    )


def _margin_levels(b: int, x: int) -> Bool:
    """Return the detail each cell of (1 + b, 1 + x) needs."""
    needs = np.full((1 + b, 1 + x), GROUPS)
    needs[1:, 0] = BANDS
    needs[0, 0] = WHOLE
    return needs


def _concerns(applies: Bool) -> Bool:
    """Return the cells (s, 1 + b, 1 + x) with some group that a service applies to."""
    bands = np.concatenate([applies.any(axis=1, keepdims=True), applies], axis=1)
    return np.concatenate([bands.any(axis=2, keepdims=True), bands], axis=2)
