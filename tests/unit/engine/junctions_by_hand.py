"""Changed streets in a profile once more, in plain Python: every stretch, junction and position."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, product
from types import SimpleNamespace

import networkx as nx
import numpy as np

from atlas.engine.scenario.changes import AddStreet, CloseStreet, MarkNode, MarkStreet
from atlas.engine.snapping import FARTHEST_LEG_CM, snap
from atlas.engine.streets import BRIDGE, TUNNEL
from tests.unit.engine.streets_by_hand import plain_nearest
from tests.unit.engine.walking import FAR, Town


@dataclass
class Street:
    """An edge or a new street: where it leads, what it is, and what lies along it."""

    start: object
    end: object
    cm: int
    kind: tuple
    apart: list  # stretches on a bridge or in a tunnel
    joins: dict = field(default_factory=dict)  # cm -> node where another street begins
    marks: dict = field(default_factory=dict)  # cm -> bits
    closed: list = field(default_factory=list)

    def nodes_at(self, places):
        ends = {0: self.start, self.cm: self.end}
        return [(cm, {**self.joins, **ends}.get(cm, ("mark", id(self), cm))) for cm in places]

    def is_apart(self, low, high):
        return any(u <= low and high <= v for u, v in self.apart)


class City:
    """The changed streets of a town in a profile."""

    def __init__(self, town, network, chosen, changes):
        self.town, self.network, self.chosen = town, network, chosen
        self.pieces = town.pieces
        self.order = np.argsort(self.pieces.code)
        self.streets = [self.edge(e) for e in range(network.edges)]
        self.marks = dict(enumerate(network.node_mark.tolist()))
        self.same: dict = {}
        self.links: list = []
        self.new: dict[str, int] = {}
        self.added = {c.code: c for c in changes if isinstance(c, AddStreet)}
        for change in changes:
            if isinstance(change, AddStreet):
                self.add(change)
        for change in changes:
            if isinstance(change, CloseStreet):
                e, low, high = self.piece(change.code)
                self.streets[e].closed.append((low, high))
            elif isinstance(change, MarkNode):
                row = network.node_id.tolist().index(change.node_id)
                self.flip(self.marks, row, change.mark)
            elif isinstance(change, MarkStreet):
                self.mark(change)
        self.measure()

    def edge(self, e):
        net = self.network
        apart, at = [], 0
        for piece in net.edge_piece[slice(*net.edge_piece_first[e : e + 2])].tolist():
            row = self.order[piece if piece >= 0 else ~piece]
            until = at + int(self.pieces.length_um[row]) // 10_000
            if self.pieces.features[row] & (BRIDGE | TUNNEL):
                apart.append((at, until))
            at = until
        kind = tuple(int(c[e]) for c in (net.edge_class, net.edge_speed_kmh, net.edge_features))
        return Street(
            int(net.edge_start[e]), int(net.edge_end[e]), int(net.edge_cm[e]), kind, apart
        )

    def piece(self, code):
        """Edge of a piece, and where on it the piece begins and ends in its own direction."""
        net = self.network
        for e in range(net.edges):
            at = 0
            for piece in net.edge_piece[slice(*net.edge_piece_first[e : e + 2])].tolist():
                row = self.order[piece if piece >= 0 else ~piece]
                until = at + int(self.pieces.length_um[row]) // 10_000
                if str(self.pieces.code[row]) == code:
                    return (e, at, until) if piece >= 0 else (e, until, at)
                at = until
        raise AssertionError(code)

    def add(self, street):
        ends = [("spot", *street.xy_m[k].tolist()) for k in (0, -1)]
        whole = [(0, street.length_cm)] if street.features & (BRIDGE | TUNNEL) else []
        kind = (street.street_class, street.speed_kmh, street.features & 3)
        self.new[street.code] = len(self.streets)
        self.streets.append(Street(ends[0], ends[1], street.length_cm, kind, whole))
        for end in ends:
            at = snap(self.network, np.array([end[1:]]), farthest_leg_cm=street.farthest_join_cm)
            e, cm = int(at.edge[0]), int(at.to_start_cm[0])
            if e < 0:
                continue
            old = self.streets[e]
            node = {0: old.start, old.cm: old.end}.get(cm, ("on", e, cm))
            if 0 < cm < old.cm:
                old.joins[cm] = node
            self.same[end] = node
            self.links.append((end, node, int(at.leg_cm[0])))

    def flip(self, marks, where, mark):
        marks[where] = marks.get(where, 0) ^ mark

    def mark(self, change):
        if change.street in self.new:
            self.flip(self.streets[self.new[change.street]].marks, change.at_cm, change.mark)
            return
        e, begins, ends = self.piece(change.street)
        cm = begins + change.at_cm if begins <= ends else begins - change.at_cm
        street = self.streets[e]
        if cm in (0, street.cm):
            self.flip(self.marks, street.start if cm == 0 else street.end, change.mark)
        else:
            self.flip(street.marks, cm, change.mark)

    def measure(self):
        """What meeting others costs at both ends of every part between joins."""
        arms, number, marks = [], {}, {}
        for s, street in enumerate(self.streets):
            cuts = sorted({0, street.cm, *street.joins, *street.marks})
            for (low, one), (high, other) in pairwise(street.nodes_at(cuts)):
                arms.append((s, low, high, self.row(number, one), self.row(number, other)))
            for cm, node in street.nodes_at(cuts):
                row = self.row(number, node)
                old = self.marks.get(self.same.get(node, node), 0)
                marks[row] = marks.get(row, old) | street.marks.get(cm, 0)
        streets = [self.streets[s] for s, *_ in arms]
        town = Town(
            SimpleNamespace(
                nodes=len(number),
                edges=len(arms),
                node_mark=np.array([marks[row] for row in range(len(number))], np.uint8),
                edge_start=np.array([arm[3] for arm in arms]),
                edge_end=np.array([arm[4] for arm in arms]),
                edge_cm=np.array([high - low for _, low, high, *_ in arms]),
                edge_class=np.array([street.kind[0] for street in streets]),
                edge_speed_kmh=np.array([street.kind[1] for street in streets]),
                edge_features=np.array([street.kind[2] for street in streets]),
                edge_apart=np.array(
                    [
                        street.is_apart(low, min(low + 1, high))
                        + 2 * street.is_apart(max(high - 1, low), high)
                        for street, (_, low, high, *_) in zip(streets, arms, strict=True)
                    ]
                ),
            ),
            self.chosen,
        )
        self.tolls = {}
        self.forbidden = {}
        self.factor = {}
        for a, (s, low, high, *_) in enumerate(arms):
            self.forbidden[s] = town.forbidden(a)
            self.factor[s] = int(town.entry(self.chosen.factor, a))
            for side, cm in ((0, low), (1, high)):
                self.tolls[s, cm, side] = FAR if town.shut(a, side) else town.toll(a, side)

    def row(self, number, node):
        return number.setdefault(self.same.get(node, node), len(number))

    def counted(self, s, cm):
        product = self.factor[s] * cm
        return product // 1000 + (product % 1000 > 0)

    def parts(self, s):
        street = self.streets[s]
        return list(pairwise(street.nodes_at(sorted({0, street.cm, *street.joins}))))

    def shut(self, s, one, other):
        walked = range(min(one, other), max(one, other) + 1)
        stretches = [tuple(sorted(pair)) for pair in self.streets[s].closed]
        return one != other and any(u in walked and v in walked for u, v in stretches)

    def ways(self, s, cm):
        """Nodes that somebody on a street gets to, and what that costs; and his part."""
        (low, one), (high, other) = next(p for p in self.parts(s) if cm <= p[1][0])
        here = self.counted(s, cm)
        found = []
        for at, node, side in ((low, one, 0), (high, other, 1)):
            toll = self.tolls[s, at, side]
            if toll < FAR and not self.shut(s, cm, at):
                found.append((node, abs(self.counted(s, at) - here) + toll))
        return found, (s, low)

    def graph(self):
        graph = nx.Graph()
        graph.add_nodes_from(range(self.network.nodes))
        links = list(self.links)
        for s in range(len(self.streets)):
            for (low, one), (high, other) in self.parts(s):
                tolls = (self.tolls[s, low, 0], self.tolls[s, high, 1])
                if not (self.forbidden[s] or max(tolls) >= FAR or self.shut(s, low, high)):
                    way = self.counted(s, high) - self.counted(s, low)
                    links.append((one, other, way + sum(tolls)))
        for one, other, cm in links:
            known = graph.get_edge_data(one, other, {"weight": cm})["weight"]
            graph.add_edge(one, other, weight=min(known, cm))
        return graph

    def stands(self, xy_m):
        """Every place on a street that somebody has: street, how far along, straight way."""
        snapped = snap(self.network, xy_m)
        found = []
        for i, at in enumerate(xy_m.tolist()):
            edge, own = int(snapped.edge[i]), FARTHEST_LEG_CM + 1
            mine = []
            if edge >= 0:
                own = int(snapped.leg_cm[i])
                mine.append((edge, int(snapped.to_start_cm[i]), own))
            for code, s in self.new.items():
                leg, along = plain_nearest(self.added[code], at)
                if leg < own:
                    mine.append((s, along, leg))
            found.append(mine)
        return found

    def costs(self):
        """Least cost in cm of every (point, place)."""
        places = self.town.places
        points, doors = self.stands(self.town.demand.xy_m), self.stands(places.entrance_xy_m)
        between = dict(nx.all_pairs_dijkstra_path_length(self.graph()))
        costs = {}
        for e, place in enumerate(places.entrance_place.tolist()):
            for i in range(len(points)):
                for one, other in product(points[i], doors[e]):
                    found = self.way(between, one, other)
                    if found < FAR:
                        costs[i, place] = min(found, costs.get((i, place), FAR))
        return costs

    def way(self, between, one, other):
        (ways, part), (others, other_part) = self.ways(*one[:2]), self.ways(*other[:2])
        found = [
            cm + between[node][to] + way
            for (node, cm), (to, way) in product(ways, others)
            if to in between[node]
        ]
        if part == other_part and not self.shut(one[0], one[1], other[1]):
            found.append(abs(self.counted(one[0], one[1]) - self.counted(*other[:2])))
        return min(found, default=FAR) + one[2] + other[2]
