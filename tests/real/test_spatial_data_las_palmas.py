"""Las Palmas from raw files: every layer, its known dirt, and the figures the publishers give."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from spatial_data import frames, operations
from spatial_data.models import ActiveLayer

FOLDER = Path(__file__).parent / "las_palmas"
AT = datetime(2026, 3, 21, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def checked(real_data):
    """The city read and judged once, without a database."""
    _, layers, findings = operations.check_city(FOLDER, {"ATLAS_REAL_DATA": real_data})
    return layers, [str(finding) for finding in findings]


@pytest.fixture(scope="module")
def baseline(real_data):
    return json.loads((real_data / "las-palmas" / "baseline_independent.json").read_text())


def test_the_folder_has_no_fault(checked) -> None:
    assert [one for one in checked[1] if one.startswith("fault")] == []


@pytest.mark.parametrize(
    "said",
    [
        "districts_2022_raw.geojson: 5 shapes were repaired",
        "sections_2022_raw.geojson: 46 shapes were repaired",
        "neighbourhoods_2024_raw.geojson: 12 shapes were repaired",
        "8 rows have a code that is no cell",
        "4 cells have no row: not known",
        "ways have nodes that the file lacks",
    ],
)
def test_the_known_dirt_is_told(checked, said) -> None:
    assert any(said in one for one in checked[1])


def test_the_zones_stand_in_two_trees(checked) -> None:
    layers, _ = checked
    assert Counter(zone.tier for zone in layers.zones if zone.shape is not None) == {
        "district": 5,
        "section": 275,
        "neighbourhood": 121,
    }
    assert [(tier.code, tier.tree, tier.depth) for tier in layers.tiers] == [
        ("district", "main", 0),
        ("section", "main", 1),
        ("neighbourhood", "neighbourhoods", 0),
    ]


def test_repairing_keeps_the_area_of_the_city(checked) -> None:
    layers, _ = checked
    sections = [zone.shape for zone in layers.zones if zone.tier == "section" and zone.shape]
    whole = shapely.area(layers.boundary)
    assert shapely.area(shapely.union_all(sections)) == pytest.approx(whole, rel=0.01)


def test_the_counts_are_the_registers(checked) -> None:
    layers, _ = checked
    total = Counter()
    for count in layers.counts:
        total[count.role, count.age_from, count.age_to, count.sex] += count.persons or 0
    assert total["count", 0, 15, "all"] == 41_387
    assert total["count", 0, 121, "all"] == 378_797
    assert total["control", 0, 18, "all"] == 52_953
    bands = [(0, 3), (3, 6), (6, 12), (12, 16), (16, 18)]
    assert sum(total["control", *ages, "all"] for ages in bands) == 52_953
    # 2015: more boys than girls were born, as everywhere.
    assert total["share", 0, 5, "boy"] > total["share", 0, 5, "girl"] > 5_000


def test_the_streets_are_as_long_as_an_independent_reading_found(checked, baseline) -> None:
    streets = checked[0].streets
    kilometres = streets.length_m.sum() / 1000
    assert kilometres == pytest.approx(baseline["graph"]["length_km"], rel=0.03)
    assert len(set(streets.code)) == len(streets)


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("playground", "playground"),
        ("park", "park"),
        ("school", "school"),
        ("kindergarten", "kindergarten"),
        ("health_centre", "health"),
    ],
)
def test_the_places_are_those_an_independent_reading_found(
    checked, baseline, kind, counted
) -> None:
    """Fewer by those nobody may enter and points inside their own outline."""
    layers, findings = checked
    found = sum(place.kind == kind for place in layers.places)
    total = baseline["facilities"][counted]["total"]
    shut = sum(f"× {kind} not open" in one for one in findings)
    assert total - 13 <= found <= total
    assert found >= total - 8 or shut


def test_parks_are_never_entered_at_their_middle(checked) -> None:
    layers, _ = checked
    drawn = [place for place in layers.places if place.outline is not None]
    origins = Counter(origin for place in drawn for _, origin in place.entrances)
    assert origins["gate"] > 30
    assert origins["crossing"] > 100
    lonely = sum(place.entrances[0][1] == "point" for place in drawn)
    assert lonely < 0.02 * len(drawn)


def test_the_sea_is_closed_beside_the_city(checked) -> None:
    layers, _ = checked
    (sea,) = (row for row in layers.ground if row.kind == "sea")
    harbour, town = shapely.Point(-15.405, 28.135), shapely.Point(-15.430, 28.100)
    assert sea.shape.contains(harbour)
    assert not sea.shape.contains(town)


def test_catchments_in_another_reference_system_lie_in_the_city(checked) -> None:
    """EPSG:5635 counts north before east; the file does not. No school says its stage."""
    _, findings = checked
    file = "secondary_school_catchments_epsg5635.geojson"
    assert not any(one.startswith(f"fault: {file}") for one in findings)
    assert any(file in one and "no unit of the stage" in one for one in findings)


@pytest.mark.django_db
def test_loading_it_gives_frames_that_add_up(real_data, tmp_path) -> None:
    place = operations.LoadPlace({"ATLAS_REAL_DATA": real_data}, tmp_path)
    report = operations.load_city(FOLDER, place, at=AT)
    active = ActiveLayer.objects.filter(city__slug="las-palmas").select_related("version")
    version = {one.layer: one.version for one in active}
    assert dict(report.rows) == {layer: one.row_count for layer, one in version.items()}

    counts = frames.counts(version["population"])
    children = (counts.role == "count") & (counts.age_to == 15)
    assert counts.persons[children].sum() == 41_387
    zones = frames.zones(version["zones"])
    sections = zones.of_tier("section")
    assert set(zones.tier[zones.parent[sections]]) == {"district"}
    streets = frames.streets(version["streets"])
    assert np.isin(streets.start_node, streets.node_id).all()
    assert streets.offset[-1] == len(streets.xy_m)
    places = frames.places(version["places"], AT.date())
    assert set(places.entrance_place.tolist()) == set(range(len(places.code)))
