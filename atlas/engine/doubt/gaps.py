"""Gaps at every level of reach and provision, computed once and looked up (METHOD §8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.columns import blocks
from atlas.engine.doubt.sources import alike_sources, walked_sources
from atlas.engine.errors import InputError, ShapeError
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
from atlas.engine.margins import roll_up
from atlas.engine.supply import ground_of
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.doubt.counts import Replicates
    from atlas.engine.doubt.draws import Spread
    from atlas.engine.doubt.sources import BlockSources
    from atlas.engine.margins import Pieces
    from atlas.engine.supply import City, Ground
    from atlas.engine.types import Bool, Float64, Int32, Int64

TABLE_BYTES = 1 << 26
"""What a table of shares may take at once; more replicates than fit are worked on in turn."""

MOST_CITY_WIDE_MICRO = 1 << 56


@dataclass(frozen=True, slots=True)
class GapLevels:
    """
    Who is not served, of S services in z zones, at l levels of reach, f of provision, r replicates.

    Parameters
    ----------
    lacking
        Shape (S, z, l, f, r), millionths of children in reach of too few places or of none.
    known
        Shape (S, z, r), millionths of children it is known of.
    """

    lacking: Int64
    known: Int64

    def over(self, pieces: Pieces) -> GapLevels:
        """
        Add the pieces of a city up over its zones.

        Parameters
        ----------
        pieces
            Which zone holds which piece.

        Returns
        -------
        levels
            Of every zone of every tree.
        """
        return GapLevels(
            np.stack([roll_up(of_service, pieces) for of_service in self.lacking]),
            np.stack([roll_up(of_service, pieces) for of_service in self.known]),
        )

    def of(self, zones: Int64 | Bool) -> GapLevels:
        """
        Return the levels of some zones.

        Parameters
        ----------
        zones
            Which, in which order: those of one tier.

        Returns
        -------
        levels
            Of these zones alone.
        """
        return GapLevels(self.lacking[:, zones], self.known[:, zones])

    def table(self, service: int) -> Float64:
        """
        Return the gaps of a service as rows to look up.

        Parameters
        ----------
        service
            Which.

        Returns
        -------
        x
            Shape (l·f·r, z), in [0, 1], the replicate counting fastest; 0 where nobody is known.
        """
        lacking, known = self.lacking[service], self.known[service]
        x = lacking / np.maximum(known, 1)[:, None, None]
        return np.ascontiguousarray(x.reshape(len(x), x[0].size if len(x) else 0).T)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of every block alike."""

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
    asked: _Asked

    @property
    def is_alone(self) -> bool:
        """Whether one service has the pools to itself, so that provision only scales."""
        return bool(self.block.services.size == 1)

    @property
    def pct(self) -> Int64:
        """Levels of provision that shares are worked out at, in per cent."""
        levels = [0] if self.is_alone else list(self.asked.spread.provision_pct)
        return WHOLE_PCT + np.array(levels, np.int64)


def gap_levels(
    city: City,
    incomplete: Bool,
    spread: Spread,
    counts: Replicates,
    component: Int64 | None = None,
) -> GapLevels:
    """
    Return what is lacking at every level of reach and provision and in every replicate.

    Parameters
    ----------
    city
        The inputs, checked and snapped.
    incomplete
        Where the layer of a service is judged incomplete, shape (s, z).
    spread
        The levels.
    counts
        The replicates of the counts.
    component
        Which gap the children of a service and group count for, shape (s, g): one service may be
        split by sex or band. By default each service is one.

    Returns
    -------
    levels
        At 0 % and one replicate as counted: full + out and children − unknown of
        `atlas.engine.coverage`, to the last digit.

    Raises
    ------
    ShapeError
        If the replicates are not of the city's points.
    InputError
        If the pairs of place and point of one block are more than can be kept.

    Notes
    -----
    Source: METHOD §8 (ours); even sharing, METHOD §5. Each place is searched from once, to its
    farthest level; the pairs are kept while their block is worked on. A level of reach is rounded
    half up to a centimetre. A factor f on the provision divides what arrives by f; no search
    follows. Where services share pools the reach and provision of one vary while the others keep
    the adopted ones, and the pools are shared out anew. A catchment or a city-wide service keeps
    its members at every level; unknown capacities, layers and streets stay unknown.
    """
    services, provisions = city.requirements.shape[0], len(spread.provision_pct)
    points, zones = city.demand.code.size, int(incomplete.shape[1])
    if counts.cell.size != points or incomplete.shape != (services, zones):
        msg = f"{counts.cell.size} cells for {points} points, incomplete {incomplete.shape}"
        raise ShapeError(msg)
    if component is None:
        component = np.broadcast_to(np.arange(services)[:, None], city.requirements.shape)
    if component.shape != city.requirements.shape or component.min(initial=0) < 0:
        msg = f"component {component.shape} for requirements {city.requirements.shape}"
        raise ShapeError(msg)
    gaps = int(component.max(initial=-1)) + 1
    shape = (gaps, zones, len(spread.reach_pct), provisions, counts.count)
    levels = GapLevels(np.zeros(shape, np.int64), np.zeros((gaps, zones, counts.count), np.int64))
    asked = _Asked(spread, incomplete, counts, component)
    ground = ground_of(city)
    for block in blocks(city.pools, city.requirements):
        work = _work(city, ground, block, asked)
        for low, high in _turns(work, counts.count):
            _add(work, counts.factor[:, low:high], levels, slice(low, high))
    return levels


def _work(city: City, ground: Ground, block: Block, asked: _Asked) -> _Work:
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
    """Add up what is lacking in some replicates."""
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
            lacking, known = _judged(work, crowds, part)
            levels.lacking[gap, ..., turn] += lacking
            levels.known[gap, :, turn] += known


def _zone(work: _Work, service: int) -> Int32:
    """Return the zone of each point, -1 where nothing is judged."""
    zone = work.city.demand.zone[work.found.row]
    is_judged = (zone >= 0) & ~work.asked.incomplete[service][np.maximum(zone, 0)]
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
    """Return who is lacking (z, l, f, r) and known (z, r) in one column."""
    zones, replicates = work.asked.incomplete.shape[1], crowds.factor.shape[1]
    shape = (zones, own.reach.size, own.times.size, replicates)

    def add(chunk: tuple[int, int]) -> tuple[Int64, Int64]:
        lacking, known = np.zeros(shape, np.int64), np.zeros((zones, replicates), np.int64)
        judge(work.by_point, crowds, own, chunk[0], chunk[1], lacking, known)
        return lacking, known

    threads = work.city.threads
    lacking, known = np.zeros(shape, np.int64), np.zeros((zones, replicates), np.int64)
    for part in in_order(add, ranges(crowds.cell.size, threads), threads):
        lacking += part[0]
        known += part[1]
    return lacking, known
