"""From a fit in fractions to millionths that keep every count and total exactly."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand.blocks import (
    NO_COUNT,
    CellCounts,
    Control,
    class_equations,
    control_unknowns,
    patterns,
)
from atlas.engine.demand.counts import Contradiction
from atlas.engine.demand.equations import Equations
from atlas.engine.rounding import share_by_group
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from collections.abc import Hashable

    from atlas.engine.types import Float64, Int64

    Corrections = dict[tuple[int, int, int], int]

CANDIDATES = 50
"""How many cells of a kind are tried, the largest first, for a correction of a few millionths."""


def whole_fit(
    shape: Float64, counts: CellCounts, controls: list[Control], edges: Int64
) -> tuple[Int64, list[Contradiction]]:
    """
    Round a fit to millionths so that counts and totals hold exactly.

    Parameters
    ----------
    shape
        Shape (n_cells, years, 2), children, meeting counts and totals up to rounding.
    counts
        Independent published counts of the cells.
    controls
        Totals that are met, independent of the counts and each other.
    edges
        Ages at which ranges begin or end.

    Returns
    -------
    micro, failed
        Shape (n_cells, years, 2), int64, ≥ 0; and the totals that could not be made exact.

    Notes
    -----
    Source: our own. Blocks of a cell that do not overlap are shared by largest remainder;
    overlapping ones, and totals, are met by moving a few millionths between years of one cell,
    found by solving the equations exactly for the largest unknowns.
    """
    micro = np.rint(shape * MICRO).astype(np.int64)
    distinct, which = patterns(counts.target_micro != NO_COUNT)
    for p, pattern in enumerate(distinct):
        cells = np.flatnonzero(which == p)
        keys = np.flatnonzero(pattern)
        if _are_disjoint([counts.blocks[k].atoms(edges) for k in keys]):
            for k in keys:
                _share_block(micro, shape, counts, int(k), cells)
        else:
            for cell in cells:
                _settle_cell(micro, counts, keys, int(cell), edges)
    _settle_controls(micro, counts, controls, edges)
    failed = [
        Contradiction("control", c.row, c.target_micro / MICRO, _sum(micro, c) / MICRO)
        for c in controls
        if _sum(micro, c) != c.target_micro
    ]
    return micro, failed


def _are_disjoint(blocks: list[list[tuple[int, int]]]) -> bool:
    """Return whether no two blocks share an unknown."""
    return sum(map(len, blocks)) == len({atom for block in blocks for atom in block})


def _share_block(micro: Int64, shape: Float64, counts: CellCounts, k: int, cells: Int64) -> None:
    """Share one block's counts among its years and sexes by largest remainder."""
    block = counts.blocks[k]
    part = shape[cells, block.years, block.sexes]
    group = np.repeat(np.arange(len(cells)), part[0].size)
    shares = share_by_group(part.reshape(-1), group, counts.target_micro[k, cells])
    micro[cells, block.years, block.sexes] = shares.reshape(part.shape)


def _settle_cell(micro: Int64, counts: CellCounts, keys: Int64, cell: int, edges: Int64) -> None:
    """Meet the overlapping counts of one cell by moving a few millionths."""
    years = _stretches(edges)

    def size(unknown: Hashable) -> float:
        _, e, s = _key(unknown)
        return float(micro[cell, years[e], s].max())

    equations = Equations(size)
    for k in keys:
        block = counts.blocks[k]
        off = int(counts.target_micro[k, cell] - micro[cell, block.years, block.sexes].sum())
        equations.add([(0, e, s) for e, s in block.atoms(edges)], off)
    corrections = _whole_corrections(equations)
    if corrections is not None:
        _apply(micro, corrections, {0: cell}, years)


def _settle_controls(
    micro: Int64, counts: CellCounts, controls: list[Control], edges: Int64
) -> None:
    """Meet the totals by moving a few millionths between years of large cells."""
    if all(_sum(micro, control) == control.target_micro for control in controls):
        return
    years = _stretches(edges)
    _, class_of = class_equations(controls, counts, edges)
    size = micro.sum(axis=(1, 2))
    members = [np.flatnonzero(class_of == c) for c in range(int(class_of.max()) + 1)]
    largest_first = [m[np.argsort(-size[m], kind="stable")] for m in members]
    for attempt in range(CANDIDATES):
        cell_of = {c: int(m[min(attempt, len(m) - 1)]) for c, m in enumerate(largest_first)}
        corrections = _control_corrections(micro, counts, controls, (class_of, cell_of), edges)
        if corrections is not None and _apply(micro, corrections, cell_of, years):
            return


def _control_corrections(
    micro: Int64,
    counts: CellCounts,
    controls: list[Control],
    classes: tuple[Int64, dict[int, int]],
    edges: Int64,
) -> Corrections | None:
    """Find what to move in one cell of each class; None where there is no whole solution."""
    class_of, cell_of = classes
    years = _stretches(edges)

    def size(unknown: Hashable) -> float:
        c, e, s = _key(unknown)
        return float(micro[cell_of[c], years[e], s].max())

    equations = Equations(size)
    for c, cell in cell_of.items():
        for k in np.flatnonzero(counts.target_micro[:, cell] != NO_COUNT):
            equations.add([(c, e, s) for e, s in counts.blocks[k].atoms(edges)], 0)
    for control in controls:
        off = control.target_micro - _sum(micro, control)
        equations.add(control_unknowns(control, class_of, edges), off)
    return _whole_corrections(equations)


def _whole_corrections(equations: Equations) -> Corrections | None:
    """Return the solution where it is whole."""
    solution = equations.solution()
    if any(value.denominator != 1 for value in solution.values()):
        return None
    return {_key(unknown): int(value) for unknown, value in solution.items()}


def _apply(
    micro: Int64, corrections: Corrections, cell_of: dict[int, int], years: list[slice]
) -> bool:
    """Move the millionths, unless some year would fall below 0."""
    places = []
    for (c, e, s), amount in corrections.items():
        stretch = micro[cell_of[c], years[e], s]
        year = years[e].start + int(np.argmax(stretch))
        if micro[cell_of[c], year, s] + amount < 0:
            return False
        places.append((cell_of[c], year, s, amount))
    for cell, year, s, amount in places:
        micro[cell, year, s] += amount
    return True


def _stretches(edges: Int64) -> list[slice]:
    """Return the years between each edge and the next."""
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(edges)]


def _key(unknown: Hashable) -> tuple[int, int, int]:
    """Return an unknown as (class, stretch, sex)."""
    if not isinstance(unknown, tuple):
        msg = f"{unknown!r} is no unknown of a cell"
        raise TypeError(msg)
    c, e, s = unknown
    return int(c), int(e), int(s)


def _sum(micro: Int64, control: Control) -> int:
    """Return what a total comes to."""
    return int(micro[control.member, control.block.years, control.block.sexes].sum())
