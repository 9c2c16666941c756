"""Children with the same places to choose from, found by the sum of their places' marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import floored, product, total

if TYPE_CHECKING:
    from atlas.engine.kernels.catchment import Offers
    from atlas.engine.types import Bool, Int32, Int64, UInt64

TRILLION = 1_000_000_000_000
NOWHERE = -1

_FAR_CM = (1 << 31) - 1
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@kernel
def mark_of(number: int, half: int) -> np.uint64:
    """Return one half of the mark of an offer: SplitMix64 (Steele, Lea & Flood 2014)."""
    mixed = np.uint64(2 * number + half + 1) * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


@kernel
def mark_choices(
    pair_first: Int64,
    point: Int32,
    cm: Int32,
    low: int,
    high: int,
    reach: Int32,
    offers: Offers,
    mark: UInt64,
) -> None:
    """
    Add the marks of the offers of places ``range(low, high)`` to who can choose them, (n, k, 2).

    Two sums of 64 bits that wrap: the order of places is of no account, and two different sets
    of offers are taken for one less often than a memory fails.
    """
    lanes = reach.shape[0]
    admits, place_first = offers.admits, offers.place_first
    added = np.zeros((lanes, 2), np.uint64)
    way = np.full(mark.shape[0], _FAR_CM, np.int32)
    for p in range(low, high):
        added[:] = _ZERO
        has_members = False
        for j in range(place_first[p], place_first[p + 1]):
            if offers.is_assigned[j]:
                has_members = True
                continue
            for k in range(lanes):
                if admits[j, k]:
                    added[k, 0] += mark_of(j, 0)
                    added[k, 1] += mark_of(j, 1)
        for q in range(pair_first[p], pair_first[p + 1]):
            i, there = point[q], cm[q]
            for k in range(lanes):
                if there <= reach[k]:
                    mark[i, k, 0] += added[k, 0]
                    mark[i, k, 1] += added[k, 1]
        if not has_members:
            continue
        for q in range(pair_first[p], pair_first[p + 1]):
            way[point[q]] = cm[q]
        for j in range(place_first[p], place_first[p + 1]):
            if not offers.is_assigned[j]:
                continue
            for i in offers.member[offers.member_first[j] : offers.member_first[j + 1]]:
                for k in range(lanes):
                    if admits[j, k] and way[i] <= reach[k]:
                        mark[i, k, 0] += mark_of(j, 0)
                        mark[i, k, 1] += mark_of(j, 1)
        for q in range(pair_first[p], pair_first[p + 1]):
            way[point[q]] = _FAR_CM


@kernel
def number_choices(mark: UInt64, asks: Bool, unknown: Bool, of: Int32) -> Int64:
    """
    Write which choice set each point and column is in, (n, k), and return one member of each.

    Numbered as they are met; -1 where nobody asks, or no offer is in reach. Who reaches an
    unknown capacity too is kept apart. Members are flat rows of ``of``.
    """
    points, lanes = of.shape
    room = 1024
    while room < 2 * points * lanes:
        room *= 2
    slot = np.full(room, NOWHERE, np.int32)
    member = np.empty(points * lanes, np.int64)
    found = 0
    for i in range(points):
        for k in range(lanes):
            of[i, k] = NOWHERE
            one, other = mark[i, k, 0], mark[i, k, 1]
            if not asks[i, k] or (one == _ZERO and other == _ZERO):
                continue
            at = np.int64((one ^ np.uint64(unknown[i, k])) & np.uint64(room - 1))
            while True:
                c = slot[at]
                if c == NOWHERE:
                    slot[at] = found
                    member[found] = i * lanes + k
                    of[i, k] = found
                    found += 1
                    break
                y, z = member[c] // lanes, member[c] % lanes
                if (
                    mark[y, z, 0] == one
                    and mark[y, z, 1] == other
                    and unknown[y, z] == unknown[i, k]
                ):
                    of[i, k] = c
                    break
                at = (at + 1) & (room - 1)
    return member[:found].copy()


@kernel
def choices_of_offers(
    pair_first: Int64,
    point: Int32,
    cm: Int32,
    reach: Int32,
    offers: Offers,
    member_of: Int32,
    most: int,
) -> tuple[Int64, Int32]:
    """
    Return which choice sets hold each offer, as a CSR by offer; `first` too short beyond `most`.

    `member_of` (n, k) names a choice set at its one member and is -1 elsewhere.
    """
    lanes = reach.shape[0]
    total_offers = offers.capacity.shape[0]
    first = np.zeros(total_offers + 1, np.int64)
    choice = np.empty(1024, np.int32)
    way = np.full(member_of.shape[0], _FAR_CM, np.int32)
    used = 0
    for p in range(offers.place_first.shape[0] - 1):
        low, high = pair_first[p], pair_first[p + 1]
        for j in range(offers.place_first[p], offers.place_first[p + 1]):
            most_here = (high - low) * lanes
            if offers.is_assigned[j]:
                most_here = (offers.member_first[j + 1] - offers.member_first[j]) * lanes
                for q in range(low, high):
                    way[point[q]] = cm[q]
            if used + most_here > choice.shape[0]:
                longer = np.empty(2 * choice.shape[0] + most_here, np.int32)
                longer[:used] = choice[:used]
                choice = longer
            if offers.is_assigned[j]:
                for i in offers.member[offers.member_first[j] : offers.member_first[j + 1]]:
                    for k in range(lanes):
                        c = member_of[i, k]
                        if c >= 0 and offers.admits[j, k] and way[i] <= reach[k]:
                            choice[used] = c
                            used += 1
                for q in range(low, high):
                    way[point[q]] = _FAR_CM
            else:
                for q in range(low, high):
                    i, there = point[q], cm[q]
                    for k in range(lanes):
                        c = member_of[i, k]
                        if c >= 0 and offers.admits[j, k] and there <= reach[k]:
                            choice[used] = c
                            used += 1
            if used > most:
                return first[: j + 1], choice[:used]
            first[j + 1] = used
    return first, choice[:used].copy()


@kernel
def turned(first: Int64, column: Int32, columns: int) -> tuple[Int64, Int32]:
    """Return a CSR by its columns: the rows of each, rising."""
    start = np.zeros(columns + 1, np.int64)
    for c in column:
        start[c + 1] += 1
    for c in range(columns):
        start[c + 1] += start[c]
    at = start[:-1].copy()
    row = np.empty(column.shape[0], np.int32)
    for r in range(first.shape[0] - 1):
        for e in range(first[r], first[r + 1]):
            c = column[e]
            row[at[c]] = r
            at[c] += 1
    return start, row


@kernel
def add_need(
    of: Int32, children: Int64, need: Int64, counts: Bool, asked: Int64, rounded: Bool
) -> None:
    """
    Write what each choice set needs, in millionths of a seat, rounded up once.

    `children` (n, k) millionths, `need` (k,) 10**-12 a child, `counts` (n,) whose children;
    `asked` (c,), -1 where it is 2**60 or more; `rounded` (c,) where it was not whole.
    """
    high = np.zeros(asked.shape[0], np.uint64)
    low = np.zeros(asked.shape[0], np.uint64)
    for i in range(of.shape[0]):
        if not counts[i]:
            continue
        for k in range(of.shape[1]):
            c = of[i, k]
            if c >= 0 and need[k] > 0:
                one_high, one_low = product(children[i, k], need[k])
                high[c], low[c] = total(high[c], low[c], one_high, one_low)
    # Below 2**36 in the upper half the quotient is below 2**61.
    most = np.uint64(1) << np.uint64(36)
    for c in range(asked.shape[0]):
        asked[c] = -1
        rounded[c] = False
        if high[c] < most:
            whole, rest = floored(high[c], low[c], TRILLION)
            rounded[c] = rest > 0
            asked[c] = whole + (1 if rest > 0 else 0)
