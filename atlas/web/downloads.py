"""The figures shown, as files: CSV for tables, GeoJSON for maps. One row or feature a zone."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from atlas.web import shown
from atlas.web.figures import STATES
from atlas.web.safety import tenths_at

if TYPE_CHECKING:
    from atlas.web.edition import Edition
    from atlas.web.shown import Doubt, Row
    from atlas.web.state import State

# Spreadsheets take a file that opens with this mark for Unicode.
MARK = "\ufeff"
Record = dict[str, Any]


def as_csv(edition: Edition, state: State) -> str:
    """Return the figures shown as CSV."""
    records = [_record(edition, state, row) for row in shown.all_rows(edition, state)]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(records[0]) if records else [])
    writer.writeheader()
    writer.writerows(records)
    return MARK + out.getvalue()


def as_geojson(edition: Edition, state: State) -> str:
    """Return the figures shown as GeoJSON, with the outlines of the zones."""
    records = {
        r["zone"]: r for r in (_record(edition, state, w) for w in shown.all_rows(edition, state))
    }
    features = edition.read(f"zones/{state.tier}")["features"]
    collection = {
        "type": "FeatureCollection",
        "licence": sorted({s.licence for s in edition.sources}),
        "attribution": [s.attribution for s in edition.sources],
        "features": [
            {
                "type": "Feature",
                "id": f["properties"]["code"],
                "properties": records[f["properties"]["code"]],
                "geometry": f["geometry"],
            }
            for f in features
            if f["properties"]["code"] in records
        ],
    }
    return json.dumps(collection, ensure_ascii=False)


def file_name(edition: Edition, state: State, ending: str) -> str:
    """Return a name that says what the file holds."""
    parts = [edition.city.slug, edition.name, state.tier, state.service]
    parts += [part for part in (state.band, state.sex) if part != "all"]
    return "_".join(parts) + f".{ending}"


def _record(edition: Edition, state: State, row: Row) -> Record:
    record: Record = {"zone": row.zone.code}
    for language in edition.city.languages:
        record[f"name_{language}"] = row.zone.names.get(language, "")
    record |= {
        "tier": state.tier,
        "parent": row.zone.parent or "",
        "edition": edition.name,
        "reference_date": edition.reference_date,
        "standard": edition.standard.code,
    }
    return record | (_need(edition, state, row) if state.is_need else _service(edition, state, row))


def _need(edition: Edition, state: State, row: Row) -> Record:
    need = row.need
    record: Record = {
        "need_0_100": need.score,
        "need_low": need.low,
        "need_high": need.high,
        "class_1_5": need.need_class,
        "rank": need.rank,
        "rank_first": need.standing.first if need.standing else None,
        "rank_last": need.standing.last if need.standing else None,
        "ranked_of": need.ranked_of,
        **_doubt(need.doubt),
        "children": row.children,
        "girls": row.girls,
        "boys": row.boys,
        "quality": row.quality,
        "reason": need.reason,
        "flags": " ".join(need.flags),
        "data_grade_0_3": need.data_grade,
    }
    columns = edition.need(state.tier)
    at = columns["zones"].index(row.zone.code)
    for service, points in columns["contributions"].items():
        record[f"points_{service}"] = points[at]
    for service, children in columns["not_served"].items():
        record[f"not_served_{service}"] = children[at]
    return record


def _doubt(doubt: Doubt | None) -> Record:
    asked = doubt is not None and doubt.worst is not None
    return {
        "rank_low": doubt.low if doubt else None,
        "rank_high": doubt.high if doubt else None,
        "worst_zones": doubt.worst if doubt else None,
        "in_worst_percent_at_least": doubt.in_worst_percent if doubt else None,
        "robust_high_need": doubt.is_robust if doubt and asked else None,
    }


def _service(edition: Edition, state: State, row: Row) -> Record:
    split = row.split
    if split is None:
        return {}
    record: Record = {
        "service": state.service,
        "band": state.band,
        "sex": state.sex,
        "children": split.children,
    }
    for name in STATES:
        record[name] = split.counts.get(name)
    record["not_served"] = split.lacking if split.parts else None
    return record | {
        "gap_percent": split.gap,
        "class_1_5": split.gap_class,
        "quality": split.quality,
        "reason": row.reason,
        "flags": " ".join(split.flags),
        **_safe_route(edition, state, row),
    }


def _safe_route(edition: Edition, state: State, row: Row) -> Record:
    """Return how safely the service is reached; its ages are its own, whatever group is shown."""
    figures = edition.figures(state.tier, state.service)
    told = tenths_at(figures, figures["zones"].index(row.zone.code))
    ages = figures["safe_route"]["bands"] if told is not None else []
    return {"safe_route_bands": " ".join(ages), "safe_route_of_10": told}
