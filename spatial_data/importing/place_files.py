"""Reads every file of places that a folder names, and hangs catchments on their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from spatial_data.importing.read import fields as field
from spatial_data.importing.read.apart import read_apart
from spatial_data.importing.read.osm_places import read_places
from spatial_data.importing.read.osm_shapes import polygonal
from spatial_data.importing.read.table_file import read_table
from spatial_data.importing.read.unreadable import UnreadableError
from spatial_data.importing.validate.polygons import check_whereabouts
from spatial_data.importing.validate.registers import RegisterReader, RegisterRow, Surroundings
from spatial_data.sources.kinds import KINDS

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from atlas.lib.dates import Calendar
    from spatial_data.importing.city_build import CityBuild
    from spatial_data.importing.city_schema import PlacesKeys
    from spatial_data.importing.layers import PlaceRow


class PlaceFiles:
    """Reads the files of places of one city."""

    def __init__(self, build: CityBuild, frame: BaseGeometry) -> None:
        self.build = build
        self.frame = frame
        shapely.prepare(frame)
        kinds = frozenset({*KINDS, *(kind.code for kind in build.keys.kinds)})
        calendar: Calendar = "jalali" if build.keys.city.calendar == "jalali" else "gregorian"
        self.around = Surroundings(build.plan, calendar, kinds)

    def read(self) -> list[tuple[PlacesKeys, list[PlaceRow]]]:
        """Return the rows of every file, with the keys that declare it."""
        files = []
        for keys in self.build.keys.places:
            try:
                rows = self._osm(keys) if keys.format == "osm" else self._register(keys)
            except UnreadableError as error:
                self.build.findings.fault(keys.path, "", error.problem, error.cure)
                continue
            files.append((keys, self._near(keys, rows)))
        return files

    def _near(self, keys: PlacesKeys, rows: list[PlaceRow]) -> list[PlaceRow]:
        if not rows:
            return rows
        inside = shapely.intersects(self.frame, np.array([row.point for row in rows], object))
        left = int((~inside).sum())
        if left:
            said = f"{left} places lie beyond the city's margin and were left out"
            self.build.findings.note(keys.path, "", said)
        return [row for row, is_inside in zip(rows, inside, strict=True) if is_inside]

    def _osm(self, keys: PlacesKeys) -> list[PlaceRow]:
        extract = self.build.extract(keys.path)
        if extract is None:
            return []
        languages = self.build.keys.city.languages
        rows, shut = read_places(extract, keys.path, keys.source, languages, keys.kinds)
        for kind, times in sorted(shut.items()):
            said = f"{times} × {kind} not open to all (access=private …): left out"
            self.build.findings.note(keys.path, "", said)
        return rows

    def _register(self, keys: PlacesKeys) -> list[PlaceRow]:
        reader = RegisterReader(keys, self.around, self.build.findings)
        if keys.format == "vector":
            rows = self._vector_rows(keys)
        else:
            rows = self._table_rows(keys.path, keys.layer, keys.encoding)
        units = keys.units
        unit_rows = None
        if units is not None and (units.path or units.layer):
            path = units.path or keys.path
            unit_rows = self._table_rows(path, units.layer, units.encoding or keys.encoding)
        return reader.places(rows, unit_rows)

    def _table_rows(self, written: str, layer: str, encoding: str) -> list[RegisterRow]:
        table = read_table(self.build.city.path(written), sheet=layer, encoding=encoding)
        return [RegisterRow(f"row {row.number}", row.fields) for row in table.rows]

    def _vector_rows(self, keys: PlacesKeys) -> list[RegisterRow]:
        shapes = read_apart(self.build.city.path(keys.path), keys)
        name, findings = keys.path, self.build.findings
        if not len(shapes):
            raise UnreadableError(problem="no feature is in it", cure="export it again")
        if not check_whereabouts(shapes.shape, name, self.build.plan, findings):
            return []
        rows = []
        for number in range(len(shapes)):
            spot = f"feature {number + 1}"
            shape = place_shape(shapes.shape[number])
            if shape is None:
                findings.fault(name, spot, "it is neither a point nor an area", "draw it again")
            else:
                fields = {key: field.text(one) for key, one in shapes.row(number).items()}
                rows.append(RegisterRow(spot, fields, shape))
        return rows


def place_shape(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return the point or the sound multipolygon of a place; None for anything else."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type == "Point":
        return shape
    if isinstance(shape, shapely.MultiPoint):
        return shape.geoms[0]
    return polygonal(shape)
