from __future__ import annotations

import json

import pytest
from shapely import GeometryCollection, Point, Polygon

from atlas.lib import geojson


def test_coordinates_lose_what_nobody_measured() -> None:
    shape = Polygon([(0, 0), (1.123456789, 0), (0, 1)]).__geo_interface__
    assert geojson.geometry(shape)["coordinates"][0][1] == [1.12346, 0.0]


def test_a_small_negative_number_does_not_become_minus_zero() -> None:
    assert geojson.dump({"x": geojson.rounded([-0.0000001])}) == b'{"x":[0.0]}'


def test_a_collection_of_shapes_is_rounded_within() -> None:
    shape = GeometryCollection([Point(0.123456, 1)]).__geo_interface__
    assert geojson.geometry(shape)["geometries"] == [
        {"type": "Point", "coordinates": [0.12346, 1.0]}
    ]


def test_a_feature_keeps_its_code_and_may_have_no_place() -> None:
    found = geojson.feature(None, {"names": {"fa": "سپیدار"}}, code="7")
    document = json.loads(geojson.dump(geojson.collection([found], attribution="ours")))
    assert document["features"][0]["id"] == "7"
    assert document["features"][0]["geometry"] is None
    assert document["attribution"] == "ours"


def test_a_number_that_json_does_not_know_stops_the_writing() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        geojson.dump({"x": float("nan")})
