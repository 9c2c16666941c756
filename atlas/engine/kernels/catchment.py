"""Fused catchments: search, sum the demand, divide, hand out; no pair is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.offers import UNKNOWN_CAPACITY, access_of, farthest, share_of, step_of
from atlas.engine.kernels.search import (
    QUEUE_ROOM,
    Doors,
    Graph,
    Standing,
    forget,
    larger,
    points_within,
    queue_of,
    scratch,
)
from atlas.engine.kernels.wide import part_of

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64

WHOLE, FRACTION, ACCESS_WHOLE, ACCESS_FRACTION = 0, 1, 2, 3

_ZERO = np.uint64(0)
_ONE = np.uint64(1)


class Columns(NamedTuple):
    """
    What is shared out together: k columns of children with one reach and one need each.

    `children` (i, k) millionths; `reach` (k,) cm; `step` (k, b) upper edges in cm of the access
    index's steps and `weight` (b,) their weights in millionths; `need` and `access_need` (k,) the
    provision for a child in 10**-12.
    """

    children: Int64
    reach: Int32
    step: Int32
    weight: Int64
    need: Int64
    access_need: Int64


class Offers(NamedTuple):
    """
    Pools sorted by place: `place_first` (p + 1,), `admits` (j, k), `capacity` (j,) millionths.

    A pool with `is_assigned` serves only its `member` points (CSR by `member_first`).
    """

    place_first: Int32
    admits: Bool
    capacity: Int64
    is_assigned: Bool
    member_first: Int64
    member: Int32


class Shares(NamedTuple):
    """
    What arrives: `share` (i, k, 4) as whole and 2**-40 parts, plain and for the access index.

    `places` (i, k) counts places in reach, `unknown` (i, k) says that one's capacity is unknown,
    `demand` (j, k) is the children each pool is shared among.
    """

    share: Int64
    places: Int32
    unknown: Bool
    demand: Int64


@kernel
def share_out(
    graph: Graph,
    points: Standing,
    doors: Doors,
    order: Int32,
    columns: Columns,
    offers: Offers,
    shares: Shares,
) -> None:
    """
    Share the capacity of some places among the children who reach them.

    Parameters
    ----------
    graph, points, doors
        Streets, where children stand, where places are entered.
    order
        The places to work on.
    columns, offers
        Who shares what.
    shares
        Added to; integers only, so any order and any split of the work gives the same sums.
    """
    # Arrays are taken out of their tuples first: in a loop each look would count references.
    reach, children, step = columns.reach, columns.children, columns.step
    access_need, weight = columns.access_need, columns.weight
    admits, capacity, is_assigned = offers.admits, offers.capacity, offers.is_assigned
    given, places, unknown = shares.share, shares.places, shares.unknown
    lanes = reach.shape[0]
    steps = columns.weight.shape[0]
    standing = points.along.shape[0]
    room = scratch(graph.start.shape[0] - 1, standing, reach.max())
    found, cost = room.point, room.point_cm
    queue = queue_of(QUEUE_ROOM)
    everyone = np.zeros((lanes, steps), np.int64)
    members = np.zeros((lanes, steps), np.int64)
    part = np.zeros(2, np.int64)
    access = np.zeros((steps, 2), np.int64)
    parts = np.zeros((lanes, 2), np.int64)
    accesses = np.zeros((lanes, steps, 2), np.int64)
    is_open = np.zeros(lanes, np.bool_)
    is_unknown = np.zeros(lanes, np.bool_)
    seen = np.zeros(standing, np.uint64)
    for place in order:
        first, last = offers.place_first[place], offers.place_first[place + 1]
        limit = farthest(first, last, admits, reach)
        if limit < 0:
            continue
        count = points_within(graph, points, doors, place, limit, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, points, doors, place, limit, room, queue)
        everyone[:] = 0
        for t in range(count):
            i = np.uint32(found[t])
            cm = cost[i]
            for k in range(lanes):
                if cm <= reach[k]:
                    everyone[k, step_of(cm, step, k)] += children[i, k]
        parts[:] = 0
        accesses[:] = 0
        is_open[:] = False
        is_unknown[:] = False
        has_members = False
        for j in range(first, last):
            if is_assigned[j]:
                has_members = True
                continue
            for k in range(lanes):
                if admits[j, k]:
                    shares.demand[j, k] = everyone[k].sum()
                    is_open[k] = True
            if capacity[j] != UNKNOWN_CAPACITY:
                share_of(capacity[j], shares.demand[j], admits[j], columns.need, part)
                access_of(capacity[j], everyone, admits[j], access_need, weight, access)
            for k in range(lanes):
                if not admits[j, k]:
                    continue
                if capacity[j] == UNKNOWN_CAPACITY:
                    is_unknown[k] = True
                else:
                    parts[k] += part
                    accesses[k] += access
        for t in range(count):
            i = np.uint32(found[t])
            cm = cost[i]
            for k in range(lanes):
                if is_open[k] and cm <= reach[k]:
                    b = step_of(cm, step, k)
                    places[i, k] += 1
                    unknown[i, k] |= is_unknown[k]
                    given[i, k, WHOLE] += parts[k, 0]
                    given[i, k, FRACTION] += parts[k, 1]
                    given[i, k, ACCESS_WHOLE] += accesses[k, b, 0]
                    given[i, k, ACCESS_FRACTION] += accesses[k, b, 1]
        if has_members:
            for j in range(first, last):
                if not is_assigned[j]:
                    continue
                low, high = offers.member_first[j], offers.member_first[j + 1]
                members[:] = 0
                for i in offers.member[low:high]:
                    cm = cost[i]
                    for k in range(lanes):
                        if cm <= reach[k]:
                            b = step_of(cm, step, k)
                            members[k, b] += children[i, k]
                part[:] = 0
                access[:] = 0
                for k in range(lanes):
                    if admits[j, k]:
                        shares.demand[j, k] = members[k].sum()
                if capacity[j] != UNKNOWN_CAPACITY:
                    share_of(capacity[j], shares.demand[j], admits[j], columns.need, part)
                    access_of(capacity[j], members, admits[j], access_need, weight, access)
                for i in offers.member[low:high]:
                    cm = cost[i]
                    for k in range(lanes):
                        if not admits[j, k] or cm > reach[k]:
                            continue
                        bit = _ONE << np.uint64(k)
                        if not is_open[k] and seen[i] & bit == _ZERO:
                            seen[i] |= bit
                            places[i, k] += 1
                        b = step_of(cm, step, k)
                        unknown[i, k] |= capacity[j] == UNKNOWN_CAPACITY
                        given[i, k, WHOLE] += part[0]
                        given[i, k, FRACTION] += part[1]
                        given[i, k, ACCESS_WHOLE] += access[b, 0]
                        given[i, k, ACCESS_FRACTION] += access[b, 1]
            for t in range(count):
                seen[found[t]] = _ZERO
        forget(room, count)


@kernel
def use_of(
    graph: Graph,
    points: Standing,
    doors: Doors,
    order: Int32,
    columns: Columns,
    offers: Offers,
    used_part: Int64,
    used: Int64,
) -> None:
    """
    Write how many of the children each pool is shared among draw on it, in millionths (j, k).

    A point that more than enough arrives at, draws on each of its pools alike: the part of its
    shares it can use, `used_part` (i, k) in 2**-40.
    """
    lanes = columns.reach.shape[0]
    room = scratch(graph.start.shape[0] - 1, points.along.shape[0], columns.reach.max())
    queue = queue_of(QUEUE_ROOM)
    everyone = np.zeros(lanes, np.int64)
    for place in order:
        first, last = offers.place_first[place], offers.place_first[place + 1]
        limit = farthest(first, last, offers.admits, columns.reach)
        if limit < 0:
            continue
        count = points_within(graph, points, doors, place, limit, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, points, doors, place, limit, room, queue)
        everyone[:] = 0
        for t in range(count):
            i = room.point[t]
            for k in range(lanes):
                if room.point_cm[i] <= columns.reach[k]:
                    everyone[k] += part_of(columns.children[i, k], used_part[i, k])
        for j in range(first, last):
            for k in range(lanes):
                if offers.admits[j, k] and not offers.is_assigned[j]:
                    used[j, k] = everyone[k]
            if not offers.is_assigned[j]:
                continue
            for i in offers.member[offers.member_first[j] : offers.member_first[j + 1]]:
                for k in range(lanes):
                    if offers.admits[j, k] and room.point_cm[i] <= columns.reach[k]:
                        used[j, k] += part_of(columns.children[i, k], used_part[i, k])
        forget(room, count)
