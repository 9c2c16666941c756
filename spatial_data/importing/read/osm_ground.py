"""Finds water, green, railways, the sea and buildings among the objects of an extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.lib.digits import to_ascii
from spatial_data.importing.layers import BuildingRow, GroundRow
from spatial_data.importing.read.osm_shapes import polygonal, polygons, way_line
from spatial_data.sources import osm_ground as rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.read.osm_file import OsmExtract, Tags

    TagPairs = Sequence[tuple[str, str]]

GROUND_KEYS = frozenset(key for pairs in rules.GROUND_AREAS.values() for key, _ in pairs)
# How far to the right of the coastline the sea is looked for, in metres.
BESIDE_M = 2.0
# Along how much of a coast its direction is taken, in metres, where an extract cuts it short.
RUN_ON_M = 1000.0


def read_ground(
    extract: OsmExtract, frame: BaseGeometry, languages: Sequence[str], plan: GroundPlan
) -> list[GroundRow]:
    """Return what of the ground lies in `frame`, a polygon in longitude and latitude."""
    rows = _areas(extract, languages, plan) + _lines(extract, languages)
    shapely.prepare(frame)
    shapes = np.array([row.shape for row in rows], object)
    inside = shapely.intersects(frame, shapes)
    kept = [row for row, is_inside in zip(rows, inside, strict=True) if is_inside]
    return [*kept, *_sea(extract, frame, plan)]


def _areas(extract: OsmExtract, languages: Sequence[str], plan: GroundPlan) -> list[GroundRow]:
    found = []
    for record, tags, shape in polygons(extract, GROUND_KEYS):
        kind = _kind(tags, rules.GROUND_AREAS)
        if kind:
            found.append(GroundRow(f"{kind}:{record}", kind, names(tags, languages), shape))
    area = shapely.area(plan.metres(np.array([row.shape for row in found], object)))
    return [row for row, m2 in zip(found, area, strict=True) if m2 >= rules.SMALLEST_AREA_M2]


def _lines(extract: OsmExtract, languages: Sequence[str]) -> list[GroundRow]:
    found = []
    for number, way in extract.ways.items():
        kind = _kind(way.tags, rules.GROUND_LINES)
        line = way_line(extract, way) if kind and way.tags.get("tunnel", "no") == "no" else None
        if line is not None:
            names_of = names(way.tags, languages)
            found.append(GroundRow(f"{kind}:way/{number}", kind, names_of, line))
    return found


def _kind(tags: Tags, rule: Mapping[str, TagPairs]) -> str:
    return next(
        (kind for kind, pairs in rule.items() if any(tags.get(k) == v for k, v in pairs)), ""
    )


def names(tags: Tags, languages: Sequence[str]) -> dict[str, str]:
    """Return the names in the city's languages; ``name`` is in the first of them."""
    found = {one: tags[f"name:{one}"] for one in languages if tags.get(f"name:{one}")}
    if tags.get("name"):
        found.setdefault(languages[0], tags["name"])
    return found


def _sea(extract: OsmExtract, frame: BaseGeometry, plan: GroundPlan) -> list[GroundRow]:
    """Close the coastline against the frame: the sea is on its right."""
    key, value = rules.COASTLINE
    coast = [
        line
        for way in extract.ways.values()
        if way.tags.get(key) == value and (line := way_line(extract, way)) is not None
    ]
    if not coast:
        return []
    coast_m = plan.metres(np.array(coast, object))
    frame_m = plan.metres(np.array([shapely.box(*frame.bounds)], object))[0]
    edges = shapely.unary_union([*coast_m, *_run_on(coast_m, frame_m), frame_m.exterior])
    faces = [
        face for face in shapely.get_parts(shapely.polygonize([edges])) if frame_m.intersects(face)
    ]
    # Both sides are asked: two metres beside a narrow mole may be the wrong one.
    wet, dry = (shapely.STRtree(_points_beside(coast_m, side)) for side in (1.0, -1.0))
    is_sea = [
        len(wet.query(face, predicate="contains")) > len(dry.query(face, predicate="contains"))
        for face in faces
    ]
    sea = shapely.union_all(
        [face for face, wet_face in zip(faces, is_sea, strict=True) if wet_face]
    )
    shape = polygonal(plan.degrees(np.array([shapely.intersection(sea, frame_m)], object))[0])
    return [] if shape is None else [GroundRow("sea:coastline", "sea", {}, shape)]


def _run_on(coast_m: NDArray[np.object_], frame_m: BaseGeometry) -> list[BaseGeometry]:
    """Run a coast that an extract cuts short inside the frame on to it, the way it was going."""
    far = 2 * frame_m.length
    found: list[BaseGeometry] = []
    for line in shapely.get_parts(shapely.line_merge(shapely.union_all(coast_m))):
        for end, inner in ((0.0, RUN_ON_M), (line.length, max(line.length - RUN_ON_M, 0.0))):
            at, before = line.interpolate(end), line.interpolate(min(inner, line.length))
            if line.is_closed or not frame_m.contains(at) or at.distance(before) == 0:
                continue
            step = far / before.distance(at)
            on = (at.x + (at.x - before.x) * step, at.y + (at.y - before.y) * step)
            found.append(shapely.LineString([at.coords[0], on]))
    return found


def _points_beside(coast_m: NDArray[np.object_], side: float) -> NDArray[np.object_]:
    """Return points a little beside every stretch of coast: to its right, or with -1 its left."""
    points = []
    for line in coast_m:
        xy = shapely.get_coordinates(line)
        step = np.diff(xy, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        right = np.column_stack([step[:, 1], -step[:, 0]])[length > 0]
        middle = ((xy[:-1] + xy[1:]) / 2)[length > 0]
        points.append(middle + side * BESIDE_M * right / length[length > 0, None])
    return np.asarray(shapely.points(np.concatenate(points)), object)


def read_buildings(extract: OsmExtract, frame: BaseGeometry, plan: GroundPlan) -> list[BuildingRow]:
    """Return the buildings in `frame`, one row a polygon, floors and use where tags say them."""
    found = [
        (f"{record}.{nth}" if nth else record, tags, part)
        for record, tags, shape in polygons(extract, frozenset({"building"}))
        if tags["building"] not in rules.NOT_A_BUILDING | rules.EMPTY_BUILDINGS
        for nth, part in enumerate(shapely.get_parts(shape))
    ]
    if not found:
        return []
    shapes = np.array([part for _, _, part in found], object)
    shapely.prepare(frame)
    inside = shapely.intersects(frame, shapes)
    area = shapely.area(plan.metres(shapes))
    return [
        BuildingRow(code, part, float(m2), _levels(tags), _is_residential(tags["building"]))
        for (code, tags, part), m2, is_inside in zip(found, area, inside, strict=True)
        if is_inside and m2 > 0
    ]


def _levels(tags: Tags) -> int | None:
    for key in rules.LEVEL_KEYS:
        try:
            levels = round(float(to_ascii(tags.get(key, ""))))
        except ValueError:
            continue
        if 0 < levels <= rules.MOST_LEVELS:
            return levels
    return None


def _is_residential(use: str) -> bool | None:
    if use in rules.UNSAID_BUILDINGS:
        return None
    return use in rules.RESIDENTIAL_BUILDINGS
