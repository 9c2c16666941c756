"""Writes the figures that pages read, column by column: an edition's ``values`` files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS

from atlas.assessments import published
from atlas.assessments.published import ALL, CHILDREN_AS_SUCH
from atlas.lib.edition_folder import write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from atlas.assessments.models import (
        Edition,
        PublishedCompleteness,
        PublishedContext,
        PublishedScore,
    )
    from atlas.assessments.published import Figure
    from atlas.lib.edition_folder import WrittenFile

PARTS = ("served", "full", "out", "unknown")
SPLIT = ("children", *PARTS, "short", "reason", "quality", "flags")
POINT_DECIMALS = 10
GRADIENT = (
    *("step_percent", "most_deprived", "most_deprived_low", "most_deprived_high"),
    *("least_deprived", "least_deprived_low", "least_deprived_high"),
    *("erreygers_percent", "erreygers_percent_low", "erreygers_percent_high"),
)

Group = tuple[str, str]
FiguresOfGroup = dict[Group, dict[str, "Figure"]]


def write_edition(edition: Edition, folder: Path) -> list[WrittenFile]:
    """
    Write ``values/<tier>/need`` and ``values/<tier>/<service>`` into `folder`.

    Parameters
    ----------
    edition
        With its rows, which may not be committed yet.
    folder
        An existing folder.

    Returns
    -------
    files
        The zones of each stand in the order of their codes. null always has its reason beside it.
    """
    files = _gradients(edition, folder)
    for tier in edition.about["tiers"]:
        code = tier["code"]
        rows = _by_service(published.figures(edition, code, using=DEFAULT_DB_ALIAS))
        scores = published.scores(edition, code, using=DEFAULT_DB_ALIAS)
        zones = [score.zone_code for score in scores]
        files.append(write_json(folder, f"values/{code}/need", _need(edition, zones, rows, scores)))
        grades = published.completeness(edition, code, using=DEFAULT_DB_ALIAS)
        for service in edition.about["services"]:
            role = f"values/{code}/{service['code']}"
            own = [row for row in grades if row.service == service["code"]]
            document = _service(service, zones, rows.get(service["code"], {}), own)
            document |= _safe_route(scores, service["code"])
            files.append(write_json(folder, role, document))
        files += _context(edition, folder, code, scores)
    return files


def _gradients(edition: Edition, folder: Path) -> list[WrittenFile]:
    """Write coverage along deprivation, by tier and service, where something ranks zones."""
    found: dict[str, dict[str, dict[str, int | str | None]]] = {}
    rows = published.gradients(edition, using=DEFAULT_DB_ALIAS)
    for row in rows:
        own = {name: getattr(row, name) for name in GRADIENT}
        found.setdefault(row.tier_code, {})[row.service] = own | {"reason": row.reason or None}
    is_ranked = any(row.step_percent or row.reason == "suppressed" for row in rows)
    return [write_json(folder, "values/gradient", found)] if is_ranked else []


def _context(
    edition: Edition, folder: Path, tier: str, scores: Sequence[PublishedScore]
) -> list[WrittenFile]:
    """Write the public indicators of a tier's zones and their scores by part, where there are."""
    zones = [score.zone_code for score in scores]
    by_indicator: dict[str, dict[str, PublishedContext]] = {}
    for row in published.context(edition, tier, using=DEFAULT_DB_ALIAS):
        by_indicator.setdefault(row.indicator, {})[row.zone_code] = row
    if not by_indicator and not any(score.parts for score in scores):
        return []
    document = {
        "zones": zones,
        "indicators": {
            indicator: {
                "value": [rows[zone].value for zone in zones],
                "quality": [rows[zone].quality for zone in zones],
                "reason": [rows[zone].reason or None for zone in zones],
            }
            for indicator, rows in by_indicator.items()
        },
        "scores": {
            part: [_points(score.parts.get(part)) for score in scores]
            for part in ("gaps", "context")
        },
    }
    return [write_json(folder, f"values/{tier}/context", document)]


def _by_service(rows: Iterable[Figure]) -> dict[str, FiguresOfGroup]:
    found: dict[str, FiguresOfGroup] = {}
    for row in rows:
        found.setdefault(row.service, {}).setdefault((row.band, row.sex), {})[row.zone_code] = row
    return found


def _need(
    edition: Edition,
    zones: Sequence[str],
    rows: Mapping[str, FiguresOfGroup],
    scores: Sequence[PublishedScore],
) -> dict[str, object]:
    services = [service["code"] for service in edition.about["services"]]
    weighed = [one["code"] for one in edition.about.get("indicators", []) if one["weight"]]
    return {
        "zones": list(zones),
        "columns": _score_columns(scores) | _children_columns(zones, rows[CHILDREN_AS_SUCH]),
        "contributions": {
            one: [_points(score.contributions.get(one)) for score in scores]
            for one in (*services, *weighed)
        },
        "without": {
            one: [_points(score.without.get(one)) for score in scores]
            for one in (*services, *weighed)
        },
        "not_served": {
            s: [_not_served(rows[s][ALL, ALL][zone]) for zone in zones] for s in services
        },
        "why": [score.why for score in scores],
    }


def _score_columns(scores: Sequence[PublishedScore]) -> dict[str, object]:
    return {
        "need": [_points(score.need) for score in scores],
        "lo": [_points(score.lowest) for score in scores],
        "hi": [_points(score.highest) for score in scores],
        "class": [score.need_class for score in scores],
        "rank": [_rank(score.rank) for score in scores],
        "ranked_of": max((score.ranked_of for score in scores), default=0),
        "rank_low": [_rank(score.rank_low) for score in scores],
        "rank_high": [_rank(score.rank_high) for score in scores],
        "worst": max((score.worst for score in scores if score.worst), default=None),
        "in_worst_percent": [score.in_worst_percent for score in scores],
        "robust": [None if score.worst is None else score.is_robust for score in scores],
        "reason": [score.reason or None for score in scores],
        "flags": [score.flags for score in scores],
        "data_grade": [score.data_grade for score in scores],
    }


def _children_columns(zones: Sequence[str], rows: FiguresOfGroup) -> dict[str, object]:
    everyone = rows[ALL, ALL]
    leaf_groups = sorted(group for group in rows if ALL not in group)
    return {
        "children": [everyone[zone].children for zone in zones],
        "girls": [rows[ALL, "girl"][zone].children for zone in zones],
        "boys": [rows[ALL, "boy"][zone].children for zone in zones],
        "quality": [everyone[zone].quality for zone in zones],
        "bands": {
            "/".join(group): [rows[group][zone].children for zone in zones] for group in leaf_groups
        },
    }


def _points(points: float | None) -> float | None:
    """Return points of the score, short enough to travel and still adding up to 10⁻⁹."""
    return None if points is None else round(points, POINT_DECIMALS)


def _rank(rank: float | None) -> float | None:
    """Return a rank as a whole number where it is one: ties share a half."""
    return int(rank) if rank is not None and rank.is_integer() else rank


def _not_served(row: Figure) -> int | None:
    """Return full and out together; they may be shown as one sum where they may not apart."""
    if row.children is None or row.served is None or row.unknown is None:
        return None
    return row.children - row.served - row.unknown


def _service(
    service: Mapping[str, Any],
    zones: Sequence[str],
    rows: FiguresOfGroup,
    grades: Sequence[PublishedCompleteness],
) -> dict[str, object]:
    by_zone = {row.zone_code: row for row in grades}
    return {
        "zones": list(zones),
        "groups": {"/".join(group): _split(zones, rows[group]) for group in sorted(rows)},
        "reach_m": _by_band(service["requirements"], "reach_m"),
        "provision": _by_band(service["requirements"], "provision") | _unit(service),
        "completeness": {
            "grade": [by_zone[z].grade if z in by_zone else None for z in zones],
            "incomplete": [by_zone[z].is_incomplete if z in by_zone else None for z in zones],
            "evidence": [by_zone[z].evidence if z in by_zone else {} for z in zones],
        },
    }


def _safe_route(scores: Sequence[PublishedScore], service: str) -> dict[str, object]:
    """Return of ten children who reach the service how many do safely; nothing where none may."""
    told = [score.safe_route.get(service) for score in scores]
    bands = next((own["bands"] for own in told if own), None)
    if bands is None:
        return {}
    tenths = [own["tenths"] if own else None for own in told]
    return {"safe_route": {"bands": bands, "tenths": tenths}}


def _split(zones: Sequence[str], rows: Mapping[str, Figure]) -> dict[str, list[object]]:
    """
    Return the columns of one group.

    Where full and out may be shown only as one sum, the two are null and `not_served` holds the
    sum.
    """
    figures = [rows[zone] for zone in zones]
    columns: dict[str, list[object]] = {
        name: [getattr(row, name) for row in figures] for name in SPLIT
    }
    columns["not_served"] = [_not_served(row) for row in figures]
    columns["reason"] = [row.reason or None for row in figures]
    return columns


def _by_band(requirements: Iterable[Mapping[str, Any]], key: str) -> dict[str, Any]:
    """Return what is required of each band; by band and sex where the two differ."""
    by_band: dict[str, dict[str, Any]] = {}
    for requirement in requirements:
        if requirement[key] is not None:
            by_band.setdefault(requirement["band"], {})[requirement["sex"]] = requirement[key]
    found = {}
    for band, by_sex in by_band.items():
        if len(set(by_sex.values())) == 1:
            found[band] = next(iter(by_sex.values()))
        else:
            found |= {f"{band}/{sex}": value for sex, value in sorted(by_sex.items())}
    return found


def _unit(service: Mapping[str, Any]) -> dict[str, str]:
    units = sorted({r["unit"] for r in service["requirements"] if r["unit"]})
    return {"unit": units[0]} if units else {}
