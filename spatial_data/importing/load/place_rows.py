"""Writes places with their identities, matches, units, details and entrances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.lib.fold import fold_names
from spatial_data.importing.load.copying import (
    copy_rows,
    json_text,
    new_ids,
    range_text,
    shape_text,
)
from spatial_data.models import (
    Entrance,
    Place,
    PlaceMatch,
    PlaceVersion,
    PlaySpace,
    SchoolBuilding,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from spatial_data.importing.layers import PlaceRow, UnitRow
    from spatial_data.importing.load.records import CityRecords
    from spatial_data.models import LayerVersion, Snapshot

PLAY_FIELDS = {
    "equipment": "equipment",
    "surface": "surface",
    "has_shade": "shade",
    "is_fenced": "fence",
    "has_water": "water",
    "has_toilet": "toilet",
    "wheelchair": "wheelchair",
    "stroller": "stroller",
    "age_from": "ages_from",
    "age_to": "ages_to",
}
SCHOOL_FIELDS = {"classrooms": "classrooms", "built_m2": "built_m2", "yard_m2": "yard_m2"}
NOT_NULL: dict[str, object] = {"equipment": [], "surface": ""}


class PlaceWriter:
    """Writes the places of one layer version."""

    def __init__(
        self,
        version: LayerVersion,
        records: CityRecords,
        snapshots: Mapping[str, Snapshot],
        at: datetime,
    ) -> None:
        self.version = version
        self.records = records
        self.snapshots = snapshots
        self.at = at

    def write(self, rows: Sequence[PlaceRow]) -> int:
        """Write everything about the places; return how many places."""
        place_ids = self._identities(rows)
        self._matches(rows, place_ids)
        version_ids = new_ids(PlaceVersion, len(rows))
        self._versions(rows, place_ids, version_ids)
        pairs = list(zip(version_ids, rows, strict=True))
        self._units(pairs)
        self._details(pairs, PlaySpace, "play_space", PLAY_FIELDS)
        self._details(pairs, SchoolBuilding, "school", SCHOOL_FIELDS)
        copy_rows(
            Entrance,
            ("place_version", "location", "origin"),
            (
                (number, shape_text(point), origin)
                for number, row in pairs
                for point, origin in row.entrances
            ),
        )
        return len(rows)

    def _identities(self, rows: Sequence[PlaceRow]) -> dict[str, int]:
        city = self.records.city
        fresh = [Place(city=city, code=row.code) for row in rows]
        Place.objects.bulk_create(fresh, ignore_conflicts=True)
        return dict(Place.objects.filter(city=city).values_list("code", "id"))

    def _matches(self, rows: Sequence[PlaceRow], place_ids: Mapping[str, int]) -> None:
        """Keep every match that is new; a stored one is never overwritten."""
        fresh = [
            PlaceMatch(
                place_id=place_ids[row.code],
                source=self.records.sources[source],
                source_record=record,
                rule=rule,
                decided_at=self.at,
            )
            for row in rows
            for source, record, rule in row.matches
        ]
        PlaceMatch.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)

    def _versions(
        self, rows: Sequence[PlaceRow], place_ids: Mapping[str, int], ids: Sequence[int]
    ) -> None:
        fields = ("id", "place", "layer_version", "kind", "snapshot", "names", "folded_names")
        more = ("location", "outline", "area_m2", "inside", "status", "valid", "record_date")
        copy_rows(
            PlaceVersion,
            (*fields, *more),
            (
                (
                    *(number, place_ids[row.code], self.version.pk),
                    *(self.records.kinds[row.kind].pk, self.snapshots[row.file].pk),
                    *(json_text(row.names), fold_names(row.names), shape_text(row.point)),
                    *(shape_text(row.outline), row.area_m2),
                    place_ids[rows[row.inside].code] if row.inside >= 0 else None,
                    *(row.status, range_text(row.opened, row.closed), row.record_date),
                )
                for number, row in zip(ids, rows, strict=True)
            ),
        )

    def _units(self, pairs: Sequence[tuple[int, PlaceRow]]) -> None:
        fields = ("place_version", "code", "sex", "stage", "shift", "age_from", "age_to")
        more = ("sector", "is_special", "capacity", "capacity_unit", "pupils", "catchment")
        copy_rows(
            Unit,
            (*fields, *more),
            (_unit(number, unit) for number, row in pairs for unit in row.units),
        )

    def _details(
        self,
        pairs: Sequence[tuple[int, PlaceRow]],
        model: type[PlaySpace | SchoolBuilding],
        family: str,
        fields: Mapping[str, str],
    ) -> None:
        def detailed() -> Iterator[tuple[object, ...]]:
            for number, row in pairs:
                if self.records.kinds[row.kind].family == family:
                    values = [
                        row.details.get(said, NOT_NULL.get(name)) for name, said in fields.items()
                    ]
                    yield (number, *values)

        copy_rows(model, ("place_version", *fields), detailed())


def _unit(number: int, unit: UnitRow) -> tuple[object, ...]:
    return (
        *(number, unit.code, unit.sex, unit.stage, unit.shift, unit.age_from, unit.age_to),
        *(unit.sector, unit.is_special, unit.capacity, unit.capacity_unit, unit.pupils),
        shape_text(unit.catchment),
    )
