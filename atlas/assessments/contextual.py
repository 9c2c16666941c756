"""Context indicators in every zone of every tier: drawn together, carried, made levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.inputs.context import WAYS, own_tier, read_by
from atlas.assessments.outcome_context import NOT_HERE, ContextFound
from atlas.engine.carrying import carried
from atlas.engine.context import context_levels
from atlas.engine.shrinkage import shrink
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import ZoneTable
    from atlas.engine.carrying import Carried, Living
    from atlas.engine.context import Indicators
    from atlas.engine.types import Bool, Float64, Int64, UInt8
    from spatial_data import frames


def context_of(
    context: frames.Context | None,
    standard: Standard,
    zones: ZoneTable,
    living: Living,
    children: Int64,
) -> ContextFound:
    """
    Return the context of every zone.

    Parameters
    ----------
    context
        The city's indicators; None where it has none.
    standard
        Which of them weigh, and the ways of reading them that are tried.
    zones, living
        Every zone, and who lives where.
    children
        Children of every zone, shape (n, G), millionths: the mean that an unsure number is drawn
        towards weighs zones by them.

    Returns
    -------
    found
        Means, deviations, ranks and extremes are taken over the zones that are ranked: those with
        enough children that are no place for what lies in no other.
    """
    total = children.sum(axis=1)
    if context is None or not context.code.size:
        return _nothing(standard, len(total))
    limit = float(standard.parameters.share("unknown_limit"))
    both = [_of(context, k, zones, (living, total), limit) for k in range(context.code.size)]
    value = np.stack([raw.number for raw, _ in both], axis=1)
    smoothed = np.stack([used.number for _, used in both], axis=1)
    reason = np.stack([used.reason for _, used in both], axis=1)
    counts = (total // MICRO >= standard.score_rule.n_min) & ~zones.is_unassigned
    seen = (smoothed, reason, counts)
    level, constant = _by_tier(zones, seen, read_by(context))
    return ContextFound(
        code=context.code,
        value=value,
        smoothed=smoothed,
        reason=reason,
        quality=np.stack([used.quality for _, used in both], axis=1),
        level=level,
        is_constant=constant,
        weighted=_weighted(context, standard),
        tried=_tried(context, standard, zones, seen),
        deprivation=_deprivation(context, smoothed),
    )


def told_of_context(found: ContextFound, standard: Standard, zones: ZoneTable) -> dict[str, Any]:
    """
    Return what is to be known of the indicators that weigh.

    Parameters
    ----------
    found, standard, zones
        The context, the set and the zones.

    Returns
    -------
    told
        `context_not_in_the_city`: codes that the set weighs and the city does not have; their
        weight is the others'. `context_that_tells_nothing`: by tier, codes that are the same in
        all its zones and weigh nothing. Neither where there is nothing to tell.
    """
    told: dict[str, Any] = {}
    codes = np.array(standard.indicators, np.str_)
    absent = codes[found.weighted == NOT_HERE].tolist()
    if absent:
        told["context_not_in_the_city"] = absent
    constant = found.weighed_constant()
    same = {
        tier.code: codes[constant[zones.tier == row].any(axis=0)].tolist()
        for row, tier in enumerate(zones.tiers)
    }
    if any(same.values()):
        told["context_that_tells_nothing"] = {tier: own for tier, own in same.items() if own}
    return told


def _nothing(standard: Standard, zones: int) -> ContextFound:
    none = np.zeros((zones, 0))
    weighted = np.full(len(standard.indicators), NOT_HERE, np.int64)
    return ContextFound(
        code=np.zeros(0, np.str_),
        value=none,
        smoothed=none,
        reason=none.astype(np.uint8),
        quality=none.astype(np.uint8),
        level=none,
        is_constant=none.astype(np.bool_),
        weighted=weighted,
        tried=np.zeros((1, zones, weighted.size)),
        deprivation=None,
    )


def _of(
    context: frames.Context,
    k: int,
    zones: ZoneTable,
    who: tuple[Living, Int64],
    limit: float,
) -> tuple[Carried, Carried]:
    """Return an indicator in every zone, as published and as used."""
    living, children = who
    own = own_tier(context, k, zones)
    population = children[own.row].astype(np.float64)
    drawn = shrink(own.number, own.error, population, zones.parent[own.row])
    return (
        carried(own.row, own.number, own.reason, living, limit),
        carried(own.row, drawn.number, own.reason, living, limit),
    )


def _by_tier(
    zones: ZoneTable, seen: tuple[Float64, UInt8, Bool], indicators: Indicators
) -> tuple[Float64, Bool]:
    """Return levels tier by tier, and which indicators tell its zones nothing apart."""
    number, reason, counts = seen
    level, constant = np.full(number.shape, np.nan), np.zeros(number.shape, np.bool_)
    for tier in range(len(zones.tiers)):
        row = np.flatnonzero(zones.tier == tier)
        found = context_levels(number[row], reason[row], indicators, counts[row])
        level[row], constant[row] = found.levels.x, found.is_constant
    return level, constant


def _weighted(context: frames.Context, standard: Standard) -> Int64:
    column = {code: k for k, code in enumerate(context.code.tolist())}
    return np.array([column.get(code, NOT_HERE) for code in standard.indicators], np.int64)


def _tried(
    context: frames.Context,
    standard: Standard,
    zones: ZoneTable,
    seen: tuple[Float64, UInt8, Bool],
) -> Float64:
    """Return the levels of what weighs by every way: their own first, then each that differs."""
    weighted = _weighted(context, standard)
    here = np.flatnonzero(weighted != NOT_HERE)
    if not here.size:
        return np.zeros((1, zones.code.size, weighted.size))
    own = read_by(context)
    ways = [own]
    for name in standard.parameters.words("normalisations_tried"):
        other = read_by(context, WAYS[name])
        if (other.normalisation != own.normalisation)[weighted[here]].any():
            ways.append(other)
    tried = np.zeros((len(ways), zones.code.size, weighted.size))
    for at, way in enumerate(ways):
        level, _ = _by_tier(zones, seen, way)
        tried[at][:, here] = np.nan_to_num(level[:, weighted[here]])
    return tried


def _deprivation(context: frames.Context, smoothed: Float64) -> Float64 | None:
    """Return by what zones are ranked, more the worse."""
    column = np.flatnonzero(context.is_deprivation)
    if not column.size:
        return None
    k = int(column[0])
    return np.asarray(smoothed[:, k] * np.sign(context.bad[k] - context.good[k]), np.float64)
