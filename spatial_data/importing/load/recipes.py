"""What each layer is made from: its files, its keys, and the hash of both."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spatial_data.importing.city_toml import CityFolder
    from spatial_data.importing.layers import StandingCorrection
    from spatial_data.importing.load.snapshots import KeptFile

# Raised when the same files and keys would give other rows.
BUILDER = 2
# Which tables of city.toml go into which layer; the city's frame goes into all of them.
FRAME = ("boundary", "tiers")
PARTS = {
    "zones": (),
    "cells": ("cells",),
    "population": ("cells", "counts", "shares", "controls"),
    "context": ("context",),
    "streets": ("streets",),
    "buildings": ("basemap",),
    "ground": ("basemap",),
    "places": ("places", "catchments", "kinds", "streets"),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one layer is built."""

    layer: str
    rules: dict[str, object]
    files: tuple[str, ...]
    content_hash: str


def recipes(
    city: CityFolder,
    kept: Mapping[str, KeptFile],
    corrections: Sequence[StandingCorrection],
) -> dict[str, Recipe]:
    """
    Return the recipe of every layer.

    Parameters
    ----------
    city
        The folder, checked.
    kept
        Every file by its path as city.toml writes it.
    corrections
        What people have set right; part of the places only.
    """
    return {layer: _recipe(layer, city, kept, corrections) for layer in PARTS}


def _recipe(
    layer: str,
    city: CityFolder,
    kept: Mapping[str, KeptFile],
    corrections: Sequence[StandingCorrection],
) -> Recipe:
    tables = asdict(city.keys)
    frame = {name: tables["city"][name] for name in ("srid", "margin_m", "languages", "calendar")}
    parts = {name: tables[name] for name in (*FRAME, *PARTS[layer])}
    used = sorted({path for path in _paths(parts) if path in kept})
    rules: dict[str, object] = {"builder": BUILDER, "frame": frame, **parts}
    if layer == "places":
        rules["corrections"] = [asdict(one) for one in corrections]
    text = json.dumps(
        {"layer": layer, "rules": rules, "files": [kept[path].sha256 for path in used]},
        sort_keys=True,
        default=str,
    )
    own = tuple(path for path in used if _is_own(path, layer, parts))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Recipe(layer, json.loads(json.dumps(rules, default=str)), own, digest)


def _is_own(path: str, layer: str, parts: Mapping[str, object]) -> bool:
    """Say whether a layer holds what a file says, and does not only lean on it."""
    tables = ("tiers", "boundary") if layer == "zones" else PARTS[layer]
    return path in set(_paths({name: parts[name] for name in tables}))


def _paths(value: object) -> list[str]:
    """Return every path in nested tables."""
    if isinstance(value, dict):
        own = [value["path"]] if isinstance(value.get("path"), str) else []
        return own + [path for one in value.values() for path in _paths(one)]
    if isinstance(value, list | tuple):
        return [path for one in value for path in _paths(one)]
    return []
