"""Context and coverage along deprivation in an edition: what is public, and coarse enough."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from atlas.assessments.models import (
    AssessmentLayer,
    Contribution,
    PublishedContext,
    PublishedFigure,
    PublishedGradient,
    PublishedScore,
    ServiceGradient,
    SubScore,
    ZoneContext,
)
from atlas.publishing.gradients import _held, nearest, step_percent
from atlas.publishing.operations import publish, rebuild
from spatial_data.models import (
    ActiveLayer,
    ContextIndicator,
    LayerVersion,
    Source,
    Tier,
)
from tests.integration.publishing.grid_city import DAY, FEW, NOON
from tests.integration.publishing.test_publishing_figures import read

SERVICE = "primary_school"
NAMES = [f"N{number}" for number in range(1, 9)]


@pytest.fixture
def measured(grid):
    """The city of squares with poverty of its neighbourhoods, 10 in N1 to 80 in N8."""
    version = LayerVersion.objects.create(
        city=grid.city,
        layer="context",
        content_hash=f"{'context':0<64}",
        built_at=NOON,
        row_count=0,
    )
    version.snapshots.add(grid.snapshot)
    ActiveLayer.objects.create(city=grid.city, layer="context", version=version)
    AssessmentLayer.objects.create(assessment=grid.assessment, layer="context", version=version)
    ContextIndicator.objects.create(
        layer_version=version,
        snapshot=grid.snapshot,
        code="poverty",
        names={"en": "Poverty", "fa": "فقر"},
        tier=Tier.objects.get(city=grid.city, code="neighbourhood"),
        units={"en": "%"},
        good=0,
        bad=100,
        normalisation="goalposts",
        domain="context",
        is_deprivation=True,
        is_public=True,
        reference_date=DAY,
    )
    for code, zone in grid.zone.items():
        own = 10.0 * int(code[1:]) if code in NAMES else 42.0
        ZoneContext.objects.create(
            assessment=grid.assessment,
            zone=zone,
            indicator="poverty",
            value=own,
            smoothed=own,
            level=own / 100,
            is_constant=False,
            quality="measured" if code in NAMES else "estimated",
        )
    return grid


def withhold_the_few(grid) -> None:
    """Let a city adopt a least count that withholds even how many live in N8."""
    grid.standard.parameters["disclosure_threshold_public"]["value"] = 30
    grid.standard.save()


def weigh(grid) -> None:
    """Let poverty weigh in the scores of the assessment."""
    ContextIndicator.objects.update(weight_micro=100_000)
    for zone in grid.zone.values():
        Contribution.objects.create(
            assessment=grid.assessment,
            zone=zone,
            component="poverty",
            gap=0.5,
            weight=0.1,
            points=1.0,
            without=1.0,
        )
        for part in ("gaps", "context"):
            SubScore.objects.create(assessment=grid.assessment, zone=zone, part=part, need=33.25)


def values(edition) -> dict[str, tuple]:
    rows = PublishedContext.objects.filter(edition=edition)
    return {row.zone_code: (row.value, row.quality, row.reason) for row in rows}


def exact(edition) -> set[str]:
    return set(
        PublishedScore.objects.filter(edition=edition, need__isnull=False).values_list(
            "zone_code", flat=True
        )
    )


def test_an_attribute_of_a_zone_is_published_whoever_lives_there(measured):
    found = values(publish(measured.city, at=NOON))
    assert {found[code] for code in NAMES} == {(10.0 * n, "measured", "") for n in range(1, 9)}
    # Few children live in N8; of the zone itself its value tells nothing but its source's word.
    assert found[FEW] == (80.0, "measured", "")


def test_a_mean_over_children_is_withheld_where_some_of_their_counts_are(measured):
    assert values(publish(measured.city, at=NOON))["D2"] == (42.0, "estimated", "")
    withhold_the_few(measured)
    found = values(publish(measured.city, at=NOON))
    # Eight values and the mean would tell how many live in N8.
    assert found["D2"] == (None, "estimated", "suppressed")
    # The halves share their children with the districts in pieces that nobody publishes.
    assert found["north"] == found["south"] == (None, "estimated", "suppressed")


def test_what_is_not_public_is_used_and_never_published(measured):
    ContextIndicator.objects.update(is_public=False)
    edition = publish(measured.city, at=NOON)
    assert values(edition) == {}
    assert edition.about["indicators"] == []


def test_a_source_that_is_not_public_makes_its_indicators_so(measured):
    Source.objects.filter(key="own").update(sensitivity="council")
    assert values(publish(measured.city, at=NOON)) == {}


def test_the_edition_says_what_an_indicator_is(measured):
    edition = publish(measured.city, at=NOON)
    (own,) = edition.about["indicators"]
    assert (own["code"], own["tier"], own["deprivation"], own["weight"]) == (
        "poverty",
        "neighbourhood",
        True,
        0.0,
    )


def test_weight_adds_contributions_and_scores_of_parts_where_scores_are_exact(measured, editions):
    before = exact(publish(measured.city, at=NOON))
    weigh(measured)
    edition = publish(measured.city, at=NOON)
    folder = editions / "grid" / str(edition)
    # Of the other tree nothing is told that holds a mean over children.
    assert exact(edition) == before - {"north", "south", "unassigned-half"}
    need = read(folder, "values/neighbourhood/need")
    context = read(folder, "values/neighbourhood/context")
    shown = [zone in exact(edition) for zone in need["zones"]]
    assert any(shown)
    assert need["contributions"]["poverty"] == [1.0 if own else None for own in shown]
    assert context["scores"]["gaps"] == [33.25 if own else None for own in shown]


def test_where_a_hidden_indicator_weighs_only_classes_are_published(measured):
    weigh(measured)
    ContextIndicator.objects.update(is_public=False)
    edition = publish(measured.city, at=NOON)
    assert exact(edition) == set()
    rows = PublishedScore.objects.filter(edition=edition)
    assert set(rows.values_list("rank", flat=True)) == {None}
    assert rows.filter(need_class__isnull=False).exists()
    assert all(row.contributions == {} and row.parts == {} for row in rows)


def test_a_hidden_indicator_that_is_missing_hides_nothing(measured):
    weigh(measured)
    before = exact(publish(measured.city, at=NOON))
    ContextIndicator.objects.update(is_public=False)
    ZoneContext.objects.update(value=None, smoothed=None, level=None, reason="missing")
    assert before <= exact(publish(measured.city, at=NOON))


def test_what_is_drawn_towards_neighbours_hides_the_score_beside_a_withheld_count(measured):
    weigh(measured)
    withhold_the_few(measured)
    before = exact(publish(measured.city, at=NOON))
    assert before & {"N5", "N6", "N7"}
    ZoneContext.objects.filter(zone__code__in=NAMES).update(smoothed=41.0)
    after = publish(measured.city, at=NOON)
    # N5 to N8 share D2 with the few of N8; the values themselves stay as their source gives them.
    assert exact(after) == before - {"N5", "N6", "N7", "N8"}
    assert values(after)["N5"] == (50.0, "measured", "")


def gradient(grid, **figures) -> None:
    own = {
        "children_micro": 10**9,
        "erreygers": 0.1234,
        "erreygers_low": 0.05,
        "erreygers_high": 0.2,
        "concentration": 0.05,
        "most_deprived": 0.412,
        "most_deprived_low": 0.3,
        "most_deprived_high": 0.45,
        "least_deprived": 0.634,
        "least_deprived_low": 0.6,
        "least_deprived_high": 0.7,
        "difference": 0.222,
        "difference_low": 0.2,
        "difference_high": 0.3,
        "ratio": 1.54,
    }
    where = {"tier_code": "district", "service": SERVICE}
    ServiceGradient.objects.create(assessment=grid.assessment, **(where | own | figures))


def test_a_gradient_is_published_in_steps_that_hide_everybody(measured, editions):
    gradient(measured)
    edition = publish(measured.city, at=NOON)
    row = PublishedGradient.objects.get(edition=edition)
    assert row.reason == ""
    # A fifth of the district's pupils is some 170 children: 20 of them are a step of 20 %, too wide
    # for the finest three.
    assert row.step_percent in {5, 10}
    assert row.most_deprived % row.step_percent == row.least_deprived % row.step_percent == 0
    assert abs(row.most_deprived - 41.2) <= row.step_percent / 2
    told = read(editions / "grid" / str(edition), "values/gradient")
    assert told["district"][SERVICE]["most_deprived"] == row.most_deprived


def test_the_tables_tell_the_same_in_both_languages(measured, editions):
    gradient(measured)
    edition = publish(measured.city, at=NOON)
    tables = editions / "grid" / str(edition) / "tables"
    row = PublishedGradient.objects.get(edition=edition)
    for language, served, poverty in (
        ("en", "Served in the most deprived fifth (%)", "Poverty"),
        ("fa", "برخوردار در محروم‌ترین پنجک (٪)", "فقر"),
    ):
        (own,) = csv_rows(tables / f"deprivation.{language}.csv")
        assert own[served] == str(row.most_deprived)
        context = csv_rows(tables / f"context-neighbourhood.{language}.csv")
        assert len(context) == 8
        assert poverty in context[0].values()
        assert "10.0" in context[0].values()
        columns = (tables / f"columns.{language}.csv").read_text("utf-8-sig").splitlines()
        assert any(line.startswith("deprivation,") for line in columns)


def csv_rows(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_a_city_without_context_has_no_such_table(grid, editions):
    edition = publish(grid.city, at=NOON)
    names = {path.name for path in (editions / "grid" / str(edition) / "tables").iterdir()}
    assert not {name for name in names if name.startswith(("context", "deprivation"))}


def test_a_gradient_keeps_its_reason(measured):
    ServiceGradient.objects.create(
        assessment=measured.assessment, tier_code="district", service=SERVICE, reason="missing"
    )
    edition = publish(measured.city, at=NOON)
    row = PublishedGradient.objects.get(edition=edition)
    assert (row.reason, row.most_deprived, row.step_percent) == ("missing", None, None)


def test_beside_exactly_one_withheld_zone_nothing_is_told(measured):
    gradient(measured, tier_code="neighbourhood")
    edition = publish(measured.city, at=NOON)
    withheld = PublishedFigure.objects.filter(
        edition=edition, tier_code="neighbourhood", service=SERVICE, served=None
    ).filter(band="all", sex="all")
    # N8 and N7 are the most deprived fifth, and of the two N8 alone is withheld.
    zones = set(withheld.values_list("zone_code", flat=True))
    assert FEW in zones
    assert "N7" not in zones
    row = PublishedGradient.objects.get(edition=edition)
    assert (row.reason, row.most_deprived) == ("suppressed", None)


@pytest.mark.parametrize(
    ("children", "withheld", "step"),
    [(2000, 0, 1), (1999, 0, 2), (400, 0, 5), (200, 0, 10), (199, 0, None)],
)
def test_a_step_stands_for_twice_the_least_count(children, withheld, step):
    assert step_percent(children, withheld, 10) == step


def test_the_ends_of_an_order_count_who_is_withheld_there():
    children = np.array([10, 10, 10, 10, 10])
    withheld = np.array([True, False, True, False, True])
    assert _held(children, np.array([1.0, 2, 3, 4, 5]), withheld) == 1
    # Two that tie at the cut are both there in part.
    assert _held(children, np.array([1.0, 1, 1, 4, 5]), withheld) == 2
    assert _held(children, -np.array([1.0, 2, 3, 4, 5]), withheld) == 1
    assert nearest(0.996, 1) == 100


def test_the_database_keeps_no_gradient_that_is_none(measured):
    gradient(measured)
    row = PublishedGradient.objects.filter(edition=publish(measured.city, at=NOON))
    with (
        pytest.raises(IntegrityError, match="published_gradient_null_has_a_reason"),
        transaction.atomic(),
    ):
        row.update(reason="suppressed")


def test_the_folder_comes_out_of_the_rows_again_byte_for_byte(measured, editions):
    gradient(measured)
    weigh(measured)
    edition = publish(measured.city, at=NOON)
    folder = editions / "grid" / str(edition)
    before = {p.name: p.read_bytes() for p in folder.rglob("*.json")}
    rebuild(edition, editions)
    assert {p.name: p.read_bytes() for p in folder.rglob("*.json")} == before
