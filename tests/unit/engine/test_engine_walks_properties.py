"""Profiles: what must hold in any town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.network import build
from atlas.engine.profiles import any_route
from atlas.engine.snapping import Snap
from atlas.engine.streets import CROSSING, SIGNAL
from atlas.engine.walks import walk_of
from tests.unit.engine.test_engine_network import (
    shuffled,
    with_a_node_in,
    with_another_street,
)
from tests.unit.engine.towns import random_streets
from tests.unit.engine.walking import (
    FAR,
    by_hand,
    positions,
    random_profile,
    searched,
    varied_streets,
)

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, count=7):
    """A random town, a profile and some positions."""
    random = np.random.default_rng(seed)
    network = build(varied_streets(random))
    return network, random_profile(random), positions(network, random, count)


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_costs_are_those_found_by_hand(seed):
    network, chosen, snap = drawn(seed)
    found = searched(network, walk_of(network, chosen), snap)
    np.fill_diagonal(found, 0)
    expected = by_hand(network, chosen, snap)
    np.fill_diagonal(expected, 0)
    assert found.tolist() == expected.tolist()


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_there_and_back_cost_alike(seed):
    network, chosen, snap = drawn(seed)
    found = searched(network, walk_of(network, chosen), snap)
    assert found.tolist() == found.T.tolist()


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_going_by_way_of_a_third_position_is_never_shorter_where_walking_is_not_forbidden(seed):
    network, chosen, snap = drawn(seed)
    walk = walk_of(network, chosen)
    d = searched(network, walk, snap)
    allowed = ~walk.is_forbidden[snap.edge]
    for k in np.flatnonzero(allowed):
        assert (d <= d[:, [k]] + d[[k], :]).all()


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_no_profile_finds_a_shorter_way_than_any_route(seed):
    network, chosen, snap = drawn(seed)
    found = searched(network, walk_of(network, chosen), snap)
    plain = searched(network, walk_of(network, any_route(3)), snap)
    assert (found >= plain).all()
    assert (plain < FAR).any()


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_a_node_put_into_a_street_changes_no_cost_in_any_profile(seed):
    random = np.random.default_rng(seed)
    pieces = varied_streets(random)
    chosen = random_profile(random)
    network = build(pieces)
    split = build(with_a_node_in(pieces, int(random.integers(pieces.code.size))))
    snap = positions(network, random, 7)
    same = [
        (w.graph, w.start_cm, w.end_cm) for w in (walk_of(network, chosen), walk_of(split, chosen))
    ]
    assert network.node_id.tolist() == split.node_id.tolist()
    assert [a.tolist() for a in same[0][0]] == [a.tolist() for a in same[1][0]]
    assert (
        searched(network, walk_of(network, chosen), snap).tolist()
        == searched(split, walk_of(split, chosen), snap).tolist()
    )


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_another_street_makes_no_way_of_any_route_longer(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    more = with_another_street(pieces, random)
    before, after = build(pieces), build(more)
    kept = [v for v in before.node_id.tolist() if v in set(after.node_id.tolist())]
    costs = [node_costs(network, any_route(10), kept) for network in (before, after)]
    assert (costs[1] <= costs[0]).all()


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, mark=st.sampled_from([CROSSING, SIGNAL]))
def test_a_mark_at_a_crossing_makes_no_way_of_any_profile_longer(seed, mark):
    random = np.random.default_rng(seed)
    pieces = varied_streets(random)
    chosen = random_profile(random)
    before = build(pieces)
    ends = np.concatenate((before.edge_start, before.edge_end))
    real = np.flatnonzero(np.bincount(ends, minlength=before.nodes) >= 3)
    if not real.size:
        return
    node = before.node_id[random.choice(real)]
    marks = pieces.node_mark.copy()
    marks[pieces.node_id == node] |= mark
    after = build(replace(pieces, node_mark=marks))
    snap = positions(before, random, 7)
    costs = [searched(n, walk_of(n, chosen), snap) for n in (before, after)]
    assert (costs[1] <= costs[0]).all()


def node_costs(network, chosen, ids):
    """Cost between nodes, each at the very end of one of its edges."""
    rows = [network.node_id.tolist().index(one) for one in ids]
    edge = np.array(
        [np.flatnonzero((network.edge_start == v) | (network.edge_end == v))[0] for v in rows],
        np.int32,
    )
    along = np.where(network.edge_start[edge] == rows, 0, network.edge_cm[edge]).astype(np.int32)
    none = np.zeros(len(rows), np.int32)
    snap = Snap(edge, along, (network.edge_cm[edge] - along).astype(np.int32), none)
    return searched(network, walk_of(network, chosen), snap)


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_the_order_of_the_streets_changes_no_digit_of_a_walk(seed):
    random = np.random.default_rng(seed)
    pieces = varied_streets(random)
    chosen = random_profile(random)
    one, other = (walk_of(build(p), chosen) for p in (pieces, shuffled(pieces, random)))
    assert one.street_cm.tolist() == other.street_cm.tolist()
    assert one.arc_edge.tolist() == other.arc_edge.tolist()
    assert one.end_cm.tolist() == other.end_cm.tolist()
