"""Zones standing in line in every draw, and a few of them moving to other places in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Int32, Int64


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
    """
    steps, order, doubled, worst = (
        standings.steps,
        standings.order,
        standings.doubled,
        standings.worst,
    )
    zones = steps.shape[1]
    many = moved.shape[0]
    is_moved = np.zeros(zones, np.bool_)
    for m in range(many):
        is_moved[moved[m]] = True
    score = np.empty(many, np.int64)
    who = np.empty(many, np.int64)
    for d in range(low, high):
        line = steps[d]
        # The stretch of the line that holds every old and every new place, equals included.
        top, least = new[d, 0], new[d, 0]
        same = True
        for m in range(many):
            old = line[(np.int64(doubled[d, moved[m]]) - 2) // 2]
            same = same and old == new[d, m]
            top = max(top, old, new[d, m])
            least = min(least, old, new[d, m])
            at = m
            while at > 0 and score[at - 1] < new[d, m]:
                score[at], who[at] = score[at - 1], who[at - 1]
                at -= 1
            score[at], who[at] = new[d, m], moved[m]
        if same:
            continue
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
                    _fall(parts, order[d, at], worst, before, after, -1)
                before = after
        at, next_new, placed = first, 0, first
        while placed < last:
            while at < last and is_moved[order[d, at]]:
                at += 1
            here = line[at] if at < last else least - 1
            if next_new < many and score[next_new] > here:
                here = score[next_new]
            begin, begin_new, equals = at, next_new, 0
            while at < last and (is_moved[order[d, at]] or line[at] == here):
                equals += 0 if is_moved[order[d, at]] else 1
                at += 1
            while next_new < many and score[next_new] == here:
                equals += 1
                next_new += 1
            rank = 2 * placed + equals + 1
            for p in range(begin, at):
                z = order[d, p]
                if is_moved[z]:
                    continue
                if doubled[d, z] != rank:
                    count[z, doubled[d, z]] -= 1
                    count[z, rank] += 1
                if is_cut:
                    _fall(parts, z, worst, placed, placed + equals, 1)
            for p in range(begin_new, next_new):
                z = who[p]
                count[z, doubled[d, z]] -= 1
                count[z, rank] += 1
                if is_cut:
                    _fall(parts, z, worst, placed, placed + equals, 1)
            placed += equals


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
