from __future__ import annotations

import numpy as np
import pytest
import shapely

from spatial_data.ground_plan import GroundPlan
from spatial_data.importing.findings import Findings
from spatial_data.importing.layers import PlaceRow
from spatial_data.importing.merge.entrances import Walkways, find_entrances
from spatial_data.importing.read import walkable
from spatial_data.importing.read.osm_file import read_osm
from spatial_data.importing.read.osm_ground import read_ground
from spatial_data.importing.read.osm_places import kinds_of, read_places
from spatial_data.importing.read.streets import Streets, read_streets
from tests.integration.spatial_data.small_folder import degrees

PLAN = GroundPlan(32639)


def osm_file(folder, nodes, ways, relations=(), tags=None):
    """Write points in metres, ways and relations as OSM XML."""
    lines = ['<?xml version="1.0"?><osm version="0.6">']
    for number, (x, y) in nodes.items():
        lon, lat = degrees(x, y)
        said = said_tags((tags or {}).get(number, {}))
        lines.append(f'<node id="{number}" version="1" lat="{lat}" lon="{lon}">{said}</node>')
    for number, (refs, said) in ways.items():
        members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}" version="1">{members}{said_tags(said)}</way>')
    for number, (members, said) in enumerate(relations, start=1):
        parts = "".join(f'<member type="way" ref="{r}" role="{role}"/>' for r, role in members)
        lines.append(f'<relation id="{number}" version="1">{parts}{said_tags(said)}</relation>')
    path = folder / "map.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def said_tags(tags) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk_link", "foot": "yes"}, True),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "construction"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_where_one_may_walk(tags, walked) -> None:
    assert walkable.is_walkable(tags) is walked


@pytest.mark.parametrize(
    ("tags", "mark"),
    [
        ({"highway": "crossing", "crossing": "zebra"}, 1),
        ({"highway": "crossing", "crossing": "unmarked"}, 0),
        ({"highway": "crossing", "crossing": "traffic_signals"}, 3),
        ({"highway": "traffic_signals"}, 2),
        ({"barrier": "bollard"}, 0),
        ({"barrier": "stile"}, 4),
        ({"barrier": "gate"}, 8),
        ({"barrier": "gate", "access": "private"}, 12),
    ],
)
def test_what_a_node_of_a_street_is_marked_as(tags, mark) -> None:
    assert walkable.node_mark(tags) == mark


def test_a_loop_without_a_junction_is_one_piece(tmp_path) -> None:
    path = osm_file(
        tmp_path,
        {1: (0, 0), 2: (100, 0), 3: (100, 100)},
        {7: ([1, 2, 3, 1], {"highway": "footway"})},
    )
    streets = read_streets(read_osm(path, Findings()))
    assert streets.code == ["way/7:1"]
    assert streets.start_node.tolist() == streets.end_node.tolist() == [1]
    assert streets.length_m[0] == pytest.approx(200 + 100 * np.sqrt(2), rel=2e-3)


def test_a_way_that_crosses_itself_is_cut_there(tmp_path) -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (200, 100), 5: (100, 100)}
    path = osm_file(tmp_path, nodes, {7: ([1, 2, 3, 4, 5, 2], {"highway": "footway"})})
    streets = read_streets(read_osm(path, Findings()))
    assert list(zip(streets.start_node, streets.end_node, strict=True)) == [(1, 2), (2, 2)]


def test_a_way_whose_nodes_are_missing_keeps_the_longest_run(tmp_path) -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0)}
    path = osm_file(tmp_path, nodes, {7: ([1, 2, 3, 88, 89], {"highway": "footway"})})
    streets = read_streets(read_osm(path, Findings()))
    assert (streets.end_node.tolist(), streets.broken_ways) == ([3], 1)


def test_a_park_with_a_lake_is_drawn_with_its_hole(tmp_path) -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    nodes |= {5: (40, 40), 6: (60, 40), 7: (60, 60), 8: (40, 60)}
    ways = {1: ([1, 2, 3], {}), 2: ([3, 4, 1], {}), 3: ([5, 6, 7, 8, 5], {})}
    relation = (
        [(1, "outer"), (2, "outer"), (3, "inner")],
        {"type": "multipolygon", "leisure": "park"},
    )
    path = osm_file(tmp_path, nodes, ways, [relation])
    (park,), _ = read_places(read_osm(path, Findings()), "map", "osm", ["fa"], [])
    area = shapely.area(PLAN.metres(np.array([park.outline], object)))[0]
    assert area == pytest.approx(100 * 100 - 20 * 20, rel=1e-3)


def test_the_sea_lies_on_the_right_of_the_coastline(tmp_path) -> None:
    nodes = {1: (500, 1500), 2: (500, -500)}
    path = osm_file(tmp_path, nodes, {1: ([2, 1], {"natural": "coastline"})})
    frame = PLAN.degrees(np.array([shapely.box(*CORNERS)], object))[0]
    (sea,) = read_ground(read_osm(path, Findings()), frame, ["fa"], PLAN)
    east, west = (shapely.Point(degrees(x, 500)) for x in (900, 100))
    assert (sea.kind, sea.shape.contains(east), sea.shape.contains(west)) == ("sea", True, False)


CORNERS = (536_000, 3_951_000, 537_000, 3_952_000)


def test_a_private_playground_is_not_everybodys(tmp_path) -> None:
    nodes = {1: (0, 0), 2: (50, 0)}
    tags = {1: {"leisure": "playground", "access": "private"}, 2: {"leisure": "playground"}}
    path = osm_file(tmp_path, nodes, {}, tags=tags)
    rows, shut = read_places(read_osm(path, Findings()), "map", "osm", ["fa"], [])
    assert [row.record for row in rows] == ["playground:node/2"]
    assert dict(shut) == {"playground": 1}


def test_a_library_of_the_kanoon_is_a_kanoon_centre_alone() -> None:
    tags = {"amenity": "library", "name": "مرکز شماره ۳ کانون پرورش فکری"}
    assert kinds_of(tags) == ["kanoon_centre"]


def streets_of(tmp_path, ways, nodes, tags=None) -> Streets:
    return read_streets(read_osm(osm_file(tmp_path, nodes, ways, tags=tags), Findings()))


def park() -> PlaceRow:
    outline = PLAN.degrees(np.array([shapely.box(536_100, 3_951_100, 536_200, 3_951_200)], object))
    shape = shapely.MultiPolygon([outline[0]])
    return PlaceRow("osm", "park:way/1", "park", "map", {}, shape.representative_point(), shape)


def entered(tmp_path, ways, nodes, tags=None) -> tuple[int, str]:
    row = park()
    find_entrances([row], streets_of(tmp_path, ways, nodes, tags), PLAN)
    return len(row.entrances), row.entrances[0][1]


def test_where_a_way_crosses_the_boundary_one_walks_in(tmp_path) -> None:
    ways = {1: ([1, 2], {"highway": "footway"})}
    assert entered(tmp_path, ways, {1: (0, 150), 2: (300, 150)}) == (2, "crossing")


def test_a_gate_comes_before_crossings(tmp_path) -> None:
    ways = {1: ([1, 3, 2], {"highway": "footway"})}
    nodes = {1: (0, 150), 3: (100, 150), 2: (300, 150)}
    assert entered(tmp_path, ways, nodes, {3: {"barrier": "gate"}}) == (1, "gate")


def test_an_open_edge_beside_a_street_is_entered_every_25_metres(tmp_path) -> None:
    ways = {1: ([1, 2], {"highway": "residential"})}
    # The street runs 20 m south of the park: its south side, and a little of east and west.
    count, origin = entered(tmp_path, ways, {1: (0, 80), 2: (300, 80)})
    assert (count, origin) == (5, "boundary")


def test_a_park_far_from_every_street_is_entered_on_its_boundary_nearest_to_one(tmp_path) -> None:
    ways = {1: ([1, 2], {"highway": "residential"})}
    row = park()
    find_entrances([row], streets_of(tmp_path, ways, {1: (110, 900), 2: (110, 990)}), PLAN)
    ((point, origin),) = row.entrances
    assert origin == "boundary"
    assert shapely.get_coordinates(point)[0] == pytest.approx(degrees(110, 200), abs=1e-6)


def test_a_city_without_streets_enters_a_park_at_its_point(tmp_path) -> None:
    assert entered(tmp_path, {1: ([1, 2], {"highway": "motorway"})}, {1: (0, 0), 2: (9, 0)}) == (
        1,
        "point",
    )


def test_walkways_without_gates_have_none_anywhere(tmp_path) -> None:
    streets = streets_of(tmp_path, {1: ([1, 2], {"highway": "path"})}, {1: (0, 0), 2: (9, 0)})
    assert len(Walkways(streets, PLAN).gates_at(shapely.LineString([(0, 0), (1, 1)]))) == 0
