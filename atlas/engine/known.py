"""What is known of a zone: the quality of its counts, why a level is missing, what weighs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand import CountQuality
from atlas.engine.errors import ShapeError
from atlas.engine.margins import OUTSIDE
from atlas.engine.need import Levels
from atlas.engine.sums import row_sums
from atlas.engine.values import Quality, Reason

if TYPE_CHECKING:
    from atlas.engine.margins import Pieces
    from atlas.engine.types import Bool, Float64, Int32, Int64, UInt8


@dataclass(frozen=True, slots=True)
class CountsKnown:
    """
    How the children of each zone and group are known, shape (n, G) each.

    Attributes
    ----------
    quality
        `Quality`: measured only where every cell is, and lies in the zone whole.
    is_missing
        No cell of the zone has a number.
    is_partial
        Some cell of the zone has none.
    """

    quality: UInt8
    is_missing: Bool
    is_partial: Bool


def counts_known(quality: UInt8, point_cell: Int32, pieces: Pieces) -> CountsKnown:
    """
    Carry the quality of cells' counts up to zones.

    Parameters
    ----------
    quality
        Shape (n_cells, G), `CountQuality`.
    point_cell
        Shape (i,), the cell of each point.
    pieces
        Where the points lie.

    Returns
    -------
    known
        Of every zone; one without points is measured and empty.

    Raises
    ------
    ShapeError
        If points and pieces differ in number.

    Notes
    -----
    Source: METHOD §2.1 and §7; ours: a cell that a border cuts is shared by its points, which is
    an estimate.
    """
    if point_cell.shape != pieces.of_point.shape:
        msg = f"{point_cell.size} points have cells, {pieces.of_point.size} have pieces"
        raise ShapeError(msg)
    holds = _zones_of_cells(point_cell, pieces, quality.shape[0])
    whole = holds == _points_of_cells(point_cell, pieces, quality.shape[0])
    touches = holds > 0
    missing = quality == CountQuality.MISSING
    estimated = (quality == CountQuality.ESTIMATED).astype(np.int64)
    cut_through = (touches & ~whole).any(axis=1)
    worse = (touches.astype(np.int64) @ estimated > 0) | cut_through[:, None]
    without = touches.astype(np.int64) @ missing.astype(np.int64)
    cells = touches.sum(axis=1)[:, None]
    return CountsKnown(
        quality=np.where(worse, Quality.ESTIMATED, Quality.MEASURED).astype(np.uint8),
        is_missing=(cells > 0) & (without == cells),
        is_partial=without > 0,
    )


def with_causes(
    levels: Levels, unsnapped: Int64, children: Int64, missing: Bool, limit: float
) -> Levels:
    """
    Tell apart why levels are missing.

    Parameters
    ----------
    levels
        Shape (n, K).
    unsnapped
        Shape (n, K), children near no street.
    children
        Shape (n, K), in the same unit.
    missing
        Shape (n, K), the count of children itself is missing.
    limit
        Share of unknown children above which a gap is missing.

    Returns
    -------
    levels
        `MISSING` where the count is; `NO_NETWORK` where the children near no street are alone
        enough to make the level missing.

    Notes
    -----
    Source: METHOD §7.
    """
    reason = np.where(missing, Reason.MISSING, levels.reason)
    far = (reason == Reason.MISSING) & (children > 0) & (unsnapped > limit * children)
    reason = np.where(far, Reason.NO_NETWORK, reason).astype(np.uint8)
    return Levels(np.where(reason == Reason.NONE, levels.x, np.nan), reason)


def known_weights(levels: Levels, weights: Float64) -> Float64:
    """
    Return the weights with which the known levels of each zone enter its score.

    Parameters
    ----------
    levels
        Shape (n, K).
    weights
        Shape (K,), ≥ 0.

    Returns
    -------
    rescaled
        Shape (n, K); each row sums to 1, or to 0 where nothing is known.

    Notes
    -----
    Source: METHOD §7. Missing and not applicable weigh nothing.

    Examples
    --------
    >>> levels = Levels(np.array([[0.5, np.nan]]), np.array([[0, 1]], np.uint8))
    >>> known_weights(levels, np.array([0.2, 0.8]))
    array([[1., 0.]])
    """
    known = np.where(levels.reason == Reason.NONE, np.asarray(weights, np.float64), 0.0)
    total = row_sums(known)[:, None]
    return np.asarray(known / np.where(total > 0, total, 1.0), np.float64)


def _zones_of_cells(point_cell: Int32, pieces: Pieces, cells: int) -> Int64:
    """Return how many points of each cell every zone holds, shape (zones, cells)."""
    inside = np.flatnonzero(pieces.of_point != OUTSIDE)
    of_piece = np.zeros((pieces.pieces, cells), np.int64)
    np.add.at(of_piece, (pieces.of_point[inside], point_cell[inside]), 1)
    holds = np.zeros((pieces.zones, cells), np.int64)
    np.add.at(holds, pieces.zone, of_piece[pieces.piece])
    return holds


def _points_of_cells(point_cell: Int32, pieces: Pieces, cells: int) -> Int64:
    inside = pieces.of_point != OUTSIDE
    return np.bincount(point_cell[inside], minlength=cells)
