"""Scores as published: exact where every gap behind them may be shown, else their class alone."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from atlas.assessments.models import Completeness, Contribution, Score
from atlas.publishing.doubts import NO_DOUBT, Doubt
from atlas.publishing.rows import CompletenessRow, ScoreRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atlas.assessments.models import Assessment
    from atlas.engine.types import Bool
    from atlas.publishing.zone_trees import ZoneTrees

_SUPPRESSED = "suppressed"
POOR, COMPLETE = 0, 3


@dataclass(frozen=True, slots=True)
class Weighed:
    """Services with their weights, and the choices that sort scores into classes and grades."""

    weights: Mapping[str, float]
    breaks: Sequence[float]
    missing_limit: float


def need_class(need: float, breaks: Sequence[float]) -> int:
    """
    Return the class of a score, 1 to 5: the last whose lower bound it reaches.

    Parameters
    ----------
    need
        0 to 100.
    breaks
        Lower bounds of the classes, rising, the first 0.

    Returns
    -------
    need_class
        Counted from 1.

    Examples
    --------
    >>> need_class(20.0, [0, 20, 40, 60, 80]), need_class(19.99, [0, 20, 40, 60, 80])
    (2, 1)
    """
    return max(1, bisect_right(breaks, need))


def data_grade(grades: Mapping[str, int], weighed: Weighed) -> int:
    """
    Return the grade of a zone's data: the best that services of enough weight reach.

    Parameters
    ----------
    grades
        Grade of each service's layer in the zone, 0 to 3.
    weighed
        Weights, and the share of weight that may fall short.

    Returns
    -------
    grade
        0 poor to 3 complete; a service without a grade counts as complete only if nothing looks
        for its places, so it is left out.

    Examples
    --------
    >>> weighed = Weighed({"play": 0.5, "school": 0.3, "library": 0.2}, [0], 1 / 3)
    >>> data_grade({"play": 3, "school": 2, "library": 0}, weighed)
    2
    """
    total = sum(weighed.weights[service] for service in grades)
    for grade in range(COMPLETE, POOR, -1):
        below = sum(weighed.weights[s] for s, own in grades.items() if own < grade)
        if below <= weighed.missing_limit * total:
            return grade
    return POOR


@dataclass(frozen=True, slots=True)
class Components:
    """What one zone's score consists of; both empty where that may not be shown."""

    points: dict[str, float | None]
    without: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of one zone's score beside its class."""

    is_exact: bool
    components: Components
    why: list[dict[str, Any]]
    doubt: Doubt
    safe_route: dict[str, dict[str, Any]]
    parts: dict[str, float | None]


def components(assessment: Assessment, zones: ZoneTrees, exact: Bool) -> list[Components]:
    """
    Return what each zone's score consists of.

    Parameters
    ----------
    assessment
        Whose contributions.
    zones
        The zones.
    exact
        Shape (z,), whether the score and its contributions may be shown.

    Returns
    -------
    components
        In the order of `zones`.
    """
    rows = _by_zone(Contribution.objects.filter(assessment=assessment).select_related("zone"))
    found = []
    for z, code in enumerate(zones.code):
        own = sorted(rows.get(code, ()), key=lambda c: str(c.component)) if exact[z] else []
        found.append(
            Components({c.component: c.points for c in own}, {c.component: c.without for c in own})
        )
    return found


def score_rows(
    assessment: Assessment,
    zones: ZoneTrees,
    weighed: Weighed,
    told: Sequence[Told],
) -> list[ScoreRow]:
    """
    Return the score of every zone.

    Parameters
    ----------
    assessment
        Whose scores.
    zones
        The zones, in any order.
    weighed
        Classes and weights.
    told
        Of each zone.

    Returns
    -------
    rows
        In the order of `zones`. Where a gap is withheld only the class remains (METHOD §7): a rank
        would tell the score between its neighbours', and its trials would tell it closer.
    """
    scores = {s.zone.code: s for s in _scores(assessment)}
    grades = _by_zone(Completeness.objects.filter(assessment=assessment).select_related("zone"))
    rows = []
    for own, code, tier in zip(told, zones.code, zones.tier, strict=True):
        form = _as_shown if own.is_exact else _class_only
        row = form(scores[code], weighed)
        rows.append(
            row._replace(
                tier_code=tier,
                zone_code=code,
                **asdict(own.doubt),
                contributions=own.components.points,
                without=own.components.without,
                parts=own.parts if own.is_exact else {},
                why=own.why,
                safe_route=own.safe_route,
                data_grade=data_grade({g.service: g.grade for g in grades.get(code, ())}, weighed),
            )
        )
    return rows


def completeness_rows(assessment: Assessment, zones: ZoneTrees) -> list[CompletenessRow]:
    """
    Return how complete each service's layer looked in each zone.

    Parameters
    ----------
    assessment
        Whose completeness.
    zones
        The zones.

    Returns
    -------
    rows
        Zone after zone, by service. What was seen speaks of buildings, places and residents, and
        of no group of children.
    """
    tier_of = dict(zip(zones.code, zones.tier, strict=True))
    rows = Completeness.objects.filter(assessment=assessment).select_related("zone")
    return sorted(
        CompletenessRow(
            tier_of[row.zone.code],
            row.zone.code,
            row.service,
            row.grade,
            row.is_incomplete,
            row.evidence,
        )
        for row in rows
    )


def _scores(assessment: Assessment) -> Iterable[Score]:
    return Score.objects.filter(assessment=assessment).select_related("zone")


def _by_zone(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.zone.code, []).append(row)
    return found


def _as_shown(score: Score, weighed: Weighed) -> ScoreRow:
    return ScoreRow(
        tier_code="",
        zone_code="",
        need=score.need,
        need_class=None if score.need is None else need_class(score.need, weighed.breaks),
        lowest=score.lowest,
        highest=score.highest,
        rank=score.rank,
        ranked_of=score.ranked_of,
        **asdict(NO_DOUBT),
        contributions={},
        without={},
        parts={},
        why=[],
        safe_route={},
        data_grade=POOR,
        reason=score.reason,
        flags=sorted(score.flags),
    )


def _class_only(score: Score, weighed: Weighed) -> ScoreRow:
    return _as_shown(score, weighed)._replace(
        need=None, lowest=None, highest=None, rank=None, reason=score.reason or _SUPPRESSED
    )
