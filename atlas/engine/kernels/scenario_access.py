"""What a few places give the access index and take away again, at the points they touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel
from atlas.engine.kernels.offers import UNKNOWN_CAPACITY, access_of, farthest, step_of
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

if TYPE_CHECKING:
    from atlas.engine.kernels.scenario import Lanes, Turns
    from atlas.engine.types import Int32, Int64


class Steps(NamedTuple):
    """
    The stepped weight of k columns: `edge` (k, b) upper edges in cm, inclusive, `weight` (b,).

    `need` (k,): what a child counts for, 10**-12, above 0.
    """

    edge: Int32
    weight: Int64
    need: Int64


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
        limit = farthest(low, high, admits, reach)
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
                    b = step_of(cost[i], edge, k)
                    for q in range(first[k], first[k + 1]):
                        crowd[k, b] += children[i, group[q]]
        accesses[:] = 0
        for j in range(low, high):
            if is_assigned[j] or capacity[j] == UNKNOWN_CAPACITY:
                continue
            access_of(capacity[j], crowd, admits[j], steps.need, steps.weight, access)
            for k in range(width):
                if admits[j, k]:
                    accesses[k] += access
        for t in range(count):
            i = found[t]
            for k in range(width):
                if cost[i] <= reach[k]:
                    b = step_of(cost[i], edge, k)
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
                        b = step_of(cost[i], edge, k)
                        for q in range(first[k], first[k + 1]):
                            crowd[k, b] += children[i, group[q]]
            access_of(capacity[j], crowd, admits[j], steps.need, steps.weight, access)
            for i in own:
                for k in range(width):
                    if admits[j, k] and cost[i] <= reach[k]:
                        b = step_of(cost[i], edge, k)
                        given[slot[i], k, 0] += sign * access[b, 0]
                        given[slot[i], k, 1] += sign * access[b, 1]
        forget(room, count)
