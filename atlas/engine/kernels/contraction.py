"""Tracing streets through nodes that decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int16, Int32, Int64, UInt8

BOTH_SIDES = 2

# Half-edges: 2 p leaves piece p from its start, 2 p + 1 from its end.


@kernel
def incidence(start: Int64, end: Int64, nodes: int) -> tuple[Int64, Int64]:
    """Return, for each node, the half-edges that leave it, as a CSR sorted by half-edge."""
    pieces = start.shape[0]
    first = np.zeros(nodes + 1, np.int64)
    for p in range(pieces):
        first[start[p] + 1] += 1
        first[end[p] + 1] += 1
    for v in range(nodes):
        first[v + 1] += first[v]
    place = first[:-1].copy()
    leaving = np.empty(2 * pieces, np.int64)
    for p in range(pieces):
        leaving[place[start[p]]] = 2 * p
        place[start[p]] += 1
        leaving[place[end[p]]] = 2 * p + 1
        place[end[p]] += 1
    return first, leaving


@kernel
def passed_through(
    first: Int64,
    leaving: Int64,
    mark: UInt8,
    street_class: Int16,
    speed: Int16,
    walking_features: UInt8,
) -> Bool:
    """Return which nodes join exactly two pieces and change nothing for a walker."""
    nodes = mark.shape[0]
    inner = np.zeros(nodes, np.bool_)
    for v in range(nodes):
        if first[v + 1] - first[v] != BOTH_SIDES or mark[v] != 0:
            continue
        a = leaving[first[v]] >> 1
        b = leaving[first[v] + 1] >> 1
        inner[v] = (
            a != b
            and street_class[a] == street_class[b]
            and speed[a] == speed[b]
            and walking_features[a] == walking_features[b]
        )
    return inner


@kernel
def trace(
    start: Int64, end: Int64, first: Int64, leaving: Int64, inner: Bool
) -> tuple[Int64, Int64, Int64, Int64]:
    """
    Return every contracted edge as the half-edges it walks.

    Returns
    -------
    edge_first, walked, edge_start, edge_end
        CSR of half-edges, shape (e + 1,) and (m,), and the end nodes of each edge, shape (e,).
        `inner` is changed: a ring without any other node keeps its smallest.
    """
    pieces = start.shape[0]
    nodes = inner.shape[0]
    done = np.zeros(pieces, np.bool_)
    walked = np.empty(pieces, np.int64)
    edge_first = np.empty(pieces + 1, np.int64)
    edge_start = np.empty(pieces, np.int64)
    edge_end = np.empty(pieces, np.int64)
    edges = 0
    steps = 0
    edge_first[0] = 0
    for rings in range(2):
        for v in range(nodes):
            if inner[v] != (rings == 1):
                continue
            if rings == 1:
                if done[leaving[first[v]] >> 1]:
                    continue
                inner[v] = False
            for k in range(first[v], first[v + 1]):
                half = leaving[k]
                if done[half >> 1]:
                    continue
                w = v
                while True:
                    done[half >> 1] = True
                    walked[steps] = half
                    steps += 1
                    w = start[half >> 1] if half & 1 else end[half >> 1]
                    if not inner[w]:
                        break
                    back = half ^ 1
                    half = leaving[first[w]]
                    if half == back:
                        half = leaving[first[w] + 1]
                edge_start[edges] = v
                edge_end[edges] = w
                edges += 1
                edge_first[edges] = steps
    return edge_first[: edges + 1], walked, edge_start[:edges], edge_end[:edges]


@kernel
def rows_of_runs(low: Int64, count: Int64, step: Int64) -> Int64:
    """Return ``low[r], low[r] + step[r], …`` (`count[r]` rows) for each run, one after another."""
    rows = np.empty(count.sum(), np.int64)
    at = 0
    for r in range(low.shape[0]):
        for t in range(count[r]):
            rows[at] = low[r] + t * step[r]
            at += 1
    return rows


@kernel
def lengths_along(xy_m: Float64, first: Int64) -> Float64:
    """Return how far along its line each vertex lies, metres in the plane."""
    along = np.zeros(xy_m.shape[0], np.float64)
    for e in range(first.shape[0] - 1):
        for v in range(first[e] + 1, first[e + 1]):
            dx = xy_m[v, 0] - xy_m[v - 1, 0]
            dy = xy_m[v, 1] - xy_m[v - 1, 1]
            along[v] = along[v - 1] + np.sqrt(dx * dx + dy * dy)
    return along


@kernel
def symmetric_csr(
    tail: Int32, head: Int32, cm: Int32, edge: Int32, nodes: int
) -> tuple[Int32, Int32, Int32, Int32]:
    """Return both directions of each edge as a CSR by tail, in the order of `tail`, `head`."""
    edges = tail.shape[0]
    start = np.zeros(nodes + 1, np.int32)
    for e in range(edges):
        start[tail[e] + 1] += 1
        start[head[e] + 1] += 1
    for v in range(nodes):
        start[v + 1] += start[v]
    place = start[:-1].copy()
    arc_head = np.empty(2 * edges, np.int32)
    arc_cm = np.empty(2 * edges, np.int32)
    arc_edge = np.empty(2 * edges, np.int32)
    for backward in (True, False):
        for e in range(edges):
            a = head[e] if backward else tail[e]
            b = tail[e] if backward else head[e]
            k = place[a]
            place[a] += 1
            arc_head[k] = b
            arc_cm[k] = cm[e]
            arc_edge[k] = edge[e]
    return start, arc_head, arc_cm, arc_edge
