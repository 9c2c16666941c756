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
from atlas.reports.columns import GAPS, LANGUAGES, NEED, SOURCES
from atlas.reports.tables import (
    TierFigures,
    Words,
    as_csv,
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
    from atlas.reports.tables import Row
    from spatial_data.models import LayerVersion

_SPLIT = ("children", "served", "full", "out", "unknown", "not_served_percent", "state")
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
        ``table/<tier>`` as GeoJSON; the sources; and the columns explained.
    """
    zones = edition.layers.get(layer="zones")
    about = edition.about
    files = []
    for tier in about["tiers"]:
        code = tier["code"]
        own = TierFigures(
            about=about,
            zones=_named_zones(zones, code),
            figures=published.figures(edition, code, using=DEFAULT_DB_ALIAS),
            scores=published.scores(edition, code, using=DEFAULT_DB_ALIAS),
        )
        need, gaps = list(need_rows(own)), list(gap_rows(own))
        for language in LANGUAGES:
            words = Words(language, about)
            for name, columns, rows in (("need", NEED, need), ("gaps", GAPS, gaps)):
                content = as_csv(columns, rows, words)
                files.append(_csv(folder, f"{name}-{code}.{language}", content))
        files.append(_geojson(folder, code, _features(need, gaps, _outlines(zones, code))))
    for language in LANGUAGES:
        words = Words(language, about)
        sources = as_csv(SOURCES, source_rows(about), words)
        files.append(_csv(folder, f"sources.{language}", sources))
        files.append(_csv(folder, f"columns.{language}", for_dictionary(language)))
    return files


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
