"""What opening a candidate saves, and what putting one in another's stead does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import product

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64


class Trips(NamedTuple):
    """
    Every walk that a candidate would shorten: m candidates by code, n points, q walks.

    `first` (m + 1,) where each candidate's walks start; `point` (q,); `cm` (q,), less than
    `now_cm` (n,) of its point; `weight` (n,). Being served at all is a walk of 0 instead of 1.
    """

    first: Int64
    point: Int32
    cm: Int32
    weight: Int64
    now_cm: Int32


@kernel
def useful_walks(
    order: Int64,
    first: Int64,
    point: Int32,
    cm: Int32,
    weight: Int64,
    now_cm: Int32,
    takes_part: Bool,
) -> tuple[Int64, Int32, Int32]:
    """
    Return the walks that shorten somebody's way, as a CSR by candidate in the order `order`.

    Of a walk given twice the shorter is kept; `takes_part` (m,) is by rank in `order`.
    """
    candidates, points = order.shape[0], weight.shape[0]
    start = np.zeros(candidates + 1, np.int64)
    kept_point, kept_cm = np.empty(0, np.int32), np.empty(0, np.int32)
    at = np.empty(points, np.int64)
    for filling in range(2):
        if filling:
            kept_point = np.empty(start[candidates], np.int32)
            kept_cm = np.empty(start[candidates], np.int32)
        at[:] = -1
        total = 0
        for rank in range(candidates):
            begins = total
            row = order[rank]
            if takes_part[rank]:
                for e in range(first[row], first[row + 1]):
                    i, d = point[e], cm[e]
                    if weight[i] == 0 or d >= now_cm[i]:
                        continue
                    if at[i] >= begins:
                        if filling and d < kept_cm[at[i]]:
                            kept_cm[at[i]] = d
                        continue
                    at[i] = total
                    if filling:
                        kept_point[total] = i
                        kept_cm[total] = d
                    total += 1
            start[rank + 1] = total
    return start, kept_point, kept_cm


@kernel
def gain_of(trips: Trips, best_cm: Int32, candidate: int) -> int:
    """Return the weighted walking that a candidate saves beyond `best_cm`."""
    point, cm, weight = trips.point, trips.cm, trips.weight
    gain = 0
    for e in range(trips.first[candidate], trips.first[candidate + 1]):
        i = point[e]
        if cm[e] < best_cm[i]:
            gain += weight[i] * (best_cm[i] - cm[e])
    return gain


@kernel
def open_site(trips: Trips, best_cm: Int32, candidate: int) -> int:
    """Shorten `best_cm` by a candidate; return what it saved."""
    gain = gain_of(trips, best_cm, candidate)
    point, cm = trips.point, trips.cm
    for e in range(trips.first[candidate], trips.first[candidate + 1]):
        best_cm[point[e]] = min(best_cm[point[e]], cm[e])
    return gain


@kernel
def _is_dearer(gain: int, cost: int, other: int, other_cost: int) -> bool:
    """Return whether a gain for its cost is above another, then whether it is larger."""
    high, low = product(gain, other_cost)
    other_high, other_low = product(other, cost)
    if high != other_high:
        return bool(high > other_high)
    if low != other_low:
        return bool(low > other_low)
    return gain > other


@kernel
def add_greedily(
    trips: Trips, cost: Int64, left: int, may: Bool, best_cm: Int32, most: int
) -> tuple[Int64, Int64]:
    """
    Open the candidate that saves most for its cost, again and again.

    Parameters
    ----------
    trips, cost
        The candidates by code, and what each costs.
    left
        What may still be spent.
    may
        Which candidates may be opened, shape (m,).
    best_cm
        The shortest way of each point, shape (n,); shortened.
    most
        How many are opened at most.

    Returns
    -------
    chosen, gain
        In order; nobody who saves nothing. Ties go to the larger gain, then to the smaller code.
    """
    candidates = trips.first.shape[0] - 1
    at_most = np.zeros(candidates, np.int64)
    known_at = np.full(candidates, -1, np.int64)
    is_open = np.zeros(candidates, np.bool_)
    for j in range(candidates):
        at_most[j] = gain_of(trips, best_cm, j) if may[j] else 0
        known_at[j] = 0
    chosen, gain = np.empty(candidates, np.int64), np.empty(candidates, np.int64)
    count = 0
    while count < min(most, candidates):
        top = -1
        for j in range(candidates):
            if is_open[j] or not may[j] or at_most[j] == 0 or cost[j] > left:
                continue
            if top < 0 or _is_dearer(at_most[j], cost[j], at_most[top], cost[top]):
                top = j
        if top < 0:
            break
        if known_at[top] < count:
            # Gains never grow: what was found earlier is a limit, renewed only where it leads.
            at_most[top] = gain_of(trips, best_cm, top)
            known_at[top] = count
            continue
        chosen[count], gain[count] = top, open_site(trips, best_cm, top)
        is_open[top] = True
        left -= cost[top]
        count += 1
    return chosen[:count].copy(), gain[:count].copy()


@kernel
def _two_shortest(trips: Trips, chosen: Int64) -> tuple[Int32, Int32, Int32]:
    """Return the two shortest ways of each point, and whose the first is (-1 as it is now)."""
    point, cm = trips.point, trips.cm
    best, second = trips.now_cm.copy(), trips.now_cm.copy()
    whose = np.full(best.shape[0], -1, np.int32)
    for slot in range(chosen.shape[0]):
        for e in range(trips.first[chosen[slot]], trips.first[chosen[slot] + 1]):
            i, d = point[e], cm[e]
            if d < best[i]:
                second[i], best[i], whose[i] = best[i], d, slot
            elif d < second[i]:
                second[i] = d
    return best, second, whose


@kernel
def exchange(trips: Trips, cost: Int64, left: int, may: Bool, chosen: Int64) -> tuple[Int64, int]:
    """
    Put candidates in others' stead while that saves more, or as much with a smaller code.

    Parameters
    ----------
    trips, cost, left, may
        As in `add_greedily`; `left` beyond what `chosen` costs.
    chosen
        Open candidates, rising.

    Returns
    -------
    chosen, left
        No single exchange betters them (Teitz & Bart 1968; gains and losses as Resende & Werneck
        2007 keep them).
    """
    point, cm, weight = trips.point, trips.cm, trips.weight
    chosen = chosen.copy()
    is_open = np.zeros(trips.first.shape[0] - 1, np.bool_)
    is_open[chosen] = True
    loss, spared = np.empty(chosen.shape[0], np.int64), np.empty(chosen.shape[0], np.int64)
    while True:
        best, second, whose = _two_shortest(trips, chosen)
        loss[:] = 0
        for i in range(best.shape[0]):
            if whose[i] >= 0:
                loss[whose[i]] += weight[i] * (second[i] - best[i])
        most, comes, goes = 0, -1, -1
        for j in range(is_open.shape[0]):
            if is_open[j] or not may[j]:
                continue
            gain = 0
            spared[:] = 0
            for e in range(trips.first[j], trips.first[j + 1]):
                i, d = point[e], cm[e]
                if d < best[i]:
                    gain += weight[i] * (best[i] - d)
                if d < second[i] and whose[i] >= 0:
                    spared[whose[i]] += weight[i] * (second[i] - max(d, best[i]))
            for slot in range(chosen.shape[0]):
                out = chosen[slot]
                if cost[j] - cost[out] > left:
                    continue
                better = gain + spared[slot] - loss[slot]
                is_tie = comes < 0 and better == 0 and j < out and cost[j] <= cost[out]
                if better > most or is_tie:
                    most, comes, goes = better, j, slot
        if comes < 0:
            return chosen, left
        left += cost[chosen[goes]] - cost[comes]
        is_open[chosen[goes]], is_open[comes] = False, True
        chosen = np.flatnonzero(is_open)
