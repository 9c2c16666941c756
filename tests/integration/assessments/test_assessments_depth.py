"""How far the small town's children walk and what they lack, worked out with a pencil."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from atlas.assessments.assessing import assess
from atlas.assessments.inputs.city import active_versions, read_city
from atlas.assessments.inputs.standard import standard_of
from atlas.assessments.operations import standard_for
from tests.integration.assessments.small_town import NOON

pytestmark = pytest.mark.django_db
CHILD = 1_000_000


@pytest.fixture
def outcome(town, settings):
    standard = standard_of(standard_for(town.city, at=NOON))
    inputs = read_city(town.city, active_versions(town.city), Path(settings.ATLAS_CACHE))
    return assess(inputs, standard, tell=lambda _step: None)


def at(outcome, zone, service, band, sex):
    standard = outcome.standard
    group = 2 * standard.bands.index(band) + ("girl", "boy").index(sex)
    return (outcome.zones.code.tolist().index(zone), standard.services.index(service), group)


def test_the_last_of_ten_points_is_too_far_from_the_girls_school(outcome) -> None:
    # Two girls live there, 727.5 m off with a reach of 700; the other 18 in the east walk less.
    spot = at(outcome, "QE", "primary_school", "6-11", "girl")
    found = outcome.depth
    assert found.out_micro[spot] == 2 * CHILD
    assert found.median_out_cm[spot] == pytest.approx(72_750, abs=10)
    assert found.mean_excess_cm[spot] == found.median_out_cm[spot] - 70_000
    assert found.excess_child_cm[spot] == 2 * (found.median_out_cm[spot] - 70_000)
    assert 0 < found.median_cm[spot] < 70_000
    assert found.unconnected_micro[spot] == 0


def test_every_girl_in_reach_depends_on_the_one_girls_school(outcome) -> None:
    spot = at(outcome, "QW", "primary_school", "6-11", "girl")
    assert outcome.depth.one_place_micro[spot] == 20 * CHILD


def test_depth_agrees_with_the_split_in_every_zone_of_every_tier(outcome) -> None:
    found, split = outcome.depth, outcome.split
    walked = outcome.standard.requirements.mode == 0
    out = (found.out_micro + found.unconnected_micro)[..., :-1]
    assert (out[:, walked] == split.out[:, walked]).all()
    assert (found.unknown_micro[..., :-1] == split.unknown).all()


def test_children_lacking_a_service_are_no_sum_over_services(outcome) -> None:
    found, split = outcome.lacking, outcome.split
    assert found.at_least.tolist() == outcome.standard.parameters.values["services_lacked"]["value"]
    most_of_one = split.out.max(axis=1)
    assert (found.lower[0] >= most_of_one).all()
    assert (found.lower[0] <= np.minimum(split.out.sum(axis=1), outcome.children)).all()
    assert (found.upper <= outcome.children).all()
    # Of four infants all lack a protection centre and one a playground, for certain; nobody has a
    # whole list of health posts.
    zone, _, group = at(outcome, "QW", "play_space", "0-2", "girl")
    assert outcome.children[zone, group] == 4 * CHILD
    assert found.lower[:, zone, group].tolist() == [4 * CHILD, 1 * CHILD, 0]
    assert found.upper[:, zone, group].tolist() == [4 * CHILD, 4 * CHILD, 1 * CHILD]
