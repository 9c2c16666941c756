"""Who has a place within reach when walking by a profile, and what safety takes away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.city import city_of
from atlas.engine.columns import Block, blocks
from atlas.engine.errors import InputError, LedgerError, ShapeError
from atlas.engine.inputs import (
    CAPACITY_UNKNOWN,
    NO_PROVISION,
    NOT_APPLICABLE,
    refuse_unless,
)
from atlas.engine.kernels.split import (
    AMOUNTS,
    CHILDREN,
    OUT,
    SERVED,
    UNKNOWN,
    UNSNAPPED,
    Crowd,
    Verdict,
    add_up,
)
from atlas.engine.need import gap
from atlas.engine.positions import doors_of, stand
from atlas.engine.sharing import Terrain, columns_of, offered, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.inputs import Assigned, Demand, Places, Pools, Requirements
    from atlas.engine.need import Levels
    from atlas.engine.network import Network
    from atlas.engine.supply import City
    from atlas.engine.types import Bool, Int32, Int64
    from atlas.engine.walks import Walk

NOBODY_NEAR = -1


@dataclass(frozen=True, slots=True)
class Walkers:
    """
    Some groups, and how they walk.

    Attributes
    ----------
    walk
        The network in their profile.
    groups
        Which services and groups are asked for, shape (s, g); what is not required is left out.
    """

    walk: Walk
    groups: Bool


@dataclass(frozen=True, slots=True)
class BlockReach:
    """
    Which of n points have a place within reach, in the k columns of one block of services.

    Attributes
    ----------
    row
        Which of the caller's points, shape (n,).
    column
        Which column a service and group stand in, shape (s, g); -1 not in this block.
    places
        How many places lie within reach, shape (n, k).
    """

    row: Int64
    column: Int32
    places: Int32


@dataclass(frozen=True, slots=True)
class PointReach:
    """
    Which of i points have a place within reach, asked by service and group.

    Attributes
    ----------
    points
        How many points there are.
    blocks
        What was found, by blocks of services that share pools.
    """

    points: int
    blocks: list[BlockReach]

    def applies(self, service: int, group: int) -> bool:
        """
        Return whether the service was asked for and is required.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        applies
            Where it does not, every other question raises.
        """
        return any(block.column[service, group] >= 0 for block in self.blocks)

    def places(self, service: int, group: int) -> Int32:
        """
        Return how many places each point has within reach.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        places
            Shape (i,); -1 where no street is near.

        Raises
        ------
        InputError
            If the service was not asked for, or is not required.
        """
        for block in self.blocks:
            k = int(block.column[service, group])
            if k >= 0:
                whole = np.full(self.points, NOBODY_NEAR, np.int32)
                whole[block.row] = block.places[:, k]
                return whole
        msg = f"no requirement of service {service} for group {group}"
        raise InputError(msg)

    def reached(self, service: int, group: int) -> Bool:
        """
        Return which points have a place within reach.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        reached
            Shape (i,).

        Raises
        ------
        InputError
            If the service was not asked for, or is not required.
        """
        return self.places(service, group) > 0


@dataclass(frozen=True, slots=True)
class WalkReach:
    """
    Who reaches what by one profile; amounts are millionths of children, shape (z, s, g), int64.

    Attributes
    ----------
    children, reached, out, unknown
        children = reached + out + unknown, exactly; all 0 where a service was not asked for.
    unsnapped
        The part of `unknown` that no street is near.
    points
        What was found at each point.
    """

    children: Int64
    reached: Int64
    out: Int64
    unknown: Int64
    unsnapped: Int64
    points: PointReach


def reached(  # noqa: PLR0913 - what `coverage` takes, and who walks
    network: Network,
    demand: Demand,
    places: Places,
    pools: Pools,
    requirements: Requirements,
    incomplete: Bool,
    *,
    walkers: Sequence[Walkers],
    assigned: Assigned | None = None,
    threads: int | None = None,
) -> list[WalkReach]:
    """
    Return who has a place within reach, for each of several ways of walking.

    Parameters
    ----------
    network, demand, places, pools, requirements, incomplete, assigned
        As `atlas.engine.coverage.coverage` takes them, each in any order. Capacities and
        provisions play no part.
    walkers
        Who walks how.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.

    Returns
    -------
    reaches
        One for each of `walkers`; zones, services, groups and points in the caller's order. By
        `any_route` the reached are the served and full of `coverage`.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.

    Notes
    -----
    Source: METHOD §3.4 and §5. Points and entrances snap once, whoever walks. A city-wide service
    is reached by whoever it admits, however they walk.
    """
    city = city_of(
        network,
        demand,
        places,
        pools,
        requirements,
        incomplete,
        assigned=assigned,
        threads=threads,
    )
    return reached_in(city, incomplete, walkers=walkers)


def reached_in(city: City, incomplete: Bool, *, walkers: Sequence[Walkers]) -> list[WalkReach]:
    """
    Return who has a place within reach in a city whose inputs are checked and snapped.

    Parameters
    ----------
    city
        From `city_of`: whoever asks more of the same city snaps it once.
    incomplete, walkers
        As in `reached`.

    Returns
    -------
    reaches
        Those of `reached`, to the last bit.

    Raises
    ------
    ShapeError
        If `incomplete` is not of the city's services, or a walker's groups do not fit.
    """
    fits = incomplete.shape[:-1] == city.requirements.shape[:1]
    refuse_unless(fits, "incomplete does not fit the services", ShapeError)
    pools, requirements = city.pools, city.requirements
    alone = replace(
        city,
        # With no capacity told, pools at one place that admit the same children are one.
        pools=replace(pools, capacity_micro=np.full_like(pools.capacity_micro, CAPACITY_UNKNOWN)),
        requirements=replace(
            requirements, provision_micro=np.full_like(requirements.provision_micro, NO_PROVISION)
        ),
    )
    return [_by(alone, one, np.ascontiguousarray(incomplete, np.bool_)) for one in walkers]


def _by(city: City, walkers: Walkers, incomplete: Bool) -> WalkReach:
    """Return who reaches what in one way of walking."""
    shape = city.requirements.shape
    refuse_unless(walkers.groups.shape == shape, "the walkers do not fit the groups", ShapeError)
    reach_cm = np.where(walkers.groups, city.requirements.reach_cm, NOT_APPLICABLE)
    asked = replace(city.requirements, reach_cm=reach_cm.astype(np.int32))
    terrain = Terrain(
        walkers.walk.graph,
        stand(city.network, city.stands, walkers.walk),
        doors_of(
            city.network,
            city.places.entrance_place,
            city.enters,
            city.places.code.size,
            walkers.walk,
        ),
        city.threads,
    )
    amount = np.zeros((AMOUNTS, incomplete.shape[1], *shape), np.int64)
    found = []
    for block in blocks(city.pools, asked):
        one = (
            _city_wide(city, block) if block.is_city_wide else _walked(city, terrain, block, asked)
        )
        _add(city, block, one, incomplete, amount)
        found.append(one)
    return WalkReach(
        children=amount[CHILDREN],
        reached=amount[SERVED],
        out=amount[OUT],
        unknown=amount[UNKNOWN],
        unsnapped=amount[UNSNAPPED],
        points=PointReach(city.demand.code.size, found),
    )


def _walked(city: City, terrain: Terrain, block: Block, asked: Requirements) -> BlockReach:
    """Return what is reached on foot."""
    row = terrain.points.row
    row_of = np.full(city.demand.code.size, -1, np.int32)
    row_of[row] = np.arange(row.size, dtype=np.int32)
    offer = offered(block, city.pools, city.places.code.size, city.assigned, row_of)
    columns = columns_of(block, asked, city.demand.children_micro[row])
    return BlockReach(row, block.column, share(terrain, columns, offer.offers).places)


def _city_wide(city: City, block: Block) -> BlockReach:
    """Return what everybody inside the city reaches."""
    row = np.flatnonzero(city.demand.zone >= 0)
    offers = np.zeros((city.places.code.size, block.service.size), np.bool_)
    np.logical_or.at(offers, city.pools.place, block.admits)
    places = offers.sum(axis=0).astype(np.int32)
    return BlockReach(row, block.column, np.tile(places, (row.size, 1)))


def _add(city: City, block: Block, found: BlockReach, incomplete: Bool, amount: Int64) -> None:
    """Add a block's children to their zones."""
    demand = city.demand
    points, columns = demand.code.size, block.service.size
    others = np.ones(points, np.bool_)
    others[found.row] = False
    crowd = Crowd(
        children=np.ascontiguousarray(demand.children_micro, np.int64),
        zone=np.ascontiguousarray(demand.zone, np.int32),
        edge_cm=np.full(points, -1, np.int32),
        row=np.concatenate((found.row, np.flatnonzero(others))),
        judged=found.row.size,
    )
    # Judged by reach alone: no share is ever looked at.
    verdict = Verdict(
        services=block.services,
        column=block.column,
        reach=np.full(city.requirements.shape, -1, np.int32),
        incomplete=incomplete,
        is_shared=np.zeros(columns, np.bool_),
        share=np.zeros((0, columns), np.int64),
        places=found.places,
        unknown=np.zeros((0, columns), np.bool_),
    )
    add_up(crowd, verdict, 0, points, amount, np.zeros(amount.shape[1:], np.uint8))


def safety_gap(
    by_any: Int64, by_walk: Int64, children: Int64, unknown: Int64, unknown_limit: float
) -> Levels:
    """
    Return the share of children who reach a service by any route and not by a profile's.

    Parameters
    ----------
    by_any, by_walk
        Children reached, any one shape, in one unit.
    children, unknown
        All of them, and those nobody can judge, the same shape.
    unknown_limit
        Share of unknown children above which the gap is missing.

    Returns
    -------
    levels
        x = (by_any − by_walk) / (children − unknown), in [0, 1]. `NOT_APPLICABLE` where there is
        no child, `MISSING` where too many are unknown.

    Raises
    ------
    LedgerError
        If a profile reaches more than any route does.
    ShapeError, InputError
        As `atlas.engine.need.gap`.

    Notes
    -----
    Source: METHOD §3.4 (ours).

    Examples
    --------
    >>> safety_gap(*(np.array([[n]]) for n in (80, 60, 120, 20)), 1 / 3).x
    array([[0.2]])
    """
    if (by_walk > by_any).any():
        msg = "a profile reaches more children than any route"
        raise LedgerError(msg)
    return gap(by_any - by_walk, np.zeros_like(by_any), children, unknown, unknown_limit)
