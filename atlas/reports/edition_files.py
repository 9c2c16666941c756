"""Writes the tables of an edition: CSV to read, GeoJSON to map."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db import DEFAULT_DB_ALIAS

from atlas.assessments import published
from atlas.assessments.published import ALL
from atlas.lib import geojson
from atlas.lib.edition_folder import write_as
from atlas.reports.columns import CONTEXT, DEPRIVATION, GAPS, LANGUAGES, NEED, SOURCES
from atlas.reports.tables import (
    TierFigures,
    Words,
    as_csv,
    context_rows,
    deprivation_rows,
    for_dictionary,
    gap_rows,
    need_rows,
    source_rows,
)
from spatial_data.models import ZoneVersion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from atlas.assessments.models import Edition
    from atlas.lib.edition_folder import WrittenFile
    from atlas.reports.columns import Column
    from atlas.reports.tables import Row
    from spatial_data.models import LayerVersion

_SPLIT = ("children", "served", "full", "out", "unknown", "not_served_percent", "state")
_SUPPRESSED = "suppressed"
_SAFE = ("safe_route_bands", "safe_route_of_10")


def write_edition(edition: Edition, folder: Path) -> list[WrittenFile]:
    """
    Write the tables of `edition` into ``tables/``.

    Parameters
    ----------
    edition
        With its rows, which may not be committed yet.
    folder
        An existing folder.

    Returns
    -------
    files
        For each tier ``table/need-<tier>.<language>`` and ``table/gaps-<tier>.<language>`` as CSV,
        ``table/<tier>`` as GeoJSON; the sources; and the columns explained. Where zones are
        measured beside their services ``table/context-<tier>.<language>``, where something ranks
        them ``table/deprivation.<language>``.
    """
    zones = edition.layers.get(layer="zones")
    files: list[WrittenFile] = []
    further: dict[str, Sequence[Column]] = {}
    for tier in edition.about["tiers"]:
        code = tier["code"]
        own = TierFigures(
            about=edition.about,
            zones=_named_zones(zones, code),
            figures=published.figures(edition, code, using=DEFAULT_DB_ALIAS),
            scores=published.scores(edition, code, using=DEFAULT_DB_ALIAS),
        )
        need, gaps = list(need_rows(own)), list(gap_rows(own))
        measured = list(context_rows(own, published.context(edition, code, using=DEFAULT_DB_ALIAS)))
        tables: list[tuple[str, Sequence[Column], Sequence[Row]]]
        tables = [("need", NEED, need), ("gaps", GAPS, gaps)]
        if measured:
            tables.append(("context", CONTEXT, measured))
            further["context"] = CONTEXT
        for name, columns, rows in tables:
            files += _in_languages(edition, folder, f"{name}-{code}", (columns, rows))
        files.append(_geojson(folder, code, _features(need, gaps, _outlines(zones, code))))
    deprivation = _deprivation(edition)
    if deprivation:
        files += _in_languages(edition, folder, "deprivation", (DEPRIVATION, deprivation))
        further["deprivation"] = DEPRIVATION
    sources = list(source_rows(edition.about))
    files += _in_languages(edition, folder, "sources", (SOURCES, sources))
    for language in LANGUAGES:
        files.append(_csv(folder, f"columns.{language}", for_dictionary(language, further)))
    return files


def _in_languages(
    edition: Edition, folder: Path, name: str, table: tuple[Sequence[Column], Sequence[Row]]
) -> list[WrittenFile]:
    """Write one table in every language."""
    return [
        _csv(folder, f"{name}.{language}", as_csv(*table, Words(language, edition.about)))
        for language in LANGUAGES
    ]


def _deprivation(edition: Edition) -> list[Row]:
    """Return coverage along deprivation; nothing where no indicator ranks zones."""
    rows = published.gradients(edition, using=DEFAULT_DB_ALIAS)
    is_ranked = any(row.step_percent or row.reason == _SUPPRESSED for row in rows)
    return list(deprivation_rows(edition.about, rows)) if is_ranked else []


def _csv(folder: Path, name: str, content: bytes) -> WrittenFile:
    return write_as(folder, f"table/{name}", content, f"tables/{name}.csv")


def _geojson(folder: Path, tier: str, features: Iterator[dict[str, Any]]) -> WrittenFile:
    content = geojson.dump(geojson.collection(features))
    return write_as(folder, f"table/{tier}", content, f"tables/{tier}.geojson")


def _named_zones(version: LayerVersion, tier: str) -> dict[str, tuple[dict[str, str], str | None]]:
    rows = ZoneVersion.objects.filter(layer_version=version, tier__code=tier)
    return {
        code: (names, parent)
        for code, names, parent in rows.values_list("zone__code", "names", "parent__code")
    }


def _outlines(version: LayerVersion, tier: str) -> dict[str, Any]:
    """Return the outlines of a tier's zones as GeoJSON, rounded by the database."""
    rows = (
        ZoneVersion.objects.filter(layer_version=version, tier__code=tier, outline__isnull=False)
        .annotate(geojson=AsGeoJSON("outline", precision=geojson.DECIMALS))
        .values_list("zone__code", "geojson")
    )
    return {code: json.loads(shape) for code, shape in rows}


def _features(
    need: Sequence[Row], gaps: Sequence[Row], outlines: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield one feature a zone: its need, and the split of each service for all children."""
    splits: dict[str, dict[str, Any]] = {}
    for row in gaps:
        if row["band"] == ALL and row["sex"] == ALL:
            own = splits.setdefault(row["zone"], {})
            own |= {f"{row['service']}_{name}": row[name] for name in (*_SPLIT, *_SAFE)}
    for row in need:
        yield {
            "type": "Feature",
            "id": row["zone"],
            "geometry": outlines.get(row["zone"]),
            "properties": row | splits.get(row["zone"], {}),
        }
