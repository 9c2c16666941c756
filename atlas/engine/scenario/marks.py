"""Marked crossings and signals put up or taken away: what the streets met there cost now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.scenario.lines import Line, line_of
from atlas.engine.walks import walk_of

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.types import Bool, Int64, UInt8
    from atlas.engine.walks import Walk


def remarked(
    inputs: Inputs, marks: tuple[tuple[int, int], ...], lines: dict[int, Line]
) -> Walk | None:
    """
    Return the walk over a network whose nodes bear other marks.

    Parameters
    ----------
    inputs
        The city, its profile included.
    marks
        Which nodes, and the marks they bear now.
    lines
        Edges cut so far; those whose ends cost something else now are added.

    Returns
    -------
    walk
        Its search graph is still the old one; None where people walk any route, which no mark
        changes.

    Notes
    -----
    Source: METHOD §3.4. A mark counts at its node, and at those a few steps along a street.
    """
    network, walk, profile = inputs.network, inputs.walk, inputs.profile
    if walk is None or profile is None or not marks:
        return walk
    node_mark = network.node_mark.copy()
    node, mark = np.array(marks, np.int64).T
    node_mark[node] = mark
    near = np.unique(np.concatenate([node, *_ends(network, _meets(network, node))]))
    edge = np.flatnonzero(_meets(network, near))
    part = walk_of(_part(network, edge, node_mark), profile)
    start_cm, end_cm = walk.start_cm.copy(), walk.end_cm.copy()
    at_start, at_end = (np.isin(ends, near) for ends in _ends(network, edge))
    start_cm[edge[at_start]] = part.start_cm[at_start]
    end_cm[edge[at_end]] = part.end_cm[at_end]
    differs = (start_cm[edge] != walk.start_cm[edge]) | (end_cm[edge] != walk.end_cm[edge])
    for one in edge[differs].tolist():
        lines.setdefault(one, line_of(inputs, one))
    return replace(walk, start_cm=start_cm, end_cm=end_cm)


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


def _part(network: Network, edge: Int64, node_mark: UInt8) -> Network:
    """Return some edges as a network of their own, as far as a walk asks for one."""
    node, ends = np.unique(np.concatenate(_ends(network, edge)), return_inverse=True)
    start, end = ends.reshape(2, -1).astype(np.int32)
    names = ("edge_cm", "edge_class", "edge_speed_kmh", "edge_features", "edge_apart")
    return replace(
        network,
        node_id=network.node_id[node],
        node_mark=node_mark[node],
        edge_start=start,
        edge_end=end,
        **{name: getattr(network, name)[edge] for name in names},
    )
