"""Writes what an assessment found, whole, by COPY."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from atlas.assessments.inputs.standard import SEXES
from atlas.assessments.models import (
    AccessIndex,
    CellPlacement,
    Completeness,
    Contribution,
    PieceResult,
    PlacingWay,
    Quality,
    Reason,
    Result,
    Score,
    WalkReach,
)
from atlas.engine import demand, values
from atlas.engine.coverage import NO_PROVISION
from atlas.engine.values import flag_names, reason_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db import models

    from atlas.assessments.models import Assessment
    from atlas.assessments.outcome import Outcome

SPLIT = ("served", "full", "out", "unknown")
QUALITY = {values.Quality.MEASURED: Quality.MEASURED, values.Quality.ESTIMATED: Quality.ESTIMATED}
WAY = {
    demand.PlacingWay.BUILDINGS: PlacingWay.BUILDINGS,
    demand.PlacingWay.STREETS: PlacingWay.STREETS,
    demand.PlacingWay.REPRESENTATIVE_POINT: PlacingWay.POINT,
}


def store(assessment: Assessment, outcome: Outcome) -> None:
    """
    Write every row of an assessment; to be called in the transaction that made it.

    Parameters
    ----------
    assessment
        Just made, without rows.
    outcome
        What it found, its ledgers checked.
    """
    key = assessment.pk
    _copy(Result, RESULT, _results(key, outcome))
    _copy(PieceResult, PIECE, _pieces(key, outcome))
    _copy(Score, SCORE, _scores(key, outcome))
    _copy(Contribution, CONTRIBUTION, _contributions(key, outcome))
    _copy(Completeness, COMPLETENESS, _completeness(key, outcome))
    _copy(AccessIndex, ACCESS, _access(key, outcome))
    _copy(CellPlacement, PLACEMENT, _placements(key, outcome))
    _copy(WalkReach, WALK_REACH, _walk_reaches(key, outcome))


RESULT = (
    "assessment_id zone_id service band sex children_micro served_micro full_micro out_micro "
    "unknown_micro short_micro served_low_micro edge_micro reason quality flags"
)
PIECE = "assessment_id zones band sex children_micro split_micro"
SCORE = (
    "assessment_id zone_id children_micro need lowest highest known_weight rank ranked_of reason "
    "flags"
)
CONTRIBUTION = "assessment_id zone_id component gap weight points without reason"
COMPLETENESS = "assessment_id zone_id service grade is_incomplete evidence"
ACCESS = "assessment_id zone_id service index reason"
PLACEMENT = "assessment_id cell_code way points children_micro floor_m2_per_resident"
WALK_REACH = (
    "assessment_id zone_id profile service band sex reached_micro any_route_micro gap reason"
)


def _copy(model: type[models.Model], columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    names = columns.split()
    # Names of our own tables and columns only: nothing here comes from outside.
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's public door
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _results(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    standard, split, counts = outcome.standard, outcome.split, outcome.counts
    applies = standard.applies
    asked = standard.requirements.provision_micro != NO_PROVISION
    groups = [(band, sex) for band in standard.bands for sex in SEXES]
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, service in enumerate(standard.services):
            for g, (band, sex) in enumerate(groups):
                reason = _no_split(applies[s, g], counts.is_missing[z, g])
                at, has_value = (z, s, g), not reason
                parts = [int(getattr(split, name)[at]) if has_value else None for name in SPLIT]
                short = int(split.short[at]) if has_value and asked[s, g] else None
                yield (
                    key,
                    zone_id,
                    service,
                    band,
                    sex,
                    int(outcome.children[z, g]),
                    *parts,
                    short,
                    int(split.served_low[at]) if has_value else None,
                    int(split.edge[at]),
                    reason,
                    QUALITY[values.Quality(counts.quality[z, g])],
                    flag_names(int(split.flags[at])),
                )


def _pieces(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    """Yield the pieces of crossing trees; those of one tree are its leaf zones."""
    standard, pieces = outcome.standard, outcome.pieces
    if pieces.leaf.shape[1] == 1:
        return
    groups = [(band, sex) for band in standard.bands for sex in SEXES]
    for p, leaf in enumerate(outcome.zones.code[pieces.leaf].tolist()):
        for g, (band, sex) in enumerate(groups):
            split = {
                service: pieces.parts[p, s, g].tolist()
                for s, service in enumerate(standard.services)
                if standard.applies[s, g]
            }
            yield (
                key,
                leaf,
                band,
                sex,
                int(pieces.children[p, g]),
                json.dumps(split, sort_keys=True),
            )


def _no_split(applies: np.bool_, is_missing: np.bool_) -> str:
    if not applies:
        return Reason.NOT_APPLICABLE
    return Reason.MISSING if is_missing else ""


def _scores(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    scores = outcome.scores
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        yield (
            key,
            zone_id,
            int(outcome.children[z].sum()),
            _number(scores.need[z]),
            _number(scores.lowest[z]),
            _number(scores.highest[z]),
            float(scores.known_weight[z]),
            float(scores.rank[z]) or None,
            int(scores.ranked_of[z]),
            reason_name(int(scores.reason[z])) or "",
            flag_names(int(scores.flags[z])),
        )


def _contributions(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    scores = outcome.scores
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, service in enumerate(outcome.standard.services):
            yield (
                key,
                zone_id,
                service,
                _number(scores.levels.x[z, s]),
                float(scores.weights[z, s]),
                _number(scores.points[z, s]),
                _number(scores.without[z, s]),
                reason_name(int(scores.levels.reason[z, s])) or "",
            )


def _completeness(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    judgement = outcome.judgement
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, service in enumerate(outcome.standard.services):
            yield (
                key,
                zone_id,
                service,
                int(judgement.grade[z, s]),
                bool(judgement.is_incomplete[z, s]),
                json.dumps(judgement.evidence[z][s], sort_keys=True),
            )


def _access(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, service in enumerate(outcome.standard.services):
            index = _number(outcome.access.x[z, s])
            reason = reason_name(int(outcome.access.reason[z, s])) or ""
            yield key, zone_id, service, index, reason


def _placements(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    placed = outcome.placement
    for c, code in enumerate(placed.code.tolist()):
        yield (
            key,
            code,
            WAY[demand.PlacingWay(placed.way[c])],
            int(placed.points[c]),
            int(placed.children_micro[c]),
            _number(placed.floor_m2_per_resident[c]),
        )


def _walk_reaches(key: int, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    standard = outcome.standard
    groups = [(band, sex) for band in standard.bands for sex in SEXES]
    for walk in outcome.walks:
        for s, g in np.argwhere(walk.asked).tolist():
            for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
                yield (
                    key,
                    zone_id,
                    walk.code,
                    standard.services[s],
                    *groups[g],
                    int(walk.reached[z, s, g]),
                    int(walk.by_any[z, s, g]),
                    _number(walk.group_gap.x[z, s, g]),
                    reason_name(int(walk.group_gap.reason[z, s, g])) or "",
                )


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
