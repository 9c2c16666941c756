"""Demand: how many children of each group live in each cell, on which points, in which zone."""

from __future__ import annotations

from atlas.engine.demand.counts import (
    AgeBands,
    Contradiction,
    ControlTotals,
    CountQuality,
    CountState,
    FitRule,
    FittedCounts,
    PublishedCounts,
    ShareTable,
)
from atlas.engine.demand.fitting import fit_counts
from atlas.engine.demand.location import locate
from atlas.engine.demand.points import (
    Buildings,
    PlacedPoints,
    PlacingRule,
    PlacingWay,
    place_points,
    spread,
)

__all__ = [
    "AgeBands",
    "Buildings",
    "Contradiction",
    "ControlTotals",
    "CountQuality",
    "CountState",
    "FitRule",
    "FittedCounts",
    "PlacedPoints",
    "PlacingRule",
    "PlacingWay",
    "PublishedCounts",
    "ShareTable",
    "fit_counts",
    "locate",
    "place_points",
    "spread",
]
