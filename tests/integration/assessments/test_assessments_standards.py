"""Requirement sets are kept once, never changed, and adopted by cities."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from atlas.assessments.inputs.completeness import completeness_rule
from atlas.assessments.inputs.standard import UnfitStandardError, standard_of
from atlas.assessments.models import Adoption, Meets, Requirement, StandardSet
from atlas.assessments.operations import standard_for
from atlas.assessments.standards.adoption import NoStandardError, adopt, adopted
from atlas.assessments.standards.loading import load_standards
from atlas.bodies.models import City, User
from atlas.engine.profiles import IMPASSABLE
from spatial_data.frames.streets import CLASSES
from spatial_data.importing.findings import FolderRefusedError

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)
COMPLETENESS = 'code = "completeness_pooled_places_min"\nvalue = 7'
LATER = datetime(2026, 3, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(root, tmp_path):
    shutil.copytree(root / "fixtures" / "standards", tmp_path / "standards")
    return tmp_path / "standards"


@pytest.fixture
def city():
    return City.objects.create(
        slug="tiny",
        names={"en": "Tiny Town"},
        srid=32639,
        timezone="Asia/Tehran",
        calendar="jalali",
        languages=["fa", "en"],
        reference_date=date(2026, 3, 21),
    )


def change(folder, before, after):
    path = folder / "iran_a.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_both_sets_are_kept_with_every_row(folder):
    international, iran = load_standards(folder, at=NOON)
    assert (international.code, iran.code) == ("international-a", "iran-a")
    reach = Requirement.objects.get(
        service__standard=iran, service__code="primary_school", band__code="6-11", sex="girl"
    )
    assert reach.reach_cm == 70_000
    assert reach.provision_micro == 1_000_000
    assert reach.confidence == "V2"
    play = Requirement.objects.filter(
        service__standard=international, service__code="play_space"
    ).first()
    assert play.provision_micro == 10_000_000
    assert iran.parameters["power"]["value"] == 2
    assert iran.basis["library"]["rows"][0]["unit"] == "m"


def test_a_school_of_a_stage_meets_the_service_of_that_stage_alone(folder):
    _, iran = load_standards(folder, at=NOON)
    met = Meets.objects.filter(kind__standard=iran, kind__code="school", stage="primary")
    assert [row.service.code for row in met] == ["primary_school"]
    assert met.get().is_special is False
    assert not Meets.objects.filter(kind__standard=iran, kind__code="park").exists()


def test_loading_again_keeps_the_same_rows(folder):
    before = load_standards(folder, at=NOON)
    again = load_standards(folder, at=LATER)
    assert [one.pk for one in again] == [one.pk for one in before]
    assert StandardSet.objects.count() == 2


def test_a_changed_file_is_a_new_revision_and_the_old_one_stands(folder, city):
    _, first = load_standards(folder, at=NOON)
    adopt(city, "iran-a", on=date(2026, 3, 21), at=NOON)
    change(folder, "reach_m = 700", "reach_m = 500")
    _, second = load_standards(folder, at=LATER)
    assert (first.revision, second.revision) == (1, 2)
    girls = Requirement.objects.filter(
        service__code="primary_school", band__code="6-11", sex="girl"
    )
    assert girls.get(service__standard=first).reach_cm == 70_000
    assert girls.get(service__standard=second).reach_cm == 50_000
    assert adopted(city, on=date(2026, 4, 1)) == first


def test_a_folder_with_one_faulty_set_keeps_none(folder):
    change(folder, "weight = 0.35", "weight = 0.3")
    with pytest.raises(FolderRefusedError, match=r"iran_a.toml.*sum to 0.95"):
        load_standards(folder, at=NOON)
    assert not StandardSet.objects.exists()


def test_the_command_tells_faults_and_stops(folder):
    change(folder, "weight = 0.35", "weight = 0.3")
    with pytest.raises(CommandError, match="Cure: make them sum to 1"):
        call_command("load_standards", str(folder))


def test_a_city_follows_the_set_it_adopted_from_that_day_on(folder, city):
    international, iran = load_standards(folder, at=NOON)
    adopt(city, "international-a", on=date(2026, 3, 21), at=NOON)
    adopt(city, "iran-a", on=date(2026, 6, 1), at=LATER)
    assert adopted(city, on=date(2026, 5, 31)) == international
    assert adopted(city, on=date(2026, 6, 1)) == iran
    assert adopted(city, on=date(2020, 1, 1)) == international


def test_adopting_what_stands_decides_nothing(folder, city):
    load_standards(folder, at=NOON)
    adopt(city, "iran-a", on=date(2026, 3, 21), at=NOON)
    adopt(city, "iran-a", on=date(2026, 4, 21), at=LATER)
    assert Adoption.objects.count() == 1


def test_a_city_whose_folder_names_a_set_follows_its_newest_revision(folder, city):
    city.standard = "iran-a"
    _, first = load_standards(folder, at=NOON)
    assert standard_for(city, at=NOON) == first
    change(folder, "reach_m = 700", "reach_m = 500")
    _, second = load_standards(folder, at=LATER)
    assert standard_for(city, at=LATER) == second
    assert standard_for(city, at=LATER) == second
    assert Adoption.objects.count() == 2


def test_what_a_person_has_adopted_stays_until_a_person_adopts_another(folder, city):
    city.standard = "iran-a"
    city.save()
    User.objects.create(username="planner")
    international, first = load_standards(folder, at=NOON)
    assert standard_for(city, at=NOON) == first
    call_command("adopt", "tiny", "iran-a", "--by", "planner", "--since", "2026-03-21")
    change(folder, "reach_m = 700", "reach_m = 500")
    load_standards(folder, at=LATER)
    city.reference_date = date(2026, 3, 21)
    assert standard_for(city, at=LATER) == first
    call_command("adopt", "tiny", "international-a", "--by", "planner", "--since", "2026-03-21")
    assert standard_for(city, at=LATER) == international


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere", "iran-a", "--by", "planner"], "no city 'nowhere'"),
        (["tiny", "iran-a", "--by", "nobody"], "no account 'nobody'"),
        (["tiny", "iran-b", "--by", "planner"], "no requirement set 'iran-b'"),
    ],
)
@pytest.mark.usefixtures("city")
def test_an_adoption_of_what_is_not_there_is_told_so(folder, words, message):
    User.objects.create(username="planner")
    load_standards(folder, at=NOON)
    with pytest.raises(CommandError, match=message):
        call_command("adopt", *words)


def test_an_unknown_set_or_a_city_without_one_is_told_so(folder, city):
    with pytest.raises(NoStandardError, match="tiny has adopted no requirement set"):
        adopted(city, on=date(2026, 3, 21))
    load_standards(folder, at=NOON)
    with pytest.raises(NoStandardError, match="kept are: international-a, iran-a"):
        adopt(city, "iran-b", on=date(2026, 3, 21), at=NOON)


def test_the_engine_gets_groups_girls_first_and_reaches_in_cm(folder):
    _, iran = load_standards(folder, at=NOON)
    standard = standard_of(iran)
    primary = standard.services.index("primary_school")
    assert standard.requirements.reach_cm[primary].tolist() == [-1] * 4 + [70_000] * 2 + [-1] * 4
    special = standard.services.index("special_school")
    assert standard.requirements.participation_micro[special, 4] == 10_000
    assert standard.weights.sum() == pytest.approx(1, abs=1e-12)
    standard.requirements.check()


@pytest.mark.parametrize(
    ("keys", "at_half_the_reach"),
    [
        ('kind = "linear"', 500_007),
        ('kind = "exponential"\nrate = 2', 367_879),
        ('kind = "gaussian"\nbandwidth = 0.5', 606_531),
        ('kind = "table"\nedges = ["350", "9000"]\nweights = [0.9, 0.1]', 900_000),
        ('kind = "steps"\nedges = ["1/4", "1"]\nweights = [0.9, 0.3]', 300_000),
    ],
)
def test_the_engine_weighs_by_the_form_the_set_names(folder, keys, at_half_the_reach):
    steps = 'kind = "steps"\nedges = ["1/3", "2/3", "1"]\nweights = [1.00, 0.68, 0.22]'
    change(folder, steps, f"{keys}\nthree_step = true")
    _, iran = load_standards(folder, at=NOON)
    requirements = standard_of(iran).requirements
    requirements.check()
    assert requirements.three_step
    weight = requirements.access.weights(np.array([35_000]), 70_000)
    assert weight.tolist() == [at_half_the_reach]


def test_a_form_that_nobody_computes_is_refused(folder):
    _, iran = load_standards(folder, at=NOON)
    requirements = Requirement.objects.filter(service__standard=iran)
    assert not standard_of(iran).requirements.three_step
    first = requirements.first()
    requirements.filter(pk=first.pk).update(weight_form=first.weight_form | {"code": "other"})
    with pytest.raises(UnfitStandardError, match="names other, thirds"):
        standard_of(iran)
    requirements.update(weight_form={"code": "stairs", "kind": "stairs"})
    with pytest.raises(UnfitStandardError, match="'stairs' is not computed"):
        standard_of(iran)


def test_every_limit_of_completeness_is_read_from_the_set(folder):
    change(folder, 'code = "completeness_pooled_places_min"\nvalue = 10', COMPLETENESS)
    _, iran = load_standards(folder, at=NOON)
    assert completeness_rule(standard_of(iran)).pooled_expected_min == 7


def test_the_safe_route_is_for_bands_that_walk_alone_at_their_own_speed(folder):
    change(folder, '"walking_speed_15-17"\nvalue = 1.11', '"walking_speed_15-17"\nvalue = 1.25')
    _, iran = load_standards(folder, at=NOON)
    profiles = standard_of(iran).profiles
    assert [(one.code, one.bands) for one in profiles] == [
        ("safe_route", ("12-14",)),
        ("safe_route", ("15-17",)),
        ("wheels", ("0-2",)),
    ]
    for one in profiles:
        one.profile.check()
    primary, lane, path = (CLASSES.index(one) for one in ("primary", "residential", "footway"))
    slower, faster, wheels = (one.profile for one in profiles)
    assert slower.crossing_cm[primary].tolist() == [19_980, 6_660, 19_980, 19_980, 19_980]
    assert faster.crossing_cm[primary].tolist() == [22_500, 7_500, 22_500, 22_500, 22_500]
    assert slower.crossing_cm[lane].tolist() == [0, 0, 2_220, 6_660, 19_980]
    assert slower.factor[primary].tolist() == [1_500, 1_200, 1_500, 1_500, 2_000]
    assert slower.is_forbidden[primary].tolist() == [False] * 4 + [True]
    assert not slower.crossing_cm[path].any()
    assert (slower.takes_steps, slower.barrier_cm, slower.aside_cm) == (True, 0, 2_000)
    assert (wheels.takes_steps, wheels.barrier_cm, wheels.aside_cm) == (False, IMPASSABLE, 0)


def test_both_bands_that_walk_alone_share_one_walk_at_one_speed(folder):
    for kept in load_standards(folder, at=NOON):
        profiles = standard_of(kept).profiles
        assert [one.bands for one in profiles] == [("12-14", "15-17"), ("0-2",)]


def test_a_set_kept_before_profiles_has_none(folder):
    _, iran = load_standards(folder, at=NOON)
    iran.profiles = {}
    assert standard_of(iran).profiles == ()


def test_a_reach_in_seconds_becomes_centimetres_at_the_band_s_speed(folder):
    change(folder, 'sex = "girl", reach_m = 700,', 'sex = "girl", reach_s = 600,')
    _, iran = load_standards(folder, at=NOON)
    reach = Requirement.objects.get(
        service__standard=iran, service__code="primary_school", band__code="6-11", sex="girl"
    )
    assert reach.reach_cm == 40_200
