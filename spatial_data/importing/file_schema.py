"""The keys that every file of a ``city.toml`` has."""

# ruff: noqa: RUF009 - holds() declares a field, as dataclasses.field() does

from __future__ import annotations

from dataclasses import dataclass

from spatial_data.importing.declared_keys import holds

AXIS_ORDERS = ("east_north", "north_east")
UNKNOWN_CODES = ("refuse", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKeys:
    """What every file has; the tables below add to it."""

    source: str = holds("key of the [[sources]] entry that published it")
    path: str = holds("the file, relative to this folder or starting with ${ATLAS_REAL_DATA}/")
    layer: str = holds(
        "layer of a vector file or sheet of a workbook; needed where there are several",
        default="",
    )
    encoding: str = holds("text encoding where it is not UTF-8, such as windows-1256", default="")
    srid: int = holds(
        "EPSG code of the coordinates, where the file does not say or says it wrongly; 0 = "
        "as the file says",
        default=0,
    )
    axis_order: str = holds(
        "order of the two coordinates in the file",
        default="east_north",
        one_of=AXIS_ORDERS,
    )
    where: dict[str, object] = holds("only the rows whose columns hold these values", default={})
    patterns: dict[str, str] = holds(
        "for a column, a regular expression whose first group is what is kept of it",
        default={},
    )
