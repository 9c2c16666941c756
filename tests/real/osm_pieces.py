"""Street pieces of a real extract, read by the atlas's own rules, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

from atlas.engine.streets import StreetPieces
from spatial_data.frames.streets import CLASSES
from spatial_data.importing.findings import Findings
from spatial_data.importing.read import walkable
from spatial_data.importing.read.osm_file import read_osm
from spatial_data.importing.read.streets import Streets, read_streets

if TYPE_CHECKING:
    from pathlib import Path


def pieces_of(path: Path, srid: int) -> tuple[StreetPieces, dict[str, str]]:
    """Return the walkable streets of an extract in metres of `srid`, and their names by code."""
    streets = read_streets(read_osm(path, Findings()))
    lonlat = shapely.get_coordinates(streets.line)
    plane = Transformer.from_crs(4326, srid, always_xy=True)
    xy_m = np.column_stack(plane.transform(lonlat[:, 0], lonlat[:, 1]))
    offset = np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(streets.line))))
    return _pieces(streets, xy_m, offset), {
        code: tags.get("name", "") for code, tags in zip(streets.code, streets.tags, strict=True)
    }


def _pieces(streets: Streets, xy_m: np.ndarray, offset: np.ndarray) -> StreetPieces:
    ids, first = np.unique(
        np.concatenate((streets.start_node, streets.end_node)), return_index=True
    )
    corner = np.concatenate((offset[:-1], offset[1:] - 1))
    mark = np.concatenate((streets.start_mark, streets.end_mark))
    return StreetPieces(
        code=np.array(streets.code),
        start_node=streets.start_node,
        end_node=streets.end_node,
        length_um=np.rint(streets.length_m * 1e6).astype(np.int64),
        street_class=np.array(
            [CLASSES.index(walkable.street_class(tags)) for tags in streets.tags], np.int16
        ),
        speed_kmh=np.array([walkable.speed_kmh(tags) or 0 for tags in streets.tags], np.int16),
        features=np.array([walkable.features(tags) for tags in streets.tags], np.uint8),
        xy_m=xy_m,
        offset=offset,
        node_id=ids,
        node_xy_m=xy_m[corner[first]],
        node_mark=mark[first].astype(np.uint8),
    )
