"""Places filled in a scenario: for the services that its changes touch, and for no others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import blocks
from atlas.engine.errors import InputError
from atlas.engine.filling import NOT_JUDGED, FilledBlock, fill_block
from atlas.engine.kernels.split import AMOUNTS, FULL, SERVED
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.full import add_block
from atlas.engine.scenario.points import even_outcome, touched_services
from atlas.engine.snapping import Snap
from atlas.engine.supply import City
from atlas.engine.supply import Ground as Supplied

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.outcome import BlockOutcome
    from atlas.engine.scenario.full import Whole
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.types import Int64


@dataclass(frozen=True, slots=True)
class FilledPart:
    """
    What arrives from one block's pools once they are filled.

    Attributes
    ----------
    block
        Services that share pools.
    share
        At their judged points, shape (n, k), 2**-40: never less than even sharing gives.
    """

    block: Block
    share: Int64


@dataclass(frozen=True, slots=True)
class Filling:
    """
    Who is served once places are filled.

    Attributes
    ----------
    served, full
        Millionths of children, shape (z, s, g); out and unknown stay what even sharing finds.
    certain_full_micro
        Children of the city in reach of places whom no allocation can serve, shape (s,),
        millionths; `NOT_JUDGED` (-1) where no provision is adopted.
    parts
        The blocks that were filled.
    """

    served: Int64
    full: Int64
    certain_full_micro: Int64
    parts: tuple[FilledPart, ...]


def filling_of(inputs: Inputs, ground: Ground, whole: Whole) -> Filling:
    """
    Return a city with its places filled.

    Parameters
    ----------
    inputs, ground
        The city.
    whole
        What even sharing finds.

    Returns
    -------
    filling
        That of `coverage` where it fills places.

    Raises
    ------
    LedgerError, InputError
        As `fill_block`.
    """
    shape = (inputs.incomplete.shape[1], *inputs.requirements.shape)
    amount = np.zeros((AMOUNTS, *shape), np.int64)
    certain = np.full(shape[1], NOT_JUDGED, np.int64)
    parts = []
    for block, even in zip(whole.blocks, whole.outcomes, strict=True):
        part = _filled(inputs, ground, block, even)
        _add(inputs, block, even, part, amount)
        certain[block.services] = part.certain_full_micro
        parts.append(FilledPart(block, part.share))
    full = amount[FULL]
    least = np.minimum(certain, full.sum(axis=(0, 2)))
    return Filling(amount[SERVED], full, least, tuple(parts))


def filled_now(outcome: Outcome) -> Filling:
    """
    Return who is served once places are filled, after a scenario's changes.

    Parameters
    ----------
    outcome
        Of a scenario whose base is kept filled.

    Returns
    -------
    filling
        Bit for bit as a full run finds it; its parts are those of the services touched.

    Raises
    ------
    InputError
        If the base was not filled.
    LedgerError
        If a seat was lost or made.

    Notes
    -----
    Source: METHOD §5 (ours). Filling is not local: what one place has left goes to children who
    reach others. All places of the services touched are filled again, no other service's.
    """
    before = outcome.base.filling
    if before is None:
        msg = "the base is not kept filled: prepare it so"
        raise InputError(msg)
    then = after(outcome)
    inputs, ground = then.inputs, ground_after(outcome, then)
    touched = touched_services(outcome)
    amount = np.zeros((AMOUNTS, *before.served.shape), np.int64)
    certain = before.certain_full_micro.copy()
    parts = []
    for block in blocks(inputs.pools, inputs.requirements):
        if touched[block.services].any():
            even = even_outcome(outcome, inputs, block)
            part = _filled(inputs, ground, block, even)
            _add(inputs, block, even, part, amount)
            certain[block.services] = part.certain_full_micro
            parts.append(FilledPart(block, part.share))
    again = np.zeros(touched.size, np.bool_)
    for one in parts:
        again[one.block.services] = True
    is_new = again[None, :, None]
    full = np.where(is_new, amount[FULL], before.full)
    least = np.minimum(certain, full.sum(axis=(0, 2)))
    served = np.where(is_new, amount[SERVED], before.served)
    return Filling(served, full, np.where(again, least, certain), tuple(parts))


def _filled(inputs: Inputs, ground: Ground, block: Block, even: BlockOutcome) -> FilledBlock:
    """Return one block with its places filled."""
    return fill_block(
        _city(inputs, ground), _supplied(inputs, ground), block, even, inputs.incomplete
    )


def _add(
    inputs: Inputs, block: Block, even: BlockOutcome, part: FilledBlock, amount: Int64
) -> None:
    """Add a filled block to the zones."""
    outcome = replace(even, share=part.share)
    add_block(inputs, block, outcome, amount, np.zeros(amount.shape[1:], np.uint8))


def _city(inputs: Inputs, ground: Ground) -> City:
    """Return the city as filling takes it, snapped already."""
    points, nowhere = ground.terrain.points, np.zeros(0, np.int32)
    return City(
        network=inputs.network,
        demand=inputs.demand,
        places=inputs.places,
        pools=inputs.pools,
        requirements=inputs.requirements,
        assigned=inputs.catchments(),
        stands=points.snap,
        enters=Snap(nowhere, nowhere, nowhere, nowhere),
        threads=ground.terrain.threads,
    )


def _supplied(inputs: Inputs, ground: Ground) -> Supplied:
    """Return the ground as filling takes it."""
    rank = np.empty(inputs.places.code.size, np.int32)
    rank[np.argsort(inputs.places.code, kind="stable")] = np.arange(rank.size, dtype=np.int32)
    return Supplied(ground.terrain, ground.children, ground.row_of, rank)
