"""
Proof that a withheld count cannot be worked out: another table that shows the same figures.

A withheld count is protected if some other table of whole children, with every figure shown
unchanged, gives it another value. Such a witness is made from the true table by moving a few
children: what one leaf zone loses, another gains, and both hang from the same zone above by zones
that do not show the difference. Where nothing above shows it, nobody need gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.levels import BANDS, FOUR, GROUPS, WHOLE, Detail
from atlas.engine.disclosure.table import FULL, N_PARTS, OUT

if TYPE_CHECKING:
    from atlas.engine.disclosure.town import Exchange, Town
    from atlas.engine.types import Bool, Int64

PART_PAIRS = tuple(combinations(range(N_PARTS), 2))
PART_SETS = (*((part,) for part in range(N_PARTS)), (FULL, OUT))
"""Counts of a split to protect: each part, and full and out in one sum."""
MOST_LEAVES = 60
"""How many leaf zones are tried on each side for two children who fare alike."""


@dataclass(frozen=True, slots=True)
class Protected:
    """
    Which counts have a witness.

    Parameters
    ----------
    children
        Shape (n, sets of groups).
    parts
        Shape (s, n, sets of groups, `PART_SETS`).
    """

    children: Bool
    parts: Bool


def protected(town: Town, detail: Detail, wanted: Protected) -> Protected:
    """
    Look for a witness of each count asked for.

    Parameters
    ----------
    town
        The table.
    detail
        What is shown.
    wanted
        The counts that need one; others may be left unanswered.

    Returns
    -------
    found
        True where a witness was found. False: none of the kinds tried exists, so the count may
        or may not be safe.
    """
    found = Protected(np.zeros_like(wanted.children), np.zeros_like(wanted.parts))
    _by_move(town, detail, found)
    for service in np.flatnonzero((wanted.parts & ~found.parts).any(axis=(1, 2, 3))).tolist():
        _by_part(town, detail, service, found.parts[service])
    for service in np.flatnonzero((wanted.parts & ~found.parts).any(axis=(1, 2, 3))).tolist():
        _by_group(town, detail, service, found.parts[service])
    for pair in combinations(range(len(town.band)), 2):
        _by_swap(town, detail, pair, wanted, found)
    return found


def _by_move(town: Town, detail: Detail, found: Protected) -> None:
    """Witness: a child lives elsewhere, where not even totals are shown."""
    sets = town.sets
    exchange = town.exchange(detail.children >= WHOLE)
    can = exchange.unbound | exchange.outside.any(axis=1)
    found.children[:] |= _any(exchange.inside_has(town.has_child), sets) & can[:, None]
    for service, has in enumerate(town.has_part):
        for number, parts in enumerate(PART_SETS):
            there = exchange.inside_has(has[:, :, list(parts)].any(axis=2))
            found.parts[service, :, :, number] |= _any(there, sets) & can[:, None]


def _by_part(town: Town, detail: Detail, service: int, found: Bool) -> None:
    """Witness: a child changes its part here, another of its group changes back elsewhere."""
    sets, has = town.sets, town.has_part[service]
    shows = detail.group[:, service] >= WHOLE
    apart = detail.split[:, service] == FOUR
    for k1, k2 in PART_PAIRS:
        exchange = town.exchange(shows & apart if (k1, k2) == (FULL, OUT) else shows)
        there = exchange.both_ways(has[:, :, k1], has[:, :, k2])
        found |= _any(there, sets)[:, :, None] & _touched(k1, k2)


def _by_group(town: Town, detail: Detail, service: int, found: Bool) -> None:
    """Witness: two groups exchange parts here, and back elsewhere."""
    shown, apart = detail.group[:, service], detail.split[:, service] == FOUR
    applies = np.flatnonzero(town.applies[service]).tolist()
    for together in (True, False):
        pairs = np.array(
            [
                pair
                for pair in combinations(applies, 2)
                if (town.band[pair[0]] == town.band[pair[1]]) == together
            ],
            np.int64,
        ).reshape(-1, 2)
        level = GROUPS if together else BANDS
        for k1, k2 in PART_PAIRS:
            merged = (k1, k2) == (FULL, OUT)
            exchange = town.exchange((shown >= level) & (apart | (not merged)))
            _swap_parts(town, exchange, (service, pairs, (k1, k2)), found)


def _swap_parts(
    town: Town, exchange: Exchange, what: tuple[int, Int64, tuple[int, int]], found: Bool
) -> None:
    """Mark what changes when pairs of groups exchange two parts."""
    service, pairs, (k1, k2) = what
    has, sets = town.has_part[service], town.sets
    here = has[:, pairs[:, 0], k1] & has[:, pairs[:, 1], k2]
    back = has[:, pairs[:, 0], k2] & has[:, pairs[:, 1], k1]
    there = exchange.both_ways(here, back)
    changed = sets[:, pairs[:, 0]] != sets[:, pairs[:, 1]]
    found |= _any(there, changed)[:, :, None] & _touched(k1, k2)


def _by_swap(
    town: Town, detail: Detail, pair: tuple[int, int], wanted: Protected, found: Protected
) -> None:
    """Witness: a child of one group lives here instead of one of the other, who lives there."""
    level = GROUPS if town.band[pair[0]] == town.band[pair[1]] else BANDS
    exchange = town.exchange(detail.children >= level)
    sets = town.sets
    changed = sets[:, pair[0]] != sets[:, pair[1]]
    shown = exchange.shown_on_the_way(detail.group >= WHOLE)
    for give, take in (pair, pair[::-1]):
        gives = exchange.inside_has(town.has_child[:, [give]])[:, 0]
        takes = exchange.outside_has(town.has_child[:, [take]])[:, 0] | exchange.unbound
        lacking = (wanted.children & ~found.children)[:, changed].any(axis=1)
        lacking |= (wanted.parts & ~found.parts)[:, :, changed].any(axis=(0, 2, 3))
        for row in np.flatnonzero(gives & takes & lacking).tolist():
            here = np.flatnonzero(exchange.inside[row] & town.has_child[:, give])[:MOST_LEAVES]
            there = np.flatnonzero(exchange.outside[row] & town.has_child[:, take])[:MOST_LEAVES]
            if exchange.unbound[row]:
                moved = np.asarray(town.has_part[:, here, give].any(axis=1), bool)
                is_possible = True
            else:
                is_possible, moved = _alike(town, (here, there), (give, take), shown)
            if is_possible:
                _mark_swap(found, row, changed, moved)


def _mark_swap(found: Protected, row: int, changed: Bool, moved: Bool) -> None:
    """Mark the counts of a zone that a swap with these parts, shape (s, 4), changes."""
    found.children[row, changed] = True
    for number, parts in enumerate(PART_SETS):
        services = np.flatnonzero(moved[:, list(parts)].any(axis=1))
        sets = np.flatnonzero(changed)
        found.parts[services[:, None], row, sets[None, :], number] = True


def _alike(
    town: Town, leaves: tuple[Int64, Int64], groups: tuple[int, int], shown: Bool
) -> tuple[bool, Bool]:
    """
    Look for two children who fare alike in every service that would show it.

    Returns whether there are two, and the parts (s, 4) that such a child can have.
    """
    here, there = leaves
    first = town.has_part[:, here, groups[0]]
    second = town.has_part[:, there, groups[1]]
    both = np.asarray(town.applies[:, groups[0]] & town.applies[:, groups[1]])[:, None, None]
    matters = both & (shown[:, here, None] | shown[:, None, there])
    same = np.asarray(first[:, :, None] & second[:, None, :], bool)
    possible = np.asarray((same.any(axis=-1) | ~matters).all(axis=0), bool)
    parts = np.where(matters[..., None], same, first[:, :, None]) & possible[..., None]
    return bool(possible.any()), np.asarray(parts.any(axis=(1, 2)), bool)


def _any(there: Bool, sets: Bool) -> Bool:
    """Return (n, k) where some member of each set (k, members) holds, of (n, members)."""
    return np.asarray(there.astype(np.float32) @ sets.astype(np.float32).T > 0, bool)


def _touched(k1: int, k2: int) -> Bool:
    """Return which of `PART_SETS` change when a child moves between two parts."""
    return np.array([(k1 in parts) != (k2 in parts) for parts in PART_SETS])
