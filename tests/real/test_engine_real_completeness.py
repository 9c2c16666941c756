"""What the map of Las Palmas does not show must not be read as absent."""

from __future__ import annotations

import csv
import json

import numpy as np
import osmium
import pytest
import shapely

from atlas.engine.completeness import CompletenessRule, Seen, grade

KINDS = ("school", "kindergarten", "library", "playground", "clinic", "sports_centre")
SCHOOL, KINDERGARTEN, LIBRARY, PLAYGROUND = range(4)


def kind_of(tags):
    """Return the kind of a place, by its main tag."""
    found = {tags.get("amenity"), tags.get("leisure")} & set(KINDS)
    return KINDS.index(found.pop()) if found else None


def spot_of(thing):
    """Return where a node or way lies; relations are left out, they are few."""
    if isinstance(thing, osmium.osm.Node):
        return thing.lon, thing.lat
    if isinstance(thing, osmium.osm.Way):
        corners = [(n.lon, n.lat) for n in thing.nodes if n.location.valid()]
        return tuple(np.mean(corners, axis=0)) if corners else None
    return None


@pytest.fixture(scope="module")
def mapped(real_data):
    """Positions (degrees) of places with their kind, and of buildings."""
    places, buildings = [], []
    file = real_data / "las-palmas" / "las_palmas_2023-02-21.osm.pbf"
    for thing in osmium.FileProcessor(str(file)).with_locations():
        kind = kind_of(thing.tags)
        spot = spot_of(thing) if kind is not None or "building" in thing.tags else None
        if spot is None:
            continue
        if kind is not None:
            places.append((kind, *spot))
        if "building" in thing.tags:
            buildings.append(spot)
    return np.array(places), np.array(buildings)


@pytest.fixture(scope="module")
def seen(real_data, mapped):
    """Five districts, then 275 sections, as the grade takes them."""
    folder = real_data / "las-palmas"
    with (folder / "sections_2022_population.csv").open(encoding="utf-8") as file:
        people = {r["cusec"]: (int(r["poblacion"]), r["district"]) for r in csv.DictReader(file)}
    features = json.loads((folder / "sections_2022_raw.geojson").read_text())["features"]
    features.sort(key=lambda f: f["properties"]["cusec"])
    outlines = shapely.make_valid(
        np.array([shapely.geometry.shape(f["geometry"]) for f in features], dtype=object)
    )
    codes = [f["properties"]["cusec"] for f in features]
    district = np.array([int(people[c][1]) - 1 for c in codes])
    tree = shapely.STRtree(outlines)
    places, buildings = mapped
    spot, section = tree.query(shapely.points(places[:, 1:]), predicate="within")
    found = np.zeros((len(codes), len(KINDS)), np.int64)
    np.add.at(found, (section, places[spot, 0].astype(int)), 1)
    _, section = tree.query(shapely.points(buildings), predicate="within")
    houses = np.bincount(section, minlength=len(codes)).astype(float)
    residents = np.array([people[c][0] for c in codes], float)

    def both(values):
        above = np.zeros((5, *values.shape[1:]), values.dtype)
        np.add.at(above, district, values)
        return np.concatenate([above, values])

    n = 5 + len(codes)
    return Seen(
        parent=np.concatenate([np.full(5, -1), district]).astype(np.int32),
        tier=np.repeat([0, 1], [5, len(codes)]).astype(np.int32),
        residents=both(residents),
        buildings=both(houses),
        places=both(found),
        age_years=np.full((n, len(KINDS)), np.nan),
        filled=np.full((n, len(KINDS)), np.nan),
        declared=np.zeros(len(KINDS), bool),
    ), district


def test_the_map_of_district_five_is_as_thin_as_told(seen) -> None:
    zones, _ = seen
    assert zones.places[4, SCHOOL] == 1
    assert zones.places[1, SCHOOL] >= 55
    assert zones.buildings[4] == pytest.approx(533, abs=10)


def test_district_five_is_caught_and_the_others_are_not(seen) -> None:
    zones, _ = seen
    found = grade(zones, CompletenessRule())
    assert found.is_incomplete[4, [SCHOOL, KINDERGARTEN, LIBRARY]].all()
    assert not found.is_incomplete[:4].any()
    assert found.building_ratio[4] < 0.25


def test_sections_of_district_five_are_caught_and_hardly_any_other(seen) -> None:
    zones, district = seen
    found = grade(zones, CompletenessRule())
    sections = found.is_incomplete[5:]
    assert sections[district == 4][:, SCHOOL].mean() > 0.9
    for other in range(4):
        assert sections[district == other].mean() < 0.05


def test_what_is_mapped_there_still_counts_for_something(seen) -> None:
    zones, _ = seen
    found = grade(zones, CompletenessRule())
    # Eleven playgrounds of twenty-two expected: partial evidence, and hardly a building.
    assert found.place_ratio[4, PLAYGROUND] == pytest.approx(0.5, abs=0.05)
