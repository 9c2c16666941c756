"""Filled places, crowded buildings, shifts and sectors of the town of one street."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from atlas.assessments.assessing import assess
from atlas.assessments.inputs.city import active_versions, read_city
from atlas.assessments.inputs.standard import Parameters, standard_of
from atlas.engine.values import Reason
from spatial_data.models import PlaceVersion, SchoolBuilding, Unit

pytestmark = pytest.mark.django_db
CHILD = 1_000_000
GIRL, BOY = 4, 5


@pytest.fixture
def standard(standards):
    return standard_of(standards[1])


def found(town, standard):
    inputs = read_city(town.city, active_versions(town.city), Path(settings.ATLAS_CACHE))
    return assess(inputs, standard, tell=lambda _: None)


def children(outcome, part, group):
    """Children of 6 to 11 of the whole town by primary schools, to a thousandth."""
    zone = outcome.zones.code.tolist().index("T")
    service = outcome.standard.services.index("primary_school")
    return round(float(getattr(outcome.split, part)[zone, service, group]) / CHILD, 3)


def school_of(outcome, name):
    """A number of the school's building, or why there is none."""
    row = outcome.place_code.tolist().index("school")
    values = getattr(outcome.crowding, name)
    return values.number[row] if values.reason[row] == Reason.NONE else Reason(values.reason[row])


def with_word(standard, code, word):
    parameters = {**standard.parameters.values, code: {"value": word}}
    return replace(standard, parameters=Parameters(parameters))


def test_what_one_full_school_leaves_is_full_evenly_filled_and_certainly(town, standard):
    outcome = found(town, standard)
    # 38 of 40 girls reach ten seats, 38 of 40 boys forty.
    assert children(outcome, "filled_full", GIRL) == children(outcome, "full", GIRL) == 28
    assert children(outcome, "filled_served", BOY) == 38
    services = outcome.standard.services
    certain = dict(zip(services, outcome.certain_full_micro.tolist(), strict=True))
    assert certain["primary_school"] == 28 * CHILD
    # Iran-A adopts no provision for libraries: reach alone decides.
    assert certain["library"] == -1


def test_seats_that_even_sharing_leaves_are_filled(town, standard):
    # The last point of the east is nearer to a second school than to the first.
    second = town.place("next", "school", (950, 100))
    town.unit(second, "girl", sex="girl", stage="primary", capacity=30)
    outcome = found(town, standard)
    assert 0 < children(outcome, "filled_full", GIRL) < children(outcome, "full", GIRL)
    zone = outcome.zones.code.tolist().index("T")
    filled = outcome.split.filled_full[zone].sum(axis=1)
    assert (outcome.certain_full_micro <= filled).all()
    assert (outcome.split.filled_full <= outcome.split.full).all()


def test_each_shift_brings_its_own_seats_and_all_share_the_building(town, standard):
    school = PlaceVersion.objects.get(place__code="school")
    Unit.objects.filter(code="girl").update(shift="morning", pupils=12)
    Unit.objects.filter(code="boy").update(shift="afternoon", pupils=38, capacity=10)
    town.unit(school, "late", sex="girl", stage="primary", shift="afternoon", capacity=5, pupils=4)
    SchoolBuilding.objects.create(place_version=school, built_m2=270)
    outcome = found(town, standard)
    assert children(outcome, "served", GIRL) == 15
    assert children(outcome, "served", BOY) == 10
    assert school_of(outcome, "pupils_per_seat") == pytest.approx(54 / 15)
    assert school_of(outcome, "fullest_shift") == pytest.approx(42 / 15)
    assert school_of(outcome, "m2_per_pupil") == pytest.approx(5)


def test_a_school_that_does_not_say_its_pupils_is_missing_and_a_park_is_not_applicable(
    town, standard
):
    outcome = found(town, standard)
    assert school_of(outcome, "pupils_per_seat") == Reason.MISSING
    assert school_of(outcome, "m2_per_pupil") == Reason.MISSING
    park = outcome.place_code.tolist().index("park")
    assert outcome.crowding.pupils_per_seat.reason[park] == Reason.NOT_APPLICABLE


def test_the_set_says_whether_private_seats_count(town, standard):
    Unit.objects.filter(code="boy").update(sector="private", pupils=30)
    everyone = found(town, with_word(standard, "sector", "all"))
    public = found(town, with_word(standard, "sector", "public"))
    assert children(everyone, "served", BOY) == 38
    assert children(public, "out", BOY) == 40
    assert children(public, "served", GIRL) == children(everyone, "served", GIRL) == 10
    assert public.left_out["units_of_sectors_not_counted"] == 1
