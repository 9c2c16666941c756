"""Filling: what is left of capacity is shared again among who is left, until nothing fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import FRACTION_BITS, floored, product

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64

ENOUGH = 1 << FRACTION_BITS

MOST_TIMES_BITS = 10
MOST_RATE = 1 << (FRACTION_BITS + MOST_TIMES_BITS)
"""A pool with over 1,024 times the seats asked of it is taken to have 1,024 times as many."""

MOST_ARRIVING = 1 << 62


@kernel
def _rate(room: int, asked: int) -> int | np.int64:
    """Return the share of what is asked of a pool that it has, 2**-40, rounded down."""
    if (room >> MOST_TIMES_BITS) >= asked:
        return MOST_RATE
    high, low = product(room, ENOUGH)
    return floored(high, low, asked)[0]


@kernel
def _taken(left: int, rate: int, arrives: int) -> int | np.int64:
    """Return what a choice set takes of one pool: its share, less where more than enough comes."""
    high, low = product(left, rate)
    return floored(high, low, max(arrives, ENOUGH))[0]


@kernel
def fill(first: Int64, offer: Int32, stays: Bool, left: Int64, room: Int64) -> int:
    """
    Fill pools until none with room is in reach of anyone who lacks a seat; return the rounds.

    Parameters
    ----------
    first, offer
        Offers of each choice set, a CSR, in the order of stable codes.
    stays
        Who asks again after the first round, shape (c,).
    left
        What each choice set needs, shape (c,), millionths of a seat; what it lacks afterwards.
    room
        What each offer has, shape (o,); what is left of it afterwards.

    Notes
    -----
    The first round is even sharing. Every round either empties a pool or satisfies one of its
    choice sets, up to millionths that rounding down leaves over; those are handed out in the
    order of codes at the end, so that the last sentence holds exactly.
    """
    offers = room.shape[0]
    asking = np.flatnonzero(left > 0)
    asked = np.empty(offers, np.int64)
    crowd = np.empty(offers, np.int64)
    rate = np.empty(offers, np.int64)
    is_open = room > 0
    rounds = 0
    moved = 1
    while moved > 0 and asking.shape[0] > 0:
        moved = 0
        asked[:] = 0
        crowd[:] = 0
        kept = 0
        for c in asking:
            here = left[c]
            finds = False
            for e in range(first[c], first[c + 1]):
                j = offer[e]
                if is_open[j]:
                    asked[j] += here
                    crowd[j] += 1
                    finds = True
            if finds:
                asking[kept] = c
                kept += 1
        asking = asking[:kept]
        for j in range(offers):
            rate[j] = 0
            if crowd[j] > 0:
                rate[j] = _rate(room[j], asked[j])
        # First all take their share, then who has enough but for a rounding fetches that.
        for c in asking:
            arrives: int = 0
            for e in range(first[c], first[c + 1]):
                arrives = min(arrives + rate[offer[e]], MOST_ARRIVING)
            here = left[c]
            lacks = here
            for e in range(first[c], first[c + 1]):
                j = offer[e]
                if rate[j] > 0:
                    takes = min(_taken(here, rate[j], arrives), lacks, room[j])
                    lacks -= takes
                    room[j] -= takes
            moved += here - lacks
            left[c] = lacks if arrives < ENOUGH else -lacks
        kept = 0
        for c in asking:
            if left[c] < 0:
                left[c] = -left[c]
                for e in range(first[c], first[c + 1]):
                    j = offer[e]
                    takes = min(left[c], room[j])
                    left[c] -= takes
                    room[j] -= takes
            if left[c] > 0 and stays[c]:
                asking[kept] = c
                kept += 1
        asking = asking[:kept]
        for j in range(offers):
            # With less than a millionth for each who asked, only the order of codes is left.
            is_open[j] = is_open[j] and room[j] > crowd[j]
        rounds += 1
    for last in range(left.shape[0]):
        if left[last] > 0 and stays[last]:
            for e in range(first[last], first[last + 1]):
                j = offer[e]
                takes = min(left[last], room[j])
                left[last] -= takes
                room[j] -= takes
    return rounds


@kernel
def is_filled(first: Int64, offer: Int32, stays: Bool, left: Int64, room: Int64) -> bool:
    """Return whether no pool with room is in reach of anyone who lacks a seat."""
    for c in range(left.shape[0]):
        if left[c] > 0 and stays[c]:
            for e in range(first[c], first[c + 1]):
                if room[offer[e]] > 0:
                    return False
    return True


@kernel
def parts_used(need: Int64, left: Int64) -> Int64:
    """Return the share of its need that each choice set got, 2**-40, rounded down."""
    part = np.empty(need.shape[0], np.int64)
    for c in range(need.shape[0]):
        part[c] = ENOUGH
        if left[c] > 0:
            high, low = product(need[c] - left[c], ENOUGH)
            part[c] = floored(high, low, need[c])[0]
    return part
