from __future__ import annotations

import shapely

from spatial_data.ground_plan import GroundPlan
from spatial_data.importing.city_schema import MatchKeys, PlacesKeys
from spatial_data.importing.findings import Findings
from spatial_data.importing.layers import (
    EarlierPlace,
    KnownPlaces,
    PlaceRow,
    StandingCorrection,
    UnitRow,
)
from spatial_data.importing.merge.areas import settle_areas
from spatial_data.importing.merge.corrections import lay_over
from spatial_data.importing.merge.identity import give_codes
from spatial_data.importing.merge.same_place import merge_places
from tests.integration.spatial_data.small_folder import degrees

PLAN = GroundPlan(32639)


def place(record, x, y, name="", source="osm", **more) -> PlaceRow:
    kind, size = more.get("kind", "school"), more.get("size", 0.0)
    point = shapely.Point(degrees(x, y))
    outline = None
    if size:
        corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
        outline = shapely.MultiPolygon([shapely.Polygon([degrees(*corner) for corner in corners])])
        point = outline.representative_point()
    names = {"fa": name} if name else {}
    row = PlaceRow(source, f"{kind}:{record}", kind, source, names, point, outline)
    row.matches = [(source, row.record, "own")]
    row.units = [UnitRow("1", capacity_unit="m2" if size else "seat")]
    return row


def keys(source, precedence=1, *, complete=False, **match) -> PlacesKeys:
    return PlacesKeys(
        source=source,
        path=source,
        format="osm",
        precedence=precedence,
        complete=complete,
        match=MatchKeys(**match),
    )


def merged(*files, stored=None):
    findings = Findings()
    rows, complete = merge_places(list(files), stored or {}, PLAN, findings)
    return rows, complete, [str(one) for one in findings]


def test_records_of_one_place_fill_each_other_by_precedence() -> None:
    ours = place("7", 0, 0, "دبستان امید", "office")
    theirs = place("n1", 30, 0, "دبستان اميد")
    theirs.area_m2, theirs.names["en"] = 900.0, "Omid"
    rows, _, _ = merged((keys("osm", 2), [theirs]), (keys("office", 1), [ours]))
    (row,) = rows
    assert (row.source, row.names, row.area_m2) == (
        "office",
        {"fa": "دبستان امید", "en": "Omid"},
        900.0,
    )
    assert [match[:2] for match in row.matches] == [("office", "school:7"), ("osm", "school:n1")]


def test_two_places_with_unlike_names_stay_two() -> None:
    rows, _, _ = merged(
        (keys("office"), [place("7", 0, 0, "دبستان امید", "office")]),
        (keys("osm", 2), [place("n1", 30, 0, "هنرستان صنعتی")]),
    )
    assert len(rows) == 2


def test_two_places_far_apart_stay_two() -> None:
    rows, _, _ = merged(
        (keys("office"), [place("7", 0, 0, "دبستان امید", "office")]),
        (keys("osm", 2), [place("n1", 90, 0, "دبستان امید")]),
    )
    assert len(rows) == 2


def test_two_records_of_one_file_are_never_one_place_of_another() -> None:
    rows, _, _ = merged(
        (keys("office"), [place("7", 0, 0, "دبستان امید", "office")]),
        (keys("osm", 2), [place("n1", 5, 0, "دبستان امید"), place("n2", 9, 0, "دبستان امید")]),
    )
    assert len(rows) == 2


def test_equal_codes_match_where_the_rule_is_by_code() -> None:
    rows, _, _ = merged(
        (keys("office"), [place("7", 0, 0, "الف", "office")]),
        (keys("health", 2, by=("code",)), [place("7", 900, 0, "ب", "health")]),
    )
    assert len(rows) == 1


def test_what_was_decided_before_stands_over_the_rules() -> None:
    ours, theirs = place("7", 0, 0, "دبستان امید", "office"), place("n1", 5, 0, "دبستان امید")
    apart = {("office", "school:7"): "a", ("osm", "school:n1"): "b"}
    assert len(merged((keys("office"), [ours]), (keys("osm", 2), [theirs]), stored=apart)[0]) == 2
    far = place("n1", 500, 0, "نام دیگر")
    same = {("office", "school:7"): "a", ("osm", "school:n1"): "a"}
    rows, _, _ = merged(
        (keys("office"), [place("7", 0, 0, "دبستان امید", "office")]),
        (keys("osm", 2), [far]),
        stored=same,
    )
    assert len(rows) == 1


def test_a_list_vouched_for_keeps_others_out_and_says_so() -> None:
    rows, complete, said = merged(
        (keys("office", complete=True), [place("7", 0, 0, "دبستان امید", "office")]),
        (keys("osm", 2), [place("n1", 900, 0, "دبستان دیگر")]),
    )
    assert (len(rows), complete) == (1, ["school"])
    assert any("دبستان دیگر" in one for one in said)


def test_a_point_inside_its_own_outline_is_joined_to_it() -> None:
    rows, _, said = merged(
        (keys("osm"), [place("w1", 0, 0, size=100.0), place("n1", 50, 50, "دبستان امید")])
    )
    assert [row.names for row in rows] == [{"fa": "دبستان امید"}]
    assert any("joined" in one for one in said)


def test_a_minted_code_is_the_same_on_every_machine() -> None:
    first, second = place("n1", 0, 0), place("n1", 500, 500)
    for row in (first, second):
        give_codes([row], KnownPlaces(), PLAN)
    assert first.code == second.code == "school-h4czxh"


def test_a_renumbered_place_is_found_on_its_spot() -> None:
    row = place("n2", 3, 0, "دبستان امید")
    old = EarlierPlace("school-old", "osm", "school:n1", "school", {"fa": "دبستان امید"}, row.point)
    known = KnownPlaces({("osm", "school:n1"): "school-old"}, [old])
    give_codes([row], known, PLAN)
    assert row.code == "school-old"
    assert row.matches[0][2] == "renumbered"


def test_a_place_whose_number_is_still_there_is_not_given_away() -> None:
    still, fresh = place("n1", 0, 0, "دبستان امید"), place("n2", 3, 0, "دبستان امید")
    old = EarlierPlace("old", "osm", "school:n1", "school", {"fa": "دبستان امید"}, still.point)
    give_codes([fresh, still], KnownPlaces({("osm", "school:n1"): "old"}, [old]), PLAN)
    assert still.code == "old"
    assert fresh.code not in {"", "old"}


def test_a_correction_lies_over_what_the_publisher_says_and_a_clash_is_told() -> None:
    row = place("n1", 0, 0, "نام تازه")
    row.code = "a"
    findings = Findings()
    corrections = [
        StandingCorrection("a", "names.fa", "نام کهنه", "نام درست"),
        StandingCorrection("a", "status", "open", "closed"),
        StandingCorrection("a", "units.1.capacity", None, 90.0),
        StandingCorrection("gone", "status", "open", "closed"),
    ]
    lay_over([row], corrections, findings)
    assert (row.names["fa"], row.status, row.units[0].capacity) == ("نام درست", "closed", 90.0)
    said = [str(one) for one in findings]
    assert len(said) == 2
    assert "the publisher now says 'نام تازه'" in said[0]
    assert "the corrected place gone is in no file any more" in said[1]


def test_a_playground_in_a_park_takes_its_area_out_of_the_park() -> None:
    park = place("w1", 0, 0, kind="park", size=100.0)
    playground = place("w2", 10, 10, kind="playground", size=20.0)
    settle_areas([park, playground], PLAN)
    assert playground.inside == 0
    assert abs(park.area_m2 - 10_000) < 20
    assert abs(park.units[0].capacity - 9_600) < 20
    assert abs(playground.units[0].capacity - 400) < 2


def test_a_play_space_without_an_outline_has_no_known_capacity() -> None:
    point = place("n1", 0, 0, kind="playground")
    point.units[0].capacity_unit = "m2"
    settle_areas([point], PLAN)
    assert (point.area_m2, point.units[0].capacity) == (None, None)
