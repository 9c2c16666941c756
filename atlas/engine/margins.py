"""From the smallest pieces of a city to its zones: exact sums along any number of trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64, UInt8

NO_PARENT = -1
OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Pieces:
    """
    The pieces that several divisions of a city cut each other into.

    A point has one leaf zone in every tree; a piece is one combination of them that occurs.

    Parameters
    ----------
    of_point
        Shape (i,), the piece of each point; -1 outside the city.
    zone, piece
        Shape (c,) each: which zones hold which pieces, every tier of every tree.
    pieces, zones
        How many there are.
    leaf
        Shape (pieces, trees), the leaf zone of each piece in each tree.
    """

    of_point: Int32
    zone: Int32
    piece: Int32
    pieces: int
    zones: int
    leaf: Int32


def cut(leaf_of_point: Int32, parent: Int32) -> Pieces:
    """
    Cut a city into pieces by all its divisions at once.

    Parameters
    ----------
    leaf_of_point
        Shape (i, trees), row of each point's leaf zone in each tree; -1 in the first tree: outside
        the city.
    parent
        Shape (n,), row of the zone above; -1 at the top of a tree.

    Returns
    -------
    pieces
        Numbered by their leaf zones, tree after tree.

    Raises
    ------
    InputError
        If a point inside the city has no leaf zone in some tree, or the parents go round.

    Examples
    --------
    >>> found = cut(np.array([[1], [2], [1], [-1]]), np.array([-1, 0, 0]))
    >>> found.of_point, found.pieces
    (array([ 0,  1,  0, -1], dtype=int32), 2)
    >>> roll_up(np.array([5, 7]), found)
    array([12,  5,  7])
    """
    inside = leaf_of_point[:, 0] >= 0
    if (leaf_of_point[inside] < 0).any():
        msg = "a point lies in one division of the city and not in another"
        raise InputError(msg)
    leaf, number = np.unique(leaf_of_point[inside], axis=0, return_inverse=True)
    of_point = np.full(inside.size, OUTSIDE, np.int32)
    of_point[inside] = number.ravel()
    zone, piece = [], []
    for tree in range(leaf.shape[1]):
        at, row = leaf[:, tree], np.arange(leaf.shape[0])
        for _ in range(parent.size + 1):
            if not at.size:
                break
            zone.append(at)
            piece.append(row)
            above = parent[at]
            at, row = above[above != NO_PARENT], row[above != NO_PARENT]
        else:
            msg = "the zones' parents go round in a circle"
            raise InputError(msg)
    return Pieces(
        of_point=of_point,
        zone=np.concatenate(zone).astype(np.int32) if zone else np.zeros(0, np.int32),
        piece=np.concatenate(piece).astype(np.int32) if piece else np.zeros(0, np.int32),
        pieces=int(leaf.shape[0]),
        zones=int(parent.size),
        leaf=leaf.astype(np.int32),
    )


def gather(values: Int64, pieces: Pieces) -> Int64:
    """
    Sum values of the points over the pieces.

    Parameters
    ----------
    values
        Shape (i, …), whole numbers.
    pieces
        Which piece each point lies in.

    Returns
    -------
    sums
        Shape (pieces, …); points outside the city are left out.

    Raises
    ------
    ShapeError
        If `values` has another number of points.
    """
    if values.shape[0] != pieces.of_point.size:
        msg = f"{values.shape[0]} rows for {pieces.of_point.size} points"
        raise ShapeError(msg)
    inside = pieces.of_point != OUTSIDE
    sums = np.zeros((pieces.pieces, *values.shape[1:]), np.int64)
    np.add.at(sums, pieces.of_point[inside], values[inside])
    return sums


def roll_up(values: Int64, pieces: Pieces) -> Int64:
    """
    Sum values of the pieces over every zone.

    Parameters
    ----------
    values
        Shape (pieces, …), whole numbers, so that no order of adding matters.
    pieces
        Which zone holds which piece.

    Returns
    -------
    sums
        Shape (zones, …); 0 for a zone that holds no piece.

    Raises
    ------
    ShapeError
        If `values` has another number of pieces.
    """
    _fits(values.shape[0], pieces)
    sums = np.zeros((pieces.zones, *values.shape[1:]), np.int64)
    np.add.at(sums, pieces.zone, values[pieces.piece])
    return sums


def any_of(flags: UInt8, pieces: Pieces) -> UInt8:
    """
    Gather flags of the pieces over every zone: a bit is set where some piece has it.

    Parameters
    ----------
    flags
        Shape (pieces, …), bits.
    pieces
        Which zone holds which piece.

    Returns
    -------
    gathered
        Shape (zones, …).

    Raises
    ------
    ShapeError
        If `flags` has another number of pieces.
    """
    _fits(flags.shape[0], pieces)
    gathered = np.zeros((pieces.zones, *flags.shape[1:]), np.uint8)
    np.bitwise_or.at(gathered, pieces.zone, flags[pieces.piece])
    return gathered


def _fits(rows: int, pieces: Pieces) -> None:
    if rows != pieces.pieces:
        msg = f"{rows} rows for {pieces.pieces} pieces"
        raise ShapeError(msg)
