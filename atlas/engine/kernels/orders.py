"""The order of a few units that most pairwise support speaks for, by dynamic programming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Int64

HALF = 12
"""Sums over a set of units are looked up by halves of so many."""


@kernel
def sums_over_sets(support: Int64, first: int) -> Int64:
    """
    Return the support of each unit over every set of up to 12 others.

    Parameters
    ----------
    support
        Shape (n, n).
    first
        Where the others begin.

    Returns
    -------
    sums
        Shape (n, 4096); bit b of the column stands for unit `first + b`.
    """
    n = support.shape[0]
    sums = np.zeros((n, 1 << HALF), np.int64)
    for j in range(n):
        for chosen in range(1, 1 << HALF):
            low = 0
            while not (chosen >> low) & 1:
                low += 1
            other = first + low
            sums[j, chosen] = sums[j, chosen & (chosen - 1)]
            if other < n:
                sums[j, chosen] += support[j, other]
    return sums


@kernel
def best_rest(support: Int64, near: Int64, far: Int64) -> Int64:
    """
    Return the most support that any order of what is left can have, for every set of units.

    Parameters
    ----------
    support
        Shape (n, n), n up to 24: what speaks for the row before the column.
    near, far
        `sums_over_sets` from 0 and from 12.

    Returns
    -------
    best
        Shape (2**n,); bit j of the index says that unit j is placed already.
    """
    n = support.shape[0]
    full = (1 << n) - 1
    half = (1 << HALF) - 1
    best = np.zeros(1 << n, np.int64)
    for placed in range(full - 1, -1, -1):
        most = np.int64(-1)
        for j in range(n):
            bit = 1 << j
            if placed & bit:
                continue
            behind = full & ~(placed | bit)
            here = near[j, behind & half] + far[j, behind >> HALF] + best[placed | bit]
            most = max(most, here)
        best[placed] = most
    return best
