"""Of ten children who reach a service, how many do by a safe route: so coarse that none is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Sum

from atlas.assessments.models import WalkReach
from atlas.assessments.standards.parameters import fraction
from atlas.engine.values import Reason
from atlas.publishing.tally import FULL, SERVED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atlas.assessments.models import Assessment
    from atlas.engine.disclosure import Disclosed
    from atlas.publishing.figures import Figures
    from atlas.publishing.tally import Axes
    from atlas.publishing.zone_trees import ZoneTrees

SAFE_ROUTE = "safe_route"
TEN = 10
# A published tenth stands for at least so many times the adopted least count of children.
LEAST_COUNTS_A_TENTH = 2
_BOTH_SEXES = 0


def safe_routes(
    assessment: Assessment,
    figures: Figures,
    disclosed: Disclosed,
    zones: ZoneTrees,
    axes: Axes,
    rules: Mapping[str, Any],
) -> list[dict[str, dict[str, Any]]]:
    """
    Return how safely children walk to what they reach, where that may be told.

    Parameters
    ----------
    assessment
        Whose walks.
    figures, disclosed
        The splits and which of them may be shown.
    zones, axes
        Codes of their rows and columns.
    rules
        The adopted least count, and the share of unknown children above which nothing is said.

    Returns
    -------
    safe_routes
        Of each zone, by service: `bands`, the ages asked about, and `tenths`, 1 to 9 (1 stands for
        fewer too, 9 for more). Only of zones of the main tree that hold no other: no sum of theirs
        is published, so none can be taken from another. Whether a zone has a figure follows from
        published counts alone, so that its absence tells nothing (decision 0027).
    """
    told: list[dict[str, dict[str, Any]]] = [{} for _ in zones.code]
    if not zones.leaves:
        return told
    row_of = {zones.code[z]: int(z) for z in zones.leaves[0]}
    bands = _bands(assessment, axes)
    for zone, service, safe, by_any in _walks(assessment):
        if zone not in row_of or not by_any:
            continue
        at = (row_of[zone], axes.services.index(service), bands[service])
        if _may_be_told(figures, disclosed, at, rules):
            own = [axes.bands[band - 1] for band in bands[service]]
            told[at[0]][service] = {"bands": own, "tenths": tenths(safe, by_any)}
    return told


def tenths(safe: int, by_any: int) -> int:
    """
    Return the nearest tenth, 1 to 9: the ends stand for fewer and for more.

    Examples
    --------
    >>> [tenths(safe, 1000) for safe in (0, 149, 150, 655, 851, 1000)]
    [1, 1, 2, 7, 9, 9]
    """
    nearest = (2 * TEN * safe + by_any) // (2 * by_any)
    return max(1, min(TEN - 1, nearest))


def _bands(assessment: Assessment, axes: Axes) -> dict[str, list[int]]:
    """Return the bands each service is asked about, as they stand in the figures: after *all*."""
    asked = (
        WalkReach.objects.filter(assessment=assessment, profile=SAFE_ROUTE)
        .values_list("service", "band")
        .distinct()
    )
    found: dict[str, list[int]] = {}
    for service, band in asked:
        found.setdefault(service, []).append(1 + axes.bands.index(band))
    return {service: sorted(own) for service, own in found.items()}


def _walks(assessment: Assessment) -> Iterator[tuple[str, str, int, int]]:
    rows = (
        WalkReach.objects.filter(assessment=assessment, profile=SAFE_ROUTE)
        .values_list("zone__code", "service")
        .annotate(safe=Sum("reached_micro"), by_any=Sum("any_route_micro"))
        .order_by("zone__code", "service")
    )
    return ((zone, service, int(safe), int(by_any)) for zone, service, safe, by_any in rows)


def _may_be_told(
    figures: Figures,
    disclosed: Disclosed,
    at: tuple[int, int, list[int]],
    rules: Mapping[str, Any],
) -> bool:
    """Say whether the split of each band is published whole and enough children reach it."""
    where = np.ix_([at[0]], [at[1]], at[2], [_BOTH_SEXES])
    if not disclosed.parts[where].all() or (figures.reason[where] != Reason.NONE).any():
        return False
    parts = figures.parts[where].sum(axis=(0, 1, 2, 3))
    if parts[UNKNOWN] > fraction(rules["unknown_limit"]) * int(parts.sum()):
        return False
    least = LEAST_COUNTS_A_TENTH * TEN * int(rules["disclosure_threshold_public"])
    return int(parts[SERVED] + parts[FULL]) >= least
