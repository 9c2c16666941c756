"""Places as the kernel takes them away and puts them in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.scenario import Lanes, Turns
from atlas.engine.kernels.search import Doors

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.inputs import Requirements
    from atlas.engine.kernels.catchment import Offers
    from atlas.engine.types import Int32, Int64


def lanes_of(block: Block, requirements: Requirements) -> Lanes:
    """
    Return a block's columns for the kernel.

    Parameters
    ----------
    block, requirements
        Which groups stand in which column, and their reach and need.

    Returns
    -------
    lanes
        In the order of the columns.
    """
    at = (block.service, block.first_group)
    column, group = np.nonzero(block.groups)
    return Lanes(
        reach=requirements.reach_cm[at],
        need=requirements.need()[at],
        group_first=np.searchsorted(column, np.arange(block.service.size + 1)).astype(np.int32),
        group=group.astype(np.int32),
    )


def turns_of(offers: Offers, order: Int32, sign: Int64 | None = None) -> Turns:
    """
    Return some places in the order in which they are dealt with.

    Parameters
    ----------
    offers
        Of all places.
    order
        Which places, shape (v,).
    sign
        Whether each is taken away (-1) or put in (+1), shape (v,); by default all are put in.

    Returns
    -------
    turns
        Their offers only.
    """
    first, row = runs(offers.place_first, order)
    member_first, member = runs(offers.member_first, row)
    return Turns(
        sign=np.ones(order.size, np.int64) if sign is None else sign,
        offer_first=first.astype(np.int32),
        admits=np.ascontiguousarray(offers.admits[row]),
        capacity=offers.capacity[row],
        is_assigned=offers.is_assigned[row],
        member_first=member_first,
        member=offers.member[member],
    )


def doors_taken(doors: Doors, order: Int32) -> Doors:
    """
    Return the doors of some places.

    Parameters
    ----------
    doors
        Of all places.
    order
        Which places, shape (v,).

    Returns
    -------
    doors
        Of those places, in that order.
    """
    first, row = runs(doors.place_first, order)
    columns = {name: getattr(doors, name)[row] for name in Doors._fields if name != "place_first"}
    return Doors(place_first=first.astype(np.int32), **columns)


def doors_after(one: Doors, other: Doors) -> Doors:
    """
    Return the doors of some places and then those of others.

    Parameters
    ----------
    one, other
        Doors of places numbered from 0.

    Returns
    -------
    doors
        The places of `other` are numbered after those of `one`.
    """
    first = np.concatenate((one.place_first, other.place_first[1:] + one.place_first[-1]))
    columns = {
        name: np.concatenate((getattr(one, name), getattr(other, name)))
        for name in Doors._fields
        if name != "place_first"
    }
    return Doors(place_first=first.astype(np.int32), **columns)


def runs(first: Int32 | Int64, chosen: Int32 | Int64) -> tuple[Int64, Int64]:
    """
    Return the rows of some owners of a CSR, one owner after another.

    Parameters
    ----------
    first
        Where the rows of each owner begin, shape (n + 1,).
    chosen
        Which owners, shape (v,).

    Returns
    -------
    first, row
        Where the rows of each chosen owner begin among `row`, shape (v + 1,), and the rows.
    """
    low = first[:-1][chosen].astype(np.int64)
    count = first[1:][chosen] - low
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))
    row = np.arange(starts[-1]) + np.repeat(low - starts[:-1], count)
    return starts.astype(np.int64), row.astype(np.int64)
