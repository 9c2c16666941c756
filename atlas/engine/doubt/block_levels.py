"""Who is not served by one block of services, at every level at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.doubt.sources import alike_sources, walked_sources
from atlas.engine.errors import InputError
from atlas.engine.kernels.gap_levels import (
    PLENTY,
    WHOLE_PCT,
    Crowds,
    Own,
    Reaching,
    by_point,
    count_column,
    demand_within,
    judge,
    ratios,
)
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.doubt.counts import Replicates
    from atlas.engine.doubt.draws import Spread
    from atlas.engine.doubt.gaps import GapLevels
    from atlas.engine.doubt.sources import BlockSources
    from atlas.engine.supply import City, Ground
    from atlas.engine.types import Bool, Float64, Int32, Int64

TABLE_BYTES = 1 << 26
"""What a table of shares may take at once; more replicates than fit are worked on in turn."""

MOST_CITY_WIDE_MICRO = 1 << 56


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What is asked of every block alike.

    Parameters
    ----------
    spread
        The levels.
    incomplete
        Where the layer of a service is judged incomplete, shape (s, z).
    counts
        The replicates.
    component
        Which gap the children of a service and group count for, shape (s, g).
    """

    spread: Spread
    incomplete: Bool
    counts: Replicates
    component: Int64


@dataclass(frozen=True, slots=True)
class _Work:
    """One block's points and sources, and what is asked of them."""

    city: City
    block: Block
    found: BlockSources
    by_point: Reaching
    crowds: Crowds
    reach: Int32
    need: Int64
    asked: Asked

    @property
    def is_alone(self) -> bool:
        """Whether one service has the pools to itself, so that provision only scales."""
        return bool(self.block.services.size == 1)

    @property
    def pct(self) -> Int64:
        """Levels of provision that shares are worked out at, in per cent."""
        levels = [0] if self.is_alone else list(self.asked.spread.provision_pct)
        return WHOLE_PCT + np.array(levels, np.int64)


def add_block(city: City, ground: Ground, block: Block, asked: Asked, levels: GapLevels) -> None:
    """
    Add up who is not served by one block of services, and who is known of.

    Parameters
    ----------
    city, ground
        The inputs, and how they lie.
    block
        Services that share pools.
    asked
        Levels, replicates, and what is incomplete.
    levels
        Added to.
    """
    work = _work(city, ground, block, asked)
    for low, high in _turns(work, asked.counts.count):
        _add(work, asked.counts.factor[:, low:high], levels, slice(low, high))


def _work(city: City, ground: Ground, block: Block, asked: Asked) -> _Work:
    """Return one block, its points and sources found."""
    at = (block.service, block.first_group)
    reach = _levels_cm(city.requirements.reach_cm[at], asked.spread.reach_pct)
    if block.is_city_wide:
        reach = np.zeros_like(reach)
        found = alike_sources(city, block)
    else:
        found = walked_sources(city, ground, block, int(reach.max()))
    children = np.ascontiguousarray(city.demand.children_micro[found.row], np.int64)
    cell = np.ascontiguousarray(asked.counts.cell[found.row], np.int32)
    return _Work(
        city=city,
        block=block,
        found=found,
        by_point=by_point(found.reaching, found.row.size),
        crowds=Crowds(children, cell, asked.counts.factor),
        reach=reach,
        need=city.requirements.need()[at],
        asked=asked,
    )


def _levels_cm(reach_cm: Int32, levels_pct: tuple[int, ...]) -> Int32:
    """Return the reach of each column at each level, shape (k, l), rounded half up."""
    times = WHOLE_PCT + np.array(levels_pct, np.int64)
    return ((reach_cm[:, None] * times + WHOLE_PCT // 2) // WHOLE_PCT).astype(np.int32)


def _turns(work: _Work, replicates: int) -> list[tuple[int, int]]:
    """Return which replicates are worked on together."""
    sources, columns = work.found.is_open.shape
    of_one = 8 * sources * work.reach.shape[1] * (work.pct.size + columns)
    together = min(replicates, max(1, TABLE_BYTES // max(of_one, 1)))
    return ranges(replicates, -(-replicates // together))


def _add(work: _Work, factor: Float64, levels: GapLevels, turn: slice) -> None:
    """Add up who is not served in some replicates."""
    crowds = work.crowds._replace(factor=np.ascontiguousarray(factor))
    demand = _demand(work, crowds)
    for k, service in enumerate(work.block.service.tolist()):
        own = Own(
            reach=work.reach[k],
            groups=np.flatnonzero(work.block.groups[k]),
            zone=_zone(work, service),
            is_shared=bool(work.need[k] > 0),
            is_open=np.ascontiguousarray(work.found.is_open[:, k]),
            is_unknown=np.ascontiguousarray(work.found.is_unknown[:, k]),
            ratio=_ratio(work, k, demand),
            times=WHOLE_PCT / (WHOLE_PCT + np.array(work.asked.spread.provision_pct, np.float64)),
        )
        component = work.asked.component[service, own.groups]
        for gap in np.unique(component).tolist():
            part = own._replace(groups=own.groups[component == gap])
            not_served, known = _judged(work, crowds, part)
            levels.not_served[gap, ..., turn] += not_served
            levels.known[gap, :, turn] += known


def _zone(work: _Work, service: int) -> Int32:
    """Return the zone of each point, -1 where nothing is judged."""
    zone = work.city.demand.zone[work.found.row]
    # Who lives outside finds the last entry, also where there is no zone at all.
    is_judged = ~np.append(work.asked.incomplete[service], True)[zone]
    return np.where(is_judged, zone, -1).astype(np.int32)


def _demand(work: _Work, crowds: Crowds) -> Int64:
    """Return the children of each column within each level of each source, shape (k, q, l, r)."""
    sources, columns = work.found.is_open.shape
    replicates, points = crowds.factor.shape[1], crowds.cell.size
    demand = np.zeros((columns, sources, work.reach.shape[1], replicates), np.int64)
    counted = np.empty((points, replicates), np.int64)
    threads = work.city.threads
    for k in range(columns):
        groups, reach, mine = np.flatnonzero(work.block.groups[k]), work.reach[k], demand[k]

        def count(chunk: tuple[int, int], groups: Int64 = groups) -> None:
            count_column(crowds, groups, chunk[0], chunk[1], counted)

        def within(chunk: tuple[int, int], reach: Int32 = reach, mine: Int64 = mine) -> None:
            demand_within(work.found.reaching, reach, counted, chunk[0], chunk[1], mine)

        in_order(count, ranges(points, 4 * threads), threads)
        in_order(within, ranges(sources, 4 * threads), threads)
    return demand


def _ratio(work: _Work, k: int, demand: Int64) -> Int64:
    """Return what a child of a column draws from each source, shape (q, l, f·r), 2**-40."""
    _, sources, levels, replicates = demand.shape
    ratio = np.zeros((sources, levels, work.pct.size * replicates), np.int64)
    if not work.need[k]:
        return ratio
    is_own = work.block.service == work.block.service[k]
    if work.block.is_city_wide:
        ratio[:] = _alike(work, k, is_own, demand[:, 0, 0])
        return ratio
    adopted = work.asked.spread.reach_pct.index(0)

    def share(chunk: tuple[int, int]) -> None:
        ratios(
            work.found.sources,
            k,
            is_own,
            work.need,
            work.pct,
            adopted,
            demand,
            chunk[0],
            chunk[1],
            ratio,
        )

    in_order(share, ranges(sources, 4 * work.city.threads), work.city.threads)
    return ratio


def _alike(work: _Work, k: int, is_own: Bool, children: Int64) -> Int64:
    """Return what arrives at everyone from a city-wide block, shape (f·r,), 2**-40."""
    capacity = work.found.sources.capacity
    if not work.is_alone and (capacity > MOST_CITY_WIDE_MICRO).any():
        msg = "a city-wide capacity is out of range"
        raise InputError(msg)
    shares = []
    for pct in work.pct.tolist():
        # Hundredths on both sides keep a need that is not whole at this level exact.
        times = 1 if work.is_alone else WHOLE_PCT
        need = work.need * (1 if work.is_alone else np.where(is_own, pct, WHOLE_PCT))
        offered = np.where(capacity < 0, capacity, capacity * times)
        for crowd in children.T:
            spread = spread_over_city(offered, work.found.sources.admits, need, crowd)
            shares.append(min(int(spread.share[k]), PLENTY))
    return np.array(shares, np.int64)


def _judged(work: _Work, crowds: Crowds, own: Own) -> tuple[Int64, Int64]:
    """Return who is not served (z, l, f, r) and known (z, r) in one column."""
    zones, replicates = work.asked.incomplete.shape[1], crowds.factor.shape[1]
    shape = (zones, own.reach.size, own.times.size, replicates)

    def add(chunk: tuple[int, int]) -> tuple[Int64, Int64]:
        not_served, known = np.zeros(shape, np.int64), np.zeros((zones, replicates), np.int64)
        judge(work.by_point, crowds, own, chunk[0], chunk[1], not_served, known)
        return not_served, known

    threads = work.city.threads
    not_served, known = np.zeros(shape, np.int64), np.zeros((zones, replicates), np.int64)
    for part in in_order(add, ranges(crowds.cell.size, threads), threads):
        not_served += part[0]
        known += part[1]
    return not_served, known
