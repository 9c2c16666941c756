"""The ground of a city whose streets a scenario changes: copied once, patched where it must be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.search import FAR_CM, Doors, Graph, Standing
from atlas.engine.positions import Points
from atlas.engine.snapping import Snap

if TYPE_CHECKING:
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.lines import Line
    from atlas.engine.types import AnyArray, Int32, Int64

    Link = tuple[int, int, int]
    Onto = tuple[Int64, Int64, Int64]


@dataclass(slots=True)
class Spans:
    """
    Stretches of edges, numbered after the network's edges; the first holds nobody.

    Attributes
    ----------
    edges
        How many edges the network has.
    first, last
        Which standing points each stretch holds, a half-open range.
    """

    edges: int
    first: list[int] = field(default_factory=lambda: [0])
    last: list[int] = field(default_factory=lambda: [0])

    @property
    def nobody(self) -> int:
        """The number of the stretch that holds nobody."""
        return self.edges + 1

    def number(self, first: int, last: int) -> int:
        """
        Return the number of a stretch.

        Parameters
        ----------
        first, last
            The points it holds.

        Returns
        -------
        number
            As an edge's.
        """
        self.first.append(first)
        self.last.append(last)
        return self.edges + 1 + 2 * (len(self.first) - 1)

    def edge_first(self, edge_first: Int32) -> Int32:
        """
        Return where the points of every edge and stretch begin.

        Parameters
        ----------
        edge_first
            Those of the network's edges.

        Returns
        -------
        first
            A stretch takes two numbers, so that it may lie anywhere.
        """
        ends = np.column_stack((self.first, self.last)).ravel()
        return np.concatenate((edge_first, ends)).astype(np.int32)


def patched_graph(
    inputs: Inputs, graph: Graph, lines: dict[int, Line], links: list[Link], nodes: int
) -> Graph:
    """
    Return the search graph with edges closed and links added.

    Parameters
    ----------
    inputs
        The city.
    graph
        As it was; left as it is.
    lines
        Edges that are cut.
    links
        New ways, from node to node.
    nodes
        How many nodes there are, those that no link leads to included.

    Returns
    -------
    graph
        Of a closed edge's parallels the shortest open one stands in for it.
    """
    cm = graph.cm.copy()
    for line in lines.values():
        if line.start != line.end:
            _recost(inputs, graph, cm, line, lines)
    one, other, way = np.array(links, np.int64).reshape(-1, 3).T
    if nodes == graph.start.size - 1 and not links:
        return Graph(graph.start, graph.head, cm)
    tail, head = np.concatenate((one, other)), np.concatenate((other, one))
    start, at = _widened(graph.start, tail, nodes)
    order = np.argsort(tail, kind="stable")
    return Graph(
        start,
        np.insert(graph.head, at, head[order]).astype(np.int32),
        np.insert(cm, at, np.concatenate((way, way))[order]).astype(np.int32),
    )


def _widened(first: Int32, owner: Int64, owners: int) -> tuple[Int32, Int64]:
    """Return a CSR's starts with more rows for some owners, and where to insert those rows."""
    whole = np.full(owners + 1, first[-1], np.int64)
    whole[: first.size] = first
    at = whole[1:][np.sort(owner)]
    more = np.zeros(owners + 1, np.int64)
    more[1:] = np.cumsum(np.bincount(owner, minlength=owners))
    return (whole + more).astype(np.int32), at


def _recost(inputs: Inputs, graph: Graph, cm: Int32, line: Line, lines: dict[int, Line]) -> None:
    """Let an edge's arcs cost what the best open one of its parallels costs."""
    network, walk = inputs.network, inputs.walk
    low = line.edge
    while low > 0 and _alike(inputs, low - 1, line):
        low -= 1
    best, edge = FAR_CM, low
    while edge < network.edges and _alike(inputs, edge, line):
        is_open = edge not in lines or not (
            lines[edge].stops or lines[edge].is_shut(0, lines[edge].length)
        )
        cost = int(network.edge_cm[edge])
        if walk is not None:
            is_open = is_open and bool(walk.is_through[edge])
            cost = sum(int(part[edge]) for part in (walk.street_cm, walk.start_cm, walk.end_cm))
        best = min(best, cost) if is_open else best
        edge += 1
    for one, other in ((line.start, line.end), (line.end, line.start)):
        for a in range(graph.start[one], graph.start[one + 1]):
            if graph.head[a] == other:
                cm[a] = best


def _alike(inputs: Inputs, edge: int, line: Line) -> bool:
    """Say whether an edge is parallel to a line."""
    network = inputs.network
    return bool(network.edge_start[edge] == line.start and network.edge_end[edge] == line.end)


def patched_doors(
    ground: Ground,
    doors: Doors,
    lines: dict[int, Line],
    extra: Onto,
    spans: Spans,
) -> Doors:
    """
    Return doors as they lead onto the changed streets.

    Parameters
    ----------
    ground
        How it lay.
    doors
        Of some places.
    lines
        Edges that are cut.
    extra
        Doors onto new streets: place, node and the way there, shape (x,) each.
    spans
        Added to.

    Returns
    -------
    doors
        One that leads to a node beside its edge's ends takes a row more.
    """
    place = np.repeat(np.arange(doors.place_first.size - 1), np.diff(doors.place_first))
    columns = {name: getattr(doors, name).copy() for name in Doors._fields[1:]}
    more = [(int(p), int(node), 0, int(leg)) for p, node, leg in zip(*extra, strict=True)]
    for row in np.flatnonzero(np.isin(doors.edge, list(lines))).tolist():
        line = lines[int(doors.edge[row])]
        offset, leg = int(doors.along[row]), int(doors.leg[row])
        ways = line.ways(offset)
        columns["edge"][row] = spans.number(*_held_by(ground, line, offset))
        is_ring = line.start == line.end
        columns["to_start"][row] = ways.pop(line.start, FAR_CM)
        columns["to_end"][row] = FAR_CM if is_ring else ways.pop(line.end, FAR_CM)
        more += [(int(place[row]), node, cm, leg) for node, cm in ways.items()]
    return _with_rows(doors, columns, place, more, spans.nobody)


def _held_by(ground: Ground, line: Line, offset: int) -> tuple[int, int]:
    """Return which standing points somebody on a line gets to along it."""
    standing = ground.terrain.points.standing
    first, last = (int(standing.edge_first[line.edge + k]) for k in range(2))
    low, high = line.span(offset)
    along = standing.along[first:last]
    return (
        first + int(np.searchsorted(along, low, side="left")),
        first + int(np.searchsorted(along, high, side="right")),
    )


def _with_rows(
    doors: Doors,
    columns: dict[str, AnyArray],
    place: Int64,
    more: list[tuple[int, int, int, int]],
    nobody: int,
) -> Doors:
    """Return doors with further rows: place, node, way to it, straight way."""
    if not more:
        return Doors(doors.place_first, **columns)
    owner, node, cm, leg = np.array(more, np.int64).T
    new = {
        "edge": np.full(owner.size, nobody),
        "start": node,
        "end": node,
        "along": np.zeros_like(cm),
        "to_start": cm,
        "to_end": cm,
        "leg": leg,
    }
    whole = np.concatenate((place, owner))
    order = np.argsort(whole, kind="stable")
    first = np.zeros(doors.place_first.size, np.int64)
    np.cumsum(np.bincount(whole, minlength=first.size - 1), out=first[1:])
    rows = {
        name: np.concatenate((columns[name], new[name]))[order].astype(np.int32)
        for name in Doors._fields[1:]
    }
    return Doors(first.astype(np.int32), **rows)


def patched_points(
    points: Points,
    lines: dict[int, Line],
    extra: Onto,
    made: tuple[Spans, int],
) -> Points:
    """
    Return the standing points as they get onto the changed streets.

    Parameters
    ----------
    points
        As they stood.
    lines
        Edges that are cut.
    extra
        Ways onto new streets: the caller's point, node and the way there, shape (x,) each.
    made
        Stretches that doors lead to, and how many nodes the changed graph has.

    Returns
    -------
    points
        Who met a street only now stands behind all others.
    """
    spans, nodes = made
    standing = points.standing
    cm = standing.cm.copy()
    hung = [part for line in lines.values() for part in _rehang(points, cm, line)]
    row, node, leg = extra
    at = np.full(int(max(points.row.max(initial=-1), row.max(initial=-1))) + 1, -1, np.int64)
    at[points.row] = np.arange(points.row.size)
    new = np.unique(row[at[row] < 0])
    at[new] = points.row.size + np.arange(new.size)
    owner = np.concatenate((np.array([n for n, _, _ in hung], np.int64), node))
    who = np.concatenate((np.array([i for _, i, _ in hung], np.int64), at[row]))
    way = np.concatenate((np.array([c for _, _, c in hung], np.int64), leg))
    first, where = _widened(standing.node_first, owner, nodes)
    order = np.argsort(owner, kind="stable")
    none = np.zeros(new.size, np.int32)
    nowhere = Snap(*(none - 1 for _ in range(4)))
    return Points(
        row=np.concatenate((points.row, new)) if new.size else points.row,
        snap=_after(points.snap, nowhere) if new.size else points.snap,
        standing=Standing(
            node_first=first,
            point=np.insert(standing.point, where, who[order]).astype(np.int32),
            cm=np.insert(cm, where, way[order]).astype(np.int32),
            edge_first=spans.edge_first(standing.edge_first),
            along=np.concatenate((standing.along, none)) if new.size else standing.along,
            leg=np.concatenate((standing.leg, none)) if new.size else standing.leg,
        ),
    )


def _after(one: Snap, other: Snap) -> Snap:
    """Return positions and then others."""
    names = ("edge", "to_start_cm", "to_end_cm", "leg_cm")
    return Snap(*(np.concatenate((getattr(one, n), getattr(other, n))) for n in names))


def _rehang(points: Points, cm: Int32, line: Line) -> list[Link]:
    """Write what the ways of a line's points to its ends cost, and return their other ways."""
    standing = points.standing
    hung: list[Link] = []
    for i in range(standing.edge_first[line.edge], standing.edge_first[line.edge + 1]):
        ways = line.ways(int(standing.along[i]))
        leg = int(standing.leg[i])
        for node in {line.start, line.end}:
            low, high = standing.node_first[node], standing.node_first[node + 1]
            for k in (low + np.flatnonzero(standing.point[low:high] == i)).tolist():
                cm[k] = min(FAR_CM, ways.pop(node, FAR_CM) + leg)
        hung += [(node, i, way + leg) for node, way in ways.items()]
    return hung


def patched_ground(
    inputs: Inputs, ground: Ground, graph: Graph, points: Points, doors: Doors
) -> Ground:
    """
    Return the ground with other streets, points and doors.

    Parameters
    ----------
    inputs
        The city.
    ground
        As it was.
    graph, points, doors
        As they are now.

    Returns
    -------
    ground
        Of who met a street only now, children and zone come behind all others.
    """
    changed = replace(
        ground, terrain=replace(ground.terrain, graph=graph, points=points, doors=doors)
    )
    new = points.row[ground.zone.size :]
    if not new.size:
        return changed
    row_of = ground.row_of.copy()
    row_of[new] = np.arange(ground.zone.size, points.row.size, dtype=np.int32)
    demand = inputs.demand
    return replace(
        changed,
        row_of=row_of,
        children=np.concatenate((ground.children, demand.children_micro[new])),
        zone=np.concatenate((ground.zone, demand.zone[new])),
    )
