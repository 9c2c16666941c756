"""The network: what is contracted, what is kept, and that no order of the input matters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.nearest import nearest
from atlas.engine.network import Network, build
from atlas.engine.positions import doors_of
from atlas.engine.snapping import Snap
from atlas.engine.streets import CROSSING
from tests.unit.engine.towns import UM_PER_CM, random_streets, streets

SEEDS = st.integers(0, 2**32 - 1)
A, B, C, D = 1, 2, 3, 4


def same_bytes(one, other):
    pairs = zip(one.arrays().items(), other.arrays().items(), strict=True)
    return all(a[0] == b[0] and a[1].tobytes() == b[1].tobytes() for a, b in pairs)


def all_costs(network):
    """Cost between all nodes, by publisher's ids, found through the hierarchy."""
    nodes = network.nodes
    at_node = np.arange(nodes, dtype=np.int32)
    edge = np.array(
        [np.flatnonzero((network.edge_start == v) | (network.edge_end == v))[0] for v in at_node]
    )
    starts = network.edge_start[edge] == at_node
    snap = Snap(
        edge.astype(np.int32),
        np.where(starts, 0, network.edge_cm[edge]).astype(np.int32),
        np.where(starts, network.edge_cm[edge], 0).astype(np.int32),
        np.zeros(nodes, np.int32),
    )
    doors = doors_of(network, at_node, snap, nodes)
    lanes = np.eye(nodes, dtype=bool)
    found = nearest(network, None, doors, lanes, place_rank=at_node)
    ids = network.node_id.tolist()
    return {
        (ids[v], ids[q]): int(found.cm[v, q])
        for v in range(nodes)
        for q in range(nodes)
        if found.cm[v, q] >= 0
    }


def plain_costs(pieces):
    graph = nx.Graph()
    ends = zip(
        pieces.start_node.tolist(), pieces.end_node.tolist(), pieces.length_um.tolist(), strict=True
    )
    for a, b, um in ends:
        known = graph.get_edge_data(a, b, {"weight": um})["weight"]
        graph.add_edge(a, b, weight=min(um, known))
    return {
        (a, b): um // UM_PER_CM
        for a, costs in nx.all_pairs_dijkstra_path_length(graph)
        for b, um in costs.items()
    }


@settings(deadline=None, max_examples=80)
@given(seed=SEEDS)
def test_contraction_changes_no_distance_between_the_nodes_it_keeps(seed):
    pieces = random_streets(np.random.default_rng(seed))
    found, plain = all_costs(build(pieces)), plain_costs(pieces)
    kept = set(build(pieces).node_id.tolist())
    assert found == {pair: cm for pair, cm in plain.items() if set(pair) <= kept}


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_the_order_of_pieces_and_nodes_changes_no_byte(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    assert same_bytes(build(pieces), build(shuffled(pieces, random)))


def shuffled(pieces, random):
    order = random.permutation(pieces.code.size)
    nodes = random.permutation(pieces.node_id.size)
    rows = [np.arange(pieces.offset[k], pieces.offset[k + 1]) for k in order]
    return replace(
        pieces,
        code=pieces.code[order],
        start_node=pieces.start_node[order],
        end_node=pieces.end_node[order],
        length_um=pieces.length_um[order],
        street_class=pieces.street_class[order],
        speed_kmh=pieces.speed_kmh[order],
        features=pieces.features[order],
        xy_m=pieces.xy_m[np.concatenate(rows)],
        offset=np.cumsum([0] + [row.size for row in rows]),
        node_id=pieces.node_id[nodes],
        node_xy_m=pieces.node_xy_m[nodes],
        node_mark=pieces.node_mark[nodes],
    )


CHAIN = [(A, B, [(0, 0), (100, 0)]), (B, C, [(100, 0), (100, 50)]), (C, D, [(100, 50), (0, 50)])]


def test_nodes_that_decide_nothing_go_and_their_street_is_one():
    network = build(streets(CHAIN))
    assert sorted(network.node_id.tolist()) == [A, D]
    assert network.edge_cm.tolist() == [25_000]
    assert sorted(
        abs(piece if piece >= 0 else ~piece) for piece in network.edge_piece.tolist()
    ) == [0, 1, 2]
    line = network.vertex_xy_m.tolist()
    assert line in ([[0, 0], [100, 0], [100, 50], [0, 50]], [[0, 50], [100, 50], [100, 0], [0, 0]])
    assert network.vertex_along_m[-1] == 250


def test_a_crossing_or_a_change_of_class_keeps_its_node():
    assert build(streets(CHAIN, marks={B: CROSSING})).nodes == 3
    assert build(streets(CHAIN, facts={0: (7,)})).nodes == 3
    steps = streets(CHAIN)
    assert build(replace(steps, features=np.array([0, 2, 0], np.uint8))).nodes == 4
    assert build(replace(steps, speed_kmh=np.array([30, 30, 50], np.int16))).nodes == 3
    # A bridge or houses along the way change nothing for a walker.
    assert build(replace(steps, features=np.array([0, 4, 16], np.uint8))).nodes == 2


def test_lengths_are_summed_before_they_are_rounded():
    pieces = replace(streets(CHAIN), length_um=np.array([4_000, 4_000, 4_000]))
    assert build(pieces).edge_cm.tolist() == [1]


def test_a_ring_of_its_own_keeps_its_smallest_node():
    ring = [(A, B, [(0, 0), (9, 0)]), (B, C, [(9, 0), (9, 9)]), (C, A, [(9, 9), (0, 0)])]
    network = build(streets(ring))
    assert network.node_id.tolist() == [A]
    assert network.edges == 1
    assert network.arc_head.size == 0
    assert network.edge_cm[0] == 900 + 900 + 1272


def test_of_parallel_streets_the_least_is_searched_and_all_are_kept():
    lines = [
        (A, B, [(0, 0), (50, 80), (100, 0)]),
        (A, B, [(0, 0), (100, 0)]),
        (B, C, [(100, 0), (200, 0)]),
    ]
    network = build(streets(lines, marks={B: CROSSING, A: CROSSING}))
    assert network.edges == 3
    assert all_costs(network)[A, B] == 10_000


def test_components_are_listed_however_small():
    island = [(C, D, [(500, 500), (530, 500)])]
    nodes, length_cm = build(streets([CHAIN[0], *island])).components()
    assert sorted(nodes.tolist()) == [2, 2]
    assert sorted(length_cm.tolist()) == [3_000, 10_000]


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_a_node_put_into_a_street_changes_no_cost(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    network = build(pieces)
    split = build(with_a_node_in(pieces, int(random.integers(pieces.code.size))))
    assert all_costs(network) == all_costs(split)
    assert network.edge_cm.tolist() == split.edge_cm.tolist()


def with_a_node_in(pieces, k):
    """The streets with a node put into one of them, a third of the way along its first stretch."""
    low, high = pieces.offset[k], pieces.offset[k + 1]
    line = pieces.xy_m[low:high]
    middle = line[0] + (line[1] - line[0]) / 3
    part = int(pieces.length_um[k]) // 3
    halves = np.vstack((line[0], middle, middle, line[1:]))

    def twice(column, first, second):
        return np.concatenate((column[:k], [first, second], column[k + 1 :])).astype(column.dtype)

    new = int(pieces.node_id.max()) + 1
    counts = np.diff(pieces.offset)
    return replace(
        pieces,
        code=twice(pieces.code.astype("U16"), str(pieces.code[k]), f"{pieces.code[k]}b"),
        start_node=twice(pieces.start_node, pieces.start_node[k], new),
        end_node=twice(pieces.end_node, new, pieces.end_node[k]),
        length_um=twice(pieces.length_um, part, pieces.length_um[k] - part),
        street_class=twice(pieces.street_class, pieces.street_class[k], pieces.street_class[k]),
        speed_kmh=twice(pieces.speed_kmh, pieces.speed_kmh[k], pieces.speed_kmh[k]),
        features=twice(pieces.features, pieces.features[k], pieces.features[k]),
        xy_m=np.vstack((pieces.xy_m[:low], halves, pieces.xy_m[high:])),
        offset=np.cumsum(np.concatenate(([0], counts[:k], [2, counts[k]], counts[k + 1 :]))),
        node_id=np.append(pieces.node_id, new),
        node_xy_m=np.vstack((pieces.node_xy_m, middle)),
        node_mark=np.append(pieces.node_mark, 0).astype(np.uint8),
    )


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_another_street_makes_no_way_longer(seed):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    before = all_costs(build(pieces))
    after = all_costs(build(with_another_street(pieces, random)))
    assert all(after[pair] <= cm for pair, cm in before.items() if pair in after)
    assert any(pair in after for pair in before)


def with_another_street(pieces, random):
    """A street between two nodes, as short as it likes."""
    a, b = random.choice(pieces.node_id.size, 2, replace=False)
    return replace(
        pieces,
        code=np.append(pieces.code, "way/9999:0"),
        start_node=np.append(pieces.start_node, pieces.node_id[a]),
        end_node=np.append(pieces.end_node, pieces.node_id[b]),
        length_um=np.append(pieces.length_um, random.integers(1, 200) * 1_000_000),
        street_class=np.append(pieces.street_class, 9).astype(np.int16),
        speed_kmh=np.append(pieces.speed_kmh, 0).astype(np.int16),
        features=np.append(pieces.features, 0).astype(np.uint8),
        xy_m=np.vstack((pieces.xy_m, pieces.node_xy_m[[a, b]])),
        offset=np.append(pieces.offset, pieces.offset[-1] + 2),
    )


@settings(deadline=None, max_examples=300)
@given(low=st.floats(-1e7, 1e7), width=st.floats(0, 1e5), height=st.floats(0, 1e5))
def test_the_furthest_vertex_lies_in_the_last_cell_of_the_grid(low, width, height):
    line = [(low, low), (low + width, low + height)]
    x, y, cell_m, columns, rows = build(streets([(A, B, line)])).grid_frame.tolist()
    assert int((low + width - x) / cell_m) == columns - 1
    assert int((low + height - y) / cell_m) == rows - 1


def test_an_edge_lies_where_its_pieces_lie():
    network = build(random_streets(np.random.default_rng(5)))
    for e, (low, high) in enumerate(pairwise(network.edge_vertex_first.tolist())):
        line = network.vertex_xy_m[low:high]
        assert line[0].tolist() == network.node_xy_m[network.edge_start[e]].tolist()
        assert line[-1].tolist() == network.node_xy_m[network.edge_end[e]].tolist()


def test_a_network_comes_back_from_its_arrays_as_it_went():
    network = build(random_streets(np.random.default_rng(7)))
    assert same_bytes(network, Network.from_arrays(network.arrays()))


def test_a_network_of_another_builder_or_with_a_part_missing_is_refused():
    arrays = build(streets(CHAIN)).arrays()
    with pytest.raises(InputError, match="another version"):
        Network.from_arrays(arrays | {"builder_version": np.array([0])})
    del arrays["arc_cm"]
    with pytest.raises(InputError, match="arc_cm"):
        Network.from_arrays(arrays)


def test_no_streets_make_an_empty_network():
    nothing = build(
        replace(
            streets(CHAIN),
            **{
                name: getattr(streets(CHAIN), name)[:0]
                for name in (
                    "code",
                    "start_node",
                    "end_node",
                    "length_um",
                    "street_class",
                    "speed_kmh",
                    "features",
                    "xy_m",
                )
            },
            offset=np.array([0]),
        )
    )
    assert (nothing.nodes, nothing.edges) == (0, 0)
    assert [part.size for part in nothing.components()] == [0, 0]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"length_um": np.array([-1, 0, 0])}, InputError, "negative"),
        ({"length_um": np.array([0, 0])}, ShapeError, "length"),
        ({"code": np.array(["a", "b", "a"])}, InputError, "same code"),
        ({"start_node": np.array([1, 2, 99])}, InputError, "not given"),
        ({"node_id": np.array([1, 2, 3, 3])}, InputError, "same id"),
        ({"node_xy_m": np.full((4, 2), np.nan)}, InputError, "finite"),
        ({"xy_m": np.full((6, 2), np.inf)}, InputError, "finite"),
        ({"offset": np.array([0, 1, 4, 6])}, InputError, "two vertices"),
        ({"offset": np.array([0, 2, 4, 7])}, ShapeError, "offsets"),
        ({"node_mark": np.zeros(3, np.uint8)}, ShapeError, "nodes"),
        ({"length_um": np.full(3, 10**17)}, InputError, "5,300 km"),
    ],
)
def test_streets_that_contradict_themselves_are_refused(change, error, words):
    with pytest.raises(error, match=words):
        build(replace(streets(CHAIN), **change))
