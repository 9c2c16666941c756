"""Streets as a frame hands them over: pieces between publisher's nodes, with their geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.hierarchy import MOST_WAY_CM

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int16, Int64, StrArray, UInt8

PAVEMENT, STEPS, BRIDGE, TUNNEL, RESIDENTIAL = 1, 2, 4, 8, 16
CROSSING, SIGNAL, BARRIER, GATE = 1, 2, 4, 8

MOST_LENGTH_UM = 10_000 * MOST_WAY_CM
MOST_M = 4e7
"""No frame in metres reaches farther than once around the Earth."""


@dataclass(frozen=True, slots=True)
class StreetPieces:
    """
    Pieces of walkable street; each is walked in both directions.

    Parameters
    ----------
    code
        Stable code of each piece, shape (m,), unique: ``way/<id>:<n>``.
    start_node, end_node
        Publisher's node ids, shape (m,).
    length_um
        Geodesic length, shape (m,), micrometres, not negative.
    street_class, speed_kmh
        Opaque class and legal speed (0 unknown), shape (m,).
    features
        Bit flags, shape (m,): 1 pavement, 2 steps, 4 bridge, 8 tunnel, 16 residential.
    xy_m
        Vertices of all pieces one after another, shape (k, 2), metres, from start to end.
    offset
        Where the vertices of each piece start, shape (m + 1,).
    node_id, node_xy_m, node_mark
        Every start and end node once: id (n,), place (n, 2), and bit flags (n,): 1 marked
        crossing, 2 signal, 4 barrier, 8 gate.
    """

    code: StrArray
    start_node: Int64
    end_node: Int64
    length_um: Int64
    street_class: Int16
    speed_kmh: Int16
    features: UInt8
    xy_m: Float64
    offset: Int64
    node_id: Int64
    node_xy_m: Float64
    node_mark: UInt8

    def checked(self) -> StreetPieces:
        """
        Return the pieces in the order of their codes and the nodes in the order of their ids.

        Returns
        -------
        pieces
            The same pieces, sorted; `self` where they already were.

        Raises
        ------
        ShapeError
            If the arrays disagree in length.
        InputError
            If a code or node is not unique, a node is unknown, a length is negative, a place
            is not finite or off the Earth, or a piece has fewer than two vertices.
        """
        _check_shapes(self)
        _check_values(self)
        pieces = _nodes_by_id(_by_code(self))
        _check_identities(pieces)
        return pieces

    def node_rows(self) -> tuple[Int64, Int64]:
        """
        Return the rows of each piece's start and end node; the nodes must be sorted.

        Returns
        -------
        start, end
            Rows of `node_id`, shape (m,) each.
        """
        start = np.searchsorted(self.node_id, self.start_node)
        end = np.searchsorted(self.node_id, self.end_node)
        return start.astype(np.int64), end.astype(np.int64)


def _check_shapes(pieces: StreetPieces) -> None:
    """Refuse arrays that disagree in length."""
    count, nodes = pieces.code.shape[0], pieces.node_id.shape[0]
    columns = (
        pieces.start_node,
        pieces.end_node,
        pieces.length_um,
        pieces.street_class,
        pieces.speed_kmh,
        pieces.features,
    )
    if any(column.shape != (count,) for column in columns):
        msg = "the columns of the street pieces differ in length"
        raise ShapeError(msg)
    if pieces.offset.shape != (count + 1,) or pieces.xy_m.shape != (pieces.offset[-1], 2):
        msg = "the vertices of the street pieces do not fit their offsets"
        raise ShapeError(msg)
    if pieces.node_xy_m.shape != (nodes, 2) or pieces.node_mark.shape != (nodes,):
        msg = "the columns of the street nodes differ in length"
        raise ShapeError(msg)


def _check_values(pieces: StreetPieces) -> None:
    """Refuse what cannot be walked: no geometry, a negative length, a place that is none."""
    if pieces.code.size and (np.diff(pieces.offset).min() < 2 or pieces.offset[0] != 0):  # noqa: PLR2004
        msg = "a street piece needs at least two vertices"
        raise InputError(msg)
    if pieces.code.size and pieces.length_um.min() < 0:
        msg = "a street piece has a negative length"
        raise InputError(msg)
    if pieces.code.size and pieces.length_um.max() >= MOST_LENGTH_UM:
        msg = "a street is longer than 5,300 km"
        raise InputError(msg)
    if not (np.isfinite(pieces.xy_m).all() and np.isfinite(pieces.node_xy_m).all()):
        msg = "a vertex or node of the streets is not finite"
        raise InputError(msg)
    if max(np.abs(xy_m).max(initial=0) for xy_m in (pieces.xy_m, pieces.node_xy_m)) > MOST_M:
        msg = "a vertex or node of the streets lies farther away than the Earth is round"
        raise InputError(msg)


def _by_code(pieces: StreetPieces) -> StreetPieces:
    """Return the pieces sorted by code."""
    if pieces.code.size == 0 or bool((pieces.code[:-1] < pieces.code[1:]).all()):
        return pieces
    order = np.argsort(pieces.code, kind="stable")
    counts = np.diff(pieces.offset)[order]
    offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    rows = np.arange(offset[-1]) + np.repeat(pieces.offset[order] - offset[:-1], counts)
    return replace(
        pieces,
        code=pieces.code[order],
        start_node=pieces.start_node[order],
        end_node=pieces.end_node[order],
        length_um=pieces.length_um[order],
        street_class=pieces.street_class[order],
        speed_kmh=pieces.speed_kmh[order],
        features=pieces.features[order],
        xy_m=pieces.xy_m[rows],
        offset=offset,
    )


def _nodes_by_id(pieces: StreetPieces) -> StreetPieces:
    """Return the pieces with their nodes sorted by id."""
    if pieces.node_id.size == 0 or bool((pieces.node_id[:-1] < pieces.node_id[1:]).all()):
        return pieces
    order = np.argsort(pieces.node_id, kind="stable")
    return replace(
        pieces,
        node_id=pieces.node_id[order],
        node_xy_m=pieces.node_xy_m[order],
        node_mark=pieces.node_mark[order],
    )


def _check_identities(pieces: StreetPieces) -> None:
    """Refuse a code or node that comes twice, and a node nobody has described."""
    if pieces.code.size and bool((pieces.code[:-1] == pieces.code[1:]).any()):
        msg = "two street pieces have the same code"
        raise InputError(msg)
    if pieces.node_id.size and bool((pieces.node_id[:-1] == pieces.node_id[1:]).any()):
        msg = "two street nodes have the same id"
        raise InputError(msg)
    ends = np.concatenate((pieces.start_node, pieces.end_node))
    if not ends.size:
        return
    if not pieces.node_id.size:
        msg = "the street pieces name nodes that are not given"
        raise InputError(msg)
    rows = np.minimum(np.searchsorted(pieces.node_id, ends), pieces.node_id.size - 1)
    if bool((pieces.node_id[rows] != ends).any()):
        msg = "the street pieces name nodes that are not given"
        raise InputError(msg)
