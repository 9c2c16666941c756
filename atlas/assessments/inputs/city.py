"""A city's layers as one bundle of arrays, read through the frames."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.assessments.inputs.counts import published_counts
from atlas.assessments.network_cache import cached_network, network_name
from atlas.assessments.outcome import TierRow, ZoneTable
from atlas.engine.demand import Buildings
from atlas.engine.residents import residents
from atlas.engine.streets import StreetPieces
from spatial_data import frames
from spatial_data.models import ActiveLayer, Layer, LayerVersion, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from atlas.assessments.inputs.counts import CountTables
    from atlas.bodies.models import City
    from atlas.engine.network import Network
    from atlas.engine.types import AnyArray, Bool, Float64, Int32, StrArray

HOMES_ALONG = 16
NOT_A_HOME = 0
NEEDED = (
    Layer.ZONES,
    Layer.CELLS,
    Layer.POPULATION,
    Layer.BUILDINGS,
    Layer.STREETS,
    Layer.PLACES,
)


class MissingLayerError(LookupError):
    """A layer that an assessment needs has no active version."""


@dataclass(frozen=True, slots=True)
class TreeLeaves:
    """
    The leaf zones of one tree.

    Attributes
    ----------
    leaf, shape
        Rows in the table of zones and their polygons, one entry a drawn leaf zone.
    unassigned
        Row of the zone for what lies in none of them.
    """

    leaf: Int32
    shape: AnyArray
    unassigned: int


@dataclass(frozen=True, slots=True)
class CityInputs:
    """
    Everything of a city that an assessment reads, in metres, sorted by code.

    Attributes
    ----------
    day
        The date it is about.
    zones, zone_shape, trees
        Every zone, its polygon (None for what lies in no other), and the leaves of each tree, the
        main tree first.
    cell_code, cell_shape, cell_outside
        Of the cells.
    counts
        What is published of them.
    residents
        People of all ages of each cell; NaN where not known.
    buildings, is_home
        Every mapped building, and where people may live: wherever no other use is mapped.
    home_streets
        Codes and lines of the streets that people live along.
    network
        Built, from the cache.
    places, units
        Frames of the places valid that day.
    sea
        Polygons; none inland.
    context
        What is measured of zones beside their services; None where the city has no such layer.
    """

    day: date
    zones: ZoneTable
    zone_shape: AnyArray
    trees: tuple[TreeLeaves, ...]
    cell_code: StrArray
    cell_shape: AnyArray
    cell_outside: Bool
    counts: CountTables
    residents: Float64
    buildings: frames.Buildings
    is_home: Bool
    home_streets: tuple[StrArray, AnyArray]
    network: Network
    places: frames.Places
    units: frames.Units
    sea: AnyArray
    context: frames.Context | None = None

    @property
    def homes(self) -> Buildings:
        """The buildings where people may live, for the engine."""
        rows = np.flatnonzero(self.is_home)
        return Buildings(
            code=self.buildings.code[rows],
            xy_m=self.buildings.xy_m[rows],
            footprint_m2=self.buildings.footprint_m2[rows],
            levels=self.buildings.levels[rows],
        )


def active_versions(city: City) -> dict[str, LayerVersion]:
    """
    Return the active version of every layer of a city, read at one moment.

    Parameters
    ----------
    city
        Whose.

    Returns
    -------
    versions
        By layer.

    Raises
    ------
    MissingLayerError
        If a layer that an assessment needs has none.
    """
    active = ActiveLayer.objects.filter(city=city).select_related("version__city")
    versions = {row.layer: row.version for row in active}
    missing = [str(layer) for layer in NEEDED if layer not in versions]
    if missing:
        msg = f"{city.slug} has no active layer: {', '.join(missing)}; load the city first"
        raise MissingLayerError(msg)
    return versions


def read_city(city: City, versions: Mapping[str, LayerVersion], cache: Path) -> CityInputs:
    """
    Read a city's layers.

    Parameters
    ----------
    city
        Whose.
    versions
        Which version of each layer.
    cache
        Folder in which built networks are kept.

    Returns
    -------
    inputs
        Ready for the engine.
    """
    zones = frames.zones(versions[Layer.ZONES])
    tiers = frames.tiers(city)
    table = _zone_table(city, zones, tiers)
    trees = _trees(zones, tiers)
    cells = frames.cells(versions[Layer.CELLS])
    counts = published_counts(frames.counts(versions[Layer.POPULATION]), cells, zones)
    buildings = frames.buildings(versions[Layer.BUILDINGS])
    streets = frames.streets(versions[Layer.STREETS])
    places = frames.places(versions[Layer.PLACES], city.reference_date)
    name = network_name(versions[Layer.STREETS].content_hash, city.srid)
    ground, context = versions.get(Layer.GROUND), versions.get(Layer.CONTEXT)
    return CityInputs(
        day=city.reference_date,
        zones=table,
        zone_shape=zones.shape_m,
        trees=trees,
        cell_code=cells.code,
        cell_shape=cells.shape_m,
        cell_outside=cells.outside,
        counts=counts,
        residents=residents(len(cells.code), counts.published),
        buildings=buildings,
        is_home=buildings.is_residential != NOT_A_HOME,
        home_streets=_home_streets(streets),
        network=cached_network(cache, name, lambda: _pieces(streets)),
        places=places,
        units=frames.units(versions[Layer.PLACES], city.reference_date, places),
        sea=frames.sea(ground) if ground is not None else np.empty(0, object),
        context=None if context is None else frames.context(context),
    )


def _zone_table(city: City, zones: frames.Zones, tiers: frames.Tiers) -> ZoneTable:
    keys = dict(Zone.objects.filter(city=city).values_list("code", "id"))
    row_of = {code: row for row, code in enumerate(tiers.code.tolist())}
    rows = zip(tiers.code.tolist(), tiers.tree.tolist(), tiers.depth.tolist(), strict=True)
    return ZoneTable(
        tiers=tuple(TierRow(*row) for row in rows),
        zone_id=np.array([keys[code] for code in zones.code.tolist()], np.int64),
        code=zones.code,
        tier=np.array([row_of[code] for code in zones.tier.tolist()], np.int32),
        parent=zones.parent,
        is_unassigned=zones.is_unassigned,
    )


def _trees(zones: frames.Zones, tiers: frames.Tiers) -> tuple[TreeLeaves, ...]:
    """Return the leaves of each tree that this version of the zones draws, the main tree first."""
    found = []
    for tree in dict.fromkeys(tiers.tree.tolist()):
        rows = zones.of_tier(tiers.leaf(tree))
        drawn = rows[~zones.is_unassigned[rows]]
        rest = rows[zones.is_unassigned[rows]]
        if drawn.size:
            found.append(TreeLeaves(drawn.astype(np.int32), zones.shape_m[drawn], int(rest[0])))
    return tuple(found)


def _home_streets(streets: frames.Streets) -> tuple[StrArray, AnyArray]:
    pieces = np.arange(len(streets.code))
    of_piece = np.repeat(pieces, np.diff(streets.offset))
    lines = np.asarray(shapely.linestrings(streets.xy_m, indices=of_piece), dtype=object)
    rows = np.flatnonzero(streets.features & HOMES_ALONG)
    return streets.code[rows], lines[rows]


def _pieces(streets: frames.Streets) -> StreetPieces:
    """Return the frame as the engine takes it: the fields have the same names."""
    named = [field.name for field in fields(StreetPieces)]
    return StreetPieces(**{name: getattr(streets, name) for name in named})
