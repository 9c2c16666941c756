"""What is measured of zones enters the score, or stands beside it; coverage along deprivation."""

from __future__ import annotations

import pytest

from atlas.assessments.inputs.standard import UnfitStandardError
from atlas.assessments.models import (
    ContextWeight,
    Contribution,
    Domain,
    RankDoubt,
    Score,
    Service,
    ServiceGradient,
    SubScore,
    ZoneContext,
)
from atlas.assessments.operations import run_assessment
from tests.integration.assessments.small_town import NOON

pytestmark = pytest.mark.django_db
SHARE = 0.2


@pytest.fixture
def poor(town):
    """The town with poverty weighing a fifth of the score: 10 in the west, 30 in the east."""
    town.context("poverty", {"QW": 10, "QE": 30}, weight_micro=200_000, is_deprivation=True)
    return town


def scores(assessment) -> dict[str, Score]:
    rows = Score.objects.filter(assessment=assessment).select_related("zone")
    return {row.zone.code: row for row in rows}


def part(assessment, zone, of="gaps", domain=""):
    row = SubScore.objects.get(assessment=assessment, zone__code=zone, part=of, domain=domain)
    return row.need if row.need is not None else row.reason


def contexts(assessment, indicator="poverty") -> dict[str, tuple[object, ...]]:
    rows = ZoneContext.objects.filter(assessment=assessment, indicator=indicator)
    return {
        row.zone.code: (row.smoothed, row.level, row.quality if not row.reason else row.reason)
        for row in rows.select_related("zone")
    }


def test_the_score_is_the_mean_of_gaps_and_context_to_the_power(town):
    before = scores(run_assessment(town.city, at=NOON))
    town.context("poverty", {"QW": 10, "QE": 30}, weight_micro=200_000)
    assessment = run_assessment(town.city, at=NOON)
    for zone, level in (("QW", 0.25), ("QE", 0.75)):
        gaps, known = before[zone].need, before[zone].known_weight
        # p is 2; services keep their proportions in the other four fifths, those known of them.
        weighs = (1 - SHARE) * known
        squared = (weighs * gaps**2 + SHARE * (100 * level) ** 2) / (weighs + SHARE)
        own = scores(assessment)[zone]
        assert own.need == pytest.approx(squared**0.5, abs=1e-9)
        assert own.known_weight == pytest.approx(weighs + SHARE, abs=1e-12)
        row = Contribution.objects.get(assessment=assessment, zone__code=zone, component="poverty")
        assert row.gap == level
        assert row.weight == pytest.approx(SHARE / (weighs + SHARE))
        # A contribution is N · W x^p / Σ W x^p.
        assert row.points == pytest.approx(row.weight * (100 * level) ** 2 / own.need)
        assert part(assessment, zone) == pytest.approx(gaps, abs=1e-9)
        assert part(assessment, zone, "context") == pytest.approx(100 * level)
        assert part(assessment, zone, "domain", "context") == pytest.approx(100 * level)


def test_zones_of_other_tiers_take_the_mean_over_their_children(poor):
    found = contexts(run_assessment(poor.city, at=NOON))
    assert found["QW"] == (10, 0.25, "measured")
    # 72 children on either side; H holds 72 of the west and, with six of ten points, 43.2 more.
    assert found["T"] == (pytest.approx(20), pytest.approx(0.5), "estimated")
    half = (72 * 10 + 43.2 * 30) / (72 + 43.2)
    assert found["H"] == (pytest.approx(half), pytest.approx(half / 40), "estimated")
    assert found["unassigned-quarter"] == (None, None, "missing")


def test_what_is_not_known_leaves_an_interval_and_what_does_not_apply_none(town):
    town.context("poverty", {"QW": "missing", "QE": "not_applicable"}, weight_micro=200_000)
    found = scores(run_assessment(town.city, at=NOON))
    assert "incomplete_data" in found["QW"].flags
    # Beside health posts, which nobody mapped, poverty may be anything.
    assert found["QW"].highest - found["QW"].lowest > found["QE"].highest - found["QE"].lowest
    assert found["QW"].known_weight < found["QE"].known_weight


def test_context_that_is_the_same_everywhere_weighs_nothing_and_is_told(town):
    before = scores(run_assessment(town.city, at=NOON))
    town.context("poverty", {"QW": 20, "QE": 20}, weight_micro=200_000)
    assessment = run_assessment(town.city, at=NOON)
    assert assessment.left_out["context_that_tells_nothing"]["quarter"] == ["poverty"]
    own = scores(assessment)
    assert own["QW"].need == pytest.approx(before["QW"].need, abs=1e-9)
    row = Contribution.objects.get(assessment=assessment, zone__code="QW", component="poverty")
    assert (row.gap, row.weight, row.points) == (0.5, 0, 0)
    # The town stands alone in its tier: its level needs no other zone.
    assert part(assessment, "T", "context") == pytest.approx(50)


def test_without_weight_context_stands_beside_the_score(town):
    before = scores(run_assessment(town.city, at=NOON))
    town.context("poverty", {"QW": 10, "QE": 30})
    assessment = run_assessment(town.city, at=NOON)
    after = scores(assessment)
    for zone, row in before.items():
        assert (row.need, row.lowest, row.highest) == (
            after[zone].need,
            after[zone].lowest,
            after[zone].highest,
        )
    assert contexts(assessment)["QE"] == (30, 0.75, "measured")
    assert part(assessment, "QW", "context") == "not_applicable"


def test_a_sampling_error_draws_towards_the_zone_above(town):
    # Mean 20, spread 10² between the two; an error of 10 leaves nothing of the difference.
    town.context("poverty", {"QW": 10, "QE": 30}, errors={"QW": 10, "QE": 0})
    found = contexts(run_assessment(town.city, at=NOON))
    # λ = τ²/(τ² + s²), τ² = 100 − (100 + 0)/2 = 50: 50/150 of its own.
    assert found["QW"][0] == pytest.approx(10 / 3 + 20 * 2 / 3)
    assert found["QE"][0] == 30
    row = ZoneContext.objects.get(zone__code="QW")
    assert row.value == 10


def weigh_in_set(standard) -> None:
    """Let a set weigh poverty half of its first domain."""
    domain = Domain.objects.filter(standard=standard).order_by("position")[0]
    for service in Service.objects.filter(domain=domain):
        service.weight_micro //= 2
        service.save()
    ContextWeight.objects.create(
        standard=standard,
        domain=domain,
        code="poverty",
        names={"en": "Poverty"},
        weight_micro=500_000,
        position=0,
    )


def test_a_set_weighs_an_indicator_by_its_code(town, standards):
    weigh_in_set(standards[1])
    # What the city's own folder says of the weight does not matter then.
    town.context("poverty", {"QW": 10, "QE": 30}, weight_micro=900_000)
    assessment = run_assessment(town.city, at=NOON)
    domain = Domain.objects.filter(standard=standards[1]).order_by("position")[0]
    row = Contribution.objects.get(assessment=assessment, zone__code="QW", component="poverty")
    known = scores(assessment)["QW"].known_weight
    assert row.weight == pytest.approx(domain.weight_micro / 1e6 / 2 / known)


def test_what_a_set_weighs_and_the_city_lacks_leaves_the_weights_and_is_told(town, standards):
    before = scores(run_assessment(town.city, at=NOON))
    weigh_in_set(standards[1])
    town.context("other", {"QW": 1, "QE": 2})
    assessment = run_assessment(town.city, at=NOON)
    assert assessment.left_out["context_not_in_the_city"] == ["poverty"]
    row = Contribution.objects.get(assessment=assessment, zone__code="QW", component="poverty")
    assert (row.gap, row.reason, row.weight) == (None, "not_applicable", 0)
    assert before["QW"].need is not None
    assert scores(assessment)["QW"].need is not None


def test_every_way_of_reading_context_is_tried_where_the_set_says_so(town, standards):
    town.context("poverty", {"QW": 10, "QE": 30}, weight_micro=900_000)
    every = run_assessment(town.city, at=NOON)
    wide = {row.zone.code: row for row in RankDoubt.objects.filter(assessment=every)}
    every.delete()
    parameters = standards[1].parameters
    parameters["normalisations_tried"]["value"] = ["goalposts"]
    standards[1].save()
    own = run_assessment(town.city, at=NOON)
    narrow = {row.zone.code: row for row in RankDoubt.objects.filter(assessment=own)}
    # By rank or extremes the east is at 1 and the west at 0; between goalposts at 0.75 and 0.25.
    assert wide["QE"].need_high > narrow["QE"].need_high + 10
    assert wide["QW"].need_low < narrow["QW"].need_low - 10


def test_the_same_inputs_give_the_same_digits_on_any_number_of_threads(poor):
    one = run_assessment(poor.city, at=NOON, threads=1)
    kept = list(ServiceGradient.objects.filter(assessment=one).order_by("tier_code", "service"))
    needs = {zone: row.need for zone, row in scores(one).items()}
    one.delete()
    two = run_assessment(poor.city, at=NOON, threads=4)
    again = ServiceGradient.objects.filter(assessment=two).order_by("tier_code", "service")
    fields = [f.name for f in ServiceGradient._meta.fields if f.name not in {"id", "assessment"}]
    assert [[getattr(row, name) for name in fields] for row in kept] == [
        [getattr(row, name) for name in fields] for row in again
    ]
    assert {zone: row.need for zone, row in scores(two).items()} == needs


def test_an_indicator_with_the_code_of_a_service_is_refused(town):
    town.context("library", {"QW": 1, "QE": 2})
    with pytest.raises(UnfitStandardError, match="has the code of a service"):
        run_assessment(town.city, at=NOON)


def test_an_indicator_in_a_domain_the_set_does_not_have_is_refused(town):
    town.context("poverty", {"QW": 1, "QE": 2}, weight_micro=1, domain="plya")
    with pytest.raises(UnfitStandardError, match="'plya', which the set does not have"):
        run_assessment(town.city, at=NOON)


def gradient(assessment, service="primary_school", tier="quarter") -> ServiceGradient:
    return ServiceGradient.objects.get(assessment=assessment, tier_code=tier, service=service)


def test_coverage_is_compared_along_deprivation(poor):
    found = gradient(run_assessment(poor.city, at=NOON))
    # In the poorer east 4.737 girls and 18 boys of 40 find a place, in the west 5.263 and 20.
    east, west = (4.737 + 18) / 40, (5.263 + 20) / 40
    assert found.most_deprived == pytest.approx(east, abs=1e-4)
    assert found.least_deprived == pytest.approx(west, abs=1e-4)
    assert found.difference == pytest.approx(west - east, abs=1e-4)
    assert found.ratio == pytest.approx(west / east, abs=1e-4)
    # Two halves at ranks 1/4 and 3/4: 8 · cov is the difference; 4 · mean · C is the same.
    assert found.erreygers == pytest.approx(west - east, abs=1e-4)
    mean = (east + west) / 2
    assert found.erreygers == pytest.approx(4 * mean * found.concentration)
    assert found.erreygers_of_gap == -found.erreygers
    assert found.children_micro == 80_000_000
    assert found.most_deprived_low <= found.most_deprived <= found.most_deprived_high
    assert found.erreygers_low <= found.erreygers <= found.erreygers_high
    # A fifth shorter the walk ends at 560 m, a fifth longer it reaches the whole east.
    assert found.difference_low < found.difference_high


def test_where_less_is_worse_the_order_turns(town):
    town.context("income", {"QW": 10, "QE": 30}, good=40.0, bad=0.0, is_deprivation=True)
    found = gradient(run_assessment(town.city, at=NOON))
    assert found.most_deprived > found.least_deprived
    assert found.erreygers < 0


def test_without_a_deprivation_layer_the_gradient_is_missing(town):
    assessment = run_assessment(town.city, at=NOON)
    valued = ServiceGradient.objects.filter(assessment=assessment, erreygers__isnull=False)
    assert not valued.exists()
    assert ServiceGradient.objects.filter(assessment=assessment).exists()
    assert gradient(assessment).reason == "missing"


def test_zones_deprived_alike_have_no_gradient(town):
    town.context("poverty", {"QW": 20, "QE": 20}, is_deprivation=True)
    assert gradient(run_assessment(town.city, at=NOON)).reason == "not_applicable"
