"""What a few places give and take away again, kept for the points they touch and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.offers import UNKNOWN_CAPACITY, farthest, share_of
from atlas.engine.kernels.search import (
    Doors,
    Graph,
    Queue,
    Scratch,
    Standing,
    forget,
    larger,
    points_within,
)
from atlas.engine.kernels.wide import part_of

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int32, Int64


class Lanes(NamedTuple):
    """
    Columns of children with one reach and one need each, k of them.

    `reach` (k,) cm; `need` (k,) in 10**-12; `group_first` (k + 1,) and `group`: their groups.
    """

    reach: Int32
    need: Int64
    group_first: Int32
    group: Int32


class Turns(NamedTuple):
    """
    Places one after another, each taken away (`sign` -1) or put in (+1), shape (v,).

    `offer_first` (v + 1,): the offers of each; `admits` (j, k), `capacity` (j,) millionths. An
    offer with `is_assigned` serves only its `member` points (CSR by `member_first`).
    """

    sign: Int64
    offer_first: Int32
    admits: Bool
    capacity: Int64
    is_assigned: Bool
    member_first: Int64
    member: Int32


class Touched(NamedTuple):
    """
    What changes at the points touched so far; a point has the row ``slot[point]``, else -1.

    `point` (m,); `share` (m, k, 2) whole and 2**-40; `places`, `unknown` (m, k) counts of places
    in reach and of offers there whose capacity is unknown; `seen` (m, k) is free between places.
    """

    slot: Int32
    point: Int32
    share: Int64
    places: Int32
    unknown: Int32
    seen: Bool


@kernel
def _children_of(children: Int64, lanes: Lanes, k: int, i: int) -> int:
    """Return the children of a column at a point."""
    count = 0
    for q in range(lanes.group_first[k], lanes.group_first[k + 1]):
        count += children[i, lanes.group[q]]
    return count


@kernel
def _slots(room: Scratch, count: int, touched: Touched, used: int) -> int:
    """Give the points just found a row each and return how many have one; -1: no room left."""
    slot, point, found = touched.slot, touched.point, room.point
    new = 0
    for t in range(count):
        if slot[found[t]] < 0:
            new += 1
    if used + new > point.shape[0]:
        return -1
    for t in range(count):
        i = found[t]
        if slot[i] < 0:
            slot[i] = used
            point[used] = i
            used += 1
    return used


@kernel
def deal(
    graph: Graph,
    points: Standing,
    doors: Doors,
    first: int,
    turns: Turns,
    lanes: Lanes,
    children: Int64,
    room: Scratch,
    queue: Queue,
    touched: Touched,
    used: int,
    demand: Int64,
) -> tuple[int, int]:
    """
    Add what places give, or take away what they gave.

    Parameters
    ----------
    graph, points, doors
        Streets, where children stand, and the entrances of each turn's place.
    first
        The turn to begin with.
    turns, lanes, children
        What is offered to whom; children (n, g) in the order of the points.
    room, queue
        Working memory.
    touched, used
        Added to, and how many rows of it are in use.
    demand
        Written, shape (j, k): the children each offer is shared among.

    Returns
    -------
    next, used
        The turn that found no room left in `touched`, or the number of turns.
    """
    reach, need = lanes.reach, lanes.need
    found, cost = room.point, room.point_cm
    slot, given, places = touched.slot, touched.share, touched.places
    unknown, seen = touched.unknown, touched.seen
    admits, capacity, is_assigned = turns.admits, turns.capacity, turns.is_assigned
    width = reach.shape[0]
    everyone = np.zeros(width, np.int64)
    members = np.zeros(width, np.int64)
    part = np.zeros(2, np.int64)
    parts = np.zeros((width, 2), np.int64)
    is_open = np.zeros(width, np.bool_)
    unknowns = np.zeros(width, np.int32)
    for v in range(first, turns.sign.shape[0]):
        low, high = turns.offer_first[v], turns.offer_first[v + 1]
        limit = farthest(low, high, admits, reach)
        if limit < 0:
            continue
        sign = turns.sign[v]
        count = points_within(graph, points, doors, v, limit, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, points, doors, v, limit, room, queue)
        rows = _slots(room, count, touched, used)
        if rows < 0:
            forget(room, count)
            return v, used
        used = rows
        everyone[:] = 0
        for t in range(count):
            i = found[t]
            cm = cost[i]
            for k in range(width):
                if cm <= reach[k]:
                    everyone[k] += _children_of(children, lanes, k, i)
        parts[:] = 0
        is_open[:] = False
        unknowns[:] = 0
        has_members = False
        for j in range(low, high):
            if is_assigned[j]:
                has_members = True
                continue
            if capacity[j] != UNKNOWN_CAPACITY:
                share_of(capacity[j], everyone, admits[j], need, part)
            for k in range(width):
                if not admits[j, k]:
                    continue
                demand[j, k] = everyone[k]
                is_open[k] = True
                if capacity[j] == UNKNOWN_CAPACITY:
                    unknowns[k] += 1
                else:
                    parts[k, 0] += part[0]
                    parts[k, 1] += part[1]
        for t in range(count):
            i = found[t]
            cm = cost[i]
            row = slot[i]
            for k in range(width):
                if is_open[k] and cm <= reach[k]:
                    places[row, k] += sign
                    unknown[row, k] += sign * unknowns[k]
                    given[row, k, 0] += sign * parts[k, 0]
                    given[row, k, 1] += sign * parts[k, 1]
        if has_members:
            for j in range(low, high):
                if not is_assigned[j]:
                    continue
                own = turns.member[turns.member_first[j] : turns.member_first[j + 1]]
                members[:] = 0
                for i in own:
                    cm = cost[i]
                    for k in range(width):
                        if cm <= reach[k]:
                            members[k] += _children_of(children, lanes, k, i)
                part[:] = 0
                if capacity[j] != UNKNOWN_CAPACITY:
                    share_of(capacity[j], members, admits[j], need, part)
                for k in range(width):
                    if admits[j, k]:
                        demand[j, k] = members[k]
                for i in own:
                    cm = cost[i]
                    for k in range(width):
                        if not admits[j, k] or cm > reach[k]:
                            continue
                        row = slot[i]
                        if not is_open[k] and not seen[row, k]:
                            seen[row, k] = True
                            places[row, k] += sign
                        if capacity[j] == UNKNOWN_CAPACITY:
                            unknown[row, k] += sign
                        given[row, k, 0] += sign * part[0]
                        given[row, k, 1] += sign * part[1]
            for t in range(count):
                seen[slot[found[t]]] = False
        forget(room, count)
    return turns.sign.shape[0], used


@kernel
def draw(
    graph: Graph,
    points: Standing,
    doors: Doors,
    turns: Turns,
    lanes: Lanes,
    children: Int64,
    used_part: Int64,
    room: Scratch,
    queue: Queue,
    demand: Int64,
    drawn: Int64,
) -> None:
    """
    Write whom each pool is shared among, and who of them draw on it, shape (j, k), millionths.

    A point draws on each of its pools alike: the part of its shares it can use, `used_part`
    (n, k) in 2**-40. Here every offer of `turns` is one pool.
    """
    reach = lanes.reach
    found, cost = room.point, room.point_cm
    width = reach.shape[0]
    everyone = np.zeros(width, np.int64)
    drawing = np.zeros(width, np.int64)
    for v in range(turns.sign.shape[0]):
        low, high = turns.offer_first[v], turns.offer_first[v + 1]
        limit = farthest(low, high, turns.admits, reach)
        if limit < 0:
            continue
        count = points_within(graph, points, doors, v, limit, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, points, doors, v, limit, room, queue)
        everyone[:] = 0
        drawing[:] = 0
        for t in range(count):
            i = found[t]
            for k in range(width):
                if cost[i] <= reach[k]:
                    here = _children_of(children, lanes, k, i)
                    everyone[k] += here
                    drawing[k] += part_of(here, used_part[i, k])
        for j in range(low, high):
            for k in range(width):
                if turns.admits[j, k] and not turns.is_assigned[j]:
                    demand[j, k] = everyone[k]
                    drawn[j, k] = drawing[k]
            if not turns.is_assigned[j]:
                continue
            for i in turns.member[turns.member_first[j] : turns.member_first[j + 1]]:
                for k in range(width):
                    if turns.admits[j, k] and cost[i] <= reach[k]:
                        here = _children_of(children, lanes, k, i)
                        demand[j, k] += here
                        drawn[j, k] += part_of(here, used_part[i, k])
        forget(room, count)
