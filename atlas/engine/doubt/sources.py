"""A block's pools as sources, each with the points that reach it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.gap_levels import Reaching, Sources
from atlas.engine.pairs import reached_pairs
from atlas.engine.positions import along_the_streets, doors_of
from atlas.engine.sharing import offered

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.kernels.catchment import Offers
    from atlas.engine.pairs import Reached
    from atlas.engine.supply import City, Ground
    from atlas.engine.types import Bool, Int32, Int64


@dataclass(frozen=True, slots=True)
class BlockSources:
    """
    Who reaches what in one block of services.

    Attributes
    ----------
    row
        Which of the caller's points are judged, shape (n,).
    sources
        What is offered, q sources.
    reaching
        Their points, by source; of a city-wide block all points, of one source.
    is_open, is_unknown
        Whether a source admits a column, and whether one of its capacities is then unknown,
        shape (q, k).
    """

    row: Int64
    sources: Sources
    reaching: Reaching
    is_open: Bool
    is_unknown: Bool


def walked_sources(city: City, ground: Ground, block: Block, limit_cm: int) -> BlockSources:
    """
    Return the sources of a block that is reached on foot.

    Parameters
    ----------
    city, ground
        The inputs, and how they lie.
    block
        Services that share pools.
    limit_cm
        The farthest that matters, inclusive.

    Returns
    -------
    sources
        First the places along the streets with what they offer to all, then every pool with a
        catchment of its own. What has no entrance on a street is reached by nobody and left out.
    """
    offers = offered(block, city.pools, city.places.code.size, city.assigned, ground.row_of).offers
    place = along_the_streets(ground.terrain.doors)
    place = place[np.diff(offers.place_first)[place] > 0]
    number = np.full(city.places.code.size, -1, np.int32)
    number[place] = np.arange(place.size, dtype=np.int32)
    pairs = _pairs(city, ground, number, limit_cm)
    at = number[np.repeat(np.arange(number.size), np.diff(offers.place_first))]
    own = np.flatnonzero((at >= 0) & offers.is_assigned)
    source = np.where(offers.is_assigned, -1, at)
    source[own] = place.size + np.arange(own.size)
    order = np.argsort(source, kind="stable")
    order = order[source[order] >= 0]
    sources = Sources(
        offer_first=np.searchsorted(source[order], np.arange(place.size + own.size + 1)),
        capacity=offers.capacity[order],
        admits=np.ascontiguousarray(offers.admits[order]),
    )
    reaching = _with_catchments(pairs, offers, own, at)
    return _judged(ground.terrain.points.row, sources, reaching)


def alike_sources(city: City, block: Block) -> BlockSources:
    """
    Return the one source of a block that belongs to the whole city.

    Parameters
    ----------
    city
        The inputs.
    block
        Services judged without distance.

    Returns
    -------
    sources
        All points inside the city stand at no distance from it.
    """
    row = np.flatnonzero(city.demand.zone >= 0)
    sources = Sources(
        offer_first=np.array([0, block.pools.size]),
        capacity=city.pools.capacity_micro[block.pools],
        admits=np.ascontiguousarray(block.admits[block.pools]),
    )
    everyone = Reaching(
        np.array([0, row.size]), np.arange(row.size, dtype=np.int32), np.zeros(row.size, np.int32)
    )
    return _judged(row, sources, everyone)


def _judged(row: Int64, sources: Sources, reaching: Reaching) -> BlockSources:
    """Return sources with what they say of each column."""
    is_open = np.zeros((sources.offer_first.size - 1, sources.admits.shape[1]), np.bool_)
    is_unknown = np.zeros_like(is_open)
    source = np.repeat(np.arange(is_open.shape[0]), np.diff(sources.offer_first))
    np.logical_or.at(is_open, source, sources.admits)
    np.logical_or.at(is_unknown, source, sources.admits & (sources.capacity < 0)[:, None])
    return BlockSources(row, sources, reaching, is_open, is_unknown)


def _pairs(city: City, ground: Ground, number: Int32, limit_cm: int) -> Reached:
    """Return the standing points near some places, which are numbered in their order."""
    entrance = np.flatnonzero(number[city.places.entrance_place] >= 0)
    doors = doors_of(
        city.network,
        number[city.places.entrance_place[entrance]],
        city.enters.taken(entrance),
        int(number.max(initial=-1)) + 1,
    )
    pairs = reached_pairs(replace(ground.terrain, doors=doors), limit_cm)
    return replace(pairs, point=ground.row_of[pairs.point])


def _with_catchments(pairs: Reached, offers: Offers, own: Int64, at: Int32) -> Reaching:
    """Return the pairs of all places, then those of each catchment's members."""
    first, point, cm = [pairs.place_first], [pairs.point], [pairs.cm]
    count = pairs.point.size
    for offer in own.tolist():
        of = slice(pairs.place_first[at[offer]], pairs.place_first[at[offer] + 1])
        members = offers.member[offers.member_first[offer] : offers.member_first[offer + 1]]
        is_member = np.isin(pairs.point[of], members)
        point.append(pairs.point[of][is_member])
        cm.append(pairs.cm[of][is_member])
        count += int(is_member.sum())
        first.append(np.array([count]))
    return Reaching(np.concatenate(first), np.concatenate(point), np.concatenate(cm))
