"""The shape a fit starts from: share tables, the finer laid over the coarser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand.blocks import NO_COUNT, Block, CellCounts, block_of
from atlas.engine.demand.counts import N_SEXES, CountState
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.demand.counts import FitRule, ShareTable
    from atlas.engine.types import Bool, Float64


def seed(
    shares: Sequence[ShareTable], counts: CellCounts, n_years: int, rule: FitRule
) -> tuple[Float64, Bool, Bool]:
    """
    Build the shape of every cell over single years × sexes.

    Parameters
    ----------
    shares
        Share tables, the preferred first. Where one has no number, the next one's shape stands.
    counts
        Published counts; a cell's whole shape is scaled to them, so that ages without a count of
        their own grow with the cell.
    n_years
        Years of age the shape covers.
    rule
        How much of a table is taken as it stands.

    Returns
    -------
    shape, told, sized
        Two of shape (n_cells, n_years, 2): children, > 0 except where a table is taken whole and
        says 0; and whether any table says something of that year, sex and cell. And of shape
        (n_cells,): whether a table with the cell as an area of its own tells its size.

    Raises
    ------
    ShapeError
        If a table's `area_of_cell` does not fit the cells.
    InputError
        If a table names an area no cell could lie in.

    Notes
    -----
    Source: DOMAIN §3: uniform within an age group until something finer is known.
    """
    n_cells = counts.target_micro.shape[1]
    shape = np.ones((n_cells, n_years, N_SEXES))
    told, sized = np.zeros(shape.shape, bool), np.zeros(n_cells, bool)
    for table in reversed(shares):
        _check_areas(table, n_cells)
        blocks = _by_cell(table, n_years, rule.oldest)
        coarser = shape
        shape = lay_over(coarser, blocks)
        for block, numbers in blocks.items():
            told[~np.isnan(numbers), block.years, block.sexes] = True
            sized |= _is_own(table) & ~np.isnan(numbers)
        shape = rule.own_share * shape + (1 - rule.own_share) * scaled(coarser, blocks)
    published = {
        block: np.where(target == NO_COUNT, np.nan, target / MICRO)
        for block, target in zip(counts.blocks, counts.target_micro, strict=True)
    }
    return scaled(shape, published), told, sized


def lay_over(shape: Float64, blocks: dict[Block, Float64]) -> Float64:
    """
    Scale a shape so that its blocks hold the numbers of a table.

    Parameters
    ----------
    shape
        Shape (n_cells, years, 2), children.
    blocks
        Block → shape (n_cells,), children; NaN where the table has none. Wider blocks are laid
        first, so that narrower ones have the last word.

    Returns
    -------
    shape
        A new shape; what no block covers is scaled with the cell.
    """
    laid = scaled(shape, blocks)
    wide_first = sorted(blocks, key=lambda b: (b.age_from - b.age_to, b.sex, b.age_from))
    for block in wide_first:
        fill_block(laid, block, blocks[block])
    return laid


def fill_block(shape: Float64, block: Block, numbers: Float64) -> None:
    """
    Scale one block of each cell to a number, in place.

    Parameters
    ----------
    shape
        Shape (n_cells, years, 2), children, changed in place.
    block
        The block.
    numbers
        Shape (n_cells,), children; NaN leaves the cell as it is. A block that is 0 and should not
        be is filled evenly.
    """
    cells = np.flatnonzero(~np.isnan(numbers))
    part = shape[cells, block.years, block.sexes]
    total = part.sum(axis=(1, 2))
    wanted = numbers[cells]
    size = part.shape[1] * part.shape[2]
    factor = wanted / np.where(total > 0, total, 1.0)
    even = np.where((total <= 0) & (wanted > 0), wanted / max(size, 1), 0.0)
    shape[cells, block.years, block.sexes] = part * factor[:, None, None] + even[:, None, None]


def scaled(shape: Float64, blocks: dict[Block, Float64]) -> Float64:
    """Scale each cell's whole shape to the size the numbers of `blocks` give it together."""
    stated = np.zeros(len(shape))
    present = np.zeros(len(shape))
    for block, numbers in blocks.items():
        has = ~np.isnan(numbers)
        part = shape[:, block.years, block.sexes].sum(axis=(1, 2))
        stated += np.where(has, np.nan_to_num(numbers), 0.0)
        present += np.where(has, part, 0.0)
    factor = np.where((stated > 0) & (present > 0), stated / np.where(present > 0, present, 1), 1.0)
    return shape * factor[:, None, None]


def _check_areas(table: ShareTable, n_cells: int) -> None:
    """Refuse a table whose areas do not fit the cells."""
    if len(table.area_of_cell) != n_cells:
        msg = f"a share table knows {len(table.area_of_cell)} cells of {n_cells}"
        raise ShapeError(msg)
    if n_cells and table.area_of_cell.min() < NO_COUNT:
        msg = "a cell's area is an index, or -1 for none"
        raise InputError(msg)


def _by_cell(table: ShareTable, n_years: int, oldest: int) -> dict[Block, Float64]:
    """Return the table's numbers as block → one number a cell, NaN where it has none."""
    n_areas = int(max(table.area.max(initial=0), table.area_of_cell.max(initial=0))) + 1
    by_area: dict[Block, Float64] = {}
    for row in range(len(table.area)):
        block = block_of(table, row)
        if table.state[row] != CountState.MISSING and block.age_to <= min(oldest, n_years):
            numbers = by_area.setdefault(block, np.full(n_areas, np.nan))
            numbers[table.area[row]] = table.count[row]
    has_area = table.area_of_cell >= 0
    # An area of several cells says nothing of their sizes: each gets the mean.
    cells = np.maximum(np.bincount(table.area_of_cell[has_area], minlength=n_areas), 1)
    return {
        block: np.where(has_area, (numbers / cells)[table.area_of_cell], np.nan)
        for block, numbers in by_area.items()
    }


def _is_own(table: ShareTable) -> Bool:
    """Return which cells are the only one of their area, so that the table tells their size."""
    has_area = table.area_of_cell >= 0
    n_areas = int(table.area_of_cell.max(initial=-1)) + 1
    cells = np.bincount(table.area_of_cell[has_area], minlength=max(n_areas, 1))
    return np.asarray(has_area & (cells[table.area_of_cell] == 1), bool)
