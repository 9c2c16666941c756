"""Points that the same candidates serve, put together: what makes an exact choice small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.siting import Trips
from atlas.engine.kernels.siting_classes import are_alike, levels, turned

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64, UInt64

KEY_SEED = 0x51746E67


@dataclass(frozen=True, slots=True)
class Classes:
    """
    What is gained as soon as any candidate of a class is open.

    Attributes
    ----------
    first
        Where the candidates of each class start, shape (c + 1,).
    candidate
        Ranks, rising within a class.
    weight
        What a class gains, shape (c,).
    label
        What its points have in common besides, shape (c,).
    """

    first: Int64
    candidate: Int32
    weight: Int64
    label: Int64


@dataclass(frozen=True, slots=True)
class _Levels:
    """Levels of points: any of the first `size` candidates of `point`, from `start` on."""

    start: Int64
    candidate: Int32
    point: Int64
    size: Int64


def keys_of(candidates: int) -> UInt64:
    """
    Return two keys for each candidate, by rank, shape (m, 2).

    Parameters
    ----------
    candidates
        How many.

    Returns
    -------
    key
        From a Philox stream of their own.
    """
    random = np.random.Generator(np.random.Philox(KEY_SEED))
    return random.integers(0, 1 << 64, (candidates, 2), np.uint64)


def classes_of(trips: Trips, label: Int64 | None = None, key: UInt64 | None = None) -> Classes:
    """
    Return walks as classes of gains, whatever the order of the points.

    Parameters
    ----------
    trips
        Walks that candidates shorten. A point that gains level by level is as many members.
    label
        Points of different labels are kept apart, shape (n,); by default all are one.
    key
        Keys of the candidates; by default random ones.

    Returns
    -------
    classes
        Sorted by label and digest. Each merge is verified: two points that agree in their digest
        alone are told apart.
    """
    points = trips.weight.size
    label = np.zeros(points, np.int64) if label is None else label.astype(np.int64)
    key = keys_of(trips.first.size - 1) if key is None else key
    by_way = np.argsort(trips.cm, kind="stable") if trips.cm.any() else np.arange(trips.cm.size)
    start, candidate, walk = turned(trips.first, trips.point, by_way, points)
    point, size, weight, digest = levels(trips, start, candidate, walk, key)
    rows = _Levels(start, candidate, point, size)
    columns = (label[point], digest[:, 0], digest[:, 1], size)
    order, first = _grouped(columns)
    if not are_alike(start, candidate, point, size, order, first).all():
        order, first = _grouped((*columns, _told_apart(rows)))
    return _merged(rows, weight, label, order, first)


def _grouped(columns: tuple[Int64 | UInt64, ...]) -> tuple[Int64, Int64]:
    """Return the order of rows by their columns, where each run of equal ones starts, the end."""
    order = np.lexsort(columns[::-1])
    if not order.size:
        return order, np.zeros(1, np.int64)
    differs = np.zeros(order.size, np.bool_)
    differs[0] = True
    for column in columns:
        sorted_column = column[order]
        differs[1:] |= sorted_column[1:] != sorted_column[:-1]
    return order, np.append(np.flatnonzero(differs), order.size)


def _told_apart(rows: _Levels) -> Int64:
    """Return one number for each set of candidates that serves a level, shape (l,)."""
    served = [
        tuple(sorted(rows.candidate[rows.start[p] : rows.start[p] + n].tolist()))
        for p, n in zip(rows.point.tolist(), rows.size.tolist(), strict=True)
    ]
    number = {one: k for k, one in enumerate(sorted(set(served)))}
    return np.array([number[one] for one in served], np.int64)


def _merged(rows: _Levels, weight: Int64, label: Int64, order: Int64, first: Int64) -> Classes:
    """Return one class for each group of levels."""
    lead = order[first[:-1]]
    size = rows.size[lead]
    class_first = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    owner = np.repeat(np.arange(lead.size), size)
    at = np.arange(owner.size) - class_first[owner] + rows.start[rows.point[lead]][owner]
    candidate = rows.candidate[at]
    rising = np.lexsort((candidate, owner))
    total = np.add.reduceat(weight[order], first[:-1]) if lead.size else np.zeros(0, np.int64)
    return Classes(class_first, candidate[rising], total, label[rows.point[lead]])


def trips_of_classes(classes: Classes, candidates: int) -> Trips:
    """
    Return classes as points that are served by a walk of 0 instead of 1.

    Parameters
    ----------
    classes
        Gains that any of their candidates brings.
    candidates
        How many candidates there are.

    Returns
    -------
    trips
        One point for each class.
    """
    size = np.diff(classes.first)
    order = np.argsort(classes.candidate, kind="stable")
    first = np.searchsorted(classes.candidate[order], np.arange(candidates + 1)).astype(np.int64)
    point = np.repeat(np.arange(size.size, dtype=np.int32), size)[order]
    now_cm = np.ones(size.size, np.int32)
    return Trips(first, point, np.zeros(point.size, np.int32), classes.weight, now_cm)
