"""Edges while they are made: runs of street pieces through nodes that decide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.contraction import incidence, passed_through, rows_of_runs, trace
from atlas.engine.kernels.hierarchy import MOST_WAY_CM
from atlas.engine.streets import BRIDGE, PAVEMENT, STEPS, TUNNEL

if TYPE_CHECKING:
    from atlas.engine.streets import StreetPieces
    from atlas.engine.types import Bool, Float64, Int32, Int64, UInt8

UM_PER_CM = 10_000
APART_AT_START, APART_AT_END = 1, 2


@dataclass(frozen=True, slots=True)
class Chains:
    """Contracted edges as runs of half-edges, between rows of the pieces' nodes."""

    first: Int64
    walked: Int64
    start: Int64
    end: Int64

    def turned(self, backward: Bool) -> Chains:
        """Return the chains with some of them walked the other way."""
        count = np.diff(self.first)
        low = np.where(backward, self.first[1:] - 1, self.first[:-1])
        rows = rows_of_runs(low, count, np.where(backward, -1, 1))
        return Chains(
            first=self.first,
            walked=self.walked[rows] ^ np.repeat(backward, count),
            start=np.where(backward, self.end, self.start),
            end=np.where(backward, self.start, self.end),
        )

    def taken(self, order: Int64) -> Chains:
        """Return the chains in another order."""
        count = np.diff(self.first)[order]
        rows = rows_of_runs(self.first[:-1][order], count, np.ones_like(count))
        return Chains(
            first=np.concatenate(([0], np.cumsum(count))).astype(np.int64),
            walked=self.walked[rows],
            start=self.start[order],
            end=self.end[order],
        )

    def lowest_piece(self) -> Int64:
        """Return the smallest row among the pieces of each chain."""
        if not self.start.size:
            return np.zeros(0, np.int64)
        return np.minimum.reduceat(self.walked >> 1, self.first[:-1])


def contracted(pieces: StreetPieces) -> Chains:
    """
    Return the pieces joined at nodes that decide nothing.

    Parameters
    ----------
    pieces
        Sorted and checked.

    Returns
    -------
    chains
        One an edge, between rows of the nodes of `pieces`, in no order yet.
    """
    start, end = pieces.node_rows()
    first, leaving = incidence(start, end, pieces.node_id.size)
    inner = passed_through(
        first,
        leaving,
        pieces.node_mark,
        pieces.street_class,
        pieces.speed_kmh,
        pieces.features & np.uint8(PAVEMENT | STEPS),
    )
    return Chains(*trace(start, end, first, leaving, inner))


def rounded_lengths(chains: Chains, pieces: StreetPieces) -> Int32:
    """
    Return the length of each chain: micrometres summed, then rounded once to centimetres.

    Parameters
    ----------
    chains, pieces
        The edges, and what they run over.

    Returns
    -------
    cm
        Shape (e,).

    Raises
    ------
    InputError
        If an edge is longer than 5,300 km.
    """
    if not chains.start.size:
        return np.zeros(0, np.int32)
    um = np.add.reduceat(pieces.length_um[chains.walked >> 1], chains.first[:-1])
    cm = (um + UM_PER_CM // 2) // UM_PER_CM
    if cm.min() < 0 or cm.max() >= MOST_WAY_CM:
        msg = "a street is longer than 5,300 km"
        raise InputError(msg)
    return cm.astype(np.int32)


def piece_starts(chains: Chains, pieces: StreetPieces) -> Int32:
    """
    Return where along its edge each piece begins, rounded as the whole edge is.

    Parameters
    ----------
    chains, pieces
        The edges, and what they run over.

    Returns
    -------
    cm
        Shape (m,), one a piece walked; 0 for the first of an edge.
    """
    um = pieces.length_um[chains.walked >> 1]
    before = np.cumsum(um) - um
    begins = before - np.repeat(before[chains.first[:-1]], np.diff(chains.first))
    cm: Int64 = (begins + UM_PER_CM // 2) // UM_PER_CM
    return cm.astype(np.int32)


def ends_apart(chains: Chains, pieces: StreetPieces) -> UInt8:
    """
    Return at which ends each edge lies on a bridge or in a tunnel.

    Parameters
    ----------
    chains, pieces
        The edges, and what they run over.

    Returns
    -------
    apart
        Shape (e,), bits `APART_AT_START` and `APART_AT_END`. Only the two end pieces are
        asked: what lies between them meets no other street.
    """
    is_apart = pieces.features & np.uint8(BRIDGE | TUNNEL) != 0
    at_start = is_apart[chains.walked[chains.first[:-1]] >> 1]
    at_end = is_apart[chains.walked[chains.first[1:] - 1] >> 1]
    bits: Int64 = at_start * np.int64(APART_AT_START) + at_end * np.int64(APART_AT_END)
    return bits.astype(np.uint8)


def geometry(chains: Chains, pieces: StreetPieces) -> tuple[Int64, Float64]:
    """
    Return the vertices of each chain, the one two pieces share kept once.

    Parameters
    ----------
    chains, pieces
        The edges, and what they run over.

    Returns
    -------
    first, xy_m
        A CSR by edge, shape (e + 1,), and places, shape (v, 2).
    """
    piece, backward = chains.walked >> 1, chains.walked & 1 == 1
    follows = np.ones(piece.size, np.int64)
    follows[chains.first[:-1]] = 0
    low, high = pieces.offset[:-1][piece], pieces.offset[1:][piece]
    count = high - low - follows
    rows = rows_of_runs(
        np.where(backward, high - 1 - follows, low + follows), count, np.where(backward, -1, 1)
    )
    total = np.concatenate(([0], np.cumsum(count)))
    return total[chains.first].astype(np.int64), np.ascontiguousarray(pieces.xy_m[rows])
