"""Judges registers of places: tables and vector files with one row a place, or one a unit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import shapely
from pyproj import Transformer

from spatial_data.importing.layers import PlaceRow
from spatial_data.importing.read import fields as field
from spatial_data.importing.read.fields import FieldError
from spatial_data.importing.validate.register_units import UnitReader
from spatial_data.importing.validate.zones import check_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from atlas.lib.dates import Calendar
    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.city_schema import PlaceColumnsKeys, PlacesKeys, UnitColumnsKeys
    from spatial_data.importing.findings import Findings

Found = TypeVar("Found")
MENTIONED = 20
STATUSES = ("open", "closed", "planned")
YES_NO = ("shade", "fence", "water", "toilet", "wheelchair", "stroller")
FIGURES = ("built_m2", "yard_m2")
COUNTS = ("classrooms", "ages_from", "ages_to")


@dataclass(slots=True)
class RegisterRow:
    """A row of a register: where it stands, its fields, and its shape in a vector file."""

    spot: str
    fields: dict[str, str]
    shape: BaseGeometry | None = None


@dataclass(slots=True)
class Surroundings:
    """What a register is judged against."""

    plan: GroundPlan
    calendar: Calendar
    kinds: frozenset[str]


def _said(columns: PlaceColumnsKeys | UnitColumnsKeys) -> dict[str, str]:
    """Return the column or template of every key that holds one."""
    texts = {one.name: getattr(columns, one.name) for one in dataclasses.fields(columns)}
    return {name: text for name, text in texts.items() if isinstance(text, str)}


class RegisterReader:
    """Reads one register and judges it row by row."""

    def __init__(self, keys: PlacesKeys, around: Surroundings, findings: Findings) -> None:
        if keys.columns is None:
            msg = "a register has columns: key_checks sees to it"
            raise TypeError(msg)
        self.keys = keys
        self.columns: PlaceColumnsKeys = keys.columns
        self.around = around
        self.findings = findings
        self.file = keys.path
        self.faults = 0
        srid = keys.srid or 4326
        self.to_lonlat = Transformer.from_crs(srid, 4326, always_xy=True)

    def places(
        self, rows: Sequence[RegisterRow], unit_rows: Sequence[RegisterRow] | None
    ) -> list[PlaceRow]:
        """Return the places of the register with their units."""
        wanted = [row for row in rows if field.wanted(row.fields, self.keys)]
        for row in wanted:
            row.fields = field.cut(row.fields, self.keys.patterns)
        if not wanted:
            self.findings.fault(self.file, "", "no row is left", "correct where")
            return []
        if not self._has_columns(wanted[0]):
            return []
        places: dict[str, PlaceRow] = {}
        unit_reader = UnitReader(self.keys, self.file, self._fault)
        for row in wanted:
            self._add(row, places, unit_reader if unit_rows is None else None)
        if unit_rows is not None:
            unit_reader.add_all(unit_rows, places)
        unit_reader.give_the_rest(places)
        if self.faults > MENTIONED:
            more = self.faults - MENTIONED
            self.findings.fault(self.file, "", f"and {more} more faults of this file")
        return list(places.values())

    def _has_columns(self, row: RegisterRow) -> bool:
        columns = self.columns
        templates = [*_said(columns).values(), *columns.names.values()]
        units = self.keys.units
        if units is not None and not units.path and not units.layer:
            templates += [one for name, one in _said(units.columns).items() if name != "place"]
        given = [template for template in templates if template]
        return check_columns([row.fields], given, self.file, self.findings)

    def _add(self, row: RegisterRow, places: dict[str, PlaceRow], units: UnitReader | None) -> None:
        code = field.fill(self.columns.code, row.fields) if self.columns.code else row.spot
        if not code:
            self._fault(row.spot, "the place has no code", f"fill in {self.columns.code}")
            return
        place = places.get(code)
        if place is None:
            place = self._place(row, code)
            if place is None:
                return
            places[code] = place
        elif units is None or self.keys.units is None:
            problem = f"the code {code!r} is there twice"
            self._fault(row.spot, problem, "give every place its own code")
        if units is not None:
            units.add(row.spot, row.fields, place)

    def _place(self, row: RegisterRow, code: str) -> PlaceRow | None:
        kind = self._read(row, self._kind)
        shape = self._read(row, self._shape)
        if not kind or shape is None:
            return None
        source = self.keys.source
        is_point = shape.geom_type == "Point"
        place = PlaceRow(
            source=source,
            record=f"{kind}:{code}",
            kind=kind,
            file=self.file,
            names=self._names(row),
            point=shape if is_point else shapely.point_on_surface(shape),
            outline=None if is_point else shape,
        )
        place.matches = [(source, place.record, "own")]
        self._fill(row, place)
        return place

    def _names(self, row: RegisterRow) -> dict[str, str]:
        filled = {
            language: field.fill(template, row.fields, language)
            for language, template in self.columns.names.items()
        }
        return {language: name for language, name in filled.items() if name}

    def _fill(self, row: RegisterRow, place: PlaceRow) -> None:
        columns, calendar = self.columns, self.around.calendar
        said = {name: field.fill(one, row.fields) for name, one in _said(columns).items()}
        values = self.keys.values
        get = self._get
        place.area_m2 = get(row, said["area_m2"], field.positive)
        place.opened = get(row, said["opened"], lambda one: field.day(one, calendar))
        place.closed = get(row, said["closed"], lambda one: field.day(one, calendar))
        place.record_date = get(row, said["record_date"], lambda one: field.day(one, calendar))
        words = values.get("status", {})
        place.status = (
            get(row, said["status"], lambda one: field.word(one, words, STATUSES)) or "open"
        )
        place.details = self._details(row, said)
        if place.opened and place.closed and place.opened >= place.closed:
            self._fault(row.spot, "it closes before it opens", "correct the dates")

    def _details(self, row: RegisterRow, said: Mapping[str, str]) -> dict[str, object]:
        details: dict[str, object] = {"surface": said["surface"] or None}
        for name in YES_NO:
            read = partial(field.yes_or_no, words=self.keys.values.get(name, {}))
            details[name] = self._get(row, said[name], read)
        for name in FIGURES:
            details[name] = self._get(row, said[name], field.positive)
        for name in COUNTS:
            details[name] = self._get(row, said[name], field.whole)
        pieces = [piece.strip() for piece in said["equipment"].replace("؛", ";").split(";")]
        details["equipment"] = [piece for piece in pieces if piece] or None
        return {name: one for name, one in details.items() if one is not None}

    def _get(
        self, row: RegisterRow, said: str, read: Callable[[str], Found | None]
    ) -> Found | None:
        try:
            return read(said)
        except FieldError as error:
            self._fault(row.spot, str(error), "correct the field")
            return None

    def _read(self, row: RegisterRow, read: Callable[[RegisterRow], Found]) -> Found | None:
        try:
            return read(row)
        except FieldError as error:
            self._fault(row.spot, str(error), "correct the field")
            return None

    def _kind(self, row: RegisterRow) -> str:
        if self.keys.kind:
            return self.keys.kind
        said = field.fill(self.columns.kind, row.fields)
        kind = field.word(said, self.keys.values.get("kind", {}), sorted(self.around.kinds))
        if not kind:
            msg = "it has no kind"
            raise FieldError(msg)
        return kind

    def _shape(self, row: RegisterRow) -> BaseGeometry:
        shape = row.shape
        if shape is None:
            shape = self._point(row)
        lon, lat = shapely.get_coordinates(shapely.centroid(shape))[0]
        if not self.around.plan.holds(lon, lat):
            swapped = self.around.plan.holds(lat, lon)
            hint = "; the two coordinates are the wrong way round" if swapped else ""
            msg = f"it lies at {lon:.4f}, {lat:.4f}, far from the city{hint}"
            raise FieldError(msg)
        return shape

    def _point(self, row: RegisterRow) -> BaseGeometry:
        columns = self.columns
        names = (columns.lon, columns.lat) if columns.lon else (columns.x, columns.y)
        first, second = (field.number(field.fill(name, row.fields)) for name in names)
        if first is None or second is None:
            msg = "it has no coordinates"
            raise FieldError(msg)
        if not columns.lon:
            first, second = self.to_lonlat.transform(first, second)
        return shapely.Point(first, second)

    def _fault(self, spot: str, problem: str, cure: str) -> None:
        self.faults += 1
        if self.faults <= MENTIONED:
            self.findings.fault(self.file, spot, problem, cure)
