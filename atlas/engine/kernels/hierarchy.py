"""A search graph without searching: nodes taken out one by one, their ways kept as shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Doors, Standing
    from atlas.engine.types import Bool, Int32, Int64

NONE = -1

OWNER_BITS = 32
"""A label is ``cost << 32 | owner``: one comparison settles the cost, then the smaller owner."""

FAR = 1 << 61
"""The label of what nothing reaches."""

MOST_WAY_CM = FAR >> OWNER_BITS
"""Ways as long as this, 5,300 km, are none: their labels could not be added up."""


@kernel
def _unlink(v: int, degree: Int32, first: Int32, last: Int32, before: Int32, after: Int32) -> None:
    """Take a node out of the queue of its degree."""
    b, a = before[v], after[v]
    if b >= 0:
        after[b] = a
    else:
        first[degree[v]] = a
    if a >= 0:
        before[a] = b
    else:
        last[degree[v]] = b


@kernel
def _link(v: int, degree: Int32, first: Int32, last: Int32, before: Int32, after: Int32) -> None:
    """Put a node at the end of the queue of its degree."""
    tail = last[degree[v]]
    before[v] = tail
    after[v] = NONE
    if tail >= 0:
        after[tail] = v
    else:
        first[degree[v]] = v
    last[degree[v]] = v


@kernel
def _doubled(array: Int32, room: int) -> Int32:
    """Return a copy with at least twice the room, and `room` more."""
    larger = np.empty(2 * array.shape[0] + room, np.int32)
    larger[: array.shape[0]] = array
    return larger


@kernel
def eliminate(
    arc_start: Int32, arc_head: Int32, arc_cm: Int32
) -> tuple[Int32, Int64, Int32, Int32]:
    """
    Take out every node, least degree first, joining its neighbours by the way through it.

    Returns
    -------
    order, up_first, up_node, up_cm
        Nodes as they went, shape (n,); and for each of them, in that order, the neighbours it
        still had and the length to each, as a CSR. Every shortest way of the graph rises along
        such arcs and then falls along them.

    Notes
    -----
    Source: the elimination game under a minimum-degree order (Rose 1970; Tinney & Walker 1967);
    its use for shortest ways is Dibbelt, Strasser & Wagner 2014, there with another order.
    """
    n = arc_start.shape[0] - 1
    place = np.empty(n, np.int64)
    room = np.empty(n, np.int32)
    degree = np.empty(n, np.int32)
    pool_node = np.empty(2 * arc_head.shape[0] + n + 16, np.int32)
    pool_cm = np.empty(pool_node.shape[0], np.int32)
    used = np.int64(0)
    for v in range(n):
        degree[v] = arc_start[v + 1] - arc_start[v]
        place[v] = used
        room[v] = degree[v] + 1
        for a in range(arc_start[v], arc_start[v + 1]):
            pool_node[used] = arc_head[a]
            pool_cm[used] = arc_cm[a]
            used += 1
        used += 1
    first = np.full(n + 1, NONE, np.int32)
    last = np.full(n + 1, NONE, np.int32)
    before = np.full(n, NONE, np.int32)
    after = np.full(n, NONE, np.int32)
    for v in range(n):
        _link(v, degree, first, last, before, after)
    where = np.full(n, NONE, np.int64)
    order = np.empty(n, np.int32)
    up_first = np.zeros(n + 1, np.int64)
    up_node = np.empty(2 * arc_head.shape[0] + 16, np.int32)
    up_cm = np.empty(up_node.shape[0], np.int32)
    up_used = np.int64(0)
    lowest = 0
    for step in range(n):
        while first[lowest] < 0:
            lowest += 1
        v = first[lowest]
        _unlink(v, degree, first, last, before, after)
        order[step] = v
        d = degree[v]
        if up_used + d > up_node.shape[0]:
            up_node, up_cm = _doubled(up_node, d), _doubled(up_cm, d)
        up_node[up_used : up_used + d] = pool_node[place[v] : place[v] + d]
        up_cm[up_used : up_used + d] = pool_cm[place[v] : place[v] + d]
        low, high = up_used, up_used + d
        up_used = high
        up_first[step + 1] = high
        for q in range(low, high):
            a = up_node[q]
            _unlink(a, degree, first, last, before, after)
            size = degree[a]
            if room[a] < size + d:
                wanted = 2 * (size + d)
                if used + wanted > pool_node.shape[0]:
                    pool_node, pool_cm = _doubled(pool_node, wanted), _doubled(pool_cm, wanted)
                for k in range(size):
                    pool_node[used + k] = pool_node[place[a] + k]
                    pool_cm[used + k] = pool_cm[place[a] + k]
                place[a] = used
                room[a] = wanted
                used += wanted
            base = place[a]
            k = base
            while k < base + size:
                if pool_node[k] == v:
                    size -= 1
                    pool_node[k] = pool_node[base + size]
                    pool_cm[k] = pool_cm[base + size]
                else:
                    where[pool_node[k]] = k
                    k += 1
            old = size
            for other in range(low, high):
                b = up_node[other]
                if b == a:
                    continue
                through = min(up_cm[q] + up_cm[other], MOST_WAY_CM)
                at = where[b]
                if at >= 0:
                    pool_cm[at] = min(pool_cm[at], through)
                else:
                    pool_node[base + size] = b
                    pool_cm[base + size] = through
                    size += 1
            for k in range(base, base + old):
                where[pool_node[k]] = NONE
            degree[a] = size
            _link(a, degree, first, last, before, after)
        lowest = max(lowest - 1, 0)
    return order, up_first, up_node[:up_used].copy(), up_cm[:up_used].copy()


@kernel
def postorder(order: Int32, up_first: Int64, up_node: Int32) -> Int32:
    """
    Return the nodes in an order with the same shortcuts, but kin side by side in memory.

    The parent of a node is the first of its upward neighbours to go; children come right before
    their parent, subtree by subtree.
    """
    n = order.shape[0]
    went = np.empty(n, np.int32)
    for step in range(n):
        went[order[step]] = step
    child = np.full(n, NONE, np.int32)
    sibling = np.full(n, NONE, np.int32)
    root = NONE
    for step in range(n - 1, -1, -1):
        parent = n
        for k in range(up_first[step], up_first[step + 1]):
            parent = min(parent, went[up_node[k]])
        if parent < n:
            sibling[step] = child[parent]
            child[parent] = step
        else:
            sibling[step] = root
            root = step
    kin = np.empty(n, np.int32)
    stack = np.empty(n + 1, np.int32)
    height = 0
    at = 0
    step = root
    while step >= 0 or height > 0:
        while step >= 0:
            stack[height] = step
            height += 1
            step = child[step]
        height -= 1
        kin[at] = order[stack[height]]
        at += 1
        step = sibling[stack[height]]
    return kin


@kernel
def upward_csr(
    order: Int32, up_first: Int64, up_node: Int32, up_cm: Int32, kin: Int32
) -> tuple[Int32, Int64, Int32, Int32]:
    """Return each node's rank in `kin`, and the arcs between ranks as a CSR, heads sorted."""
    n = order.shape[0]
    rank = np.empty(n, np.int32)
    went = np.empty(n, np.int32)
    for r in range(n):
        rank[kin[r]] = r
        went[order[r]] = r
    start = np.zeros(n + 1, np.int64)
    head = np.empty(up_node.shape[0], np.int32)
    cm = np.empty(up_node.shape[0], np.int32)
    at = np.int64(0)
    for r in range(n):
        step = went[kin[r]]
        for k in range(up_first[step], up_first[step + 1]):
            u = rank[up_node[k]]
            q = at
            while q > start[r] and head[q - 1] > u:
                head[q] = head[q - 1]
                cm[q] = cm[q - 1]
                q -= 1
            head[q] = u
            cm[q] = up_cm[k]
            at += 1
        start[r + 1] = at
    return rank, start, head, cm


@kernel
def sweep(up_start: Int64, up_head: Int32, up_cm: Int32, label: Int64) -> None:
    """
    Spread the labels of some nodes over all of them, up the hierarchy and down again.

    Parameters
    ----------
    up_start, up_head, up_cm
        Upward arcs between ranks.
    label
        Shape (n, lanes), by rank: ``cost << 32 | owner``; changed in place to the least label.
    """
    n = label.shape[0]
    lanes = label.shape[1]
    for r in range(n):
        for k in range(up_start[r], up_start[r + 1]):
            u = up_head[k]
            step = np.int64(up_cm[k]) << OWNER_BITS
            for q in range(lanes):
                label[u, q] = min(label[u, q], label[r, q] + step)
    for r in range(n - 1, -1, -1):
        for k in range(up_start[r], up_start[r + 1]):
            u = up_head[k]
            step = np.int64(up_cm[k]) << OWNER_BITS
            for q in range(lanes):
                label[r, q] = min(label[r, q], label[u, q] + step)


@kernel
def seed(doors: Doors, owner: Int32, takes_part: Bool, rank: Int32, label: Int64) -> None:
    """Write the labels of both ends of each entrance's edge, for the lanes its place is in."""
    label[:] = FAR
    for p in range(owner.shape[0]):
        for e in range(doors.place_first[p], doors.place_first[p + 1]):
            for at_end in range(2):
                v = rank[doors.end[e] if at_end else doors.start[e]]
                along = doors.to_end[e] if at_end else doors.to_start[e]
                mine = (np.int64(doors.leg[e] + along) << OWNER_BITS) | np.int64(owner[p])
                for q in range(label.shape[1]):
                    if takes_part[p, q]:
                        label[v, q] = min(label[v, q], mine)


@kernel
def read_at_points(
    label: Int64, rank: Int32, start: Int32, end: Int32, to_end: Int32, points: Standing, out: Int64
) -> None:
    """Write the labels of points from those of the two ends of their edges."""
    for i in range(start.shape[0]):
        a, b = rank[start[i]], rank[end[i]]
        by_start = np.int64(points.leg[i] + points.along[i]) << OWNER_BITS
        by_end = np.int64(points.leg[i] + to_end[i]) << OWNER_BITS
        for q in range(label.shape[1]):
            out[i, q] = min(label[a, q] + by_start, label[b, q] + by_end)


@kernel
def read_on_edge(
    doors: Doors, owner: Int32, takes_part: Bool, points: Standing, out: Int64
) -> None:
    """Let points on an entrance's own edge go directly along it."""
    for p in range(owner.shape[0]):
        for e in range(doors.place_first[p], doors.place_first[p + 1]):
            edge = doors.edge[e]
            for i in range(points.edge_first[edge], points.edge_first[edge + 1]):
                along = abs(points.along[i] - doors.along[e])
                cm = np.int64(doors.leg[e] + along + points.leg[i])
                mine = (cm << OWNER_BITS) | np.int64(owner[p])
                for q in range(out.shape[1]):
                    if takes_part[p, q]:
                        out[i, q] = min(out[i, q], mine)


@kernel
def unpack(label: Int64, row: Int64, who: Int32, cm: Int32, owner: Int32, lane: int) -> None:
    """Write costs and owners from labels into some lanes of a caller's rows; -1 where far."""
    for i in range(row.shape[0]):
        for q in range(label.shape[1]):
            mine = label[row[i], q]
            if mine < FAR:
                cm[i, lane + q] = mine >> OWNER_BITS
                owner[i, lane + q] = who[mine & 0xFFFFFFFF]
            else:
                cm[i, lane + q] = NONE
                owner[i, lane + q] = NONE
