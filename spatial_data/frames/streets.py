"""Street pieces as arrays, field by field what the engine's network is built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from spatial_data.frames.reading import columns, plan_of, texts
from spatial_data.sources.osm_streets import WALKABLE, WALKABLE_IF_SAID

if TYPE_CHECKING:
    from spatial_data.frames.reading import Float64, Int16, Int64, StrArray, UInt8
    from spatial_data.models import LayerVersion

MICROMETRES = 1e6
# Opaque to the engine and the same in every city.
CLASSES = tuple(sorted(WALKABLE | WALKABLE_IF_SAID))


@dataclass(frozen=True, slots=True)
class Streets:
    """
    Pieces of walkable street, sorted by code; each is walked in both directions.

    Parameters
    ----------
    code
        Shape (m,), ``way/<id>:<n>``.
    start_node, end_node
        Publisher's node ids, shape (m,).
    length_um
        Geodesic length on WGS 84, shape (m,), micrometres, at least 1.
    street_class
        Row of `CLASSES`, shape (m,).
    speed_kmh
        Legal speed, shape (m,), 0 where not said.
    features
        Bit flags, shape (m,): 1 pavement, 2 steps, 4 bridge, 8 tunnel, 16 homes along it.
    xy_m
        Vertices of all pieces one after another, shape (k, 2), metres, from start to end.
    offset
        Where the vertices of each piece start, shape (m + 1,).
    node_id
        Every start and end node once, shape (n,), rising.
    node_xy_m
        Where, shape (n, 2), metres.
    node_mark
        Bit flags, shape (n,): 1 marked crossing, 2 signal, 4 barrier, 8 gate.
    """

    code: StrArray
    start_node: Int64
    end_node: Int64
    length_um: Int64
    street_class: Int16
    speed_kmh: Int16
    features: UInt8
    xy_m: Float64
    offset: Int64
    node_id: Int64
    node_xy_m: Float64
    node_mark: UInt8


def streets(version: LayerVersion) -> Streets:
    """
    Return the street pieces of one version of the layer ``streets``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    streets
        Of the city and its margin. The fields are those of ``atlas.engine.streets.StreetPieces``.
    """
    code, start, end, start_mark, end_mark, kind, speed, features, length, line = columns(
        "frame_streets", 10, version
    )
    raw = np.empty(len(line), object)
    raw[:] = [bytes(one) for one in line]
    lines = shapely.from_wkb(raw)
    xy_m = plan_of(version).xy(shapely.get_coordinates(lines))
    offset = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))]).astype(np.int64)
    starts, ends = np.array(start, np.int64), np.array(end, np.int64)
    node_id, first = np.unique(np.concatenate([starts, ends]), return_index=True)
    corners = np.concatenate([offset[:-1], offset[1:] - 1])
    marks = np.concatenate([np.array(start_mark, np.uint8), np.array(end_mark, np.uint8)])
    return Streets(
        code=texts(code),
        start_node=starts,
        end_node=ends,
        length_um=np.rint(np.array(length, np.float64) * MICROMETRES).astype(np.int64),
        street_class=np.array([CLASSES.index(one) for one in kind], np.int16),
        speed_kmh=np.array([one or 0 for one in speed], np.int16),
        features=np.array(features, np.uint8),
        xy_m=xy_m,
        offset=offset,
        node_id=node_id,
        node_xy_m=xy_m[corners[first]],
        node_mark=marks[first],
    )
