"""The largest flow, beside networkx's."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.kernels.flow import max_flow

SEEDS = st.integers(0, 2**32 - 1)


def csr(reaches):
    first = np.concatenate(([0], np.cumsum(reaches.sum(axis=1)))).astype(np.int64)
    return first, np.nonzero(reaches)[1].astype(np.int32)


def by_networkx(reaches, need, capacity):
    graph = nx.DiGraph()
    graph.add_nodes_from("ab")
    for c, wants in enumerate(need.tolist()):
        graph.add_edge("a", ("children", c), capacity=wants)
    for j, seats in enumerate(capacity.tolist()):
        graph.add_edge(("place", j), "b", capacity=seats)
    for c, j in np.argwhere(reaches).tolist():
        graph.add_edge(("children", c), ("place", j))
    return nx.maximum_flow_value(graph, "a", "b")


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, most=st.sampled_from([3, 1_000, 1 << 55]))
def test_the_largest_flow_is_that_of_networkx(seed, most):
    random = np.random.default_rng(seed)
    shape = tuple(random.integers(1, 16, 2).tolist())
    reaches = random.random(shape) < random.choice([0.1, 0.3, 0.6])
    need, capacity = random.integers(0, most, shape[0]), random.integers(0, most, shape[1])
    first, offer = csr(reaches)
    assert max_flow(first, offer, need, capacity) == by_networkx(reaches, need, capacity)


def test_children_are_moved_along_a_whole_street_so_that_one_more_is_seated():
    # Child c reaches places c and c + 1, the first child only place 0: place 9 is free at the end.
    reaches = np.eye(9, 10, dtype=bool) | np.eye(9, 10, 1, dtype=bool)
    reaches = np.vstack((reaches, np.eye(1, 10, dtype=bool)))
    first, offer = csr(reaches)
    ones = np.ones(10, np.int64)
    assert max_flow(first, offer, ones, ones) == 10


def test_nobody_and_nowhere_flow_nothing():
    nothing = np.zeros(0, np.int64)
    assert max_flow(np.zeros(1, np.int64), np.zeros(0, np.int32), nothing, nothing) == 0
