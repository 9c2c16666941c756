"""Coverage of towns small enough to reckon in the head, and of what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.coverage import (
    CAPACITY_UNKNOWN,
    CAPACITY_UNKNOWN_FLAG,
    CITY_WIDE,
    EDGE_FLAG,
    INCOMPLETE_FLAG,
    NO_PROVISION,
    OUTSIDE,
    AccessSteps,
    Assigned,
    Demand,
    Places,
    Pools,
    Requirements,
    city_of,
    covered,
)
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.network import build
from atlas.engine.types import MICRO
from tests.unit.engine.towns import UM_PER_CM, Town, random_town, streets

LONG = [(1, 2, [(0, 0), (2000, 0)])]


def along_a_street(homes, doors, *, seats=10, reach_m=500, mode=0, zone=None):
    """Homes and doors (metres along one street), one service, one group, one zone."""
    points, places = len(homes), len(doors)
    seats = np.broadcast_to(np.array(seats), places)
    return Town(
        pieces=streets(LONG),
        demand=Demand(
            code=np.array([f"home {k}" for k in range(points)]),
            xy_m=np.array([(home, 0.0) for home in homes]),
            children_micro=np.full((points, 1), 10 * MICRO),
            zone=np.array([0] * points if zone is None else zone, np.int32),
            edge=np.zeros(points, np.bool_),
        ),
        places=Places(
            code=np.array([f"place {k}" for k in range(places)]),
            entrance_place=np.arange(places, dtype=np.int32),
            entrance_xy_m=np.array([(door, 0.0) for door in doors]).reshape(-1, 2),
        ),
        pools=Pools(
            code=np.array([f"pool {k}" for k in range(places)]),
            place=np.arange(places, dtype=np.int32),
            capacity_micro=np.where(seats < 0, CAPACITY_UNKNOWN, seats * MICRO),
            admits=np.ones((places, 1, 1), np.bool_),
        ),
        requirements=Requirements(
            service=np.array(["school"]),
            reach_cm=np.array([[reach_m * 100]], np.int32),
            provision_micro=np.array([[MICRO]]),
            participation_micro=np.array([[MICRO]]),
            mode=np.array([mode], np.uint8),
        ),
        incomplete=np.zeros((1, 1), np.bool_),
    )


def changed(town, part, **changes):
    return town.but(**{part: replace(getattr(town, part), **changes)})


def split(town):
    """Children served, full, out and unknown."""
    result = town.assess()
    parts = (result.served, result.full, result.out, result.unknown)
    return [int(part.sum()) / MICRO for part in parts]


def test_the_very_end_of_the_reach_is_within_it():
    assert split(along_a_street([1000], [1500])) == [10, 0, 0, 0]
    assert split(along_a_street([1000], [1500.01])) == [0, 0, 10, 0]


def test_too_few_seats_are_shared_evenly_and_the_rest_meet_full_places():
    assert split(along_a_street([1000, 1000, 1100], [1200], seats=15)) == [15, 15, 0, 0]


def test_a_place_without_a_seat_is_in_reach_and_full():
    town = along_a_street([1000], [1200], seats=0)
    assert split(town) == [0, 10, 0, 0]
    assert town.assess().short_micro.sum() == 10 * MICRO


def test_without_a_provision_reach_alone_decides():
    town = along_a_street([1000], [1200], seats=0)
    town = changed(town, "requirements", provision_micro=np.array([[NO_PROVISION]]))
    assert split(town) == [10, 0, 0, 0]


def test_two_places_at_one_door_are_two_places():
    town = along_a_street([1000], [1200, 1200], seats=[2, 3])
    assert split(town) == [5, 5, 0, 0]
    assert town.assess().points.places(0, 0).tolist() == [2]
    assert town.assess().points.nearest(0, 0)[1].tolist() == [0]


def test_seats_beyond_the_need_are_above_it_and_seats_nobody_reaches_meet_no_demand():
    ledger = along_a_street([1000], [1200, 100], seats=20).assess().capacity
    assert ledger.used.tolist() == [10 * MICRO, 0]
    assert ledger.above_need.tolist() == [10 * MICRO, 0]
    assert ledger.no_demand.tolist() == [0, 20 * MICRO]
    assert ledger.children.tolist() == [10 * MICRO, 0]


def test_one_unknown_capacity_in_reach_means_judged_on_reach_with_the_other_bound():
    result = along_a_street([1000], [1200, 1300], seats=[5, -1]).assess()
    assert result.served.sum() == 10 * MICRO
    assert result.served_low.sum() == 5 * MICRO
    assert result.on_reach.sum() == 10 * MICRO
    assert result.flags.tolist() == [[[CAPACITY_UNKNOWN_FLAG]]]
    assert result.points.has_unknown_capacity(0, 0).tolist() == [True]


def test_an_incomplete_layer_makes_its_children_unknown_and_not_out():
    town = along_a_street([100, 1000], [1200]).but(incomplete=np.array([[True]]))
    assert split(town) == [0, 0, 0, 20]
    assert town.assess().flags.tolist() == [[[INCOMPLETE_FLAG]]]


def test_a_home_300_metres_from_any_street_is_unknown():
    town = along_a_street([1000, 1000], [1200])
    town.demand.xy_m[1] = (1000, 301)
    assert split(town) == [10, 0, 0, 10]
    assert town.assess().unsnapped.sum() == 10 * MICRO


def test_the_legs_at_both_ends_are_walked_too():
    town = along_a_street([1000], [1400])
    town.demand.xy_m[0], town.places.entrance_xy_m[0] = (1000, 60), (1400, -40)
    assert town.assess().points.nearest(0, 0)[0].tolist() == [50_000]
    assert split(town) == [10, 0, 0, 0]


def test_the_nearest_of_several_entrances_counts():
    town = along_a_street([1000], [0])
    places = replace(
        town.places,
        entrance_place=np.array([0, 0], np.int32),
        entrance_xy_m=np.array([(0.0, 0.0), (900.0, 0.0)]),
    )
    assert town.but(places=places).assess().points.nearest(0, 0)[0].tolist() == [10_000]


def test_children_outside_the_city_take_seats_and_are_not_reported():
    town = along_a_street([1000, 1000], [1200], zone=[0, OUTSIDE])
    assert split(town) == [5, 5, 0, 0]


def test_a_city_wide_service_is_for_every_child_of_the_city_and_no_other():
    town = along_a_street([0, 2000, 1000], [1200], mode=CITY_WIDE, zone=[0, 0, OUTSIDE], seats=15)
    town.demand.xy_m[0] = (0, 5000)
    assert split(town) == [15, 5, 0, 0]
    assert split(town.but(pools=replace(town.pools, admits=~town.pools.admits))) == [0, 0, 20, 0]


def test_a_city_wide_pool_of_unknown_capacity_is_judged_on_being_there():
    town = along_a_street([0, 2000], [1200, 1300], mode=CITY_WIDE, seats=[5, -1])
    result = town.assess()
    assert (result.served.sum(), result.served_low.sum()) == (20 * MICRO, 5 * MICRO)
    assert result.capacity.used.tolist() == [5 * MICRO, -1]


def test_an_assigned_school_serves_its_catchment_alone():
    town = along_a_street([1000, 1100], [1200, 1300], seats=20)
    catchments = Assigned(
        is_assigned=np.array([True, True]),
        pool=np.array([0], np.int32),
        point=np.array([1], np.int32),
    )
    result = town.but(assigned=catchments).assess()
    assert (result.served.sum(), result.out.sum()) == (10 * MICRO, 10 * MICRO)
    assert result.points.nearest(0, 0)[0].tolist() == [-1, 10_000]


def test_children_near_the_boundary_are_flagged_where_the_reach_goes_beyond_it():
    town = along_a_street([1000, 1000, 1000], [1200])
    demand = replace(
        town.demand,
        edge=np.array([True, True, False]),
        boundary_cm=np.array([50_000, 50_001, 0], np.int32),
    )
    result = town.but(demand=demand).assess()
    assert result.edge.sum() == 10 * MICRO
    assert result.flags.tolist() == [[[EDGE_FLAG]]]


def test_an_island_reaches_only_its_own_places():
    town = along_a_street([1000], [1200])
    island = [*LONG, (7, 8, [(1000, 40), (1200, 40)])]
    town.demand.xy_m[0] = (1000, 40)
    result = town.but(pieces=streets(island)).assess()
    assert result.points.nearest(0, 0)[0].tolist() == [-1]
    assert result.out.sum() == 10 * MICRO


def test_the_toy_of_the_method_through_the_whole_engine():
    homes, doors = [(0, 0), (0, 100), (0, 200)], [(100, 0), (100, 100)]
    cost_m = [(150, 450), (350, 250), (900, 380)]
    lines = [(i, 10 + j, [homes[i], doors[j]]) for i in range(3) for j in range(2)]
    lengths = np.array([metres for row in cost_m for metres in row]) * 100 * UM_PER_CM
    town = along_a_street([0, 0, 0], [0, 0], seats=[30, 60], reach_m=600)
    town = town.but(
        pieces=replace(streets(lines, marks=dict.fromkeys(range(3), 1)), length_um=lengths),
        demand=replace(
            town.demand,
            xy_m=np.array(homes, dtype=float),
            children_micro=np.array([[100], [200], [50]]) * MICRO,
        ),
        places=replace(town.places, entrance_xy_m=np.array(doors, dtype=float)),
    )
    points = town.assess().points
    assert points.access(0, 0) == pytest.approx([0.195869, 0.298941, 0.2125], abs=5e-7)
    nearer = replace(town.requirements, reach_cm=np.array([[40_000]], np.int32))
    result = town.but(requirements=nearer).assess()
    assert result.points.share(0, 0) == pytest.approx([0.10, 0.34, 0.24], abs=1e-11)
    assert result.served.sum() == pytest.approx(90 * MICRO, abs=3)


def test_a_question_about_a_service_that_does_not_apply_is_refused():
    town = along_a_street([1000], [1200])
    nothing = replace(town.requirements, reach_cm=np.array([[-1]], np.int32))
    result = town.but(requirements=nothing).assess()
    assert result.children.sum() == 0
    assert not result.points.applies(0, 0)
    with pytest.raises(InputError, match="no requirement"):
        result.points.reached(0, 0)


@pytest.mark.parametrize(
    ("part", "changes", "error", "words"),
    [
        ("demand", {"xy_m": np.full((2, 2), np.nan)}, InputError, "finite"),
        ("demand", {"children_micro": np.array([[-1], [0]])}, InputError, "children_micro"),
        ("demand", {"children_micro": np.array([[1 << 43], [0]])}, InputError, "children_micro"),
        ("demand", {"children_micro": np.zeros((2, 2), np.int64)}, ShapeError, "children_micro"),
        ("demand", {"zone": np.array([0, 1], np.int32)}, InputError, "zone"),
        ("demand", {"code": np.array(["a", "a"])}, InputError, "same code"),
        ("demand", {"boundary_cm": np.zeros(1, np.int32)}, ShapeError, "boundary_cm"),
        ("places", {"entrance_xy_m": np.full((1, 2), np.inf)}, InputError, "finite"),
        ("places", {"entrance_place": np.array([1], np.int32)}, InputError, "entrance_place"),
        ("pools", {"capacity_micro": np.array([-2])}, InputError, "capacity_micro"),
        ("pools", {"place": np.array([-1], np.int32)}, InputError, "place of the pools"),
        ("pools", {"admits": np.ones((1, 1), np.bool_)}, ShapeError, "admits"),
        ("requirements", {"reach_cm": np.array([[-2]], np.int32)}, InputError, "reach_cm"),
        ("requirements", {"participation_micro": np.array([[MICRO + 1]])}, InputError, "particip"),
        ("requirements", {"mode": np.array([2], np.uint8)}, InputError, "mode"),
        (
            "requirements",
            {"access": AccessSteps(np.array([1, 3]), 3, np.array([5, 6]))},
            InputError,
            "rise with distance",
        ),
        (
            "requirements",
            {"access": AccessSteps(np.array([1, 2]), 3, np.array([6, 5]))},
            InputError,
            "not the reach",
        ),
    ],
)
def test_inputs_that_contradict_themselves_are_refused(part, changes, error, words):
    with pytest.raises(error, match=words):
        changed(along_a_street([1000, 1100], [1200]), part, **changes).assess()


def test_incomplete_layers_must_fit_the_services():
    with pytest.raises(ShapeError, match="services"):
        along_a_street([0], [0]).but(incomplete=np.zeros((2, 1), np.bool_)).assess()


def test_a_pool_cannot_be_both_city_wide_and_walked_to():
    town = random_town(3)
    pools = replace(town.pools, admits=np.ones_like(town.pools.admits))
    requirements = replace(
        town.requirements,
        reach_cm=np.full_like(town.requirements.reach_cm, 100),
        mode=np.array([0, 0, 1], np.uint8),
    )
    with pytest.raises(InputError, match="city-wide and a walking"):
        town.but(pools=pools, requirements=requirements).assess()


def test_a_catchment_that_names_nobody_is_refused():
    town = along_a_street([1000], [1200])
    wrong = Assigned(np.array([True]), np.array([0], np.int32), np.array([1], np.int32))
    with pytest.raises(InputError, match="catchments"):
        town.but(assigned=wrong).assess()


def test_a_city_snapped_once_is_judged_as_one_snapped_anew():
    town = random_town(7)
    asked = (town.demand, town.places, town.pools, town.requirements, town.incomplete)
    city = city_of(build(town.pieces), *asked, assigned=town.assigned)
    for filled in (False, True):
        once, anew = covered(city, town.incomplete, filled=filled), town.assess(filled=filled)
        for part in ("served", "full", "out", "unknown", "edge", "flags"):
            assert getattr(once, part).tolist() == getattr(anew, part).tolist()
        assert (once.filled is None) is not filled


def test_a_city_of_other_services_than_its_layers_is_refused():
    town = along_a_street([0], [0])
    asked = (town.demand, town.places, town.pools, town.requirements, town.incomplete)
    city = city_of(build(town.pieces), *asked)
    with pytest.raises(ShapeError, match="does not fit the services"):
        covered(city, np.zeros((2, 1), np.bool_))
