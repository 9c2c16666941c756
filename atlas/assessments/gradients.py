"""Whether the children of deprived zones are served as well as others, tier by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.inputs.trials import trial_rule
from atlas.assessments.outcome_context import TierGradient
from atlas.engine.doubt.draws import drawn, uniforms_behind
from atlas.engine.equity.deprivation import Coverage, along_deprivation

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import Split, ZoneScores, ZoneTable
    from atlas.engine.doubt.gaps import GapLevels
    from atlas.engine.types import Float64


def gradients_of(
    tried: GapLevels,
    found: tuple[Split, ZoneScores],
    zones: ZoneTable,
    deprivation: Float64 | None,
    standard: Standard,
    seed: int,
) -> tuple[TierGradient, ...]:
    """
    Return coverage along deprivation.

    Parameters
    ----------
    tried
        Who is not served at every level of reach and provision.
    found
        Who is served as adopted, and the gaps.
    zones
        Every zone of the city.
    deprivation
        Of each zone, more is worse; None where no indicator ranks zones: then all is missing.
    standard
        The services, and how they are drawn.
    seed
        Of the assessment: the draws are those of the scores.

    Returns
    -------
    gradients
        One entry a tier.
    """
    rule = trial_rule(standard.parameters)
    draws = drawn(
        uniforms_behind(seed, rule.score_draws, standard.weighting), standard.weighting, rule.spread
    )
    row = draws.gap_rows(rule.spread)
    limit = float(standard.parameters.share("unknown_limit"))
    split, scores = found
    known = (split.children - split.unknown).sum(axis=2)
    degree = np.full(zones.code.size, np.nan) if deprivation is None else deprivation
    gradients = []
    for tier in range(len(zones.tiers)):
        of_tier = np.flatnonzero(zones.tier == tier)
        own = tried.of(of_tier)
        services = [
            along_deprivation(
                Coverage(
                    gap=scores.levels.x[of_tier, s],
                    table=own.table(s),
                    row=row[:, s],
                    children_micro=known[of_tier, s],
                ),
                degree[of_tier],
                rule.quantiles,
                limit,
            )
            for s in range(len(standard.services))
        ]
        gradients.append(TierGradient(tuple(services)))
    return tuple(gradients)
