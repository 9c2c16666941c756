"""
Finds where one walks into a place: METHOD §3.3.

Mapped gates; else where walkable ways cross the boundary; else points every 25 m of boundary
within 30 m of a walkable way; else the point of it nearest to one. A place without an outline is
entered at its point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.layers import PlaceRow
    from spatial_data.importing.read.streets import Streets

GATE_WITHIN_M = 2.0
EVERY_M = 25.0
NEAR_WAY_M = 30.0
# Ways that cross twice within this are one entrance.
SAME_ENTRANCE_M = 1.0


_NONE = np.empty(0, object)


class Walkways:
    """Gates and walkable ways in metres, ready to be asked."""

    def __init__(self, streets: Streets, plan: GroundPlan) -> None:
        self.plan = plan
        self.lines = plan.metres(streets.line) if len(streets) else streets.line
        self.line_tree = shapely.STRtree(self.lines)
        gates = plan.xy(streets.gates) if len(streets.gates) else streets.gates
        self.gates = np.asarray(shapely.points(gates), object) if len(gates) else _NONE
        self.gate_tree = shapely.STRtree(self.gates)

    def gates_at(self, boundary: BaseGeometry) -> NDArray[np.object_]:
        """Return mapped gates on a boundary."""
        found = self.gate_tree.query(boundary, predicate="dwithin", distance=GATE_WITHIN_M)
        return self.gates[np.sort(found)]

    def crossings(self, boundary: BaseGeometry) -> NDArray[np.object_]:
        """Return where walkable ways cross a boundary."""
        found = np.sort(self.line_tree.query(boundary, predicate="intersects"))
        met = shapely.intersection(self.lines[found], boundary)
        # A way that runs along the boundary meets it in lines: their ends are entered at.
        points = shapely.points(shapely.get_coordinates(met))
        return _apart(np.asarray(points, object))

    def boundary_points(self, boundary: BaseGeometry) -> NDArray[np.object_]:
        """Return points every 25 m of a boundary within 30 m of a walkable way."""
        points = [
            shapely.line_interpolate_point(ring, _steps(ring))
            for ring in shapely.get_parts(boundary)
        ]
        every = np.concatenate(points)
        near, _ = self.line_tree.query(every, predicate="dwithin", distance=NEAR_WAY_M)
        found: NDArray[np.object_] = every[np.unique(near)]
        return found

    def nearest_boundary(self, boundary: BaseGeometry) -> NDArray[np.object_]:
        """Return the one point of a boundary that is nearest to a walkable way."""
        found = self.line_tree.query_nearest(boundary, all_matches=False)
        ways = [self.lines[number] for number in found]
        met = [shapely.get_point(shapely.shortest_line(boundary, way), 0) for way in ways]
        return np.array(met, object)


def _steps(ring: BaseGeometry) -> NDArray[np.float64]:
    """Return how far along a ring its points stand; the first is not set again at the end."""
    return np.arange(0.0, max(shapely.length(ring) - SAME_ENTRANCE_M, EVERY_M), EVERY_M)


def _apart(points: NDArray[np.object_]) -> NDArray[np.object_]:
    """Leave out points that lie within a metre of an earlier one."""
    if len(points) < 2:  # noqa: PLR2004
        return points
    left, right = shapely.STRtree(points).query(
        points, predicate="dwithin", distance=SAME_ENTRANCE_M
    )
    doubled = np.unique(np.maximum(left, right)[left != right])
    return np.delete(points, doubled)


def find_entrances(places: Sequence[PlaceRow], streets: Streets, plan: GroundPlan) -> None:
    """Set the entrances of every place, in longitude and latitude, with how they were found."""
    walkways = Walkways(streets, plan)
    for row in places:
        found, origin = _entrances(row, walkways, plan)
        row.entrances = [(point, origin) for point in found]


def _entrances(
    row: PlaceRow, walkways: Walkways, plan: GroundPlan
) -> tuple[list[BaseGeometry], str]:
    if row.outline is not None:
        boundary = _outer_boundary(plan.metres(np.array([row.outline], object))[0])
        for find, origin in (
            (walkways.gates_at, "gate"),
            (walkways.crossings, "crossing"),
            (walkways.boundary_points, "boundary"),
            (walkways.nearest_boundary, "boundary"),
        ):
            points = find(boundary)
            if len(points):
                return list(plan.degrees(points)), origin
    return [row.point], "point"


def _outer_boundary(shape: BaseGeometry) -> BaseGeometry:
    rings = shapely.get_exterior_ring(shapely.get_parts(shape))
    return shapely.MultiLineString(list(rings))
