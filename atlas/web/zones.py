"""The zones of a tier and the places in them, as an edition's files tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atlas.web.edition import Edition, Names

# The small map on a zone's page is this many units wide.
MAP_WIDTH = 260


@dataclass(frozen=True, slots=True)
class Zone:
    """
    One reporting area; `rings` hold (longitude, latitude).

    The zone of children whom no area holds has no rings: it stands in tables, never on a map.
    """

    code: str
    names: Names
    parent: str | None
    rings: tuple[tuple[tuple[float, float], ...], ...]

    @property
    def is_drawn(self) -> bool:
        """Whether the zone has a place on the map."""
        return bool(self.rings)


@dataclass(frozen=True, slots=True)
class Place:
    """One place children use, as the edition lists it."""

    code: str
    kind: str
    names: Names
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SmallMap:
    """Outlines of all zones of a tier and of one of them, as SVG path data."""

    width: int
    height: int
    others: str
    own: str


@lru_cache(maxsize=32)
def zones_of(edition: Edition, tier: str) -> dict[str, Zone]:
    """Return the zones of a tier by their codes, in the edition's order."""
    features = edition.read(f"zones/{tier}")["features"]
    return {f["properties"]["code"]: _zone(f) for f in features}


def find_zone(edition: Edition, code: str) -> tuple[str, Zone] | None:
    """Return the tier and the zone of that code; codes are unique across tiers."""
    for tier in edition.tiers:
        zone = zones_of(edition, tier.code).get(code)
        if zone is not None:
            return tier.code, zone
    return None


def parent_of(edition: Edition, zone: Zone) -> Zone | None:
    """Return the zone that holds this one."""
    found = find_zone(edition, zone.parent) if zone.parent else None
    return found[1] if found else None


@lru_cache(maxsize=32)
def places_by_zone(edition: Edition, tier: str) -> dict[str, tuple[Place, ...]]:
    """Return the places inside each zone of a tier; those in no zone of it are left out."""
    if not edition.has("places"):
        return {}
    columns = edition.read("places")["columns"]
    found: dict[str, list[Place]] = {}
    for code, place in zip(columns["zones"][tier], _places(columns), strict=True):
        if code is not None:
            found.setdefault(code, []).append(place)
    return {code: tuple(places) for code, places in found.items()}


def small_map(edition: Edition, tier: str, code: str) -> SmallMap:
    """Return the outlines that show where a zone lies in its city."""
    west, south, east, north = edition.bounds
    narrow = cos(radians((south + north) / 2))
    scale = MAP_WIDTH / ((east - west) * narrow)

    def path(zone: Zone) -> str:
        rings = (
            _steps([(round((x - west) * narrow * scale), round((north - y) * scale)) for x, y in r])
            for r in zone.rings
        )
        return "".join(rings)

    zones = zones_of(edition, tier)
    return SmallMap(
        width=MAP_WIDTH,
        height=round((north - south) * scale),
        others="".join(path(z) for c, z in zones.items() if c != code),
        own=path(zones[code]),
    )


def _steps(points: list[tuple[int, int]]) -> str:
    kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"


def _zone(feature: dict[str, Any]) -> Zone:
    own, shape = feature["properties"], feature["geometry"]
    if shape is None:  # the unassigned zone has children and no place on the map
        return Zone(own["code"], own["names"], own["parent"], ())
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    rings = tuple(tuple((p[0], p[1]) for p in ring) for polygon in polygons for ring in polygon)
    return Zone(own["code"], own["names"], own["parent"], rings)


def _places(columns: dict[str, list[Any]]) -> list[Place]:
    rows = zip(*(columns[name] for name in ("code", "kind", "name", "lon", "lat")), strict=True)
    return [Place(*row) for row in rows]
