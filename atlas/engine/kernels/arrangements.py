"""What a zone's local statistic would be were its neighbours any others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64


@kernel
def local_moran(i: int, z: Float64, permuted: Int64, weights: Float64, scaling: float) -> Float64:
    """
    Return local Moran's I of zone `i` under many arrangements of the other zones.

    The form is that which esda's conditional randomisation calls: `permuted` (r, k) rows of the
    others, `weights` the zone's own and those of its neighbours.
    """
    others = np.concatenate((z[:i], z[i + 1 :]))
    found = np.empty(permuted.shape[0])
    for r in range(permuted.shape[0]):
        around = weights[0] * z[i]
        for k in range(weights.shape[0] - 1):
            around += weights[k + 1] * others[permuted[r, k]]
        found[r] = z[i] * around * scaling
    return found
