"""New streets, crossings and signals between two banks, worked out by hand (METHOD §3.4, §10)."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.errors import InputError
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.changes import AddStreet, MarkStreet
from atlas.engine.scenario.what_if import what_if
from atlas.engine.streets import BRIDGE, CROSSING, SIGNAL, STEPS
from tests.unit.engine.streets_by_hand import engine_costs
from tests.unit.engine.test_engine_scenario_junctions import inputs_in
from tests.unit.engine.towns import random_town, streets
from tests.unit.engine.walking import profile

FOOTWAY, ROAD = 0, 1


def two_banks(*, chosen):
    """Two roads 100 m apart, joined at their west ends; a child south, a school north of them."""
    lines = [
        (1, 2, [(0, 0), (1000, 0)]),
        (3, 4, [(0, 100), (1000, 100)]),
        (1, 3, [(0, 0), (0, 100)]),
    ]
    town = random_town(1, services=1)
    demand = replace(
        town.demand,
        **{
            name: getattr(town.demand, name)[:1]
            for name in ("code", "children_micro", "zone", "edge", "boundary_cm")
        },
        xy_m=np.array([[900.0, 0.0]]),
    )
    places = replace(
        town.places,
        code=np.array(["school"]),
        entrance_place=np.zeros(1, np.int32),
        entrance_xy_m=np.array([[900.0, 100.0]]),
    )
    pools = replace(
        town.pools,
        code=np.array(["seats"]),
        place=np.zeros(1, np.int32),
        capacity_micro=np.array([1]),
        admits=np.ones((1, *town.requirements.shape), np.bool_),
    )
    facts = {0: (ROAD,), 1: (ROAD,), 2: (FOOTWAY,)}
    town = town.but(pieces=streets(lines, facts=facts), demand=demand, places=places, pools=pools)
    return town, prepare(inputs_in(town, chosen), threads=1)


# A metre of road counts 1.5; to cross it costs 40 m, to cross a footway nothing.
SAFE = profile([(1, 0, 0), (1.5, 4_000, 0)])
NO_ROADS = profile([(1, 0, 0), (1.5, 4_000, 1)])


def walk(town, base, *changes):
    """What the only walk of the two banks costs, cm; None where there is none."""
    return engine_costs(town, what_if(base, changes)).get((0, 0))


def footpath(code="path", *, street_class=FOOTWAY, features=0):
    """Between the two roads, 800 m east; each end 2 m away from its road."""
    line = np.array([[800.0, 2.0], [800.0, 98.0]])
    return AddStreet(code, line, 9_600, 500, street_class, 0, features)


def test_a_new_footpath_is_reached_over_the_roads_it_begins_on():
    town, base = two_banks(chosen=SAFE)
    # 900 m of road twice and the footway between; where two streets meet nothing is crossed.
    assert walk(town, base) == 135_000 + 10_000 + 135_000
    # 100 m of each road, the path and its two steps; its ends pay half a road, the roads nothing.
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    assert walk(town, base, footpath()) == over + 2_000 + 2_000


def test_a_crossing_where_the_footpath_begins_spares_its_toll_and_one_beside_it_does_not():
    town, base = two_banks(chosen=SAFE)
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    here = MarkStreet("way/0000:0", 80_000, CROSSING, is_there=True)
    there = MarkStreet("way/0001:0", 80_000, SIGNAL, is_there=True)
    beside = MarkStreet("way/0000:0", 79_900, CROSSING, is_there=True)
    assert walk(town, base, footpath(), here) == over + 2_000
    assert walk(town, base, footpath(), here, there) == over
    assert walk(town, base, footpath(), beside) == over + 4_000
    nearby, city = two_banks(chosen=replace(SAFE, aside_cm=100))
    assert walk(nearby, city, footpath(), beside) == over + 2_000


def test_a_crossing_at_the_end_of_a_new_street_is_one_at_the_street_it_begins_on():
    town, base = two_banks(chosen=SAFE)
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    ends = [MarkStreet("path", at, CROSSING, is_there=True) for at in (0, 9_600)]
    assert walk(town, base, footpath(), ends[0]) == over + 2_000
    assert walk(town, base, footpath(), *ends) == over


def test_a_footbridge_leads_over_both_roads():
    town, base = two_banks(chosen=SAFE)
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    assert walk(town, base, footpath(features=BRIDGE)) == over


def test_who_passes_a_new_road_crosses_it():
    town, base = two_banks(chosen=SAFE)
    # The child's way west passes the new road's end: its own road pays half of it at both sides.
    beyond = AddStreet("road", np.array([[500.0, 0.0], [500.0, -90.0]]), 9_000, 0, ROAD)
    assert walk(town, base, beyond) == 135_000 + 10_000 + 135_000 + 4_000


def test_wheels_take_no_new_steps_and_who_lives_on_forbidden_roads_takes_the_next_corner():
    town, base = two_banks(chosen=replace(SAFE, takes_steps=False))
    assert walk(town, base, footpath(features=STEPS)) == walk(town, base)
    town, base = two_banks(chosen=NO_ROADS)
    assert walk(town, base) == 135_000 + 10_000 + 135_000
    over = 15_000 + 200 + 9_600 + 200 + 15_000
    assert walk(town, base, footpath()) == over + 4_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (footpath(street_class=None), "nobody knows how street piece 'path' is walked"),
        (footpath(street_class=2), "the class of street piece 'path' is none of the profile's 2"),
        (footpath(features=32), "street piece 'path' has speed 0 and features 32"),
        (MarkStreet("nowhere", 0, CROSSING, True), "there is no street piece 'nowhere'"),
        (
            MarkStreet("way/0000:0", 100_001, CROSSING, True),
            "street piece 'way/0000:0' is 100000 cm long: there is no place 100001 cm along it",
        ),
        (MarkStreet("way/0000:0", 5, 4, True), "4 is no mark"),
        (
            MarkStreet("way/0000:0", 5, CROSSING, False),
            "mark 1 5 cm along street piece 'way/0000:0' is not there",
        ),
    ],
)
def test_what_cannot_be_put_up_is_refused(change, message):
    _, base = two_banks(chosen=SAFE)
    with pytest.raises(InputError, match=f"^change 1: {re.escape(message)}"):
        what_if(base, [change])


def test_no_street_is_cut_where_nothing_tells_where_bridges_lie():
    _, base = two_banks(chosen=SAFE)
    blind = prepare(replace(base.inputs, street_features=None), threads=1)
    with pytest.raises(InputError, match="nothing tells where bridges lie"):
        what_if(blind, [footpath()])
