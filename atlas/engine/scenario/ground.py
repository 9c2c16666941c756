"""Where children stand and places are entered, in the profile that everybody walks by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.positions import Points, doors_of, graph_of, stand
from atlas.engine.sharing import Terrain
from atlas.engine.snapping import snap

if TYPE_CHECKING:
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.types import Int32, Int64


@dataclass(frozen=True, slots=True)
class Ground:
    """
    Where children stand and places are entered.

    Attributes
    ----------
    terrain
        Streets, standing points and doors.
    entrances
        The entrances once more, as points: a search back finds which places are near.
    row_of
        Which standing point each of the caller's points is, shape (i,); -1 not snapped.
    children, zone
        Of the standing points, shape (n, g) and (n,).
    """

    terrain: Terrain
    entrances: Points
    row_of: Int32
    children: Int64
    zone: Int32


def ground_of(inputs: Inputs, threads: int) -> Ground:
    """
    Return where children stand and places are entered.

    Parameters
    ----------
    inputs
        Of the whole city.
    threads
        How many chunks run at once.

    Returns
    -------
    ground
        In the profile that everybody walks by.
    """
    network, demand, places, walk = inputs.network, inputs.demand, inputs.places, inputs.walk
    farthest = inputs.requirements.farthest_leg_cm
    stands, enters = (
        snap(network, xy_m, farthest_leg_cm=farthest, threads=threads)
        for xy_m in (demand.xy_m, places.entrance_xy_m)
    )
    points = stand(network, stands, walk)
    row_of = np.full(demand.code.size, -1, np.int32)
    row_of[points.row] = np.arange(points.row.size, dtype=np.int32)
    doors = doors_of(network, places.entrance_place, enters, places.code.size, walk)
    graph = graph_of(network) if walk is None else walk.graph
    return Ground(
        terrain=Terrain(graph, points, doors, threads),
        entrances=stand(network, enters, walk),
        row_of=row_of,
        children=np.ascontiguousarray(demand.children_micro[points.row], np.int64),
        zone=np.ascontiguousarray(demand.zone[points.row], np.int32),
    )
