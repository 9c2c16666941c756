"""Places on a Hilbert curve, so that neighbours in the city are neighbours in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64

BITS = 16


@kernel
def hilbert_keys(xy_m: Float64) -> Int64:
    """
    Return the place of each point on a Hilbert curve over the points' own frame.

    Parameters
    ----------
    xy_m
        Points, shape (n, 2), metres, finite.

    Returns
    -------
    keys
        Shape (n,), 0 to 2**32 - 1; equal points get equal keys.
    """
    n = xy_m.shape[0]
    keys = np.zeros(n, np.int64)
    if n == 0:
        return keys
    x_low = xy_m[:, 0].min()
    y_low = xy_m[:, 1].min()
    span = max(xy_m[:, 0].max() - x_low, xy_m[:, 1].max() - y_low)
    steps = (1 << BITS) - 1
    scale = steps / span if span > 0 else 0.0
    for i in range(n):
        x = np.int64((xy_m[i, 0] - x_low) * scale)
        y = np.int64((xy_m[i, 1] - y_low) * scale)
        key = np.int64(0)
        half = np.int64(1 << (BITS - 1))
        while half > 0:
            right = 1 if x & half else 0
            upper = 1 if y & half else 0
            key += half * half * ((3 * right) ^ upper)
            if upper == 0:
                if right == 1:
                    x = steps - x
                    y = steps - y
                x, y = y, x
            half >>= 1
        keys[i] = key
    return keys
