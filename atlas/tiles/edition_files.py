"""Writes the map data of an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.lib.edition_folder import write_hashed, write_json
from atlas.tiles.basemap import basemap
from atlas.tiles.layers import drawn_layers
from atlas.tiles.places import places_document
from atlas.tiles.zones import drawn_zones, feature_collection

if TYPE_CHECKING:
    from pathlib import Path

    from atlas.assessments.models import Edition
    from atlas.lib.edition_folder import WrittenFile


def write_edition(edition: Edition, folder: Path) -> list[WrittenFile]:
    """
    Write zones, places and the base map of `edition` into `folder`.

    Parameters
    ----------
    edition
        With its city and layer versions.
    folder
        An existing folder.

    Returns
    -------
    files
        ``zones/<tier>``, ``places`` and, where there is ground or a street, ``basemap``.

    Raises
    ------
    BasemapError
        If the base map could not be drawn.
    """
    layers = drawn_layers(edition)
    zones = drawn_zones(layers["zones"])
    files = [
        write_json(folder, f"zones/{tier}", feature_collection(drawn, edition.city.srid))
        for tier, drawn in zones.items()
    ]
    if places := layers.get("places"):
        files.append(
            write_json(folder, "places", places_document(places, layers["zones"], list(zones)))
        )
    if (tiles := basemap(layers)) is not None:
        files.append(write_hashed(folder, "basemap", tiles, "pmtiles"))
    return files
