"""Bad input is refused with a message that says where and how to mend it; nothing changes."""

from __future__ import annotations

import gzip
import json

import geopandas
import pytest
from shapely.geometry import box

from spatial_data.importing.findings import FolderRefusedError
from spatial_data.models import ActiveLayer, LayerVersion, Snapshot, StreetPiece
from tests.integration.spatial_data import small_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(folder, load):
    """Load a good folder, let the test spoil it, and see that it is refused without a trace."""

    def run(name: str, content: str | bytes) -> str:
        load(folder)
        before = state()
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            (folder / name).write_text(content, encoding="utf-8")
        with pytest.raises(FolderRefusedError) as caught:
            load(folder)
        assert state() == before
        return str(caught.value)

    return run


def state() -> tuple:
    return (
        sorted(ActiveLayer.objects.values_list("layer", "version__content_hash")),
        LayerVersion.objects.count(),
        Snapshot.objects.count(),
        StreetPiece.objects.count(),
    )


def test_a_map_cut_short(refused, folder) -> None:
    text = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(text.replace("map.osm", "map.osm.gz"), encoding="utf-8")
    whole = gzip.compress(small_folder.osm().encode())
    (folder / "map.osm.gz").write_bytes(whole)
    said = refused("map.osm.gz", whole[: len(whole) // 2])
    assert "map.osm.gz: the OpenStreetMap file is cut short or damaged" in said
    assert "Cure: fetch it again, whole" in said


def test_ways_out_of_order_are_sorted_and_said(folder, load) -> None:
    load(folder)
    streets = set(StreetPiece.objects.values_list("code", "length_m"))
    unsorted = small_folder.osm(ways_in_order=False)
    (folder / "map.osm").write_text(unsorted, encoding="utf-8")
    report = load(folder)
    assert any("way ids are out of order; they were sorted" in str(one) for one in report.findings)
    assert set(StreetPiece.objects.values_list("code", "length_m")) == streets


def test_a_count_of_a_code_that_is_no_cell(refused) -> None:
    said = refused("counts.csv", small_folder.COUNTS + "B9,1,1\n")
    assert "counts.csv: 1 rows have a code that is no cell: row 6: B9" in said
    assert 'or write unknown_codes = "report"' in said


def test_a_negative_count(refused) -> None:
    said = refused("counts.csv", small_folder.COUNTS.replace("B0,10", "B0,-10"))
    assert "counts.csv, row 2: girls: -10 is negative" in said


def test_a_cell_counted_twice(refused) -> None:
    said = refused("counts.csv", small_folder.COUNTS + "B0,1,1\n")
    assert "counts.csv, row 6: B0 is counted twice, first in row 2" in said


def test_a_count_that_is_no_number(refused) -> None:
    said = refused("counts.csv", small_folder.COUNTS.replace("B0,10", "B0,many"))
    assert "row 2: girls: 'many' is not a number" in said
    assert "list the text under missing" in said


def test_a_table_in_another_encoding(refused) -> None:
    said = refused("schools.csv", small_folder.schools().encode("utf-16-be"))
    assert "schools.csv: the text is not UTF-8" in said
    assert "windows-1256" in said


def test_a_zone_file_without_reference_system(refused, folder) -> None:
    frame = geopandas.GeoDataFrame(
        {"code": ["N"], "name": ["شمال"]}, geometry=[box(0, 0, 1000, 1000)], crs=None
    )
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "no_crs.gpkg", driver="GPKG", engine="pyogrio")
    said = refused("city.toml", small_folder.CITY_TOML.replace("zones.geojson", "no_crs.gpkg"))
    assert "no_crs.gpkg: the file does not say its reference system" in said
    assert "Cure: add srid =" in said


def test_swapped_axes(refused) -> None:
    zones = json.loads(small_folder.features(small_folder.ZONES))
    for one in zones["features"]:
        rings = one["geometry"]["coordinates"]
        one["geometry"]["coordinates"] = [[[y, x] for x, y in ring] for ring in rings]
    said = refused("zones.geojson", json.dumps(zones))
    assert "zones.geojson: the coordinates are the wrong way round" in said
    assert 'axis_order = "north_east"' in said


def test_overlapping_zones(refused) -> None:
    zones = [small_folder.ZONES[0], (small_folder.ZONES[1][0], small_folder.square(0, 0, 400, 500))]
    said = refused("zones.geojson", small_folder.features(zones))
    assert "zones.geojson: N and S overlap by 40," in said or "S and N overlap by 40," in said
    assert "Cure: draw the border between them once" in said


def test_an_empty_table(refused) -> None:
    assert "counts.csv: the file is empty" in refused("counts.csv", "")


def test_an_empty_vector_file(refused) -> None:
    assert "cells.geojson: the file is empty" in refused("cells.geojson", "")


def test_a_vector_file_without_features(refused) -> None:
    assert "cells.geojson: no feature is in it" in refused(
        "cells.geojson", small_folder.features([])
    )


def test_a_misspelt_key(refused) -> None:
    said = refused("city.toml", small_folder.CITY_TOML.replace("margin_m", "margn_m"))
    assert "city.toml, line 12: city has no key 'margn_m' Cure: did you mean 'margin_m'?" in said


def test_a_file_that_points_to_other_files(refused) -> None:
    vrt = "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource>"
    said = refused("zones.geojson", vrt + "</OGRVRTLayer></OGRVRTDataSource>")
    assert "this is no GeoPackage, GeoJSON, Shapefile, KML or FlatGeobuf" in said


def test_a_path_that_leads_out_of_the_folder(refused) -> None:
    said = refused("city.toml", small_folder.CITY_TOML.replace('"counts.csv"', '"../counts.csv"'))
    assert "../counts.csv leads out of the folder" in said


def test_all_faults_are_told_at_once(refused, folder) -> None:
    worse = small_folder.COUNTS.replace("B0,10", "B0,-10")
    (folder / "worse.csv").write_text(worse, encoding="utf-8")
    (folder / "none.csv").write_text("", encoding="utf-8")
    text = small_folder.CITY_TOML.replace("counts.csv", "worse.csv")
    said = refused("city.toml", text.replace("schools.csv", "none.csv"))
    assert "none.csv: the file is empty" in said
    assert "worse.csv, row 2: girls: -10 is negative" in said


def test_a_school_without_coordinates(refused) -> None:
    said = refused("schools.csv", small_folder.schools("8,بی‌جا,,,دخترانه,صبح,1"))
    assert "schools.csv, row 4: it has no coordinates" in said


def test_a_word_of_a_register_that_nothing_explains(refused) -> None:
    said = refused("schools.csv", small_folder.schools().replace("عصر", "شب"))
    assert "schools.csv, row 3: 'شب' is not known; say in values what it means" in said


def test_polygons_that_cross_themselves_are_repaired_and_told(folder, load) -> None:
    zones = json.loads(small_folder.features(small_folder.ZONES))
    ring = zones["features"][0]["geometry"]["coordinates"][0]
    spike = small_folder.degrees(-30, 600)
    ring[4:4] = [small_folder.degrees(0, 600), spike, small_folder.degrees(0, 600)]
    (folder / "zones.geojson").write_text(json.dumps(zones), encoding="utf-8")
    report = load(folder)
    assert any("1 shapes were repaired: feature 1" in str(one) for one in report.findings)


def test_a_tier_whose_parent_does_not_exist(refused) -> None:
    more = """
[[tiers]]
code = "quarter"
names = { en = "Quarter" }
[tiers.file]
source = "office"
path = "cells.geojson"
code = "block"
names = { en = "block" }
parent = "X{block}"

[cells]"""
    said = refused("city.toml", small_folder.CITY_TOML.replace("\n[cells]", more, 1))
    assert "zone B0 names the parent 'XB0'" in said
