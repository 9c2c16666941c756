"""The walking network: contracted, in Hilbert order, ready to search and to snap to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from atlas.engine.chains import (
    Chains,
    contracted,
    ends_apart,
    geometry,
    piece_starts,
    rounded_lengths,
)
from atlas.engine.errors import InputError
from atlas.engine.kernels.contraction import lengths_along, symmetric_csr
from atlas.engine.kernels.grid import fill_grid
from atlas.engine.kernels.hierarchy import eliminate, postorder, upward_csr
from atlas.engine.kernels.hilbert import hilbert_keys
from atlas.engine.streets import PAVEMENT, STEPS

if TYPE_CHECKING:
    from atlas.engine.streets import StreetPieces
    from atlas.engine.types import AnyArray, Float64, Int16, Int32, Int64, UInt8

BUILDER_VERSION = 3
"""Raise it whenever `build` would answer differently: it is part of the cache's name."""

CELL_SEGMENTS = 2.0
CELL_M = (15.0, 400.0)


@dataclass(frozen=True, slots=True)
class Network:
    """
    Streets as a graph of decisions: n nodes, e edges, lengths in whole centimetres.

    Attributes
    ----------
    node_id, node_xy_m, node_mark, component
        Publisher's id, place, marks, and connected component of each node, shape (n,). Nodes lie
        in Hilbert order; components are numbered by their first node.
    arc_start, arc_head, arc_cm, arc_edge
        The search graph as a symmetric CSR: (n + 1,) and (a,) each. Of parallel edges the
        shortest is kept; rings are left out, for no shortest way uses them.
    rank, up_start, up_head, up_cm
        The same graph as a hierarchy: rank of each node (n,), and arcs from each rank to higher
        ones as a CSR. Every shortest way rises along them and then falls.
    edge_start, edge_end, edge_cm
        Every edge, rings and parallels included, shape (e,); start ≤ end.
    edge_class, edge_speed_kmh, edge_features
        What a walker meets along the edge, shape (e,); of the features pavement and steps.
    edge_apart
        Where an edge's end piece lies on a bridge or in a tunnel, shape (e,): bits 1 at its start,
        2 at its end.
    edge_piece_first, edge_piece
        The street pieces an edge is made of, from start to end, as a CSR: rows of the pieces in
        code order, ``~row`` where walked against the piece's direction.
    edge_piece_cm
        Where along its edge each of these pieces begins, whole centimetres.
    edge_rank
        The smallest row among an edge's pieces, shape (e,): what decides between equals.
    edge_vertex_first, vertex_xy_m, vertex_along_m, vertex_edge
        Geometry of the edges: CSR (e + 1,), places (v, 2), metres along the edge in the plane.
    grid_start, grid_segment, grid_frame
        A grid over the segments; the frame is x, y, cell size in metres, columns, rows.
    """

    node_id: Int64
    node_xy_m: Float64
    node_mark: UInt8
    component: Int32
    arc_start: Int32
    arc_head: Int32
    arc_cm: Int32
    arc_edge: Int32
    rank: Int32
    up_start: Int64
    up_head: Int32
    up_cm: Int32
    edge_start: Int32
    edge_end: Int32
    edge_cm: Int32
    edge_class: Int16
    edge_speed_kmh: Int16
    edge_features: UInt8
    edge_apart: UInt8
    edge_piece_first: Int64
    edge_piece: Int32
    edge_piece_cm: Int32
    edge_rank: Int32
    edge_vertex_first: Int64
    vertex_xy_m: Float64
    vertex_along_m: Float64
    vertex_edge: Int32
    grid_start: Int32
    grid_segment: Int32
    grid_frame: Float64

    @property
    def nodes(self) -> int:
        """How many nodes the network has."""
        return int(self.node_id.shape[0])

    @property
    def edges(self) -> int:
        """How many edges the network has, rings and parallels included."""
        return int(self.edge_cm.shape[0])

    def components(self) -> tuple[Int64, Int64]:
        """
        Return the size of each connected component.

        Returns
        -------
        nodes, length_cm
            Shape (c,) each; all of them count, however small.
        """
        count = int(self.component.max()) + 1 if self.nodes else 0
        nodes = np.bincount(self.component, minlength=count).astype(np.int64)
        length_cm = np.zeros(count, np.int64)
        np.add.at(length_cm, self.component[self.edge_start], self.edge_cm)
        return nodes, length_cm

    def arrays(self) -> dict[str, AnyArray]:
        """
        Return every array by name, for a folder of ``.npy`` files.

        Returns
        -------
        arrays
            What `from_arrays` takes, the builder's version included.
        """
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return named | {"builder_version": np.array([BUILDER_VERSION])}

    @classmethod
    def from_arrays(cls, arrays: dict[str, AnyArray]) -> Network:
        """
        Return the network that `arrays` were taken from.

        Parameters
        ----------
        arrays
            As `Network.arrays` gave them. Memory-mapped files are best opened copy-on-write
            (``mmap_mode="c"``): read-only arrays make numba compile every kernel once more.

        Returns
        -------
        network
            Sharing memory with `arrays`.

        Raises
        ------
        InputError
            If an array is missing or another version of the builder made them.
        """
        names = [field.name for field in fields(cls)]
        missing = [name for name in [*names, "builder_version"] if name not in arrays]
        if missing:
            msg = f"the stored network lacks {', '.join(missing)}"
            raise InputError(msg)
        if int(arrays["builder_version"][0]) != BUILDER_VERSION:
            msg = "the stored network was made by another version of the builder"
            raise InputError(msg)
        return cls(**{name: np.asarray(arrays[name]) for name in names})


def build(pieces: StreetPieces) -> Network:
    """
    Return the walking network of some streets.

    Parameters
    ----------
    pieces
        In any order; sorted by code at the door.

    Returns
    -------
    network
        Nodes where two pieces meet are contracted unless class, speed, pavement or steps change
        there or the node bears a mark; a ring keeps at least one node. Lengths are summed in
        micrometres and rounded once.

    Raises
    ------
    ShapeError, InputError
        As `StreetPieces.checked`; also where an edge is longer than 5,300 km.

    Notes
    -----
    Source: METHOD §3.1. Nodes that no piece touches are left out.
    """
    pieces = pieces.checked()
    chains = contracted(pieces)
    chains, node_rows = _renumbered(chains, pieces)
    edge_cm = rounded_lengths(chains, pieces)
    order = np.lexsort((chains.lowest_piece(), edge_cm, chains.end, chains.start))
    chains, edge_cm = chains.taken(order), edge_cm[order]
    return _assembled(pieces, chains, node_rows, edge_cm)


def _renumbered(chains: Chains, pieces: StreetPieces) -> tuple[Chains, Int64]:
    """Return the chains between nodes in Hilbert order, and the row of each such node."""
    used = np.unique(np.concatenate((chains.start, chains.end)))
    keys = hilbert_keys(np.ascontiguousarray(pieces.node_xy_m[used]))
    rows = used[np.argsort(keys, kind="stable")]
    number = np.zeros(pieces.node_id.size, np.int64)
    number[rows] = np.arange(rows.size)
    start, end = number[chains.start], number[chains.end]
    numbered = Chains(chains.first, chains.walked, start, end)
    if not start.size:
        return numbered, rows
    head, tail = chains.walked[chains.first[:-1]], chains.walked[chains.first[1:] - 1]
    # A ring has no smaller end: it starts with its smaller piece, one piece as it lies.
    ring_turned = np.where(head >> 1 == tail >> 1, (head & 1) == 1, head >> 1 > tail >> 1)
    return numbered.turned((start > end) | ((start == end) & ring_turned)), rows


def _assembled(pieces: StreetPieces, chains: Chains, node_rows: Int64, edge_cm: Int32) -> Network:
    """Return the network of finished edges."""
    start, end = chains.start.astype(np.int32), chains.end.astype(np.int32)
    arcs = _search_graph(start, end, edge_cm, node_rows.size)
    went, first, to, by_cm = eliminate(*arcs[:3])
    kin = postorder(went, first, to)
    rank, up_start, up_head, up_cm = upward_csr(went, first, to, by_cm, kin)
    vertex_first, xy_m = geometry(chains, pieces)
    backward = chains.walked & 1 == 1
    lead = chains.walked[chains.first[:-1]] >> 1
    frame = _frame(xy_m)
    grid_start, grid_segment = fill_grid(
        xy_m, vertex_first, frame[:2].copy(), frame[2], int(frame[3]), int(frame[4])
    )
    return Network(
        node_id=pieces.node_id[node_rows],
        node_xy_m=np.ascontiguousarray(pieces.node_xy_m[node_rows]),
        node_mark=pieces.node_mark[node_rows],
        component=_components(arcs[0], arcs[1]),
        arc_start=arcs[0],
        arc_head=arcs[1],
        arc_cm=arcs[2],
        arc_edge=arcs[3],
        rank=rank,
        up_start=up_start,
        up_head=up_head,
        up_cm=up_cm,
        edge_start=start,
        edge_end=end,
        edge_cm=edge_cm,
        edge_class=pieces.street_class[lead],
        edge_speed_kmh=pieces.speed_kmh[lead],
        edge_features=pieces.features[lead] & np.uint8(PAVEMENT | STEPS),
        edge_apart=ends_apart(chains, pieces),
        edge_piece_first=chains.first,
        edge_piece=np.where(backward, ~(chains.walked >> 1), chains.walked >> 1).astype(np.int32),
        edge_piece_cm=piece_starts(chains, pieces),
        edge_rank=chains.lowest_piece().astype(np.int32),
        edge_vertex_first=vertex_first,
        vertex_xy_m=xy_m,
        vertex_along_m=lengths_along(xy_m, vertex_first),
        vertex_edge=np.repeat(np.arange(start.size), np.diff(vertex_first)).astype(np.int32),
        grid_start=grid_start,
        grid_segment=grid_segment,
        grid_frame=frame,
    )


def _search_graph(
    start: Int32, end: Int32, edge_cm: Int32, nodes: int
) -> tuple[Int32, Int32, Int32, Int32]:
    """Return the symmetric CSR of the least of parallel edges; edges must be sorted."""
    differs = np.ones(start.size, np.bool_)
    differs[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    kept = np.flatnonzero(differs & (start != end))
    return symmetric_csr(start[kept], end[kept], edge_cm[kept], kept.astype(np.int32), nodes)


def _components(arc_start: Int32, arc_head: Int32) -> Int32:
    """Return the connected component of each node, numbered by first node."""
    nodes = arc_start.size - 1
    if nodes == 0:
        return np.zeros(0, np.int32)
    graph = csr_array((np.ones(arc_head.size, np.int8), arc_head, arc_start), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(first.size, np.int32)
    rank[np.argsort(first)] = np.arange(first.size, dtype=np.int32)
    return rank[inverse]


def _frame(xy_m: Float64) -> Float64:
    """Return the grid's frame: x, y, cell size, columns, rows."""
    if not xy_m.size:
        return np.array([0.0, 0.0, CELL_M[0], 1.0, 1.0])
    low, high = xy_m.min(axis=0), xy_m.max(axis=0)
    width, height = high - low
    wanted = np.sqrt(max(width, 1.0) * max(height, 1.0) * CELL_SEGMENTS / xy_m.shape[0])
    # A town whose outskirts lie far apart must not make a grid larger than its streets.
    most = np.sqrt(max(width, 1.0) * max(height, 1.0) / (4.0 * xy_m.shape[0] + 1024.0))
    cell_m = max(float(np.clip(wanted, *CELL_M)), float(most))
    # Divided as the kernel divides: a floor division may find one cell less, outside the grid.
    return np.array([*low, cell_m, int(width / cell_m) + 1, int(height / cell_m) + 1])
