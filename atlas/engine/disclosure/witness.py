"""
Proof that a withheld count cannot be worked out: another table that shows the same figures.

A withheld count is protected if some other table of whole children, with every figure shown
unchanged, gives it another value. Such a witness is made from the true table by moving a few
children between pieces: what one loses another gains, and in every tree both hang from the same
zone above by zones that do not show the difference. Where nothing above shows it, nobody need
gain. Where trees cross, children who are all alike may also move round a ring of pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.exchange import lacks
from atlas.engine.disclosure.levels import BANDS, FOUR, GROUPS, WHOLE, Detail
from atlas.engine.disclosure.table import FULL, N_PARTS, OUT

if TYPE_CHECKING:
    from atlas.engine.disclosure.exchange import Exchange
    from atlas.engine.disclosure.town import Town
    from atlas.engine.types import Bool, Int64

PART_PAIRS = tuple(combinations(range(N_PARTS), 2))
PART_SETS = (*((part,) for part in range(N_PARTS)), (FULL, OUT))
"""Counts of a split to protect: each part, and full and out in one sum."""
MOST_PIECES = 60
"""How many pieces are tried on each side for two children who fare alike."""


@dataclass(frozen=True, slots=True)
class Protected:
    """
    Which counts have a witness.

    Parameters
    ----------
    children
        Shape (a, sets of groups), of every area.
    parts
        Shape (s, a, sets of groups, `PART_SETS`).
    """

    children: Bool
    parts: Bool

    def without(self, found: Protected, service: int | None = None) -> Bool:
        """Return the areas (a,) with a count, of a service or of any, that was not found."""
        if service is not None:
            open_parts = self.parts[service] & ~found.parts[service]
            return np.asarray(open_parts.any(axis=(1, 2)), bool)
        open_children = (self.children & ~found.children).any(axis=1)
        return np.asarray(open_children | (self.parts & ~found.parts).any(axis=(0, 2, 3)), bool)


def nothing_found(town: Town) -> Protected:
    """Return that no count has a witness yet."""
    areas, sets, services = len(town.areas.zone), len(town.sets), len(town.applies)
    return Protected(
        np.zeros((areas, sets), bool), np.zeros((services, areas, sets, len(PART_SETS)), bool)
    )


def protect(town: Town, detail: Detail, wanted: Protected, found: Protected) -> None:
    """
    Look for a witness of each count asked for that has none yet.

    Parameters
    ----------
    town
        The table.
    detail
        What is shown.
    wanted
        The counts that need one; others may be left unanswered.
    found
        Which counts have one; changed. What stays False has none of the kinds tried: it may or
        may not be safe.
    """
    if not wanted.without(found).any():
        return
    _by_move(town, detail, wanted, found)
    for service in range(len(town.applies)):
        if wanted.without(found, service).any():
            _by_part(town, detail, service, (wanted, found))
        if wanted.without(found, service).any():
            _by_group(town, detail, service, (wanted, found))
    for pair in combinations(range(len(town.band)), 2):
        _by_swap(town, detail, pair, (wanted, found))


def _by_move(town: Town, detail: Detail, wanted: Protected, found: Protected) -> None:
    """Witness: a child lives elsewhere, where not even totals are shown."""
    sets = town.sets
    exchange = town.exchange(detail.children >= WHOLE)
    rows = wanted.without(found)
    anybody = np.ones_like(town.has_child)
    found.children[:] |= _any(exchange.both_ways(town.has_child, anybody, rows), sets)
    for service, has in enumerate(town.has_part):
        rows = wanted.without(found, service)
        for number, parts in enumerate(PART_SETS):
            there = exchange.both_ways(has[:, :, list(parts)].any(axis=2), anybody, rows)
            found.parts[service, :, :, number] |= _any(there, sets)
    if len(exchange.rings):
        _move_round(town, exchange, (wanted, found))


def _move_round(town: Town, exchange: Exchange, asked: tuple[Protected, Protected]) -> None:
    """Mark what changes when children of one group who fare alike move round a ring."""
    wanted, found = asked
    p, groups = town.has_child.shape
    rows = wanted.without(found)
    flat = town.has_part.transpose(1, 0, 2, 3).reshape(p, -1)
    for loses in exchange.losers():
        alike = ~lacks(loses, flat).reshape(-1, len(town.applies), groups, N_PARTS)
        fares = alike.any(axis=3) | ~town.applies
        moves = fares.all(axis=1) & ~lacks(loses, town.has_child)
        found.children[rows] |= _any(exchange.changes(moves, rows), town.sets)
        for service in range(len(town.applies)):
            for number, parts in enumerate(PART_SETS):
                can = moves & alike[:, service][:, :, list(parts)].any(axis=2)
                there = _any(exchange.changes(can, rows), town.sets)
                found.parts[service, rows, :, number] |= there


def _by_part(town: Town, detail: Detail, service: int, asked: tuple[Protected, Protected]) -> None:
    """Witness: a child changes its part here, another of its group changes back elsewhere."""
    wanted, found = asked
    sets, has = town.sets, town.has_part[service]
    shows = detail.group[:, service] >= WHOLE
    apart = detail.split[:, service] == FOUR
    for k1, k2 in PART_PAIRS:
        exchange = town.exchange(shows & apart if (k1, k2) == (FULL, OUT) else shows)
        rows = wanted.without(found, service)
        there = exchange.both_ways(has[:, :, k1], has[:, :, k2], rows)
        found.parts[service] |= _any(there, sets)[:, :, None] & _touched(k1, k2)


def _by_group(town: Town, detail: Detail, service: int, asked: tuple[Protected, Protected]) -> None:
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
            _swap_parts(town, exchange, (service, pairs, (k1, k2)), asked)


def _swap_parts(
    town: Town,
    exchange: Exchange,
    what: tuple[int, Int64, tuple[int, int]],
    asked: tuple[Protected, Protected],
) -> None:
    """Mark what changes when pairs of groups exchange two parts."""
    service, pairs, (k1, k2) = what
    wanted, found = asked
    rows = wanted.without(found, service)
    if not rows.any():
        return
    has, sets = town.has_part[service], town.sets
    here = has[:, pairs[:, 0], k1] & has[:, pairs[:, 1], k2]
    back = has[:, pairs[:, 0], k2] & has[:, pairs[:, 1], k1]
    there = exchange.both_ways(here, back, rows)
    changed = sets[:, pairs[:, 0]] != sets[:, pairs[:, 1]]
    found.parts[service] |= _any(there, changed)[:, :, None] & _touched(k1, k2)


def _by_swap(
    town: Town, detail: Detail, pair: tuple[int, int], asked: tuple[Protected, Protected]
) -> None:
    """Witness: a child of one group lives here instead of one of the other, who lives there."""
    wanted, found = asked
    level = GROUPS if town.band[pair[0]] == town.band[pair[1]] else BANDS
    stops = detail.children >= level
    changed = town.sets[:, pair[0]] != town.sets[:, pair[1]]
    changed_parts = town.asked[:, :, pair[0]] != town.asked[:, :, pair[1]]
    lacking = (wanted.children & ~found.children)[:, changed].any(axis=1)
    open_parts = (wanted.parts & ~found.parts).any(axis=3)
    lacking |= (open_parts & changed_parts[:, None]).any(axis=(0, 2))
    if not lacking.any():
        return
    exchange = town.exchange(stops)
    shown = town.shown_on_the_way(detail.group >= WHOLE, stops)
    for give, take in (pair, pair[::-1]):
        has, takes = town.has_child[:, [give]], town.has_child[:, [take]]
        can = exchange.both_ways(has, takes, lacking)[:, 0]
        for row in np.flatnonzero(can & lacking).tolist():
            _swap_one(town, exchange, (row, give, take, shown), found)


def _swap_one(
    town: Town, exchange: Exchange, what: tuple[int, int, int, Bool], found: Protected
) -> None:
    """Look for two children who can change places, one of them in an area; mark what changes."""
    row, give, take, shown = what
    inside, outside = exchange.partners(row)
    here = inside[town.has_child[inside, give]]
    alone = here[exchange.unbound[here]]
    if alone.size:
        left = np.asarray(town.has_part[:, alone, give].any(axis=1), bool)
        _mark(found, row, (town.sets[:, give], town.asked[:, :, give]), left)
        return
    there = outside[town.has_child[outside, take]]
    pieces = here[:MOST_PIECES], there[:MOST_PIECES]
    same_class = exchange.key[pieces[0]][:, None] == exchange.key[pieces[1]]
    alike = _alike(town, pieces, (give, take), (shown, same_class))
    if alike is not None:
        _mark(found, row, _only(town, give, take), alike[0])
        _mark(found, row, _only(town, take, give), alike[1])


def _only(town: Town, one: int, other: int) -> tuple[Bool, Bool]:
    """Return the sets (k,) that hold only one of two groups, and (s, k) of those a service asks."""
    return (
        town.sets[:, one] & ~town.sets[:, other],
        town.asked[:, :, one] & ~town.asked[:, :, other],
    )


def _mark(found: Protected, row: int, sets: tuple[Bool, Bool], moved: Bool) -> None:
    """Mark the counts of an area that change when a child with one of these parts, (s, 4), does."""
    found.children[row] |= sets[0]
    any_of = np.stack([moved[:, list(parts)].any(axis=1) for parts in PART_SETS], axis=1)
    found.parts[:, row] |= sets[1][:, :, None] & any_of[:, None]


def _alike(
    town: Town,
    pieces: tuple[Int64, Int64],
    groups: tuple[int, int],
    where: tuple[Bool, Bool],
) -> tuple[Bool, Bool] | None:
    """
    Look for two children who fare alike in every service that would show it.

    Returns the parts (s, 4) that the first and the second can have; None if there are no two.
    """
    (here, there), (shown, may) = pieces, where
    first = town.has_part[:, here, groups[0]]
    second = town.has_part[:, there, groups[1]]
    both = np.asarray(town.applies[:, groups[0]] & town.applies[:, groups[1]])[:, None, None]
    matters = both & (shown[:, here, None] | shown[:, None, there])
    same = np.asarray(first[:, :, None] & second[:, None, :], bool)
    possible = np.asarray((same.any(axis=-1) | ~matters).all(axis=0) & may, bool)
    if not possible.any():
        return None
    gone = np.where(matters[..., None], same, first[:, :, None]) & possible[..., None]
    come = np.where(matters[..., None], same, second[:, None, :]) & possible[..., None]
    return np.asarray(gone.any(axis=(1, 2)), bool), np.asarray(come.any(axis=(1, 2)), bool)


def _any(there: Bool, sets: Bool) -> Bool:
    """Return (n, k) where some member of each set (k, members) holds, of (n, members)."""
    return np.asarray(there.astype(np.float32) @ sets.astype(np.float32).T > 0, bool)


def _touched(k1: int, k2: int) -> Bool:
    """Return which of `PART_SETS` change when a child moves between two parts."""
    return np.array([(k1 in parts) != (k2 in parts) for parts in PART_SETS])
