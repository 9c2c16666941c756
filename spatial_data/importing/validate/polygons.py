"""Judges polygons: are they where the city is, whole, and apart from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from spatial_data.importing.read.osm_shapes import polygonal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.findings import Findings

# Publishers round coordinates: neighbours may overlap by slivers, which are reported together.
SLIVER_SHARE = 0.05
SLIVER_M2 = 400.0
MENTIONED = 10
CHANGED_M2 = 1.0


def check_whereabouts(
    shape: NDArray[np.object_], file: str, plan: GroundPlan, findings: Findings
) -> bool:
    """Say whether shapes lie where the city's reference system is used, and what if not."""
    bounds = shapely.total_bounds(shape)
    if np.isnan(bounds).any():
        findings.fault(file, "", "no feature has a shape", "export it again, with its shapes")
        return False
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if plan.holds(lon, lat):
        return True
    where = f"around {lon:.4f}, {lat:.4f}"
    if plan.holds(lat, lon):
        problem = f"the coordinates are the wrong way round: they lie {where}"
        findings.fault(file, "", problem, 'add axis_order = "north_east" to this file\'s keys')
    else:
        problem = f"the coordinates lie {where}, which is not where EPSG:{plan.srid} is used"
        findings.fault(file, "", problem, "correct srid: of this file, or of [city]")
    return False


def sound(
    shape: NDArray[np.object_], file: str, plan: GroundPlan, findings: Findings
) -> NDArray[np.object_]:
    """
    Return every shape as a valid multipolygon; None, with a fault, where it cannot be one.

    What is repaired is noted with the area that changed, what is dropped is noted too.
    """
    repaired: list[str] = []
    result = np.empty(len(shape), object)
    for number, one in enumerate(shape):
        result[number] = _sound_one(one, number, file, findings, repaired)
    if repaired:
        findings.note(file, "", f"{len(repaired)} shapes were repaired: {_some(repaired)}")
    _note_changes(shape, result, file, plan, findings)
    return result


def _sound_one(
    shape: BaseGeometry | None, number: int, file: str, findings: Findings, repaired: list[str]
) -> BaseGeometry | None:
    spot = f"feature {number + 1}"
    if shape is None or shape.is_empty:
        findings.fault(file, spot, "it has no shape", "draw it, or take the feature out")
        return None
    if shape.geom_type not in {"Polygon", "MultiPolygon", "GeometryCollection"}:
        cure = "export polygons"
        findings.fault(file, spot, f"it is a {shape.geom_type}, not a polygon", cure)
        return None
    result = polygonal(shape)
    if result is None:
        findings.fault(file, spot, "it cannot be repaired to a polygon with an area", "redraw it")
    elif not shape.is_valid:
        repaired.append(spot)
    return result


def _note_changes(
    before: NDArray[np.object_],
    after: NDArray[np.object_],
    file: str,
    plan: GroundPlan,
    findings: Findings,
) -> None:
    """Note by how much repairing changed an area; the ring's own area is what was meant."""
    kept = np.flatnonzero([one is not None for one in after])
    if not len(kept):
        return
    old = np.abs(shapely.area(plan.metres(before[kept])))
    new = shapely.area(plan.metres(after[kept]))
    changed = np.flatnonzero(np.abs(new - old) > CHANGED_M2)
    if len(changed):
        said = [f"feature {kept[one] + 1} by {new[one] - old[one]:+.0f} m²" for one in changed]
        findings.note(file, "", f"repairing changed the area of {_some(said)}")


def check_apart(
    shape_m: NDArray[np.object_], codes: Sequence[str], file: str, findings: Findings
) -> None:
    """Find polygons that overlap by more than slivers."""
    tree = shapely.STRtree(shape_m)
    left, right = tree.query(shape_m, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.area(shapely.intersection(shape_m[left], shape_m[right]))
    area = shapely.area(shape_m)
    smaller = np.minimum(area[left], area[right])
    is_fault = (shared > SLIVER_M2) & (shared > SLIVER_SHARE * smaller)
    for one in np.flatnonzero(is_fault):
        pair = f"{codes[left[one]]} and {codes[right[one]]}"
        cure = "draw the border between them once"
        findings.fault(file, "", f"{pair} overlap by {shared[one]:,.0f} m²", cure)
    slivers = shared[~is_fault & (shared > 0)]
    if len(slivers):
        said = f"{len(slivers)} pairs overlap by slivers, {slivers.sum():,.0f} m² in all"
        findings.note(file, "", said)


def _some(said: Sequence[str]) -> str:
    more = f" and {len(said) - MENTIONED} more" if len(said) > MENTIONED else ""
    return ", ".join(said[:MENTIONED]) + more
