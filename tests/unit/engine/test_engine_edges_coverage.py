"""Coverage at its edges: no children, no places, no streets, no zones, no seats, one of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.access import mean_access
from atlas.engine.coverage import CITY_WIDE, NOT_JUDGED, WALK
from atlas.engine.decay import AccessSteps, Exponential, Gaussian, Linear, Table, thirds
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.judged import JudgedPoints
from atlas.engine.margins import cut
from atlas.engine.network import build
from atlas.engine.profiles import any_route
from atlas.engine.reach import Walkers, reached
from atlas.engine.types import MICRO
from atlas.engine.values import Reason
from atlas.engine.walks import walk_of
from tests.unit.engine.edges import no_streets, without_points
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed
from tests.unit.engine.towns import streets

FORMS = (
    thirds(),
    Linear(),
    Exponential(2.0),
    Gaussian(0.5),
    Table(np.array([10_000, 50_000]), np.array([MICRO, MICRO // 2])),
)
both_modes = pytest.mark.parametrize("mode", [WALK, CITY_WIDE])


def split(town, **options):
    """Children served, full, out and unknown, evenly and filled; out and unknown are the same."""
    result = town.assess(filled=True, **options)
    even = [int(part.sum()) for part in (result.served, result.full, result.out, result.unknown)]
    filled = [int(result.filled.served.sum()), int(result.filled.full.sum()), *even[2:]]
    return even, filled


def both(*parts):
    return ([part * MICRO for part in parts],) * 2


def reach_of(town):
    """Children reached, out and unknown by any route."""
    network = build(town.pieces)
    (found,) = reached(
        *(network, town.demand, town.places, town.pools, town.requirements, town.incomplete),
        walkers=[Walkers(walk_of(network, any_route(2)), np.ones((1, 1), np.bool_))],
    )
    return [int(part.sum()) // MICRO for part in (found.reached, found.out, found.unknown)]


@both_modes
def test_no_points_means_no_children_and_seats_without_demand(mode):
    town = without_points(along_a_street([10], [20], mode=mode))
    assert split(town) == both(0, 0, 0, 0)
    assert town.assess().capacity.no_demand.tolist() == [10 * MICRO]
    assert town.assess(filled=True).filled.certain_full_micro.tolist() == [0]
    assert reach_of(town) == [0, 0, 0]


@both_modes
def test_points_without_children_ask_for_nothing(mode):
    town = along_a_street([10], [20], mode=mode)
    town = changed(town, "demand", children_micro=np.zeros((1, 1), np.int64))
    assert split(town) == both(0, 0, 0, 0)
    assert town.assess().capacity.no_demand.tolist() == [10 * MICRO]
    assert reach_of(town) == [0, 0, 0]


@both_modes
def test_without_places_every_child_is_out(mode):
    town = along_a_street([10], [], mode=mode)
    assert split(town) == both(0, 0, 10, 0)
    assert town.assess().short_micro.tolist() == [[[10 * MICRO]]]
    assert split(without_points(town)) == both(0, 0, 0, 0)
    assert reach_of(town) == [0, 10, 0]


def test_a_place_without_demand_keeps_its_seats_and_changes_nobody():
    town = along_a_street([10], [20, 1990])
    assert split(town) == both(10, 0, 0, 0)
    assert town.assess().capacity.no_demand.tolist() == [0, 10 * MICRO]
    assert town.assess(filled=True).filled.capacity.no_demand.tolist() == [0, 10 * MICRO]


def test_without_streets_who_would_walk_is_unknown_and_a_city_wide_service_does_not_mind():
    walked = along_a_street([10], [20]).but(pieces=no_streets())
    assert split(walked) == both(0, 0, 0, 10)
    assert walked.assess().unsnapped.tolist() == [[[10 * MICRO]]]
    assert reach_of(walked) == [0, 0, 10]
    city_wide = along_a_street([10], [20], mode=CITY_WIDE).but(pieces=no_streets())
    assert split(city_wide) == both(10, 0, 0, 0)


def test_who_lives_on_an_island_is_out_of_what_lies_across_the_water():
    island = streets([(1, 2, [(0, 0), (15, 0)]), (3, 4, [(16, 0), (2000, 0)])])
    town = along_a_street([10], [20]).but(pieces=island)
    assert split(town) == both(0, 0, 10, 0)
    assert [a.tolist() for a in town.assess().points.nearest(0, 0)] == [[-1], [-1]]
    assert reach_of(town) == [0, 10, 0]


@both_modes
def test_a_capacity_of_nothing_is_in_reach_and_certainly_full(mode):
    town = along_a_street([10], [20], seats=0, mode=mode)
    assert split(town) == both(0, 10, 0, 0)
    assert town.assess(filled=True).filled.certain_full_micro.tolist() == [10 * MICRO]
    assert town.assess().capacity.used.tolist() == [0]


@both_modes
def test_places_at_the_same_door_add_their_seats(mode):
    town = along_a_street([10], [20, 20], seats=[3, 4], mode=mode)
    even, filled = split(town)
    # 3/10 and 4/10 are no whole numbers of 2**-40: rounded down, a millionth of a child is lost.
    assert even == filled == [7 * MICRO - 1, 3 * MICRO + 1, 0, 0]
    assert town.assess(filled=True).filled.certain_full_micro.tolist() == [3 * MICRO]


def test_a_reach_met_exactly_holds_and_one_centimetre_more_does_not():
    assert split(along_a_street([1000], [1500])) == both(10, 0, 0, 0)
    assert split(along_a_street([1000], [1500.01])) == both(0, 0, 10, 0)
    assert split(along_a_street([10], [10], reach_m=0)) == both(10, 0, 0, 0)
    assert split(along_a_street([10], [10.01], reach_m=0)) == both(0, 0, 10, 0)
    assert [reach_of(along_a_street([10], [door], reach_m=0))[0] for door in (10, 10.01)] == [10, 0]


@both_modes
def test_one_child_has_all_the_seats(mode):
    town = along_a_street([10], [20], mode=mode)
    town = changed(town, "demand", children_micro=np.array([[MICRO]]))
    assert split(town) == both(1, 0, 0, 0)
    assert town.assess().points.share(0, 0).tolist() == [10.0]


@both_modes
def test_a_millionth_of_a_child_is_somebody(mode):
    town = along_a_street([10], [20], mode=mode)
    town = changed(town, "demand", children_micro=np.array([[1]]))
    assert split(town) == ([1, 0, 0, 0],) * 2
    # Ten million times what is needed arrives; a share is told up to 2**22.
    assert town.assess().points.share(0, 0).tolist() == [2.0**22]


@both_modes
def test_a_zone_without_children_is_empty_and_not_missing(mode):
    town = along_a_street([10], [20], mode=mode).but(incomplete=np.zeros((1, 3), np.bool_))
    result = town.assess()
    assert result.children[:, 0, 0].tolist() == [10 * MICRO, 0, 0]
    assert result.flags.tolist() == [[[0]], [[0]], [[0]]]


@both_modes
def test_a_city_without_zones_reports_nothing_and_shares_all_the_same(mode):
    town = along_a_street([10], [20], mode=mode, zone=[-1])
    town = town.but(incomplete=np.zeros((1, 0), np.bool_))
    result = town.assess(filled=True)
    assert result.children.shape == result.filled.full.shape == (0, 1, 1)
    assert result.filled.certain_full_micro.tolist() == [0]
    # A city-wide service is for children inside the city alone.
    walked = mode == WALK
    assert result.capacity.used.tolist() == [10 * MICRO * walked]
    assert result.capacity.no_demand.tolist() == [10 * MICRO * (not walked)]


@both_modes
def test_what_does_not_apply_counts_nobody(mode):
    town = along_a_street([10], [20], mode=mode)
    town = changed(town, "requirements", reach_cm=np.array([[-1]], np.int32))
    result = town.assess(filled=True)
    assert int(result.children.sum()) == 0
    assert result.filled.certain_full_micro.tolist() == [NOT_JUDGED]
    assert result.capacity.no_demand.tolist() == [10 * MICRO]
    assert reach_of(town) == [0, 0, 0]


@both_modes
@pytest.mark.parametrize("nothing", [{"provision_micro": 0}, {"participation_micro": 0}])
def test_who_needs_nothing_or_takes_no_part_is_judged_by_reach(mode, nothing):
    town = along_a_street([10], [20], seats=0, mode=mode)
    needs = {name: np.full((1, 1), amount) for name, amount in nothing.items()}
    town = changed(town, "requirements", **needs)
    assert split(town) == both(10, 0, 0, 0)
    assert int(town.assess().short_micro.sum()) == 0
    assert town.assess(filled=True).filled.certain_full_micro.tolist() == [NOT_JUDGED]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
@pytest.mark.parametrize("three_step", [False, True])
def test_every_weight_form_has_an_answer_at_every_edge(form, three_step):
    def access(town):
        town = changed(town, "requirements", access=form, three_step=three_step)
        return town.assess().points.access(0, 0).tolist()

    plain = along_a_street([10], [20])
    assert access(plain) == pytest.approx([1.0], abs=1e-6)
    assert access(without_points(plain)) == []
    assert access(along_a_street([10], [])) == [0.0]
    assert access(along_a_street([10], [20], seats=0)) == [0.0]
    assert access(along_a_street([10], [20], seats=-1)) == [0.0]
    assert np.isnan(access(plain.but(pieces=no_streets()))).tolist() == [True]
    nobody = changed(plain, "demand", children_micro=np.zeros((1, 1), np.int64))
    assert access(nobody) == [0.0]
    assert access(along_a_street([10], [510])) == pytest.approx([1.0], abs=1e-6)
    assert access(along_a_street([10], [510.01])) == [0.0]
    assert access(along_a_street([10], [10], reach_m=0)) == pytest.approx([1.0], abs=1e-6)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (Table(np.zeros(0, np.int64), np.zeros(0, np.int64)), ShapeError),
        (AccessSteps(np.zeros(0, np.int64), 1, np.zeros(0, np.int64)), ShapeError),
        *((form(steep), InputError) for form in (Exponential, Gaussian) for steep in (0.0, np.nan)),
        *(
            (form(steep), InputError)
            for form in (Exponential, Gaussian)
            for steep in (1e-308, np.inf)
        ),
    ],
)
def test_a_weight_form_without_rows_or_slope_is_refused(form, error):
    with pytest.raises(error):
        form.check()
    town = changed(along_a_street([10], [20]), "requirements", access=form)
    with pytest.raises(error):
        town.assess()


def test_the_mean_access_of_nobody_of_unknown_seats_and_of_no_street_says_why():
    def index(town):
        pieces = cut(town.demand.zone[:, None], np.array([-1], np.int32))
        complete = np.zeros((town.requirements.shape[0], pieces.pieces), np.bool_)
        points = town.assess().points
        judged = JudgedPoints(points, town.demand.children_micro, complete, pieces)
        found = mean_access(judged, 1 / 3)
        return found.x.tolist(), found.reason.tolist()

    plain = along_a_street([10], [20])
    assert index(plain) == ([[1.0]], [[Reason.NONE]])
    assert index(along_a_street([10], [])) == ([[0.0]], [[Reason.NONE]])
    assert index(without_points(plain))[1] == [[Reason.NOT_APPLICABLE]]
    assert index(plain.but(pieces=no_streets()))[1] == [[Reason.MISSING]]
    assert index(along_a_street([10], [20], seats=-1))[1] == [[Reason.MISSING]]


@pytest.mark.parametrize("nowhere", [np.nan, np.inf, -np.inf])
def test_children_and_doors_that_are_nowhere_are_refused(nowhere):
    town = along_a_street([10], [20])
    at = np.array([[nowhere, 0.0]])
    for part, name in (("demand", "xy_m"), ("places", "entrance_xy_m")):
        with pytest.raises(InputError, match="not finite"):
            changed(town, part, **{name: at}).assess()


def test_two_places_of_one_code_are_refused():
    town = along_a_street([10], [20, 30])
    twice = np.array(["a", "a"])
    for part in ("places", "pools"):
        with pytest.raises(InputError, match="the same code"):
            changed(town, part, code=twice).assess()
    one = replace(
        town.demand,
        code=twice,
        **{
            name: np.repeat(getattr(town.demand, name), 2, axis=0)
            for name in ("xy_m", "children_micro", "zone", "edge")
        },
    )
    with pytest.raises(InputError, match="the same code"):
        town.but(demand=one).assess()
