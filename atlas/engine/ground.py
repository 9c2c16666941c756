"""Points on the ground: how far the city's edge is, and which areas hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int32

CM = 100.0
FAR_CM = 1_000_000_000
LEAST_GAP_M = 1.0


def boundary_of(areas: AnyArray, open_water: AnyArray, shore_m: float) -> shapely.Geometry:
    """
    Return the part of a city's boundary beyond which children and places may be.

    Parameters
    ----------
    areas
        Valid polygons that make up the city, metres.
    open_water
        Valid polygons of sea: nobody lives beyond a shore.
    shore_m
        How far from the sea a boundary still counts as shore.

    Returns
    -------
    boundary
        Lines; empty for an island. Gaps between areas under a metre are closed first.
    """
    joined = shapely.union_all(shapely.buffer(areas, LEAST_GAP_M, join_style="mitre"))
    outer = shapely.boundary(shapely.buffer(joined, -LEAST_GAP_M, join_style="mitre"))
    if not len(open_water):
        return outer
    wet = shapely.buffer(shapely.union_all(open_water), shore_m)
    return shapely.difference(outer, wet)


def way_to_boundary_cm(xy_m: Float64, boundary: shapely.Geometry) -> Int32:
    """
    Return the straight way from each point to the boundary.

    Parameters
    ----------
    xy_m
        Shape (i, 2), metres.
    boundary
        Lines.

    Returns
    -------
    way_cm
        Shape (i,), rounded down; very far where there is no boundary.

    Examples
    --------
    >>> way_to_boundary_cm(np.array([[0.0, 2.5]]), shapely.from_wkt("LINESTRING (0 0, 9 0)"))
    array([250], dtype=int32)
    """
    if shapely.is_empty(boundary):
        return np.full(len(xy_m), FAR_CM, np.int32)
    shapely.prepare(boundary)
    way = shapely.distance(shapely.points(xy_m), boundary) * CM
    return np.minimum(np.floor(way), FAR_CM).astype(np.int32)


def held_by(areas: AnyArray, xy_m: Float64) -> tuple[Int32, Int32]:
    """
    Return which areas hold which points.

    Parameters
    ----------
    areas
        Valid polygons, metres.
    xy_m
        Shape (i, 2), metres.

    Returns
    -------
    area, point
        Rows, one pair a hit, sorted by area and point; a border belongs to both sides.
    """
    if not len(areas) or not len(xy_m):
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    point, area = shapely.STRtree(areas).query(shapely.points(xy_m), predicate="intersects")
    order = np.lexsort((point, area))
    return area[order].astype(np.int32), point[order].astype(np.int32)
