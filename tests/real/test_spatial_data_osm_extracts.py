"""Real extracts with their faults: Persian names, ways out of order, gzip XML, a file cut short."""

from __future__ import annotations

import json

import osmium
import pytest
import shapely

from spatial_data.importing.findings import Findings
from spatial_data.importing.read.osm_file import read_osm
from spatial_data.importing.read.osm_places import read_places
from spatial_data.importing.read.osm_shapes import polygons
from spatial_data.importing.read.streets import read_streets
from spatial_data.importing.read.unreadable import UnreadableError

TEHRAN = "tehran-district6/tehran_district6_highways_2024-08-05.osm.pbf"
SMALL = [
    "monaco_2023-12-25.osm.pbf",
    "kotka_test_2019-02-23.osm.pbf",
    "helsinki_centre_2019-04-21.osm.pbf",
    "krems_2013-12-16.osm.gz",
    "columbus_unsorted_ways.osm.pbf",
]


def test_tehrans_streets_keep_their_persian_names(real_data) -> None:
    expected = json.loads((real_data / "tehran-district6" / "expected.json").read_text())
    extract = read_osm(real_data / TEHRAN, Findings())
    assert len(extract.ways) == expected["osm"]["ways"]
    assert len(extract.node_id) == expected["osm"]["nodes"]
    named = [way.tags["name"] for way in extract.ways.values() if "name" in way.tags]
    persian = [name for name in named if any("\u0600" <= letter <= "\u06ff" for letter in name)]
    assert len(persian) == 4_305


def test_tehrans_streets_lie_in_and_around_the_district(real_data) -> None:
    boundary = json.loads(
        (real_data / "tehran-district6" / "district6_boundary.geojson").read_text()
    )
    district = shapely.from_geojson(json.dumps(boundary["features"][0]["geometry"]))
    streets = read_streets(read_osm(real_data / TEHRAN, Findings()))
    inside = shapely.intersects(district, streets.line)
    assert 0.5 < inside.mean() <= 1
    kilometres = streets.length_m[inside].sum() / 1000
    # 21.4 km² of dense city: 10 to 30 km of walkable street a square kilometre.
    assert 214 < kilometres < 642


@pytest.mark.parametrize("name", SMALL)
def test_every_extract_gives_streets_whose_ends_are_known(real_data, name) -> None:
    findings = Findings()
    extract = read_osm(real_data / "osm-small" / name, findings)
    streets = read_streets(extract)
    assert len(streets) > 500
    assert (streets.length_m > 0).all()
    assert list(extract.ways) == sorted(extract.ways)
    is_told = any("out of order" in str(one) for one in findings)
    assert is_told == name.startswith("columbus")


def test_columbus_gives_the_same_streets_sorted_or_not(real_data, tmp_path) -> None:
    unsorted = real_data / "osm-small" / "columbus_unsorted_ways.osm.pbf"
    reader = osmium.MergeInputReader()
    reader.add_file(str(unsorted))
    with osmium.SimpleWriter(str(tmp_path / "sorted.osm.pbf")) as writer:
        reader.apply(writer, simplify=True)
    ours = read_streets(read_osm(unsorted, Findings()))
    theirs = read_streets(read_osm(tmp_path / "sorted.osm.pbf", Findings()))
    assert ours.code == theirs.code
    assert ours.length_m.tolist() == theirs.length_m.tolist()


def test_monaco_gives_places_and_multipolygons(real_data) -> None:
    extract = read_osm(real_data / "osm-small" / "monaco_2023-12-25.osm.pbf", Findings())
    rows, _ = read_places(extract, "monaco", "osm", ["fr"], [])
    assert {"school", "park", "playground", "library"} <= {row.kind for row in rows}
    drawn = polygons(extract, frozenset({"building"}))
    assert any(record.startswith("relation/") for record, _, _ in drawn)
    assert all(shape.is_valid for _, _, shape in drawn)


@pytest.mark.parametrize("name", ["monaco_2023-12-25.osm.pbf", "krems_2013-12-16.osm.gz"])
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_an_extract_cut_short_is_refused(real_data, tmp_path, name, part) -> None:
    whole = (real_data / "osm-small" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(UnreadableError, match="cut short or damaged"):
        read_osm(path, Findings())
