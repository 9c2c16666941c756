"""What an assessment made of context, as arrays, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.need import Levels
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.engine.equity.deprivation import AlongDeprivation
    from atlas.engine.types import Bool, Float64, Int64, StrArray, UInt8

NOT_HERE = -1


@dataclass(frozen=True, slots=True)
class ContextFound:
    """
    The L context indicators of a city in each of its n zones.

    Attributes
    ----------
    code
        Shape (L,), rising.
    value, smoothed
        Shape (n, L), in each indicator's unit, as published and as used; NaN where null.
    reason, quality
        Shape (n, L), codes of the engine's `Reason` and `Quality`.
    level
        Shape (n, L), in [0, 1], by the indicator's own normalisation, tier by tier.
    is_constant
        Shape (n, L), whether the indicator tells the zones of the zone's tier apart.
    weighted
        Shape (C,), column of each indicator that the set weighs; -1 where the city has none.
    tried
        Shape (w, n, C), levels of these by every way of normalising that is tried, their own
        first.
    deprivation
        Shape (n,), more is worse, NaN where not known; None where no indicator ranks zones.
    """

    code: StrArray
    value: Float64
    smoothed: Float64
    reason: UInt8
    quality: UInt8
    level: Float64
    is_constant: Bool
    weighted: Int64
    tried: Float64
    deprivation: Float64 | None

    def weighed(self) -> Levels:
        """Return the levels of what the set weighs, shape (n, C); not applicable where not here."""
        x = np.full((len(self.level), self.weighted.size), np.nan)
        reason = np.full(x.shape, Reason.NOT_APPLICABLE, np.uint8)
        here = np.flatnonzero(self.weighted != NOT_HERE)
        x[:, here] = self.level[:, self.weighted[here]]
        reason[:, here] = self.reason[:, self.weighted[here]]
        return Levels(x, reason)

    def weighed_constant(self) -> Bool:
        """Return which of these tell no zones of a zone's tier apart, shape (n, C)."""
        constant = np.zeros((len(self.level), self.weighted.size), np.bool_)
        here = np.flatnonzero(self.weighted != NOT_HERE)
        constant[:, here] = self.is_constant[:, self.weighted[here]]
        return constant


@dataclass(frozen=True, slots=True)
class PartScores:
    """
    Need of every zone by parts of its components.

    Attributes
    ----------
    gaps, context, domains
        Shape (n,), (n,) and (n, D); NaN where `…_reason` says why.
    """

    gaps: Float64
    gaps_reason: UInt8
    context: Float64
    context_reason: UInt8
    domains: Float64
    domains_reason: UInt8


@dataclass(frozen=True, slots=True)
class TierGradient:
    """Coverage along deprivation in one tier, one entry a service."""

    services: tuple[AlongDeprivation, ...]
