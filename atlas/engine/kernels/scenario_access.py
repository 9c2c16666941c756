"""What a few places give the access index and take away again, at the points they touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
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
from atlas.engine.kernels.wide import product, quotient, scaled, total

if TYPE_CHECKING:
    from atlas.engine.kernels.scenario import Lanes, Turns
    from atlas.engine.types import Bool, Int32, Int64

UNKNOWN_CAPACITY = -1

_SCALE = 1_000_000_000_000
_ZERO = np.uint64(0)


class Steps(NamedTuple):
    """
    The stepped weight of k columns: `edge` (k, b) upper edges in cm, inclusive, `weight` (b,).

    `need` (k,): what a child counts for, 10**-12, above 0.
    """

    edge: Int32
    weight: Int64
    need: Int64


@kernel
def _step_of(cm: int, edge: Int32, k: int) -> int:
    """Return the step that a cost falls in; the last one reaches as far as the reach."""
    last: int = edge.shape[1] - 1
    for b in range(last):
        if cm <= edge[k, b]:
            return b
    return last


@kernel
def _access_of(capacity: int, demand: Int64, admits: Bool, steps: Steps, access: Int64) -> None:
    """Write an offer's weighted share (b, 2): the same digits as the whole city's sharing gives."""
    high, low = _ZERO, _ZERO
    for k in range(admits.shape[0]):
        if not admits[k]:
            continue
        for b in range(steps.weight.shape[0]):
            one_high, one_low = product(steps.need[k], demand[k, b])
            one_high, one_low = scaled(one_high, one_low, steps.weight[b])
            high, low = total(high, low, one_high, one_low)
    access[:] = 0
    if high == _ZERO and low == _ZERO:
        return
    above_high, above_low = product(capacity, _SCALE)
    for b in range(steps.weight.shape[0]):
        one_high, one_low = scaled(above_high, above_low, steps.weight[b])
        access[b, 0], access[b, 1] = quotient(one_high, one_low, high, low)


@kernel
def _farthest(low: int, high: int, admits: Bool, reach: Int32) -> int:
    """Return the largest reach among all that some offers admit, or -1."""
    limit: int = -1
    for j in range(low, high):
        for k in range(reach.shape[0]):
            if admits[j, k]:
                limit = max(limit, reach[k])
    return limit


@kernel
def weigh(
    graph: Graph,
    points: Standing,
    doors: Doors,
    turns: Turns,
    lanes: Lanes,
    steps: Steps,
    children: Int64,
    room: Scratch,
    queue: Queue,
    slot: Int32,
    given: Int64,
) -> None:
    """
    Add what places give to the access index, or take away what they gave.

    Parameters
    ----------
    graph, points, doors
        Streets, where children stand, and the entrances of each turn's place.
    turns, lanes, steps, children
        What is offered to whom, and how it weighs; children (n, g) in the order of the points.
    room, queue
        Working memory.
    slot
        The row of each point that any place of the turns touches.
    given
        Added to, shape (m, k, 2): whole parts and parts in 2**-40.
    """
    reach, edge, first, group = lanes.reach, steps.edge, lanes.group_first, lanes.group
    found, cost = room.point, room.point_cm
    admits, capacity, is_assigned = turns.admits, turns.capacity, turns.is_assigned
    width, parts = edge.shape
    crowd = np.zeros((width, parts), np.int64)
    access = np.zeros((parts, 2), np.int64)
    accesses = np.zeros((width, parts, 2), np.int64)
    for v in range(turns.sign.shape[0]):
        low, high = turns.offer_first[v], turns.offer_first[v + 1]
        limit = _farthest(low, high, admits, reach)
        if limit < 0:
            continue
        sign = turns.sign[v]
        count = points_within(graph, points, doors, v, limit, room, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, points, doors, v, limit, room, queue)
        crowd[:] = 0
        for t in range(count):
            i = found[t]
            for k in range(width):
                if cost[i] <= reach[k]:
                    b = _step_of(cost[i], edge, k)
                    for q in range(first[k], first[k + 1]):
                        crowd[k, b] += children[i, group[q]]
        accesses[:] = 0
        for j in range(low, high):
            if is_assigned[j] or capacity[j] == UNKNOWN_CAPACITY:
                continue
            _access_of(capacity[j], crowd, admits[j], steps, access)
            for k in range(width):
                if admits[j, k]:
                    accesses[k] += access
        for t in range(count):
            i = found[t]
            for k in range(width):
                if cost[i] <= reach[k]:
                    b = _step_of(cost[i], edge, k)
                    given[slot[i], k, 0] += sign * accesses[k, b, 0]
                    given[slot[i], k, 1] += sign * accesses[k, b, 1]
        for j in range(low, high):
            if not is_assigned[j] or capacity[j] == UNKNOWN_CAPACITY:
                continue
            own = turns.member[turns.member_first[j] : turns.member_first[j + 1]]
            crowd[:] = 0
            for i in own:
                for k in range(width):
                    if cost[i] <= reach[k]:
                        b = _step_of(cost[i], edge, k)
                        for q in range(first[k], first[k + 1]):
                            crowd[k, b] += children[i, group[q]]
            _access_of(capacity[j], crowd, admits[j], steps, access)
            for i in own:
                for k in range(width):
                    if admits[j, k] and cost[i] <= reach[k]:
                        b = _step_of(cost[i], edge, k)
                        given[slot[i], k, 0] += sign * access[b, 0]
                        given[slot[i], k, 1] += sign * access[b, 1]
        forget(room, count)
