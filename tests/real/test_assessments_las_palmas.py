"""Las Palmas assessed: the publishers' totals, the ledgers, the known gap, an independent run."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction

from atlas.assessments.inputs.city import active_versions, read_city
from atlas.assessments.models import (
    AccessIndex,
    Completeness,
    LackingServices,
    RankDoubt,
    Result,
    Score,
    ServiceDepth,
    ServiceEquity,
    ServiceGradient,
    TierPattern,
    ZoneCluster,
    ZoneContext,
)
from atlas.assessments.operations import run_assessment
from atlas.assessments.standards.loading import load_standards
from atlas.bodies.models import City
from atlas.publishing.disclosing import disclosed_of
from atlas.publishing.figures import figures_of
from atlas.publishing.tally import axes_of, read_tally
from atlas.publishing.zone_trees import zone_trees
from spatial_data import operations
from tests.real import independent_run
from tests.real.las_palmas_attack import TotalsAttacker, areas_between, holding
from tests.real.las_palmas_figures import Table, coverage_within

# Run by itself, this file must have the test database made for it.
pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "las_palmas"
AT = datetime(2026, 3, 21, 8, tzinfo=UTC)
CHILD = 1_000_000
K = 10
TOTALS = {"0-2": 5_351, "3-5": 7_505, "6-11": 17_907, "12-14": 10_624, "15-17": 11_566}
# Ours, and what the independent run calls it.
SAME = {
    "play_space": "playground",
    "primary_school": "school",
    "kindergarten": "kindergarten",
    "library": "library",
    "health_post": "health",
}
# Points of percent. The plain program cuts streets at every 5 m and joins no doubled records.
REPRODUCED = 0.5
SAME_DEFINITIONS = 1.0


def quiet(_step: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def las_palmas(request, django_db_blocker, real_data, tmp_path_factory, root):
    """The city loaded and assessed once for this file, in a transaction that is rolled back."""
    request.getfixturevalue("django_db_setup")
    folder = tmp_path_factory.mktemp("las_palmas")
    place = operations.LoadPlace({"ATLAS_REAL_DATA": real_data}, folder / "snapshots")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr("django.conf.settings.ATLAS_CACHE", folder / "cache")
        load_standards(root / "fixtures" / "standards", at=AT)
        operations.load_city(FOLDER, place, at=AT)
        city = City.objects.get(slug="las-palmas")
        assessment = run_assessment(city, at=AT)
        inputs = read_city(city, active_versions(city), folder / "cache")
        yield assessment, inputs
        transaction.set_rollback(True)


@pytest.fixture
def assessment(las_palmas, django_db_blocker):
    with django_db_blocker.unblock():
        yield las_palmas[0]


@pytest.fixture
def table(assessment, las_palmas):
    return Table(assessment, las_palmas[1])


@pytest.mark.parametrize("tier", ["district", "section", "neighbourhood"])
def test_the_bands_sum_to_the_register_in_every_tier(table, tier):
    found = dict.fromkeys(TOTALS, 0)
    for row in table.of(tier):
        if row[1] == "play_space":
            found[row[2]] += row[4]
    assert found == {band: total * CHILD for band, total in TOTALS.items()}
    assert sum(found.values()) == 52_953 * CHILD
    assert sum(found.values()) - found["15-17"] == 41_387 * CHILD


def test_the_children_under_15_of_every_section_are_those_its_register_counts(table, real_data):
    path = real_data / "las-palmas" / "sections_2022_population.csv"
    with path.open(encoding="utf-8") as file:
        counted = {row["cusec"]: int(row["poblacion_00a14"]) for row in csv.DictReader(file)}
    found = dict.fromkeys(counted, 0)
    for row in table.of("section"):
        if row[1] == "play_space" and row[2] != "15-17" and row[0] in found:
            found[row[0]] += row[4]
    assert found == {code: count * CHILD for code, count in counted.items()}


def test_girls_and_boys_are_estimated_and_say_so(table):
    lived_in = [row for row in table.rows if row[4] > 0]
    assert {row[10] for row in lived_in} == {"estimated"}
    sexes = {sex: sum(row[4] for row in lived_in if row[3] == sex) for sex in ("girl", "boy")}
    assert 0.47 < sexes["girl"] / sum(sexes.values()) < 0.5


def test_every_zone_of_every_tier_accounts_for_every_child(table):
    valued = [row for row in table.rows if not row[9]]
    assert len(valued) > 400 * 20
    assert all(row[4] == sum(row[5:9]) for row in valued)


def test_both_divisions_hold_the_same_children_served_and_not(table):
    def sums(**where):
        found = {}
        for row in table.of(**where):
            if not row[9]:
                key = row[1:4]
                parts = found.setdefault(key, np.zeros(5, np.int64))
                parts += np.array(row[4:9])
        return {key: parts.tolist() for key, parts in found.items()}

    assert sums(tier="district") == sums(tier="section") == sums(tree="neighbourhoods")


def test_some_thirty_children_live_in_no_neighbourhood_and_are_shown(table):
    lost = sum(
        row[4]
        for row in table.of("neighbourhood")
        if row[0] == "unassigned-neighbourhood" and row[1] == "play_space"
    )
    assert 0 < lost < 60 * CHILD


def test_district_05_is_unknown_and_not_without_schools(assessment, table):
    judged = Completeness.objects.get(
        assessment=assessment, zone__code="D05", service="primary_school"
    )
    assert judged.is_incomplete
    assert judged.evidence["places"] == 1
    assert judged.evidence["place_ratio"] < 0.1
    assert judged.evidence["building_ratio"] < 0.25
    children = [row for row in table.rows if row[0] == "D05" and row[1] == "primary_school"]
    assert sum(row[8] for row in children if not row[9]) > 3_000 * CHILD
    assert all(row[7] == row[6] == 0 for row in children if not row[9])
    others = Completeness.objects.filter(
        assessment=assessment, zone__code__in=["D01", "D02", "D03", "D04"], is_incomplete=True
    )
    assert not others.exists()


def test_in_district_05_access_to_schools_is_missing_and_not_0(assessment):
    index = AccessIndex.objects.get(
        assessment=assessment, zone__code="D05", service="primary_school"
    )
    assert (index.index, index.reason) == (None, "missing")


def test_district_05_has_an_interval_and_no_score(assessment):
    score = Score.objects.get(assessment=assessment, zone__code="D05")
    assert (score.need, score.reason) == (None, "missing")
    assert 0 <= score.lowest < score.highest <= 100


def test_contributions_sum_to_every_score(assessment):
    points = {}
    for zone, amount in assessment.contributions.values_list("zone", "points"):
        points[zone] = points.get(zone, 0.0) + (amount or 0.0)
    scored = assessment.scores.filter(need__isnull=False)
    assert scored.count() > 200
    assert all(abs(points[score.zone_id] - score.need) < 1e-9 for score in scored)


@pytest.fixture(scope="module")
def disclosed(las_palmas, django_db_blocker):
    """Zones, whole figures and what may be shown of them."""
    assessment, _ = las_palmas
    with django_db_blocker.unblock():
        version = assessment.layers.get(layer="zones").version
        axes, zones = axes_of(assessment.standard), zone_trees(version)
        figures = figures_of(read_tally(assessment, zones, axes), zones, axes)
    return zones, figures, disclosed_of(figures, zones, axes.applies, K)


def test_sections_and_neighbourhoods_are_sums_of_the_same_pieces(disclosed):
    zones, figures, _ = disclosed
    pieces = figures.whole.pieces
    assert 400 < len(pieces.leaf) < 600
    for leaf in pieces.leaf.T:
        total = np.zeros_like(figures.whole.children[:-1])
        np.add.at(total, leaf, pieces.children)
        leaves = np.unique(leaf)
        assert (figures.whole.children[leaves] == total[leaves]).all()
    assert figures.whole.children[-1].sum() == 52_953
    assert len(zones.code) == len(figures.whole.children) - 1


def test_no_overlap_of_a_section_and_a_neighbourhood_can_be_worked_out(disclosed):
    zones, figures, shown = disclosed
    pieces, tier = figures.whole.pieces, np.array(zones.tier)
    holds, counts = holding(zones.parent, pieces.leaf), pieces.children.sum(axis=(1, 2))
    section, neighbourhood = tier == "section", tier == "neighbourhood"
    areas = [holds[row] for row in range(len(holds))]
    areas += areas_between(holds, section, neighbourhood)
    totals = shown.children[:-1, 0, 0]
    assert list(TotalsAttacker(holds, counts, totals).recovered(areas, K)) == []
    # What every total that is itself no small count would tell.
    each = holds @ counts
    naive = TotalsAttacker(holds, counts, (each == 0) | (each >= K))
    assert len(list(naive.recovered(areas, K))) > 10


def test_the_sections_lose_next_to_nothing_and_most_neighbourhoods_keep_their_total(disclosed):
    zones, figures, shown = disclosed
    tier, lived_in = np.array(zones.tier), figures.children[:-1, 0, 0] > 0
    total, exact = shown.children[:-1, 0, 0] & lived_in, shown.contributions[:-1] & lived_in
    assert total[tier == "section"].sum() == 275
    assert shown.levels[:-1][tier == "section"].sum() > 1_500
    assert exact[tier == "section"].sum() > 50
    assert 70 < total[tier == "neighbourhood"].sum() < 107
    assert not exact[tier == "neighbourhood"].any()


def tier_of(las_palmas):
    """Return the tier of every zone by its key."""
    zones = las_palmas[1].zones
    codes = [zones.tiers[tier].code for tier in zones.tier.tolist()]
    return dict(zip(zones.zone_id.tolist(), codes, strict=True))


def test_ten_zones_of_a_tier_are_among_its_ten_worst(assessment, las_palmas):
    tier = tier_of(las_palmas)
    sums = {}
    for row in RankDoubt.objects.filter(assessment=assessment, worst__isnull=False):
        assert row.worst == 10
        sums[tier[row.zone_id]] = sums.get(tier[row.zone_id], 0.0) + row.in_worst
    # Five districts are no more than ten.
    assert sums == {
        "section": pytest.approx(10, abs=1e-9),
        "neighbourhood": pytest.approx(10, abs=1e-9),
    }


def test_whoever_has_a_rank_has_its_interval_and_nobody_else(assessment):
    ranked = Score.objects.filter(assessment=assessment, rank__isnull=False)
    doubted = RankDoubt.objects.filter(assessment=assessment, rank_low__isnull=False)
    zones = set(ranked.values_list("zone", flat=True))
    assert len(zones) > 250
    assert zones == set(doubted.values_list("zone", flat=True))
    most = dict(ranked.values_list("zone", "ranked_of"))
    assert all(row.rank_low >= 1 and row.rank_high <= most[row.zone_id] for row in doubted)


def test_a_zone_is_called_robust_only_if_four_trials_in_five_agree(assessment):
    rows = RankDoubt.objects.filter(assessment=assessment, worst__isnull=False)
    robust = [row for row in rows if row.is_robust]
    assert robust
    assert all(row.in_worst > 0.8 for row in robust)
    # 0.82 of 10,000 trials is surely above 0.8, standard error and all.
    assert {row.zone_id for row in rows if row.in_worst >= 0.82} <= {r.zone_id for r in robust}


def summed(assessment, part):
    """Return a part of the split over all groups, by zone and service."""
    sums = {}
    for row in Result.objects.filter(assessment=assessment, reason=""):
        key = (row.zone_id, row.service)
        sums[key] = sums.get(key, 0) + getattr(row, part)
    return sums


def test_no_more_find_no_room_with_places_filled_and_no_fewer_than_is_certain(
    assessment, las_palmas
):
    tier, even, filled = tier_of(las_palmas), summed(assessment, "full_micro"), {}
    for row in ServiceDepth.objects.filter(assessment=assessment, reason=""):
        assert row.filled_full_micro <= even[row.zone_id, row.service]
        if tier[row.zone_id] == "district":
            filled[row.service] = filled.get(row.service, 0) + row.filled_full_micro
    certain = ServiceEquity.objects.filter(assessment=assessment, certain_reason="")
    assert certain.exists()
    assert all(row.certain_full_micro <= filled[row.service] for row in certain)


def test_those_out_and_unconnected_are_no_more_than_are_out(assessment):
    out = summed(assessment, "out_micro")
    rows = ServiceDepth.objects.filter(assessment=assessment, reason="")
    assert all(row.unconnected_micro <= out[row.zone_id, row.service] for row in rows)


def test_children_lacking_services_add_up_in_both_divisions(assessment, las_palmas):
    tier = tier_of(las_palmas)
    sums = {}
    for row in LackingServices.objects.filter(assessment=assessment, reason=""):
        key = (tier[row.zone_id], row.at_least)
        low, high = sums.get(key, (0, 0))
        sums[key] = (low + row.lower_micro, high + row.upper_micro)
    for at_least in (1, 2, 3):
        of_tier = {sums[code, at_least] for code in ("district", "section", "neighbourhood")}
        assert len(of_tier) == 1
    assert sums["district", 1][1] <= 52_953 * CHILD


def test_girls_and_boys_of_the_city_are_served_nearly_alike(assessment):
    found = ServiceEquity.objects.filter(assessment=assessment, girls_reason="", boys_reason="")
    assert found.count() >= 8
    assert all(abs(row.girls_coverage - row.boys_coverage) < 0.02 for row in found)


def test_sections_of_like_need_lie_together(assessment, las_palmas):
    row = TierPattern.objects.get(assessment=assessment, tier_code="section")
    assert row.moran > 0.5 > row.expected
    assert row.p < 1e-6
    tier = tier_of(las_palmas)
    found = ZoneCluster.objects.filter(assessment=assessment, cluster="high_among_high")
    assert any(tier[row.zone_id] == "section" for row in found)
    assert all(row.local_moran > 0 and row.local_p < 0.05 for row in found)


@pytest.fixture(scope="module")
def plain(real_data):
    """The same city read by a program of its own."""
    return independent_run.City(real_data / "las-palmas")


@pytest.mark.parametrize("kind", sorted(independent_run.KINDS))
def test_the_plain_program_reproduces_the_independent_run(plain, real_data, kind):
    path = real_data / "las-palmas" / "baseline_independent.json"
    published = json.loads(path.read_text(encoding="utf-8"))["coverage"]
    found = independent_run.coverage(plain, kind, independent_run.PUBLISHED)
    for metres, percent in zip(independent_run.LIMITS_M, found, strict=True):
        assert abs(percent - 100 * published[f"{kind}_{metres}m"]) <= REPRODUCED, (kind, metres)


@pytest.fixture(scope="module")
def by_our_definitions(plain):
    """Coverage of each kind as the plain program finds it by our definitions."""
    _, ours = independent_run.steps()[-1]
    return {kind: independent_run.coverage(plain, kind, ours) for kind in SAME.values()}


@pytest.mark.parametrize(("number", "metres"), list(enumerate(independent_run.LIMITS_M)))
def test_by_our_definitions_the_plain_program_finds_what_the_engine_finds(
    las_palmas, django_db_blocker, by_our_definitions, number, metres
):
    with django_db_blocker.unblock():
        ours = coverage_within(las_palmas, metres)
    apart = {
        service: round(ours[service] - by_our_definitions[kind][number], 2)
        for service, kind in SAME.items()
    }
    assert max(map(abs, apart.values())) <= SAME_DEFINITIONS, apart


def test_deprivation_of_2011_is_known_of_144_sections_and_told_of_no_more(assessment):
    rows = ZoneContext.objects.filter(assessment=assessment, indicator="deprivation_2011")
    sections = rows.filter(zone__code__startswith="35016", quality="measured", reason="")
    assert sections.count() == 144
    assert all(-1.5 < row.value < 1.5 and 0 <= row.level <= 1 for row in sections)
    # Fewer than half of the children live in them: coverage along deprivation is not said.
    gradients = ServiceGradient.objects.filter(assessment=assessment, tier_code="section")
    assert set(gradients.values_list("reason", flat=True)) <= {"missing", "not_applicable"}
    assert gradients.filter(reason="missing").exists()
