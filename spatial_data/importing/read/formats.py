"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from spatial_data.importing.read.unreadable import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 4096
GPKG_AT = 68
# The short list of what GDAL may be asked to open. Formats that point to other files or to the
# network (VRT, WFS …) are not on it.
DRIVERS = {
    "gpkg": "GPKG",
    "shapefile": "ESRI Shapefile",
    "flatgeobuf": "FlatGeobuf",
    "geojson": "GeoJSON",
    "kml": "KML",
}


def vector_format(path: Path) -> str:
    """
    Return the key of DRIVERS, or ``zip`` for a zipped Shapefile.

    Raises
    ------
    UnreadableError
        If the file is empty or of any other format.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise UnreadableError(problem="the file is empty", cure="export it again")
    found = _by_magic(head, path) or _by_text(head)
    if found is None:
        problem = "this is no GeoPackage, GeoJSON, Shapefile, KML or FlatGeobuf"
        raise UnreadableError(problem=problem, cure="save it as GeoPackage or GeoJSON")
    return found


def _by_magic(head: bytes, path: Path) -> str | None:
    if head.startswith(b"SQLite format 3\0") and head[GPKG_AT : GPKG_AT + 2] == b"GP":
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    if head.startswith(b"fgb"):
        return "flatgeobuf"
    if head.startswith(b"PK\x03\x04") and _shapes_in(path):
        return "zip"
    return None


def _by_text(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "geojson"
    if text.startswith(b"<") and b"<kml" in text:
        return "kml"
    return None


def _shapes_in(path: Path) -> list[str]:
    try:
        with ZipFile(path) as archive:
            return [name for name in archive.namelist() if name.lower().endswith(".shp")]
    except BadZipFile:
        return []


def is_workbook(path: Path) -> bool:
    """Say whether a table is a workbook rather than text."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"
