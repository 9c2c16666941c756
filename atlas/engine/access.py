"""The access index of zones: the mean over their children of what arrives at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.wide import FRACTION_BITS
from atlas.engine.margins import OUTSIDE, gather
from atlas.engine.need import Levels
from atlas.engine.types import MICRO
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.engine.judged import JudgedPoints
    from atlas.engine.margins import Pieces
    from atlas.engine.types import AnyArray, Float64, Int32, Int64


def mean_access(judged: JudgedPoints, unknown_limit: float) -> Levels:
    """
    Return the access index of each zone and service.

    Parameters
    ----------
    judged
        The points of a city and what was found at each.
    unknown_limit
        Share of children of whom too little is known above which the index is missing.

    Returns
    -------
    index
        Shape (zones, S), 0 or more: the mean, over the children of the groups a service applies
        to, of the share of the provision that arrives, weighted by distance. Left out of the mean
        are children near no street, with a place of unknown capacity in reach, or where the layer
        is incomplete.

    Notes
    -----
    Source: METHOD §5, E2SFCA (Luo & Qi 2009). Added up point by point in the caller's order, so
    the same points in the same order give the same digits.
    """
    services, pieces = judged.points.shape[0], judged.pieces
    sums = np.zeros((3, pieces.zones, services))
    everyone_in = gather(judged.children_micro, pieces)
    for block in judged.points.blocks:
        for s in np.flatnonzero((block.column >= 0).any(axis=1)).tolist():
            asked = everyone_in[:, block.column[s] >= 0].sum(axis=1)
            value, children, piece = access_at_points(judged, s)
            living = np.asarray(children / MICRO, np.float64)
            sums[0, :, s] = _of_zones(asked / MICRO, pieces)
            for row, amount in ((1, living), (2, living * value)):
                of_piece = np.zeros(pieces.pieces)
                np.add.at(of_piece, piece, amount)
                sums[row, :, s] = _of_zones(of_piece, pieces)
    everyone, known, arrives = sums
    reason = np.where(known < (1 - unknown_limit) * everyone, Reason.MISSING, Reason.NONE)
    reason[known == 0] = Reason.MISSING
    reason[everyone == 0] = Reason.NOT_APPLICABLE
    index = np.where(reason == Reason.NONE, arrives / np.where(known > 0, known, 1.0), np.nan)
    return Levels(index, reason.astype(np.uint8))


def access_at_points(judged: JudgedPoints, service: int) -> tuple[Float64, Int64, Int32]:
    """
    Return the access index where children live.

    Parameters
    ----------
    judged
        The points of a city and what was found at each.
    service
        Which service.

    Returns
    -------
    access
        What arrives at them, shape (m,), 0 or more: one entry a point and group of whom enough is
        known, inside the city. Left out are children near no street, with a place of unknown
        capacity in reach, or where the layer is incomplete.
    children_micro
        How many they are, shape (m,).
    piece
        Where they live, shape (m,).

    Notes
    -----
    Source: METHOD §5 and §9.
    """
    of_point = judged.pieces.of_point
    access, children, piece = [np.zeros(0)], [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    for block in judged.points.blocks:
        at = of_point[block.row]
        inside = np.flatnonzero(at != OUTSIDE)
        known = inside[~judged.incomplete[service][at[inside]]]
        for g in np.flatnonzero(block.column[service] >= 0).tolist():
            k = int(block.column[service, g])
            row = known[~block.unknown[known, k]]
            access.append(np.ldexp(block.access[row, k].astype(np.float64), -FRACTION_BITS))
            children.append(judged.children_micro[block.row[row], g])
            piece.append(at[row])
    return np.concatenate(access), np.concatenate(children), np.concatenate(piece)


def _of_zones(of_piece: AnyArray, pieces: Pieces) -> Float64:
    """Return the sums of every zone."""
    return np.bincount(pieces.zone, of_piece[pieces.piece], pieces.zones).astype(np.float64)
