"""Where streets meet otherwise than before: what meeting others costs there now."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.chains import APART_AT_END, APART_AT_START
from atlas.engine.errors import InputError
from atlas.engine.scenario.lines import Line, line_of
from atlas.engine.streets import BRIDGE, PAVEMENT, STEPS, TUNNEL
from atlas.engine.walks import walk_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atlas.engine.network import Network
    from atlas.engine.scenario.additions import Additions, Road
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.replay import Changed
    from atlas.engine.types import Bool, Int32, Int64
    from atlas.engine.walks import Walk


@dataclass(frozen=True, slots=True)
class _Arm:
    """A stretch of one street between two nodes, as a walk measures it."""

    start: int
    end: int
    cm: int
    street_class: int
    speed_kmh: int
    features: int
    apart: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a walker meets along a whole line, and where it lies on a bridge or in a tunnel."""

    street_class: int
    speed_kmh: int
    features: int
    apart_before: dict[int, bool]
    apart_after: dict[int, bool]


def remeasured(
    inputs: Inputs, changed: Changed, lines: dict[int, Line], additions: Additions
) -> Walk | None:
    """
    Return the walk over streets that meet otherwise than before.

    Parameters
    ----------
    inputs
        The city, its profile included.
    changed
        Which crossings and signals are there now.
    lines
        Edges that are cut; what their parts' ends cost is written. Edges whose ends cost something
        else now are added.
    additions
        New streets; what their ends cost is written.

    Returns
    -------
    walk
        Its search graph is still the old one; None where people walk any route, whom meeting
        others costs nothing.

    Raises
    ------
    InputError
        If a street is cut and nothing tells where bridges lie.

    Notes
    -----
    Source: METHOD §3.4. A street's end that is joined to another is one junction with it. A mark
    counts at its node, and at those a few steps along a street. Only edges that meet a changed
    junction, or one next to it, are measured anew.
    """
    walk, profile = inputs.walk, inputs.profile
    cut = [*lines.values(), *(road.line for road in additions.roads.values())]
    for line in cut:
        line.tolls += [(0, 0)] * (1 + len(line.stops) - len(line.tolls))
    if walk is None or profile is None or not (changed.marks_any or additions.roads):
        return walk
    near = _near(inputs.network, changed, lines, additions)
    edge = np.flatnonzero(_meets(inputs.network, near))
    arms = _Arms(inputs, changed, additions)
    for one in edge.tolist():
        arms.lay_edge(one, lines.get(one))
    for road in additions.roads.values():
        arms.lay_road(road)
    part = walk_of(arms.network(), profile)
    return _written(inputs, lines, (arms, part), np.isin(np.arange(inputs.network.nodes), near))


def _near(
    network: Network, changed: Changed, lines: dict[int, Line], additions: Additions
) -> Int64:
    """Return the nodes whose arms, marks or neighbours' marks change."""
    own = [row for row, _ in changed.marked]
    own += [node for node in additions.joined.values() if node < network.nodes]
    for line in lines.values():
        own += [line.start, line.end] if line.stops or line.marks else []
    node = np.array(sorted(set(own)), np.int64)
    return np.unique(np.concatenate((node, *_ends(network, _meets(network, node)))))


def _meets(network: Network, node: Int64) -> Bool:
    """Return which edges meet some nodes, shape (e,)."""
    is_there = np.zeros(network.nodes, np.bool_)
    is_there[node] = True
    return np.asarray(is_there[network.edge_start] | is_there[network.edge_end])


def _ends(network: Network, edge: Bool | Int64) -> tuple[Int64, Int64]:
    """Return the nodes at both ends of some edges."""
    return (
        network.edge_start[edge].astype(np.int64),
        network.edge_end[edge].astype(np.int64),
    )


class _Arms:
    """Streets around changed junctions, as a network of their own as far as a walk asks for one."""

    def __init__(self, inputs: Inputs, changed: Changed, additions: Additions) -> None:
        self._inputs = inputs
        self._joined = additions.joined
        self._marks = dict(changed.marked)
        self._next = additions.nodes
        self._arms: list[_Arm] = []
        self.edges: dict[int, int] = {}
        """The arm that each whole edge is."""
        self.cuts: list[tuple[Line, dict[int, int]]] = []
        """Lines cut in several arms, and the arm that begins at each offset."""

    def lay_edge(self, edge: int, line: Line | None) -> None:
        """Add an edge, cut where a line says so."""
        network = self._inputs.network
        kind = _Kind(
            int(network.edge_class[edge]),
            int(network.edge_speed_kmh[edge]),
            int(network.edge_features[edge]),
            *self._bridges(edge, line),
        )
        if line is None or not (line.stops or line.marks):
            self.edges[edge] = len(self._arms)
            self._lay(line or line_of(self._inputs, edge), kind)
        else:
            self.cuts.append((line, self._lay(line, kind)))

    def lay_road(self, road: Road) -> None:
        """Add a new street."""
        street = road.street
        places = {0, road.line.length, *road.line.marks}
        is_apart = dict.fromkeys(places, bool(street.features & (BRIDGE | TUNNEL)))
        kind = _Kind(
            road.street_class,
            street.speed_kmh,
            street.features & (PAVEMENT | STEPS),
            is_apart,
            is_apart,
        )
        self.cuts.append((road.line, self._lay(road.line, kind)))

    def network(self) -> Network:
        """Return what is laid as a network."""
        arms, network = self._arms, self._inputs.network
        ends = np.array([(arm.start, arm.end) for arm in arms], np.int64).reshape(-1, 2)
        node, at = np.unique(ends, return_inverse=True)
        at = at.reshape(-1, 2).astype(np.int32)
        is_old = node < network.nodes
        mark = np.zeros(node.size, np.uint8)
        mark[is_old] = network.node_mark[node[is_old]]
        for row, own in self._marks.items():
            mark[node == row] = own
        return replace(
            network,
            node_id=node,
            node_mark=mark,
            edge_start=np.ascontiguousarray(at[:, 0]),
            edge_end=np.ascontiguousarray(at[:, 1]),
            edge_cm=np.array([arm.cm for arm in arms], np.int32),
            edge_class=np.array([arm.street_class for arm in arms], np.int16),
            edge_speed_kmh=np.array([arm.speed_kmh for arm in arms], np.int16),
            edge_features=np.array([arm.features for arm in arms], np.uint8),
            edge_apart=np.array([arm.apart for arm in arms], np.uint8),
        )

    def _lay(self, line: Line, kind: _Kind) -> dict[int, int]:
        """Add a line's arms and return the one that begins at each offset."""
        first = {}
        for (low, one), (high, other) in itertools.pairwise(self._places(line)):
            before, after = kind.apart_after.get(low), kind.apart_before.get(high)
            first[low] = len(self._arms)
            cm = (line.at_cm.get(high, line.length_cm)) - line.at_cm.get(low, 0)
            apart = (APART_AT_START if before else 0) | (APART_AT_END if after else 0)
            self._arms.append(
                _Arm(one, other, cm, kind.street_class, kind.speed_kmh, kind.features, apart)
            )
        return first

    def _places(self, line: Line) -> list[tuple[int, int]]:
        """Return offsets and junctions along a line, and note their marks."""
        places = [(0, line.start)]
        for offset in sorted({*line.stops, *line.marks} - {0, line.length}):
            places.append((offset, line.stops.get(offset, self._next)))
            self._next += offset not in line.stops
        places.append((line.length, line.end))
        places = [(offset, self._joined.get(node, node)) for offset, node in places]
        nodes = self._inputs.network.nodes
        for offset, node in places:
            own = line.marks.get(offset, 0)
            if own:
                old = int(self._inputs.network.node_mark[node]) if node < nodes else 0
                self._marks[node] = self._marks.get(node, old) | own
        return places

    def _bridges(self, edge: int, line: Line | None) -> tuple[dict[int, bool], dict[int, bool]]:
        """Return whether an edge lies on a bridge or in a tunnel before and after each place."""
        network = self._inputs.network
        apart = int(network.edge_apart[edge])
        whole = line or line_of(self._inputs, edge)
        before = {whole.length: bool(apart & APART_AT_END)}
        after = {0: bool(apart & APART_AT_START)}
        for offset in whole.stops:
            before[offset], after[offset] = self._around(edge, whole.at_cm[offset])
        return before, after

    def _around(self, edge: int, cm: int) -> tuple[bool, bool]:
        """Return whether the pieces before and after a place of an edge lie apart."""
        network, features = self._inputs.network, self._inputs.street_features
        if features is None:
            msg = "nothing tells where bridges lie: prepare the city with its street features"
            raise InputError(msg)
        low, high = network.edge_piece_first[edge], network.edge_piece_first[edge + 1]
        begins, piece = network.edge_piece_cm[low:high], network.edge_piece[low:high]
        at = [int(np.searchsorted(begins, cm, side=side)) - 1 for side in ("left", "right")]
        rows = [int(piece[max(k, 0)]) for k in at]
        is_apart = [bool(features[~r if r < 0 else r] & (BRIDGE | TUNNEL)) for r in rows]
        return is_apart[0], is_apart[1]


def _written(
    inputs: Inputs, lines: dict[int, Line], measured: tuple[_Arms, Walk], is_near: Bool
) -> Walk | None:
    """Write what the ends of lines cost, and return the walk with what those of edges do."""
    arms, part = measured
    walk, network = inputs.walk, inputs.network
    if walk is None:
        return None
    start_cm, end_cm = walk.start_cm.copy(), walk.end_cm.copy()
    for line, first in arms.cuts:
        line.tolls = _tolls(line, first, part.start_cm, part.end_cm)
        if line.edge >= 0:
            start_cm[line.edge], end_cm[line.edge] = line.tolls[0][0], line.tolls[-1][1]
    for edge, arm in arms.edges.items():
        if is_near[network.edge_start[edge]]:
            start_cm[edge] = part.start_cm[arm]
        if is_near[network.edge_end[edge]]:
            end_cm[edge] = part.end_cm[arm]
        tolls = (int(start_cm[edge]), int(end_cm[edge]))
        if tolls != (walk.start_cm[edge], walk.end_cm[edge]):
            lines.setdefault(edge, line_of(inputs, edge)).tolls = [tolls]
    return replace(walk, start_cm=start_cm, end_cm=end_cm)


def _tolls(
    line: Line, first: dict[int, int], start_cm: Int32, end_cm: Int32
) -> list[tuple[int, int]]:
    """Return what both ends of a line's parts cost: marks cut it for crossing, not for walking."""
    stops: Iterable[int] = (0, *sorted(line.stops), line.length)
    begins = sorted(first)
    tolls = []
    for low, high in itertools.pairwise(stops):
        last = first[max(offset for offset in begins if offset < high)]
        tolls.append((int(start_cm[first[low]]), int(end_cm[last])))
    return tolls
