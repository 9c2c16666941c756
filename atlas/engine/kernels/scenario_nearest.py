"""Nearest places kept as labels of nodes: spread from where they change, and no farther."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.hierarchy import FAR, OWNER_BITS
from atlas.engine.kernels.search import FAR_CM

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Graph, Standing
    from atlas.engine.types import Bool, Int32, Int64


@kernel
def spread_labels(
    graph: Graph, node: Int32, seed: Int64, label: Int64, is_awaited: Bool, awaited: int
) -> None:
    """
    Lower the labels of some nodes, and of all others that they lead to at less.

    Parameters
    ----------
    graph
        The streets.
    node, seed
        Nodes and the labels that they get, where these are lower than those they have.
    label
        Of every node, ``cost << 32 | owner``; changed in place.
    is_awaited, awaited
        Nodes after the last of which nothing more is looked for, and how many they are; 0 looks
        everywhere.
    """
    start, head, cm = graph.start, graph.head, graph.cm
    key = np.empty(head.shape[0] + node.shape[0] + 1, np.int64)
    who = np.empty(key.shape[0], np.int32)
    size = 0
    for t in range(node.shape[0]):
        if seed[t] < label[node[t]]:
            label[node[t]] = seed[t]
            size = _push(key, who, size, seed[t], node[t])
    left = awaited
    while size > 0:
        mine, v = key[0], who[0]
        size = _pop(key, who, size)
        if mine > label[v]:
            continue
        if is_awaited[v]:
            left -= 1
            if left == 0:
                return
        for a in range(start[v], start[v + 1]):
            if cm[a] == FAR_CM:
                continue
            there = mine + (np.int64(cm[a]) << OWNER_BITS)
            u = head[a]
            if there < label[u] and there < FAR:
                label[u] = there
                size = _push(key, who, size, there, u)


@kernel
def _push(key: Int64, who: Int32, size: int, mine: int, v: int) -> int:
    """Add an entry to a heap and return its size."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if key[up] <= mine:
            break
        key[at], who[at] = key[up], who[up]
        at = up
    key[at], who[at] = mine, v
    return size + 1


@kernel
def _pop(key: Int64, who: Int32, size: int) -> int:
    """Take the least entry out of a heap and return its size."""
    size -= 1
    mine, v = key[size], who[size]
    at = 0
    while 2 * at + 1 < size:
        low = 2 * at + 1
        if low + 1 < size and key[low + 1] < key[low]:
            low += 1
        if key[low] >= mine:
            break
        key[at], who[at] = key[low], who[low]
        at = low
    key[at], who[at] = mine, v
    return size


@kernel
def labels_at_points(label: Int64, points: Standing, out: Int64) -> None:
    """Lower the labels of points to those of the nodes that they hang on."""
    first, hung, cm = points.node_first, points.point, points.cm
    for v in range(label.shape[0]):
        if label[v] >= FAR:
            continue
        for k in range(first[v], first[v + 1]):
            if cm[k] < FAR_CM:
                out[hung[k]] = min(out[hung[k]], label[v] + (np.int64(cm[k]) << OWNER_BITS))


@kernel
def labels_along_edges(
    edge: Int32, along: Int32, leg: Int32, owner: Int64, points: Standing, out: Int64
) -> None:
    """Let points on an entrance's own edge go directly along it."""
    first, offset, own_leg = points.edge_first, points.along, points.leg
    for e in range(edge.shape[0]):
        for i in range(first[edge[e]], first[edge[e] + 1]):
            cm = np.int64(leg[e]) + abs(offset[i] - along[e]) + own_leg[i]
            out[i] = min(out[i], (cm << OWNER_BITS) | owner[e])
