"""Floating catchments from given pairs of child and place, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.wide import product, quotient, total

if TYPE_CHECKING:
    from atlas.engine.types import Int64

_ZERO = np.uint64(0)


@kernel
def float_over(
    place_first: Int64,
    child: Int64,
    weight: Int64,
    need: Int64,
    capacity: Int64,
    unit: int,
    ratio: Int64,
    access: Int64,
) -> None:
    """
    Write each place's ratio (j, 2) and add what arrives at each child (i, 2): whole, 2**-40.

    Pairs are a CSR by place, their weights counted in one over `unit`. A ratio is capacity over
    weighted need, a share that ratio times the pair's weight, rounded half up once.
    """
    for j in range(place_first.shape[0] - 1):
        high, low = _ZERO, _ZERO
        for p in range(place_first[j], place_first[j + 1]):
            one_high, one_low = product(need[child[p]], weight[p])
            high, low = total(high, low, one_high, one_low)
        if high == _ZERO and low == _ZERO:
            continue
        unit_high, unit_low = product(capacity[j], unit)
        ratio[j, 0], ratio[j, 1] = quotient(unit_high, unit_low, high, low)
        for p in range(place_first[j], place_first[j + 1]):
            one_high, one_low = product(capacity[j], weight[p])
            whole, fraction = quotient(one_high, one_low, high, low)
            access[child[p], 0] += whole
            access[child[p], 1] += fraction
