"""Draws polygons and lines from the ways and multipolygons of an OpenStreetMap extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

    from spatial_data.importing.read.osm_file import OsmArea, OsmExtract, OsmWay, Tags

CORNERS_OF_A_RING = 4
AREA_KEYS = frozenset({"leisure", "amenity", "building", "landuse", "natural", "healthcare"})


def way_line(extract: OsmExtract, way: OsmWay) -> shapely.LineString | None:
    """Return a way as a line; None if fewer than two of its nodes are in the file."""
    lonlat = extract.coordinates(way.nodes)
    lonlat = lonlat[~np.isnan(lonlat[:, 0])]
    return shapely.LineString(lonlat) if len(lonlat) > 1 else None


def way_polygon(extract: OsmExtract, way: OsmWay) -> BaseGeometry | None:
    """Return a closed way as a polygon; None if it is open or not whole in the file."""
    if len(way.nodes) < CORNERS_OF_A_RING or way.nodes[0] != way.nodes[-1]:
        return None
    lonlat = extract.coordinates(way.nodes)
    if np.isnan(lonlat).any():
        return None
    return polygonal(shapely.Polygon(lonlat))


def area_polygon(extract: OsmExtract, area: OsmArea) -> BaseGeometry | None:
    """Return a multipolygon; None if its outer ring cannot be closed from the file."""
    outer = _rings(extract, area.outer)
    if outer is None:
        return None
    inner = _rings(extract, area.inner)
    return polygonal(outer if inner is None else shapely.difference(outer, inner))


def polygonal(shape: BaseGeometry) -> shapely.MultiPolygon | None:
    """Return the polygonal part of `shape`, made valid; None if there is none."""
    if not shapely.is_valid(shape):
        shape = shapely.make_valid(shape)
    parts = [part for part in _polygons_of(shape) if part.area > 0]
    return shapely.MultiPolygon(parts) if parts else None


def _polygons_of(shape: BaseGeometry) -> list[shapely.Polygon]:
    if isinstance(shape, shapely.Polygon):
        return [shape]
    return [part for one in getattr(shape, "geoms", ()) for part in _polygons_of(one)]


def _rings(extract: OsmExtract, ways: Iterable[int]) -> BaseGeometry | None:
    known = [extract.ways[ref] for ref in ways if ref in extract.ways]
    lines = [line for way in known if (line := way_line(extract, way)) is not None]
    if not lines:
        return None
    polygons = shapely.get_parts(shapely.polygonize(lines))
    return shapely.union_all(polygons) if len(polygons) else None


def polygons(extract: OsmExtract, keys: frozenset[str]) -> list[tuple[str, Tags, BaseGeometry]]:
    """Return every closed way and multipolygon with one of `keys`: its record id, tags, shape."""
    found = []
    for number, way in extract.ways.items():
        if keys & way.tags.keys() and way.tags.get("area") != "no":
            shape = way_polygon(extract, way)
            if shape is not None:
                found.append((f"way/{number}", way.tags, shape))
    for number, area in extract.areas.items():
        if keys & area.tags.keys():
            shape = area_polygon(extract, area)
            if shape is not None:
                found.append((f"relation/{number}", area.tags, shape))
    return found
