"""What was found at every point of a scenario, as a full run finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.scenario_split import settle_touched
from atlas.engine.outcome import BlockOutcome
from atlas.engine.scenario.full import city_wide

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.types import Bool, Int32, Int64


def touched_services(outcome: Outcome) -> Bool:
    """
    Return the services of the pools that change or whose points do.

    Parameters
    ----------
    outcome
        Of a scenario.

    Returns
    -------
    touched
        Shape (s,); every other service answers as in the base.
    """
    services = np.zeros(outcome.base.inputs.requirements.shape[0], np.bool_)
    for place in (*outcome.changed.before, *outcome.changed.after):
        for pool in place.pools:
            services |= pool.admits.any(axis=1)
    for touch in outcome.touches:
        services[touch.case.block.services] = True
    return services


def even_outcome(outcome: Outcome, inputs: Inputs, block: Block) -> BlockOutcome:
    """
    Return what even sharing gives at every judged point of a block.

    Parameters
    ----------
    outcome
        Of a scenario.
    inputs
        Those of `after`.
    block
        Services that share pools there.

    Returns
    -------
    even
        Bit for bit as a full run finds it; access index and nearest places are left out.
    """
    if block.is_city_wide:
        return city_wide(inputs, block)[0]
    rows = outcome.ground.zone.size
    shape = (rows, block.service.size)
    parts = np.zeros((*shape, 2), np.int64)
    places, unknown = (np.zeros(shape, np.int32) for _ in range(2))
    for k, at in enumerate(zip(block.service.tolist(), block.first_group.tolist(), strict=True)):
        _arrive(outcome, at, (parts[:, k], places[:, k], unknown[:, k]))
    nowhere = np.full(shape, -1, np.int32)
    share = settle_touched(parts.reshape(-1, 2)).reshape(shape)
    return BlockOutcome(
        row=outcome.ground.terrain.points.row,
        column=block.column,
        is_shared=inputs.requirements.need()[block.service, block.first_group] > 0,
        share=share,
        access=np.zeros(shape, np.int64),
        places=places,
        unknown=unknown > 0,
        nearest_cm=nowhere,
        nearest_place=nowhere,
    )


def _arrive(outcome: Outcome, at: tuple[int, int], into: tuple[Int64, Int32, Int32]) -> None:
    """Write what arrives at every standing point for one service and group."""
    share, places, unknown = into
    for held in outcome.base.held:
        k = int(held.block.column[at])
        if k >= 0:
            stood = held.places.shape[0]
            share[:stood], places[:stood] = held.share[:, k], held.places[:, k]
            unknown[:stood] = held.unknown[:, k]
    for touch in outcome.touches:
        k, touched = int(touch.case.block.column[at]), touch.touched
        if k >= 0:
            share[touched.point] += touched.share[:, k]
            places[touched.point] += touched.places[:, k]
            unknown[touched.point] += touched.unknown[:, k]
