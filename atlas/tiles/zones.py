"""The outlines of zones, simplified together so that neighbours keep one border."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import shapely
from django.contrib.gis.db.models.functions import Transform
from pyproj import Transformer

from atlas.lib import geojson
from spatial_data.models import ZoneVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from spatial_data.models import LayerVersion

# Triangles smaller than this squared are smoothed away: 275 sections of Las Palmas come to 45 kB.
SIMPLIFY_M = 15.0
# A coarser zone is drawn from its parts where they cover it but for this share.
SAME_GROUND = 0.005
LABEL_PRECISION_M = 10.0
GRID_DEGREES = 1e-5


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """A zone with its outline in metres; None for the visible “unassigned” zone."""

    code: str
    names: dict[str, str]
    tier: str
    parent: str | None
    outline: BaseGeometry | None


def drawn_zones(version: LayerVersion) -> dict[str, list[DrawnZone]]:
    """Return the zones of each tier, simplified, by tier code."""
    by_tier = {tier: list(zones) for tier, zones in groupby(_zones(version), lambda z: z.tier)}
    drawn: dict[str, list[DrawnZone]] = {}
    finer: list[DrawnZone] = []
    for tier, zones in by_tier.items():
        drawn[tier] = finer = _from_parts(zones, finer) or _simplified(zones)
    return drawn


def feature_collection(zones: Iterable[DrawnZone], srid: int) -> dict[str, Any]:
    """Return the zones as GeoJSON, each with the point where its name fits best."""
    to_degrees = Transformer.from_crs(srid, 4326, always_xy=True)
    return geojson.collection(_feature(zone, to_degrees) for zone in zones)


def bounds(version: LayerVersion) -> list[float]:
    """Return west, south, east and north of all zones, in degrees."""
    outlines = ZoneVersion.objects.filter(layer_version=version).values_list("outline", flat=True)
    boxes = [outline.extent for outline in outlines if outline is not None]
    west, south, east, north = zip(*boxes, strict=True)
    return [round(edge, 5) for edge in (min(west), min(south), max(east), max(north))]


def _zones(version: LayerVersion) -> list[DrawnZone]:
    """Return the zones as loaded, tree by tree, the finest tier first, by code."""
    rows = (
        ZoneVersion.objects.filter(layer_version=version)
        .annotate(in_metres=Transform("outline", version.city.srid))
        .select_related("zone", "tier", "parent")
    )
    in_order = sorted(rows, key=lambda r: (r.tier.tree, -r.tier.depth, r.zone.code))
    return [
        DrawnZone(
            code=row.zone.code,
            names=row.names,
            tier=row.tier.code,
            parent=row.parent.code if row.parent else None,
            outline=shapely.from_wkb(bytes(row.in_metres.wkb)) if row.in_metres else None,
        )
        for row in in_order
    ]


def _simplified(zones: Sequence[DrawnZone]) -> list[DrawnZone]:
    loaded = {zone.code: zone.outline for zone in zones if zone.outline is not None}
    shapes = shapely.coverage_simplify(list(loaded.values()), SIMPLIFY_M)
    by_code = dict(zip(loaded, shapes, strict=True))
    return [
        replace(zone, outline=_or_as_loaded(by_code.get(zone.code), zone.outline)) for zone in zones
    ]


def _from_parts(zones: Sequence[DrawnZone], parts: Sequence[DrawnZone]) -> list[DrawnZone] | None:
    """Return the zones drawn from their parts, None unless every one is covered by its own."""
    drawn = []
    for zone in zones:
        own = [p.outline for p in parts if p.parent == zone.code and p.outline is not None]
        if zone.outline is None:
            drawn.append(zone)
            continue
        union = shapely.union_all(own)
        differs = shapely.symmetric_difference(union, zone.outline).area
        if differs > SAME_GROUND * zone.outline.area:
            return None
        drawn.append(replace(zone, outline=polygonal(union)))
    return drawn


def _or_as_loaded(shape: BaseGeometry | None, loaded: BaseGeometry | None) -> BaseGeometry | None:
    """Return the simplified shape, or the loaded one where simplifying left nothing."""
    return loaded if shape is None or shape.is_empty else polygonal(shape)


def polygonal(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of `shape`; lines and points left by a repair are dropped."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = [polygonal(part) for part in getattr(shape, "geoms", ())]
    return shapely.union_all([part for part in parts if not part.is_empty])


def _feature(zone: DrawnZone, to_degrees: Transformer) -> dict[str, object]:
    properties: dict[str, object] = {
        "code": zone.code,
        "names": zone.names,
        "parent": zone.parent,
        "point": None,
    }
    if zone.outline is None:
        return geojson.feature(None, properties)
    x, y = to_degrees.transform(*_label_point(zone.outline))
    properties["point"] = [round(x, geojson.DECIMALS), round(y, geojson.DECIMALS)]
    return geojson.feature(_in_degrees(zone.outline, to_degrees).__geo_interface__, properties)


def _label_point(outline: BaseGeometry) -> tuple[float, float]:
    """Return the middle of the widest circle in the largest part."""
    largest = max(getattr(outline, "geoms", [outline]), key=lambda part: part.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=LABEL_PRECISION_M)
    x, y = radius.coords[0]
    return x, y


def _in_degrees(outline: BaseGeometry, to_degrees: Transformer) -> BaseGeometry:
    """Return the outline on the grid of five decimals, where neighbours round to the same point."""
    # The published types know only the interleaved form.
    shape = shapely.transform(outline, to_degrees.transform, interleaved=False)  # type: ignore[arg-type]
    on_grid = shapely.remove_repeated_points(
        shapely.set_precision(shape, GRID_DEGREES, mode="pointwise")
    )
    if on_grid.is_valid and not on_grid.is_empty:
        return on_grid
    repaired = polygonal(shapely.make_valid(on_grid))
    return shape if repaired.is_empty else repaired
