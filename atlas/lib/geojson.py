"""GeoJSON written the same way every time, so that a file's hash says whether it changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    Coordinates: TypeAlias = "float | Sequence[Coordinates]"

# Five decimals of a degree are about a metre; more would only say what nobody measured.
DECIMALS = 5


def rounded(coordinates: Coordinates, *, decimals: int = DECIMALS) -> Coordinates:
    """
    Return nested coordinates with `decimals` decimals, and no -0.0.

    Examples
    --------
    >>> rounded([[51.3890123, -0.0000001]])
    [[51.38901, 0.0]]
    """
    if isinstance(coordinates, int | float):
        return round(float(coordinates), decimals) + 0.0
    return [rounded(part, decimals=decimals) for part in coordinates]


def geometry(shape: Mapping[str, Any], *, decimals: int = DECIMALS) -> dict[str, Any]:
    """Return the GeoJSON geometry `shape` (a `__geo_interface__`) with rounded coordinates."""
    if shape["type"] == "GeometryCollection":
        parts = [geometry(part, decimals=decimals) for part in shape["geometries"]]
        return {"type": "GeometryCollection", "geometries": parts}
    return {
        "type": shape["type"],
        "coordinates": rounded(shape["coordinates"], decimals=decimals),
    }


def feature(
    shape: Mapping[str, Any] | None, properties: Mapping[str, Any], *, code: str | None = None
) -> dict[str, Any]:
    """Return one GeoJSON feature; `code` becomes its id."""
    identity = {} if code is None else {"id": code}
    return {
        "type": "Feature",
        **identity,
        "geometry": None if shape is None else geometry(shape),
        "properties": dict(properties),
    }


def collection(features: Iterable[Mapping[str, Any]], **members: object) -> dict[str, Any]:
    """Return the features as one collection, with foreign `members` such as attribution."""
    return {"type": "FeatureCollection", **members, "features": list(features)}


def dump(document: Mapping[str, Any]) -> bytes:
    """Return `document` as bytes that depend on nothing but its content and key order."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()
