"""A town of one street, assessed: every figure here can be worked out with a pencil."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Sum

from atlas.assessments.inputs.city import MissingLayerError
from atlas.assessments.models import (
    AccessIndex,
    Assessment,
    CellPlacement,
    Contribution,
    Result,
    Score,
)
from atlas.assessments.operations import adopt, run_assessment
from atlas.bodies.models import User
from spatial_data.models import ActiveLayer, LayerVersion, PlaceVersion, Unit
from tests.integration.assessments.small_town import LAYERS, NOON, VOUCHED_FOR, SmallTown, box

pytestmark = pytest.mark.django_db
CHILD = 1_000_000


def split(assessment, zone, service, band, sex):
    """Return served, full, out and unknown in children, to a thousandth."""
    row = Result.objects.get(
        assessment=assessment, zone__code=zone, service=service, band=band, sex=sex
    )
    parts = (row.served_micro, row.full_micro, row.out_micro, row.unknown_micro)
    return tuple(None if part is None else round(part / CHILD, 3) for part in parts)


@pytest.fixture
def assessment(town):
    return run_assessment(town.city, at=NOON)


def test_ten_seats_are_shared_evenly_among_the_38_girls_who_reach_the_school(assessment):
    # 20 girls west, 18 of 20 east within 700 m (the last of ten points is 724 m off), 10 seats.
    assert split(assessment, "QW", "primary_school", "6-11", "girl") == (5.263, 14.737, 0, 0)
    assert split(assessment, "QE", "primary_school", "6-11", "girl") == (4.737, 13.263, 2, 0)
    short = Result.objects.get(
        assessment=assessment, zone__code="T", service="primary_school", band="6-11", sex="girl"
    ).short_micro
    # What is served is rounded down at every point, so what is short may be a little more.
    assert short == pytest.approx(30 * CHILD, abs=50)


def test_the_boys_school_has_room_for_all_who_reach_it(assessment):
    assert split(assessment, "QW", "primary_school", "6-11", "boy") == (20, 0, 0, 0)
    assert split(assessment, "QE", "primary_school", "6-11", "boy") == (18, 0, 2, 0)


def test_the_playground_is_near_enough_for_three_of_four_houses(assessment):
    # Its gate stands 20 m off the street at 200: the house at 400 is 220 m away, over 200 m.
    assert split(assessment, "QW", "play_space", "0-2", "girl") == (3, 0, 1, 0)
    # 400 m for 6–11: two of the ten points east, the second 382 m away.
    assert split(assessment, "QE", "play_space", "6-11", "boy") == (4, 0, 16, 0)
    assert split(assessment, "QE", "play_space", "15-17", "boy") == (4, 0, 0, 0)


def test_children_near_no_street_are_unknown_and_stand_in_the_unassigned_zone(assessment):
    zone = "unassigned-quarter"
    assert split(assessment, zone, "primary_school", "6-11", "girl") == (0, 0, 0, 5)
    row = Contribution.objects.get(
        assessment=assessment, zone__code=zone, component="primary_school"
    )
    assert (row.gap, row.reason) == (None, "no_network")
    score = Score.objects.get(assessment=assessment, zone__code=zone)
    assert (score.need, score.rank, score.ranked_of) == (None, None, 0)


def test_a_service_without_a_place_in_the_city_is_unknown_and_not_out(assessment):
    assert split(assessment, "QW", "health_post", "0-2", "girl") == (0, 0, 0, 4)


def test_a_service_that_a_publisher_vouches_for_is_out_where_it_has_no_place(town):
    LayerVersion.objects.filter(pk=town.version["places"].pk).update(
        rules={"complete_kinds": [*VOUCHED_FOR, "health_post", "health_centre"]}
    )
    assessment = run_assessment(town.city, at=NOON)
    assert split(assessment, "QW", "health_post", "0-2", "girl") == (0, 0, 4, 0)


def test_a_group_without_a_requirement_is_not_applicable(assessment):
    row = Result.objects.get(
        assessment=assessment, zone__code="QW", service="primary_school", band="0-2", sex="boy"
    )
    assert (row.reason, row.served_micro, row.children_micro) == ("not_applicable", None, 4 * CHILD)


def test_every_zone_of_every_tree_accounts_for_every_child(assessment):
    valued = Result.objects.filter(assessment=assessment, reason="")
    assert valued.exists()
    whole = F("served_micro") + F("full_micro") + F("out_micro") + F("unknown_micro")
    assert not valued.exclude(children_micro=whole).exists()
    trees = (("T", "unassigned-town"), ("QE", "QW", "unassigned-quarter"), ("H", "unassigned-half"))
    for part in ("children_micro", "served_micro", "full_micro", "out_micro", "unknown_micro"):
        rows = valued.values("service", "band", "sex").order_by("service", "band", "sex")
        sums = [
            list(rows.filter(zone__code__in=zones).annotate(sum=Sum(part)).values_list("sum"))
            for zones in trees
        ]
        assert sums[0] == sums[1] == sums[2]


def test_a_division_that_cuts_a_cell_takes_its_points(assessment):
    # Four houses and six of the ten points east, the sixth 18 m beyond the border.
    girls = Result.objects.get(
        assessment=assessment, zone__code="H", service="library", band="6-11", sex="girl"
    )
    assert girls.children_micro == (20 + 12) * CHILD
    assert girls.quality == "estimated"


def test_what_was_published_as_such_is_measured(assessment):
    qualities = Result.objects.filter(assessment=assessment, zone__code__in=["T", "QW", "QE"])
    assert set(qualities.values_list("quality", flat=True)) == {"measured"}


def test_contributions_sum_to_the_score(assessment):
    scored = Score.objects.filter(assessment=assessment, need__isnull=False)
    assert scored.filter(zone__code="QW").exists()
    for score in scored:
        rows = Contribution.objects.filter(assessment=assessment, zone=score.zone)
        assert sum(row.points or 0 for row in rows) == pytest.approx(score.need, abs=1e-9)
        assert sum(row.weight for row in rows) == pytest.approx(1)


def test_the_gap_is_the_share_not_served_of_those_known_about(assessment):
    gap = Contribution.objects.get(
        assessment=assessment, zone__code="T", component="primary_school"
    ).gap
    assert gap == pytest.approx((28 + 2 + 2) / 80)


def test_a_park_serves_no_play(town):
    # The playground is gone from the park and stands far east: the park beside the houses is none.
    PlaceVersion.objects.filter(place__code="playground").update(status="closed")
    town.unit(town.place("swings", "playground", (950, 100)), "1")
    assessment = run_assessment(town.city, at=NOON)
    assert split(assessment, "QW", "play_space", "0-2", "girl") == (0, 0, 4, 0)
    assert assessment.left_out["units_of_closed_or_planned_places"] == 1


def test_a_kind_of_the_citys_own_offers_the_service_it_names(town):
    swings = {"code": "adventure_yard", "service": "play_space"}
    rules = {"complete_kinds": list(VOUCHED_FOR), "kinds": [swings]}
    LayerVersion.objects.filter(pk=town.version["places"].pk).update(rules=rules)
    PlaceVersion.objects.filter(place__code="playground").update(status="closed")
    town.unit(town.place("yard", "adventure_yard", (390, 100)), "1")
    assessment = run_assessment(town.city, at=NOON)
    # On the street at 390: three of the four houses are within 200 m, the one at 100 is not.
    assert split(assessment, "QW", "play_space", "0-2", "girl") == (3, 0, 1, 0)


def test_a_kind_that_names_a_service_the_set_does_not_have_is_counted_as_left_out(town):
    flying = {"code": "airfield", "service": "flying_lessons"}
    LayerVersion.objects.filter(pk=town.version["places"].pk).update(rules={"kinds": [flying]})
    town.unit(town.place("airfield", "airfield", (400, 100)), "1")
    assessment = run_assessment(town.city, at=NOON)
    assert assessment.left_out["units_that_meet_no_service/airfield"] == 1


def test_a_school_with_a_catchment_serves_only_who_lives_in_it(town):
    catchment = box(0, 0, 250, 200)
    Unit.objects.filter(place_version__place__code="school").update(catchment=catchment)
    assessment = run_assessment(town.city, at=NOON)
    # Two of the four houses lie in it, 10 girls for 10 seats; all others are out, however near.
    assert split(assessment, "QW", "primary_school", "6-11", "girl") == (10, 0, 10, 0)
    assert split(assessment, "QE", "primary_school", "6-11", "girl") == (0, 0, 20, 0)
    assert split(assessment, "QW", "primary_school", "6-11", "boy") == (10, 0, 10, 0)
    assert split(assessment, "QW", "play_space", "0-2", "girl") == (3, 0, 1, 0)


def test_a_school_without_a_catchment_still_takes_whom_another_does_not(town):
    Unit.objects.filter(code="girl").update(catchment=box(0, 0, 250, 200))
    town.unit(town.place("next", "school", (750, 100)), "1", stage="primary", capacity=100)
    assessment = run_assessment(town.city, at=NOON)
    assert split(assessment, "QE", "primary_school", "6-11", "girl") == (20, 0, 0, 0)


def test_an_unknown_capacity_is_judged_on_reach_and_flagged_with_its_other_bound(town):
    Unit.objects.filter(code="girl").update(capacity=None)
    assessment = run_assessment(town.city, at=NOON)
    assert split(assessment, "QE", "primary_school", "6-11", "girl") == (18, 0, 2, 0)
    row = Result.objects.get(
        assessment=assessment, zone__code="QE", service="primary_school", band="6-11", sex="girl"
    )
    assert row.flags == ["capacity_unknown", "edge"]
    assert row.served_low_micro == 0
    index = AccessIndex.objects.get(
        assessment=assessment, zone__code="unassigned-quarter", service="primary_school"
    )
    assert (index.index, index.reason) == (None, "missing")
    assert assessment.left_out["units_without_capacity"] == 2


def test_seats_for_a_provision_in_square_metres_are_unknown(standards):
    town = SmallTown(standard=standards[0].code)
    Unit.objects.filter(place_version__place__code="playground").update(capacity_unit="seat")
    assessment = run_assessment(town.city, at=NOON)
    row = Result.objects.get(
        assessment=assessment, zone__code="QW", service="play_space", band="0-2", sex="girl"
    )
    assert "capacity_unknown" in row.flags


def test_four_hundred_square_metres_are_shared_at_ten_a_child(standards):
    town = SmallTown(standard=standards[0].code)
    assessment = run_assessment(town.city, at=NOON)
    # 40 children's worth: 0–5 from three houses (3 × 4), 6–11 from all four and two points
    # (40 + 8), 12–17 from everywhere (16 + 16): 92 children reach it.
    served = Result.objects.filter(assessment=assessment, zone__code="T", service="play_space")
    assert served.aggregate(sum=Sum("served_micro"))["sum"] == pytest.approx(40 * CHILD, abs=50)
    assert split(assessment, "QW", "play_space", "0-2", "girl") == (
        round(3 * 40 / 92, 3),
        round(3 * 52 / 92, 3),
        1,
        0,
    )


def test_a_missing_count_is_missing_and_not_zero(town):
    for sex in ("girl", "boy"):
        town.count("E", (6, 12), sex, None)
    assessment = run_assessment(town.city, at=NOON)
    assert split(assessment, "QE", "primary_school", "6-11", "girl") == (None, None, None, None)
    row = Contribution.objects.get(
        assessment=assessment, zone__code="QE", component="primary_school"
    )
    assert (row.gap, row.reason) == (None, "missing")


def test_where_the_children_of_each_cell_stand_is_kept(assessment):
    ways = dict(CellPlacement.objects.filter(assessment=assessment).values_list("cell_code", "way"))
    assert ways == {"W": "buildings", "E": "streets", "N": "point"}


def test_what_was_left_out_is_counted_with_its_reason(assessment):
    told = assessment.left_out
    assert told["points"] == 4 + 10 + 1
    assert (told["points_near_no_street"], told["children_near_no_street"]) == (1, 18)
    assert told["units_used"] == 4
    assert told["units_without_capacity"] == 1
    assert told["cells_placed_at_one_point"] == 1
    assert told["street_components"] == 1


def test_an_assessment_names_what_it_read_and_what_computed_it(assessment):
    assert set(assessment.layers.values_list("layer", flat=True)) == set(LAYERS)
    assert {"python", "numpy", "numba", "geos", "engine"} <= set(assessment.made_with)
    assert assessment.parameters["power"] == 2
    assert assessment.standard.code == "iran-a"


def test_the_same_inputs_are_the_same_assessment(town, assessment):
    assert run_assessment(town.city, at=NOON) == assessment
    assert Assessment.objects.count() == 1


def test_other_layers_another_set_or_another_seed_are_another_assessment(town):
    run_assessment(town.city, at=NOON)
    run_assessment(town.city, at=NOON, seed=2)
    town.changed("places")
    run_assessment(town.city, at=NOON)
    planner = User.objects.create(username="planner")
    adopt(town.city, "international-a", on=town.city.reference_date, at=NOON, by=planner)
    run_assessment(town.city, at=NOON)
    assert Assessment.objects.count() == 4


def rows_of(assessment) -> list[tuple[object, ...]]:
    """Return every stored row of an assessment by codes, floats as they are stored."""
    fields = {
        "results": "service band sex children_micro served_micro full_micro out_micro "
        "unknown_micro short_micro served_low_micro edge_micro reason quality flags",
        "scores": "children_micro need lowest highest known_weight rank ranked_of reason flags",
        "contributions": "component gap weight points without reason",
        "completeness": "service grade is_incomplete evidence",
        "access_indices": "service index reason",
    }
    rows = [
        (name, *map(repr, row))
        for name, columns in fields.items()
        for row in getattr(assessment, name).values_list("zone__code", *columns.split())
    ]
    rows += [
        ("placements", *map(repr, row))
        for row in assessment.placements.values_list("cell_code", "way", "points")
    ]
    return sorted(rows)


def test_the_same_town_gives_the_same_digits_again_on_one_thread_and_on_four(town):
    found = []
    for threads in (1, 4):
        assessment = run_assessment(town.city, at=NOON, threads=threads)
        found.append(rows_of(assessment))
        assessment.delete()
    twin = SmallTown(slug="twin-town")
    found.append(rows_of(run_assessment(twin.city, at=NOON)))
    assert len(found[0]) > 900
    assert found[0] == found[1] == found[2]


def test_what_is_known_of_the_layers_is_kept(assessment):
    judged = {(row.zone.code, row.service): row for row in assessment.completeness.all()}
    assert judged["QW", "health_post"].is_incomplete
    assert judged["QW", "health_post"].evidence["nothing_in_the_city"]
    assert not judged["QW", "library"].is_incomplete


def test_a_city_without_a_layer_is_told_which(town):
    ActiveLayer.objects.filter(city=town.city, layer="streets").delete()
    with pytest.raises(MissingLayerError, match="no active layer: streets"):
        run_assessment(town.city, at=NOON)
    assert not Assessment.objects.exists()


def test_the_command_assesses_and_says_what_was_left_out(town, capsys):
    call_command("assess", town.city.slug)
    said = capsys.readouterr().out
    assert "by iran-a revision 1" in said
    assert "points_near_no_street: 1" in said
    call_command("assess", "small-town")
    assert "kept from an earlier run" in capsys.readouterr().out


def test_the_command_names_the_cities_there_are(town):
    with pytest.raises(CommandError, match=f"loaded are: {town.city.slug}"):
        call_command("assess", "big-town")
