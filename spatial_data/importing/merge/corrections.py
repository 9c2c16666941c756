"""Lays what people have set right over what publishers say; a clash is told to the steward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spatial_data.importing.findings import Findings
    from spatial_data.importing.layers import PlaceRow, StandingCorrection

PLAIN_FIELDS = frozenset({"status", "area_m2", "kind"})
TABLES = frozenset({"names", "details"})


def lay_over(
    rows: Sequence[PlaceRow], corrections: Sequence[StandingCorrection], findings: Findings
) -> None:
    """
    Apply standing corrections, one field of one place each.

    Fields are ``status``, ``area_m2``, ``kind``, ``location`` ([longitude, latitude]),
    ``names.<language>``, ``details.<name>`` and ``units.<code>.<field>``.
    """
    by_code = {row.code: row for row in rows}
    for correction in corrections:
        row = by_code.get(correction.place)
        if row is None:
            said = f"the corrected place {correction.place} is in no file any more"
            findings.warning("corrections", correction.field, said, "withdraw the correction")
            continue
        said_now = _read(row, correction.field)
        if said_now not in (correction.before, correction.after):
            problem = (
                f"{correction.place}: the publisher now says {said_now!r}; it said "
                f"{correction.before!r} when {correction.after!r} was set by hand"
            )
            findings.warning("corrections", correction.field, problem, "look at it again")
        _write(row, correction.field, correction.after)


def _read(row: PlaceRow, name: str) -> object:
    table, _, key = name.partition(".")
    if table in TABLES:
        return getattr(row, table).get(key)
    if table == "location":
        return [round(float(one), 7) for one in shapely.get_coordinates(row.point)[0]]
    if table == "units":
        code, _, field = key.rpartition(".")
        return next((getattr(unit, field) for unit in row.units if unit.code == code), None)
    return getattr(row, name) if name in PLAIN_FIELDS else None


def _write(row: PlaceRow, name: str, value: object) -> None:
    table, _, key = name.partition(".")
    if table in TABLES:
        getattr(row, table)[key] = value
    elif table == "location" and isinstance(value, list):
        row.point = shapely.Point(value)
        row.outline = None
    elif table == "units":
        code, _, field = key.rpartition(".")
        for unit in row.units:
            if unit.code == code:
                setattr(unit, field, value)
    elif name in PLAIN_FIELDS:
        setattr(row, name, value)
