"""One cheapest path over the street graph, with the way it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.search import FAR_CM, Graph

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

NODE_BITS = 32
NOWHERE = -1

DIRECT, BY_START, BY_END = 0, 1, 2
"""How a path comes to its end: along the own edge, or from one of its nodes."""


class Ends(NamedTuple):
    """
    Where a path may end, k of them.

    `node` and `cm`, shape (2 k,): the two nodes of each one's edge, and what the way from there
    costs, leg included; `FAR_CM` where it cannot be gone.
    """

    node: Int32
    cm: Int32


@kernel
def _push(heap: Int64, size: int, key: int) -> None:
    """Put a key into a binary heap that holds `size`."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key


@kernel
def _pop(heap: Int64, size: int) -> int:
    """Take the least key out of a binary heap that holds `size`."""
    least: int = heap[0]
    key = heap[size - 1]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size - 1:
            break
        if below + 1 < size - 1 and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= key:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = key
    return least


@kernel
def cheapest(
    graph: Graph,
    arc_edge: Int32,
    seed_node: Int32,
    seed_cm: Int32,
    ends: Ends,
    direct_cm: Int32,
    limit: int,
) -> tuple[int, int, int, Int32, Int32]:
    """
    Return the cheapest path from one position to the cheapest of several ends.

    Parameters
    ----------
    graph, arc_edge
        The search graph, and the edge of each arc.
    seed_node, seed_cm
        The two nodes of the first position's edge, and what the way there costs, leg included.
    ends
        Where the path may end.
    direct_cm
        What going along the own edge costs, shape (k,); `FAR_CM` where it is another.
    limit
        A dearer path is none.

    Returns
    -------
    cost, end, how, node, edge
        Cost or -1, which of the ends, `DIRECT`, `BY_START` or `BY_END`; the nodes passed and the
        edges between them, one fewer. Of ends equally far the first; of paths equally cheap the
        one through the smaller node, then by the smaller edge, seen from its end.
    """
    start, head, cm = graph.start, graph.head, graph.cm
    end_node, end_cm = ends.node, ends.cm
    nodes = start.shape[0] - 1
    best, best_end, best_how, best_node = np.int64(limit), NOWHERE, DIRECT, NOWHERE
    for k in range(direct_cm.shape[0]):
        if direct_cm[k] <= limit and (best_end < 0 or direct_cm[k] < best):
            best, best_end = np.int64(direct_cm[k]), k
    hung = np.full(nodes, NOWHERE, np.int32)
    behind = np.full(end_node.shape[0], NOWHERE, np.int32)
    for t in range(end_node.shape[0]):
        if end_cm[t] < FAR_CM:
            behind[t] = hung[end_node[t]]
            hung[end_node[t]] = t
    cost = np.full(nodes, FAR_CM, np.int32)
    came_from = np.full(nodes, NOWHERE, np.int32)
    came_by = np.full(nodes, NOWHERE, np.int32)
    is_settled = np.zeros(nodes, np.bool_)
    heap = np.empty(head.shape[0] + seed_node.shape[0], np.int64)
    size = 0
    for t in range(seed_node.shape[0]):
        v = seed_node[t]
        if seed_cm[t] <= best and seed_cm[t] < cost[v]:
            cost[v] = seed_cm[t]
            _push(heap, size, (np.int64(seed_cm[t]) << NODE_BITS) | v)
            size += 1
    while size > 0:
        key = _pop(heap, size)
        size -= 1
        here, v = key >> NODE_BITS, key & 0xFFFFFFFF
        if here > best:
            break
        if is_settled[v]:
            continue
        is_settled[v] = True
        t = hung[v]
        while t >= 0:
            there = here + end_cm[t]
            k, how = t >> 1, (t & 1) + 1
            nearer = there < best or (there == best and (best_end < 0 or k < best_end))
            if nearer or (there == best and k == best_end and how < best_how):
                best, best_end, best_how, best_node = there, k, how, v
            t = behind[t]
        for a in range(start[v], start[v + 1]):
            u = head[a]
            there = here + cm[a]
            if there > best or is_settled[u]:
                continue
            if there < cost[u]:
                cost[u] = there
                _push(heap, size, (there << NODE_BITS) | u)
                size += 1
            elif there > cost[u] or came_from[u] <= v:
                continue
            came_from[u] = v
            came_by[u] = arc_edge[a]
    if best_end < 0:
        return NOWHERE, NOWHERE, DIRECT, came_from[:0], came_by[:0]
    steps = 0
    v = best_node
    while v >= 0:
        steps += 1
        v = came_from[v]
    node = np.empty(steps, np.int32)
    edge = np.empty(max(steps - 1, 0), np.int32)
    v = best_node
    for step in range(steps - 1, -1, -1):
        node[step] = v
        if step > 0:
            edge[step - 1] = came_by[v]
        v = came_from[v]
    return int(best), int(best_end), int(best_how), node, edge
