"""The records behind the sentences “why has my neighbourhood this colour?”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.published import ALL
from atlas.engine.values import Reason
from atlas.engine.why import NO_REACH, Told, WhyRule, facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atlas.engine.disclosure import Disclosed
    from atlas.engine.types import Bool
    from atlas.engine.why import Fact
    from atlas.publishing.figures import Figures
    from atlas.publishing.tally import Axes

CM = 100


def why_records(
    figures: Figures,
    disclosed: Disclosed,
    axes: Axes,
    points: Sequence[Mapping[str, float | None]],
    rule: tuple[Mapping[str, float], float],
) -> list[list[dict[str, Any]]]:
    """
    Return what may be told of each zone.

    Parameters
    ----------
    figures, disclosed
        The figures, and which of them may be shown: nothing else is looked at.
    axes
        Codes and requirements.
    points
        Of each zone, the published points of its score by service; empty where withheld.
    rule
        Weights of the services by code, and the share of unknown children above which one is not
        judged.

    Returns
    -------
    records
        Of each zone: kind, service, group, count, of, and reach in metres where one holds for all.
    """
    weights, unknown_limit = rule
    own = np.full((len(points), len(axes.services)), np.nan)
    for z, by_service in enumerate(points):
        for s, service in enumerate(axes.services):
            if (found := by_service.get(service)) is not None:
                own[z, s] = found
    n = len(points)
    told = Told(
        parts=figures.parts[:n],
        shown=_may_be_told(figures, disclosed)[:n],
        points=own,
        weight=np.array([weights[service] for service in axes.services]),
        reach_cm=axes.reach_cm,
        applies=axes.applies,
    )
    found_facts = facts(told, WhyRule(unknown_limit=unknown_limit))
    return [[_record(fact, axes) for fact in of_zone] for of_zone in found_facts]


def _may_be_told(figures: Figures, disclosed: Disclosed) -> Bool:
    """Say what is shown and is a value."""
    return np.asarray(disclosed.parts & (figures.reason == Reason.NONE)[..., None])


def _record(fact: Fact, axes: Axes) -> dict[str, Any]:
    band, sex = (ALL, *axes.bands)[fact.band], (ALL, *axes.sexes)[fact.sex]
    return {
        "kind": str(fact.kind),
        "service": axes.services[fact.service],
        "group": f"{band}/{sex}",
        "count": fact.count,
        "of": fact.of,
        "reach_m": None if fact.reach_cm == NO_REACH else round(fact.reach_cm / CM),
    }
