"""Rings of pieces along which children can exchange though every zone's figure is fixed."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from atlas.engine.types import Int8, Int64

NOWHERE = -1


def rings(anchor: Int64, key: Int64, size: Int64) -> Int8:
    """
    Return rings of pieces on which every zone that stops loses what it gains.

    Parameters
    ----------
    anchor
        Shape (t, p), the nearest zone that stops, in each tree, going up from each piece; -1 where
        none does.
    key
        Shape (p,), the same for pieces with the same anchors.
    size
        Shape (p,), children: rings go by the largest pieces.

    Returns
    -------
    rings
        Shape (c, p): 1 where a piece gains a child and -1 where it loses one. With two trees every
        possible change is a sum of these and of exchanges between pieces with the same anchors.

    Notes
    -----
    Source: ours. Take two trees: a piece joins its two anchors like an edge of a graph whose nodes
    are zones; what a child more there and a child less elsewhere leaves unchanged everywhere is a
    circulation. Its space is spanned by the cycles that each edge outside a spanning forest closes
    (Kirchhoff 1847); anchors that do not exist are one node, at which nothing need balance. With
    more trees only those cycles are kept that every other tree balances.
    """
    found = [np.zeros((0, anchor.shape[1]), np.int8)]
    for first, second in combinations(range(len(anchor)), 2):
        cycles = _cycles(anchor[first], anchor[second], size)
        for tree in set(range(len(anchor))) - {first, second}:
            cycles = cycles[_balances(cycles, anchor[tree])]
        found.append(cycles)
    every = np.concatenate(found)
    return every[~_within_a_class(every, key)]


def _cycles(first: Int64, second: Int64, size: Int64) -> Int8:
    """Return the cycle that each edge outside a forest of the largest edges closes."""
    start, end = nodes_of(first, second)
    nodes = int(max(start.max(initial=0), end.max(initial=0))) + 1
    in_forest = _forest(start, end, np.argsort(-size, kind="stable"), nodes)
    way = _ways(start, end, in_forest, nodes)
    others = np.flatnonzero(~in_forest)
    cycles = way[start[others]] - way[end[others]]
    cycles[np.arange(len(others)), others] += 1
    return cycles


def nodes_of(first: Int64, second: Int64) -> tuple[Int64, Int64]:
    """
    Return a number for each anchor of two trees.

    Parameters
    ----------
    first, second
        Shape (p,), anchor of each piece; -1 where there is none.

    Returns
    -------
    start, end
        Shape (p,) each; a zone of the one has another number than one of the other, 0 is nowhere.
    """
    shift = int(first.max(initial=0)) + 2
    return np.where(first == NOWHERE, 0, first + 1), np.where(
        second == NOWHERE, 0, second + 1 + shift
    )


def _forest(start: Int64, end: Int64, order: Int64, nodes: int) -> Int64:
    """Return which edges join what those before them in `order` have not joined."""
    root = list(range(nodes))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    joins = np.zeros(len(start), bool)
    ends = list(zip(start.tolist(), end.tolist(), strict=True))
    for edge in order.tolist():
        one, other = find(ends[edge][0]), find(ends[edge][1])
        joins[edge] = one != other
        root[one] = other
    return joins


def _ways(start: Int64, end: Int64, in_forest: Int64, nodes: int) -> Int8:
    """Return the way from its tree's root to each node: 1 along an edge, -1 against it."""
    beside: list[list[tuple[int, int, int]]] = [[] for _ in range(nodes)]
    for edge in np.flatnonzero(in_forest).tolist():
        a, b = int(start[edge]), int(end[edge])
        beside[a].append((b, edge, 1))
        beside[b].append((a, edge, -1))
    way = np.zeros((nodes, len(start)), np.int8)
    seen = [False] * nodes
    for first in range(nodes):
        waiting = [] if seen[first] else [first]
        seen[first] = True
        while waiting:
            node = waiting.pop()
            for other, edge, sign in beside[node]:
                if not seen[other]:
                    seen[other] = True
                    way[other] = way[node]
                    way[other, edge] = sign
                    waiting.append(other)
    return way


def _balances(cycles: Int8, anchor: Int64) -> Int64:
    """Return the cycles that change no anchor of another tree."""
    zones, of = np.unique(anchor, return_inverse=True)
    member = np.zeros((len(anchor), len(zones)), np.int64)
    member[np.arange(len(anchor)), of.ravel()] = 1
    change = cycles.astype(np.int64) @ member
    return np.asarray((change[:, zones != NOWHERE] == 0).all(axis=1))


def _within_a_class(cycles: Int8, key: Int64) -> Int64:
    """Return the cycles of two pieces with the same anchors."""
    least = np.where(cycles != 0, key, np.iinfo(np.int64).max).min(axis=1)
    most = np.where(cycles != 0, key, -1).max(axis=1)
    return np.asarray(least == most)
