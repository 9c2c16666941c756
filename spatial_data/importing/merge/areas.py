"""Finds which place lies inside which, and how much area is left to the outer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.layers import PlaceRow

BY_AREA = frozenset({"playground", "park"})
# An inner place is inside when most of it is.
MOST = 0.5


def settle_areas(places: Sequence[PlaceRow], plan: GroundPlan) -> None:
    """Set the area of places with an outline, what they lie in, and the m² their units offer."""
    if not places:
        return
    shape_m = plan.metres(np.array([row.outline or row.point for row in places], object))
    drawn = shapely.area(shape_m)
    for row, area in zip(places, drawn, strict=True):
        if row.area_m2 is None and area > 0:
            row.area_m2 = float(area)
    _link_inside(places, shape_m, drawn)
    _give_capacity(places)


def _link_inside(
    places: Sequence[PlaceRow],
    shape_m: np.ndarray[tuple[int], np.dtype[np.object_]],
    drawn: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    outer = [n for n, row in enumerate(places) if row.kind in BY_AREA and row.outline is not None]
    if not outer:
        return
    tree = shapely.STRtree(shape_m[outer])
    inner, found = tree.query(shape_m, predicate="intersects")
    pairs = [(one, outer[other]) for one, other in zip(inner.tolist(), found.tolist(), strict=True)]
    smallest: dict[int, tuple[float, int]] = {}
    for one, other in pairs:
        if one != other and _is_inside(one, other, shape_m, drawn):
            smallest[one] = min(smallest.get(one, (np.inf, -1)), (float(drawn[other]), other))
    for one, (_, other) in smallest.items():
        places[one].inside = other


def _is_inside(
    one: int,
    other: int,
    shape_m: np.ndarray[tuple[int], np.dtype[np.object_]],
    drawn: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> bool:
    if drawn[one] == 0:
        return bool(shapely.covers(shape_m[other], shape_m[one]))
    # Of two equal outlines the earlier holds the later.
    if (drawn[one], -one) >= (drawn[other], -other):
        return False
    shared = shapely.area(shapely.intersection(shape_m[one], shape_m[other]))
    return bool(shared > MOST * drawn[one])


def _give_capacity(places: Sequence[PlaceRow]) -> None:
    left = {n: row.area_m2 for n, row in enumerate(places)}
    for row in places:
        outer_area = left.get(row.inside)
        if row.inside >= 0 and outer_area is not None and row.area_m2 is not None:
            left[row.inside] = max(outer_area - row.area_m2, 0.0)
    for number, row in enumerate(places):
        for unit in row.units:
            area = left[number]
            if unit.capacity_unit == "m2" and unit.capacity is None and area is not None:
                unit.capacity = round(area, 2)
