"""What a requirement set says of trials and clusters, as the engine takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.engine.doubt import Plan
from atlas.engine.doubt.draws import Spread
from atlas.engine.equity.clusters import ClusterRule

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Parameters


@dataclass(frozen=True, slots=True)
class TrialRule:
    """
    The choices behind doubt.

    Attributes
    ----------
    spread
        How far every choice may lie from the adopted one. One replicate: no layer of counts
        states an error yet.
    worst
        Number of worst zones.
    score_draws, rank_draws, quantiles
        As `atlas.engine.doubt.Plan` takes them.
    robust_from, robust_errors
        Probability from which a high need is called robust, and the standard errors taken off.
    """

    spread: Spread
    worst: int
    score_draws: int
    rank_draws: int
    quantiles: tuple[float, ...]
    robust_from: float
    robust_errors: float

    def plan(self, seed: int, ranked: int) -> Plan:
        """
        Return the plan for a tier.

        Parameters
        ----------
        seed
            Of the assessment.
        ranked
            How many zones the tier ranks. With no more than `worst` all of them are among the
            worst and nothing is asked; with none only scores are drawn.
        """
        return Plan(
            seed=seed,
            worst=(self.worst,) if ranked > self.worst else (),
            score_draws=self.score_draws,
            rank_draws=self.rank_draws if ranked else self.score_draws,
            quantiles=self.quantiles,
        )


def trial_rule(parameters: Parameters) -> TrialRule:
    """
    Return the choices behind doubt that a set adopts.

    Parameters
    ----------
    parameters
        Of the set.

    Returns
    -------
    rule
        For every tier.
    """
    return TrialRule(
        spread=Spread(
            weight_sd=parameters.number("equal_weight_sd"),
            reach_pct=parameters.per_cents("reach_levels"),
            provision_pct=parameters.per_cents("provision_levels"),
            powers=parameters.numbers("powers_tried"),
        ),
        worst=int(parameters.number("worst_zones")),
        score_draws=int(parameters.number("draws")),
        rank_draws=int(parameters.number("draws_for_ranks")),
        quantiles=parameters.numbers("interval_quantiles"),
        robust_from=float(parameters.share("robust_probability")),
        robust_errors=parameters.number("robust_standard_errors"),
    )


def cluster_rule(parameters: Parameters, weights: str, seed: int) -> ClusterRule:
    """
    Return the choices behind clusters that a set adopts.

    Parameters
    ----------
    parameters
        Of the set.
    weights
        Name of what makes zones neighbours.
    seed
        Of the assessment.

    Returns
    -------
    rule
        For every tier.
    """
    return ClusterRule(
        weights=weights,
        false_discovery=float(parameters.share("cluster_false_discovery")),
        permutations=int(parameters.number("cluster_permutations")),
        seed=seed,
    )
