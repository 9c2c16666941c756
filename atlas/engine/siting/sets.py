"""Sets of candidates: found at once, bettered by exchanges, put in order, and bounded."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.siting import add_greedily, exchange, gain_of, open_site

if TYPE_CHECKING:
    from atlas.engine.kernels.siting import Trips
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.types import Int32, Int64


@dataclass(frozen=True, slots=True)
class Found:
    """
    A set of candidates, by rank of their codes.

    Attributes
    ----------
    chosen, gain
        In order, and what each gains after those before it, shape (c,).
    """

    chosen: Int64
    gain: Int64

    @property
    def value(self) -> int:
        """What they gain together."""
        return sum(self.gain.tolist())


def at_once(choice: Choice, trips: Trips) -> Found:
    """
    Return a good choice found in one go.

    Parameters
    ----------
    choice, trips
        What may be chosen, and what is left to gain.

    Returns
    -------
    found
        For a count at least 63 % of the best gain (Nemhauser, Wolsey & Fisher 1978); for a budget
        the better of gain per cost and best single, at least 39 % (Khuller, Moss & Naor 1999).
    """
    found = _filled(choice, trips, np.zeros(0, np.int64))
    if not choice.is_budget:
        return found
    single = best_single(choice, trips)
    if single < 0 or gain_of(trips, trips.now_cm, single) <= found.value:
        return found
    return _filled(choice, trips, np.array([single]))


def best_single(choice: Choice, trips: Trips) -> int:
    """Return who alone gains most, ties to the smaller code; -1 nobody."""
    gain = single_gains(choice, trips)
    return int(np.argmax(gain)) if gain.size and int(gain.max()) > 0 else -1


def single_gains(choice: Choice, trips: Trips, best_cm: Int32 | None = None) -> Int64:
    """Return what each candidate that may be chosen gains alone, shape (m,)."""
    best_cm = trips.now_cm if best_cm is None else best_cm
    may = choice.may.tolist()
    gain = [gain_of(trips, best_cm, j) if may[j] else 0 for j in range(choice.order.size)]
    return np.array(gain, np.int64)


def _filled(choice: Choice, trips: Trips, start: Int64) -> Found:
    """Return some candidates and whoever is added greedily after them."""
    best = trips.now_cm.copy()
    gain = np.array([open_site(trips, best, j) for j in start.tolist()], np.int64)
    may = choice.may.copy()
    may[start] = False
    left = choice.left - choice.spent(start)
    chosen, more = add_greedily(trips, choice.cost, left, may, best, choice.order.size)
    return Found(np.concatenate((start, chosen)), np.concatenate((gain, more)))


def bettered(choice: Choice, trips: Trips, chosen: Int64) -> Found:
    """
    Return a set that no single exchange betters, in order, at least as good as the one given.

    Parameters
    ----------
    choice, trips
        What may be chosen, and what is left to gain.
    chosen
        Ranks, in any order.

    Returns
    -------
    found
        Of sets as good the one that exchanges with smaller codes lead to; who gains nothing is
        left out, and what that leaves is filled.
    """
    while True:
        left = choice.left - choice.spent(chosen)
        rising = np.sort(chosen).astype(np.int64)
        swapped, _ = exchange(trips, choice.cost, left, choice.may, rising)
        found = _filled(choice, trips, in_turn(trips, swapped).chosen)
        if np.isin(found.chosen, swapped).all():
            return in_turn(trips, found.chosen)
        chosen = found.chosen


def in_turn(trips: Trips, chosen: Int64) -> Found:
    """
    Return the candidates of a set, each gaining most after those before it.

    Parameters
    ----------
    trips
        What there is to gain.
    chosen
        Ranks, in any order.

    Returns
    -------
    found
        Without those who gain nothing after the others.
    """
    candidates = trips.first.size - 1
    may = np.zeros(candidates, np.bool_)
    may[chosen] = True
    one = np.ones(candidates, np.int64)
    return Found(*add_greedily(trips, one, candidates, may, trips.now_cm.copy(), candidates))


def limit_of(choice: Choice, trips: Trips, found: Found) -> int:
    """
    Return what no choice can gain more than, from one set alone.

    Parameters
    ----------
    choice, trips
        What may be chosen, and what there is to gain.
    found
        Any set.

    Returns
    -------
    limit
        Gains never grow, so no set gains more than this one and, beyond it, the best of what
        each candidate adds to it (Nemhauser, Wolsey & Fisher 1978); nor more than all together.
    """
    best = trips.now_cm.copy()
    for j in found.chosen.tolist():
        open_site(trips, best, j)
    more = single_gains(choice, trips, best)
    alone = single_gains(choice, trips)
    return min(
        found.value + most_within(choice, more),
        most_within(choice, alone),
        _everything(choice, trips),
    )


def _everything(choice: Choice, trips: Trips) -> int:
    """Return what all candidates gain together."""
    best = trips.now_cm.copy()
    return sum(open_site(trips, best, j) for j in np.flatnonzero(choice.may).tolist())


def most_within(choice: Choice, gain: Int64) -> int:
    """
    Return the most that gains which add up can come to within what is left.

    Parameters
    ----------
    choice
        Costs and what is left.
    gain
        Of each candidate, shape (m,), not negative.

    Returns
    -------
    most
        Of whole candidates for a count; the last in part for a budget, rounded down.
    """
    pairs = list(zip(gain.tolist(), choice.cost.tolist(), strict=True))
    paid = sorted((p for p in pairs if p[1] > 0), key=lambda p: Fraction(*p), reverse=True)
    left, most = choice.left, sum(int(g) for g, c in pairs if c == 0)
    for g, c in paid:
        if c > left:
            return most + int(g) * left // int(c)
        most, left = most + g, left - c
    return most
