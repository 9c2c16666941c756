"""Counts as blocks of single years × sexes, and which of them contradict each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand.counts import BOTH_SEXES, N_SEXES, Contradiction, CountState
from atlas.engine.demand.equations import Equations
from atlas.engine.errors import InputError
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atlas.engine.demand.counts import AgeBands, ControlTotals, PublishedCounts, ShareTable
    from atlas.engine.types import AnyArray, Bool, Int64, UInt8

NO_COUNT = -1


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A range of single years, half-open, of one sex or both."""

    age_from: int
    age_to: int
    sex: int

    @property
    def years(self) -> slice:
        """The years as a slice."""
        return slice(self.age_from, self.age_to)

    @property
    def sexes(self) -> slice:
        """The sexes as a slice."""
        return slice(0, N_SEXES) if self.sex == BOTH_SEXES else slice(self.sex, self.sex + 1)

    def atoms(self, edges: AnyArray) -> list[tuple[int, int]]:
        """Return the stretches between `edges` × sexes that the block is made of."""
        stretches = range(
            int(np.searchsorted(edges, self.age_from)), int(np.searchsorted(edges, self.age_to))
        )
        return [(e, s) for e in stretches for s in range(N_SEXES)[self.sexes]]


@dataclass(slots=True)
class CellCounts:
    """
    Published counts laid out as blocks × cells.

    Parameters
    ----------
    blocks
        K blocks, in the order of their first row.
    target_micro
        Shape (K, n_cells), int64, millionths; `NO_COUNT` where nothing is published.
    state
        Shape (K, n_cells), `CountState`.
    row
        Shape (K, n_cells), the row of the published table.
    contradictions
        Found so far.
    left_out
        Rows whose range reaches too far up.
    """

    blocks: list[Block]
    target_micro: Int64
    state: UInt8
    row: Int64
    contradictions: list[Contradiction] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Control:
    """One total over many cells: its row, block, member cells (Bool, n_cells) and millionths."""

    row: int
    block: Block
    member: Bool
    target_micro: int


def lay_out(published: PublishedCounts, n_cells: int, oldest: int) -> CellCounts:
    """
    Lay published counts out as blocks × cells.

    Parameters
    ----------
    published
        The counts, in the order of precedence.
    n_cells
        Number of cells.
    oldest
        Ranges ending above this age are left out.

    Returns
    -------
    counts
        Of the same cell and block stated twice, the first holds; a differing second is reported.

    Raises
    ------
    InputError
        If a cell's index is not below `n_cells`.
    """
    if len(published.cell) and published.cell.max() >= n_cells:
        msg = f"a count names cell {int(published.cell.max())} of {n_cells}"
        raise InputError(msg)
    useful = np.asarray(published.age_to) <= oldest
    usable = np.flatnonzero(useful & (published.state != CountState.MISSING))
    blocks = {block: k for k, block in enumerate(_distinct(published, usable))}
    shape = (len(blocks), n_cells)
    counts = CellCounts(
        list(blocks),
        np.full(shape, NO_COUNT, np.int64),
        np.full(shape, CountState.MISSING, np.uint8),
        np.full(shape, NO_COUNT, np.int64),
        left_out=int((~useful).sum()),
    )
    micro = to_micro(published.count)
    for row in usable.tolist():
        k, cell = blocks[block_of(published, row)], published.cell[row]
        if counts.target_micro[k, cell] == NO_COUNT:
            counts.target_micro[k, cell] = micro[row]
            counts.state[k, cell] = published.state[row]
            counts.row[k, cell] = row
        elif counts.target_micro[k, cell] != micro[row]:
            _report(counts, int(row), int(micro[row]), int(counts.target_micro[k, cell]))
    return counts


def block_of(table: PublishedCounts | ShareTable | ControlTotals, row: int) -> Block:
    """Return the block of one row."""
    return Block(int(table.age_from[row]), int(table.age_to[row]), int(table.sex[row]))


def to_micro(count: AnyArray) -> Int64:
    """Return counts as millionths, `NO_COUNT` where null."""
    values = np.asarray(count, np.float64)
    micro = np.rint(np.where(np.isnan(values), 0, values) * MICRO).astype(np.int64)
    return np.where(np.isnan(values), NO_COUNT, micro)


def age_edges(counts: CellCounts, controls: Iterable[Control], bands: AgeBands) -> Int64:
    """Return every age at which some range begins or ends, rising."""
    blocks = [*counts.blocks, *(control.block for control in controls)]
    ages = {age for block in blocks for age in (block.age_from, block.age_to)}
    return np.array(sorted(ages | {0} | set(bands.age_from) | set(bands.age_to)), np.int64)


def patterns(published: Bool) -> tuple[Bool, Int64]:
    """Return the distinct columns of a table (K, n) as (P, K), and which one each column has."""
    if not len(published):
        return np.zeros((1, 0), bool), np.zeros(published.shape[1], np.int64)
    distinct, inverse = np.unique(published.T, axis=0, return_inverse=True)
    return distinct, np.asarray(inverse, np.int64).reshape(-1)


def drop_dependent(counts: CellCounts, edges: Int64) -> None:
    """
    Leave of each cell's counts only those that say something new.

    Parameters
    ----------
    counts
        Changed in place: counts that follow from earlier ones of the same cell are dropped, and
        reported where they state another number.
    edges
        From `age_edges`.
    """
    distinct, which = patterns(counts.target_micro != NO_COUNT)
    for p, pattern in enumerate(distinct):
        cells = np.flatnonzero(which == p)
        if len(cells):
            _drop_in_pattern(counts, np.flatnonzero(pattern), cells, edges)


def keep_controls(
    controls: list[Control], counts: CellCounts, edges: Int64
) -> tuple[list[Control], list[Contradiction]]:
    """
    Choose the totals that neither follow from nor contradict what stands before them.

    Parameters
    ----------
    controls
        In the order of precedence.
    counts
        Independent counts of the cells (after `drop_dependent`).
    edges
        From `age_edges`.

    Returns
    -------
    kept, contradictions
        Totals that say something new, and those that state another number than the cells and
        earlier totals imply.
    """
    equations, class_of = class_equations(controls, counts, edges)
    kept, contradictions = [], []
    for control in controls:
        unknowns = control_unknowns(control, class_of, edges)
        excess = equations.add(unknowns, control.target_micro)
        if excess is None:
            kept.append(control)
        elif excess:
            stated = control.target_micro / MICRO
            found = float(stated - excess / MICRO)
            contradictions.append(Contradiction("control", control.row, stated, found))
    return kept, contradictions


def class_equations(
    controls: list[Control], counts: CellCounts, edges: Int64
) -> tuple[Equations, Int64]:
    """
    State the cells' counts, summed over cells that are alike.

    Parameters
    ----------
    controls
        Cells are alike if they publish the same blocks and belong to the same controls.
    counts
        Independent counts of the cells.
    edges
        From `age_edges`.

    Returns
    -------
    equations, class_of
        Unknowns are (class, stretch, sex); the class of each cell, shape (n_cells,).
    """
    alike = np.concatenate(
        [counts.target_micro != NO_COUNT, *(control.member[None, :] for control in controls)]
    )
    distinct, class_of = patterns(alike)
    equations = Equations()
    for c, pattern in enumerate(distinct):
        cells = class_of == c
        for k in np.flatnonzero(pattern[: len(counts.blocks)]):
            atoms = [(c, e, s) for e, s in counts.blocks[k].atoms(edges)]
            equations.add(atoms, int(counts.target_micro[k, cells].sum()))
    return equations, class_of


def control_unknowns(control: Control, class_of: Int64, edges: Int64) -> list[tuple[int, int, int]]:
    """Return the unknowns (class, stretch, sex) a total is the sum of."""
    classes = np.unique(class_of[control.member])
    return [(int(c), e, s) for c in classes for e, s in control.block.atoms(edges)]


def _distinct(published: PublishedCounts, rows: Int64) -> list[Block]:
    """Return the distinct blocks in the order of their first row."""
    columns = np.stack(
        [
            np.asarray(c, np.int64)[rows]
            for c in (published.age_from, published.age_to, published.sex)
        ]
    )
    _, first = np.unique(columns, axis=1, return_index=True)
    return [block_of(published, int(rows[i])) for i in sorted(first)]


def _drop_in_pattern(counts: CellCounts, keys: Int64, cells: Int64, edges: Int64) -> None:
    """Drop dependent blocks of cells that publish the same ones."""
    kept: list[int] = []
    equations = Equations()
    for k in keys:
        atoms = counts.blocks[k].atoms(edges)
        if equations.add(atoms, 0) is None:
            kept.append(int(k))
            continue
        implied = _implied(counts, kept, int(k), cells, edges)
        stated = counts.target_micro[k, cells]
        for cell, other in zip(cells[stated != implied], implied[stated != implied], strict=True):
            _report(counts, int(counts.row[k, cell]), int(counts.target_micro[k, cell]), int(other))
        counts.target_micro[k, cells] = NO_COUNT


def _implied(counts: CellCounts, kept: list[int], k: int, cells: Int64, edges: Int64) -> Int64:
    """Return what the kept blocks imply for block `k`, for each cell."""
    implied = np.zeros(len(cells), np.float64)
    for other in kept:
        # The block's share in the combination: what it implies when it alone is 1.
        equations = Equations()
        for each in kept:
            equations.add(counts.blocks[each].atoms(edges), int(each == other))
        share = -equations.reduce(counts.blocks[k].atoms(edges), 0)[1]
        implied += float(share) * counts.target_micro[other, cells]
    return np.rint(implied).astype(np.int64)


def _report(counts: CellCounts, row: int, stated: int, found: int) -> None:
    """Note a count that another one contradicts."""
    counts.contradictions.append(Contradiction("published", row, stated / MICRO, found / MICRO))
