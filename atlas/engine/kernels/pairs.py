"""Floating catchments from given pairs of child and place, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import product, quotient, total

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

_ZERO = np.uint64(0)
NO_WEIGHT = -1
KNOWN_SHARES = 64
_SPREAD = 0x9E3779B1
_TO_KNOWN = 26
_WORD = 0xFFFFFFFF

SORTED, UNSORTED, TWICE, STRANGE, OUT_OF_RANGE = range(5)


@kernel
def survey(
    place: Int32 | Int64, child: Int32 | Int64, weight: Int64, ends: tuple[int, int], most: int
) -> tuple[int, int]:
    """
    Return what some pairs are like, the worst of it, and how many of them weigh nothing.

    `ends` are the numbers of places and children, `most` the greatest weight. Whether a pair comes
    twice is seen only in sorted ones.
    """
    worst = SORTED
    nothing = 0
    for p in range(place.shape[0]):
        j, i, w = place[p], child[p], weight[p]
        if not (0 <= j < ends[0] and 0 <= i < ends[1]):
            return STRANGE, nothing
        if not 0 <= w <= most:
            return OUT_OF_RANGE, nothing
        nothing += w == 0
        if p > 0 and (j < place[p - 1] or (j == place[p - 1] and i <= child[p - 1])):
            twice = j == place[p - 1] and i == child[p - 1]
            worst = max(worst, TWICE if twice else UNSORTED)
    return worst, nothing


@kernel
def _known(weight: int) -> int:
    """Return where the share of a weight is remembered."""
    return ((weight * _SPREAD) & _WORD) >> _TO_KNOWN


@kernel
def float_over(
    place_first: Int64,
    low: int,
    high: int,
    child: Int32 | Int64,
    weight: Int64,
    need: Int64,
    capacity: Int64,
    unit: int,
    ratio: Int64,
    access: Int64,
) -> None:
    """
    Write the ratios (j, 2) of the places ``low:high``; add what arrives at each child (i, 2).

    Pairs are a CSR by place, their weights counted in one over `unit`. A ratio is capacity over
    weighted need, a share that ratio times the pair's weight, rounded half up once; both as whole
    number and 2**-40 parts. A place's children often weigh alike (steps): a weight's share is
    worked out once as long as it is remembered.
    """
    known_weight = np.empty(KNOWN_SHARES, np.int64)
    known_share = np.empty((KNOWN_SHARES, 2), np.int64)
    for j in range(low, high):
        above, below = _ZERO, _ZERO
        for p in range(place_first[j], place_first[j + 1]):
            one_high, one_low = product(need[child[p]], weight[p])
            above, below = total(above, below, one_high, one_low)
        if above == _ZERO and below == _ZERO:
            continue
        unit_high, unit_low = product(capacity[j], unit)
        ratio[j, 0], ratio[j, 1] = quotient(unit_high, unit_low, above, below)
        known_weight[:] = NO_WEIGHT
        for p in range(place_first[j], place_first[j + 1]):
            at = _known(weight[p])
            if known_weight[at] != weight[p]:
                one_high, one_low = product(capacity[j], weight[p])
                share = quotient(one_high, one_low, above, below)
                known_weight[at] = weight[p]
                known_share[at, 0], known_share[at, 1] = share
            access[child[p], 0] += known_share[at, 0]
            access[child[p], 1] += known_share[at, 1]
