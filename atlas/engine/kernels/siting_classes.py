"""Points that the same candidates serve, found by hashes that are then verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.kernels.siting import Trips
    from atlas.engine.types import Bool, Int32, Int64, UInt64


@kernel
def turned(first: Int64, point: Int32, order: Int64, points: int) -> tuple[Int64, Int32, Int64]:
    """
    Return walks as a CSR by point, each point's in the order `order` of the walks.

    Returns
    -------
    start, candidate, walk
        Of each point, its candidates, and the rows of their walks.
    """
    owner = np.empty(point.shape[0], np.int32)
    for j in range(first.shape[0] - 1):
        owner[first[j] : first[j + 1]] = j
    start = np.zeros(points + 1, np.int64)
    for e in range(point.shape[0]):
        start[point[e] + 1] += 1
    for i in range(points):
        start[i + 1] += start[i]
    place = start[:-1].copy()
    candidate = np.empty(point.shape[0], np.int32)
    walk = np.empty(point.shape[0], np.int64)
    for t in range(order.shape[0]):
        e = order[t]
        at = place[point[e]]
        candidate[at], walk[at] = owner[e], e
        place[point[e]] = at + 1
    return start, candidate, walk


@kernel
def levels(
    trips: Trips, start: Int64, candidate: Int32, walk: Int64, key: UInt64
) -> tuple[Int64, Int64, Int64, UInt64]:
    """
    Return what each point gains level by level, the candidates that are near enough for it.

    Parameters
    ----------
    trips, start, candidate, walk
        The walks, and as a CSR by point with the shortest first.
    key
        Two random keys for each candidate, shape (m, 2).

    Returns
    -------
    point, size, weight, digest
        One row a level: any of the first `size` candidates of its point gains `weight`; `digest`
        (l, 2) adds up their keys.
    """
    cm, now_cm = trips.cm, trips.now_cm
    count = 0
    for i in range(start.shape[0] - 1):
        for t in range(start[i], start[i + 1]):
            if t + 1 == start[i + 1] or cm[walk[t + 1]] > cm[walk[t]]:
                count += 1
    point, size, weight = (
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
    )
    digest = np.zeros((count, 2), np.uint64)
    row = 0
    for i in range(start.shape[0] - 1):
        one, other = np.uint64(0), np.uint64(0)
        for t in range(start[i], start[i + 1]):
            one += key[candidate[t], 0]
            other += key[candidate[t], 1]
            is_last = t + 1 == start[i + 1]
            if is_last or cm[walk[t + 1]] > cm[walk[t]]:
                beyond = now_cm[i] if is_last else cm[walk[t + 1]]
                point[row], size[row] = i, t + 1 - start[i]
                weight[row] = trips.weight[i] * np.int64(beyond - cm[walk[t]])
                digest[row, 0], digest[row, 1] = one, other
                row += 1
    return point, size, weight, digest


@kernel
def are_alike(
    start: Int64, candidate: Int32, point: Int64, size: Int64, order: Int64, group_first: Int64
) -> Bool:
    """Return of each group of levels whether the same candidates serve all of them."""
    groups = group_first.shape[0] - 1
    alike = np.ones(groups, np.bool_)
    seen = np.full(candidate.max() + 1 if candidate.shape[0] else 1, -1, np.int64)
    for group in range(groups):
        lead = order[group_first[group]]
        for t in range(start[point[lead]], start[point[lead]] + size[lead]):
            seen[candidate[t]] = group
        for k in range(group_first[group] + 1, group_first[group + 1]):
            level = order[k]
            same = size[level] == size[lead]
            for t in range(start[point[level]], start[point[level]] + size[level]):
                same = same and seen[candidate[t]] == group
            alike[group] = alike[group] and same
    return alike
