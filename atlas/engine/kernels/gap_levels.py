"""Who is not served at every level of reach and provision, for every replicate of the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.split import ENOUGH
from atlas.engine.kernels.wide import FRACTION_BITS, part_of, product, quotient, scaled, total

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int32, Int64

WHOLE_PCT = 100
PLENTY = 4 * ENOUGH
"""More than is enough at any level of provision: sums stop here."""

MOST_RATIO_WHOLE = PLENTY >> FRACTION_BITS

_SCALE = 1_000_000_000_000
_ZERO = np.uint64(0)


class Sources(NamedTuple):
    """
    Pools that the same points reach: those of one place, or one with a catchment of its own.

    `offer_first` (q + 1,) their offers; `capacity` (j,) millionths, -1 unknown; `admits` (j, k).
    """

    offer_first: Int64
    capacity: Int64
    admits: Bool


class Reaching(NamedTuple):
    """Who reaches which source at what cost: a CSR, by source or by point."""

    first: Int64
    other: Int32
    cm: Int32


class Crowds(NamedTuple):
    """Children of n points: `children` (n, g) micro, times `factor` (c, r) of their `cell` (n,)."""

    children: Int64
    cell: Int32
    factor: Float64


class Own(NamedTuple):
    """
    One column that is judged: n points, q sources, l levels of reach, p of provision.

    `reach` (l,) cm, rising; `groups` of the column; `zone` (n,), -1 not judged; `is_shared` by
    provision, else by reach alone; `is_open`, `is_unknown` (q,): whether a source admits the
    column, and whether a capacity of it is unknown; `ratio` (q, l, f·r) in 2**-40, at most
    `PLENTY`, r counting fastest; `times` (p,) what arrives is multiplied by, where f is 1.
    """

    reach: Int32
    groups: Int64
    zone: Int32
    is_shared: bool
    is_open: Bool
    is_unknown: Bool
    ratio: Int64
    times: Float64


@kernel
def _counted(children: int, factor: float) -> int:
    """Return a count times its factor, whole millionths; what is more than none stays so."""
    if children == 0:
        return 0
    return max(1, int(np.rint(children * factor)))


@kernel
def count_column(crowds: Crowds, groups: Int64, low: int, high: int, counted: Int64) -> None:
    """Write the children of one column's groups in each replicate, shape (n, r)."""
    children, cell, factor = crowds.children, crowds.cell, crowds.factor
    for i in range(low, high):
        for r in range(factor.shape[1]):
            counted[i, r] = 0
        for g in groups:
            for r in range(factor.shape[1]):
                counted[i, r] += _counted(children[i, g], factor[cell[i], r])


@kernel
def by_point(reaching: Reaching, points: int) -> Reaching:
    """Return pairs that stand by source, by point."""
    first, point, cm = reaching.first, reaching.other, reaching.cm
    start = np.zeros(points + 1, np.int64)
    for p in range(point.shape[0]):
        start[point[p] + 1] += 1
    for i in range(points):
        start[i + 1] += start[i]
    free = start[:-1].copy()
    source = np.empty(point.shape[0], np.int32)
    cost = np.empty(point.shape[0], np.int32)
    for q in range(first.shape[0] - 1):
        for p in range(first[q], first[q + 1]):
            at = free[point[p]]
            free[point[p]] += 1
            source[at] = q
            cost[at] = cm[p]
    return Reaching(start, source, cost)


@kernel
def _level(cm: int, reach: Int32) -> int:
    """Return the first level whose reach a cost lies within; their number if none."""
    level = 0
    while level < reach.shape[0] and cm > reach[level]:
        level += 1
    return level


@kernel
def demand_within(
    reaching: Reaching, reach: Int32, counted: Int64, low: int, high: int, demand: Int64
) -> None:
    """Write the children within each level of reach of sources `low` to `high`, (q, l, r)."""
    first, point, cm = reaching.first, reaching.other, reaching.cm
    levels, replicates = reach.shape[0], counted.shape[1]
    for q in range(low, high):
        mine = demand[q]
        mine[:] = 0
        for p in range(first[q], first[q + 1]):
            level = _level(cm[p], reach)
            if level < levels:
                i = point[p]
                for r in range(replicates):
                    mine[level, r] += counted[i, r]
        for level in range(1, levels):
            for r in range(replicates):
                mine[level, r] += mine[level - 1, r]


@kernel
def _ratio(high: np.uint64, low: np.uint64, capacity: int) -> int:
    """Return a capacity over a need in 10**-14, in 2**-40, at most `PLENTY`."""
    if high == _ZERO and low == _ZERO:
        return 0
    above_high, above_low = product(capacity, _SCALE)
    above_high, above_low = scaled(above_high, above_low, WHOLE_PCT)
    whole, fraction = quotient(above_high, above_low, high, low)
    if whole >= MOST_RATIO_WHOLE:
        return PLENTY
    return int((whole << FRACTION_BITS) + fraction)


@kernel
def ratios(
    sources: Sources,
    column: int,
    is_own: Bool,
    need: Int64,
    pct: Int64,
    adopted: int,
    demand: Int64,
    low: int,
    high: int,
    ratio: Int64,
) -> None:
    """
    Write what one child draws from each source, shape (q, l, f·r), 2**-40.

    Parameters
    ----------
    sources
        Of the block.
    column
        Whose admission counts.
    is_own
        Columns of the service whose reach and provision vary, (k,); others keep the adopted.
    need
        Of a child, (k,), 10**-12.
    pct
        Levels of provision in per cent, (f,).
    adopted
        The level of reach that is adopted.
    demand
        Children within each level, (k, q, l, r).
    low, high
        Which sources.
    ratio
        Written.
    """
    offer_first, capacity, admits = sources.offer_first, sources.capacity, sources.admits
    levels, replicates = demand.shape[2], demand.shape[3]
    for q in range(low, high):
        mine = ratio[q]
        mine[:] = 0
        for j in range(offer_first[q], offer_first[q + 1]):
            if capacity[j] < 0 or not admits[j, column]:
                continue
            for level in range(levels):
                for f in range(pct.shape[0]):
                    for r in range(replicates):
                        above, below = _ZERO, _ZERO
                        for k in range(need.shape[0]):
                            if not admits[j, k]:
                                continue
                            at = level if is_own[k] else adopted
                            one, other = product(need[k], demand[k, q, at, r])
                            times = pct[f] if is_own[k] else WHOLE_PCT
                            one, other = scaled(one, other, times)
                            above, below = total(above, below, one, other)
                        at = f * replicates + r
                        mine[level, at] += _ratio(above, below, capacity[j])
        for level in range(levels):
            for at in range(mine.shape[1]):
                mine[level, at] = min(mine[level, at], PLENTY)


@kernel
def _served(count: int, arrived: int, times: float) -> int:
    """Return how many of some children are served when this much arrives, times a factor."""
    enough = int(min(arrived * times, float(ENOUGH)))
    if enough >= ENOUGH:
        return count
    return part_of(count, enough)


@kernel
def judge(
    reaching: Reaching,
    crowds: Crowds,
    own: Own,
    low: int,
    high: int,
    not_served: Int64,
    known: Int64,
) -> None:
    """
    Add up the children of one column who are not served, and those it is known of.

    `reaching` by point; `not_served` (z, l, p, r) and `known` (z, r) are added to.
    """
    first, source, cm = reaching.first, reaching.other, reaching.cm
    children, cell, factor = crowds.children, crowds.cell, crowds.factor
    reach, groups, zone, ratio = own.reach, own.groups, own.zone, own.ratio
    is_open, is_unknown, times, is_shared = own.is_open, own.is_unknown, own.times, own.is_shared
    levels, replicates, provisions = reach.shape[0], factor.shape[1], times.shape[0]
    apart = ratio.shape[2] > replicates
    arrived = np.zeros((levels, ratio.shape[2]), np.int64)
    count = np.empty(replicates, np.int64)
    for i in range(low, high):
        z = zone[i]
        if z < 0:
            continue
        reached, unsure = levels, levels
        arrived[:] = 0
        for p in range(first[i], first[i + 1]):
            q = source[p]
            if not is_open[q]:
                continue
            level = _level(cm[p], reach)
            reached = min(reached, level)
            if is_unknown[q]:
                unsure = min(unsure, level)
            if is_shared:
                for at in range(level, levels):
                    for f in range(ratio.shape[2]):
                        arrived[at, f] += ratio[q, at, f]
        for g in groups:
            if children[i, g] == 0:
                continue
            for r in range(replicates):
                count[r] = _counted(children[i, g], factor[cell[i], r])
                known[z, r] += count[r]
            for level in range(reached):
                for f in range(provisions):
                    for r in range(replicates):
                        not_served[z, level, f, r] += count[r]
            if not is_shared:
                continue
            for level in range(reached, unsure):
                for f in range(provisions):
                    factor_of = 1.0 if apart else times[f]
                    for r in range(replicates):
                        at = f * replicates + r if apart else r
                        served = _served(count[r], arrived[level, at], factor_of)
                        not_served[z, level, f, r] += count[r] - served
