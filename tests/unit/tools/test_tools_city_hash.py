from __future__ import annotations

import shutil

import pytest

from tools.city_hash import city_hash

TOML = """
[city]
slug = "tiny"

[boundary]
path = "${DATA}/edge.shp"

[[tiers]]
code = "zone"
[tiers.file]
path = "zones.geojson"

[[places]]
path = "${DATA}/schools/schools.csv"
[places.units]
path = "${DATA}/schools/units.csv"
"""


@pytest.fixture
def data(tmp_path):
    """What lies outside the city's folder."""
    folder = tmp_path / "data"
    (folder / "schools").mkdir(parents=True)
    for name in ("edge.shp", "edge.dbf", "other.csv", "schools/schools.csv", "schools/units.csv"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def city(tmp_path):
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.toml").write_text(TOML)
    (folder / "zones.geojson").write_text("{}")
    return folder


@pytest.mark.parametrize(
    "name", ["edge.shp", "edge.dbf", "schools/schools.csv", "schools/units.csv"]
)
def test_a_changed_file_that_lies_elsewhere_is_noticed(city, data, name) -> None:
    before = city_hash(city, {"DATA": data})
    (data / name).write_text("another")
    assert city_hash(city, {"DATA": data}) != before


@pytest.mark.parametrize("name", ["city.toml", "zones.geojson"])
def test_a_changed_file_of_the_folder_is_noticed(city, data, name) -> None:
    before = city_hash(city, {"DATA": data})
    (city / name).write_text((city / name).read_text() + "\n")
    assert city_hash(city, {"DATA": data}) != before


def test_a_file_that_the_city_does_not_name_changes_nothing(city, data) -> None:
    before = city_hash(city, {"DATA": data})
    (data / "other.csv").write_text("another")
    assert city_hash(city, {"DATA": data}) == before


def test_a_missing_file_is_noticed_when_it_comes(city, data) -> None:
    (data / "schools" / "units.csv").unlink()
    before = city_hash(city, {"DATA": data})
    (data / "schools" / "units.csv").write_text("here")
    assert city_hash(city, {"DATA": data}) != before


def test_the_same_city_in_another_folder_is_the_same(city, data, tmp_path) -> None:
    shutil.copytree(city, tmp_path / "copy")
    shutil.copytree(data, tmp_path / "data copy")
    there = city_hash(tmp_path / "copy", {"DATA": tmp_path / "data copy"})
    assert there == city_hash(city, {"DATA": data})


def test_a_linked_file_counts_as_what_it_holds(city, data, tmp_path) -> None:
    (tmp_path / "elsewhere.json").write_text("{}")
    (city / "zones.geojson").unlink()
    (city / "zones.geojson").symlink_to(tmp_path / "elsewhere.json")
    before = city_hash(city, {"DATA": data})
    (tmp_path / "elsewhere.json").write_text("[]")
    assert city_hash(city, {"DATA": data}) != before
