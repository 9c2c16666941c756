"""From an assessment to the rows of an edition: rounded, disclosed, told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atlas.assessments.published import ALL, CHILDREN_AS_SUCH
from atlas.assessments.standards.parameters import fraction
from atlas.publishing.disclosing import disclosed_of, figure_rows
from atlas.publishing.figures import figures_of
from atlas.publishing.rows import FigureRow, PublishedRows
from atlas.publishing.scores import Weighed, completeness_rows, score_rows
from atlas.publishing.tally import axes_of, read_tally
from atlas.publishing.why import why_records
from atlas.publishing.zone_trees import zone_trees

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atlas.assessments.models import Assessment
    from spatial_data.models import LayerVersion


def frozen_rows(
    assessment: Assessment, zones_version: LayerVersion, about: Mapping[str, Any]
) -> PublishedRows:
    """
    Return everything of an assessment that may be published.

    Parameters
    ----------
    assessment
        With its results.
    zones_version
        The zones it speaks of.
    about
        What the edition says of itself: services, rules.

    Returns
    -------
    rows
        The same for the same assessment and rules.

    Raises
    ------
    UnreadResultError
        If the results name what the set or the zones do not.
    InputError
        If they do not add up.
    """
    rules = about["rules"]
    axes = axes_of(assessment.standard)
    zones = zone_trees(zones_version)
    figures = figures_of(read_tally(assessment, zones, axes), zones, axes)
    disclosed = disclosed_of(
        figures, zones, axes.applies, int(rules["disclosure_threshold_public"])
    )
    rows = list(figure_rows(figures, disclosed, zones, axes))
    of_zone = _all_children_by_zone(rows)
    unknown_limit = float(fraction(rules["unknown_limit"]))

    def why_of(zone: str, points: Mapping[str, float | None]) -> list[dict[str, Any]]:
        return why_records(of_zone.get(zone, ()), points, about["services"], unknown_limit)

    weighed = Weighed(
        weights={service["code"]: service["weight"] for service in about["services"]},
        breaks=about["classes"],
        missing_limit=float(fraction(assessment.standard.parameters["missing_limit"]["value"])),
    )
    return PublishedRows(
        figures=rows,
        scores=score_rows(assessment, zones, disclosed.contributions, weighed, why_of),
        completeness=completeness_rows(assessment, zones),
    )


def _all_children_by_zone(rows: Iterable[FigureRow]) -> dict[str, list[FigureRow]]:
    """Return each zone's figures of all ages and both sexes, one a service."""
    found: dict[str, list[FigureRow]] = {}
    for row in rows:
        if row.service != CHILDREN_AS_SUCH and row.band == ALL and row.sex == ALL:
            found.setdefault(row.zone_code, []).append(row)
    return found
