"""A folder becomes layers, once, whole, and current at one moment."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from django.db.models import Sum

from atlas.bodies.models import City
from atlas.engine.streets import StreetPieces
from spatial_data import frames, operations
from spatial_data.importing.findings import FolderRefusedError
from spatial_data.models import (
    ActiveLayer,
    Count,
    Custody,
    LayerDecision,
    LayerVersion,
    Place,
    PlaceMatch,
    PlaceVersion,
    Snapshot,
    StreetPiece,
    Tier,
    Zone,
)
from tests.integration.spatial_data import small_folder
from tests.integration.spatial_data.conftest import AT

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 21)


def version(layer: str) -> LayerVersion:
    return ActiveLayer.objects.get(city__slug="small", layer=layer).version


def test_every_layer_of_a_loaded_city_is_current(folder, load) -> None:
    report = load(folder)
    assert report.changed
    assert dict(report.rows) == {
        "zones": 3,  # the unassigned zone is one of them
        "cells": 4,
        "population": 8,
        "context": 0,
        "streets": 4,  # nobody walks on the motorway
        "buildings": 1,
        "ground": 2,  # the park's green and the motorway
        "places": 2,
    }
    assert ActiveLayer.objects.count() == 8
    city = City.objects.get(slug="small")
    assert (city.standard, city.is_invented) == ("iran-a", True)


def test_the_service_of_a_kind_of_the_citys_own_reaches_the_frame(folder, load) -> None:
    load(folder)
    text = (folder / "city.toml").read_text(encoding="utf-8")
    own = '[[kinds]]\ncode = "yard"\nnames = { en = "Yard" }\nservice = "play_space"\n\n[[places]]'
    (folder / "city.toml").write_text(text.replace("[[places]]", own, 1), encoding="utf-8")
    assert "places" in load(folder).rows
    assert frames.places(version("places"), date(2026, 3, 21)).own_kinds == {"yard": "play_space"}


def test_the_same_folder_twice_changes_nothing(folder, load) -> None:
    load(folder)
    before = (LayerVersion.objects.count(), LayerDecision.objects.count(), Snapshot.objects.count())
    assert not load(folder).changed
    after = (LayerVersion.objects.count(), LayerDecision.objects.count(), Snapshot.objects.count())
    assert after == before


def test_only_the_layers_whose_files_changed_are_built_again(folder, load) -> None:
    load(folder)
    text = small_folder.COUNTS.replace("B0,10", "B0,11")
    (folder / "counts.csv").write_text(text, encoding="utf-8")
    assert set(load(folder).rows) == {"population"}


def test_going_back_is_pointing_back(folder, load) -> None:
    load(folder)
    first = version("population")
    (folder / "counts.csv").write_text(small_folder.COUNTS.replace("B0,10", "B0,11"))
    load(folder)
    city = City.objects.get(slug="small")
    assert version("population") != first
    assert operations.roll_back(city, "population", at=AT, why="wrong file") == first
    assert version("population") == first
    assert LayerDecision.objects.filter(layer="population").count() == 3


def test_a_layer_with_one_version_cannot_go_back(folder, load) -> None:
    load(folder)
    city = City.objects.get(slug="small")
    with pytest.raises(operations.NothingEarlierError, match="no earlier version"):
        operations.roll_back(city, "zones", at=AT)


def test_a_snapshot_is_the_publishers_bytes_under_their_hash(folder, load, tmp_path) -> None:
    load(folder)
    snapshot = Snapshot.objects.get(file_name="counts.csv")
    kept = tmp_path / "snapshots" / snapshot.sha256[:2] / snapshot.sha256
    assert kept.read_text(encoding="utf-8") == small_folder.COUNTS
    assert kept.stat().st_mode & 0o222 == 0
    assert snapshot.licence == "CC-BY-4.0"


def test_counts_are_as_published_in_any_digits(folder, load) -> None:
    load(folder)
    assert Count.objects.get(area_code="B1", sex="girl").persons == 20
    assert Count.objects.aggregate(all=Sum("persons")) == {"all": 208}


def test_a_way_is_cut_at_junctions_and_marked_nodes_and_named(folder, load) -> None:
    load(folder)
    codes = StreetPiece.objects.order_by("code").values_list("code", flat=True)
    # The motorway is not walked; the gate in the tertiary street is a marked node.
    assert list(codes) == ["way/101:1", "way/101:2", "way/102:1", "way/102:2"]
    piece = StreetPiece.objects.get(code="way/101:1")
    assert (piece.names, piece.speed_kmh, piece.street_class) == (
        {"fa": "خیابان یکم"},
        30,
        "residential",
    )
    assert piece.length_m == pytest.approx(200, rel=1e-3)


def test_a_school_in_the_register_and_on_the_map_is_one_place_with_two_units(folder, load) -> None:
    load(folder)
    school = PlaceVersion.objects.get(kind__code="school")
    assert school.units.count() == 2
    assert {unit.sex for unit in school.units.all()} == {"girl", "boy"}
    records = PlaceMatch.objects.filter(place=school.place).values_list("source__key", flat=True)
    assert sorted(records) == ["map", "office"]


def test_a_school_missing_from_the_list_vouched_for_is_told_and_left_out(folder, load) -> None:
    said = [str(one) for one in load(folder).findings if one.weight == "warning"]
    assert any("دبستان دیگر" in one and "not in the list" in one for one in said)


def test_a_park_is_entered_at_its_gate(folder, load) -> None:
    load(folder)
    park = PlaceVersion.objects.get(kind__code="park")
    (entrance,) = park.entrances.all()
    lon, lat = small_folder.degrees(*small_folder.NODES[5])
    assert entrance.origin == "gate"
    assert (entrance.location.x, entrance.location.y) == pytest.approx((lon, lat), abs=1e-6)


def test_a_place_keeps_its_identity_when_the_map_renumbers_it(folder, load) -> None:
    load(folder)
    park = PlaceVersion.objects.get(kind__code="park").place
    ways = {k: v for k, v in small_folder.WAYS.items() if k != 110}
    ways[990] = small_folder.WAYS[110]
    (folder / "map.osm").write_text(small_folder.osm(ways), encoding="utf-8")
    load(folder)
    assert PlaceVersion.objects.filter(kind__code="park", place=park).count() == 2
    assert PlaceMatch.objects.get(source_record="park:way/990").place == park
    assert Place.objects.count() == 2


def test_a_zone_keeps_its_identity_over_layer_versions(folder, load) -> None:
    load(folder)
    zones = [(dict(p, name=p["name"] + " تازه"), g) for p, g in small_folder.ZONES]
    (folder / "zones.geojson").write_text(small_folder.features(zones), encoding="utf-8")
    load(folder)
    assert Zone.objects.count() == 3
    assert Zone.objects.get(code="N").versions.count() == 2


def test_custody_is_kept_with_its_first_day(folder, load) -> None:
    load(folder)
    custody = Custody.objects.get()
    assert (custody.layer, custody.kind_code) == ("places", "school")
    assert custody.during.lower == date(2021, 3, 21)


def test_frames_are_metres_with_stable_codes(folder, load) -> None:
    load(folder)
    zones = frames.zones(version("zones"))
    assert zones.code.tolist() == ["N", "S", "unassigned-neighbourhood"]
    assert zones.is_unassigned.tolist() == [False, False, True]
    assert zones.shape_m[0].area == pytest.approx(160_000, rel=1e-6)
    counts = frames.counts(version("population"))
    assert counts.persons.sum() == 208
    assert counts.sex[:2].tolist() == [0, 1]
    buildings = frames.buildings(version("buildings"))
    assert buildings.levels.tolist() == [4.0]
    assert buildings.is_residential.tolist() == [1]


def test_the_street_frame_has_the_fields_of_the_engines_street_pieces(folder, load) -> None:
    load(folder)
    streets = frames.streets(version("streets"))
    names = [field.name for field in fields(streets)]
    assert names == [field.name for field in fields(StreetPieces)]
    pieces = StreetPieces(**{name: getattr(streets, name) for name in names}).checked()
    assert pieces.code.tolist() == streets.code.tolist()
    gate = streets.node_mark[streets.node_id == 5]
    assert gate.tolist() == [8]


def test_the_frames_of_places_join_units_and_entrances(folder, load) -> None:
    load(folder)
    places = frames.places(version("places"), DAY)
    units = frames.units(version("places"), DAY, places)
    assert places.kind[units.place].tolist() == ["park", "school", "school"]
    assert units.capacity.tolist() == [pytest.approx(10_000, rel=1e-3), 100.0, 120.0]
    assert units.capacity_unit.tolist() == ["m2", "seat", "seat"]
    assert sorted(set(places.entrance_place.tolist())) == [0, 1]
    assert places.complete_kinds == ("school",)


def test_a_corrected_attribution_is_taken_over_without_new_layers(folder, load) -> None:
    load(folder)
    text = small_folder.CITY_TOML.replace("© Mappers", "© The Mappers")
    (folder / "city.toml").write_text(text, encoding="utf-8")
    assert not load(folder).changed
    assert Snapshot.objects.get(file_name="map.osm").source.attribution == "© The Mappers"


def test_two_files_of_one_name_in_two_folders_are_two_snapshots(folder, load) -> None:
    (folder / "older").mkdir()
    older = small_folder.COUNTS.replace("B0,10", "B0,9")
    (folder / "older" / "counts.csv").write_text(older, encoding="utf-8")
    more = small_folder.CITY_TOML.split("[[counts]]")[1].split("[streets]")[0]
    shares = "[[shares]]" + more.replace("counts.csv", "older/counts.csv")
    text = small_folder.CITY_TOML.replace("[streets]", shares + "[streets]")
    (folder / "city.toml").write_text(text, encoding="utf-8")
    load(folder)
    rows = Count.objects.filter(area_code="B0", sex="girl").order_by("role")
    assert [(row.role, row.persons) for row in rows] == [("count", 10), ("share", 9)]
    assert len({row.snapshot_id for row in rows}) == 2


def test_two_divisions_may_change_places(folder, load) -> None:
    halves = [(own | {"code": f"H{own['code']}"}, shape) for own, shape in small_folder.ZONES]
    (folder / "halves.geojson").write_text(small_folder.features(halves), encoding="utf-8")
    text = (folder / "city.toml").read_text(encoding="utf-8")
    first = text[text.index("[[tiers]]") : text.index("[cells]")]
    second = first.replace("neighbourhood", "half").replace("zones.geojson", "halves.geojson")
    for places in ((first, crossing(second)), (crossing(first), second)):
        written = text.replace(first, "".join(places))
        (folder / "city.toml").write_text(written, encoding="utf-8")
        load(folder)
    trees = dict(Tier.objects.values_list("code", "tree"))
    assert trees == {"neighbourhood": "other", "half": "main"}


def crossing(tier: str) -> str:
    return tier.replace("[tiers.file]", 'tree = "other"\n[tiers.file]')


def test_a_tier_in_the_place_of_an_earlier_one_is_refused_with_its_cure(folder, load) -> None:
    load(folder)
    before = version("zones")
    text = (folder / "city.toml").read_text(encoding="utf-8")
    renamed = text.replace('"neighbourhood"', '"quarter"')
    (folder / "city.toml").write_text(renamed, encoding="utf-8")
    with pytest.raises(FolderRefusedError, match=r"the tier neighbourhood .* call it"):
        load(folder)
    assert version("zones") == before
