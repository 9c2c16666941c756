"""Counts what an assessment left out or had to estimate, with the reason in the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.engine.coverage import OUTSIDE
from atlas.engine.demand import PlacingWay
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.assessments.inputs.city import CityInputs
    from atlas.assessments.inputs.supply import Supply
    from atlas.engine.coverage import CoverageResult, Demand
    from atlas.engine.demand import FittedCounts, PlacedPoints

WAYS = {
    PlacingWay.BUILDINGS: "cells_placed_at_buildings",
    PlacingWay.STREETS: "cells_placed_along_streets",
    PlacingWay.REPRESENTATIVE_POINT: "cells_placed_at_one_point",
}
MOST_TOLD = 20


def left_out(
    inputs: CityInputs,
    counts: tuple[FittedCounts, PlacedPoints],
    demand: Demand,
    supply: Supply,
    found: CoverageResult,
) -> dict[str, Any]:
    """
    Return what was left out or estimated, and how often.

    Parameters
    ----------
    inputs, counts, demand, supply, found
        The assessment, step by step.

    Returns
    -------
    told
        Whole numbers by reason; children in whole children, rounded down.
    """
    fitted, placed = counts
    snapped = found.points.snap.is_snapped
    nodes, _ = inputs.network.components()
    told: dict[str, Any] = {
        "counts_above_child_age": int(fitted.left_out),
        "counts_that_contradict": len(fitted.contradictions),
        "contradictions": _contradictions(fitted),
        "points": int(placed.code.size),
        "points_near_no_street": int((~snapped).sum()),
        "children_near_no_street": _whole(demand.children_micro[~snapped]),
        "children_outside_the_city": _whole(demand.children_micro[demand.zone == OUTSIDE]),
        "places": len(inputs.places.code),
        "places_without_entrance": _without_entrance(inputs),
        "street_components": int(nodes.size),
        "street_nodes_outside_the_largest": int(nodes.sum() - nodes.max(initial=0)),
    }
    for way, name in WAYS.items():
        told[name] = int((placed.way == way).sum())
    return told | supply.left_out


def _whole(children_micro: np.ndarray[Any, np.dtype[np.int64]]) -> int:
    return int(children_micro.sum()) // MICRO


def _without_entrance(inputs: CityInputs) -> int:
    has_one = np.unique(inputs.places.entrance_place)
    return len(inputs.places.code) - int(has_one.size)


def _contradictions(fitted: FittedCounts) -> list[dict[str, Any]]:
    return [
        {"table": one.table, "row": one.row, "stated": one.stated, "found": one.found}
        for one in fitted.contradictions[:MOST_TOLD]
    ]
