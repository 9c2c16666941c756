"""Everything that a full run would have found at the points of a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import blocks
from atlas.engine.outcome import PointCoverage
from atlas.engine.scenario.access import access_now
from atlas.engine.scenario.after import after
from atlas.engine.scenario.filled import filled_now
from atlas.engine.scenario.nearest import nearest_now
from atlas.engine.scenario.points import even_outcome
from atlas.engine.snapping import Snap

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.outcome import BlockOutcome
    from atlas.engine.scenario.filled import FilledPart
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.types import Int64


def points_now(outcome: Outcome) -> PointCoverage:
    """
    Return what is found at every point once a scenario's changes are made.

    Parameters
    ----------
    outcome
        Of a scenario.

    Returns
    -------
    points
        As `coverage` finds them, so that whatever is asked of a full run can be asked of a
        scenario: access index, nearest places and filled shares where the base keeps them, else
        0, -1 and none. Places are rows of those of `after`.

    Raises
    ------
    LedgerError
        If a seat was lost or made.
    """
    inputs, base = after(outcome).inputs, outcome.base
    every = blocks(inputs.pools, inputs.requirements)
    found = [even_outcome(outcome, inputs, block) for block in every]
    walked = [k for k, block in enumerate(every) if not block.is_city_wide]
    held = [one for one in base.held if not one.block.is_city_wide]
    if held and held[0].access is not None:
        access = access_now(outcome)
        for k in walked:
            columns = [access.at_points(*at) for at in _members(every[k])]
            found[k] = replace(found[k], access=np.stack(columns, axis=1))
    if held and held[0].label is not None:
        for k in walked:
            near = [nearest_now(outcome, *at) for at in _members(every[k])]
            found[k] = replace(
                found[k],
                nearest_cm=np.stack([one.cm for one in near], axis=1),
                nearest_place=np.stack([one.place for one in near], axis=1),
            )
    if base.filling is not None:
        # Those of the scenario come first: what is filled again is not as it was.
        parts = (*filled_now(outcome).parts, *base.filling.parts)
        found = [
            replace(one, filled=_filled(one, block, parts))
            for one, block in zip(found, every, strict=True)
        ]
    return PointCoverage(_snap(outcome), inputs.requirements.shape, found)


def _members(block: Block) -> list[tuple[int, int]]:
    """Return the service and the first group of each column."""
    return list(zip(block.service.tolist(), block.first_group.tolist(), strict=True))


def _filled(one: BlockOutcome, block: Block, parts: tuple[FilledPart, ...]) -> Int64:
    """Return the shares of a block once its places are filled."""
    share = np.empty(one.share.shape, np.int64)
    for k, at in enumerate(_members(block)):
        part = next(part for part in parts if part.block.column[at] >= 0)
        share[:, k] = part.share[:, part.block.column[at]]
    return share


def _snap(outcome: Outcome) -> Snap:
    """Return where the caller's points meet the streets of the city."""
    points = outcome.base.ground.terrain.points
    count = outcome.base.inputs.demand.code.size
    snap = Snap(*(np.full(count, -1, np.int32) for _ in range(4)))
    for name in ("edge", "to_start_cm", "to_end_cm", "leg_cm"):
        getattr(snap, name)[points.row] = getattr(points.snap, name)
    return snap
