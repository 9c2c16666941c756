"""Children split into served, full, out and unknown, and added up over zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import FRACTION_BITS, part_of

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64, UInt8

CHILDREN, SERVED, FULL, OUT, UNKNOWN, SERVED_LOW, ON_REACH, EDGE, UNSNAPPED = range(9)
AMOUNTS = 9

CAPACITY_UNKNOWN_FLAG, INCOMPLETE_FLAG, EDGE_FLAG = 1, 2, 4

ENOUGH = 1 << FRACTION_BITS
MOST_SHARE = 1 << 62


class Crowd(NamedTuple):
    """
    The children of a city.

    `children` (i, g), `zone` (i,), `edge_cm` (i,) way to the boundary or -1; `row` (i,) puts
    them in a block's order: the first `judged` of them have an outcome, the others met no street.
    """

    children: Int64
    zone: Int32
    edge_cm: Int32
    row: Int64
    judged: int


class Verdict(NamedTuple):
    """
    What a block's split goes by: n judged points, k columns, z zones, s services, g groups.

    `services` of the block; `column` (s, g) or -1; `reach` (s, g), -1 where no boundary matters;
    `incomplete` (s, z); `is_shared` (k,); `share` (n, k) in 2**-40, `places` and `unknown` (n, k).
    """

    services: Int64
    column: Int32
    reach: Int32
    incomplete: Bool
    is_shared: Bool
    share: Int64
    places: Int32
    unknown: Bool


@kernel
def add_up(
    crowd: Crowd, verdict: Verdict, low: int, high: int, amount: Int64, flags: UInt8
) -> None:
    """
    Add the points of ``row[low:high]`` to their zones.

    Parameters
    ----------
    crowd, verdict
        The children, and what the split goes by.
    low, high
        Which points.
    amount
        Added to, shape (9, z, s, g): millionths of children, by the names above.
    flags
        Bits set, shape (z, s, g).
    """
    for t in range(low, high):
        i = crowd.row[t]
        z = crowd.zone[i]
        if z < 0:
            continue
        for s in verdict.services:
            for g in range(verdict.column.shape[1]):
                k = verdict.column[s, g]
                count = crowd.children[i, g]
                if k < 0 or count == 0:
                    continue
                amount[CHILDREN, z, s, g] += count
                if 0 <= crowd.edge_cm[i] <= verdict.reach[s, g]:
                    amount[EDGE, z, s, g] += count
                    flags[z, s, g] |= np.uint8(EDGE_FLAG)
                if verdict.incomplete[s, z]:
                    amount[UNKNOWN, z, s, g] += count
                    flags[z, s, g] |= np.uint8(INCOMPLETE_FLAG)
                elif t >= crowd.judged:
                    amount[UNKNOWN, z, s, g] += count
                    amount[UNSNAPPED, z, s, g] += count
                elif verdict.places[t, k] == 0:
                    amount[OUT, z, s, g] += count
                else:
                    certain = count
                    if verdict.is_shared[k] and verdict.share[t, k] < ENOUGH:
                        certain = part_of(count, verdict.share[t, k])
                    served = certain
                    if verdict.is_shared[k] and verdict.unknown[t, k]:
                        served = count
                        amount[ON_REACH, z, s, g] += count
                        flags[z, s, g] |= np.uint8(CAPACITY_UNKNOWN_FLAG)
                    amount[SERVED, z, s, g] += served
                    amount[SERVED_LOW, z, s, g] += certain
                    amount[FULL, z, s, g] += count - served


@kernel
def settle(share: Int64, low: int, high: int, arrived: Int64, access: Int64) -> None:
    """Write sums of whole parts and fractions as one number of 2**-40, at most `MOST_SHARE`."""
    most = MOST_SHARE >> FRACTION_BITS
    for i in range(low, high):
        for k in range(share.shape[1]):
            for part in range(2):
                fraction = share[i, k, 2 * part + 1]
                carried = share[i, k, 2 * part] + (fraction >> FRACTION_BITS)
                settled = MOST_SHARE
                if 0 <= carried < most:
                    settled = (carried << FRACTION_BITS) + (fraction & (ENOUGH - 1))
                if part == 0:
                    arrived[i, k] = settled
                else:
                    access[i, k] = settled


@kernel
def usable_part(share: Int64) -> Int64:
    """Return the part of what arrives that a point can use, 2**-40: 1, or one over its share."""
    part = np.empty(share.shape, np.int64)
    for i in range(share.shape[0]):
        for k in range(share.shape[1]):
            if share[i, k] <= ENOUGH:
                part[i, k] = ENOUGH
            else:
                part[i, k] = np.int64(np.float64(ENOUGH) * (np.float64(ENOUGH) / share[i, k]))
    return part
