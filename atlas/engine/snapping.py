"""Where points and entrances meet the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.grid import nearest_on_edges
from atlas.engine.kernels.hierarchy import MOST_WAY_CM
from atlas.engine.kernels.hilbert import hilbert_keys
from atlas.engine.workers import in_order, ranges, usable_cores

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.types import Bool, Float64, Int32, Int64

FARTHEST_LEG_CM = 30_000
CHUNK = 8192


@dataclass(frozen=True, slots=True)
class Snap:
    """
    Positions on edges; -1 in all four where nothing lies near enough.

    Attributes
    ----------
    edge
        Which edge, shape (i,).
    to_start_cm, to_end_cm
        Along the edge to its two ends, shape (i,); their sum is the edge's length.
    leg_cm
        The straight leg to the edge, shape (i,).
    """

    edge: Int32
    to_start_cm: Int32
    to_end_cm: Int32
    leg_cm: Int32

    @property
    def is_snapped(self) -> Bool:
        """Which points met a street, shape (i,)."""
        return self.edge >= 0

    def taken(self, rows: Int32 | Int64) -> Snap:
        """Return the positions of some rows, in their order."""
        return Snap(
            self.edge[rows], self.to_start_cm[rows], self.to_end_cm[rows], self.leg_cm[rows]
        )


def snap(
    network: Network,
    xy_m: Float64,
    *,
    farthest_leg_cm: int = FARTHEST_LEG_CM,
    threads: int | None = None,
) -> Snap:
    """
    Return the nearest place on an edge for each point.

    Parameters
    ----------
    network
        The streets.
    xy_m
        Points, shape (i, 2), metres in the network's own frame.
    farthest_leg_cm
        A longer leg (after rounding) is not snapped.
    threads
        How many chunks run at once; by default one for each core.

    Returns
    -------
    snap
        In the order of `xy_m`. Of edges equally near the one with the smaller piece code wins.

    Raises
    ------
    ShapeError
        If `xy_m` has not two columns.
    InputError
        If a coordinate is not finite, or the farthest leg negative or over 5,300 km.

    Notes
    -----
    Source: METHOD §3.2. Offsets are shares of the edge's geodesic length by its length in the
    plane, so that they always add up to it.
    """
    xy_m = _checked(xy_m, farthest_leg_cm)
    points = xy_m.shape[0]
    found = Snap(*(np.full(points, -1, np.int32) for _ in range(4)))
    if points == 0 or network.edges == 0:
        return found
    order = np.argsort(hilbert_keys(xy_m), kind="stable")
    x, y, cell_m, columns, rows = network.grid_frame.tolist()

    def work(chunk: tuple[int, int]) -> None:
        nearest_on_edges(
            xy_m,
            order,
            chunk[0],
            chunk[1],
            farthest_leg_cm / 100,
            network.vertex_xy_m,
            network.vertex_along_m,
            network.vertex_edge,
            network.edge_rank,
            network.edge_vertex_first,
            network.edge_cm,
            network.grid_start,
            network.grid_segment,
            np.array([x, y]),
            cell_m,
            int(columns),
            int(rows),
            found.edge,
            found.to_start_cm,
            found.to_end_cm,
            found.leg_cm,
        )

    in_order(work, ranges(points, -(-points // CHUNK)), threads or usable_cores())
    return found


def _checked(xy_m: Float64, farthest_leg_cm: int) -> Float64:
    """Return the points as the kernel takes them."""
    if xy_m.ndim != 2 or xy_m.shape[1] != 2:  # noqa: PLR2004
        msg = "points need two columns, x and y"
        raise ShapeError(msg)
    if not np.isfinite(xy_m).all():
        msg = "a point's place is not finite"
        raise InputError(msg)
    if farthest_leg_cm < 0:
        msg = "the farthest leg is negative"
        raise InputError(msg)
    if farthest_leg_cm >= MOST_WAY_CM:
        msg = "the farthest leg is longer than 5,300 km"
        raise InputError(msg)
    return np.ascontiguousarray(xy_m, dtype=np.float64)
