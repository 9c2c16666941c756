"""The access index in a scenario: what changed places give it is taken away and put in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import blocks
from atlas.engine.errors import InputError
from atlas.engine.floating import float_on_foot
from atlas.engine.kernels.catchment import ACCESS_WHOLE
from atlas.engine.kernels.scenario_split import settle_touched
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.cases import restricted
from atlas.engine.scenario.points import touched_services
from atlas.engine.sharing import columns_of, offered, share

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.inputs import Requirements
    from atlas.engine.kernels.catchment import Columns, Offers
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.scenario.touch import Side, Touch
    from atlas.engine.sharing import Terrain
    from atlas.engine.types import Int64


@dataclass(frozen=True, slots=True)
class AccessNow:
    """
    The access index of a city after a scenario's changes.

    Attributes
    ----------
    outcome
        Of the scenario.
    blocks, sums
        Services worked out again and what arrives there: as whole parts and parts in 2**-40,
        shape (n, k, 2) each; to be added to the base's, or all of it.
    is_whole
        Whether the sums are all of it.
    """

    outcome: Outcome
    blocks: tuple[Block, ...]
    sums: tuple[Int64, ...]
    is_whole: bool

    def at_points(self, service: int, group: int) -> Int64:
        """
        Return the access index of every point that meets a street.

        Parameters
        ----------
        service, group
            Rows of a requirement of a service that is walked to.

        Returns
        -------
        access
            2**-40, at most 2**62, shape (n,), in the order of the outcome's standing points.

        Raises
        ------
        InputError
            If the requirement does not exist or its service is city-wide.
        """
        held = [h for h in self.outcome.base.held if h.block.column[service, group] >= 0]
        if not held or held[0].access is None:
            msg = f"no walk of group {group} to service {service} is judged"
            raise InputError(msg)
        rows = self.outcome.ground.zone.size
        whole = np.zeros((rows, 2), np.int64)
        again = [
            sums[:, block.column[service, group]]
            for block, sums in zip(self.blocks, self.sums, strict=True)
            if block.column[service, group] >= 0
        ]
        if not (again and self.is_whole):
            before = held[0].access[:, held[0].block.column[service, group]]
            whole[: before.shape[0]] = before
        for part in again:
            whole += part
        return settle_touched(whole)


def access_now(outcome: Outcome) -> AccessNow:
    """
    Return the access index once a scenario's changes are made.

    Parameters
    ----------
    outcome
        Of a scenario whose base keeps its access index.

    Returns
    -------
    access
        Bit for bit that of a full run.

    Raises
    ------
    InputError
        If the base keeps none.

    Notes
    -----
    Source: METHOD §5 and §10. A place's part of the index does not depend on other places, so it
    is taken away and put in. In 3SFCA it does: there the services touched are worked out anew.
    """
    if all(held.access is None for held in outcome.base.held if not held.block.is_city_wide):
        msg = "the base keeps no access index: prepare it with one"
        raise InputError(msg)
    requirements = outcome.base.inputs.requirements
    if requirements.three_step:
        return _anew(outcome)
    touches = outcome.touches
    parts = tuple(_change(outcome, touch, requirements) for touch in touches)
    return AccessNow(outcome, tuple(touch.case.block for touch in touches), parts, is_whole=False)


def _change(outcome: Outcome, touch: Touch, requirements: Requirements) -> Int64:
    """Return what one case's places give after the changes, less what they gave before."""
    change = np.zeros((outcome.ground.zone.size, touch.case.block.service.size, 2), np.int64)
    for side in outcome.sides:
        given = _given(side, touch, requirements)
        change[: given.shape[0]] += side.sign * given
    return change


def _given(side: Side, touch: Touch, requirements: Requirements) -> Int64:
    """Return what the places of one side give, shape (n, k, 2)."""
    offering, ground = side.offering, side.ground
    block = restricted(touch.case, offering.pools)
    offers = offered(
        block, offering.pools, offering.places, offering.assigned, ground.row_of
    ).offers
    columns = columns_of(block, requirements, ground.children)
    return _weighed(replace(ground.terrain, doors=side.doors), columns, offers, requirements)


def _weighed(
    terrain: Terrain, columns: Columns, offers: Offers, requirements: Requirements
) -> Int64:
    """Return what some offers give by the weight form of the requirements, shape (n, k, 2)."""
    if not offers.capacity.size:
        return np.zeros((*columns.children.shape, 2), np.int64)
    if requirements.steps is None:
        return float_on_foot(terrain, columns, offers, requirements)
    return share(terrain, columns, offers).share[:, :, ACCESS_WHOLE:]


def _anew(outcome: Outcome) -> AccessNow:
    """Return the access index with the services touched worked out from all their places."""
    then = after(outcome)
    inputs, ground = then.inputs, ground_after(outcome, then)
    touched = touched_services(outcome)
    chosen = tuple(
        block
        for block in blocks(inputs.pools, inputs.requirements)
        if not block.is_city_wide and touched[block.services].any()
    )
    parts = []
    for block in chosen:
        offers = offered(
            block, inputs.pools, inputs.places.code.size, inputs.catchments(), ground.row_of
        ).offers
        columns = columns_of(block, inputs.requirements, ground.children)
        parts.append(_weighed(ground.terrain, columns, offers, inputs.requirements))
    return AccessNow(outcome, chosen, tuple(parts), is_whole=True)
