"""From gaps and context under every assumption to the rows that a draw looks up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.doubt.draws import drawn
from atlas.engine.doubt.trials import LevelTable
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import score
from atlas.engine.values import Reason
from atlas.engine.weights import component_weights

if TYPE_CHECKING:
    from atlas.engine.doubt.draws import Draws, Spread, Uniforms, Weighting
    from atlas.engine.doubt.gaps import GapLevels
    from atlas.engine.need import Levels, ScoreRule, Scores
    from atlas.engine.types import AnyArray, Float64, Int64, StrArray

NEITHER = -1
CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Makeup:
    """
    What a score of K components is made up of.

    Parameters
    ----------
    code
        Stable code of each component, shape (K,), unique.
    weighted
        Row of the `Weighting` that weighs it, shape (K,).
    share
        Its share of that weight, shape (K,): 1, or less where one service is split by sex or band.
    gap
        Row of the gaps it is, shape (K,); -1 where it is an indicator.
    context
        Column of the context it is, shape (K,); -1 where it is a gap.
    """

    code: StrArray
    weighted: Int64
    share: Float64
    gap: Int64
    context: Int64

    def __post_init__(self) -> None:
        shapes = {a.shape for a in (self.weighted, self.share, self.gap, self.context)}
        if shapes != {self.code.shape}:
            msg = f"{self.code.size} components with columns of shapes {sorted(shapes)}"
            raise ShapeError(msg)
        if ((self.gap == NEITHER) == (self.context == NEITHER)).any():
            msg = "a component is either a gap or an indicator"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Case:
    """
    The n zones of one tier, scored as adopted, and everything that might be otherwise.

    Parameters
    ----------
    zone_code
        Stable code of each zone, shape (n,), unique.
    levels
        The adopted levels.
    makeup
        What the components are.
    weighting
        The adopted weights.
    rule
        The adopted exponent, limit of what may be missing, and least number of children.
    spread
        How far the choices may lie from the adopted ones.
    gaps
        Of the n zones (`GapLevels.of`).
    context
        Shape (normalisations, n, C), levels of the indicators; what stands where one is missing
        does not matter.
    children
        Shape (n,), whole children, for who has too few for a rank; None: none.

    Raises
    ------
    ShapeError
        If the parts do not fit together.
    InputError
        If a component names what is not given.
    """

    zone_code: StrArray
    levels: Levels
    makeup: Makeup
    weighting: Weighting
    rule: ScoreRule
    spread: Spread
    gaps: GapLevels
    context: Float64
    children: AnyArray | None = None

    def __post_init__(self) -> None:
        n, k = self.levels.x.shape
        spread, makeup = self.spread, self.makeup
        levels = (len(spread.reach_pct), len(spread.provision_pct), spread.replicates)
        if self.zone_code.shape != (n,) or makeup.code.shape != (k,):
            msg = f"{self.zone_code.shape} zones, {makeup.code.shape} components for levels {n, k}"
            raise ShapeError(msg)
        if self.gaps.not_served.shape[1:] != (n, *levels):
            msg = f"gaps {self.gaps.not_served.shape[1:]} are not of {n} zones and {levels} levels"
            raise ShapeError(msg)
        if self.context.shape[:2] != (spread.normalisations, n):
            msg = f"context {self.context.shape} for {spread.normalisations} ways and {n} zones"
            raise ShapeError(msg)
        asked = (makeup.weighted, makeup.gap, makeup.context)
        given = (self.weighting.code.size, self.gaps.not_served.shape[0], self.context.shape[2])
        if any(rows.max(initial=NEITHER) >= size for rows, size in zip(asked, given, strict=True)):
            msg = "a component names a weight, gap or indicator that is not given"
            raise InputError(msg)

    def weights(self, of_weighted: Float64) -> Float64:
        """
        Share weights of services and indicators among the components.

        Parameters
        ----------
        of_weighted
            Shape (…, K of the weighting).

        Returns
        -------
        weights
            Shape (…, K).
        """
        return np.asarray(of_weighted[..., self.makeup.weighted] * self.makeup.share, np.float64)


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    A case as adopted, and the table of everything that might be otherwise.

    Attributes
    ----------
    case
        What it was prepared from.
    adopted
        The scores as adopted; `rank` says who is ranked.
    table
        See `atlas.engine.doubt.trials`.
    first_row
        Where the rows of each component start, shape (K,).
    """

    case: Case
    adopted: Scores
    table: LevelTable
    first_row: Int64

    def assumed(self, behind: Uniforms) -> tuple[Draws, Int64]:
        """
        Return what uniform numbers assume, and which rows of the table they look up.

        Parameters
        ----------
        behind
            Uniform numbers of d draws.

        Returns
        -------
        draws, row
            Of the K components; `row` has shape (d, K).
        """
        case, of = self.case, self.case.makeup.weighted
        choices = drawn(behind, case.weighting, case.spread)
        draws = replace(
            choices,
            weights=case.weights(choices.weights),
            reach=choices.reach[:, of],
            provision=choices.provision[:, of],
        )
        row = draws.gap_rows(case.spread)
        is_gap = case.makeup.gap != NEITHER
        return draws, self.first_row + np.where(is_gap, row, draws.normalisation[:, None])


def prepared(case: Case) -> Prepared:
    """
    Score a case as adopted and lay out what its draws look up.

    Parameters
    ----------
    case
        What might be otherwise.

    Returns
    -------
    prepared
        For any number of draws.

    Raises
    ------
    InputError
        If the gaps as adopted are not those of the adopted levels.
    """
    weighting = case.weighting
    weights = component_weights(weighting.domain_weight, weighting.domain, weighting.weight)
    adopted = score(case.levels, case.weights(weights), case.rule, case.children)
    parts = [_rows(case, k) for k in range(case.makeup.code.size)]
    rows = np.array([0, *(len(part) for part in parts)], np.int64)
    table = LevelTable(
        code=case.makeup.code,
        zone_code=case.zone_code,
        x=np.concatenate([np.zeros((0, case.zone_code.size)), *parts]),
        reason=case.levels.reason,
        scored=~np.isnan(adopted.need),
    )
    return Prepared(case, adopted, table, np.cumsum(rows)[:-1])


def _rows(case: Case, k: int) -> Float64:
    """Return the levels of one component under every assumption, 0 where it has none."""
    is_known = case.levels.reason[:, k] == Reason.NONE
    if case.makeup.gap[k] == NEITHER:
        return np.where(is_known, case.context[:, :, case.makeup.context[k]], 0.0)
    x = np.where(is_known, case.gaps.table(int(case.makeup.gap[k])), 0.0)
    if case.spread.replicates == 1:
        reach, provision = case.spread.reach_pct.index(0), case.spread.provision_pct.index(0)
        as_adopted = x[reach * len(case.spread.provision_pct) + provision]
        if (np.abs(as_adopted - case.levels.x[:, k])[is_known] > CLOSE).any():
            msg = f"the gaps of {case.makeup.code[k]} are not those of the adopted levels"
            raise InputError(msg)
    return x
