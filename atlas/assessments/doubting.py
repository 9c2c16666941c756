"""How sure the scores and ranks of every tier are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.inputs.trials import trial_rule
from atlas.assessments.outcome import ZoneDoubt
from atlas.engine.doubt import doubt
from atlas.engine.doubt.counts import as_counted
from atlas.engine.doubt.gaps import gap_levels
from atlas.engine.doubt.tables import NEITHER, Case, Makeup
from atlas.engine.need import Levels
from atlas.engine.types import MICRO
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.inputs.trials import TrialRule
    from atlas.assessments.outcome import ZoneScores, ZoneTable
    from atlas.assessments.outcome_context import ContextFound
    from atlas.engine.doubt import Doubt
    from atlas.engine.doubt.gaps import GapLevels
    from atlas.engine.margins import Pieces
    from atlas.engine.supply import City
    from atlas.engine.types import Bool, Int64

NO_QUESTION = 0


def levels_tried(city: City, incomplete: Bool, standard: Standard, pieces: Pieces) -> GapLevels:
    """
    Return who is not served at every level of reach and provision that is tried.

    Parameters
    ----------
    city, incomplete
        As coverage took them.
    standard
        Which levels are tried.
    pieces
        Where the points lie.

    Returns
    -------
    levels
        Of every zone of every tier; at the adopted level those of the split, exactly.
    """
    spread = trial_rule(standard.parameters).spread
    found = gap_levels(city, incomplete, spread, as_counted(city.demand.code.size))
    return found.over(pieces)


def doubts_of(
    tried: GapLevels,
    scores: ZoneScores,
    context: ContextFound,
    zones: ZoneTable,
    standard: Standard,
    seed: int,
) -> ZoneDoubt:
    """
    Return how sure the score and rank of every zone are.

    Parameters
    ----------
    tried
        From `levels_tried`.
    scores, context
        As adopted, and context by every way of reading it.
    zones, standard
        What was scored, by what.
    seed
        Of the assessment.

    Returns
    -------
    doubt
        Each tier by itself; zones for what lies in no other have a score's interval and no rank.
    """
    rule = trial_rule(standard.parameters)
    found = _nothing_known(zones.code.size)
    for tier in range(len(zones.tiers)):
        of_tier = zones.tier == tier
        for unassigned in (False, True):
            row = np.flatnonzero(of_tier & (zones.is_unassigned == unassigned))
            if row.size:
                case = case_of(tried, scores, context, zones, standard, row)
                ranked = 0 if unassigned else int((scores.rank[row] > 0).sum())
                _write(found, row, doubt(case, rule.plan(seed, ranked)), rule, ranked)
    return found


def _nothing_known(zones: int) -> ZoneDoubt:
    none = np.full(zones, np.nan)
    return ZoneDoubt(
        need_low=none.copy(),
        need_high=none.copy(),
        rank_low=none.copy(),
        rank_median=none.copy(),
        rank_high=none.copy(),
        in_worst=none,
        worst=np.full(zones, NO_QUESTION, np.int64),
        is_robust=np.zeros(zones, np.bool_),
    )


def case_of(
    tried: GapLevels,
    scores: ZoneScores,
    context: ContextFound,
    zones: ZoneTable,
    standard: Standard,
    row: Int64,
) -> Case:
    """
    Return some zones as adopted, and all that might be otherwise.

    Parameters
    ----------
    tried, scores, context, zones, standard
        As `doubts_of` takes them.
    row
        Which zones: those of one tier.

    Returns
    -------
    case
        Every component is a gap, or context that weighs; context that tells the zones of the tier
        nothing is not applicable in it.
    """
    services, indicators = len(standard.services), len(standard.indicators)
    rule = trial_rule(standard.parameters)
    gaps = np.zeros((row.size, services), np.bool_)
    constant = np.concatenate([gaps, context.weighed_constant()[row]], axis=1)
    reason = np.where(constant, Reason.NOT_APPLICABLE, scores.levels.reason[row])
    return Case(
        zone_code=zones.code[row],
        levels=Levels(np.where(constant, np.nan, scores.levels.x[row]), reason.astype(np.uint8)),
        makeup=Makeup(
            code=standard.weighting.code,
            weighted=np.arange(services + indicators),
            share=np.ones(services + indicators),
            gap=np.concatenate([np.arange(services), np.full(indicators, NEITHER)]),
            context=np.concatenate([np.full(services, NEITHER), np.arange(indicators)]),
        ),
        weighting=standard.weighting,
        rule=standard.score_rule,
        spread=replace(rule.spread, normalisations=len(context.tried)),
        gaps=tried.of(row),
        context=context.tried[:, row],
        children=scores.children_micro[row] // MICRO,
    )


def _write(found: ZoneDoubt, row: Int64, one: Doubt, rule: TrialRule, ranked: int) -> None:
    """Write what was found of some zones; ranks only of those that have one as adopted."""
    found.need_low[row], found.need_high[row] = one.score[:, 0], one.score[:, -1]
    if not ranked:
        return
    has_rank = np.flatnonzero(one.ranks.ranked)
    at = row[has_rank]
    found.rank_low[at], found.rank_median[at], found.rank_high[at] = one.ranks.observed[has_rank].T
    if one.ranks.worst.size:
        found.worst[at] = one.ranks.worst[0]
        found.in_worst[at] = one.ranks.in_worst[has_rank, 0]
        robust = one.ranks.robust(rule.robust_from, rule.robust_errors)
        found.is_robust[at] = robust[has_rank, 0]
