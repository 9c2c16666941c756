"""Where in a cell its children stand (METHOD §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.rounding import share_by_group

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Float64, Int32, Int64, StrArray, UInt8

CM2_PER_M2 = 10_000
UM_PER_M = 1_000_000


class PlacingWay(IntEnum):
    """How the points of a cell were found."""

    BUILDINGS = 0
    STREETS = 1
    REPRESENTATIVE_POINT = 2


@dataclass(frozen=True, slots=True)
class PlacingRule:
    """
    The adopted choices of placing children.

    Parameters
    ----------
    least_m2, most_m2
        Mapped residential floor area per resident within which buildings are trusted.
    spacing_m
        Distance between points along streets.
    street_reach_m
        Streets within this distance of the cell count as its own.
    levels_if_unknown
        Floors of a building whose number of floors is not mapped.

    Raises
    ------
    InputError
        If a bound is not positive or the bounds are crossed.
    """

    least_m2: float = 10.0
    most_m2: float = 100.0
    spacing_m: float = 50.0
    street_reach_m: float = 15.0
    levels_if_unknown: float = 1.0

    def __post_init__(self) -> None:
        positive = min(self.least_m2, self.spacing_m, self.street_reach_m, self.levels_if_unknown)
        if positive <= 0 or self.least_m2 > self.most_m2:
            msg = "the choices of placing must be positive, the least area below the most"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Buildings:
    """
    Residential buildings.

    Parameters
    ----------
    code
        Shape (b,), stable codes, unique.
    xy_m
        Shape (b, 2), a point on each, metres in the city's CRS.
    footprint_m2
        Shape (b,), ≥ 0.
    levels
        Shape (b,), floors; NaN where not mapped.
    """

    code: StrArray
    xy_m: Float64
    footprint_m2: Float64
    levels: Float64

    def __post_init__(self) -> None:
        if len({len(self.code), len(self.xy_m), len(self.footprint_m2), len(self.levels)}) != 1:
            msg = "the columns of buildings differ in length"
            raise ShapeError(msg)
        if (self.footprint_m2 < 0).any() or (self.levels < 0).any():
            msg = "a building's area and floors cannot be negative"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class PlacedPoints:
    """
    Points on which the children of each cell stand, cell by cell.

    Parameters
    ----------
    code
        Shape (i,), stable codes: ``<cell code>/<building code>``, ``<cell code>/street-<n>`` or
        ``<cell code>/point``.
    cell
        Shape (i,), int32, index of the cell; rising.
    xy_m
        Shape (i, 2), metres.
    weight
        Shape (i,), int64, > 0: floor area in cm² at buildings, else 1.
    way
        Shape (n_cells,), `PlacingWay`.
    floor_m2_per_resident
        Shape (n_cells,), mapped residential floor area; NaN where no resident is known.
    """

    code: StrArray
    cell: Int32
    xy_m: Float64
    weight: Int64
    way: UInt8
    floor_m2_per_resident: Float64


def place_points(
    cells: tuple[StrArray, AnyArray],
    residents: Float64,
    buildings: Buildings,
    streets: tuple[StrArray, AnyArray],
    rule: PlacingRule,
) -> PlacedPoints:
    """
    Choose the points on which each cell's children stand.

    Parameters
    ----------
    cells
        Codes (n,), unique, and valid polygons (n,), metres. Cells may lie across or outside the
        city's boundary: their points take part, unreported.
    residents
        Shape (n,), people of all ages; NaN or 0 where not known.
    buildings
        Residential buildings; one belongs to the cell its point lies in, on a border to the cell
        of the smaller code.
    streets
        Codes (m,) and lines (m,) of the streets people live in, metres.
    rule
        The adopted choices.

    Returns
    -------
    points
        At least one point a cell, cells in the caller's order, points of a cell by the code of
        building or street. Buildings where the floor area per resident lies within the bounds;
        else one point every `spacing_m` along the cell's streets (the stretches within
        `street_reach_m` of it, end to end in the order of their codes); else a representative
        point.

    Raises
    ------
    ShapeError
        If residents do not fit the cells, or codes the lines.
    InputError
        If a cell has no area.

    Notes
    -----
    Source: METHOD §2.2 (ours).
    """
    codes, polygons = np.asarray(cells[0]), np.asarray(cells[1], dtype=object)
    if not len(codes) == len(polygons) == len(residents) or len(streets[0]) != len(streets[1]):
        msg = "cells, residents, or streets and their codes differ in length"
        raise ShapeError(msg)
    if not (shapely.area(polygons) > 0).all():
        msg = f"cell {codes[int(np.argmin(shapely.area(polygons)))]} has no area"
        raise InputError(msg)
    floor_cm2 = _floor_cm2(buildings, rule)
    home = _cell_of(buildings.xy_m, codes, polygons)
    inside = home >= 0
    floor = np.bincount(home[inside], weights=floor_cm2[inside], minlength=len(codes))
    known = np.nan_to_num(np.asarray(residents, np.float64)) > 0
    per_resident = np.full(len(codes), np.nan)
    per_resident[known] = floor[known] / CM2_PER_M2 / np.asarray(residents)[known]
    trusted = known & (per_resident >= rule.least_m2) & (per_resident <= rule.most_m2)
    parts = [_at_buildings(buildings, floor_cm2, home, trusted)]
    parts.append(_along_streets(polygons, streets, np.flatnonzero(~trusted), rule))
    way = np.full(len(codes), PlacingWay.REPRESENTATIVE_POINT, np.uint8)
    way[trusted] = PlacingWay.BUILDINGS
    way[np.unique(parts[1].cell)] = PlacingWay.STREETS
    parts.append(_representative(polygons, way))
    cell = np.concatenate([part.cell for part in parts])
    order = np.argsort(cell, kind="stable")
    own = np.concatenate([part.code for part in parts])
    full_code = np.char.add(np.char.add(codes.astype(np.str_)[cell], "/"), own)
    return PlacedPoints(
        code=full_code[order],
        cell=cell[order].astype(np.int32),
        xy_m=np.concatenate([part.xy_m for part in parts])[order],
        weight=np.concatenate([part.weight for part in parts])[order],
        way=way,
        floor_m2_per_resident=per_resident,
    )


def spread(children_micro: Int64, points: PlacedPoints) -> Int64:
    """
    Spread the children of each cell over its points.

    Parameters
    ----------
    children_micro
        Shape (n_cells, G), int64, millionths of a child.
    points
        From `place_points`.

    Returns
    -------
    children_micro
        Shape (i, G), int64; over the points of a cell they sum to the cell exactly, by largest
        remainder of the points' weights, ties to the earlier point.

    Raises
    ------
    ShapeError
        If the cells differ in number.

    Notes
    -----
    Source: METHOD §2.1 and §2.2.
    """
    if len(children_micro) != len(points.way):
        msg = f"children of {len(children_micro)} cells for points of {len(points.way)}"
        raise ShapeError(msg)
    return share_by_group(points.weight, points.cell, children_micro)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the points: own code, cell, position, weight."""

    code: StrArray
    cell: Int64
    xy_m: Float64
    weight: Int64


def _floor_cm2(buildings: Buildings, rule: PlacingRule) -> Int64:
    """Return the floor area of each building."""
    levels = np.where(np.isnan(buildings.levels), rule.levels_if_unknown, buildings.levels)
    return np.rint(buildings.footprint_m2 * levels * CM2_PER_M2).astype(np.int64)


def _cell_of(xy_m: Float64, codes: StrArray, polygons: AnyArray) -> Int64:
    """Return the cell each point lies in, ties to the smaller code; -1 where in none."""
    cell = np.full(len(xy_m), -1, np.int64)
    if not len(xy_m):
        return cell
    tree = shapely.STRtree(polygons)
    point, found = tree.query(shapely.points(xy_m), predicate="intersects")
    rank = np.argsort(np.argsort(codes, kind="stable"), kind="stable")
    order = np.lexsort((-rank[found], point))
    # Of several hits the last written stands: the smallest code.
    cell[point[order]] = found[order]
    return cell


def _at_buildings(buildings: Buildings, floor_cm2: Int64, home: Int64, trusted: AnyArray) -> _Part:
    """Return a point at each building with floor area of the cells whose buildings are trusted."""
    chosen = np.flatnonzero((home >= 0) & (floor_cm2 > 0))
    chosen = chosen[trusted[home[chosen]]]
    chosen = chosen[np.argsort(buildings.code[chosen], kind="stable")]
    return _Part(
        buildings.code[chosen].astype(np.str_),
        home[chosen],
        np.asarray(buildings.xy_m, np.float64).reshape(-1, 2)[chosen],
        floor_cm2[chosen],
    )


def _along_streets(
    polygons: AnyArray, streets: tuple[StrArray, AnyArray], cells: Int64, rule: PlacingRule
) -> _Part:
    """Return points every so many metres along the streets of `cells`."""
    by_code = np.argsort(np.asarray(streets[0]), kind="stable")
    lines = np.asarray(streets[1], dtype=object)[by_code]
    around = shapely.buffer(polygons[cells], rule.street_reach_m)
    at, line = shapely.STRtree(lines).query(around, predicate="intersects")
    order = np.lexsort((line, at))
    at, line = at[order], line[order]
    # A street may cross a cell in several stretches, or only touch it in a point (length 0).
    stretch, piece = shapely.get_parts(
        shapely.intersection(lines[line], around[at]), return_index=True
    )
    is_stretch = shapely.length(stretch) > 0
    at, stretch = at[piece[is_stretch]], stretch[is_stretch]
    # Whole micrometres, so that a cell's points do not depend on which cells come before it.
    length = np.rint(shapely.length(stretch) * UM_PER_M).astype(np.int64)
    total = np.zeros(len(cells), np.int64)
    np.add.at(total, at, length)
    spacing = round(rule.spacing_m * UM_PER_M)
    n = np.where(total > 0, np.maximum((2 * total + spacing) // (2 * spacing), 1), 0)
    cell_at = np.repeat(np.arange(len(cells)), n)
    number = np.arange(len(cell_at)) - np.repeat(np.cumsum(n) - n, n)
    along = (2 * number + 1) * total[cell_at] // (2 * n[cell_at])
    # Stretches stand end to end over all cells; a point lies on the one that holds its distance.
    end = np.cumsum(length)
    start_of_cell = np.cumsum(total) - total
    on = np.searchsorted(end, start_of_cell[cell_at] + along, side="left")
    on = np.minimum(on, max(len(end) - 1, 0))
    rest = start_of_cell[cell_at] + along - (end[on] - length[on]) if len(on) else along
    point = shapely.line_interpolate_point(stretch[on], rest / UM_PER_M)
    return _Part(
        np.array([f"street-{n + 1:04}" for n in number], np.str_),
        cells[cell_at],
        np.stack([shapely.get_x(point), shapely.get_y(point)], axis=1),
        np.ones(len(cell_at), np.int64),
    )


def _representative(polygons: AnyArray, way: UInt8) -> _Part:
    """Return one point inside each cell that has neither buildings nor streets."""
    cells = np.flatnonzero(way == PlacingWay.REPRESENTATIVE_POINT)
    point = shapely.point_on_surface(polygons[cells])
    return _Part(
        np.full(len(cells), "point"),
        cells,
        np.stack([shapely.get_x(point), shapely.get_y(point)], axis=1),
        np.ones(len(cells), np.int64),
    )
