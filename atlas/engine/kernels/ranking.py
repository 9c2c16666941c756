"""Many rankings at once: from scores to shared ranks, and how often each zone has which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Int32, Int64, UInt32

KEY_BITS = 32
MOST = np.iinfo(np.int64).max
MOST_MOVES = 8
"""Moves a zone, on average, that setting right the order within one key may take."""


@kernel
def pack(steps: Int64, bits: int, key: UInt32) -> int:
    """
    Write one key a zone, the most need the smallest: as much of the score as fits, then the zone.

    `steps` (d, n) scores; `bits` that the number of a zone takes; `key` (d, n). A draw's scores
    are counted from its greatest, and halved until their spread fits. Return the least of all.
    """
    room = np.int64(1) << np.int64(KEY_BITS - bits)
    lowest: int = steps[0, 0]
    for d in range(steps.shape[0]):
        row = steps[d]
        top, least = row[0], row[0]
        for z in range(row.shape[0]):
            top = max(top, row[z])
            least = min(least, row[z])
        lowest = min(lowest, least)
        shift = 0
        while (top - least) >> shift >= room:
            shift += 1
        for z in range(row.shape[0]):
            key[d, z] = np.uint32(((top - row[z]) >> shift) << bits | z)
    return lowest


@kernel
def _set_right(score: Int64, zone: Int64) -> bool:
    """
    Sort nearly sorted scores, their zones with them, the greatest first.

    Return whether it took few moves; if not, the order is unfinished.
    """
    left = MOST_MOVES * score.shape[0]
    for at in range(1, score.shape[0]):
        mine, own = score[at], zone[at]
        to = at
        while to > 0 and score[to - 1] < mine:
            score[to], zone[to] = score[to - 1], zone[to - 1]
            to -= 1
        score[to], zone[to] = mine, own
        left -= at - to
        if left < 0:
            return False
    return True


@kernel
def _differ(packed: UInt32, bits: int) -> bool:
    """
    Return whether sorted keys differ in what they hold of the scores: then so do the scores.

    That asks no score, and it is so in nearly every draw.
    """
    same = 0
    for at in range(1, packed.shape[0]):
        same += (packed[at] >> np.uint32(bits)) == (packed[at - 1] >> np.uint32(bits))
    return same == 0


@kernel
def rank_rows(
    steps: Int64, key: UInt32, bits: int, worst: Int64, doubled: AnyArray, inside: Int64, cut: Int32
) -> None:
    """
    Rank the zones of each draw.

    Parameters
    ----------
    steps
        Scores, shape (d, n).
    key
        Those of `pack`, each row sorted.
    bits
        Bits of a key that say which zone.
    worst
        Numbers k, shape (w,).
    doubled
        Written: twice each zone's rank, 2g + t + 1, shape (d, n).
    inside
        Added to: draws in which a zone and all its equals are among the k worst, shape (n, w).
    cut
        Written: zones before the equals that k cuts through, and how many they are, shape
        (d, w, 2); 0, 0 where it cuts through none.
    """
    zones = steps.shape[1]
    mask = np.uint32((1 << bits) - 1)
    score = np.empty(zones, np.int64)
    zone = np.empty(zones, np.int64)
    for d in range(steps.shape[0]):
        row, mine, packed = steps[d], doubled[d], key[d]
        for at in range(zones):
            mine[packed[at] & mask] = 2 * at + 2
        falls = _differ(packed, bits)
        if not falls:
            falls, last = True, np.int64(MOST)
            for at in range(zones):
                z = packed[at] & mask
                falls &= row[z] < last
                last = row[z]
        if falls:
            for w in range(worst.shape[0]):
                for at in range(min(worst[w], zones)):
                    inside[key[d, at] & mask, w] += 1
            continue
        for at in range(zones):
            zone[at] = key[d, at] & mask
            score[at] = row[zone[at]]
        if not _set_right(score, zone):
            zone[:] = np.argsort(-row)
            for at in range(zones):
                score[at] = row[zone[at]]
        before = 0
        while before < zones:
            after = before + 1
            while after < zones and score[after] == score[before]:
                after += 1
            for at in range(before, after):
                mine[zone[at]] = before + after + 1
            for w in range(worst.shape[0]):
                if after <= worst[w]:
                    for at in range(before, after):
                        inside[zone[at], w] += 1
                elif before < worst[w]:
                    cut[d, w, 0] = before
                    cut[d, w, 1] = after - before
            before = after


@kernel
def share_cuts(
    doubled: AnyArray, draw: Int64, cut: Int32, column: Int64, worst: int, part: Int64
) -> None:
    """
    Add k − g to every zone among t equals that the k worst cut through, shape (n, c).

    `draw` (e,) in which, `cut` (e, 2) with g and t, `column` (e,) the one of that t.
    """
    for e in range(draw.shape[0]):
        before, equals = cut[e, 0], cut[e, 1]
        mine = 2 * before + equals + 1
        for z in range(doubled.shape[1]):
            if doubled[draw[e], z] == mine:
                part[z, column[e]] += worst - before


@kernel
def count_ranks(
    doubled: AnyArray, low: int, high: int, wanted: Int64, observed: Int64, total: Int64
) -> None:
    """
    Count how often the zones of ``range(low, high)`` have which rank.

    Written: `observed` (n, q), twice the rank that the `wanted`-th draw from the best has, and
    `total` (n,), the sum of twice the ranks.
    """
    ranks = 2 * doubled.shape[1] + 1
    mine = doubled[:, low:high]
    width = mine.shape[1]
    count = np.zeros(width * ranks, np.int32)
    for d in range(mine.shape[0]):
        first = 0
        for z in range(width):
            count[first + mine[d, z]] += 1
            first += ranks
    for z in range(width):
        up_to = 0
        q = 0
        for rank in range(ranks):
            here = count[z * ranks + rank]
            up_to += here
            total[low + z] += np.int64(here) * rank
            while q < wanted.shape[0] and up_to >= wanted[q]:
                observed[low + z, q] = rank
                q += 1
