"""The children of touched points split anew, and those among whom the same arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.split import (
    ENOUGH,
    FULL,
    MOST_SHARE,
    ON_REACH,
    OUT,
    SERVED,
    SERVED_LOW,
    UNKNOWN,
    UNSNAPPED,
)
from atlas.engine.kernels.wide import FRACTION_BITS, part_of

if TYPE_CHECKING:
    from atlas.engine.kernels.scenario import Touched
    from atlas.engine.types import Bool, Int32, Int64


class Arrived(NamedTuple):
    """
    What arrives at n points of a base: `share` (n, k, 2), `places` and `unknown` (n, k).

    `zone` (m,) and `children` (m, g) of all points, those included that only now met a street.
    """

    share: Int64
    places: Int32
    unknown: Int32
    zone: Int32
    children: Int64


class Split(NamedTuple):
    """
    What arrives at every child of a city alike, in k columns.

    `services`; `column` (s, g), -1 elsewhere; `is_shared`, `share`, `places`, `unknown` (k,).
    """

    services: Int64
    column: Int32
    is_shared: Bool
    share: Int64
    places: Int64
    unknown: Int64


@kernel
def _settled(whole: int, fraction: int) -> int:
    """Return a sum of whole parts and fractions as one number of 2**-40, at most `MOST_SHARE`."""
    carried = whole + (fraction >> FRACTION_BITS)
    if 0 <= carried < MOST_SHARE >> FRACTION_BITS:
        return (carried << FRACTION_BITS) + (fraction & (ENOUGH - 1))
    return MOST_SHARE


@kernel
def _add_split(
    count: int,
    sign: int,
    is_shared: bool,
    places: int,
    unknown: int,
    share: int,
    amount: Int64,
    s: int,
    g: int,
) -> None:
    """Add the split of some children of one point, or take it away."""
    if places == 0:
        amount[OUT, s, g] += sign * count
        return
    certain = count
    if is_shared and share < ENOUGH:
        certain = part_of(count, share)
    served = certain
    if is_shared and unknown > 0:
        served = count
        amount[ON_REACH, s, g] += sign * count
    amount[SERVED, s, g] += sign * served
    amount[SERVED_LOW, s, g] += sign * certain
    amount[FULL, s, g] += sign * (count - served)


@kernel
def resplit(
    touched: Touched,
    held: Arrived,
    services: Int64,
    column: Int32,
    parent: Int64,
    need: Int64,
    incomplete: Bool,
    zone_slot: Int32,
    amount: Int64,
) -> None:
    """
    Split the touched points anew and add what changes to their zones.

    Parameters
    ----------
    touched
        What changes at the points.
    held
        What arrived before, in the columns of one block of the base.
    services, column
        The block's services; which of `touched`'s columns a service and group stand in, (s, g).
    parent
        Which of the base's columns each of `touched`'s comes from, shape (k,).
    need
        Of `touched`'s columns.
    incomplete
        Shape (s, z).
    zone_slot
        Which row of `amount` a zone has, shape (z,).
    amount
        Added to, shape (y, 9, s, g).
    """
    share, places, unknown = touched.share, touched.places, touched.unknown
    was_share, was_places, was_unknown = held.share, held.places, held.unknown
    zone, children = held.zone, held.children
    stood = was_places.shape[0]
    point = touched.point
    for t in range(point.shape[0]):
        i = point[t]
        z = zone[i]
        if z < 0:
            continue
        sums = amount[zone_slot[z]]
        for s in services:
            if incomplete[s, z]:
                continue
            for g in range(column.shape[1]):
                k = column[s, g]
                count = children[i, g]
                if k < 0 or count == 0:
                    continue
                whole, fraction = share[t, k, 0], share[t, k, 1]
                near, blind = places[t, k], unknown[t, k]
                if i >= stood:
                    sums[UNKNOWN, s, g] -= count
                    sums[UNSNAPPED, s, g] -= count
                elif whole == 0 and fraction == 0 and near == 0 and blind == 0:
                    continue
                else:
                    b = parent[k]
                    arrived = _settled(was_share[i, b, 0], was_share[i, b, 1])
                    _add_split(
                        count,
                        -1,
                        need[k] > 0,
                        was_places[i, b],
                        was_unknown[i, b],
                        arrived,
                        sums,
                        s,
                        g,
                    )
                    whole += was_share[i, b, 0]
                    fraction += was_share[i, b, 1]
                    near += was_places[i, b]
                    blind += was_unknown[i, b]
                arrives = _settled(whole, fraction)
                _add_split(count, 1, need[k] > 0, near, blind, arrives, sums, s, g)


@kernel
def spread(
    zone: Int32,
    children: Int64,
    low: int,
    high: int,
    split: Split,
    incomplete: Bool,
    amount: Int64,
) -> None:
    """Split the children of ``range(low, high)``, among whom the same arrives; (z, 9, s, g)."""
    column, services, is_shared = split.column, split.services, split.is_shared
    share, places, unknown = split.share, split.places, split.unknown
    for i in range(low, high):
        z = zone[i]
        if z < 0:
            continue
        sums = amount[z]
        for s in services:
            if incomplete[s, z]:
                continue
            for g in range(column.shape[1]):
                k = column[s, g]
                count = children[i, g]
                if k >= 0 and count > 0:
                    _add_split(count, 1, is_shared[k], places[k], unknown[k], share[k], sums, s, g)


@kernel
def settle_touched(share: Int64) -> Int64:
    """Return sums (m, 2) of whole parts and fractions as single numbers of 2**-40, (m,)."""
    settled = np.empty(share.shape[0], np.int64)
    for t in range(share.shape[0]):
        settled[t] = _settled(share[t, 0], share[t, 1])
    return settled
