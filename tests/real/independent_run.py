"""
Coverage of Las Palmas by other means: plain pyosmium, shapely and scipy, nothing of the project.

First as an independent run published it (`PUBLISHED`: from node to node, no legs), then by one
definition of ours after another (`STEPS`), so that each difference has its measured size.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import osmium
import shapely
from pyproj import Geod, Transformer
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LIMITS_M = (300, 500, 800)
PIECE_M = 5.0
FARTHEST_LEG_M = 300.0
POINT = shapely.GeometryType.POINT
FLOORS_UNMAPPED = 2.0
# Beside what the independent run took, our rules know these.
MORE = {
    "kindergarten": {("amenity", "childcare")},
    "health": {("healthcare", "clinic"), ("healthcare", "centre"), ("healthcare", "hospital")},
}
KINDS = {
    "playground": {("leisure", "playground")},
    "park": {("leisure", "park")},
    "school": {("amenity", "school")},
    "kindergarten": {("amenity", "kindergarten")},
    "library": {("amenity", "library")},
    "health": {("amenity", "clinic"), ("amenity", "hospital"), ("amenity", "doctors")},
}
FAST = ("motorway", "trunk")
SHUT = {"no", "private"}
NOT_ALL = {"private", "no", "customers"}
OPEN_TO_ALL = {"playground", "park"}
HOMES = {
    *("yes", "apartments", "residential", "house", "detached", "semidetached_house", "terrace"),
    *("bungalow", "dormitory", "farm", "static_caravan", "houseboat", "cabin"),
}
FOOT_YES = {"yes", "designated", "permissive", "official", "public", "destination"}
FOOT_NO = {"no", "private", "use_sidepath", "discouraged", "military", "customers"}
ACCESS_NO = {"no", "private", "military", "agricultural", "forestry"}
GATES = {
    *(("barrier", one) for one in ("gate", "lift_gate", "swing_gate", "sliding_gate")),
    *(("barrier", one) for one in ("entrance", "wicket_gate")),
    *(("entrance", one) for one in ("yes", "main", "secondary", "service", "gate")),
}
NEVER_WALKED = {"motorway", "raceway", "construction", "proposed", "bus_stop"}
ONLY_IF_SAID = {"trunk", "cycleway", "busway"}
HOME_STREETS = {"residential", "living_street", "pedestrian", "unclassified"}


@dataclass(frozen=True)
class Definitions:
    """What may be understood by coverage; as it stands, what the independent run understood."""

    every_component: bool = False
    our_ways: bool = False
    legs: bool = False
    anywhere_on_a_street: bool = False
    private_left_out: bool = False
    entrances: bool = False
    homes: bool = False


PUBLISHED = Definitions()
STEPS = (
    ("as published", {}),
    ("streets that join no others count too", {"every_component": True}),
    ("squares, and a few more ways, are walked", {"our_ways": True}),
    ("legs count", {"legs": True}),
    ("the nearest place on a street, not its nearest node", {"anywhere_on_a_street": True}),
    ("our kinds, private places left out", {"private_left_out": True}),
    ("places are entered at their edge", {"entrances": True}),
    ("children stand at homes and along residential streets", {"homes": True}),
)


def steps() -> list[tuple[str, Definitions]]:
    """Return the definitions of each step, one change after another."""
    found, now = [], PUBLISHED
    for name, change in STEPS:
        now = replace(now, **change)
        found.append((name, now))
    return found


@dataclass
class Streets:
    """A graph of places on streets: where each stands, and what joins them."""

    xy: NDArray[np.float64]
    ends: NDArray[np.int64]
    metres: NDArray[np.float64]

    @cached_property
    def tree(self) -> cKDTree:
        return cKDTree(self.xy)

    def nearest(self, xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        metres, node = self.tree.query(xy)
        return np.asarray(metres), np.asarray(node, np.int64)

    def from_doors(
        self, doors: NDArray[np.int64], legs: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the way from each node to its nearest door, by a source before all of them."""
        n = len(self.xy)
        order = np.argsort(legs, kind="stable")
        _, first = np.unique(doors[order], return_index=True)
        kept = order[first]
        start = np.concatenate([self.ends[:, 0], np.full(len(kept), n)])
        end = np.concatenate([self.ends[:, 1], doors[kept]])
        # A length of 0 would be no edge.
        cost = np.maximum(np.concatenate([self.metres, legs[kept]]), 1e-6)
        low, high = np.minimum(start, end), np.maximum(start, end)
        by_cost = np.lexsort((cost, high, low))
        pair = np.stack([low, high], axis=1)[by_cost]
        _, only = np.unique(pair, axis=0, return_index=True)
        graph = coo_matrix((cost[by_cost][only], pair[only].T), shape=(n + 1, n + 1)).tocsr()
        return dijkstra(graph, directed=False, indices=[n], limit=float(LIMITS_M[-1] + 1))[0, :n]


class City:
    """The extract and the sections, read once."""

    def __init__(self, folder: Path) -> None:
        self.to_m = Transformer.from_crs(4326, 32628, always_xy=True)
        self.highways: list[tuple[dict[str, str], NDArray[np.int64]]] = []
        self.lonlat: dict[int, tuple[float, float]] = {}
        self.objects: list[tuple[dict[str, str], shapely.Geometry]] = []
        self._read(folder / "las_palmas_2023-02-21.osm.pbf")
        self._sections(folder)

    def _read(self, path: Path) -> None:
        wkb = osmium.geom.WKBFactory()
        for one in osmium.FileProcessor(str(path)).with_locations().with_areas():
            tags = dict(one.tags)
            if one.is_way() and "highway" in tags:
                nodes = [node for node in one.nodes if node.location.valid()]
                self.lonlat |= {node.ref: (node.lon, node.lat) for node in nodes}
                self.highways.append((tags, np.array([node.ref for node in nodes])))
            elif one.is_node() and tags:
                self.objects.append((tags, shapely.Point(one.lon, one.lat)))
            elif isinstance(one, osmium.osm.Area) and ("building" in tags or _kinds(tags)):
                shape = shapely.from_wkb(wkb.create_multipolygon(one))
                self.objects.append((tags, shape))

    def _sections(self, folder: Path) -> None:
        text = (folder / "sections_2022_raw.geojson").read_text(encoding="utf-8")
        features = json.loads(text)["features"]
        shapes = [shapely.geometry.shape(one["geometry"]) for one in features]
        self.sections = shapely.make_valid(self.metres(np.array(shapes, object)))
        with (folder / "sections_2022_population.csv").open(encoding="utf-8") as file:
            rows = {row["cusec"]: row for row in csv.DictReader(file)}
        codes = [one["properties"]["cusec"] for one in features]
        self.children = np.array([float(rows[code]["poblacion_00a14"]) for code in codes])
        self.residents = np.array([float(rows[code]["poblacion"]) for code in codes])

    def metres(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        return shapely.transform(
            shapes, lambda xy: np.stack(self.to_m.transform(xy[:, 0], xy[:, 1]), axis=1)
        )

    def streets(self, asked: Definitions, *, cut: bool) -> Streets:
        """Return the walkable streets, between their mapped nodes or cut into short pieces."""
        refs = [nodes for tags, nodes in self.highways if _is_walked(tags, asked.our_ways)]
        pairs = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in refs])
        pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
        nodes, ends = np.unique(pairs, return_inverse=True)
        ends = ends.reshape(-1, 2)
        lonlat = np.array([self.lonlat[node] for node in nodes.tolist()])
        start, end = lonlat[ends[:, 0]], lonlat[ends[:, 1]]
        metres = np.asarray(Geod(ellps="WGS84").inv(*start.T, *end.T)[2])
        xy = np.stack(self.to_m.transform(*lonlat.T), axis=1)
        whole = Streets(xy, ends, metres)
        whole = whole if asked.every_component else _largest(whole)
        return _cut(whole) if cut else whole

    def places(self, kind: str, *, ours: bool) -> NDArray[np.object_]:
        """Return the places of a kind."""
        shapes = [
            shape
            for tags, shape in self.objects
            if (kind in _kinds(tags) or (ours and MORE.get(kind, set()) & tags.items()))
            and not (ours and kind in OPEN_TO_ALL and tags.get("access") in NOT_ALL)
        ]
        return self.metres(np.array(shapes, object))

    @cached_property
    def lines(self) -> shapely.STRtree:
        """The walkable ways as lines, to find entrances with."""
        lines = [
            shapely.LineString([self.lonlat[node] for node in nodes.tolist()])
            for tags, nodes in self.highways
            if _is_walked(tags, our_ways=True) and len(nodes) > 1
        ]
        return shapely.STRtree(self.metres(np.array(lines, object)))

    @cached_property
    def gates(self) -> shapely.STRtree:
        """Mapped gates and doors."""
        gates = [shape for tags, shape in self.objects if GATES & tags.items()]
        points = [shape for shape in gates if shapely.get_type_id(shape) == POINT]
        return shapely.STRtree(self.metres(np.array(points, object)))

    def inside(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the section of each point, -1 for none."""
        found = np.full(len(xy), -1)
        point, section = shapely.STRtree(self.sections).query(shapely.points(xy), "intersects")
        found[point[::-1]] = section[::-1]
        return found

    @cached_property
    def homes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return points of homes and the children at each: by floor area, else along streets."""
        shapes, floors = zip(
            *[(shape, _floors(tags)) for tags, shape in self.objects if _is_home(tags, shape)],
            strict=True,
        )
        built = self.metres(np.array(shapes, object))
        house = shapely.get_coordinates(shapely.centroid(built))
        floor = shapely.area(built) * np.array(floors)
        section = self.inside(house)
        area = np.bincount(section[section >= 0], floor[section >= 0], len(self.sections))
        believed = (area >= 10 * self.residents) & (area <= 100 * self.residents)
        kept = (section >= 0) & believed[section]
        along, street_section = self._along(np.flatnonzero(~believed))
        xy = np.concatenate([house[kept], along])
        section = np.concatenate([section[kept], street_section])
        weight = np.concatenate([floor[kept], np.ones(len(along))])
        total = np.bincount(section, weight, len(self.sections))
        return xy, self.children[section] * weight / total[section]

    def _along(self, sections: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return a point every 50 m along the residential streets of some sections."""
        lines = self.metres(
            np.array(
                [
                    shapely.LineString([self.lonlat[node] for node in nodes.tolist()])
                    for tags, nodes in self.highways
                    if tags["highway"] in HOME_STREETS
                    and _is_walked(tags, our_ways=True)
                    and len(nodes) > 1
                ],
                object,
            )
        )
        tree, xy, of = shapely.STRtree(lines), [], []
        for section in sections:
            near = shapely.buffer(self.sections[section], 15)
            held = shapely.intersection(lines[tree.query(near, "intersects")], near)
            for line in shapely.get_parts(held):
                steps = np.arange(min(25, line.length / 2), line.length, 50)
                points = shapely.get_coordinates(shapely.line_interpolate_point(line, steps))
                xy.append(points)
                of.append(np.full(len(points), section))
            if not held.size:
                xy.append(shapely.get_coordinates(shapely.point_on_surface(self.sections[section])))
                of.append(np.array([section]))
        return np.concatenate([*xy, np.empty((0, 2))]), np.concatenate([*of, []]).astype(np.int64)


def _kinds(tags: dict[str, str]) -> set[str]:
    return {kind for kind, wanted in KINDS.items() if wanted & tags.items()}


def _is_walked(tags: dict[str, str], our_ways: bool) -> bool:
    kind = tags["highway"].removesuffix("_link")
    foot, access = tags.get("foot"), tags.get("access")
    if not our_ways:
        shut = foot == "no" or access in SHUT or tags.get("area") == "yes"
        return not shut and kind not in FAST
    if foot in FOOT_NO or (access in ACCESS_NO and foot not in FOOT_YES):
        return False
    pavements = [tags.get(key) for key in ("sidewalk", "sidewalk:both", "sidewalk:left")]
    pavements.append(tags.get("sidewalk:right"))
    said = foot in FOOT_YES or any(one not in {None, "no", "none"} for one in pavements)
    return kind not in NEVER_WALKED and (said or kind not in ONLY_IF_SAID)


def _is_home(tags: dict[str, str], shape: shapely.Geometry) -> bool:
    return tags.get("building") in HOMES and shapely.get_type_id(shape) != POINT


def _floors(tags: dict[str, str]) -> float:
    try:
        levels = round(float(tags["building:levels"]))
    except (KeyError, ValueError):
        levels = 0
    return float(levels) if levels > 0 else FLOORS_UNMAPPED


def _largest(streets: Streets) -> Streets:
    """Return the largest connected part alone."""
    n = len(streets.xy)
    graph = coo_matrix((np.ones(len(streets.ends)), streets.ends.T), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    kept = part == np.argmax(np.bincount(part))
    number = np.cumsum(kept) - 1
    both = kept[streets.ends[:, 0]]
    return Streets(streets.xy[kept], number[streets.ends[both]], streets.metres[both])


def _cut(whole: Streets) -> Streets:
    """Return the streets with a node every few metres."""
    parts = np.maximum(np.ceil(whole.metres / PIECE_M).astype(np.int64), 1)
    of = np.repeat(np.arange(len(parts)), parts)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(parts) - parts, parts)
    last = nth == parts[of] - 1
    n = len(whole.xy)
    made = np.full(len(of), -1)
    made[~last] = n + np.arange(int((~last).sum()))
    left = np.where(nth == 0, whole.ends[of, 0], np.roll(made, 1))
    right = np.where(last, whole.ends[of, 1], made)
    share = ((nth + 1) / parts[of])[~last, None]
    edge = of[~last]
    start, end = whole.xy[whole.ends[edge, 0]], whole.xy[whole.ends[edge, 1]]
    xy = np.concatenate([whole.xy, start + share * (end - start)])
    return Streets(xy, np.stack([left, right], axis=1), (whole.metres / parts)[of])


def _doors(places: NDArray[np.object_], city: City) -> NDArray[np.float64]:
    """Return where places are entered: gates, else ways across the edge, else it near a way."""
    doors, lines, gates = [], city.lines, city.gates
    for place in places:
        if shapely.get_type_id(place) == POINT:
            doors.append(shapely.get_coordinates(place))
            continue
        rings = shapely.get_exterior_ring(shapely.get_parts(place))
        edge = shapely.MultiLineString(list(rings))
        near = gates.query(edge, predicate="dwithin", distance=2)
        found = shapely.get_coordinates(gates.geometries[near])
        if not len(found):
            ways = lines.geometries[lines.query(edge, "intersects")]
            found = shapely.get_coordinates(shapely.intersection(ways, edge))
        if not len(found):
            every = [
                shapely.line_interpolate_point(ring, np.arange(0, ring.length, 25))
                for ring in rings
            ]
            points = np.concatenate(every)
            near, _ = lines.query(points, predicate="dwithin", distance=30)
            found = shapely.get_coordinates(points[np.unique(near)])
        if not len(found):
            way = lines.geometries[lines.nearest(edge)]
            found = shapely.get_coordinates(shapely.shortest_line(edge, way))[:1]
        doors.append(found)
    return np.concatenate(doors)


def coverage(city: City, kind: str, asked: Definitions) -> tuple[float, ...]:
    """Return the percent of children under 15 within 300, 500 and 800 m of a place."""
    streets = city.streets(asked, cut=asked.anywhere_on_a_street)
    places = city.places(kind, ours=asked.private_left_out)
    if asked.entrances:
        doors = _doors(places, city)
    else:
        doors = shapely.get_coordinates(shapely.point_on_surface(places))
    leg, node = streets.nearest(doors)
    known = leg <= FARTHEST_LEG_M
    far = streets.from_doors(node[known], leg[known] if asked.legs else np.zeros(known.sum()))
    if asked.homes:
        xy, children = city.homes
    else:
        xy, children = on_nodes(city, city.streets(asked, cut=False))
    leg, node = streets.nearest(xy)
    metres = far[node] + (leg if asked.legs else 0.0)
    total = city.children.sum()
    return tuple(100 * children[metres <= limit].sum() / total for limit in LIMITS_M)


def on_nodes(city: City, streets: Streets) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the children of each section spread evenly over the nodes inside it."""
    section = city.inside(streets.xy)
    rows = np.flatnonzero(section >= 0)
    many = np.bincount(section[rows], minlength=len(city.sections))
    return streets.xy[rows], (city.children / np.maximum(many, 1))[section[rows]]
