"""Streets of an OSM extract as pieces, read directly: the bench needs nothing else of a city."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import osmium
from pyproj import Geod, Transformer

from atlas.engine.streets import BARRIER, CROSSING, PAVEMENT, RESIDENTIAL, STEPS, StreetPieces

if TYPE_CHECKING:
    from pathlib import Path

    from atlas.engine.types import Float64

CLASSES = (
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "pedestrian",
    "footway",
    "path",
    "steps",
    "track",
    "cycleway",
    "primary_link",
    "secondary_link",
    "tertiary_link",
    "trunk",
    "trunk_link",
    "road",
    "corridor",
    "bridleway",
)


class _Streets(osmium.SimpleHandler):
    """Collects walkable ways and the marks on their nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.ways: list[tuple[int, int, int, int, list[int]]] = []
        self.places: dict[int, tuple[float, float]] = {}
        self.marks: dict[int, int] = {}

    def node(self, node: osmium.osm.Node) -> None:
        tags = node.tags
        if "barrier" in tags:
            self.marks[node.id] = BARRIER
        elif tags.get("highway") == "crossing":
            self.marks[node.id] = CROSSING

    def way(self, way: osmium.osm.Way) -> None:
        kind = way.tags.get("highway")
        if kind not in CLASSES or way.tags.get("foot") == "no" or way.tags.get("area") == "yes":
            return
        nodes = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(nodes) < 2:
            return
        self.places.update({ref: (lon, lat) for ref, lon, lat in nodes})
        speed = way.tags.get("maxspeed") or ""
        features = (PAVEMENT if "sidewalk" in way.tags else 0) | (STEPS if kind == "steps" else 0)
        features |= RESIDENTIAL if kind in {"residential", "living_street"} else 0
        self.ways.append(
            (
                way.id,
                CLASSES.index(kind),
                int(speed) if speed.isdigit() else 0,
                features,
                [ref for ref, _, _ in nodes],
            )
        )


def read_streets(path: Path, srid: int, *, first_way: int = 0) -> StreetPieces:
    """Return the walkable streets of `path` in metres of `srid`, split where ways meet."""
    handler = _Streets()
    handler.apply_file(str(path), locations=True)
    met = Counter(ref for *_, refs in handler.ways for ref in refs)
    ids = np.array(sorted(handler.places), dtype=np.int64)
    lonlat = np.array([handler.places[ref] for ref in ids.tolist()])
    to_metres = Transformer.from_crs(4326, srid, always_xy=True)
    xy = np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))
    code: list[str] = []
    columns: list[tuple[int, int, int]] = []
    runs: list[list[int]] = []
    for way, kind, speed, features, refs in handler.ways:
        low = 0
        for at in range(1, len(refs)):
            if at == len(refs) - 1 or met[refs[at]] > 1 or refs[at] in handler.marks:
                code.append(f"way/{first_way + way}:{len(runs)}")
                columns.append((kind, speed, features))
                runs.append(refs[low : at + 1])
                low = at
    rows = np.searchsorted(ids, np.array([ref for run in runs for ref in run], dtype=np.int64))
    offset = np.concatenate(([0], np.cumsum([len(run) for run in runs]))).astype(np.int64)
    facts = np.array(columns, dtype=np.int64)
    ends = np.unique(np.array([[run[0], run[-1]] for run in runs], dtype=np.int64))
    end_rows = np.searchsorted(ids, ends)
    return StreetPieces(
        code=np.array(code),
        start_node=np.array([run[0] for run in runs], dtype=np.int64),
        end_node=np.array([run[-1] for run in runs], dtype=np.int64),
        length_um=_geodesic_um(lonlat[rows], offset),
        street_class=facts[:, 0].astype(np.int16),
        speed_kmh=facts[:, 1].astype(np.int16),
        features=facts[:, 2].astype(np.uint8),
        xy_m=xy[rows],
        offset=offset,
        node_id=ends,
        node_xy_m=xy[end_rows],
        node_mark=np.array([handler.marks.get(ref, 0) for ref in ends.tolist()], dtype=np.uint8),
    )


def _geodesic_um(lonlat: Float64, offset: np.ndarray) -> np.ndarray:
    """Return the length of each run of vertices on the WGS 84 ellipsoid."""
    geod = Geod(ellps="WGS84")
    _, _, metres = geod.inv(lonlat[:-1, 0], lonlat[:-1, 1], lonlat[1:, 0], lonlat[1:, 1])
    um = np.rint(np.asarray(metres) * 1e6).astype(np.int64)
    um[offset[1:-1] - 1] = 0
    return np.add.reduceat(um, offset[:-1])
