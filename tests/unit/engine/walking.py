"""Walking in a profile once more, in plain Python with networkx: slow, plain, its own code."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np

from atlas.engine.kernels.search import pairs_within
from atlas.engine.positions import doors_of, stand
from atlas.engine.profiles import Profile
from atlas.engine.snapping import Snap
from atlas.engine.streets import BARRIER, CROSSING, SIGNAL, STEPS
from tests.unit.engine.towns import random_streets

FAR = 10**9
FAR_ENOUGH = 10**8


def profile(classes, *, steps=(), **options):
    """A profile from (factor, crossing in cm, is forbidden) of each class, alike at all speeds."""
    columns = len(steps) + 2
    table = np.array([[float(cell) for cell in row] for row in classes])
    return Profile(
        up_to_kmh=np.array(steps, np.int16),
        factor=np.repeat(np.rint(1000 * table[:, :1]).astype(np.int32), columns, axis=1),
        is_forbidden=np.repeat(table[:, 2:] == 1, columns, axis=1),
        crossing_cm=np.repeat(table[:, 1:2].astype(np.int32), columns, axis=1),
        **options,
    )


def random_profile(random, classes=3):
    """Any profile of a few classes and speeds."""
    shape = (classes, 4)
    return Profile(
        up_to_kmh=np.array([30, 50], np.int16),
        factor=random.choice([1000, 1000, 1001, 1250, 1337, 2000], shape).astype(np.int32),
        is_forbidden=random.random(shape) < 0.15,
        crossing_cm=random.choice([0, 0, 1, 333, 5_000, 20_001], shape).astype(np.int32),
        takes_steps=bool(random.random() < 0.5),
        barrier_cm=int(random.choice([-1, 0, 0, 77])),
        aside_cm=int(random.choice([0, 20_000, 60_000])),
    )


def varied_streets(random):
    """Random streets of three classes, with speeds, steps, bridges, crossings and barriers."""
    pieces = random_streets(random)
    count, nodes = pieces.code.size, pieces.node_id.size
    return replace(
        pieces,
        street_class=random.integers(0, 3, count).astype(np.int16),
        speed_kmh=random.choice([0, 0, 30, 50, 90], count).astype(np.int16),
        features=random.choice([0, 0, 0, 2, 4, 8], count).astype(np.uint8),
        node_mark=random.choice([0, 0, 0, 1, 2, 4], nodes).astype(np.uint8),
    )


def positions(network, random, count):
    """Places on edges, some at a very end, some with a leg."""
    edge = random.integers(0, network.edges, count).astype(np.int32)
    part = random.choice([0.0, 1.0, 0.5, -1.0], count)
    part = np.where(part < 0, random.random(count), part)
    along = np.floor(part * network.edge_cm[edge]).astype(np.int32)
    leg = random.choice([0, 0, 1_234], count).astype(np.int32)
    return Snap(edge, along, (network.edge_cm[edge] - along).astype(np.int32), leg)


def together(*snaps):
    """Positions one after another."""
    names = ("edge", "to_start_cm", "to_end_cm", "leg_cm")
    return Snap(*(np.concatenate([getattr(one, name) for one in snaps]) for name in names))


def searched(network, walk, snap):
    """Cost of every pair of positions by the engine's own search; FAR where there is no way."""
    count = snap.edge.size
    points = stand(network, snap, walk)
    doors = doors_of(network, np.arange(count, dtype=np.int32), snap, count, walk)
    first, point, cm = pairs_within(
        walk.graph, points.standing, doors, 0, count, FAR_ENOUGH, count * count
    )
    cost = np.full((count, count), FAR)
    place = np.repeat(np.arange(count), np.diff(first))
    cost[place, points.row[point]] = cm
    return cost


def by_hand(network, chosen, snap):
    """Cost of every pair of positions, by a graph that holds each position as a node."""
    town = Town(network, chosen)
    count = snap.edge.size
    at = [
        (e, town.counted(e, along))
        for e, along in zip(snap.edge.tolist(), snap.to_start_cm.tolist(), strict=True)
    ]
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(network.nodes))
    graph.add_weighted_edges_from(town.streets())
    for i, (e, along) in enumerate(at):
        graph.add_node(("at", i))
        graph.add_weighted_edges_from((("at", i), *way) for way in town.ways(e, along))
    cost = np.full((count, count), FAR)
    for i in range(count):
        # Others' positions lead nowhere: nobody walks through a neighbour's door.
        alone = graph.subgraph([*range(network.nodes), ("at", i)])
        reached = nx.single_source_dijkstra_path_length(alone, ("at", i))
        for j in range(count):
            ways = [reached[v] + cm for v, cm in town.ways(*at[j]) if v in reached]
            if at[i][0] == at[j][0] >= 0:
                ways.append(abs(at[i][1] - at[j][1]))
            if ways:
                cost[i, j] = min(ways) + int(snap.leg_cm[i]) + int(snap.leg_cm[j])
    return cost


class Town:
    """What the rules say of each edge and node, one at a time."""

    def __init__(self, network, chosen):
        self.network, self.chosen = network, chosen
        self.arms = {v: [] for v in range(network.nodes)}
        for e in range(network.edges):
            self.arms[int(network.edge_start[e])].append((e, 0))
            self.arms[int(network.edge_end[e])].append((e, 1))

    def streets(self):
        """Every edge that is walked from end to end, with what it costs."""
        for e in range(self.network.edges):
            if not (self.forbidden(e) or self.shut(e, 0) or self.shut(e, 1)):
                street = self.counted(e, int(self.network.edge_cm[e]))
                yield self.node(e, 0), self.node(e, 1), street + self.toll(e, 0) + self.toll(e, 1)

    def ways(self, e, along):
        """Where a position leads along its own edge, and at what cost; from no street nowhere."""
        if e < 0:
            return
        rest = self.counted(e, int(self.network.edge_cm[e])) - along
        for side, cm in ((0, along), (1, rest)):
            if not self.shut(e, side):
                yield self.node(e, side), cm + self.toll(e, side)

    def step(self, e):
        speed = int(self.network.edge_speed_kmh[e])
        bounds = self.chosen.up_to_kmh.tolist()
        return 0 if speed == 0 else 1 + sum(speed > bound for bound in bounds)

    def entry(self, table, e):
        return table[self.network.edge_class[e], self.step(e)]

    def counted(self, e, cm):
        product = int(self.entry(self.chosen.factor, e)) * cm
        return product // 1000 + (product % 1000 > 0)

    def forbidden(self, e):
        by_steps = bool(self.network.edge_features[e] & STEPS) and not self.chosen.takes_steps
        return bool(self.entry(self.chosen.is_forbidden, e)) or by_steps

    def node(self, e, side):
        return int((self.network.edge_start, self.network.edge_end)[side][e])

    def shut(self, e, side):
        marked = self.network.node_mark[self.node(e, side)] & BARRIER
        return bool(marked) and self.chosen.barrier_cm == -1

    def toll(self, e, side):
        """Half of what crossing the dearest other street costs, and half a barrier."""
        v = self.node(e, side)
        barrier = self.chosen.barrier_cm if self.network.node_mark[v] & BARRIER else 0
        half_barrier = -(-barrier // 2)
        arms = self.arms[v]
        if len(arms) < 3 or self.network.node_mark[v] & (CROSSING | SIGNAL) or self.over(v):
            return half_barrier
        own = self.network.edge_class[e]
        alike = sum(self.network.edge_class[other] == own for other, _ in arms)
        others = [
            int(self.entry(self.chosen.crossing_cm, other))
            for other, other_side in arms
            if (other, other_side) != (e, side)
            and (self.network.edge_class[other] != own or alike >= 3)
            and not self.aside(v, self.network.edge_class[other], (e, side))
        ]
        return half_barrier + -(-max(others, default=0) // 2)

    def aside(self, v, crossed, own):
        """Whether a street may be crossed a few steps along one of its arms."""
        return any(
            self.network.edge_class[e] == crossed
            and (e, side) != own
            and self.network.edge_cm[e] <= self.chosen.aside_cm
            and self.network.node_mark[self.node(e, 1 - side)] & (CROSSING | SIGNAL)
            for e, side in self.arms[v]
        )

    def over(self, v):
        """Whether a bridge or tunnel for walkers begins here."""
        return any(
            self.network.edge_apart[e] & (1, 2)[side]
            and self.entry(self.chosen.crossing_cm, e) == 0
            for e, side in self.arms[v]
        )
