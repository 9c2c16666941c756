"""Opens an OpenStreetMap file and hands over the objects that one asks for, sorted by id."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium

from spatial_data.importing.read.unreadable import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from spatial_data.importing.findings import Findings

Tags = dict[str, str]
WAY_KEYS = ("highway", "leisure", "amenity", "healthcare", "building", "natural", "landuse")
MORE_WAY_KEYS = ("waterway", "railway", "barrier", "social_facility", "public_transport")
ALL_WAY_KEYS = (*WAY_KEYS, *MORE_WAY_KEYS)


@dataclass(slots=True)
class OsmWay:
    """A way: its tags and the ids of its nodes in order."""

    tags: Tags
    nodes: NDArray[np.int64]
    changed: date | None = None


@dataclass(slots=True)
class OsmArea:
    """A multipolygon relation: its tags and the ids of its ways."""

    tags: Tags
    outer: tuple[int, ...]
    inner: tuple[int, ...]
    changed: date | None = None


@dataclass(slots=True)
class OsmNode:
    """A node that carries tags."""

    tags: Tags
    changed: date | None = None


@dataclass(slots=True)
class OsmExtract:
    """The objects of one file. Every mapping is in the order of ids, whatever the file's order."""

    nodes: dict[int, OsmNode] = field(default_factory=dict)
    ways: dict[int, OsmWay] = field(default_factory=dict)
    areas: dict[int, OsmArea] = field(default_factory=dict)
    node_id: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    lonlat: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))

    def coordinates(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return longitude and latitude of nodes; NaN where the file has none."""
        if not len(self.node_id):
            return np.full((len(ids), 2), np.nan)
        index = np.minimum(np.searchsorted(self.node_id, ids), len(self.node_id) - 1)
        found = self.lonlat[index]
        found[self.node_id[index] != ids] = np.nan
        return found

    def point(self, number: int) -> tuple[float, float] | None:
        """Return longitude and latitude of one node, None where the file has none."""
        lon, lat = self.coordinates(np.array([number], np.int64))[0]
        return None if np.isnan(lon) else (float(lon), float(lat))


def read_osm(path: Path, findings: Findings, called: str = "") -> OsmExtract:
    """
    Return what `path` holds of streets, places, ground and buildings.

    Findings name the file as it is `called` in city.toml.

    Raises
    ------
    UnreadableError
        If the file is cut short or no OpenStreetMap file.
    """
    _refuse_empty(path)
    try:
        return _read(path, findings, called or path.name)
    except (RuntimeError, OSError, EOFError, gzip.BadGzipFile) as error:
        problem = f"the OpenStreetMap file is cut short or damaged ({error})"
        raise UnreadableError(problem=problem, cure="fetch it again, whole") from error


def _refuse_empty(path: Path) -> None:
    if path.stat().st_size == 0:
        raise UnreadableError(problem="the file is empty", cure="fetch it again")


def _read(path: Path, findings: Findings, called: str) -> OsmExtract:
    extract = OsmExtract()
    is_sorted = _read_ways(path, extract)
    if not is_sorted:
        findings.note(called, "", "way ids are out of order; they were sorted on reading")
    _read_areas(path, extract)
    _read_member_ways(path, extract)
    _read_tagged_nodes(path, extract)
    _read_coordinates(path, extract)
    extract.ways = dict(sorted(extract.ways.items()))
    extract.areas = dict(sorted(extract.areas.items()))
    extract.nodes = dict(sorted(extract.nodes.items()))
    return extract


def _objects(
    path: Path,
    kinds: osmium.osm.osm_entity_bits,
    *filters: Any,  # noqa: ANN401 - pyosmium gives its filters no common type
) -> Iterable[Any]:
    processor = osmium.FileProcessor(str(path), kinds)
    for one in filters:
        processor = processor.with_filter(one)
    return processor


def _read_ways(path: Path, extract: OsmExtract) -> bool:
    last, is_sorted = 0, True
    wanted = osmium.filter.KeyFilter(*ALL_WAY_KEYS)
    for way in _objects(path, osmium.osm.WAY, wanted):
        is_sorted = is_sorted and way.id >= last
        last = way.id
        extract.ways[way.id] = _way(way)
    return is_sorted


def _way(way: osmium.osm.Way) -> OsmWay:
    nodes = np.fromiter((node.ref for node in way.nodes), np.int64)
    return OsmWay(dict(way.tags), nodes, _day(way))


def _day(one: osmium.osm.OSMObject[Any]) -> date | None:
    # An extract without metadata says 1970-01-01.
    return one.timestamp.date() if one.timestamp.year > 1970 else None  # noqa: PLR2004


def _read_areas(path: Path, extract: OsmExtract) -> None:
    wanted = osmium.filter.TagFilter(("type", "multipolygon"))
    for relation in _objects(path, osmium.osm.RELATION, wanted):
        tags = dict(relation.tags)
        if any(key in tags for key in ALL_WAY_KEYS):
            ways = [(member.ref, member.role) for member in relation.members if member.type == "w"]
            inner = tuple(ref for ref, role in ways if role == "inner")
            outer = tuple(ref for ref, role in ways if role != "inner")
            extract.areas[relation.id] = OsmArea(tags, outer, inner, _day(relation))


def _read_member_ways(path: Path, extract: OsmExtract) -> None:
    members = {ref for area in extract.areas.values() for ref in (*area.outer, *area.inner)}
    missing = members - extract.ways.keys()
    # pyosmium's own filter by id keeps a bit for every id there could be: more than a gigabyte.
    if missing:
        for way in _objects(path, osmium.osm.WAY):
            if way.id in missing:
                extract.ways[way.id] = _way(way)


def _read_tagged_nodes(path: Path, extract: OsmExtract) -> None:
    keys = ("highway", "barrier", "entrance", "crossing", "leisure", "amenity", "healthcare")
    wanted = osmium.filter.KeyFilter(*keys, "social_facility")
    for node in _objects(path, osmium.osm.NODE, wanted):
        extract.nodes[node.id] = OsmNode(dict(node.tags), _day(node))


def _read_coordinates(path: Path, extract: OsmExtract) -> None:
    used = [way.nodes for way in extract.ways.values()]
    tagged = np.fromiter(extract.nodes, np.int64, len(extract.nodes))
    wanted = np.unique(np.concatenate([*used, tagged])) if used or len(tagged) else tagged
    nodes = ((node.id, node.lon, node.lat) for node in _objects(path, osmium.osm.NODE))
    table = np.fromiter(nodes, [("id", np.int64), ("lon", np.float64), ("lat", np.float64)])
    table = table[np.isin(table["id"], wanted)]
    table = table[np.argsort(table["id"], kind="stable")]
    extract.node_id = table["id"].copy()
    extract.lonlat = np.column_stack([table["lon"], table["lat"]])
