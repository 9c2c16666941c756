"""Scores of every zone in every draw, as the whole numbers that ranks compare (METHOD §6, §8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.doubt.streams import APART, uniforms
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.trials import Trials, score_trials
from atlas.engine.values import Reason
from atlas.engine.workers import in_order, ranges, usable_cores

if TYPE_CHECKING:
    from atlas.engine.doubt.draws import Draws
    from atlas.engine.types import Bool, Float64, Int64, StrArray, UInt8

DRAWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class LevelTable:
    """
    The levels of n zones and K components under every assumption, to be looked up by row.

    Parameters
    ----------
    code
        Stable code of each component, shape (K,), unique: in their order the parts are added.
    zone_code
        Stable code of each zone, shape (n,), unique: names the stream of a missing level.
    x
        Shape (T, n), levels in [0, 1]; a row belongs to one component under one assumption. 0
        where that component's `reason` is not `NONE`.
    reason
        Shape (n, K), `Reason` of the adopted levels: `NONE`, `MISSING` or `NO_NETWORK` (drawn), or
        `NOT_APPLICABLE` (leaves the weights); the same under every assumption.
    scored
        Shape (n,), the zones that have a score.
    """

    code: StrArray
    zone_code: StrArray
    x: Float64
    reason: UInt8
    scored: Bool

    def __post_init__(self) -> None:
        n, k = self.reason.shape
        shapes = (self.code.shape, self.zone_code.shape, self.scored.shape, self.x.shape[1:])
        if shapes != ((k,), (n,), (n,), (n,)):
            msg = f"codes, levels and marks of shapes {shapes} for {n} zones, {k} components"
            raise ShapeError(msg)
        if self.x.size and not (self.x.min() >= 0 and self.x.max() <= 1):
            msg = "a level lies outside [0, 1] or is no number"
            raise InputError(msg)

    def missing(self) -> tuple[Int64, Int64]:
        """
        Return whose levels are missing and must be drawn.

        Returns
        -------
        zone, component
            Shape (m,) each, sorted by component, then zone; of scored zones alone.
        """
        drawn = (self.reason == Reason.MISSING) | (self.reason == Reason.NO_NETWORK)
        component, zone = np.nonzero((drawn & self.scored[:, None]).T)
        return zone, component


def missing_levels(seed: int, draws: int, table: LevelTable) -> Float64:
    """
    Draw the missing levels, each anything from 0 to 1.

    Parameters
    ----------
    seed, draws
        As in `uniforms_behind`.
    table
        Whose codes name the streams.

    Returns
    -------
    levels
        Shape (d, m), in the order of `LevelTable.missing`.
    """
    zones, components = table.zone_code.tolist(), table.code.tolist()
    pairs = zip(*(rows.tolist() for rows in table.missing()), strict=True)
    names = (f"{components[k]}{APART}{zones[z]}" for z, k in pairs)
    return uniforms(seed, "missing", names, draws)


def trial_steps(
    table: LevelTable,
    row: Int64,
    draws: Draws,
    missing: Float64,
    *,
    threads: int | None = None,
) -> Int64:
    """
    Score every zone in every draw.

    Parameters
    ----------
    table
        The levels.
    row
        Shape (d, K), which row of `table.x` each component has in each draw.
    draws
        Weights and exponents; reach, provision and the rest are in `row` already.
    missing
        Shape (d, m), what `missing_levels` drew.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.

    Returns
    -------
    steps
        Shape (d, n), the score in 10⁻⁹, 0 to 100·10⁹; -1 where the zone has none.

    Raises
    ------
    ShapeError
        If rows, draws and missing levels do not fit the table.
    InputError
        If a row is not in the table.

    Notes
    -----
    Source: METHOD §6, N = 100 · (Σ W x^p / Σ W)^(1/p) over the components that apply; a missing
    level is drawn, so its weight stays. Components add up in the order of their codes: neither
    their order nor the zones' changes a digit.
    """
    n, k = table.reason.shape
    zone, component = table.missing()
    d = draws.power.size
    if row.shape != (d, k) or draws.weights.shape != (d, k) or missing.shape != (d, zone.size):
        msg = f"{row.shape}, {draws.weights.shape}, {missing.shape} for {d} draws of {k} components"
        raise ShapeError(msg)
    if row.size and (row.min() < 0 or row.max() >= table.x.shape[0]):
        msg = "a draw asks for levels that are not in the table"
        raise InputError(msg)
    applies, pattern = _patterns(table.reason)
    trials = Trials(
        x=np.ascontiguousarray(table.x, np.float64),
        order=np.argsort(table.code, kind="stable"),
        row=np.ascontiguousarray(row, np.int64),
        weights=np.ascontiguousarray(draws.weights, np.float64),
        power=np.ascontiguousarray(draws.power, np.float64),
        pattern=pattern,
        applies=applies,
        missing=np.ascontiguousarray(missing, np.float64),
        first=np.searchsorted(component, np.arange(k + 1)).astype(np.int64),
        zone=zone,
        scored=np.ascontiguousarray(table.scored, np.bool_),
    )
    steps = np.empty((d, n), np.int64)
    chunks = ranges(d, -(-d // DRAWS_AT_ONCE))
    threads = threads or usable_cores()
    in_order(lambda chunk: score_trials(trials, chunk[0], chunk[1], steps), chunks, threads)
    return steps


def _patterns(reason: UInt8) -> tuple[Bool, Int64]:
    """Return the sets of components that apply together somewhere, and which one each zone has."""
    applies, pattern = np.unique(reason != Reason.NOT_APPLICABLE, axis=0, return_inverse=True)
    return np.ascontiguousarray(applies), pattern.ravel().astype(np.int64)
