"""Which services and groups can be worked on together, and which look alike to every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.inputs import CITY_WIDE, NOT_APPLICABLE, Pools, Requirements

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64

MOST_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Block:
    """
    Services that share a pool with each other, and with no other service.

    Attributes
    ----------
    services
        Rows of the services.
    column
        Which column of the block, shape (s, g); -1 elsewhere.
    service, first_group
        Of each column: its service and the first of its groups, shape (k,).
    groups
        Which groups a column holds, shape (k, g).
    admits
        Which pools admit each column, shape (j, k).
    pools
        Rows of the pools that admit any.
    is_city_wide
        Whether the block is judged without distance.
    """

    services: Int64
    column: Int32
    service: Int64
    first_group: Int64
    groups: Bool
    admits: Bool
    pools: Int64
    is_city_wide: bool


def blocks(pools: Pools, requirements: Requirements) -> list[Block]:
    """
    Return the blocks of an assessment, in the order of their first service.

    Parameters
    ----------
    pools, requirements
        Of the whole city.

    Returns
    -------
    blocks
        Groups of a service with the same reach, need and pools stand in one column: what arrives
        at one of them arrives at all, so it is worked out once.

    Raises
    ------
    InputError
        If a pool serves a city-wide and a walking service, or a block has over 64 columns.
    """
    applies = requirements.reach_cm != NOT_APPLICABLE
    admits = pools.admits & applies
    serves = admits.any(axis=2)
    return [
        _block(np.flatnonzero(family), admits, applies, requirements)
        for family in _families(serves, applies.any(axis=1))
    ]


def _families(serves: Bool, applies: Bool) -> list[Bool]:
    """Return the sets of services that pools tie together, leaving out what never applies."""
    services = serves.shape[1]
    ties = (serves.T.astype(np.int64) @ serves.astype(np.int64) > 0) | np.eye(services, dtype=bool)
    for middle in range(services):
        ties |= np.outer(ties[:, middle], ties[middle])
    first = [int(np.argmax(ties[service])) for service in range(services)]
    return [ties[s] & applies for s in range(services) if first[s] == s and applies[ties[s]].any()]


def _block(services: Int64, admits: Bool, applies: Bool, requirements: Requirements) -> Block:
    """Return one family's columns."""
    modes = np.unique(requirements.mode[services])
    if modes.size > 1:
        msg = "a pool serves a city-wide and a walking service"
        raise InputError(msg)
    column = np.full(applies.shape, -1, np.int32)
    need = requirements.need()
    known: dict[tuple[int, int, int, bytes], int] = {}
    members: list[tuple[int, int]] = []
    for s, g in np.argwhere(applies).tolist():
        if s not in services:
            continue
        reach = int(requirements.reach_cm[s, g])
        key = (s, reach, int(need[s, g]), np.packbits(admits[:, s, g]).tobytes())
        if key not in known:
            known[key] = len(known)
            members.append((s, g))
        column[s, g] = known[key]
    if len(known) > MOST_COLUMNS:
        msg = f"services that share pools need {len(known)} columns, more than {MOST_COLUMNS}"
        raise InputError(msg)
    service, group = np.array(members).T
    in_column = np.array([(column == k).any(axis=0) for k in range(len(known))])
    admitted = admits[:, service, group]
    return Block(
        services=services,
        column=column,
        service=service,
        first_group=group,
        groups=in_column,
        admits=admitted,
        pools=np.flatnonzero(admitted.any(axis=1)),
        is_city_wide=bool(modes[0] == CITY_WIDE),
    )
