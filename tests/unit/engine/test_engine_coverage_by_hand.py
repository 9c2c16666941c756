"""Coverage of random towns, digit for digit as a slow plain program finds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from atlas.engine.network import build
from atlas.engine.snapping import snap
from tests.unit.engine.by_hand import ByHand
from tests.unit.engine.towns import GROUPS, ZONES, random_town

SEEDS = st.integers(0, 2**32 - 1)


def both(seed, *, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    network = build(town.pieces)
    stands, enters = snap(network, town.demand.xy_m), snap(network, town.places.entrance_xy_m)
    return town, town.assess(), ByHand(town, network, stands, enters)


@pytest.mark.parametrize("is_assigned", [False, True])
@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_every_zone_is_split_as_by_hand(is_assigned, seed):
    _, result, by_hand = both(seed, is_assigned=is_assigned)
    expected = np.array(by_hand.zones(ZONES))
    names = ("served", "full", "out", "unknown", "served_low")
    for n, name in enumerate(names):
        assert getattr(result, name).tolist() == expected[..., n].tolist(), name


@pytest.mark.parametrize("is_assigned", [False, True])
@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_every_point_finds_its_nearest_place_as_by_hand(is_assigned, seed):
    town, result, by_hand = both(seed, is_assigned=is_assigned)
    for s, g in by_hand.pairs:
        if not by_hand.applies(s, g) or town.requirements.mode[s] == 1:
            continue
        cm, place = result.points.nearest(s, g)
        counted = result.points.places(s, g)
        for i in range(cm.size):
            assert (cm[i], place[i]) == by_hand.nearest(i, s, g)
            if by_hand.stands.edge[i] >= 0:
                assert counted[i] == by_hand.places_in_reach(i, s, g)
            else:
                assert counted[i] == -1


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_served_at_the_points_adds_up_to_served_in_the_zones(seed):
    town, result, by_hand = both(seed, is_assigned=False)
    for s, g in by_hand.pairs:
        if not by_hand.applies(s, g):
            assert not result.points.applies(s, g)
            continue
        served = result.points.served_micro(s, g, town.demand.children_micro[:, g])
        for z in range(ZONES):
            if not town.incomplete[s, z]:
                assert served[town.demand.zone == z].sum() == result.served[z, s, g]


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_what_arrives_is_what_is_there_as_long_as_somebody_needs_it(seed):
    town, result, by_hand = both(seed, is_assigned=False)
    arrives = there = 0
    pools = 0
    for s in range(by_hand.services):
        for g in range(GROUPS):
            if by_hand.applies(s, g) and by_hand.need(s, g) > 0:
                share = np.nan_to_num(result.points.share(s, g))
                # Beyond two million times the need a share is only "enough".
                assume(share.max() < 2**21)
                arrives += float(by_hand.need(s, g)) * (
                    share @ town.demand.children_micro[:, g].astype(float)
                )
    for j, share in enumerate(by_hand.share):
        met = town.pools.capacity_micro[j] >= 0 and result.capacity.no_demand[j] == 0
        there += int(town.pools.capacity_micro[j]) if met else 0
        pools += share is not None
    assert arrives == pytest.approx(there, rel=1e-6, abs=1.0 + pools)
