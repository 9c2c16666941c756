"""A city's context indicators beside an adopted set: who weighs what, and what zones say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.inputs.standard import UnfitStandardError
from atlas.engine.context import Indicators, Normalisation
from atlas.engine.doubt.draws import Weighting
from atlas.engine.types import MICRO
from atlas.engine.values import Reason
from atlas.engine.weights import component_weights, with_shares

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import ZoneTable
    from atlas.engine.types import Float64, Int64, StrArray, UInt8
    from spatial_data import frames

OWN_DOMAIN = "context"
WAYS = {
    "goalposts": Normalisation.GOALPOSTS,
    "z_score": Normalisation.Z_SCORE,
    "rank": Normalisation.RANK,
    "min_max": Normalisation.MIN_MAX,
}
REASONS = {
    "": Reason.NONE,
    "missing": Reason.MISSING,
    "not_applicable": Reason.NOT_APPLICABLE,
}


def weighed(standard: Standard, context: frames.Context | None) -> Standard:
    """
    Return a set with the indicators that the city itself lets weigh.

    Parameters
    ----------
    standard
        Adopted.
    context
        The city's indicators; None where it has none.

    Returns
    -------
    standard
        What the set weighs it weighs as it says. A further indicator takes the share of the score
        that the city states, in one of the set's domains or in `OWN_DOMAIN`; the rest keep their
        proportions.

    Raises
    ------
    UnfitStandardError
        If an indicator has the code of a service, or names a domain the set does not have.
    """
    if context is None:
        return standard
    for code in sorted({*context.code.tolist()} & {*standard.services}):
        msg = f"the context indicator {code!r} has the code of a service: give it another"
        raise UnfitStandardError(msg)
    own = np.flatnonzero(
        (context.weight_micro > 0) & ~np.isin(context.code, list(standard.indicators))
    )
    if not own.size:
        return standard
    given = standard.weighting
    domains = _domains(given.domain_code, context.domain[own])
    into = np.array([domains.index(code) for code in context.domain[own].tolist()], np.int64)
    added = np.zeros(len(domains) - given.domain_code.size)
    domain_weight, weight = with_shares(
        np.concatenate([given.domain_weight, added]),
        given.domain,
        given.weight,
        context.weight_micro[own] / MICRO,
        into,
    )
    weighting = Weighting(
        domain_code=np.array(domains, np.str_),
        domain_weight=domain_weight,
        code=np.concatenate([given.code, context.code[own]]),
        domain=np.concatenate([given.domain, into]),
        weight=weight,
    )
    return replace(
        standard,
        indicators=(*standard.indicators, *context.code[own].tolist()),
        weighting=weighting,
        weights=component_weights(weighting.domain_weight, weighting.domain, weighting.weight),
    )


def _domains(known: StrArray, named: StrArray) -> list[str]:
    domains: list[str] = known.tolist()
    for code in sorted({*named.tolist()} - {*domains}):
        if code != OWN_DOMAIN:
            msg = (
                f"an indicator stands in the domain {code!r}, which the set does not have; "
                f"write one of: {', '.join([*known.tolist(), OWN_DOMAIN])}"
            )
            raise UnfitStandardError(msg)
        domains.append(code)
    return domains


@dataclass(frozen=True, slots=True)
class OwnTier:
    """
    One indicator in the zones of its own tier.

    Attributes
    ----------
    row
        Rows of these zones, shape (m,), what lies in none of them left out.
    number, error, reason
        Shape (m,); NaN where there is none.
    """

    row: Int64
    number: Float64
    error: Float64
    reason: UInt8


def own_tier(context: frames.Context, k: int, zones: ZoneTable) -> OwnTier:
    """
    Return an indicator as published.

    Parameters
    ----------
    context
        The city's indicators.
    k
        Which.
    zones
        Every zone of the city.

    Returns
    -------
    own
        A zone of which nothing is stored is missing: the zones may have been drawn anew since.
    """
    tier = [one.code for one in zones.tiers].index(str(context.tier[k]))
    row = np.flatnonzero((zones.tier == tier) & ~zones.is_unassigned)
    number, error = np.full(row.size, np.nan), np.full(row.size, np.nan)
    reason = np.full(row.size, Reason.MISSING, np.uint8)
    at = {code: place for place, code in enumerate(zones.code[row].tolist())}
    for value in np.flatnonzero(context.indicator == k).tolist():
        place = at.get(str(context.zone[value]))
        if place is not None:
            number[place] = context.number[value]
            error[place] = context.standard_error[value]
            reason[place] = REASONS[str(context.reason[value])]
    return OwnTier(row, number, error, reason)


def read_by(context: frames.Context, way: Normalisation | None = None) -> Indicators:
    """
    Return how the indicators are read.

    Parameters
    ----------
    context
        The city's indicators.
    way
        By which normalisation; None: each by its own.

    Returns
    -------
    indicators
        For the engine, in the order of their codes.
    """
    own = [WAYS[name] if way is None else way for name in context.normalisation.tolist()]
    return Indicators(context.good, context.bad, np.array(own, np.uint8))
