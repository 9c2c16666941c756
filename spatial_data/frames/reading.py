"""Fetches the rows behind a frame and turns columns into arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from django.db import connection

from atlas.lib.sql import statement
from spatial_data.ground_plan import GroundPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from spatial_data.models import LayerVersion

Bool: TypeAlias = npt.NDArray[np.bool_]
Int8: TypeAlias = npt.NDArray[np.int8]
Int16: TypeAlias = npt.NDArray[np.int16]
Int32: TypeAlias = npt.NDArray[np.int32]
Int64: TypeAlias = npt.NDArray[np.int64]
UInt8: TypeAlias = npt.NDArray[np.uint8]
Float64: TypeAlias = npt.NDArray[np.float64]
StrArray: TypeAlias = npt.NDArray[np.str_]
Shapes: TypeAlias = npt.NDArray[np.object_]
Days: TypeAlias = npt.NDArray[np.datetime64]

NOT_SAID = -1


def columns(
    name: str, width: int, version: LayerVersion, day: date | None = None
) -> list[tuple[Any, ...]]:
    """Return the columns, `width` of them, of the statement `name` for one version."""
    parameters: dict[str, Any] = {"version": version.pk}
    if day is not None:
        parameters["day"] = day
    with connection.cursor() as cursor:
        cursor.execute(statement("spatial_data", name), parameters)
        rows = cursor.fetchall()
    return list(zip(*rows, strict=True)) if rows else [()] * width


def plan_of(version: LayerVersion) -> GroundPlan:
    """Return the city's metres."""
    return GroundPlan(version.city.srid)


def texts(values: Sequence[str | None]) -> StrArray:
    """Return texts as an array; empty where there is none."""
    return np.array([value or "" for value in values], np.str_)


def numbers(values: Sequence[object]) -> Float64:
    """Return numbers; NaN where there is none."""
    return np.array([np.nan if one is None else float(one) for one in values], np.float64)  # type: ignore[arg-type]


def wholes(values: Iterable[int | None], kind: type[np.signedinteger[Any]]) -> npt.NDArray[Any]:
    """Return whole numbers; -1 where there is none."""
    return np.array([NOT_SAID if one is None else one for one in values], kind)


def shapes_m(values: Sequence[bytes | None], plan: GroundPlan) -> Shapes:
    """Return shapes in metres; None where there is none."""
    raw = np.empty(len(values), object)
    raw[:] = [None if one is None else bytes(one) for one in values]
    return plan.metres(shapely.from_wkb(raw))


def points_m(values: Sequence[bytes], plan: GroundPlan) -> Float64:
    """Return points, shape (n, 2), in metres."""
    raw = np.empty(len(values), object)
    raw[:] = [bytes(one) for one in values]
    return plan.xy(shapely.get_coordinates(shapely.from_wkb(raw)))


def days(values: Sequence[date | None]) -> Days:
    """Return dates; NaT where there is none."""
    return np.array([np.datetime64("NaT") if one is None else one for one in values], "M8[D]")


def index_of(code: StrArray, wanted: StrArray) -> Int32:
    """Return where each wanted code stands in a sorted array of codes; -1 where it does not."""
    if not len(code):
        return np.full(len(wanted), NOT_SAID, np.int32)
    at = np.minimum(np.searchsorted(code, wanted), len(code) - 1)
    return np.where(code[at] == wanted, at, NOT_SAID).astype(np.int32)
