"""Bounded searches over the street graph from one place, in whole centimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

SHIFT = 11
"""Buckets are 2,048 cm wide: 20 and 40 m measured alike, 5 and 10 m up to a fifth slower."""

FAR_CM = (1 << 31) - 1

QUEUE_ROOM = 1 << 14


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
    """
    Entrances sorted by place: which are each place's, and where they stand.

    `along`: offset from the edge's start; `to_start`, `to_end`: what the ways to the two ends
    cost, `FAR_CM` where an end is shut. A profile may ask more for an end than the way along.
    """

    place_first: Int32
    edge: Int32
    start: Int32
    end: Int32
    along: Int32
    to_start: Int32
    to_end: Int32
    leg: Int32


class Scratch(NamedTuple):
    """
    Working memory of one thread; costs are `FAR_CM` and bucket heads -1 between searches.

    Lists have room for one more than can be found, and there is a bucket more than can be reached:
    there a search puts what it has no use for, which is cheaper than not to put it.
    """

    node_cm: Int32
    node: Int32
    point_cm: Int32
    point: Int32
    bucket: Int32


class Queue(NamedTuple):
    """Nodes waiting in buckets: who, and who waits behind."""

    entry: Int32
    after: Int32


@kernel
def queue_of(room: int) -> Queue:
    """Return an empty queue."""
    return Queue(np.empty(room, np.int32), np.empty(room, np.int32))


@kernel
def scratch(nodes: int, points: int, limit_cm: int) -> Scratch:
    """Return working memory for searches up to `limit_cm`."""
    return Scratch(
        np.full(nodes, FAR_CM, np.int32),
        np.empty(nodes + 1, np.int32),
        np.full(points, FAR_CM, np.int32),
        np.empty(points + 1, np.int32),
        np.full((limit_cm >> SHIFT) + 2, -1, np.int32),
    )


@kernel
def _longer(array: Int32) -> Int32:
    """Return a copy with twice the room."""
    larger = np.empty(2 * array.shape[0] + 16, np.int32)
    larger[: array.shape[0]] = array
    return larger


@kernel
def _nodes_within(
    graph: Graph, doors: Doors, place: int, limit: int, room: Scratch, queue: Queue
) -> int:
    """
    Settle the nodes within `limit` of a place and return their number; -1 if the queue is full.

    Arrays are taken out of their tuples first, and none is replaced by a larger one here: either
    would count references in the innermost loop, at four times the cost. What an arc leads to is
    written whether it is better or not, and only counted if it is: a branch that goes either way
    half of the time costs more than all the rest. Indices are unsigned for the same reason: a
    signed one is asked each time whether it counts from the end.
    """
    start, head, cm = graph.start, graph.head, graph.cm
    cost, touched, bucket = room.node_cm, room.node, room.bucket
    entry, after = queue.entry, queue.after
    most = entry.shape[0]
    count = np.int32(0)
    free = np.int32(0)
    is_full = False
    one = np.uint32(1)
    nowhere = np.uint32(bucket.shape[0] - 1)
    for e in range(doors.place_first[place], doors.place_first[place + 1]):
        for at_end in range(2):
            v = np.uint32(doors.end[e] if at_end else doors.start[e])
            there = doors.leg[e] + (doors.to_end[e] if at_end else doors.to_start[e])
            is_full = is_full or free >= most
            if there <= limit and there < cost[v] and not is_full:
                touched[count] = v
                count += np.int32(cost[v] == FAR_CM)
                cost[v] = there
                entry[free] = v
                after[free] = bucket[there >> SHIFT]
                bucket[there >> SHIFT] = free
                free += np.int32(1)
    for b in range((limit >> SHIFT) + 1):
        while bucket[b] >= 0 and not is_full:
            k = bucket[b]
            bucket[b] = after[k]
            v = np.uint32(entry[k])
            here = cost[v]
            if here >> SHIFT < b:
                continue
            first, last = np.uint32(start[v]), np.uint32(start[v + one])
            # Each of the neighbours may have to wait, and one more is written in vain.
            is_full = free + (last - first) >= most
            if is_full:
                break
            for a in range(first, last):
                there = here + cm[a]
                u = np.uint32(head[a])
                before = cost[u]
                is_better = there < min(before, limit + 1)
                cost[u] = there if is_better else before
                touched[count] = u
                count += np.int32(is_better & (before == FAR_CM))
                # From a dead end nothing leads on.
                goes_on = is_better & (start[u + one] - start[u] > 1)
                at = np.uint32(there >> SHIFT) if goes_on else nowhere
                entry[free] = u
                after[free] = bucket[at]
                bucket[at] = free
                free += np.int32(goes_on)
    if not is_full:
        return int(count)
    for t in range(count):
        cost[touched[t]] = FAR_CM
    bucket[:] = -1
    return -1


@kernel
def larger(queue: Queue) -> Queue:
    """Return a queue with four times the room."""
    room = 4 * queue.entry.shape[0]
    return Queue(np.empty(room, np.int32), np.empty(room, np.int32))


@kernel
def points_within(
    graph: Graph,
    points: Standing,
    doors: Doors,
    place: int,
    limit: int,
    room: Scratch,
    queue: Queue,
) -> int:
    """
    Find the points within `limit` of a place: the first rows of ``room.point``; -1: queue full.

    Their costs stand in ``room.point_cm`` until `forget`. A cost is leg + streets + leg; who
    lives on an entrance's own edge may also go directly along it.
    """
    nodes = _nodes_within(graph, doors, place, limit, room, queue)
    if nodes < 0:
        return -1
    cost, found = room.point_cm, room.point
    node, node_cm = room.node, room.node_cm
    first, hung, hung_cm = points.node_first, points.point, points.cm
    count = np.int32(0)
    one = np.uint32(1)
    for t in range(nodes):
        v = np.uint32(node[t])
        here = node_cm[v]
        node_cm[v] = FAR_CM
        for k in range(np.uint32(first[v]), np.uint32(first[v + one])):
            there = here + hung_cm[k]
            i = np.uint32(hung[k])
            before = cost[i]
            is_better = there < min(before, limit + 1)
            cost[i] = there if is_better else before
            found[count] = i
            count += np.int32(is_better & (before == FAR_CM))
    on_edge, along, leg = points.edge_first, points.along, points.leg
    for e in range(doors.place_first[place], doors.place_first[place + 1]):
        edge, at, own_leg = doors.edge[e], doors.along[e], doors.leg[e]
        for mate in range(on_edge[edge], on_edge[edge + 1]):
            there = own_leg + abs(at - along[mate]) + leg[mate]
            if there <= limit and there < cost[mate]:
                found[count] = mate
                count += np.int32(cost[mate] == FAR_CM)
                cost[mate] = there
    return int(count)


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
    queue = queue_of(QUEUE_ROOM)
    first = np.zeros(high - low + 1, np.int64)
    point = np.empty(1024, np.int32)
    cm = np.empty(1024, np.int32)
    used = 0
    for place in range(low, high):
        count = points_within(graph, points, doors, place, limit, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, points, doors, place, limit, room, queue)
        if used + count > most:
            forget(room, count)
            return first[: place - low + 1], point[:used], cm[:used]
        while used + count > point.shape[0]:
            point, cm = _longer(point), _longer(cm)
        for t in range(count):
            point[used] = room.point[t]
            cm[used] = room.point_cm[room.point[t]]
            used += 1
        forget(room, count)
        first[place - low + 1] = used
    return first, point[:used].copy(), cm[:used].copy()
