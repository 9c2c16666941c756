"""Context as published: what is public of it, where it tells of no children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.models import Contribution, ScorePart, SubScore, ZoneContext
from atlas.bodies.models import Sensitivity
from atlas.publishing.rows import ContextRow
from atlas.publishing.zone_trees import NO_PARENT
from spatial_data.models import ContextIndicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atlas.assessments.models import Assessment
    from atlas.engine.disclosure import Disclosed
    from atlas.engine.types import Bool
    from atlas.publishing.zone_trees import ZoneTrees

SUPPRESSED = "suppressed"
MICRO = 1_000_000
_ALL = 0


def indicators_of(assessment: Assessment) -> list[ContextIndicator]:
    """Return the context indicators an assessment read, in the order of their codes."""
    read = assessment.layers.filter(layer="context").values_list("version", flat=True)
    found = ContextIndicator.objects.filter(layer_version__in=read).select_related(
        "tier", "snapshot__source"
    )
    return sorted(found, key=lambda one: str(one.code))


def is_public(indicator: ContextIndicator) -> bool:
    """Say whether an indicator's values may be published: its folder and its source both say so."""
    public: bool = indicator.is_public
    return public and indicator.snapshot.source.sensitivity == Sensitivity.PUBLIC


def about_indicators(assessment: Assessment) -> list[dict[str, Any]]:
    """
    Return what an edition says of its public indicators.

    Parameters
    ----------
    assessment
        With the layers it read.

    Returns
    -------
    indicators
        As JSON; `weight` is the share of the score, 0 where an indicator stands beside it.
    """
    weights = {
        one.code: one.domain.weight_micro * one.weight_micro / MICRO**2
        for one in assessment.standard.context_weights.select_related("domain")
    }
    return [
        {
            "code": one.code,
            "names": one.names,
            "units": one.units,
            "tier": one.tier.code,
            "good": one.good,
            "bad": one.bad,
            "normalisation": one.normalisation,
            "deprivation": one.is_deprivation,
            "reference_date": one.reference_date.isoformat(),
            "source": one.snapshot.source.key,
            "weight": weights.get(one.code, one.weight_micro / MICRO),
        }
        for one in indicators_of(assessment)
        if is_public(one)
    ]


@dataclass(frozen=True, slots=True)
class ContextTold:
    """
    What may be told of context.

    Attributes
    ----------
    rows
        Every public indicator in every zone, as published by its source.
    hides
        Shape (z,), zones whose score holds a level that may not be told: their class alone is.
    parts
        Of each zone, the need by gaps alone and by context alone; empty where no context weighs.
    """

    rows: list[ContextRow]
    hides: Bool
    parts: list[dict[str, float | None]]


def context_told(assessment: Assessment, zones: ZoneTrees, disclosed: Disclosed) -> ContextTold:
    """
    Return what may be told of the context of an assessment.

    Parameters
    ----------
    assessment
        Whose context.
    zones
        The zones.
    disclosed
        Which counts of children may be shown.

    Returns
    -------
    told
        A value worked out over the children of a zone tells of them, so it is withheld where their
        counts by zone of the indicator's tier are not all published (decision 0033).
    """
    indicators = indicators_of(assessment)
    weighs = set(
        Contribution.objects.filter(assessment=assessment)
        .exclude(component__in=assessment.standard.services.values_list("code", flat=True))
        .values_list("component", flat=True)
    )
    may = {one.code: _may_be_told(one, zones, disclosed) for one in indicators}
    beside = {one.code: _neighbours_are_told(one, zones, disclosed) for one in indicators}
    public = {one.code for one in indicators if is_public(one)}
    row_of = {code: z for z, code in enumerate(zones.code)}
    hides, rows = np.zeros(len(zones.code), np.bool_), []
    values = ZoneContext.objects.filter(assessment=assessment).select_related("zone")
    for one in values:
        z = row_of[one.zone.code]
        is_told = one.indicator in public and bool(may[one.indicator][z])
        # What is drawn towards the mean of the zone above tells of the children of its neighbours.
        is_level_told = is_told and (one.smoothed == one.value or bool(beside[one.indicator][z]))
        hides[z] |= one.indicator in weighs and not one.reason and not is_level_told
        if one.indicator in public:
            rows.append(_row(one, zones.tier[z], is_told))
    return ContextTold(
        rows=sorted(rows, key=lambda row: row[:3]),
        hides=hides,
        parts=_parts(assessment, zones) if weighs else [{} for _ in zones.code],
    )


def _row(one: ZoneContext, tier: str, is_told: bool) -> ContextRow:
    shown = not one.reason and is_told
    return ContextRow(
        tier_code=tier,
        zone_code=one.zone.code,
        indicator=one.indicator,
        value=one.value if shown else None,
        quality=one.quality,
        reason=one.reason or ("" if shown else SUPPRESSED),
    )


def _may_be_told(one: ContextIndicator, zones: ZoneTrees, disclosed: Disclosed) -> Bool:
    """
    Return where an indicator tells of no children that are withheld, shape (z,).

    In its own tier and below it is an attribute of zones. Above it is a mean over children, told
    where the children of all zones of the own tier inside are published; in other trees never.
    """
    n = len(zones.code)
    own = np.array(zones.tier) == one.tier.code
    may = own.copy()
    for z in range(n):
        above = zones.parent[z]
        may[z] |= above != NO_PARENT and bool(may[above])
    published = disclosed.children[:n, _ALL, _ALL]
    inside = np.zeros(n, np.int64)
    hidden = np.zeros(n, np.bool_)
    for z in np.flatnonzero(own).tolist():
        above = int(zones.parent[z])
        while above != NO_PARENT:
            inside[above] += 1
            hidden[above] |= not published[z]
            above = int(zones.parent[above])
    return np.asarray(may | ((inside > 0) & ~hidden), np.bool_)


def _neighbours_are_told(one: ContextIndicator, zones: ZoneTrees, disclosed: Disclosed) -> Bool:
    """Return where the children of all zones of the own tier under one zone are published."""
    n = len(zones.code)
    own = np.array(zones.tier) == one.tier.code
    hides = np.zeros(n, np.bool_)
    for z in np.flatnonzero(own & (zones.parent != NO_PARENT)).tolist():
        hides[zones.parent[z]] |= not disclosed.children[z, _ALL, _ALL]
    told = np.ones(n, np.bool_)
    for z in np.flatnonzero(zones.parent != NO_PARENT).tolist():
        above = zones.parent[z]
        # Zones stand above what lies inside them, so the one above is settled by now.
        told[z] = not hides[above] if own[z] else told[above]
    return told


def _parts(assessment: Assessment, zones: ZoneTrees) -> list[dict[str, float | None]]:
    found: Mapping[str, dict[str, float | None]] = {code: {} for code in zones.code}
    rows: Sequence[SubScore] = SubScore.objects.filter(
        assessment=assessment, part__in=[ScorePart.GAPS, ScorePart.CONTEXT]
    ).select_related("zone")  # type: ignore[assignment]
    for row in rows:
        found[row.zone.code][str(row.part)] = row.need
    return [found[code] for code in zones.code]
