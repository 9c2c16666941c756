"""
The only way out to numbers: a layer version becomes arrays in metres with stable codes.

Every frame is sorted by code, so the same version gives the same arrays. Shapes and places are in
the city's metric reference system. ``-1`` stands for "not said" in whole numbers, NaN in the
others, as each frame documents.
"""

from __future__ import annotations

from spatial_data.frames.areas import (
    MEASURED,
    MISSING,
    Cells,
    Counts,
    Tiers,
    Zones,
    cells,
    counts,
    sea,
    tiers,
    zones,
)
from spatial_data.frames.buildings import Buildings, buildings
from spatial_data.frames.context import Context, context
from spatial_data.frames.places import Places, places
from spatial_data.frames.streets import Streets, streets
from spatial_data.frames.units import Units, units

__all__ = [
    "MEASURED",
    "MISSING",
    "Buildings",
    "Cells",
    "Context",
    "Counts",
    "Places",
    "Streets",
    "Tiers",
    "Units",
    "Zones",
    "buildings",
    "cells",
    "context",
    "counts",
    "places",
    "sea",
    "streets",
    "tiers",
    "units",
    "zones",
]
