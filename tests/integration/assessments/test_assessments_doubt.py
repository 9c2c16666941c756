"""How sure the small town's scores and ranks are, as stored."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import Sum

from atlas.assessments.inputs.standard import UnfitStandardError
from atlas.assessments.models import Assessment, RankDoubt, Score, StandardSet
from atlas.assessments.operations import REFUSALS, run_assessment
from tests.integration.assessments.small_town import NOON

pytestmark = pytest.mark.django_db
DOUBT = (
    *("zone__code", "need_low", "need_high", "rank_low", "rank_median", "rank_high"),
    *("worst", "in_worst", "is_robust"),
)


def by_parameters(town, **values):
    """Adopt the town's set with other values of some parameters."""
    stored = StandardSet.objects.get(code=town.city.standard)
    for code, value in values.items():
        stored.parameters[code]["value"] = value
    stored.content_hash = repr(sorted(values.items()))[:64]
    stored.save()


def doubt_of(assessment, zone):
    return RankDoubt.objects.get(assessment=assessment, zone__code=zone)


def test_of_two_quarters_each_trial_puts_one_first(town) -> None:
    assessment = run_assessment(town.city, at=NOON)
    east, west = (doubt_of(assessment, zone) for zone in ("QE", "QW"))
    # The east is worse in most trials and not in all of them.
    assert (east.rank_low, east.rank_median, east.rank_high) == (1, 1, 2)
    assert (west.rank_low, west.rank_median, west.rank_high) == (1, 2, 2)


def test_a_score_lies_between_its_low_and_high_trials(town) -> None:
    assessment = run_assessment(town.city, at=NOON)
    scored = Score.objects.filter(assessment=assessment, need__isnull=False)
    assert {score.zone.code for score in scored} == {"T", "QE", "QW", "H"}
    for score in scored:
        doubt = RankDoubt.objects.get(assessment=assessment, zone=score.zone)
        assert 0 <= doubt.need_low < score.need < doubt.need_high <= 100


def test_a_zone_without_a_score_has_no_doubt_of_one(town) -> None:
    assessment = run_assessment(town.city, at=NOON)
    row = RankDoubt.objects.filter(assessment=assessment, zone__code="unassigned-quarter")
    assert row.values_list(*DOUBT[1:]).get() == (None,) * 7 + (False,)


def test_who_is_among_the_worst_is_asked_where_more_zones_are_ranked(town) -> None:
    by_parameters(town, worst_zones=1)
    assessment = run_assessment(town.city, at=NOON)
    asked = RankDoubt.objects.filter(assessment=assessment, worst__isnull=False)
    assert set(asked.values_list("zone__code", "worst")) == {("QE", 1), ("QW", 1)}
    assert asked.aggregate(sum=Sum("in_worst"))["sum"] == pytest.approx(1, abs=1e-12)
    assert doubt_of(assessment, "QE").in_worst > doubt_of(assessment, "QW").in_worst > 0


def test_with_ten_worst_of_two_zones_nothing_is_asked(town) -> None:
    assessment = run_assessment(town.city, at=NOON)
    rows = RankDoubt.objects.filter(assessment=assessment)
    assert set(rows.values_list("worst", "in_worst", "is_robust")) == {(None, None, False)}


@pytest.mark.parametrize(("from_", "is_robust"), [("1/2", True), ("1", False)])
def test_robust_is_what_the_set_calls_so(town, from_, is_robust) -> None:
    by_parameters(town, worst_zones=1, robust_probability=from_)
    assert doubt_of(run_assessment(town.city, at=NOON), "QE").is_robust is is_robust


def test_where_nothing_is_drawn_there_is_no_doubt(town) -> None:
    still = {"equal_weight_sd": 0, "reach_levels": [0.0], "provision_levels": [0.0]}
    # A level nobody knows is drawn all the same: here every service is known of.
    town.version["places"].rules = {"complete_kinds": ALL_KINDS}
    town.version["places"].save()
    by_parameters(town, **still, powers_tried=[2])
    assessment = run_assessment(town.city, at=NOON)
    need = Score.objects.get(assessment=assessment, zone__code="QE").need
    east = doubt_of(assessment, "QE")
    assert (east.need_low, east.need_high) == (pytest.approx(need, abs=1e-8),) * 2
    assert (east.rank_low, east.rank_high) == (1, 1)


ALL_KINDS = [
    *("school", "kindergarten", "kanoon_centre", "cultural_centre", "sports_facility"),
    *("child_protection_centre", "health_post", "health_centre", "library", "playground"),
]


def test_the_same_inputs_draw_the_same_trials_and_another_seed_others(town) -> None:
    rows = []
    for seed in (1, 1, 2):
        assessment = run_assessment(town.city, at=NOON, seed=seed)
        found = RankDoubt.objects.filter(assessment=assessment).order_by("zone__code")
        rows.append(list(found.values_list(*DOUBT)))
        Assessment.objects.all().delete()
    assert rows[0] == rows[1] != rows[2]


def test_an_assessment_changes_with_what_is_tried(town) -> None:
    first = run_assessment(town.city, at=NOON)
    by_parameters(town, draws=500)
    second = run_assessment(town.city, at=NOON)
    assert first.input_hash != second.input_hash
    assert second.parameters["draws"] == 500


def test_a_set_kept_before_it_said_how_to_draw_is_refused_in_words(town) -> None:
    stored = StandardSet.objects.get(code=town.city.standard)
    del stored.parameters["worst_zones"]
    stored.save()
    with pytest.raises(UnfitStandardError, match="'worst_zones'; adopt its new revision"):
        run_assessment(town.city, at=NOON)
    assert UnfitStandardError in REFUSALS
    assert not Assessment.objects.exists()


def test_the_tier_of_two_quarters_says_what_moves_its_ranks(town, capsys) -> None:
    call_command("assess_drivers", town.city.slug)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("quarter: ranks shift by 0.")
    groups = [line.split()[0] for line in said[1:]]
    assert groups == ["weights", "reach", "provision", "form", "counts", "missing"]
    alone = {line.split()[0]: float(line.split()[2]) for line in said[1:]}
    # No layer states an error of its counts.
    assert alone["counts"] == 0
    assert max(alone.values()) > 0
    assert not Assessment.objects.exists()


@pytest.mark.usefixtures("town")
def test_drivers_of_a_city_that_is_not_loaded_are_refused() -> None:
    with pytest.raises(CommandError, match="small-town"):
        call_command("assess_drivers", "elsewhere")


@pytest.mark.parametrize(
    "fault",
    [
        {"rank_low": 3, "rank_median": 2},
        {"in_worst": 0.5},
        {"worst": 1},
        {"is_robust": True},
        {"need_high": None},
        {"need_low": 100, "need_high": 0},
    ],
)
def test_the_database_refuses_a_doubt_that_contradicts_itself(town, fault) -> None:
    row = RankDoubt.objects.filter(assessment=run_assessment(town.city, at=NOON), zone__code="QE")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(**fault)
