"""Bounded searches over the street graph from one place, in whole centimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

SHIFT = 10
"""Buckets are 1,024 cm wide: 8 to 40 m all measured alike."""

FAR_CM = (1 << 31) - 1


class Graph(NamedTuple):
    """The search graph: a symmetric CSR."""

    start: Int32
    head: Int32
    cm: Int32


class Standing(NamedTuple):
    """
    Points on edges, sorted by edge and by offset.

    `node_first`, `point`, `cm`: for each node the points that hang on it, with leg and offset;
    `edge_first`: the points of each edge; `along`, `leg`: offset from the edge's start, and leg.
    """

    node_first: Int32
    point: Int32
    cm: Int32
    edge_first: Int32
    along: Int32
    leg: Int32


class Doors(NamedTuple):
    """Entrances sorted by place: which are each place's, and where they stand."""

    place_first: Int32
    edge: Int32
    start: Int32
    end: Int32
    to_start: Int32
    to_end: Int32
    leg: Int32


class Scratch(NamedTuple):
    """Working memory of one thread; costs are `FAR_CM` and bucket heads -1 between searches."""

    node_cm: Int32
    node: Int32
    point_cm: Int32
    point: Int32
    bucket: Int32


@kernel
def scratch(nodes: int, points: int, limit_cm: int) -> Scratch:
    """Return working memory for searches up to `limit_cm`."""
    return Scratch(
        np.full(nodes, FAR_CM, np.int32),
        np.empty(nodes, np.int32),
        np.full(points, FAR_CM, np.int32),
        np.empty(points, np.int32),
        np.full((limit_cm >> SHIFT) + 1, -1, np.int32),
    )


@kernel
def _larger(array: Int32) -> Int32:
    """Return a copy with twice the room."""
    larger = np.empty(2 * array.shape[0] + 16, np.int32)
    larger[: array.shape[0]] = array
    return larger


@kernel
def _nodes_within(
    graph: Graph, doors: Doors, place: int, limit: int, room: Scratch, entry: Int32, after: Int32
) -> tuple[int, Int32, Int32]:
    """Settle the nodes within `limit` of a place; return their number and the grown queue."""
    # Arrays are taken out of their tuples first: in the loop each look would count references.
    start, head, cm = graph.start, graph.head, graph.cm
    cost, touched, bucket = room.node_cm, room.node, room.bucket
    count = 0
    free = 0
    for e in range(doors.place_first[place], doors.place_first[place + 1]):
        for at_end in range(2):
            v = doors.end[e] if at_end else doors.start[e]
            there = doors.leg[e] + (doors.to_end[e] if at_end else doors.to_start[e])
            if there <= limit and there < cost[v]:
                if cost[v] == FAR_CM:
                    touched[count] = v
                    count += 1
                cost[v] = there
                if free == entry.shape[0]:
                    entry, after = _larger(entry), _larger(after)
                entry[free] = v
                after[free] = bucket[there >> SHIFT]
                bucket[there >> SHIFT] = free
                free += 1
    for b in range((limit >> SHIFT) + 1):
        while bucket[b] >= 0:
            k = bucket[b]
            bucket[b] = after[k]
            v = entry[k]
            here = cost[v]
            if here >> SHIFT < b:
                continue
            for a in range(start[v], start[v + 1]):
                there = here + cm[a]
                u = head[a]
                if there <= limit and there < cost[u]:
                    if cost[u] == FAR_CM:
                        touched[count] = u
                        count += 1
                    cost[u] = there
                    if free == entry.shape[0]:
                        entry, after = _larger(entry), _larger(after)
                    entry[free] = u
                    after[free] = bucket[there >> SHIFT]
                    bucket[there >> SHIFT] = free
                    free += 1
    return count, entry, after


@kernel
def points_within(
    graph: Graph,
    points: Standing,
    doors: Doors,
    place: int,
    limit: int,
    room: Scratch,
    entry: Int32,
    after: Int32,
) -> tuple[int, Int32, Int32]:
    """
    Find the points within `limit` of a place: the first rows of ``room.point``.

    Their costs stand in ``room.point_cm`` until `forget`. A cost is leg + streets + leg; who
    lives on an entrance's own edge may also go directly along it.
    """
    nodes, entry, after = _nodes_within(graph, doors, place, limit, room, entry, after)
    cost, found = room.point_cm, room.point
    node, node_cm = room.node, room.node_cm
    first, hung, hung_cm = points.node_first, points.point, points.cm
    count = 0
    for t in range(nodes):
        v = node[t]
        here = node_cm[v]
        node_cm[v] = FAR_CM
        for k in range(first[v], first[v + 1]):
            there = here + hung_cm[k]
            i = hung[k]
            if there <= limit and there < cost[i]:
                if cost[i] == FAR_CM:
                    found[count] = i
                    count += 1
                cost[i] = there
    for e in range(doors.place_first[place], doors.place_first[place + 1]):
        edge = doors.edge[e]
        for i in range(points.edge_first[edge], points.edge_first[edge + 1]):
            there = doors.leg[e] + abs(doors.to_start[e] - points.along[i]) + points.leg[i]
            if there <= limit and there < cost[i]:
                if cost[i] == FAR_CM:
                    found[count] = i
                    count += 1
                cost[i] = there
    return count, entry, after


@kernel
def forget(room: Scratch, count: int) -> None:
    """Make the working memory ready for the next search."""
    cost, found = room.point_cm, room.point
    for t in range(count):
        cost[found[t]] = FAR_CM


@kernel
def pairs_within(
    graph: Graph, points: Standing, doors: Doors, low: int, high: int, limit: int, most: int
) -> tuple[Int64, Int32, Int32]:
    """
    Return the points within `limit` of each place of ``range(low, high)``, as a CSR by place.

    Stops early, with `first` too short, when more than `most` pairs would be kept.
    """
    room = scratch(graph.start.shape[0] - 1, points.along.shape[0], limit)
    entry = np.empty(1024, np.int32)
    after = np.empty(1024, np.int32)
    first = np.zeros(high - low + 1, np.int64)
    point = np.empty(1024, np.int32)
    cm = np.empty(1024, np.int32)
    used = 0
    for place in range(low, high):
        count, entry, after = points_within(graph, points, doors, place, limit, room, entry, after)
        if used + count > most:
            forget(room, count)
            return first[: place - low + 1], point[:used], cm[:used]
        while used + count > point.shape[0]:
            point, cm = _larger(point), _larger(cm)
        for t in range(count):
            point[used] = room.point[t]
            cm[used] = room.point_cm[room.point[t]]
            used += 1
        forget(room, count)
        first[place - low + 1] = used
    return first, point[:used].copy(), cm[:used].copy()
