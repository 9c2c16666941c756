"""What is stored beside split and score: depth, several services lacked, evenness, crowding."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from atlas.assessments.models import (
    AccessIndex,
    Assessment,
    BuildingCrowding,
    LackingServices,
    Result,
    ServiceDepth,
    ServiceEquity,
    TierPattern,
    ZoneCluster,
)
from atlas.assessments.operations import run_assessment
from spatial_data.models import Unit
from tests.integration.assessments.small_town import BANDS, NOON

pytestmark = pytest.mark.django_db
CHILD = 1_000_000
TABLES = (ServiceDepth, LackingServices, ServiceEquity, TierPattern, ZoneCluster, BuildingCrowding)


@pytest.fixture
def assessment(town):
    return run_assessment(town.city, at=NOON)


def depth_of(assessment, zone, service):
    return ServiceDepth.objects.get(assessment=assessment, zone__code=zone, service=service)


def test_the_last_of_ten_points_east_is_out_of_reach_of_the_school(assessment) -> None:
    # Two girls and two boys, 727.5 m off with a reach of 700.
    found = depth_of(assessment, "QE", "primary_school")
    assert found.median_out_cm == pytest.approx(72_750, abs=10)
    assert found.mean_excess_cm == found.median_out_cm - 70_000
    assert (found.out_reason, found.reason, found.median_reason) == ("", "", "")
    # 18 girls and 18 boys, each with the one school in reach.
    assert found.one_place_micro == 36 * CHILD


def test_where_nobody_is_out_the_distance_of_those_out_is_not_applicable(assessment) -> None:
    found = depth_of(assessment, "QW", "primary_school")
    assert (found.median_out_cm, found.mean_excess_cm) == (None, None)
    assert found.out_reason == "not_applicable"
    assert found.median_cm > 0


def test_filled_no_more_girls_find_no_room_than_by_even_sharing(assessment) -> None:
    # Ten seats for the 38 girls in reach: 28 find none however the seats are given.
    whole = ServiceDepth.objects.filter(assessment=assessment, service="primary_school")
    quarters = whole.filter(zone__code__in=["QE", "QW"])
    even = Result.objects.filter(
        assessment=assessment, zone__code="T", service="primary_school"
    ).aggregate(sum=Sum("full_micro"))["sum"]
    filled = quarters.aggregate(sum=Sum("filled_full_micro"))["sum"]
    assert filled == whole.get(zone__code="T").filled_full_micro
    assert 28 * CHILD <= filled <= even
    city = ServiceEquity.objects.get(assessment=assessment, service="primary_school")
    assert city.certain_full_micro == 28 * CHILD


def test_who_is_certain_to_find_no_room_is_not_asked_without_a_provision(assessment) -> None:
    city = ServiceEquity.objects.get(assessment=assessment, service="library")
    assert (city.certain_full_micro, city.certain_reason) == (None, "not_applicable")


def test_girls_and_boys_are_served_alike_but_at_the_school(assessment) -> None:
    play, school = (
        ServiceEquity.objects.get(assessment=assessment, service=service)
        for service in ("play_space", "primary_school")
    )
    assert play.girls_less_boys == 0
    # 10 of 40 girls known of, 38 of 40 boys.
    assert school.girls_coverage == pytest.approx(10 / 40, abs=1e-6)
    assert school.boys_coverage == pytest.approx(38 / 40, abs=1e-6)
    assert school.girls_less_boys == pytest.approx(-28 / 40, abs=1e-6)


def test_a_service_nobody_can_judge_has_no_coverage_to_compare(assessment) -> None:
    city = ServiceEquity.objects.get(assessment=assessment, service="health_post")
    assert (city.girls_coverage, city.girls_reason) == (None, "missing")
    assert city.girls_less_boys is None


def test_the_fifths_of_play_span_its_mean_and_theil_its_part_between_zones(assessment) -> None:
    play = ServiceEquity.objects.get(assessment=assessment, service="play_space")
    town = AccessIndex.objects.get(
        assessment=assessment, zone__code="T", service="play_space"
    ).index
    assert play.lower_fifth == 0 < town < play.upper_fifth
    assert 0 < play.theil_between < play.theil
    assert 0 < play.gini < 1


def test_where_nothing_arrives_at_anybody_evenness_is_missing(assessment) -> None:
    city = ServiceEquity.objects.get(assessment=assessment, service="kindergarten")
    assert (city.gini, city.theil, city.access_reason) == (None, None, "missing")
    assert city.girls_coverage == 0


def test_children_lacking_several_services_are_fewer(assessment) -> None:
    rows = LackingServices.objects.filter(assessment=assessment, zone__code="QW")
    bounds = {row.at_least: (row.lower_micro, row.upper_micro) for row in rows}
    # All 72 children of the west lack the protection centre. Of the eight infants six lack nothing
    # else for certain; neither infants nor the six of 3 to 5 who have the playground lack a third
    # service. Whether there is a health post nobody knows.
    assert bounds == {
        1: (72 * CHILD, 72 * CHILD),
        2: (66 * CHILD, 72 * CHILD),
        3: (58 * CHILD, 66 * CHILD),
    }
    parts = LackingServices.objects.filter(
        assessment=assessment, zone__code__in=["QE", "QW"], at_least=2
    ).aggregate(low=Sum("lower_micro"), high=Sum("upper_micro"))
    whole = LackingServices.objects.get(assessment=assessment, zone__code="T", at_least=2)
    assert (whole.lower_micro, whole.upper_micro) == (parts["low"], parts["high"])


def test_without_any_count_there_is_no_amount_and_no_distance(town) -> None:
    for ages in BANDS:
        for sex in ("girl", "boy"):
            town.count("E", ages, sex, None)
    assessment = run_assessment(town.city, at=NOON)
    found = depth_of(assessment, "QE", "play_space")
    assert (found.filled_full_micro, found.one_place_micro, found.reason) == (None, None, "missing")
    assert (found.median_cm, found.median_reason, found.out_reason) == (None, "missing", "missing")
    lacking = LackingServices.objects.get(assessment=assessment, zone__code="QE", at_least=1)
    assert (lacking.lower_micro, lacking.reason) == (None, "missing")


def test_two_shifts_share_the_seats_of_a_building(town) -> None:
    school = Unit.objects.get(place_version__place__code="school", code="girl").place_version
    Unit.objects.filter(place_version=school).delete()
    town.unit(school, "am", stage="primary", shift="morning", capacity=300, pupils=310)
    town.unit(school, "pm", stage="primary", shift="afternoon", capacity=300, pupils=290)
    row = BuildingCrowding.objects.get(
        assessment=run_assessment(town.city, at=NOON), place__code="school"
    )
    assert (row.shifts, row.pupils, row.seats_micro) == (2, 600, 300 * CHILD)
    assert row.pupils_per_seat == 2
    assert row.fullest_shift == pytest.approx(310 / 300)
    assert (row.m2_per_pupil, row.m2_reason) == (None, "missing")


def test_a_place_without_seats_has_no_row(assessment) -> None:
    rows = BuildingCrowding.objects.filter(assessment=assessment)
    assert not rows.filter(place__code__in=["park", "playground"]).exists()


def test_two_quarters_are_too_few_for_a_pattern(assessment) -> None:
    row = TierPattern.objects.get(assessment=assessment, tier_code="quarter")
    assert (row.weights, row.moran, row.reason) == ("shared_border", None, "not_applicable")
    assert row.islands == []
    alone = TierPattern.objects.get(assessment=assessment, tier_code="town")
    assert alone.islands == ["T"]
    clusters = ZoneCluster.objects.filter(assessment=assessment)
    assert set(clusters.values_list("cluster", "local_moran")) == {("none", None)}
    without = clusters.get(zone__code="unassigned-quarter")
    assert without.reason == "missing"


def test_the_same_inputs_give_the_same_rows(town) -> None:
    stored = []
    for _ in range(2):
        assessment = run_assessment(town.city, at=NOON)
        stored.append([rows_of(model, assessment) for model in TABLES])
        Assessment.objects.all().delete()
    assert stored[0] == stored[1]
    assert all(stored[0])


def rows_of(model, assessment):
    names = [
        field.name for field in model._meta.local_fields if field.name not in {"id", "assessment"}
    ]
    return sorted(model.objects.filter(assessment=assessment).values_list(*names), key=repr)


@pytest.mark.parametrize(
    ("model", "where", "fault"),
    [
        (ServiceDepth, {"zone__code": "QE", "service": "library"}, {"one_place_micro": None}),
        (ServiceDepth, {"zone__code": "QE", "service": "library"}, {"median_cm": None}),
        (ServiceDepth, {"zone__code": "QE", "service": "library"}, {"mean_excess_cm": 1}),
        (LackingServices, {"zone__code": "QE", "at_least": 1}, {"lower_micro": 73 * CHILD}),
        (LackingServices, {"zone__code": "QE", "at_least": 1}, {"reason": "missing"}),
        (ServiceEquity, {"service": "play_space"}, {"gini": None}),
        (ServiceEquity, {"service": "play_space"}, {"boys_coverage": None}),
        (ServiceEquity, {"service": "primary_school"}, {"certain_full_micro": None}),
        (TierPattern, {"tier_code": "town"}, {"reason": ""}),
        (ZoneCluster, {"zone__code": "QE"}, {"cluster": "high_among_high"}),
        (BuildingCrowding, {"place__code": "school"}, {"seats_reason": ""}),
    ],
)
def test_the_database_refuses_a_null_without_a_reason(assessment, model, where, fault) -> None:
    rows = model.objects.filter(assessment=assessment, **where)
    assert rows.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**fault)
