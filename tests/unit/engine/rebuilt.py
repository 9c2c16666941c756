"""A town built anew with what a scenario puts in: streets cut and joined, everybody as he stood."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.network import build
from atlas.engine.positions import doors_of, stand
from atlas.engine.scenario.ground import Ground
from atlas.engine.sharing import Terrain
from atlas.engine.snapping import Snap
from atlas.engine.streets import GATE
from tests.unit.engine.towns import streets

if TYPE_CHECKING:
    from atlas.engine.scenario.changes import AddStreet


class Rebuilt:
    """A town's pieces cut at some places and joined by new ones, and the city built of them."""

    def __init__(self, town, network):
        self.town, self.network = town, network
        order = np.argsort(town.pieces.code)
        piece = network.edge_piece
        self.row = [int(order[p if p >= 0 else ~p]) for p in piece.tolist()]
        self.is_turned = piece < 0
        self.cuts: dict[int, dict[int, int]] = {}
        self.node_mark: dict[int, int] = {}
        self.new: list[tuple[AddStreet, int, int]] = []
        self.of: dict[str, tuple[int, int, int]] = {}

    def node(self, edge, cm):
        """The node at a place of an edge, made if there is none."""
        if cm in (0, self.network.edge_cm[edge]):
            ends = self.network.edge_start if cm == 0 else self.network.edge_end
            return int(self.network.node_id[ends[edge]])
        cuts = self.cuts.setdefault(edge, {})
        return cuts.setdefault(cm, 10_000 + 1_000 * edge + len(cuts))

    def pieces(self):
        """Street pieces, those cut in their parts, and the edge and stretch of each part."""
        old, lines = self.town.pieces, []
        for edge, row in enumerate(self.row):
            kind = tuple(int(c[row]) for c in (old.street_class, old.speed_kmh, old.features))
            whole = int(self.network.edge_cm[edge])
            places = [(0, self.node(edge, 0)), *sorted(self.cuts.get(edge, {}).items())]
            places.append((whole, self.node(edge, whole)))
            for (low, one), (high, other) in pairwise(places):
                code = f"{old.code[row]}/{low:09d}"
                lines.append((code, one, other, high - low, kind))
                self.of[code] = (edge, low, high)
        for street, one, other in self.new:
            kind = (street.street_class or 0, street.speed_kmh, street.features)
            lines.append((f"zz/{street.code}", one, other, street.length_cm, kind))
        return lines

    def network_anew(self):
        lines, place = (
            self.pieces(),
            dict(zip(self.network.node_id.tolist(), self.network.node_xy_m.tolist(), strict=True)),
        )
        mark = dict(
            zip(self.network.node_id.tolist(), self.network.node_mark.tolist(), strict=True)
        )
        for number, node in enumerate(n for cuts in self.cuts.values() for n in cuts.values()):
            place[node] = [5_000.0 + 7 * number, 5_000.0]
        drawn = streets(
            [
                (one, other, [tuple(place[one]), (0.5, 0.5), tuple(place[other])])
                for _, one, other, _, _ in lines
            ]
        )
        kinds = np.array([kind for *_, kind in lines])
        marks = [mark.get(n, 0) | self.node_mark.get(n, 0) | GATE for n in drawn.node_id.tolist()]
        return build(
            replace(
                drawn,
                code=np.array([line[0] for line in lines]),
                length_um=np.array([line[3] for line in lines]) * 10_000,
                street_class=kinds[:, 0].astype(np.int16),
                speed_kmh=kinds[:, 1].astype(np.int16),
                features=kinds[:, 2].astype(np.uint8),
                node_mark=np.array(marks, np.uint8),
            )
        ), sorted(line[0] for line in lines)

    def moved(self, network, codes, old):
        """Positions of the town on the network built anew: everybody keeps his snap."""
        edge, start, end = old.edge.copy(), old.to_start_cm.copy(), old.to_end_cm.copy()
        parts = [codes[p if p >= 0 else ~p] for p in network.edge_piece.tolist()]
        for i in np.flatnonzero(old.edge >= 0).tolist():
            at = int(old.to_start_cm[i])
            for e, code in enumerate(parts):
                whole, low, high = self.of.get(code, (-1, 0, 0))
                if whole == old.edge[i] and (low < at <= high or at == low == 0):
                    there = (at - low, high - at)
                    edge[i] = e
                    start[i], end[i] = there if network.edge_piece[e] >= 0 else there[::-1]
        return Snap(edge, start, end, old.leg_cm)


def ground_anew(inputs, stands, enters):
    """The ground of a city whose positions are given."""
    demand, places = inputs.demand, inputs.places
    points = stand(inputs.network, stands, inputs.walk)
    row_of = np.full(demand.code.size, -1, np.int32)
    row_of[points.row] = np.arange(points.row.size)
    owner, count = places.entrance_place, places.code.size
    doors = doors_of(inputs.network, owner, enters, count, inputs.walk)
    return Ground(
        Terrain(inputs.walk.graph, points, doors, 1),
        stand(inputs.network, enters, inputs.walk),
        row_of,
        np.ascontiguousarray(demand.children_micro[points.row]),
        demand.zone[points.row],
    )
