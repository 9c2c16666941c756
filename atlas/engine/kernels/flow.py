"""The largest flow of children to places with room, in whole numbers of 64 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

_FAR = -1


@kernel
def _greedy(first: Int64, offer: Int32, left: Int64, room: Int64, given: Int64) -> None:
    """Seat whom one can without moving anybody, those with the fewest offers first."""
    for c in np.argsort(np.diff(first), kind="mergesort"):
        for e in range(first[c], first[c + 1]):
            if left[c] == 0:
                break
            takes = min(left[c], room[offer[e]])
            given[e] += takes
            left[c] -= takes
            room[offer[e]] -= takes


@kernel
def _seated(first: Int64, offer: Int32, given: Int64, offers: int) -> tuple[Int64, Int64, Int32]:
    """Return who sits where: for each offer the edges that carry flow, and their choice sets."""
    start = np.zeros(offers + 1, np.int64)
    for e in range(offer.shape[0]):
        if given[e] > 0:
            start[offer[e] + 1] += 1
    for j in range(offers):
        start[j + 1] += start[j]
    at = start[:-1].copy()
    edge = np.empty(start[-1], np.int64)
    choice = np.empty(start[-1], np.int32)
    for c in range(first.shape[0] - 1):
        for e in range(first[c], first[c + 1]):
            if given[e] > 0:
                j = offer[e]
                edge[at[j]] = e
                choice[at[j]] = c
                at[j] += 1
    return start, edge, choice


@kernel
def _layers(
    first: Int64,
    offer: Int32,
    left: Int64,
    room: Int64,
    start: Int64,
    choice: Int32,
    choice_layer: Int32,
    offer_layer: Int32,
) -> int:
    """
    Write how many moves each choice set and offer is from somebody without a seat.

    Returns the moves to the nearest offer with room, -1 if none can be reached.
    """
    choice_layer[:] = _FAR
    offer_layer[:] = _FAR
    front = np.flatnonzero(left > 0)
    for c in front:
        choice_layer[c] = 0
    moves = 0
    while front.shape[0] > 0:
        met = np.empty(room.shape[0], np.int32)
        offers = 0
        has_room = False
        for c in front:
            for e in range(first[c], first[c + 1]):
                j = offer[e]
                if offer_layer[j] == _FAR:
                    offer_layer[j] = moves
                    has_room |= room[j] > 0
                    met[offers] = j
                    offers += 1
        if has_room:
            return moves
        moves += 1
        following = np.empty(left.shape[0], np.int64)
        count = 0
        for j in met[:offers]:
            for b in range(start[j], start[j + 1]):
                c = choice[b]
                if choice_layer[c] == _FAR:
                    choice_layer[c] = moves
                    following[count] = c
                    count += 1
        front = following[:count]
    return _FAR


@kernel
def max_flow(first: Int64, offer: Int32, need: Int64, capacity: Int64) -> int:
    """
    Return how much of a need some offers can meet at most.

    Parameters
    ----------
    first, offer
        Offers of each choice set, a CSR.
    need, capacity
        Of each choice set and offer, their sums below 2**62.

    Notes
    -----
    Source: Dinic 1970. Only what carries flow is kept backwards: 8 bytes an edge and as much
    again for each that carries some. Greedy first, so that few layers are left to search.
    """
    left, room = need.copy(), capacity.copy()
    given = np.zeros(offer.shape[0], np.int64)
    choice_layer = np.empty(need.shape[0], np.int32)
    offer_layer = np.empty(room.shape[0], np.int32)
    _greedy(first, offer, left, room, given)
    while True:
        start, edge, choice = _seated(first, offer, given, room.shape[0])
        moves = _layers(first, offer, left, room, start, choice, choice_layer, offer_layer)
        if moves < 0:
            seated: int = need.sum() - left.sum()
            return seated
        ahead, behind = first[:-1].copy(), start[:-1].copy()
        path = np.empty(moves + 1, np.int64)
        undone = np.empty(moves + 1, np.int64)
        who = np.empty(moves + 1, np.int64)
        for source in np.flatnonzero(left > 0):
            step = 0
            who[0] = source
            while left[source] > 0:
                c = who[step]
                if ahead[c] == first[c + 1]:
                    if step == 0:
                        break
                    step -= 1
                    behind[offer[path[step]]] += 1
                    continue
                e = ahead[c]
                j = offer[e]
                if offer_layer[j] != step or (step == moves and room[j] == 0):
                    ahead[c] += 1
                    continue
                path[step] = e
                if step < moves:
                    b = behind[j]
                    while b < start[j + 1] and (
                        choice_layer[choice[b]] != step + 1 or given[edge[b]] == 0
                    ):
                        b += 1
                    behind[j] = b
                    if b == start[j + 1]:
                        ahead[c] += 1
                    else:
                        undone[step] = edge[b]
                        step += 1
                        who[step] = choice[b]
                    continue
                amount = min(left[source], room[j])
                for t in range(moves):
                    amount = min(amount, given[undone[t]])
                for t in range(moves):
                    given[path[t]] += amount
                    given[undone[t]] -= amount
                given[e] += amount
                left[source] -= amount
                room[j] -= amount
                step = 0
