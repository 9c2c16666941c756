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
from atlas.engine.disclosure.table import (
    FULL,
    N_PARTS,
    NO_PARENT,
    OUT,
    Disclosed,
    Rules,
    Table,
)
from atlas.engine.disclosure.town import Town
from atlas.engine.disclosure.witness import PART_SETS, Protected, nothing_found, protect

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int64

_MASKS = ("children", "parts", "levels", "contributions")


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
    those that withhold something already, then the smallest. (4) Trees that cross the main one
    show totals of children only, and those give way until every union of pieces that follows from
    the totals of all trees is 0 or at least k. (5) Every count of 1 to k − 1 of every area that
    can be formed (see `areas_of`) must have a witness: another table with the same figures shown
    that gives it another value (see `witness`); where none is found, more is withheld, and tried
    again.

    Where several trees cross and their pieces are not given, only the main tree shows anything.
    """
    if table.pieces is None and len(table.trees) > 1:
        return _main_tree_only(table, rules)
    town = Town(table)
    cells, most = Cells(town), _everything(table)
    found = nothing_found(town)
    for _ in range(rules.rounds):
        detail = suppress(town, cells, rules.k, most)
        # Showing less leaves every witness what it was.
        most = most.and_no_more_than(detail)
        wanted = _withheld(town, cells, detail, rules.k)
        protect(town, detail, wanted, found)
        if not wanted.without(found).any():
            return masks(table, detail)
        _lower(town, detail, most, (wanted, found))
    _withhold_zones(table, most)
    return masks(table, suppress(town, cells, rules.k, most))


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


def _main_tree_only(table: Table, rules: Rules) -> Disclosed:
    """Show nothing of the trees whose crossing with the main one is not known."""
    kept = np.flatnonzero((table.tree == table.trees[0]) | (table.parent == NO_PARENT))
    place = np.full(len(table.parent) + 1, NO_PARENT, np.int32)
    place[kept] = np.arange(len(kept))
    main = Table(
        place[table.parent[kept]],
        table.tree[kept],
        table.children[kept],
        table.parts[kept],
        table.applies,
    )
    shown = disclose(main, rules)
    n, (s, b, x) = len(table.parent), table.applies.shape
    every = Disclosed(
        np.zeros((n, 1 + b, 1 + x), bool),
        np.zeros((n, s, 1 + b, 1 + x, N_PARTS), bool),
        np.zeros((n, s), bool),
        np.zeros(n, bool),
    )
    for of_all, own in ((getattr(every, name), getattr(shown, name)) for name in _MASKS):
        of_all[kept] = own
    return every


def _everything(table: Table) -> Detail:
    """Return the bound that forbids nothing in the main tree, and in others all but totals."""
    n, services = table.parts.shape[:2]
    most = Detail(
        np.full(n, GROUPS, np.int8),
        np.full((n, services), GROUPS, np.int8),
        np.full((n, services), FOUR, np.int8),
    )
    crossing = (table.parent != NO_PARENT) & (table.tree != min(table.trees, default=0))
    most.children[crossing] = WHOLE
    most.group[crossing] = NOTHING
    return most


def _withheld(town: Town, cells: Cells, detail: Detail, k: int) -> Protected:
    """Return the counts of 1 to k − 1, none of which is shown."""
    b, x = town.table.children.shape[1:]
    n = len(town.depth)
    children = cells.of_groups @ town.sets.T
    split = np.einsum("asgp,mg->samp", cells.of_parts, town.sets, optimize=True)
    merged = np.stack([split[..., list(each)].sum(axis=-1) for each in PART_SETS], axis=-1)
    wanted = Protected(_is_small(children, k), _is_small(merged, k))
    needs = _margin_levels(b, x).reshape(-1)
    hidden = detail.group.T[:, :, None, None] < needs[None, None, :, None]
    apart = detail.split.T[:, :, None, None] == FOUR
    splits = np.array([parts in {(FULL,), (OUT,)} for parts in PART_SETS])
    wanted.children[:n] &= detail.children[:, None] < needs
    wanted.parts[:, :n] &= hidden | (splits & ~apart)
    return wanted


def _is_small(counts: Int64, k: int) -> Bool:
    """Return which counts must never be known."""
    return np.asarray((counts > 0) & (counts < k), bool)


def _lower(town: Town, detail: Detail, most: Detail, asked: tuple[Protected, Protected]) -> None:
    """Take back one step of detail where a count is left open; changes `most`."""
    wanted, found = asked
    open_children = np.asarray((wanted.children & ~found.children).any(axis=1), bool)
    open_parts = np.asarray((wanted.parts & ~found.parts).any(axis=(2, 3)).T, bool)
    shows = detail.children > NOTHING
    for area in np.flatnonzero(open_children | open_parts.any(axis=1)).tolist():
        crossing = town.crossing(town.areas.holds[area], shows, anywhere=False)
        if crossing.size:
            most.children[_smallest(town.table, crossing.tolist())] = NOTHING
            continue
        row = int(town.areas.zone[area])
        for service in np.flatnonzero(open_parts[area]).tolist():
            _lower_split(town.table, detail, most, (row, service))
        if open_children[area]:
            _lower_children(town.table, detail, most, row)


def _lower_split(table: Table, detail: Detail, most: Detail, at: tuple[int, int]) -> None:
    """Take back detail of a service: the zone's own, else of the smallest beside it."""
    row, service = at
    shown = [r for r in (row, *_near(table, row)) if detail.group[r, service] > NOTHING]
    if shown:
        telling = row if row in shown else _smallest(table, shown)
        _lower_service(detail, most, telling, service)
    else:
        most.children[row] = min(most.children[row], max(detail.children[row] - 1, 0))


def _lower_children(table: Table, detail: Detail, most: Detail, row: int) -> None:
    """Take back every split of a zone, or where it has none its children."""
    services = np.flatnonzero(detail.group[row] > NOTHING).tolist()
    for service in services:
        _lower_service(detail, most, row, service)
    shown = [r for r in (row, *_near(table, row)) if detail.children[r] > NOTHING]
    if shown and not services:
        telling = row if row in shown else _smallest(table, shown)
        most.children[telling] = detail.children[telling] - 1


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
