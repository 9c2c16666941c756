"""Carries the sea on beyond the frame of its extract: it should not end in a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely.geometry import box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry import Polygon
    from shapely.geometry.base import BaseGeometry

# In degrees, some thirty metres: cuts made in another reference system are not quite straight.
SLACK = 3e-4
# Of the frame's side: a coast that only touches its own box is no cut.
LEAST_CUT = 0.02


def carried_on(sea: BaseGeometry) -> BaseGeometry:
    """
    Return the sea with every straight cut at its edge moved outward by the size of the sea.

    Parameters
    ----------
    sea
        Closed against an upright frame, in degrees.

    Returns
    -------
    sea
        Where the frame cuts the coast, the coast goes on straight: outside the frame nothing is
        known, and a map's ground must end somewhere. It is for drawing only.

    Examples
    --------
    >>> carried_on(box(0, 0, 2, 1)).bounds
    (-2.0, -1.0, 4.0, 2.0)
    """
    west, south, east, north = sea.bounds
    wide, high = east - west, north - south
    grown = [sea]
    for first, last in _cuts(sea, box(west, south, west + SLACK, north), axis=1):
        grown.append(box(west - wide, first, west + SLACK, last))
    for first, last in _cuts(sea, box(east - SLACK, south, east, north), axis=1):
        grown.append(box(east - SLACK, first, east + wide, last))
    for first, last in _cuts(sea, box(west, south, east, south + SLACK), axis=0):
        grown.append(box(first, south - high, last, south + SLACK))
    for first, last in _cuts(sea, box(west, north - SLACK, east, north), axis=0):
        grown.append(box(first, north - SLACK, last, north + high))
    for x, y in ((west, south), (west, north), (east, south), (east, north)):
        if sea.distance(shapely.Point(x, y)) < SLACK:
            across, along = (-wide if x == west else wide), (-high if y == south else high)
            grown.append(_between(x, y, x + across, y + along))
    return shapely.union_all(grown)


def _cuts(sea: BaseGeometry, edge: Polygon, *, axis: int) -> Iterator[tuple[float, float]]:
    """Yield from where to where the sea lies along one edge of its box."""
    whole = edge.bounds[axis + 2] - edge.bounds[axis]
    for part in shapely.get_parts(shapely.intersection(sea, edge)):
        first, last = part.bounds[axis], part.bounds[axis + 2]
        if last - first > LEAST_CUT * whole:
            yield first, last


def _between(x: float, y: float, to_x: float, to_y: float) -> Polygon:
    return box(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))
