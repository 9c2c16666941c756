"""How the children of each cell and group are known: measured, estimated or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand.blocks import NO_COUNT, Block, patterns
from atlas.engine.demand.counts import N_SEXES, CountQuality, CountState
from atlas.engine.demand.equations import Equations

if TYPE_CHECKING:
    from atlas.engine.demand.blocks import CellCounts, Control
    from atlas.engine.demand.counts import AgeBands
    from atlas.engine.types import Bool, Int64, UInt8


def group_quality(
    counts: CellCounts,
    controls: list[Control],
    told: tuple[Bool, Bool],
    edges: Int64,
    bands: AgeBands,
) -> UInt8:
    """
    Say how the children of each cell and group are known.

    Parameters
    ----------
    counts
        Independent published counts.
    controls
        Totals that were met.
    told
        What share tables say, shape (n_cells, years, 2), and of which cells' sizes, (n_cells,).
    edges
        Ages at which ranges begin or end.
    bands
        The age bands of the groups.

    Returns
    -------
    quality
        Shape (n_cells, G), `CountQuality`: measured where the group follows from the cell's own
        measured counts; missing where more than half of its years are covered by no count, no
        total and no share table of a cell whose size is known; else estimated.
    """
    covered = _covered(counts, controls, told)
    groups = [Block(a, b, s) for a, b in bands.ranges for s in range(N_SEXES)]
    quality = np.full((len(covered), len(groups)), CountQuality.ESTIMATED, np.uint8)
    for g, group in enumerate(groups):
        known = covered[:, group.years, group.sexes].mean(axis=(1, 2)) >= 1 / 2
        quality[~known, g] = CountQuality.MISSING
    distinct, which = patterns(counts.state == CountState.MEASURED)
    for p, pattern in enumerate(distinct):
        equations = Equations()
        for k in np.flatnonzero(pattern):
            equations.add(counts.blocks[k].atoms(edges), 0)
        follows = [not equations.reduce(group.atoms(edges))[0] for group in groups]
        quality[np.ix_(which == p, np.array(follows, bool))] = CountQuality.MEASURED
    return quality


def _covered(counts: CellCounts, controls: list[Control], told: tuple[Bool, Bool]) -> Bool:
    """Return which years and sexes of each cell something says anything about."""
    says, sized = told
    covered = np.zeros(says.shape, bool)
    sized = sized.copy()
    for block, target in zip(counts.blocks, counts.target_micro, strict=True):
        covered[target != NO_COUNT, block.years, block.sexes] = True
        sized |= target != NO_COUNT
    for control in controls:
        covered[control.member, control.block.years, control.block.sexes] = True
        sized |= control.member
    return covered | (says & sized[:, None, None])
