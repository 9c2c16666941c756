"""Children split into served, full, out and unknown, and added up over zones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import FRACTION_BITS, part_of
from atlas.engine.types import Bool, Int32, Int64, UInt8

CHILDREN, SERVED, FULL, OUT, UNKNOWN, SERVED_LOW, ON_REACH, EDGE, UNSNAPPED = range(9)
AMOUNTS = 9

CAPACITY_UNKNOWN_FLAG, INCOMPLETE_FLAG, EDGE_FLAG = 1, 2, 4

ENOUGH = 1 << FRACTION_BITS
MOST_SHARE = 1 << 62


class Judged(NamedTuple):
    """
    What the split goes by: i points, k columns, z zones, s services, g groups.

    `children` (i, g), `zone` (i,), `is_snapped` (i,), `edge_cm` (i,) way to the boundary or -1;
    `column` (s, g) or -1, `reach` (s, g), `is_walked` (s,), `incomplete` (s, z), `is_shared` (k,);
    `share` (i, k) in 2**-40, `places` (i, k), `unknown` (i, k).
    """

    children: Int64
    zone: Int32
    is_snapped: Bool
    edge_cm: Int32
    column: Int32
    reach: Int32
    is_walked: Bool
    incomplete: Bool
    is_shared: Bool
    share: Int64
    places: Int32
    unknown: Bool


@kernel
def add_up(judged: Judged, low: int, high: int, amount: Int64, flags: UInt8) -> None:
    """
    Add the points of ``range(low, high)`` to their zones.

    Parameters
    ----------
    judged
        What the split goes by.
    low, high
        Which points.
    amount
        Added to, shape (9, z, s, g): millionths of children, by the names above.
    flags
        Bits set, shape (z, s, g).
    """
    services, groups = judged.column.shape
    for i in range(low, high):
        z = judged.zone[i]
        if z < 0:
            continue
        for s in range(services):
            for g in range(groups):
                k = judged.column[s, g]
                count = judged.children[i, g]
                if k < 0 or count == 0:
                    continue
                amount[CHILDREN, z, s, g] += count
                walked = judged.is_walked[s]
                if walked and 0 <= judged.edge_cm[i] <= judged.reach[s, g]:
                    amount[EDGE, z, s, g] += count
                    flags[z, s, g] |= np.uint8(EDGE_FLAG)
                if judged.incomplete[s, z]:
                    amount[UNKNOWN, z, s, g] += count
                    flags[z, s, g] |= np.uint8(INCOMPLETE_FLAG)
                elif walked and not judged.is_snapped[i]:
                    amount[UNKNOWN, z, s, g] += count
                    amount[UNSNAPPED, z, s, g] += count
                elif judged.places[i, k] == 0:
                    amount[OUT, z, s, g] += count
                else:
                    certain = count
                    if judged.is_shared[k] and judged.share[i, k] < ENOUGH:
                        certain = part_of(count, judged.share[i, k])
                    served = certain
                    if judged.is_shared[k] and judged.unknown[i, k]:
                        served = count
                        amount[ON_REACH, z, s, g] += count
                        flags[z, s, g] |= np.uint8(CAPACITY_UNKNOWN_FLAG)
                    amount[SERVED, z, s, g] += served
                    amount[SERVED_LOW, z, s, g] += certain
                    amount[FULL, z, s, g] += count - served


@kernel
def settled(share: Int64, whole: int, fraction: int, low: int, high: int) -> Int64:
    """Return sums of whole parts and of fractions as one number of 2**-40, at most `MOST_SHARE`."""
    most = MOST_SHARE >> FRACTION_BITS
    result = np.empty((high - low, share.shape[1]), np.int64)
    for i in range(low, high):
        for k in range(share.shape[1]):
            carried = share[i, k, whole] + (share[i, k, fraction] >> FRACTION_BITS)
            rest = share[i, k, fraction] & (ENOUGH - 1)
            if carried >= most or carried < 0:
                result[i - low, k] = MOST_SHARE
            else:
                result[i - low, k] = (carried << FRACTION_BITS) + rest
    return result


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
