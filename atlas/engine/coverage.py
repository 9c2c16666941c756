"""One whole city assessed: who is served, who meets full places, who is out, who is unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.city import city_of
from atlas.engine.columns import Block, blocks
from atlas.engine.coverage_result import CoverageResult, Filled
from atlas.engine.decay import AccessSteps, thirds
from atlas.engine.errors import ShapeError
from atlas.engine.filling import NOT_JUDGED, fill_block
from atlas.engine.inputs import (
    CAPACITY_UNKNOWN,
    CITY_WIDE,
    NO_PROVISION,
    NOT_APPLICABLE,
    OUTSIDE,
    WALK,
    Assigned,
    Demand,
    Places,
    Pools,
    Requirements,
    refuse_unless,
)
from atlas.engine.kernels.split import (
    AMOUNTS,
    CAPACITY_UNKNOWN_FLAG,
    CHILDREN,
    EDGE,
    EDGE_FLAG,
    FULL,
    INCOMPLETE_FLAG,
    ON_REACH,
    OUT,
    SERVED,
    SERVED_LOW,
    UNKNOWN,
    UNSNAPPED,
    Crowd,
    Verdict,
    add_up,
)
from atlas.engine.ledger import (
    CapacityLedger,
    FillingLedger,
    assert_capacity,
    assert_children,
    shortfall,
    unfilled,
    unused,
)
from atlas.engine.outcome import BlockOutcome, PointCoverage
from atlas.engine.supply import City, Ground, ground_of, judge
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.types import Bool, Int32, Int64, UInt8

__all__ = [
    "CAPACITY_UNKNOWN",
    "CAPACITY_UNKNOWN_FLAG",
    "CITY_WIDE",
    "EDGE_FLAG",
    "INCOMPLETE_FLAG",
    "NOT_APPLICABLE",
    "NOT_JUDGED",
    "NO_PROVISION",
    "OUTSIDE",
    "WALK",
    "AccessSteps",
    "Assigned",
    "CapacityLedger",
    "CoverageResult",
    "Demand",
    "Filled",
    "FillingLedger",
    "Places",
    "PointCoverage",
    "Pools",
    "Requirements",
    "city_of",
    "coverage",
    "covered",
    "thirds",
]


def coverage(  # noqa: PLR0913 - one call, one whole city
    network: Network,
    demand: Demand,
    places: Places,
    pools: Pools,
    requirements: Requirements,
    incomplete: Bool,
    *,
    assigned: Assigned | None = None,
    threads: int | None = None,
    filled: bool = False,
) -> CoverageResult:
    """
    Assess a whole city.

    Parameters
    ----------
    network
        The streets, loaded to the largest reach beyond the boundary.
    demand, places, pools, requirements
        Children, places, what they offer and what is required, each in any order.
    incomplete
        Where the layer of a service is judged incomplete, shape (s, z): its children are unknown
        for that service. It also says how many leaf zones there are.
    assigned
        Pools that serve only their catchment; by default none.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.
    filled
        Whether to fill places too, and to find who is certain to lack one.

    Returns
    -------
    result
        Zones, services, groups, points and pools in the caller's order.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.
    LedgerError
        If the engine lost or made a child or a seat.

    Notes
    -----
    Source: METHOD §3 to §5 and §11. Children of a zone judged incomplete still take part in
    sharing. A city-wide service is shared among the children inside the city, snapped or not.
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
    return covered(city, incomplete, filled=filled)


def covered(city: City, incomplete: Bool, *, filled: bool = False) -> CoverageResult:
    """
    Assess a city whose inputs are checked and snapped.

    Parameters
    ----------
    city
        From `city_of`: whoever asks more of the same city snaps it once.
    incomplete, filled
        As in `coverage`.

    Returns
    -------
    result
        That of `coverage`, to the last bit.

    Raises
    ------
    ShapeError
        If `incomplete` is not of the city's services.
    LedgerError
        If the engine lost or made a child or a seat.
    """
    fits = incomplete.shape[:-1] == city.requirements.shape[:1]
    refuse_unless(fits, "incomplete does not fit the services", ShapeError)
    shape = (incomplete.shape[1], *city.requirements.shape)
    amount, flags = np.zeros((AMOUNTS, *shape), np.int64), np.zeros(shape, np.uint8)
    capacity = unused(city.pools.capacity_micro)
    ground = ground_of(city)
    outcomes = []
    every = blocks(city.pools, city.requirements)
    for block in every:
        outcome, ledger = judge(city, ground, block)
        capacity.write(block.pools, ledger)
        part = _zones(city, block, outcome, incomplete)
        amount += part[0]
        flags |= part[1]
        outcomes.append(outcome)
    assert_capacity(city.pools.capacity_micro, capacity)
    points = PointCoverage(city.stands, city.requirements.shape, outcomes)
    result = _answer(city, amount, flags, points, capacity)
    return _filled(city, ground, every, incomplete, result) if filled else result


def _filled(
    city: City, ground: Ground, every: list[Block], incomplete: Bool, result: CoverageResult
) -> CoverageResult:
    """Return the result with its places filled, both ledgers asserted."""
    amount = np.zeros((AMOUNTS, *result.children.shape), np.int64)
    certain = np.full(city.requirements.shape[0], NOT_JUDGED, np.int64)
    capacity = unfilled(city.pools.capacity_micro)
    outcomes = []
    for block, even in zip(every, result.points.blocks, strict=True):
        part = fill_block(city, ground, block, even, incomplete)
        amount += _zones(city, block, replace(even, share=part.share), incomplete)[0]
        certain[block.services] = part.certain_full_micro
        capacity.write(block.pools, part.capacity)
        outcomes.append(replace(even, filled=part.share))
    _assert_children(city, amount)
    # A share is counted in 2**-40: that may serve a millionth of a child more than is there.
    least = np.minimum(certain, amount[FULL].sum(axis=(0, 2)))
    return replace(
        result,
        points=replace(result.points, blocks=outcomes),
        filled=Filled(amount[SERVED], amount[FULL], least, capacity),
    )


def _zones(
    city: City, block: Block, outcome: BlockOutcome, incomplete: Bool
) -> tuple[Int64, UInt8]:
    """Return the amounts and flags that one block adds to the zones."""
    demand, requirements = city.demand, city.requirements
    others = np.ones(demand.code.size, np.bool_)
    others[outcome.row] = False
    crowd = Crowd(
        children=np.ascontiguousarray(demand.children_micro, np.int64),
        zone=np.ascontiguousarray(demand.zone, np.int32),
        edge_cm=_edge_cm(demand),
        row=np.concatenate((outcome.row, np.flatnonzero(others))),
        judged=outcome.row.size,
    )
    verdict = Verdict(
        services=block.services,
        column=block.column,
        reach=np.where(block.is_city_wide, -1, requirements.reach_cm).astype(np.int32),
        incomplete=np.ascontiguousarray(incomplete, np.bool_),
        is_shared=outcome.is_shared,
        share=outcome.share,
        places=outcome.places,
        unknown=outcome.unknown,
    )
    shape = (incomplete.shape[1], *requirements.shape)

    def work(chunk: tuple[int, int]) -> tuple[Int64, UInt8]:
        amount, flags = np.zeros((AMOUNTS, *shape), np.int64), np.zeros(shape, np.uint8)
        add_up(crowd, verdict, chunk[0], chunk[1], amount, flags)
        return amount, flags

    parts = in_order(work, ranges(demand.code.size, city.threads), city.threads)
    amount, flags = np.zeros((AMOUNTS, *shape), np.int64), np.zeros(shape, np.uint8)
    for part in parts:
        amount += part[0]
        flags |= part[1]
    return amount, flags


def _edge_cm(demand: Demand) -> Int32:
    """Return the way to the boundary where it matters, -1 elsewhere."""
    way = np.zeros(demand.code.size, np.int32) if demand.boundary_cm is None else demand.boundary_cm
    return np.where(demand.edge, way, -1).astype(np.int32)


def _answer(
    city: City, amount: Int64, flags: UInt8, points: PointCoverage, capacity: CapacityLedger
) -> CoverageResult:
    """Return the result, its children's ledger asserted."""
    _assert_children(city, amount)
    return CoverageResult(
        children=amount[CHILDREN],
        served=amount[SERVED],
        full=amount[FULL],
        out=amount[OUT],
        unknown=amount[UNKNOWN],
        served_low=amount[SERVED_LOW],
        on_reach=amount[ON_REACH],
        edge=amount[EDGE],
        unsnapped=amount[UNSNAPPED],
        short_micro=shortfall(city.requirements.need(), amount[FULL] + amount[OUT]),
        flags=flags,
        points=points,
        capacity=capacity,
    )


def _assert_children(city: City, amount: Int64) -> None:
    """Assert that no child of the city is lost or counted twice."""
    inside = city.demand.children_micro[city.demand.zone != OUTSIDE].sum(axis=0)
    applies = (city.requirements.reach_cm != NOT_APPLICABLE).astype(np.int64)
    assert_children(amount[[SERVED, FULL, OUT, UNKNOWN]], amount[CHILDREN], inside, applies)
