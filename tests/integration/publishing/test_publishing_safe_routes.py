from __future__ import annotations

import csv
import io

import pytest

from atlas.assessments.models import PublishedFigure, PublishedScore, Result, WalkReach
from atlas.publishing.operations import publish
from tests.integration.publishing.grid_city import FEW, MICRO, NOON, SEXES
from tests.integration.publishing.test_publishing_figures import read

BANDS = ("12-14", "15-17")
SERVICE = "library"
LEAST = 200


@pytest.fixture
def walked(grid):
    """The city of squares, where two of three who reach the library do by a safe route."""
    keep_walks(grid, lambda reached: 2 * reached // 3)
    return grid


def keep_walks(grid, safe_of) -> None:
    found = Result.objects.filter(
        assessment=grid.assessment, service=SERVICE, band__in=BANDS, reason=""
    )
    WalkReach.objects.bulk_create(
        WalkReach(
            assessment=grid.assessment,
            zone=row.zone,
            profile=profile,
            service=SERVICE,
            band=row.band,
            sex=row.sex,
            any_route_micro=row.served_micro + row.full_micro,
            reached_micro=safe if profile == "safe_route" else 0,
            gap=0,
            reason="",
        )
        for row in found.select_related("zone")
        for safe in [safe_of(row.served_micro + row.full_micro)]
        for profile in ("safe_route", "wheels")
    )


def told_of(edition):
    rows = PublishedScore.objects.filter(edition=edition).exclude(safe_route={})
    return {score.zone_code: score.safe_route for score in rows}


def reached(edition, zone):
    """How many of the ages asked about are published as reached; None where a part is withheld."""
    rows = PublishedFigure.objects.filter(
        edition=edition, zone_code=zone, service=SERVICE, band__in=BANDS, sex="all"
    )
    parts = [(row.served, row.full, row.out, row.unknown) for row in rows]
    if any(None in own for own in parts):
        return None
    return sum((row.served or 0) + (row.full or 0) for row in rows)


def test_tenths_are_told_of_the_smallest_zones_alone(walked):
    told = told_of(publish(walked.city, at=NOON))
    assert told
    assert set(told) <= set(walked.inside["city"])
    assert FEW not in told
    assert all(own == {SERVICE: {"bands": [*BANDS], "tenths": 7}} for own in told.values())


def test_whether_tenths_are_told_follows_from_published_counts(walked):
    edition = publish(walked.city, at=NOON)
    counts = {zone: reached(edition, zone) for zone in walked.inside["city"]}
    assert set(told_of(edition)) == {z for z, n in counts.items() if n is not None and n >= LEAST}


@pytest.mark.parametrize(("unsafe", "tenths"), [(0, 9), (3, 9), (12, 9)])
def test_nobody_can_tell_a_few_unsafe_walks_from_none(grid, unsafe, tenths):
    """Less than 15 of 100 are one class, and it holds at least 30 children."""
    each = unsafe * MICRO // (len(BANDS) * len(SEXES))
    keep_walks(grid, lambda reached: max(0, reached - each))
    told = told_of(publish(grid.city, at=NOON))
    assert told
    assert {own[SERVICE]["tenths"] for own in told.values()} == {tenths}


def test_the_files_tell_the_same(walked, editions):
    edition = publish(walked.city, at=NOON)
    folder = editions / "grid" / str(edition)
    told = told_of(edition)
    values = read(folder, f"values/neighbourhood/{SERVICE}")
    assert values["safe_route"]["bands"] == [*BANDS]
    shown = dict(zip(values["zones"], values["safe_route"]["tenths"], strict=True))
    assert {zone for zone, tenths in shown.items() if tenths} == set(told)
    assert "safe_route" not in read(folder, f"values/district/{SERVICE}")
    assert "safe_route" not in read(folder, "values/neighbourhood/play_space")
    text = (folder / "tables" / "gaps-neighbourhood.en.csv").read_text("utf-8-sig")
    head = "Of ten of these ages who reach it, by a safe route"
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row[head]]
    assert {row["Zone code"]: row[head] for row in rows} == dict.fromkeys(told, "7")
    assert {(row["Service code"], row["Age band"], row["Sex"]) for row in rows} == {
        (SERVICE, "all", "all")
    }


def test_a_set_without_ways_of_walking_tells_nothing(published):
    _, edition, _ = published
    assert told_of(edition) == {}
