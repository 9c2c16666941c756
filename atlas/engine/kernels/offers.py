"""What an offer comes to: how far it is sought, and what each child in reach is given of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import product, quotient, scaled, total

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64

UNKNOWN_CAPACITY = -1

_SCALE = 1_000_000_000_000
_ZERO = np.uint64(0)


@kernel
def farthest(low: int, high: int, admits: Bool, reach: Int32) -> int:
    """Return the largest reach among all that the offers ``low:high`` admit, or -1."""
    limit: int = -1
    for j in range(low, high):
        for k in range(reach.shape[0]):
            if admits[j, k]:
                limit = max(limit, reach[k])
    return limit


@kernel
def step_of(cm: int, edge: Int32, k: int) -> int:
    """
    Return the step of the access index that a cost falls in; the last one ends with the reach.

    `edge` (k, b), upper edges in cm, inclusive.
    """
    # Counted, not searched: a branch here would be guessed wrong half the time.
    at: int = 0
    for b in range(edge.shape[1] - 1):
        at += cm > edge[k, b]
    return at


@kernel
def share_of(capacity: int, demand: Int64, admits: Bool, need: Int64, part: Int64) -> None:
    """
    Write what each child is given of an offer: whole and 2**-40 parts (2,).

    `capacity` and `demand` (k,) in millionths, `need` (k,) in 10**-12; 0 where nobody asks.
    """
    high, low = _ZERO, _ZERO
    for k in range(need.shape[0]):
        if admits[k]:
            one_high, one_low = product(need[k], demand[k])
            high, low = total(high, low, one_high, one_low)
    part[:] = 0
    if high != _ZERO or low != _ZERO:
        above_high, above_low = product(capacity, _SCALE)
        part[0], part[1] = quotient(above_high, above_low, high, low)


@kernel
def access_of(
    capacity: int, demand: Int64, admits: Bool, need: Int64, weight: Int64, access: Int64
) -> None:
    """
    Write what a child in each step is given of an offer for the access index (b, 2).

    As `share_of`, but `demand` (k, b) is told by step, and nearer steps have more `weight` (b,).
    """
    high, low = _ZERO, _ZERO
    for k in range(need.shape[0]):
        if not admits[k]:
            continue
        for b in range(weight.shape[0]):
            one_high, one_low = product(need[k], demand[k, b])
            one_high, one_low = scaled(one_high, one_low, weight[b])
            high, low = total(high, low, one_high, one_low)
    access[:] = 0
    if high == _ZERO and low == _ZERO:
        return
    above_high, above_low = product(capacity, _SCALE)
    for b in range(weight.shape[0]):
        one_high, one_low = scaled(above_high, above_low, weight[b])
        access[b, 0], access[b, 1] = quotient(one_high, one_low, high, low)
