"""Kernels are compiled once: no layout of the inputs makes numba start over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from atlas.engine.decay import Linear
from atlas.engine.kernels import (
    catchment,
    choices,
    contraction,
    filling,
    floating,
    flow,
    grid,
    hierarchy,
    split,
)
from tests.unit.engine.towns import random_town

LARGE: list[Any] = [
    catchment.share_out,
    catchment.use_of,
    choices.add_need,
    choices.choices_of_offers,
    choices.mark_choices,
    choices.number_choices,
    choices.turned,
    contraction.trace,
    filling.fill,
    filling.is_filled,
    filling.parts_used,
    floating.add_weights,
    floating.float_places,
    flow.max_flow,
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
    weighed = replace(town.requirements, access=Linear(), three_step=True)
    town = town.but(requirements=weighed)
    town.assess(filled=True)
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
    one, two = turned.assess(threads=1, filled=True), town.assess(threads=2, filled=True)
    assert one.served.tolist() == two.served.tolist()
    assert one.when_filled.served.tolist() == two.when_filled.served.tolist()
    random_town(6, is_assigned=True).but(requirements=weighed).assess(filled=True)
    assert [len(kernel.signatures) for kernel in LARGE] == known
