"""Changed places gathered by the services that must be worked on together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.columns import Block
from atlas.engine.inputs import CITY_WIDE, NOT_APPLICABLE, Assigned, Pools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.inputs import Requirements
    from atlas.engine.scenario.base import Base
    from atlas.engine.scenario.changes import Pool
    from atlas.engine.scenario.directory import Place
    from atlas.engine.types import Bool, Int64


@dataclass(frozen=True, slots=True)
class Offering:
    """
    What some places offer.

    Attributes
    ----------
    pools
        Their pools; `place` is the place's number among them.
    assigned
        Catchments, by the same numbers.
    places
        How many there are.
    """

    pools: Pools
    assigned: Assigned
    places: int


@dataclass(frozen=True, slots=True)
class Case:
    """
    Services that changed pools tie together.

    Attributes
    ----------
    block
        Their columns: groups stand in one only if neither the city nor a changed pool tells them
        apart. Groups that no changed pool admits stand in none.
    held
        Which of the base's blocks each column comes from, shape (k,).
    parent
        Which column there, shape (k,).
    """

    block: Block
    held: Int64
    parent: Int64


def offering(places: Sequence[Place], requirements: Requirements) -> Offering:
    """
    Return what some places offer.

    Parameters
    ----------
    places
        In any state.
    requirements
        How many services and groups there are.

    Returns
    -------
    offering
        Pools in the order of the places.
    """
    owned: list[tuple[int, Pool]] = [
        (number, pool) for number, place in enumerate(places) for pool in place.pools
    ]
    own = [
        (j, np.asarray(pool.catchment, np.int32))
        for j, (_, pool) in enumerate(owned)
        if pool.catchment is not None
    ]
    is_assigned = np.zeros(len(owned), np.bool_)
    is_assigned[[j for j, _ in own]] = True
    pools = Pools(
        code=np.array([pool.code for _, pool in owned], dtype=np.str_),
        place=np.array([number for number, _ in owned], np.int32),
        capacity_micro=np.array([pool.capacity_micro for _, pool in owned], np.int64),
        admits=np.array([pool.admits for _, pool in owned], np.bool_).reshape(
            len(owned), *requirements.shape
        ),
    )
    assigned = Assigned(
        is_assigned,
        np.repeat([j for j, _ in own], [rows.size for _, rows in own]).astype(np.int32),
        np.concatenate([np.zeros(0, np.int32), *(rows for _, rows in own)]),
    )
    return Offering(pools, assigned, len(places))


def cases(base: Base, admits: Bool) -> list[Case]:
    """
    Return the services that changed pools touch, those together that a pool ties together.

    Parameters
    ----------
    base
        The city.
    admits
        Of the changed pools, as they were and as they will be, shape (j, s, g).

    Returns
    -------
    cases
        In the order of their first service.
    """
    requirements = base.inputs.requirements
    applicable: Bool = requirements.reach_cm != NOT_APPLICABLE
    admits = np.logical_and(admits, applicable)
    lane = _lanes(base)
    return [
        _case(family, admits, requirements, lane)
        for family in _families(np.asarray(admits.any(axis=2), np.bool_))
    ]


def restricted(case: Case, pools: Pools) -> Block:
    """
    Return a case's block as some pools fill it.

    Parameters
    ----------
    case
        Its columns.
    pools
        Which may be others than those the case was made of.

    Returns
    -------
    block
        The same columns.
    """
    block = case.block
    admits = pools.admits[:, block.service, block.first_group]
    return Block(
        services=block.services,
        column=block.column,
        service=block.service,
        first_group=block.first_group,
        groups=block.groups,
        admits=admits,
        pools=np.flatnonzero(admits.any(axis=1)),
        is_city_wide=block.is_city_wide,
    )


def _lanes(base: Base) -> Int64:
    """Return the base's block and column of each service and group, shape (s, g, 2)."""
    lane = np.full((*base.inputs.requirements.shape, 2), -1, np.int64)
    for number, held in enumerate(base.held):
        column = held.block.column
        lane[column >= 0, 0] = number
        lane[..., 1] = np.where(column >= 0, column, lane[..., 1])
    return lane


def _families(serves: Bool) -> list[Int64]:
    """Return the services of each family that pools tie together, shape (j, s) given."""
    families: list[set[int]] = []
    for row in np.unique(serves, axis=0):
        mine = set(np.flatnonzero(row).tolist())
        for other in [family for family in families if family & mine]:
            mine |= other
            families.remove(other)
        families += [mine] if mine else []
    return [np.array(sorted(family)) for family in sorted(families, key=min)]


def _case(services: Int64, admits: Bool, requirements: Requirements, lane: Int64) -> Case:
    """Return the columns of one family."""
    column = np.full(requirements.shape, -1, np.int32)
    known: dict[tuple[int, int, bytes], int] = {}
    members: list[tuple[int, int]] = []
    for s in services.tolist():
        for g in np.flatnonzero(admits[:, s].any(axis=0)).tolist():
            key = (*lane[s, g].tolist(), admits[:, s, g].tobytes())
            if key not in known:
                known[key] = len(known)
                members.append((s, g))
            column[s, g] = known[key]
    service, group = np.array(members, np.int64).T
    block = Block(
        services=services,
        column=column,
        service=service,
        first_group=group,
        groups=np.array([(column == k).any(axis=0) for k in range(len(known))]),
        admits=admits[:, service, group],
        pools=np.flatnonzero(admits[:, service, group].any(axis=1)),
        is_city_wide=bool(requirements.mode[services[0]] == CITY_WIDE),
    )
    held, parent = lane[service, group].T
    return Case(block, held, parent)
