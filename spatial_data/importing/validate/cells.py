"""Judges the cells: one sound polygon and one code each, inside or outside the city."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from spatial_data.importing.layers import CellRow
from spatial_data.importing.read.fields import fill
from spatial_data.importing.validate.polygons import check_apart
from spatial_data.importing.validate.zones import check_columns

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.city_schema import CellsKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.validate.zones import Polygons


def cell_rows(
    keys: CellsKeys,
    polygons: Polygons,
    boundary: BaseGeometry | None,
    plan: GroundPlan,
    findings: Findings,
) -> list[CellRow]:
    """Return the cells; those whose inner point lies beyond `boundary` are marked outside."""
    if not check_columns(polygons.fields, [keys.code], polygons.file, findings):
        return []
    rows = []
    for number, (fields, shape) in enumerate(zip(polygons.fields, polygons.shape, strict=True)):
        code = fill(keys.code, fields)
        if not code:
            spot = f"feature {number + 1}"
            findings.fault(polygons.file, spot, "it has no code", f"fill in {keys.code}")
        elif shape is not None:
            rows.append(CellRow(code, shape, outside=False))
    for code, times in Counter(row.code for row in rows).items():
        if times > 1:
            problem = f"the cell code {code!r} is there {times} times"
            findings.fault(polygons.file, "", problem, "give every cell its own code")
    if rows:
        _judge(rows, polygons.file, boundary, plan, findings)
    return rows


def _judge(
    rows: list[CellRow],
    file: str,
    boundary: BaseGeometry | None,
    plan: GroundPlan,
    findings: Findings,
) -> None:
    shapes = np.array([row.shape for row in rows], object)
    check_apart(plan.metres(shapes), [row.code for row in rows], file, findings)
    if boundary is None:
        return
    shapely.prepare(boundary)
    inside = shapely.intersects(boundary, shapely.point_on_surface(shapes))
    for row, is_inside in zip(rows, inside, strict=True):
        row.outside = not is_inside
    if not inside.any():
        cure = "correct srid or axis_order of the cells or of the zones"
        findings.fault(file, "", "no cell lies in the city", cure)
    elif not inside.all():
        findings.note(file, "", f"{(~inside).sum()} cells lie outside the city; they take part")
