"""A certain limit on what walking can be saved: Lagrangian prices on points, in whole numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.siting_prices import (
    claims,
    dearest,
    move_prices,
    savings_of,
    unevenness,
    worth,
)
from atlas.engine.siting.sets import Found, bettered

if TYPE_CHECKING:
    from atlas.engine.kernels.siting import Trips
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.types import Bool, Int64

FIRST_PACE, SLOWER, PATIENCE, LAST_PACE = 2.0, 0.7, 10, 1e-3
LIGHT_BITS, PRICE_BITS, FINEST_BITS = 62, 60, 16
BUDGET_PARTS = 16
FREE = 1e-9


@dataclass(frozen=True, slots=True)
class Pricing:
    """
    What prices say of a choice.

    Attributes
    ----------
    found
        The best set met.
    bound
        No set gains more: exact.
    may, must
        A set that gains more than `found` is made of these candidates, and has these, shape (m,)
        each.
    """

    found: Found
    bound: int
    may: Bool
    must: Bool


@dataclass(frozen=True, slots=True)
class _Offer:
    """
    What candidates are worth beyond the prices, and the threshold that the allowance sets.

    `worth` (m,), 0 where not to be chosen; `part` (m,) in `whole` ths: how much of each the
    relaxed choice takes; `thresholds` worth for cost of the first not wholly taken and, for a
    count, of the last taken: each bounds from above.
    """

    worth: list[int]
    part: Int64
    thresholds: list[Fraction]


def priced(choice: Choice, trips: Trips, found: Found, rounds: int) -> Pricing:
    """
    Return a limit on the gain of any set, and the best set met on the way.

    Parameters
    ----------
    choice, trips
        What may be chosen, and what there is to gain.
    found
        A set to better.
    rounds
        At most.

    Returns
    -------
    pricing
        Prices are whole numbers, so the limit is exact whatever the steps, and the same whatever
        the order of the points.

    Notes
    -----
    Source: savings form of the p-median (Cornuéjols, Fisher & Nemhauser 1977), with subgradient
    steps (Held, Wolfe & Crowder 1974) scaled by the weights.
    """
    saving = savings_of(trips)
    fine = _fineness(trips)
    saving *= fine
    most = dearest(trips, saving)
    price = most // 2
    whole = BUDGET_PARTS if choice.is_budget else 1
    light = _light(trips.weight, whole * int(choice.may.sum()))
    claim = np.empty(price.size, np.int64)
    best_price, bound, pace, stalled = price.copy(), 1 << 62, FIRST_PACE, 0
    for _ in range(rounds):
        offer = _offered(choice, worth(trips, saving, price), whole)
        limit = int(price.sum()) + math.floor(_limit(choice, offer, offer.thresholds[0]))
        stalled += 1
        if limit < bound:
            best_price, bound, stalled = price.copy(), limit, 0
        if stalled >= PATIENCE:
            pace, stalled = pace * SLOWER, 0
            found = _bettered(choice, trips, offer.part == whole, found)
        claims(trips, saving, price, offer.part, claim)
        uneven = unevenness(price, claim, whole, light)
        if bound // fine <= found.value or uneven == 0 or pace < LAST_PACE:
            break
        step = pace * float(limit - found.value * fine) * whole / uneven
        move_prices(price, most, claim, whole, light, step)
    last = _offered(choice, worth(trips, saving, best_price), whole)
    # Gains are whole: what does not come to one more than the best set's is no better.
    lacking = int(best_price.sum()) - (found.value + 1) * fine + 1
    may, must = _ruled_out(choice, last, lacking)
    return Pricing(found, max(bound // fine, found.value), may, must)


def _fineness(trips: Trips) -> int:
    """Return in how many parts each unit of walking is priced, so that all of it still adds up."""
    total = int((trips.weight * trips.now_cm).sum())
    return 1 << max(0, min(FINEST_BITS, PRICE_BITS - total.bit_length()))


def _light(weight: Int64, most_claims: int) -> Int64:
    """Return weights small enough that squares of claims times them add up in 64 bits."""
    room = (1 << LIGHT_BITS) // max(1, most_claims * most_claims)
    total = max(1, sum(weight.tolist()))
    shift = max(0, total.bit_length() - room.bit_length() + 2)
    light: Int64 = np.maximum(1, weight >> np.int64(shift))
    return light


def _bettered(choice: Choice, trips: Trips, taken: Bool, found: Found) -> Found:
    """Return the better of a set and one more."""
    chosen = np.flatnonzero(taken & choice.may)
    other = bettered(choice, trips, chosen) if choice.spent(chosen) <= choice.left else found
    return other if other.value > found.value else found


def _offered(choice: Choice, value: Int64, whole: int) -> _Offer:
    """Return the relaxed choice: what is worth most for its cost, the last in part."""
    value = np.where(choice.may, value, 0)
    order = np.argsort(-(value / np.maximum(choice.cost, FREE)), kind="stable")
    order = order[value[order] > 0]
    spent = np.cumsum(choice.cost[order])
    taken = int(np.searchsorted(spent, choice.left, side="right"))
    part = np.zeros(value.size, np.int64)
    part[order[:taken]] = whole
    thresholds = [Fraction(0)]
    if taken < order.size:
        first = order[taken]
        left = choice.left - (int(spent[taken - 1]) if taken else 0)
        part[first] = whole * left // int(choice.cost[first])
        thresholds = [_ratio(value, choice.cost, first)]
        if taken and not choice.is_budget:
            thresholds.append(_ratio(value, choice.cost, order[taken - 1]))
    return _Offer(value.tolist(), part, thresholds)


def _ratio(value: Int64, cost: Int64, j: int) -> Fraction:
    """Return what a candidate is worth for each unit of cost."""
    return Fraction(int(value[j]), int(cost[j]))


def _limit(choice: Choice, offer: _Offer, threshold: Fraction) -> Fraction:
    """Return what no allowed set is worth more than: an allowance is worth its threshold."""
    beyond = _beyond(choice, offer, threshold)
    scaled = threshold.numerator * choice.left + sum(one for one in beyond if one > 0)
    return Fraction(scaled, threshold.denominator)


def _beyond(choice: Choice, offer: _Offer, threshold: Fraction) -> list[int]:
    """Return what candidates are worth beyond their cost, times the threshold's denominator."""
    above, below = threshold.numerator, threshold.denominator
    costs = choice.cost.tolist()
    return [below * one - above * cost for one, cost in zip(offer.worth, costs, strict=True)]


def _ruled_out(choice: Choice, offer: _Offer, lacking: int) -> tuple[Bool, Bool]:
    """Return who may be, and who must be, in a better set: prices less what it has to gain."""
    may, must = choice.may.copy(), np.zeros(choice.may.size, np.bool_)
    for threshold in offer.thresholds:
        room = (lacking + _limit(choice, offer, threshold)) * threshold.denominator
        for j, beyond in enumerate(_beyond(choice, offer, threshold)):
            if beyond < 0 and room + beyond <= 0:
                may[j] = False
            if beyond > 0 and room - beyond <= 0:
                must[j] = True
    return may, must & choice.may
