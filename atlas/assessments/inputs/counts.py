"""Published counts, share tables and totals, sorted into what the engine fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.engine.demand import ControlTotals, PublishedCounts, ShareTable, locate

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int8, Int16, Int32, Int64, UInt8
    from spatial_data import frames

CITY = ""
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class CountTables:
    """
    What `fit_counts` takes.

    Attributes
    ----------
    published
        Counts of cells.
    shares
        Tables that shape the split, the preferred first: by cell before by zone before by city,
        and in each the younger first.
    controls
        Totals of zones and of the city; None where there are none.
    """

    published: PublishedCounts
    shares: tuple[ShareTable, ...]
    controls: ControlTotals | None


def published_counts(
    counts: frames.Counts, cells: frames.Cells, zones: frames.Zones
) -> CountTables:
    """
    Sort the published counts of a city.

    Parameters
    ----------
    counts, cells, zones
        Frames of the layers.

    Returns
    -------
    tables
        A cell lies in the zone of each tier that holds its inner point.
    """
    cell_row = {code: row for row, code in enumerate(cells.code.tolist())}
    of_cells = counts.of_role("count")
    areas = _Areas(cells, zones)
    return CountTables(
        published=PublishedCounts(
            np.array([cell_row[code] for code in counts.area_code[of_cells].tolist()], np.int32),
            *_columns(counts, of_cells),
        ),
        shares=_share_tables(counts, areas),
        controls=_controls(counts, areas),
    )


class _Areas:
    """Finds the cells of an area by its code."""

    def __init__(self, cells: frames.Cells, zones: frames.Zones) -> None:
        self.cells = cells
        self.zones = zones
        self.cell_row = {code: row for row, code in enumerate(cells.code.tolist())}
        self.zone_row = {code: row for row, code in enumerate(zones.code.tolist())}
        self._of_tier: dict[str, Int32] = {}

    def level(self, code: str) -> tuple[int, str]:
        """Return how fine an area is, and its tier: 0 a cell, 1 a zone, 2 the city."""
        if code == CITY:
            return 2, ""
        if code in self.cell_row:
            return 0, ""
        return 1, str(self.zones.tier[self.zone_row[code]])

    def zone_of_cell(self, tier: str) -> Int32:
        """Return the row of the zone of one tier that holds each cell, -1 where none does."""
        if tier not in self._of_tier:
            rows = self.zones.of_tier(tier)
            rows = rows[~self.zones.is_unassigned[rows]]
            inner = shapely.point_on_surface(self.cells.shape_m)
            found = locate(
                shapely.get_coordinates(inner),
                np.arange(len(inner), dtype=np.int32),
                self.cells.shape_m,
                (self.zones.code[rows], self.zones.shape_m[rows]),
            )
            self._of_tier[tier] = np.where(found >= 0, rows[found], NOWHERE).astype(np.int32)
        return self._of_tier[tier]


def _columns(counts: frames.Counts, rows: Int64) -> tuple[Int16, Int16, Int8, Float64, UInt8]:
    return (
        counts.age_from[rows],
        counts.age_to[rows],
        counts.sex[rows],
        counts.persons[rows],
        counts.state[rows],
    )


def _share_tables(counts: frames.Counts, areas: _Areas) -> tuple[ShareTable, ...]:
    rows = counts.of_role("share")
    parts: dict[tuple[int, int, int, str], list[int]] = {}
    for row in rows.tolist():
        level, tier = areas.level(str(counts.area_code[row]))
        younger = -int(counts.reference_date[row].astype(np.int64))
        key = level, younger, int(counts.table[row]), tier
        parts.setdefault(key, []).append(row)
    return tuple(
        _share_table(counts, np.array(parts[key], np.int64), areas, key[0], key[3])
        for key in sorted(parts)
    )


def _share_table(
    counts: frames.Counts, rows: Int64, areas: _Areas, level: int, tier: str
) -> ShareTable:
    codes = counts.area_code[rows].tolist()
    if level == 0:
        area = np.array([areas.cell_row[code] for code in codes], np.int32)
        area_of_cell = np.full(len(areas.cells.code), NOWHERE, np.int32)
        area_of_cell[area] = area
    elif level == 1:
        area = np.array([areas.zone_row[code] for code in codes], np.int32)
        area_of_cell = areas.zone_of_cell(tier)
        area_of_cell = np.where(np.isin(area_of_cell, area), area_of_cell, NOWHERE)
    else:
        area = np.zeros(len(rows), np.int32)
        area_of_cell = np.zeros(len(areas.cells.code), np.int32)
    return ShareTable(area_of_cell.astype(np.int32), area, *_columns(counts, rows))


def _controls(counts: frames.Counts, areas: _Areas) -> ControlTotals | None:
    rows = counts.of_role("control")
    if not rows.size:
        return None
    codes = list(dict.fromkeys(counts.area_code[rows].tolist()))
    member = np.zeros((len(codes), len(areas.cells.code)), np.bool_)
    for number, code in enumerate(codes):
        level, tier = areas.level(code)
        if level == 0:
            member[number, areas.cell_row[code]] = True
        elif level == 1:
            member[number] = areas.zone_of_cell(tier) == areas.zone_row[code]
        else:
            member[number] = ~areas.cells.outside
    at = np.array([codes.index(code) for code in counts.area_code[rows].tolist()], np.int32)
    return ControlTotals(member, at, *_columns(counts, rows))
