"""Which leaf zone a point belongs to (METHOD §2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.engine.errors import ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int32, Int64, StrArray

UNASSIGNED = -1
_CLOSE_M = 1e-6


def locate(
    xy_m: Float64,
    point_cell: Int32,
    cells: AnyArray,
    zones: tuple[StrArray, AnyArray],
    *,
    inside_m: float = 1.0,
    farthest_m: float = 50.0,
) -> Int32:
    """
    Find the leaf zone of each point.

    Parameters
    ----------
    xy_m
        Shape (i, 2), metres.
    point_cell
        Shape (i,), index of the cell that made each point.
    cells
        Shape (n,), valid polygons, metres.
    zones
        Codes (z,), unique, and valid polygons (z,), metres: the leaf zones of one tree.
    inside_m
        How far inside its cell a point is looked up: what lies nearer the border, or beyond it,
        is first moved to the nearest place that far inside. A cell too thin for that stands for
        itself by its representative point.
    farthest_m
        How far the nearest zone may be from a point that lies in none.

    Returns
    -------
    zone
        Shape (i,), int32, index into `zones`; of several that hold the point, or are equally near,
        the one with the smaller code; -1 where none lies near enough.

    Raises
    ------
    ShapeError
        If points and their cells differ in number, or zones and their codes.

    Notes
    -----
    Source: METHOD §2.3 (ours).
    """
    codes, polygons = np.asarray(zones[0]), np.asarray(zones[1], dtype=object)
    if len(xy_m) != len(point_cell) or len(codes) != len(polygons):
        msg = "points and cells, or zones and codes, differ in number"
        raise ShapeError(msg)
    if not len(xy_m) or not len(codes):
        return np.full(len(xy_m), UNASSIGNED, np.int32)
    looked_up = _moved_inside(xy_m, np.asarray(point_cell, np.int64), cells, inside_m)
    by_code = np.argsort(codes, kind="stable")
    tree = shapely.STRtree(polygons[by_code])
    zone = np.full(len(xy_m), len(codes), np.int64)
    point, found = tree.query(looked_up, predicate="intersects")
    np.minimum.at(zone, point, found)
    lost = np.flatnonzero(zone == len(codes))
    if len(lost):
        zone[lost] = _nearest(looked_up[lost], tree, polygons[by_code], farthest_m)
    held = zone < len(codes)
    return np.where(held, by_code[np.minimum(zone, len(codes) - 1)], UNASSIGNED).astype(np.int32)


def _moved_inside(xy_m: Float64, cell: Int64, cells: AnyArray, inside_m: float) -> AnyArray:
    """Return each point, moved where needed to lie `inside_m` inside its cell."""
    polygons = np.asarray(cells, dtype=object)
    inner = np.asarray(shapely.buffer(polygons, -inside_m), dtype=object)
    thin = shapely.is_empty(inner)
    inner[thin] = shapely.point_on_surface(polygons[thin])
    shapely.prepare(inner)
    point = np.asarray(shapely.points(xy_m), dtype=object)
    outside = np.flatnonzero(~shapely.intersects(inner[cell], point))
    way_in = shapely.shortest_line(inner[cell[outside]], point[outside])
    point[outside] = shapely.get_point(way_in, 0)
    return point


def _nearest(point: AnyArray, tree: shapely.STRtree, zones: AnyArray, farthest_m: float) -> Int64:
    """Return the nearest zone within reach, ties to the smaller index; the number of zones else."""
    nearest = np.full(len(point), len(zones), np.int64)
    at, found = tree.query(point, predicate="dwithin", distance=farthest_m)
    distance = shapely.distance(point[at], zones[found])
    least = np.full(len(point), np.inf)
    np.minimum.at(least, at, distance)
    close = distance <= least[at] + _CLOSE_M
    np.minimum.at(nearest, at[close], found[close])
    return nearest
