"""Turns a city folder into layers: every file read, judged and merged, all faults gathered."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely

from spatial_data.ground_plan import GroundPlan
from spatial_data.importing.layers import CityLayers, KnownPlaces
from spatial_data.importing.merge.areas import settle_areas
from spatial_data.importing.merge.catchments import hang_catchments
from spatial_data.importing.merge.corrections import lay_over
from spatial_data.importing.merge.entrances import find_entrances
from spatial_data.importing.merge.identity import give_codes
from spatial_data.importing.merge.same_place import merge_places
from spatial_data.importing.place_files import PlaceFiles
from spatial_data.importing.read.apart import read_apart
from spatial_data.importing.read.osm_file import OsmExtract, read_osm
from spatial_data.importing.read.osm_ground import read_buildings, read_ground
from spatial_data.importing.read.streets import Streets, read_streets
from spatial_data.importing.read.table_file import read_table
from spatial_data.importing.read.unreadable import UnreadableError
from spatial_data.importing.validate import zones as zone_checks
from spatial_data.importing.validate.cells import cell_rows
from spatial_data.importing.validate.context import ContextReader
from spatial_data.importing.validate.counts import CountReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from spatial_data.importing.city_schema import CountsKeys
    from spatial_data.importing.city_toml import CityFolder
    from spatial_data.importing.context_schema import ContextKeys
    from spatial_data.importing.file_schema import FileKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.layers import CountRow, IndicatorRow, PlaceRow
    from spatial_data.importing.validate.zones import Polygons

Read = TypeVar("Read")
STEPS = ("zones", "cells", "counts", "context", "streets", "buildings and ground", "places")


class CityBuild:
    """Builds the layers of one folder, step by step."""

    def __init__(
        self, city: CityFolder, findings: Findings, known: KnownPlaces | None = None
    ) -> None:
        self.city = city
        self.known = known or KnownPlaces()
        self.keys = city.keys
        self.findings = findings
        self.plan = GroundPlan(city.keys.city.srid)
        self.layers = CityLayers()
        # Streets, ground and places usually stand in one file.
        self.extract: Callable[[str], OsmExtract | None] = lru_cache(maxsize=4)(self._extract)

    def run(self, step: str) -> None:
        """Take one of STEPS; they build on each other in order."""
        steps = {
            "zones": self._zones,
            "cells": self._cells,
            "counts": self._counts,
            "context": self._context,
            "streets": self._streets,
            "buildings and ground": self._ground,
            "places": self._places,
        }
        steps[step]()

    def _try(self, keys: FileKeys, read: Callable[[], Read]) -> Read | None:
        """Return what `read` gives; None, with the fault noted, if the file cannot be read."""
        try:
            return read()
        except UnreadableError as error:
            self.findings.fault(keys.path, "", error.problem, error.cure)
            return None

    def _polygons(self, keys: FileKeys) -> Polygons | None:
        shapes = self._try(keys, lambda: read_apart(self.city.path(keys.path), keys))
        if shapes is None:
            return None
        return zone_checks.sound_polygons(shapes, keys, self.plan, self.findings)

    def _zones(self) -> None:
        layers, findings = self.layers, self.findings
        layers.tiers = zone_checks.tier_rows(self.keys)
        files = {tier.code: tier.file.path for tier in self.keys.tiers}
        for tier in self.keys.tiers:
            polygons = self._polygons(tier.file)
            if polygons is not None:
                rows = zone_checks.zone_rows(tier, polygons, self.plan, findings)
                layers.zones += rows
        zone_checks.check_codes(layers.zones, files, findings)
        if not findings.faults:
            zone_checks.link_parents(layers.tiers, layers.zones, self.plan, findings)
        layers.boundary = self._boundary()
        layers.zones += zone_checks.unassigned_zones(layers.tiers)

    def _boundary(self) -> BaseGeometry | None:
        if self.keys.boundary is not None:
            polygons = self._polygons(self.keys.boundary)
            shapes = [] if polygons is None else [one for one in polygons.shape if one is not None]
        else:
            top = next(tier.code for tier in self.layers.tiers if tier.tree == "main")
            rows = [zone for zone in self.layers.zones if zone.tier == top]
            shapes = [row.shape for row in rows if row.shape is not None]
        return shapely.union_all(shapes) if shapes else None

    def _cells(self) -> None:
        keys = self.keys.cells
        polygons = self._polygons(keys)
        if polygons is not None:
            boundary = self.layers.boundary
            self.layers.cells = cell_rows(keys, polygons, boundary, self.plan, self.findings)

    def _counts(self) -> None:
        codes = {tier.code: set[str]() for tier in self.layers.tiers}
        for zone in self.layers.zones:
            codes[zone.tier].add(zone.code)
        codes["cell"] = {cell.code for cell in self.layers.cells}
        if not self.layers.cells:
            return
        for name in ("counts", "shares", "controls"):
            for keys in getattr(self.keys, name):
                self.layers.counts += self._table_counts(name, keys, codes)

    def _table_counts(
        self, name: str, keys: CountsKeys, codes: Mapping[str, set[str]]
    ) -> list[CountRow]:
        path = self.city.path(keys.path)
        table = self._try(keys, lambda: read_table(path, sheet=keys.layer, encoding=keys.encoding))
        if table is None:
            return []
        day = keys.reference_date or self._source_date(keys.source)
        return CountReader(name, keys, codes, self.findings).rows(table, day)

    def _context(self) -> None:
        for keys in self.keys.context:
            zones = [zone for zone in self.layers.zones if zone.tier == keys.level]
            codes = {zone.code for zone in zones if zone.shape is not None}
            if codes:
                self.layers.context += self._table_context(keys, codes)

    def _table_context(self, keys: ContextKeys, codes: set[str]) -> list[IndicatorRow]:
        path = self.city.path(keys.path)
        table = self._try(keys, lambda: read_table(path, sheet=keys.layer, encoding=keys.encoding))
        if table is None:
            return []
        day = keys.reference_date or self._source_date(keys.source)
        return ContextReader(keys, codes, self.findings).rows(table, day)

    def _source_date(self, key: str) -> date:
        return next(one.reference_date for one in self.keys.sources if one.key == key)

    def _extract(self, written: str) -> OsmExtract | None:
        try:
            return read_osm(self.city.path(written), self.findings, written)
        except UnreadableError as error:
            self.findings.fault(written, "", error.problem, error.cure)
            return None

    def frame(self) -> BaseGeometry | None:
        """Return the city with its margin, in longitude and latitude."""
        if self.layers.boundary is None:
            return None
        metres = self.plan.metres(np.array([self.layers.boundary], object))
        wide = shapely.buffer(metres, self.keys.city.margin_m, quad_segs=4)
        found: BaseGeometry = self.plan.degrees(wide)[0]
        return found

    def _streets(self) -> None:
        file, frame = self.keys.streets.path, self.frame()
        extract = self.extract(file)
        if extract is None or frame is None:
            return
        streets = read_streets(extract)
        shapely.prepare(frame)
        near = streets.keep(shapely.intersects(frame, streets.line))
        if not len(streets):
            self.findings.fault(file, "", "no street one may walk is in it", "fetch it again")
        elif not len(near):
            cure = "fetch the extract of this city"
            self.findings.fault(file, "", "none of its streets lies near the city", cure)
        self._note_streets(file, streets, near)
        self.layers.streets = near

    def _note_streets(self, file: str, streets: Streets, near: Streets) -> None:
        if streets.broken_ways:
            said = f"{streets.broken_ways} ways have nodes that the file lacks; they were cut there"
            self.findings.note(file, "", said)
        if len(near) < len(streets):
            left = len(streets) - len(near)
            margin = self.keys.city.margin_m
            said = (
                f"{left} street pieces lie more than {margin} m beyond the city and were left out"
            )
            self.findings.note(file, "", said)

    def _ground(self) -> None:
        frame = self.frame()
        if self.keys.basemap is None or frame is None:
            return
        extract = self.extract(self.keys.basemap.path)
        if extract is not None:
            languages = self.keys.city.languages
            self.layers.buildings = read_buildings(extract, frame, self.plan)
            self.layers.ground = read_ground(extract, frame, languages, self.plan)

    def _places(self) -> None:
        frame = self.frame()
        if frame is None:
            return
        files = PlaceFiles(self, frame).read()
        stored = self.known.matches
        rows, complete = merge_places(files, stored, self.plan, self.findings)
        self.layers.places, self.layers.complete_kinds = rows, complete
        give_codes(rows, self.known, self.plan)
        lay_over(rows, self.known.corrections, self.findings)
        self._catchments(rows)
        settle_areas(rows, self.plan)
        if self.layers.streets is not None:
            find_entrances(rows, self.layers.streets, self.plan)

    def _catchments(self, rows: list[PlaceRow]) -> None:
        for keys in self.keys.catchments:
            polygons = self._polygons(keys)
            if polygons is not None:
                hang_catchments(keys, polygons, rows, self.findings)
