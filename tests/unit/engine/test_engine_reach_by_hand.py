"""Reach of random towns in random profiles, zone by zone, by a slow plain program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.network import build
from atlas.engine.reach import Walkers, reached
from atlas.engine.snapping import snap
from atlas.engine.walks import walk_of
from tests.unit.engine.by_hand import ByHand
from tests.unit.engine.test_engine_reach import varied_town
from tests.unit.engine.towns import ZONES
from tests.unit.engine.walking import FAR, by_hand, together

SEEDS = st.integers(0, 2**32 - 1)
PARTS = ("reached", "out", "unknown")


def by_profile(town, chosen, network):
    """The town judged by reach alone, its costs those of the rules of a profile."""
    stands, enters = (snap(network, xy) for xy in (town.demand.xy_m, town.places.entrance_xy_m))
    way = by_hand(network, chosen, together(stands, enters))
    points = town.demand.code.size
    cost: dict[tuple[int, int], int] = {}
    for e, place in enumerate(town.places.entrance_place.tolist()):
        for i in range(points):
            d = int(way[i, points + e])
            if d < FAR:
                cost[i, place] = min(d, cost.get((i, place), d))
    provision = np.full_like(town.requirements.provision_micro, -1)
    alone = town.but(requirements=replace(town.requirements, provision_micro=provision))
    return ByHand(alone, network, stands, enters, cost)


@pytest.mark.parametrize("is_assigned", [False, True])
@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_every_zone_reaches_in_every_profile_what_it_reaches_by_hand(is_assigned, seed):
    town, chosen = varied_town(seed, is_assigned=is_assigned)
    network = build(town.pieces)
    hand = by_profile(town, chosen, network)
    inputs = (town.demand, town.places, town.pools, town.requirements, town.incomplete)
    everyone = np.ones(town.requirements.shape, np.bool_)
    (found,) = reached(
        *(network, *inputs),
        walkers=[Walkers(walk_of(network, chosen), everyone)],
        assigned=town.assigned,
    )
    expected = np.array(hand.zones(ZONES))
    served, full, out, unknown, _ = np.moveaxis(expected, -1, 0)
    assert not full.any()
    for name, mine in zip(PARTS, (served, out, unknown), strict=True):
        assert getattr(found, name).tolist() == mine.tolist()
    for s, g in hand.pairs:
        if hand.applies(s, g) and town.requirements.mode[s] == 0:
            near = [hand.places_in_reach(i, s, g) for i in range(len(hand.children))]
            snapped = hand.stands.edge >= 0
            assert np.maximum(found.points.places(s, g), 0).tolist() == near
            assert (found.points.places(s, g) >= 0).tolist() == snapped.tolist()
