"""Rows of who is served: splits, access, ways of walking, and how much is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.inputs.standard import SEXES
from atlas.assessments.models import PlacingWay, Quality, Reason
from atlas.assessments.rows.writing import number, why
from atlas.engine import demand, values
from atlas.engine.coverage import NO_PROVISION
from atlas.engine.values import flag_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.assessments.outcome import Outcome
    from atlas.assessments.rows.writing import Row

SPLIT = ("served", "full", "out", "unknown")
QUALITY = {values.Quality.MEASURED: Quality.MEASURED, values.Quality.ESTIMATED: Quality.ESTIMATED}
WAY = {
    demand.PlacingWay.BUILDINGS: PlacingWay.BUILDINGS,
    demand.PlacingWay.STREETS: PlacingWay.STREETS,
    demand.PlacingWay.REPRESENTATIVE_POINT: PlacingWay.POINT,
}


def splits(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return how each service reaches each group in each zone."""
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


def _no_split(applies: np.bool_, is_missing: np.bool_) -> str:
    if not applies:
        return Reason.NOT_APPLICABLE
    return Reason.MISSING if is_missing else ""


def pieces(key: int, outcome: Outcome) -> Iterator[Row]:
    """Yield the pieces of crossing trees; those of one tree are its leaf zones."""
    standard, found = outcome.standard, outcome.pieces
    if found.leaf.shape[1] == 1:
        return
    groups = [(band, sex) for band in standard.bands for sex in SEXES]
    for p, leaf in enumerate(outcome.zones.code[found.leaf].tolist()):
        for g, (band, sex) in enumerate(groups):
            split = {
                service: found.parts[p, s, g].tolist()
                for s, service in enumerate(standard.services)
                if standard.applies[s, g]
            }
            yield (
                key,
                leaf,
                band,
                sex,
                int(found.children[p, g]),
                json.dumps(split, sort_keys=True),
            )


def completeness(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return how complete the layers look."""
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


def access_indices(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return the access indices."""
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, service in enumerate(outcome.standard.services):
            index = number(outcome.access.x[z, s])
            reason = why(outcome.access.reason[z, s])
            yield key, zone_id, service, index, reason


def placements(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return where the children of each cell were made to stand."""
    placed = outcome.placement
    for c, code in enumerate(placed.code.tolist()):
        yield (
            key,
            code,
            WAY[demand.PlacingWay(placed.way[c])],
            int(placed.points[c]),
            int(placed.children_micro[c]),
            number(placed.floor_m2_per_resident[c]),
        )


def walk_reaches(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return what is reached by each way of walking."""
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
                    number(walk.group_gap.x[z, s, g]),
                    why(walk.group_gap.reason[z, s, g]),
                )
