"""Prices on points that bound what any choice of candidates can save."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.kernels.siting import Trips
    from atlas.engine.types import Int64


@kernel
def savings_of(trips: Trips) -> Int64:
    """Return what each walk saves, weighted, shape (q,)."""
    saving = np.empty(trips.point.shape[0], np.int64)
    point, cm, weight, now_cm = trips.point, trips.cm, trips.weight, trips.now_cm
    for e in range(saving.shape[0]):
        saving[e] = weight[point[e]] * (now_cm[point[e]] - cm[e])
    return saving


@kernel
def dearest(trips: Trips, saving: Int64) -> Int64:
    """Return the most that anyone saves at each point: above that a price says nothing more."""
    price = np.zeros(trips.weight.shape[0], np.int64)
    point = trips.point
    for e in range(saving.shape[0]):
        price[point[e]] = max(price[point[e]], saving[e])
    return price


@kernel
def worth(trips: Trips, saving: Int64, price: Int64) -> Int64:
    """Return what each candidate saves beyond the prices, shape (m,)."""
    beyond = np.zeros(trips.first.shape[0] - 1, np.int64)
    point = trips.point
    for j in range(beyond.shape[0]):
        total = 0
        for e in range(trips.first[j], trips.first[j + 1]):
            rest = saving[e] - price[point[e]]
            if rest > 0:
                total += rest
        beyond[j] = total
    return beyond


@kernel
def claims(trips: Trips, saving: Int64, price: Int64, part: Int64, claim: Int64) -> None:
    """Write how often each point is claimed: the parts of the candidates that serve it."""
    point = trips.point
    claim[:] = 0
    for j in range(part.shape[0]):
        if part[j] == 0:
            continue
        for e in range(trips.first[j], trips.first[j + 1]):
            if saving[e] > price[point[e]]:
                claim[point[e]] += part[j]


@kernel
def unevenness(price: Int64, claim: Int64, whole: int, light: Int64) -> int:
    """Return how far the claims are from one a point, squared and weighted."""
    total = 0
    for i in range(price.shape[0]):
        off = whole - claim[i]
        if off < 0 or price[i] > 0:
            total += light[i] * off * off
    return total


@kernel
def move_prices(
    price: Int64, most: Int64, claim: Int64, whole: int, light: Int64, step: float
) -> None:
    """Raise the prices of points claimed too often, and lower those of points nobody claims."""
    for i in range(price.shape[0]):
        moved = np.rint(step * np.float64(light[i] * (whole - claim[i])))
        # Compared as floats first: a wild step would not fit into 64 bits.
        if moved >= price[i]:
            price[i] = 0
        elif moved <= price[i] - most[i]:
            price[i] = most[i]
        else:
            price[i] -= np.int64(moved)
