"""Floating catchments of a city's columns and pools over kept pairs, for any weight, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.offers import UNKNOWN_CAPACITY
from atlas.engine.kernels.wide import product, quotient, scaled, total

if TYPE_CHECKING:
    from atlas.engine.kernels.catchment import Columns, Offers
    from atlas.engine.types import Int32, Int64

_FAR_CM = (1 << 31) - 1
_MICRO = 1_000_000
_SCALE = 1_000_000_000_000
_ZERO = np.uint64(0)


class Weighing(NamedTuple):
    """
    Pairs and what they weigh.

    `pair_first`, `point`, `cm`: pairs as a CSR by place; `weight` (k, farthest + 1) millionths at
    each centimetre; `whole` (n, k) the sum of a child's weights where it divides itself among
    its places, else 0; `unit` what a weight is counted in one over.
    """

    pair_first: Int64
    point: Int32
    cm: Int32
    weight: Int32
    whole: Int64
    unit: int


@kernel
def add_weights(
    weighing: Weighing, reach: Int32, offers: Offers, low: int, high: int, whole: Int64
) -> None:
    """Add the weight of places ``range(low, high)`` to all who can choose them, (n, k)."""
    first, point, cm = weighing.pair_first, weighing.point, weighing.cm
    weight = weighing.weight
    lanes = reach.shape[0]
    way = np.full(whole.shape[0], _FAR_CM, np.int32)
    is_own = np.zeros(whole.shape, np.bool_)
    is_open = np.zeros(lanes, np.bool_)
    for p in range(low, high):
        is_open[:] = False
        has_members = False
        for j in range(offers.place_first[p], offers.place_first[p + 1]):
            has_members |= offers.is_assigned[j]
            for k in range(lanes):
                is_open[k] |= offers.admits[j, k] and not offers.is_assigned[j]
        for q in range(first[p], first[p + 1]):
            for k in range(lanes):
                if is_open[k] and cm[q] <= reach[k]:
                    whole[point[q], k] += weight[k, cm[q]]
        if not has_members:
            continue
        for q in range(first[p], first[p + 1]):
            way[point[q]] = cm[q]
        for j in range(offers.place_first[p], offers.place_first[p + 1]):
            if not offers.is_assigned[j]:
                continue
            for i in offers.member[offers.member_first[j] : offers.member_first[j + 1]]:
                for k in range(lanes):
                    is_new = not is_open[k] and not is_own[i, k]
                    if offers.admits[j, k] and is_new and way[i] <= reach[k]:
                        is_own[i, k] = True
                        whole[i, k] += weight[k, way[i]]
        for q in range(first[p], first[p + 1]):
            way[point[q]] = _FAR_CM
            is_own[point[q]] = False


@kernel
def _weight_of(weight: int | np.int64, whole: int | np.int64, unit: int) -> int:
    """Return what a pair weighs: w, or w² over the sum of the child's w, rounded half up."""
    weighs = weight
    if unit != _MICRO:
        weighs = (weight * weight * _MICRO + whole // 2) // whole
    return int(weighs)


@kernel
def float_places(
    weighing: Weighing, columns: Columns, offers: Offers, low: int, high: int, access: Int64
) -> None:
    """
    Add what arrives from places ``range(low, high)`` at all who reach them: whole, 2**-40.

    A pool's share is its capacity over the weighted need that reaches it, times the weight,
    rounded half up once.
    """
    pair_first, point, cm = weighing.pair_first, weighing.point, weighing.cm
    weight, whole, unit = weighing.weight, weighing.whole, weighing.unit
    reach, children, need = columns.reach, columns.children, columns.access_need
    lanes = reach.shape[0]
    way = np.full(children.shape[0], _FAR_CM, np.int32)
    for p in range(low, high):
        for q in range(pair_first[p], pair_first[p + 1]):
            way[point[q]] = cm[q]
        everyone = point[pair_first[p] : pair_first[p + 1]]
        for j in range(offers.place_first[p], offers.place_first[p + 1]):
            if offers.capacity[j] == UNKNOWN_CAPACITY:
                continue
            asking = everyone
            if offers.is_assigned[j]:
                asking = offers.member[offers.member_first[j] : offers.member_first[j + 1]]
            high_sum, low_sum = _ZERO, _ZERO
            for i in asking:
                for k in range(lanes):
                    if offers.admits[j, k] and way[i] <= reach[k] and children[i, k] > 0:
                        mine = _weight_of(np.int64(weight[k, way[i]]), whole[i, k], unit)
                        one_high, one_low = product(need[k], children[i, k])
                        one_high, one_low = scaled(one_high, one_low, mine)
                        high_sum, low_sum = total(high_sum, low_sum, one_high, one_low)
            if high_sum == _ZERO and low_sum == _ZERO:
                continue
            above_high, above_low = product(offers.capacity[j], _SCALE)
            for i in asking:
                for k in range(lanes):
                    if offers.admits[j, k] and way[i] <= reach[k]:
                        mine = _weight_of(np.int64(weight[k, way[i]]), whole[i, k], unit)
                        one_high, one_low = scaled(above_high, above_low, mine)
                        whole_part, fraction = quotient(one_high, one_low, high_sum, low_sum)
                        access[i, k, 0] += whole_part
                        access[i, k, 1] += fraction
        for q in range(pair_first[p], pair_first[p + 1]):
            way[point[q]] = _FAR_CM
