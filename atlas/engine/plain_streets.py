"""Straight streets between corners: for a notebook, a sketch, an invented town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.streets import StreetPieces
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64

ENDS = 2


def straight_streets(corner_xy_m: Float64, ends: Int64) -> StreetPieces:
    """
    Return straight streets, all of one class and without anything special about them.

    Parameters
    ----------
    corner_xy_m
        Places where streets meet, shape (n, 2), metres.
    ends
        The two corners of each street, shape (m, 2), rows of `corner_xy_m`.

    Returns
    -------
    pieces
        For `network.build`; corners that no street has are left out. Lengths are those of the
        plane, in whole micrometres.

    Raises
    ------
    ShapeError
        If `corner_xy_m` or `ends` has not two columns.
    InputError
        If a street names a corner that is not given.

    Examples
    --------
    >>> pieces = straight_streets(np.array([[0.0, 0.0], [30.0, 40.0]]), np.array([[0, 1]]))
    >>> pieces.length_um
    array([50000000])
    """
    if any(array.ndim != ENDS or array.shape[1] != ENDS for array in (corner_xy_m, ends)):
        msg = "corners need two columns, x and y, and streets two, from and to"
        raise ShapeError(msg)
    if ends.size and (ends.min() < 0 or ends.max() >= corner_xy_m.shape[0]):
        msg = "a street names a corner that is not given"
        raise InputError(msg)
    count, line = ends.shape[0], corner_xy_m[ends]
    used = np.unique(ends)
    return StreetPieces(
        code=np.char.mod("way/%09d:0", np.arange(count)),
        start_node=ends[:, 0].astype(np.int64),
        end_node=ends[:, 1].astype(np.int64),
        length_um=np.rint(np.hypot(*(line[:, 1] - line[:, 0]).T) * MICRO).astype(np.int64),
        street_class=np.zeros(count, np.int16),
        speed_kmh=np.zeros(count, np.int16),
        features=np.zeros(count, np.uint8),
        xy_m=line.reshape(-1, 2).astype(np.float64),
        offset=ENDS * np.arange(count + 1, dtype=np.int64),
        node_id=used.astype(np.int64),
        node_xy_m=corner_xy_m[used].astype(np.float64),
        node_mark=np.zeros(used.size, np.uint8),
    )
