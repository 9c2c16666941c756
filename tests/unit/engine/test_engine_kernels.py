"""Kernels are compiled once: no layout of the inputs makes numba start over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from atlas.engine.kernels import catchment, contraction, grid, hierarchy, split
from tests.unit.engine.towns import random_town

LARGE: list[Any] = [
    catchment.share_out,
    catchment.use_of,
    contraction.trace,
    grid.fill_grid,
    grid.nearest_on_edges,
    hierarchy.eliminate,
    hierarchy.read_at_points,
    hierarchy.seed,
    hierarchy.sweep,
    hierarchy.unpack,
    split.add_up,
    split.settle,
    split.usable_part,
]


def test_another_layout_of_the_same_inputs_compiles_nothing_anew():
    town = random_town(5)
    town.assess()
    known = [len(kernel.signatures) for kernel in LARGE]
    turned = town.but(
        demand=replace(
            town.demand,
            xy_m=np.asfortranarray(town.demand.xy_m),
            children_micro=np.asfortranarray(town.demand.children_micro),
            zone=town.demand.zone.astype(np.int64),
        ),
        pools=replace(town.pools, admits=np.asfortranarray(town.pools.admits)),
        incomplete=np.asfortranarray(town.incomplete),
    )
    assert turned.assess(threads=1).served.tolist() == town.assess(threads=2).served.tolist()
    random_town(6, is_assigned=True).assess()
    assert [len(kernel.signatures) for kernel in LARGE] == known
