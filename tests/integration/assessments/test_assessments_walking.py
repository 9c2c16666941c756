"""The town of one street once more, with roads to cross and steps to climb."""

from __future__ import annotations

import pytest
from django.db.models import F

from atlas.assessments.models import Result, StandardSet, WalkReach
from atlas.assessments.operations import run_assessment
from spatial_data.models import StreetPiece
from tests.integration.assessments.small_town import NOON

pytestmark = pytest.mark.django_db
CHILD = 1_000_000


def walked(assessment, zone, profile, service, band):
    return WalkReach.objects.get(
        assessment=assessment,
        zone__code=zone,
        profile=profile,
        service=service,
        band=band,
        sex="girl",
    )


def test_where_nothing_is_to_be_crossed_there_is_no_safety_gap(town):
    assessment = run_assessment(town.city, at=NOON)
    row = walked(assessment, "QE", "safe_route", "play_space", "12-14")
    assert (row.reached_micro, row.any_route_micro, row.gap) == (4 * CHILD, 4 * CHILD, 0)
    assert WalkReach.objects.filter(assessment=assessment, gap__gt=0).count() == 0


def test_who_would_have_to_cross_two_roads_does_not_reach_the_playground_safely(town):
    # Crossing a major road counts as 180 s at 1.11 m/s, 199.8 m. The playground's gate is 20 m off
    # the street at 200: of ten points east, the four beyond 780 m are over 1000 m away.
    town.road(5)
    town.road(6)
    assessment = run_assessment(town.city, at=NOON)
    row = walked(assessment, "QE", "safe_route", "play_space", "12-14")
    assert row.any_route_micro == 4 * CHILD
    assert row.reached_micro == pytest.approx(2.4 * CHILD, abs=10)
    assert row.gap == pytest.approx(0.4)
    assert walked(assessment, "QW", "safe_route", "play_space", "12-14").gap == 0
    whole = walked(assessment, "T", "safe_route", "play_space", "12-14")
    assert whole.gap == pytest.approx(1.6 / 8)


def test_signals_let_them_pass(town):
    town.road(5)
    town.road(6)
    StreetPiece.objects.filter(start_node__in=(5, 6)).update(start_mark=2)
    StreetPiece.objects.filter(end_node__in=(5, 6)).update(end_mark=2)
    assessment = run_assessment(town.city, at=NOON)
    assert walked(assessment, "QE", "safe_route", "play_space", "12-14").gap == 0


def test_a_stroller_takes_no_steps(town):
    # Steps between 200 and 300: the house at 300 is 120 m from the playground, and not by stroller.
    StreetPiece.objects.filter(code="way/1:3").update(features=16 | 2)
    town.changed("streets")
    assessment = run_assessment(town.city, at=NOON)
    row = walked(assessment, "QW", "wheels", "play_space", "0-2")
    assert (row.any_route_micro, row.reached_micro) == (3 * CHILD, 2 * CHILD)
    assert row.gap == pytest.approx(0.25)


def test_children_near_no_street_have_no_safety_gap_to_tell(town):
    assessment = run_assessment(town.city, at=NOON)
    row = walked(assessment, "unassigned-quarter", "safe_route", "play_space", "12-14")
    assert (row.gap, row.reason) == (None, "no_network")


def test_only_who_walks_so_and_only_what_is_walked_to_has_a_row(town):
    assessment = run_assessment(town.city, at=NOON)
    rows = WalkReach.objects.filter(assessment=assessment)
    bands = set(rows.filter(profile="safe_route").values_list("band", flat=True))
    assert bands == {"12-14", "15-17"}
    assert set(rows.filter(profile="wheels").values_list("band", flat=True)) == {"0-2"}
    assert not rows.filter(service__in=("special_school", "child_protection_centre")).exists()
    for row in rows:
        result = Result.objects.get(
            assessment=assessment,
            zone=row.zone,
            service=row.service,
            band=row.band,
            sex=row.sex,
        )
        assert row.any_route_micro == result.served_micro + result.full_micro
    assert not rows.filter(reached_micro__gt=F("any_route_micro")).exists()


def test_a_standard_without_ways_of_walking_is_assessed_without_them(town):
    StandardSet.objects.update(profiles={})
    assessment = run_assessment(town.city, at=NOON)
    assert not WalkReach.objects.filter(assessment=assessment).exists()
    assert Result.objects.filter(assessment=assessment).exists()
