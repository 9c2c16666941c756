"""From an assessment to the rows of an edition: rounded, disclosed, told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atlas.assessments.standards.parameters import fraction
from atlas.publishing.context import context_told
from atlas.publishing.disclosing import disclosed_of, figure_rows
from atlas.publishing.doubts import doubts_of
from atlas.publishing.figures import figures_of
from atlas.publishing.gradients import gradient_rows
from atlas.publishing.rows import PublishedRows
from atlas.publishing.safe_routes import safe_routes
from atlas.publishing.scores import Told, Weighed, completeness_rows, components, score_rows
from atlas.publishing.tally import axes_of, read_tally
from atlas.publishing.why import why_records
from atlas.publishing.zone_trees import zone_trees

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    weights = {service["code"]: service["weight"] for service in about["services"]}
    context = context_told(assessment, zones, disclosed)
    exact = disclosed.contributions[: len(zones.code)] & ~context.hides
    parts = components(assessment, zones, exact)
    rule = (weights, float(fraction(rules["unknown_limit"])))
    why = why_records(figures, disclosed, axes, [own.points for own in parts], rule)
    weighed = Weighed(
        weights=weights,
        breaks=about["classes"],
        missing_limit=float(fraction(assessment.standard.parameters["missing_limit"]["value"])),
    )
    shown = exact.tolist()
    doubts = doubts_of(assessment, zones, shown)
    safe = safe_routes(assessment, figures, disclosed, zones, axes, about["rules"])
    own = (shown, parts, why, doubts, safe, context.parts)
    told = [Told(*of_zone) for of_zone in zip(*own, strict=True)]
    return PublishedRows(
        figures=list(figure_rows(figures, disclosed, zones, axes)),
        scores=score_rows(assessment, zones, weighed, told),
        completeness=completeness_rows(assessment, zones),
        context=context.rows,
        gradients=gradient_rows(assessment, (figures, disclosed), zones, axes, rules),
    )
