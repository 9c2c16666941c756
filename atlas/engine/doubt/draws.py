"""What is drawn in each trial: weights, reach, provision, exponent, counts (METHOD §8)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv

from atlas.engine.doubt.streams import uniforms
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.sums import MOST_NUMBER

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int64, StrArray

LEVELS_PCT = (-20, -15, -10, -5, 0, 5, 10, 15, 20)
LEAST_PCT, MOST_PCT = -100, 300
POWERS = (1.0, 2.0, 4.0)
WEIGHT_SD = 0.3
ALL = ("",)
"""The one name of what is drawn once for a whole trial."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """
    The adopted weights of K components in D domains.

    Parameters
    ----------
    domain_code
        Shape (D,), unique.
    domain_weight
        Shape (D,), ≥ 0.
    code
        Stable code of each component (a service or an indicator), shape (K,), unique.
    domain
        Row of its domain, shape (K,).
    weight
        Within the domain, shape (K,), ≥ 0.
    """

    domain_code: StrArray
    domain_weight: Float64
    code: StrArray
    domain: Int64
    weight: Float64

    def __post_init__(self) -> None:
        k, d = self.code.shape, self.domain_code.shape
        if self.domain.shape != k or self.weight.shape != k or self.domain_weight.shape != d:
            msg = "codes, domains and weights differ in length"
            raise ShapeError(msg)
        if any(np.unique(codes).size != codes.size for codes in (self.code, self.domain_code)):
            msg = "two components or two domains have the same code"
            raise InputError(msg)
        for weights in (self.weight, self.domain_weight):
            if not ((weights >= 0) & (weights <= MOST_NUMBER)).all():
                msg = "weights must be finite, below 1e100 and not negative"
                raise InputError(msg)
        if self.domain.size and (self.domain.min() < 0 or self.domain.max() >= d[0]):
            msg = "a component's domain is not given"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Spread:
    """
    How far the choices may lie from the adopted ones.

    Parameters
    ----------
    weight_sd
        Relative standard deviation of a weight among equal ones (v); 0: weights are not drawn.
    reach_pct, provision_pct
        Levels in per cent above the adopted value, rising, above −100 and below 300, 0 among them;
        all as likely.
    powers
        Exponents of the mean, each 1 or more, as likely.
    normalisations
        Ways in which the context indicators were taken to levels.
    replicates
        Of the counts; 1: no error of counts is stated.
    """

    weight_sd: float = WEIGHT_SD
    reach_pct: tuple[int, ...] = LEVELS_PCT
    provision_pct: tuple[int, ...] = LEVELS_PCT
    powers: tuple[float, ...] = POWERS
    normalisations: int = 1
    replicates: int = 1

    def __post_init__(self) -> None:
        for levels in (self.reach_pct, self.provision_pct):
            rise = all(low < high for low, high in pairwise((LEAST_PCT, *levels, MOST_PCT)))
            if not rise or 0 not in levels:
                msg = f"levels {levels}: rising from {LEAST_PCT} to {MOST_PCT} %, 0 among them"
                raise InputError(msg)
        powers = self.powers and all(1 <= power <= MOST_NUMBER for power in self.powers)
        if not (0 <= self.weight_sd <= MOST_NUMBER and powers):
            msg = "the spread of weights is not negative, every exponent is 1 or more"
            raise InputError(msg)
        if min(self.normalisations, self.replicates) < 1:
            msg = "there is at least one way to normalise and one replicate of the counts"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Uniforms:
    """
    The independent uniform numbers in (0, 1) behind d draws.

    Parameters
    ----------
    domain
        Shape (d, D), behind the domains' weights.
    component, reach, provision
        Shape (d, K), behind each component's weight, and its service's reach and provision.
    power, normalisation, replicate
        Shape (d,).
    """

    domain: Float64
    component: Float64
    reach: Float64
    provision: Float64
    power: Float64
    normalisation: Float64
    replicate: Float64


@dataclass(frozen=True, slots=True)
class Draws:
    """
    What is assumed in each of d draws, components in the caller's order.

    Parameters
    ----------
    weights
        Shape (d, K), ≥ 0, each row summing to 1.
    power
        Shape (d,), the exponent.
    reach, provision
        Shape (d, K), number of the level of `Spread` that the service is judged by.
    normalisation, replicate
        Shape (d,), which way to normalise, which replicate of the counts.
    """

    weights: Float64
    power: Float64
    reach: Int64
    provision: Int64
    normalisation: Int64
    replicate: Int64

    def gap_rows(self, spread: Spread) -> Int64:
        """
        Return which row of its table of gaps each component looks up.

        Parameters
        ----------
        spread
            The levels that were drawn from.

        Returns
        -------
        row
            Shape (d, K), rows of `GapLevels.table`.
        """
        row = (self.reach * len(spread.provision_pct) + self.provision) * spread.replicates
        return np.asarray(row + self.replicate[:, None], np.int64)


def uniforms_behind(seed: int, draws: int, weighting: Weighting) -> Uniforms:
    """
    Draw the uniform numbers of a run.

    Parameters
    ----------
    seed
        Of the assessment; a scenario and its base share it.
    draws
        How many.
    weighting
        Whose codes name the streams.

    Returns
    -------
    uniforms
        Shuffling or adding components changes nobody else's numbers, and 10,000 draws begin with
        the 1,000.
    """
    codes = weighting.code.tolist()
    return Uniforms(
        domain=uniforms(seed, "domain", weighting.domain_code.tolist(), draws),
        component=uniforms(seed, "weight", codes, draws),
        reach=uniforms(seed, "reach", codes, draws),
        provision=uniforms(seed, "provision", codes, draws),
        power=uniforms(seed, "power", ALL, draws)[:, 0],
        normalisation=uniforms(seed, "normalisation", ALL, draws)[:, 0],
        replicate=uniforms(seed, "replicate", ALL, draws)[:, 0],
    )


def drawn(behind: Uniforms, weighting: Weighting, spread: Spread) -> Draws:
    """
    Turn uniform numbers into what is assumed.

    Parameters
    ----------
    behind
        The uniform numbers.
    weighting
        The adopted weights.
    spread
        How far from them.

    Returns
    -------
    draws
        Every choice by the inverse of its distribution function.

    Raises
    ------
    InputError
        If `weight_sd` is too large for so few components, or no weight is above 0.

    Notes
    -----
    Source: METHOD §8. Weights γ/Σγ with γ ~ Gamma(cW), that is Dirichlet, c + 1 = (K − 1)/v² for K
    weights above 0, domains and within each domain apart: a weight of 0 stays 0, the mean of each
    is the adopted one, and an equal weight has the relative standard deviation v.
    """
    return Draws(
        weights=_weights(behind, weighting, spread.weight_sd),
        power=np.array(spread.powers)[_chosen(behind.power, len(spread.powers))],
        reach=_chosen(behind.reach, len(spread.reach_pct)),
        provision=_chosen(behind.provision, len(spread.provision_pct)),
        normalisation=_chosen(behind.normalisation, spread.normalisations),
        replicate=_chosen(behind.replicate, spread.replicates),
    )


def _chosen(uniform: Float64, among: int) -> Int64:
    """Return which of some equally likely choices a uniform number falls on."""
    return np.minimum((uniform * among).astype(np.int64), among - 1)


def _weights(behind: Uniforms, weighting: Weighting, sd: float) -> Float64:
    """Return the weights of each draw."""
    within = np.zeros_like(behind.component)
    has_weight = np.zeros(weighting.domain_code.size)
    for domain in range(weighting.domain_code.size):
        of = _by_code(weighting.code, weighting.domain == domain)
        if weighting.weight[of].any():
            within[:, of] = _dirichlet(behind.component[:, of], weighting.weight[of], sd)
            has_weight[domain] = 1.0
    order = _by_code(weighting.domain_code, has_weight > 0)
    adopted = weighting.domain_weight[order]
    if not adopted.any():
        msg = "no weight is above 0"
        raise InputError(msg)
    domains = np.zeros_like(behind.domain)
    domains[:, order] = _dirichlet(behind.domain[:, order], adopted, sd)
    return np.asarray(domains[:, weighting.domain] * within, np.float64)


def _by_code(code: StrArray, chosen: AnyArray) -> Int64:
    """Return some rows in the order of their codes."""
    order = np.argsort(code, kind="stable")
    return order[np.asarray(chosen, np.bool_)[order]]


def _dirichlet(uniform: Float64, weight: Float64, sd: float) -> Float64:
    """Return weights around the adopted ones, shape (d, m), each row summing to 1."""
    adopted = weight / weight.sum()
    above = np.flatnonzero(adopted > 0)
    whole = np.tile(adopted, (uniform.shape[0], 1))
    if above.size < 2 or sd == 0:  # noqa: PLR2004 - one weight alone is all of it
        return whole
    concentration = (above.size - 1) / sd**2 - 1
    if concentration <= 0:
        msg = f"a spread of {sd} is too wide for {above.size} weights"
        raise InputError(msg)
    gamma = gammaincinv(concentration * adopted[above], uniform[:, above])
    total = gamma.sum(axis=1, keepdims=True)
    whole[:, above] = np.where(total > 0, gamma / np.where(total > 0, total, 1.0), adopted[above])
    return whole
