"""What the ends of edges cost: half of what crossing the other streets met there costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int16, Int32, Int64

FEWEST_ARMS = 3
"""Where only two arms meet, the street goes on: nothing is crossed."""


@kernel
def half_crossings(
    first: Int64, leaving: Int64, street_class: Int16, crossing_cm: Int32, is_served: Bool
) -> tuple[Int32, Int32]:
    """
    Return half, rounded up, of the dearest other street met at each edge's start and end.

    Parameters
    ----------
    first, leaving
        Half-edges that leave each node, as a CSR: ``2 e`` from the start of edge e, ``2 e + 1``
        from its end.
    street_class, crossing_cm
        Class of each edge, and what crossing it costs, shape (e,).
    is_served
        Whether a few steps along a half-edge somebody may cross, shape (2 e,): then its street is
        not one that costs.

    Returns
    -------
    at_start, at_end
        Shape (e,). An arm of another class is another street; one of the edge's own class only
        where at least three of that class meet. Where two arms meet there is no crossing.
    """
    edges = street_class.shape[0]
    at_start = np.zeros(edges, np.int32)
    at_end = np.zeros(edges, np.int32)
    for v in range(first.shape[0] - 1):
        low, high = first[v], first[v + 1]
        if high - low < FEWEST_ARMS:
            continue
        for k in range(low, high):
            own = leaving[k] >> 1
            alike = 0
            for q in range(low, high):
                alike += street_class[leaving[q] >> 1] == street_class[own]
            dearest = 0
            for q in range(low, high):
                other = leaving[q] >> 1
                if q == k or (street_class[other] == street_class[own] and alike < FEWEST_ARMS):
                    continue
                if crossing_cm[other] <= dearest:
                    continue
                has_way = False
                for r in range(low, high):
                    alike_arm = street_class[leaving[r] >> 1] == street_class[other]
                    has_way |= r != k and alike_arm and is_served[leaving[r]]
                if has_way:
                    continue
                dearest = crossing_cm[other]
            half = (dearest + 1) >> 1
            if leaving[k] & 1:
                at_end[own] = half
            else:
                at_start[own] = half
    return at_start, at_end
