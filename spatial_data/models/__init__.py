"""The layers: sources, versions, zones, cells, counts, context, places, streets, the ground."""

from __future__ import annotations

from spatial_data.models.cells import Building, Cell, Count, CountRole, CountState, Sex
from spatial_data.models.context import (
    ContextIndicator,
    ContextValue,
    NoNumber,
    Normalising,
)
from spatial_data.models.corrections import Correction, Custody
from spatial_data.models.ground import GroundFeature, GroundKind
from spatial_data.models.layers import ActiveLayer, Layer, LayerDecision, LayerVersion
from spatial_data.models.places import (
    Entrance,
    EntranceOrigin,
    Family,
    Kind,
    Place,
    PlaceMatch,
    PlaceVersion,
    Status,
)
from spatial_data.models.sources import Snapshot, Source
from spatial_data.models.streets import StreetPiece
from spatial_data.models.units import (
    CapacityUnit,
    PlaySpace,
    SchoolBuilding,
    Sector,
    Shift,
    Stage,
    Unit,
)
from spatial_data.models.zones import Tier, Zone, ZoneVersion

__all__ = [
    "ActiveLayer",
    "Building",
    "CapacityUnit",
    "Cell",
    "ContextIndicator",
    "ContextValue",
    "Correction",
    "Count",
    "CountRole",
    "CountState",
    "Custody",
    "Entrance",
    "EntranceOrigin",
    "Family",
    "GroundFeature",
    "GroundKind",
    "Kind",
    "Layer",
    "LayerDecision",
    "LayerVersion",
    "NoNumber",
    "Normalising",
    "Place",
    "PlaceMatch",
    "PlaceVersion",
    "PlaySpace",
    "SchoolBuilding",
    "Sector",
    "Sex",
    "Shift",
    "Snapshot",
    "Source",
    "Stage",
    "Status",
    "StreetPiece",
    "Tier",
    "Unit",
    "Zone",
    "ZoneVersion",
]
