"""The access index of zones: the mean over their children of what arrives at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.margins import OUTSIDE

if TYPE_CHECKING:
    from atlas.engine.margins import Pieces
    from atlas.engine.outcome import PointCoverage
    from atlas.engine.types import Float64, Int32, Int64


def mean_access(points: PointCoverage, children_micro: Int64, pieces: Pieces) -> Float64:
    """
    Return the access index of each zone and service.

    Parameters
    ----------
    points
        What was found at each point.
    children_micro
        Shape (i, G), millionths.
    pieces
        Where the points lie.

    Returns
    -------
    index
        Shape (zones, S), the mean over the children of the groups a service applies to of the
        share of the provision that arrives, weighted by distance; children near no street have
        0. NaN where no such child lives.

    Notes
    -----
    Source: METHOD §5, E2SFCA (Luo & Qi 2009). Added up point by point in the caller's order, so
    the same points in the same order give the same digits.
    """
    services, groups = points.column.shape
    inside = np.flatnonzero(pieces.of_point != OUTSIDE)
    index = np.full((pieces.zones, services), np.nan)
    for s in range(services):
        weight = np.zeros(pieces.of_point.size)
        arrives = np.zeros(pieces.of_point.size)
        for g in range(groups):
            column = int(points.column[s, g])
            if column >= 0:
                weight += children_micro[:, g]
                arrives += children_micro[:, g] * points.access[:, column]
        of_piece = pieces.of_point[inside]
        sums = [
            _zone_sums(_piece_sums(of_piece, values[inside], pieces), pieces)
            for values in (arrives, weight)
        ]
        lives = sums[1] > 0
        index[lives, s] = sums[0][lives] / sums[1][lives]
    return index


def _piece_sums(of_piece: Int32, values: Float64, pieces: Pieces) -> Float64:
    return np.bincount(of_piece, values, pieces.pieces).astype(np.float64)


def _zone_sums(of_piece: Float64, pieces: Pieces) -> Float64:
    return np.bincount(pieces.zone, of_piece[pieces.piece], pieces.zones).astype(np.float64)
