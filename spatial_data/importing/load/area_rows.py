"""Writes the rows of zones, cells, counts, buildings, ground and streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.lib.fold import fold_names
from spatial_data.importing.load.copying import copy_rows, json_text, shape_text
from spatial_data.importing.read import walkable
from spatial_data.importing.read.osm_ground import names
from spatial_data.models import (
    Building,
    Cell,
    Count,
    GroundFeature,
    StreetPiece,
    Zone,
    ZoneVersion,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spatial_data.importing.layers import BuildingRow, CellRow, CountRow, GroundRow, ZoneRow
    from spatial_data.importing.load.records import CityRecords
    from spatial_data.importing.read.streets import Streets
    from spatial_data.models import LayerVersion, Snapshot

SHORTEST_M = 1e-6


def write_zones(version: LayerVersion, rows: Sequence[ZoneRow], records: CityRecords) -> int:
    """Write zones, minting the identities that are new."""
    fresh = [Zone(city=records.city, code=row.code) for row in rows]
    Zone.objects.bulk_create(fresh, ignore_conflicts=True)
    ids = dict(Zone.objects.filter(city=records.city).values_list("code", "id"))
    fields = ("zone", "layer_version", "tier", "parent", "names", "folded_names", "outline")
    return copy_rows(
        ZoneVersion,
        fields,
        (
            (
                ids[row.code],
                version.pk,
                records.tiers[row.tier].pk,
                ids.get(row.parent),
                json_text(row.names),
                fold_names(row.names),
                shape_text(row.shape),
            )
            for row in rows
        ),
    )


def write_cells(version: LayerVersion, rows: Sequence[CellRow]) -> int:
    """Write cells."""
    fields = ("layer_version", "code", "outline", "outside")
    shaped = ((version.pk, row.code, shape_text(row.shape), row.outside) for row in rows)
    return copy_rows(Cell, fields, shaped)


def write_counts(
    version: LayerVersion, rows: Sequence[CountRow], snapshots: Mapping[str, Snapshot]
) -> int:
    """Write counts as published."""
    fields = ("layer_version", "snapshot", "role", "area_code", "age_from", "age_to", "sex")
    return copy_rows(
        Count,
        (*fields, "persons", "state", "reference_date"),
        (
            (
                *(version.pk, snapshots[row.file].pk, row.role, row.area_code),
                *(row.age_from, row.age_to, row.sex, row.persons),
                "missing" if row.persons is None else "measured",
                row.reference_date,
            )
            for row in rows
        ),
    )


def write_buildings(version: LayerVersion, rows: Sequence[BuildingRow]) -> int:
    """Write buildings."""
    fields = ("layer_version", "code", "outline", "footprint_m2", "levels", "is_residential")
    return copy_rows(
        Building,
        fields,
        (
            (
                *(version.pk, row.code, shape_text(row.shape)),
                *(row.footprint_m2, row.levels, row.is_residential),
            )
            for row in rows
        ),
    )


def write_ground(version: LayerVersion, rows: Sequence[GroundRow]) -> int:
    """Write the pieces of the base map."""
    fields = ("layer_version", "code", "kind", "names", "folded_names", "shape")
    return copy_rows(
        GroundFeature,
        fields,
        (
            (
                *(version.pk, row.code, row.kind, json_text(row.names)),
                *(fold_names(row.names), shape_text(row.shape)),
            )
            for row in rows
        ),
    )


def write_streets(version: LayerVersion, streets: Streets, languages: Sequence[str]) -> int:
    """Write street pieces."""
    fields = ("layer_version", "code", "names", "folded_names", "start_node", "end_node")
    more = ("start_mark", "end_mark", "street_class", "speed_kmh", "features", "length_m", "line")
    return copy_rows(
        StreetPiece,
        (*fields, *more),
        (_street(version, streets, number, languages) for number in range(len(streets))),
    )


def _street(
    version: LayerVersion, streets: Streets, number: int, languages: Sequence[str]
) -> tuple[object, ...]:
    tags = streets.tags[number]
    called = names(tags, languages)
    return (
        *(version.pk, streets.code[number], json_text(called), fold_names(called)),
        *(int(streets.start_node[number]), int(streets.end_node[number])),
        *(int(streets.start_mark[number]), int(streets.end_mark[number])),
        *(walkable.street_class(tags), walkable.speed_kmh(tags), walkable.features(tags)),
        # Two nodes on one spot still join two streets.
        max(float(streets.length_m[number]), SHORTEST_M),
        shape_text(streets.line[number]),
    )
