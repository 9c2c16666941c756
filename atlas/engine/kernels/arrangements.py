"""What a zone's neighbourhood would look like were its neighbours any others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64


@kernel
def means_of_others(z: Float64, own: int, drawn: Float64, others: Int64) -> Float64:
    """
    Return the mean of some other zones, drawn anew in every arrangement.

    Parameters
    ----------
    z
        Value of each zone, shape (n,).
    own
        The zone whose neighbours are drawn; never one of them.
    drawn
        Uniform numbers, shape (r, k): k neighbours in each of r arrangements.
    others
        Working memory, shape (n - 1,).

    Returns
    -------
    means
        Shape (r,).

    Notes
    -----
    Each arrangement is the beginning of a shuffle of the others (Fisher & Yates): no zone comes
    twice. It is undone step by step, so that every arrangement begins from the same order.
    """
    count, wanted = z.shape[0] - 1, drawn.shape[1]
    for k in range(count):
        others[k] = k if k < own else k + 1
    swapped = np.empty(wanted, np.int64)
    means = np.empty(drawn.shape[0])
    for r in range(drawn.shape[0]):
        total = 0.0
        for k in range(wanted):
            at = k + int(drawn[r, k] * (count - k))
            swapped[k] = at
            others[k], others[at] = others[at], others[k]
            total += z[others[k]]
        for k in range(wanted - 1, -1, -1):
            at = swapped[k]
            others[k], others[at] = others[at], others[k]
        means[r] = total / wanted
    return means
