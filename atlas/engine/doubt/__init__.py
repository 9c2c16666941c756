"""How sure a score and a rank are: the same city under many assumptions (METHOD §8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.doubt.draws import uniforms_behind
from atlas.engine.doubt.ranks import NO_SCORE, check_quantiles, observed_at, rank_doubt
from atlas.engine.doubt.tables import prepared
from atlas.engine.doubt.trials import missing_levels, trial_steps
from atlas.engine.errors import InputError
from atlas.engine.need import SCORE_STEPS

if TYPE_CHECKING:
    from atlas.engine.doubt.ranks import RankDoubt
    from atlas.engine.doubt.tables import Case
    from atlas.engine.need import Scores
    from atlas.engine.types import Float64, Int64

SCORE_DRAWS = 1_000
RANK_DRAWS = 10_000
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How often to draw and what to ask of the draws.

    Parameters
    ----------
    seed
        Recorded with the assessment; a scenario and its base share it.
    worst
        Numbers k of worst zones to ask about.
    score_draws, rank_draws
        How many draws stand behind scores and behind ranks; the former are the first of the latter.
    quantiles
        Rising, in (0, 1].

    Raises
    ------
    InputError
        If there is not at least one draw of each, or fewer for ranks than for scores, or the
        quantiles do not rise within (0, 1].
    """

    seed: int
    worst: tuple[int, ...]
    score_draws: int = SCORE_DRAWS
    rank_draws: int = RANK_DRAWS
    quantiles: tuple[float, ...] = QUANTILES

    def __post_init__(self) -> None:
        if not 1 <= self.score_draws <= self.rank_draws:
            msg = f"{self.score_draws} draws for scores, {self.rank_draws} for ranks"
            raise InputError(msg)
        check_quantiles(self.quantiles)


@dataclass(frozen=True, slots=True)
class Doubt:
    """
    How sure the scores and ranks of n zones are.

    Parameters
    ----------
    adopted
        The scores as adopted.
    score
        Shape (n, q), the score at each quantile of the draws, exponent as adopted; NaN where the
        zone has no score.
    ranks
        Of the zones that have a rank as adopted.
    """

    adopted: Scores
    score: Float64
    ranks: RankDoubt


def doubt(case: Case, plan: Plan, *, threads: int | None = None) -> Doubt:
    """
    Score and rank the zones of one tier under many assumptions.

    Parameters
    ----------
    case
        The zones as adopted, and everything that might be otherwise.
    plan
        Seed, draws, and what to ask.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.

    Returns
    -------
    doubt
        A pure function of inputs, seed and codes: neither the order of zones and components nor
        who else is there changes a draw. An interval need not hold the score as adopted.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.

    Notes
    -----
    Source: METHOD §8; Saisana, Saltelli & Tarantola 2005 for the idea. Every choice varies at
    once: weights, reach, provision, exponent (for ranks alone), normalisation of context, counts,
    missing levels. Not varied: which places exist and what they offer, the streets, what a zone's
    reason for a missing level is, and the weight that may be missing.
    """
    ready = prepared(case)
    draws, row = ready.assumed(uniforms_behind(plan.seed, plan.rank_draws, case.weighting))
    missing = missing_levels(plan.seed, plan.rank_draws, ready.table)
    steps = trial_steps(ready.table, row, draws, missing, threads=threads)
    steps[:, ready.adopted.rank == 0] = NO_SCORE
    few = slice(plan.score_draws)
    as_adopted = replace(
        draws, weights=draws.weights[few], power=np.full(plan.score_draws, case.rule.p)
    )
    scores = trial_steps(ready.table, row[few], as_adopted, missing[few], threads=threads)
    return Doubt(
        adopted=ready.adopted,
        score=_interval(scores, plan.quantiles),
        ranks=rank_doubt(steps, worst=plan.worst, quantiles=plan.quantiles, threads=threads),
    )


def _interval(steps: Int64, quantiles: tuple[float, ...]) -> Float64:
    """Return the scores observed at some quantiles, NaN where there are none."""
    in_order = np.sort(steps, axis=0)
    at = observed_at(quantiles, len(steps)) - 1
    found = in_order[at].T / SCORE_STEPS
    return np.where(steps[0][:, None] < 0, np.nan, found)
