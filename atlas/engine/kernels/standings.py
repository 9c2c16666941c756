"""Zones standing in line in every draw, and a few of them moving to other places in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Bool, Int32, Int64


class Standings(NamedTuple):
    """
    The line in each of d draws, r zones long.

    `steps` (d, r) scores, the greatest first; `order` (d, r) whose; `doubled` (d, r) twice the
    rank of each zone; `worst` (w,) the numbers k.
    """

    steps: Int64
    order: AnyArray
    doubled: AnyArray
    worst: Int64


@kernel
def stand_in_line(steps: Int64, order: AnyArray, doubled: AnyArray) -> None:
    """Write twice the rank of each zone, 2g + t + 1, from the line in each draw."""
    zones = steps.shape[1]
    for d in range(steps.shape[0]):
        before = 0
        while before < zones:
            after = before + 1
            while after < zones and steps[d, after] == steps[d, before]:
                after += 1
            for at in range(before, after):
                doubled[d, order[d, at]] = before + after + 1
            before = after


@kernel
def count_standings(doubled: AnyArray, count: Int32) -> None:
    """Count in how many draws each zone has which doubled rank, shape (r, 2r + 1)."""
    for d in range(doubled.shape[0]):
        for z in range(doubled.shape[1]):
            count[z, doubled[d, z]] += 1


@kernel
def _first_not_above(line: Int64, score: int) -> int:
    """Return the first place in a falling line whose score is `score` or less."""
    low, high = 0, line.shape[0]
    while low < high:
        middle = (low + high) // 2
        if line[middle] > score:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _fall(parts: Int64, z: int, worst: Int64, before: int, after: int, sign: int) -> None:
    """Add what falls to one of some equals of being among the worst, by how many they are."""
    for w in range(worst.shape[0]):
        if after <= worst[w]:
            parts[z, w, 1] += sign
        elif before < worst[w]:
            parts[z, w, after - before] += sign * (worst[w] - before)


@kernel
def _sort_falling(key: Int64, first: Int64, second: Int64, low: int, high: int) -> None:
    """Sort rows ``low:high`` of three columns by the first of them, the greatest first."""
    for at in range(low + 1, high):
        mine, one, other = key[at], first[at], second[at]
        to = at
        while to > low and key[to - 1] < mine:
            key[to], first[to], second[to] = key[to - 1], first[to - 1], second[to - 1]
            to -= 1
        key[to], first[to], second[to] = mine, one, other


@kernel
def _settle(
    line: Int64,
    order: AnyArray,
    doubled: AnyArray,
    worst: Int64,
    is_moved: Bool,
    bounds: tuple[int, int],
    score: Int64,
    who: Int64,
    news: tuple[int, int],
    count: Int32,
    parts: Int64,
) -> None:
    """
    Rank one stretch of a line anew: all places from a score of ``bounds[0]`` to ``bounds[1]``.

    The moved zones that come to stand there are rows ``news`` of `score` and `who`, the greatest
    first; as many left it.
    """
    top, least = bounds
    first = _first_not_above(line, top)
    last = _first_not_above(line, least - 1)
    is_cut = False
    for w in range(worst.shape[0]):
        is_cut = is_cut or first < worst[w] < last
    if is_cut:
        before = first
        while before < last:
            after = before + 1
            while after < last and line[after] == line[before]:
                after += 1
            for at in range(before, after):
                _fall(parts, order[at], worst, before, after, -1)
            before = after
    at, next_new, placed = first, news[0], first
    while placed < last:
        while at < last and is_moved[order[at]]:
            at += 1
        here = line[at] if at < last else least - 1
        if next_new < news[1] and score[next_new] > here:
            here = score[next_new]
        begin, begin_new, equals = at, next_new, 0
        while at < last and (is_moved[order[at]] or line[at] == here):
            equals += 0 if is_moved[order[at]] else 1
            at += 1
        while next_new < news[1] and score[next_new] == here:
            equals += 1
            next_new += 1
        rank = 2 * placed + equals + 1
        for p in range(begin, at):
            z = order[p]
            if is_moved[z]:
                continue
            if doubled[z] != rank:
                count[z, doubled[z]] -= 1
                count[z, rank] += 1
            if is_cut:
                _fall(parts, z, worst, placed, placed + equals, 1)
        for p in range(begin_new, next_new):
            z = who[p]
            count[z, doubled[z]] -= 1
            count[z, rank] += 1
            if is_cut:
                _fall(parts, z, worst, placed, placed + equals, 1)
        placed += equals


@kernel
def move(
    standings: Standings, moved: Int64, new: Int64, low: int, high: int, count: Int32, parts: Int64
) -> None:
    """
    Move some zones in the lines of the draws of ``range(low, high)``.

    Parameters
    ----------
    standings
        The lines before.
    moved, new
        Which zones, shape (m,), and their new scores, shape (d, m).
    count
        Added to: draws in which a zone has which doubled rank, shape (r, 2r + 1).
    parts
        Added to, shape (r, w, r + 1): by the number t of equals, k - g of each draw in which k
        cuts them through; in column 1 the draws in which a zone is among the k worst whole.

    Notes
    -----
    Between a zone's old and its new place others change their ranks, elsewhere nobody does. Such
    stretches that overlap are one; each loses as many zones as it gains.
    """
    zones = standings.steps.shape[1]
    many = moved.shape[0]
    is_moved = np.zeros(zones, np.bool_)
    for m in range(many):
        is_moved[moved[m]] = True
    top, least = np.empty(many, np.int64), np.empty(many, np.int64)
    which, spare = np.empty(many, np.int64), np.zeros(many, np.int64)
    score, who = np.empty(many, np.int64), np.empty(many, np.int64)
    for d in range(low, high):
        line, order, doubled = standings.steps[d], standings.order[d], standings.doubled[d]
        for m in range(many):
            old = line[(np.int64(doubled[moved[m]]) - 2) // 2]
            top[m], least[m] = max(old, new[d, m]), min(old, new[d, m])
            which[m] = m
        _sort_falling(top, least, which, 0, many)
        begin = 0
        while begin < many:
            bottom = least[begin]
            end = begin + 1
            while end < many and top[end] >= bottom:
                bottom = min(bottom, least[end])
                end += 1
            if bottom < top[begin]:
                for at in range(begin, end):
                    score[at], who[at] = new[d, which[at]], moved[which[at]]
                _sort_falling(score, who, spare, begin, end)
                _settle(
                    line,
                    order,
                    doubled,
                    standings.worst,
                    is_moved,
                    (top[begin], bottom),
                    score,
                    who,
                    (begin, end),
                    count,
                    parts,
                )
            begin = end


@kernel
def observe(count: Int32, wanted: Int64) -> tuple[Int64, Int64]:
    """
    Return twice the rank that the `wanted`-th draw from the best has, and the sums of all.

    Shapes (r, q) and (r,), from the counts of doubled ranks (r, 2r + 1).
    """
    zones, doubled = count.shape
    observed = np.zeros((zones, wanted.shape[0]), np.int64)
    total = np.zeros(zones, np.int64)
    for z in range(zones):
        up_to = 0
        q = 0
        for rank in range(doubled):
            here = count[z, rank]
            up_to += here
            total[z] += np.int64(here) * rank
            while q < wanted.shape[0] and up_to >= wanted[q]:
                observed[z, q] = rank
                q += 1
    return observed, total
