"""Writes published rows: by COPY, for there are many."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atlas.assessments.models import Edition

_COPY_FIGURES = """
COPY published.figure (
    edition_id, tier_code, zone_code, service, band, sex, children, served, "full", "out",
    unknown, short, reason, quality, flags
) FROM STDIN
"""
_COPY_SCORES = """
COPY published.score (
    edition_id, tier_code, zone_code, need, need_class, lowest, highest, rank, ranked_of,
    rank_low, rank_high, worst, in_worst_percent, is_robust, contributions,
    without, parts, why, safe_route, data_grade, reason, flags
) FROM STDIN
"""
_COPY_COMPLETENESS = """
COPY published.completeness (
    edition_id, tier_code, zone_code, service, grade, is_incomplete, evidence
) FROM STDIN
"""

_COPY_CONTEXT = """
COPY published.context (
    edition_id, tier_code, zone_code, indicator, value, quality, reason
) FROM STDIN
"""
_COPY_GRADIENTS = """
COPY published.gradient (
    edition_id, tier_code, service, step_percent, most_deprived, most_deprived_low,
    most_deprived_high, least_deprived, least_deprived_low, least_deprived_high,
    erreygers_percent, erreygers_percent_low, erreygers_percent_high, reason
) FROM STDIN
"""

_JSON_OF_SCORE = ("contributions", "without", "parts", "why", "safe_route")


class FigureRow(NamedTuple):
    """One published figure; None where `reason` says why there is no value."""

    tier_code: str
    zone_code: str
    service: str
    band: str
    sex: str
    children: int | None
    served: int | None
    full: int | None
    out: int | None
    unknown: int | None
    short: float | None
    reason: str
    quality: str
    flags: list[str]


class ScoreRow(NamedTuple):
    """One published score."""

    tier_code: str
    zone_code: str
    need: float | None
    need_class: int | None
    lowest: float | None
    highest: float | None
    rank: float | None
    ranked_of: int
    rank_low: float | None
    rank_high: float | None
    worst: int | None
    in_worst_percent: int | None
    is_robust: bool
    contributions: dict[str, float | None]
    without: dict[str, float | None]
    parts: dict[str, float | None]
    why: list[dict[str, Any]]
    safe_route: dict[str, dict[str, Any]]
    data_grade: int
    reason: str
    flags: list[str]


class CompletenessRow(NamedTuple):
    """How complete one service's layer looked in one zone."""

    tier_code: str
    zone_code: str
    service: str
    grade: int
    is_incomplete: bool
    evidence: dict[str, Any]


class ContextRow(NamedTuple):
    """One public context indicator in one zone; None where `reason` says why."""

    tier_code: str
    zone_code: str
    indicator: str
    value: float | None
    quality: str
    reason: str


class GradientRow(NamedTuple):
    """Coverage of one service along deprivation in one tier; None where `reason` says why."""

    tier_code: str
    service: str
    step_percent: int | None
    most_deprived: int | None
    most_deprived_low: int | None
    most_deprived_high: int | None
    least_deprived: int | None
    least_deprived_low: int | None
    least_deprived_high: int | None
    erreygers_percent: int | None
    erreygers_percent_low: int | None
    erreygers_percent_high: int | None
    reason: str


class PublishedRows(NamedTuple):
    """Everything that enters an edition."""

    figures: list[FigureRow]
    scores: list[ScoreRow]
    completeness: list[CompletenessRow]
    context: list[ContextRow]
    gradients: list[GradientRow]


def write_rows(edition: Edition, rows: PublishedRows) -> None:
    """
    Write the rows of an edition.

    Parameters
    ----------
    edition
        Already stored, without rows.
    rows
        Disclosed: nothing is withheld after this.
    """
    _copy(_COPY_FIGURES, edition, rows.figures)
    _copy(_COPY_SCORES, edition, (_with_json(row) for row in rows.scores))
    _copy(
        _COPY_COMPLETENESS,
        edition,
        ((*row[:-1], _json(row.evidence)) for row in rows.completeness),
    )
    _copy(_COPY_CONTEXT, edition, rows.context)
    _copy(_COPY_GRADIENTS, edition, rows.gradients)


def _with_json(row: ScoreRow) -> tuple[Any, ...]:
    named = row._asdict() | {name: _json(getattr(row, name)) for name in _JSON_OF_SCORE}
    return tuple(named.values())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)


def _copy(statement: str, edition: Edition, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([edition.pk, *row])
