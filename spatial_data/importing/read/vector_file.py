"""Opens a vector file by its content and hands over rows and shapes in longitude and latitude."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from spatial_data.importing.read.formats import DRIVERS, vector_format
from spatial_data.importing.read.unreadable import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from spatial_data.importing.file_schema import FileKeys

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
LARGEST_UNZIPPED = 2_000_000_000


@dataclass(slots=True)
class Shapes:
    """The features of a file: shapes in longitude and latitude, and their columns."""

    shape: NDArray[np.object_]
    columns: dict[str, NDArray[np.object_]]

    def __len__(self) -> int:
        """Count the features."""
        return len(self.shape)

    def row(self, number: int) -> dict[str, object]:
        """Return the columns of one feature."""
        return {name: values[number] for name, values in self.columns.items()}


def read_vector(path: Path, keys: FileKeys) -> Shapes:
    """
    Return the features of `path`.

    Raises
    ------
    UnreadableError
        If the format is not allowed, the layer is not said, or the reference system is missing.
    """
    try:
        driver = vector_format(path)
        with _plain(path, driver) as plain:
            return _read(plain, keys, DRIVERS.get(driver, DRIVERS["shapefile"]))
    except (DataSourceError, DataLayerError) as error:
        problem = f"the file is damaged: {error}"
        raise UnreadableError(
            problem=problem, cure="open and save it again, as GeoPackage"
        ) from error


@contextmanager
def _plain(path: Path, driver: str) -> Iterator[Path]:
    """Give the file itself, or the Shapefile inside a zip, unpacked to a folder of its own."""
    if driver != "zip":
        yield path.resolve()
        return
    with tempfile.TemporaryDirectory() as folder, ZipFile(path) as archive:
        yield _unzipped(archive, Path(folder))


def _unzipped(archive: ZipFile, folder: Path) -> Path:
    """Unpack only the parts of one Shapefile, under names of our own."""
    shapes = [name for name in archive.namelist() if name.lower().endswith(".shp")]
    if len(shapes) != 1:
        problem = f"the zip holds {len(shapes)} Shapefiles"
        raise UnreadableError(problem=problem, cure="zip one Shapefile alone")
    stem = shapes[0][:-4].lower()
    parts = [info for info in archive.infolist() if info.filename.lower()[:-4] == stem]
    if sum(info.file_size for info in parts) > LARGEST_UNZIPPED:
        raise UnreadableError(
            problem="the zip unpacks to more than 2 GB", cure="save it as GeoPackage"
        )
    for info in parts:
        if (part := info.filename.lower()[-4:]) in SHAPEFILE_PARTS:
            (folder / f"shapes{part}").write_bytes(archive.read(info))
    return folder / "shapes.shp"


def _read(path: Path, keys: FileKeys, driver: str) -> Shapes:
    layer = _layer(path, keys.layer)
    said = pyogrio.read_info(path, layer=layer)["driver"]
    if said not in {driver, "LIBKML"}:
        problem = f"the file opens as {said}, not as {driver}"
        raise UnreadableError(problem=problem, cure="save it as GeoPackage or GeoJSON")
    encoding = keys.encoding or None
    meta, _, wkb, values = pyogrio.raw.read(
        path, layer=layer, encoding=encoding, force_2d=True, datetime_as_string=True
    )
    shape = shapely.from_wkb(wkb, on_invalid="ignore")
    columns = dict(zip(meta["fields"], (np.asarray(one, object) for one in values), strict=True))
    return Shapes(_lonlat(shape, _reference(meta["crs"], keys), keys.axis_order), columns)


def _layer(path: Path, wanted: str) -> str:
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    if wanted in names:
        return wanted
    if wanted or len(names) != 1:
        problem = f"there is no layer {wanted!r}" if wanted else f"the file has {len(names)} layers"
        raise UnreadableError(problem=problem, cure=f"write layer = one of: {', '.join(names)}")
    return names[0]


def _reference(said: str | None, keys: FileKeys) -> CRS:
    """Return the file's reference system; `srid` in city.toml stands over what the file says."""
    if keys.srid:
        return CRS.from_epsg(keys.srid)
    cure = "add srid = the EPSG code its coordinates are in (32639, 4326 …) to this file's keys"
    if not said:
        raise UnreadableError(problem="the file does not say its reference system", cure=cure)
    try:
        crs = CRS.from_user_input(said)
    except CRSError as error:
        raise UnreadableError(problem="its reference system is not known", cure=cure) from error
    if crs.name.casefold().startswith(("undefined", "unknown")):
        raise UnreadableError(problem="the file does not say its reference system", cure=cure)
    return crs


def _lonlat(shape: NDArray[np.object_], crs: CRS, axis_order: str) -> NDArray[np.object_]:
    """Return shapes in longitude and latitude, each east before north."""
    if axis_order == "north_east":
        shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
    if crs.to_epsg() == 4326 or crs.equals(CRS.from_user_input("OGC:CRS84")):  # noqa: PLR2004
        return shape
    transformer = Transformer.from_crs(crs, 4326, always_xy=True)

    def to_lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(shape, to_lonlat)
    return moved
