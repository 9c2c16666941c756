"""The one function through which every figure of an edition passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.levels import (
    BANDS,
    FOUR,
    GROUPS,
    MERGED,
    NOTHING,
    WHOLE,
    Cells,
    Detail,
)
from atlas.engine.disclosure.suppression import suppress
from atlas.engine.disclosure.table import FULL, OUT, Disclosed, Rules, Table
from atlas.engine.disclosure.town import Town
from atlas.engine.disclosure.witness import PART_SETS, Protected, protected

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int64


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
    every cell and its complement in the nearest zone above that shows as much is 0 or at least k.
    (3) Zones give way until what remains of that zone is 0 or at least k in every cell: first
    those that withhold something already, then the smallest. (4) Every withheld count of 1 to k − 1
    must have a witness: another table with the same figures shown that gives it another value
    (see `witness`); where none is found, more is withheld, and tried again.

    Limits: the trees of a city are protected each by itself; where two divisions cross, what lies
    in the one and not in the other can be worked out from their totals.
    """
    cells, town = Cells(table), Town(table)
    most = _everything(table)
    for _ in range(rules.rounds):
        detail = suppress(table, cells, rules.k, most)
        open_children, open_parts = _unprotected(town, detail, rules.k)
        if not (open_children.any() or open_parts.any()):
            return masks(table, detail)
        _lower(table, detail, most, (open_children, open_parts))
    _withhold_zones(table, most)
    return masks(table, suppress(table, cells, rules.k, most))


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
    _, b, x = table.children.shape
    needs = _margin_levels(b, x)
    concerns = _concerns(table.applies)
    shown = (detail.group[:, :, None, None] >= needs) & concerns[None]
    parts = np.repeat(shown[..., None], 4, axis=-1)
    parts[..., [FULL, OUT]] &= (detail.split == FOUR)[:, :, None, None, None]
    levels = detail.group >= WHOLE
    lives = (table.children[:, None] * table.applies[None]).sum(axis=(2, 3)) > 0
    return Disclosed(
        children=detail.children[:, None, None] >= needs,
        parts=parts,
        levels=levels,
        contributions=(levels | ~lives).all(axis=1),
    )


def _everything(table: Table) -> Detail:
    """Return the bound that forbids nothing."""
    n, services = table.parts.shape[:2]
    return Detail(
        np.full(n, GROUPS, np.int8),
        np.full((n, services), GROUPS, np.int8),
        np.full((n, services), FOUR, np.int8),
    )


def _unprotected(town: Town, detail: Detail, k: int) -> tuple[Bool, Bool]:
    """Return the zones (n,), and zones × services (n, s), with a withheld count left open."""
    wanted = _withheld(town, detail, k)
    found = protected(town, detail, wanted)
    open_children = np.asarray((wanted.children & ~found.children).any(axis=1), bool)
    open_parts = np.asarray((wanted.parts & ~found.parts).any(axis=(2, 3)).T, bool)
    return open_children, open_parts


def _withheld(town: Town, detail: Detail, k: int) -> Protected:
    """Return the counts of 1 to k − 1, none of which is shown."""
    table = town.table
    n, s, b, x, parts = table.parts.shape
    children = table.children.reshape(n, b * x) @ town.sets.T
    split = np.einsum("nsgp,mg->snmp", table.parts.reshape(n, s, b * x, parts), town.sets)
    merged = np.stack([split[..., list(each)].sum(axis=-1) for each in PART_SETS], axis=-1)
    needs = _margin_levels(b, x).reshape(-1)
    hidden = detail.group.T[:, :, None, None] < needs[None, None, :, None]
    apart = detail.split.T[:, :, None, None] == FOUR
    splits = np.array([parts in {(FULL,), (OUT,)} for parts in PART_SETS])
    return Protected(
        _is_small(children, k) & (detail.children[:, None] < needs),
        _is_small(merged, k) & (hidden | (splits & ~apart)),
    )


def _is_small(counts: Int64, k: int) -> Bool:
    """Return which counts must never be known."""
    return np.asarray((counts > 0) & (counts < k), bool)


def _lower(table: Table, detail: Detail, most: Detail, left_open: tuple[Bool, Bool]) -> None:
    """Take back one step of detail where a count is left open; changes `most`."""
    open_children, open_parts = left_open
    for row, service in np.argwhere(open_parts).tolist():
        if detail.group[row, service] > NOTHING:
            _lower_service(detail, most, row, service)
            continue
        shown = [r for r in _near(table, row) if detail.group[r, service] > NOTHING]
        if shown:
            _lower_service(detail, most, _smallest(table, shown), service)
        else:
            most.children[row] = min(most.children[row], max(detail.children[row] - 1, 0))
    for row in np.flatnonzero(open_children).tolist():
        services = np.flatnonzero(detail.group[row] > NOTHING).tolist()
        for service in services:
            _lower_service(detail, most, row, service)
        if services:
            continue
        shown = [r for r in (row, *_near(table, row)) if detail.children[r] > NOTHING]
        if shown:
            at = row if row in shown else _smallest(table, shown)
            most.children[at] = detail.children[at] - 1


def _lower_service(detail: Detail, most: Detail, row: int, service: int) -> None:
    """Forbid the detail a zone shows of a service, leaving it the next coarser."""
    group, split = int(detail.group[row, service]), int(detail.split[row, service])
    if split == FOUR and group == WHOLE:
        most.split[row, service] = MERGED
    else:
        most.group[row, service] = group - 1


def _near(table: Table, row: int) -> list[int]:
    """Return the zones beside one, then the zones above it."""
    if row == table.city:
        return []
    beside = np.flatnonzero((table.parent == table.parent[row]) & (table.tree == table.tree[row]))
    others = [int(r) for r in beside if r != row]
    return others or [int(table.parent[row])]


def _smallest(table: Table, rows: list[int]) -> int:
    """Return the zone with the fewest children, ties to the smaller row."""
    size = table.children.sum(axis=(1, 2))
    return min(rows, key=lambda row: (int(size[row]), row))


def _withhold_zones(table: Table, most: Detail) -> None:
    """Leave only the city's own figures and the zones' totals."""
    below = np.arange(len(table.parent)) != table.city
    most.children[below] = np.minimum(most.children[below], WHOLE)
    most.group[below] = NOTHING


def _margin_levels(b: int, x: int) -> Int64:
    """Return the detail each cell of (1 + b, 1 + x) needs."""
    needs = np.full((1 + b, 1 + x), GROUPS)
    needs[1:, 0] = BANDS
    needs[0, 0] = WHOLE
    return needs


def _concerns(applies: Bool) -> Bool:
    """Return the cells (s, 1 + b, 1 + x) with some group that a service applies to."""
    bands = np.concatenate([applies.any(axis=1, keepdims=True), applies], axis=1)
    return np.concatenate([bands.any(axis=2, keepdims=True), bands], axis=2)
