"""Children of each cell and group from counts of any age ranges (METHOD §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand.blocks import (
    NO_COUNT,
    CellCounts,
    Control,
    age_edges,
    block_of,
    drop_dependent,
    keep_controls,
    lay_out,
    to_micro,
)
from atlas.engine.demand.counts import (
    AgeBands,
    Contradiction,
    ControlTotals,
    CountState,
    FitRule,
    FittedCounts,
)
from atlas.engine.demand.quality import group_quality
from atlas.engine.demand.seeds import fill_block, seed
from atlas.engine.demand.wholes import whole_fit
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.demand.counts import PublishedCounts, ShareTable
    from atlas.engine.types import Float64, Int64

REACHED = 1e-6
"""A total whose distance from the fit is below this share of it is met, and then made exact."""


def fit_counts(
    n_cells: int,
    published: PublishedCounts,
    *,
    shares: Sequence[ShareTable] = (),
    controls: ControlTotals | None = None,
    bands: AgeBands | None = None,
    rule: FitRule | None = None,
) -> FittedCounts:
    """
    Estimate the children of each cell by band and sex, keeping what is published exactly.

    Parameters
    ----------
    n_cells
        Number of cells, in the order of their codes.
    published
        Counts of cells, any ranges of age, one sex or both together.
    shares
        Tables that only shape the split, the preferred first: another year, other areas. Without
        any, ages are uniform within a range and the sexes equal.
    controls
        Totals over many cells that the fit must meet.
    bands
        The age bands of the groups; None: those of the working vocabulary (0–2 … 15–17).
    rule
        The choices of the fit; None: as `FitRule` proposes.

    Returns
    -------
    fitted
        Millionths of children by cell and group, their quality, and what could not be kept. Over
        single years × sexes, every published count of a cell and every total that does not
        contradict is kept to the millionth; so are all sums of whole bands that follow from them.

    Raises
    ------
    InputError, ShapeError
        If a table names a cell or area that is not there.

    Notes
    -----
    Source: iterative proportional fitting (Deming & Stephan 1940) from a seed laid together from
    the share tables (DOMAIN §3), then rounding to millionths that solves the published equations
    exactly. Which totals contradict is decided beforehand in exact arithmetic.

    Examples
    --------
    >>> from atlas.engine.demand.counts import PublishedCounts
    >>> one = np.ones(1, np.int16)
    >>> counts = PublishedCounts(
    ...     one - 1, one - 1, one * 5, one * -1, np.array([50.0]), np.zeros(1, np.uint8)
    ... )
    >>> fit_counts(1, counts).children_micro[0, :4] // 1_000_000
    array([15, 15, 15, 15])
    """
    bands, rule = bands or AgeBands(), rule or FitRule()
    counts = lay_out(published, n_cells, rule.oldest)
    wanted, left_out = _controls(controls, n_cells, rule.oldest)
    edges = age_edges(counts, wanted, bands)
    drop_dependent(counts, edges)
    kept, contradictions = keep_controls(wanted, counts, edges)
    shape, told, sized = seed(shares, counts, _years(shares, edges, rule.oldest), rule)
    sweeps = _fit(shape, counts, kept, rule)
    met, unmet = _met(shape, kept)
    year_micro, failed = whole_fit(shape, counts, met, edges)
    contradictions += unmet + failed
    quality = group_quality(counts, met, (told, sized), edges, bands)
    children = np.stack([year_micro[:, a:b].sum(axis=1) for a, b in bands.ranges], axis=1)
    flat = children.reshape(n_cells, -1)
    order = sorted(counts.contradictions, key=lambda c: c.row)
    return FittedCounts(
        children_micro=np.where(quality == CountState.MISSING, 0, flat),
        quality=quality,
        contradictions=(*order, *sorted(contradictions, key=lambda c: c.row)),
        left_out=counts.left_out + left_out,
        sweeps=sweeps,
    )


def _years(shares: Sequence[ShareTable], edges: Int64, oldest: int) -> int:
    """Return how many years of age the fit must cover."""
    ages = [int(age) for table in shares for age in table.age_to if age <= oldest]
    return max([int(edges[-1]), *ages])


def _controls(
    controls: ControlTotals | None, n_cells: int, oldest: int
) -> tuple[list[Control], int]:
    """Return the totals one by one, and how many were left out for their age."""
    if controls is None:
        return [], 0
    if controls.member.shape[1] != n_cells:
        msg = f"control totals know {controls.member.shape[1]} cells of {n_cells}"
        raise ShapeError(msg)
    if len(controls.area) and controls.area.max() >= len(controls.member):
        msg = f"a total names area {int(controls.area.max())} of {len(controls.member)}"
        raise InputError(msg)
    useful = np.asarray(controls.age_to) <= oldest
    micro = to_micro(controls.count)
    rows = np.flatnonzero(useful & (np.asarray(controls.state) != CountState.MISSING))
    chosen = [
        Control(int(r), block_of(controls, r), controls.member[controls.area[r]], int(micro[r]))
        for r in rows.tolist()
    ]
    return chosen, int((~useful).sum())


def _fit(shape: Float64, counts: CellCounts, controls: list[Control], rule: FitRule) -> int:
    """Fit the shape in place, totals first and cells last, until both hold."""
    targets = [
        (block, np.where(target == NO_COUNT, np.nan, target / MICRO))
        for block, target in zip(counts.blocks, counts.target_micro, strict=True)
    ]
    for sweep in range(1, rule.sweeps + 1):
        off = 0.0
        for control in controls:
            off = max(off, _fit_control(shape, control))
        for block, numbers in targets:
            off = max(off, _distance(shape, block.years, block.sexes, numbers))
            fill_block(shape, block, numbers)
        if off < rule.tolerance:
            return sweep
    return rule.sweeps


def _fit_control(shape: Float64, control: Control) -> float:
    """Scale the cells of one total to it; return how far off it was, as a share."""
    years, sexes = control.block.years, control.block.sexes
    part = shape[control.member, years, sexes]
    total, wanted = float(part.sum()), control.target_micro / MICRO
    if total > 0:
        shape[control.member, years, sexes] = part * (wanted / total)
    return abs(total - wanted) / max(wanted, 1.0)


def _distance(shape: Float64, years: slice, sexes: slice, numbers: Float64) -> float:
    """Return how far the cells are off their counts, as a share of the greatest."""
    has = ~np.isnan(numbers)
    total = shape[:, years, sexes].sum(axis=(1, 2))
    off = np.abs(total[has] - numbers[has]) / np.maximum(numbers[has], 1.0)
    return float(off.max(initial=0.0))


def _met(shape: Float64, controls: list[Control]) -> tuple[list[Control], list[Contradiction]]:
    """Part the totals the fit has reached from those it cannot reach."""
    met, unmet = [], []
    for control in controls:
        found = float(shape[control.member, control.block.years, control.block.sexes].sum())
        stated = control.target_micro / MICRO
        if abs(found - stated) <= REACHED * max(stated, 1.0):
            met.append(control)
        else:
            unmet.append(Contradiction("control", control.row, stated, found))
    return met, unmet
