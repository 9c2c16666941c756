"""Floating catchments in steps, from pairs of child, place and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.pairs import OUT_OF_RANGE, SORTED, STRANGE, TWICE, UNSORTED
from atlas.engine.kernels.wide import product, quotient, total

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

_MICRO = 1_000_000
_ZERO = np.uint64(0)


@kernel
def survey_costs(
    place: Int32 | Int64,
    child: Int32 | Int64,
    cost: Int32 | Int64,
    ends: tuple[int, int],
    low: int,
    high: int,
) -> int:
    """Return the worst of the pairs ``low:high``, each beside the one before it."""
    worst = SORTED
    for p in range(low, high):
        j, i = place[p], child[p]
        if not (0 <= j < ends[0] and 0 <= i < ends[1]):
            worst = max(worst, STRANGE)
        if cost[p] < 0:
            worst = max(worst, OUT_OF_RANGE)
        if p > 0 and (j < place[p - 1] or (j == place[p - 1] and i <= child[p - 1])):
            twice = j == place[p - 1] and i == child[p - 1]
            worst = max(worst, TWICE if twice else UNSORTED)
    return worst


@kernel
def float_steps(
    first: Int64,
    chunk: tuple[int, int],
    pairs: tuple[Int32 | Int64, Int32 | Int64],
    steps: tuple[Int64, Int64],
    need: Int64,
    capacity: Int64,
    ratio: Int64,
    access: Int64,
) -> None:
    """
    Write the ratios (j, 2) of a chunk of places; add what arrives at each child (i, 2).

    `pairs` are child and cost, a CSR by place; `steps` the upper edges and weights. Ratios and
    shares are whole numbers and 2**-40 parts, rounded half up once.
    """
    child, cost = pairs
    edge, weight = steps
    count = edge.shape[0]
    demand = np.zeros(count + 1, np.int64)
    share = np.zeros((count + 1, 2), np.int64)
    for j in range(chunk[0], chunk[1]):
        demand[:] = 0
        for p in range(first[j], first[j + 1]):
            # Counted, not searched: a branch here would be guessed wrong half the time.
            b = 0
            for e in range(count):
                b += cost[p] > edge[e]
            demand[b] += need[child[p]]
        above, below = _ZERO, _ZERO
        for b in range(count):
            one_high, one_low = product(demand[b], weight[b])
            above, below = total(above, below, one_high, one_low)
        if above == _ZERO and below == _ZERO:
            continue
        unit_high, unit_low = product(capacity[j], _MICRO)
        ratio[j, 0], ratio[j, 1] = quotient(unit_high, unit_low, above, below)
        for b in range(count):
            one_high, one_low = product(capacity[j], weight[b])
            share[b, 0], share[b, 1] = quotient(one_high, one_low, above, below)
        for p in range(first[j], first[j + 1]):
            b = 0
            for e in range(count):
                b += cost[p] > edge[e]
            access[child[p], 0] += share[b, 0]
            access[child[p], 1] += share[b, 1]
