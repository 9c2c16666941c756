"""Hangs catchments on the units of the places they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spatial_data.importing.layers import PlaceRow
from spatial_data.importing.merge.same_place import ALIKE, name_similarity
from spatial_data.importing.read.fields import fill
from spatial_data.importing.validate.zones import check_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from spatial_data.importing.city_schema import CatchmentsKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.validate.zones import Polygons


def hang_catchments(
    keys: CatchmentsKeys, polygons: Polygons, places: Sequence[PlaceRow], findings: Findings
) -> None:
    """Give units of the right stage their catchment, found by the place's code or name."""
    templates = [keys.place, *keys.names.values()]
    if not check_columns(polygons.fields, templates, polygons.file, findings):
        return
    without_place, without_unit = 0, 0
    for fields, shape in zip(polygons.fields, polygons.shape, strict=True):
        if shape is None:
            continue
        place = _place(keys, fields, shape, places)
        if place is None:
            without_place += 1
        elif not _hang(keys, place, shape):
            without_unit += 1
    if without_place:
        said = f"{without_place} catchments belong to no place of the other files"
        findings.warning(polygons.file, "", said, "correct the codes or names")
    if without_unit:
        said = f"{without_unit} catchments have no unit of the stage {keys.stage or '(any)'}"
        cure = "they assign nobody until a register says the stages of these schools"
        findings.warning(polygons.file, "", said, cure)


def _place(
    keys: CatchmentsKeys,
    fields: dict[str, str],
    shape: BaseGeometry,
    places: Sequence[PlaceRow],
) -> PlaceRow | None:
    code = fill(keys.place, fields)
    for place in places:
        if any(record.split(":", 1)[1] == code for _, record, _ in place.matches):
            return place
    names = {one: fill(template, fields, one) for one, template in keys.names.items()}
    asked = PlaceRow("", "", "school", "", {k: v for k, v in names.items() if v}, shape)
    schools = [place for place in places if place.kind == "school"]
    likes = [(name_similarity(asked, place), -number) for number, place in enumerate(schools)]
    best = max(likes, default=(0.0, 0))
    return schools[-best[1]] if best[0] >= ALIKE else None


def _hang(keys: CatchmentsKeys, place: PlaceRow, shape: BaseGeometry) -> bool:
    units = [unit for unit in place.units if unit.stage == keys.stage or not keys.stage]
    for unit in units:
        unit.catchment = shape
    return bool(units)
