from __future__ import annotations

import numpy as np
import shapely
import shapely.affinity
import shapely.geometry

from atlas.publishing.zone_trees import ZoneTrees
from atlas.tiles.zones import DrawnZone, feature_collection, polygonal


def test_holders_name_a_zone_and_everything_above_it():
    zones = ZoneTrees(
        code=("A", "A1", "A2", "B"),
        tier=("", "", "", ""),
        parent=np.array([-1, 0, 0, -1], np.int32),
        tree=np.zeros(4, np.int32),
        leaves=(np.array([1, 2, 3], np.int32),),
    )
    holder, held = zones.holders(zones.leaves[0])
    assert sorted(zip(holder.tolist(), held.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 0),
        (2, 1),
        (3, 2),
    ]
    assert zones.tops().tolist() == [0, 3]


def test_only_polygons_are_kept_of_a_repaired_shape():
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)])
    assert polygonal(mixed).equals(shapely.box(0, 0, 1, 1))


def test_neighbours_keep_one_border_to_the_last_decimal():
    west, south = 540_000.123456, 3_950_000.654321
    left = shapely.Polygon(
        [(west, south), (west + 99.99, south), (west + 100.77, south + 50.5), (west, south + 99)]
    )
    corner, middle = (west + 99.99, south), (west + 100.77, south + 50.5)
    right = shapely.Polygon([corner, (west + 250, south), (west + 250, south + 99), middle])
    zones = [DrawnZone(c, {"en": c}, "t", None, shape) for c, shape in (("L", left), ("R", right))]
    features = feature_collection(zones, 32639)["features"]
    rings = [f["geometry"]["coordinates"][0] for f in features]
    shared = {tuple(p) for p in rings[0]} & {tuple(p) for p in rings[1]}
    assert len(shared) == 2
    assert all(round(x, 5) == x for ring in rings for point in ring for x in point)


def test_a_zones_name_stands_inside_its_largest_part():
    large, small = shapely.box(0, 0, 1000, 800), shapely.box(2000, 0, 2100, 100)
    shape = shapely.affinity.translate(shapely.MultiPolygon([small, large]), 540_000, 3_950_000)
    feature = feature_collection([DrawnZone("Z", {}, "t", None, shape)], 32639)["features"][0]
    outline = shapely.geometry.shape(feature["geometry"])
    largest = max(shapely.get_parts(outline), key=lambda part: part.area)
    assert largest.contains(shapely.Point(feature["properties"]["point"]))


def test_the_unassigned_zone_has_neither_outline_nor_point():
    feature = feature_collection([DrawnZone("U", {}, "t", None, None)], 32639)["features"][0]
    assert feature["geometry"] is None
    assert feature["properties"]["point"] is None
