"""Unions of pieces that shown zones sum to, some taken from others, and that hold few children."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.types import Bool, Int64


def small_sums(ends: tuple[Int64, Int64], counts: Int64, k: int) -> list[Bool]:
    """
    Return unions of edges whose count of 1 to k - 1 follows from the sums at all nodes.

    Parameters
    ----------
    ends
        Shape (e,) each: the node of the first tree and of the second that an edge joins. Node 0
        is no zone: its sum is not known.
    counts
        Shape (e, c), children of each edge in several cells.
    k
        Least count that may be known.

    Returns
    -------
    unions
        Shape (e,) each: for every edge with a small count in a cell one that it lies in, if there
        is any.

    Notes
    -----
    Source: ours. What zones of one tree hold without the zones of another that lie wholly in them
    is a cut of the graph whose nodes are zones and whose edges are pieces, all its edges leading
    the same way; every union that follows from the sums consists of such cuts. The smallest one
    through an edge is found as a greatest flow between its ends (Ford and Fulkerson 1956), edges
    passed against their way being boundless. An edge of nobody that no change of the others can
    fill is known to be empty and left out.
    """
    found: list[Bool] = []
    for cell in np.unique(counts, axis=1).T:
        found.extend(_cuts(ends, cell, k))
    return found


def _cuts(ends: tuple[Int64, Int64], counts: Int64, k: int) -> Iterator[Bool]:
    """Yield the smallest cut through each small edge, if it is small too."""
    small = np.flatnonzero((counts > 0) & (counts < k))
    if not small.size:
        return
    (start, end), is_open = _merged(ends, counts, k)
    graph = _graph(start, end, np.minimum(counts, k), is_open, k)
    done = np.zeros(len(counts), bool)
    for edge in small.tolist():
        if done[edge] or start[edge] == end[edge]:
            continue
        flow = maximum_flow(graph, int(start[edge]), int(end[edge]))
        if flow.flow_value < k:
            rest = graph - flow.flow
            rest.data = np.maximum(rest.data, 0)
            rest.eliminate_zeros()
            side = np.zeros(graph.shape[0], bool)
            side[breadth_first_order(rest, int(start[edge]), return_predecessors=False)] = True
            cut = is_open & side[start] & ~side[end]
            done |= cut
            yield cut


def _merged(ends: tuple[Int64, Int64], counts: Int64, k: int) -> tuple[tuple[Int64, Int64], Bool]:
    """Merge nodes that a great edge joins, and tell which edges can hold anybody."""
    start, end = ends
    nodes = int(max(start.max(initial=0), end.max(initial=0))) + 1
    ones = np.ones(len(start), np.int8)
    there = counts > 0
    either = sparse.csr_matrix(
        (
            np.concatenate([ones, ones[there]]),
            (np.concatenate([start, end[there]]), np.concatenate([end, start[there]])),
        ),
        shape=(nodes, nodes),
    )
    _, strong = connected_components(either, directed=True, connection="strong")
    great = counts >= k
    joined = sparse.csr_matrix((ones[great], (start[great], end[great])), shape=(nodes, nodes))
    _, of = connected_components(joined, directed=False)
    number = of.astype(np.int64)
    return (number[start], number[end]), np.asarray(strong[start] == strong[end], bool)


def _graph(
    start: Int64, end: Int64, capacity: Int64, is_open: Bool, boundless: int
) -> sparse.csr_array:
    """Return the arcs along edges and against them."""
    between = is_open & (start != end)
    along, against = start[between], end[between]
    nodes = int(max(start.max(initial=0), end.max(initial=0))) + 1
    graph = sparse.csr_array(
        (
            np.concatenate([capacity[between], np.full(len(along), boundless)]).astype(np.int32),
            (np.concatenate([along, against]), np.concatenate([against, along])),
        ),
        shape=(nodes, nodes),
    )
    graph.sum_duplicates()
    return graph
