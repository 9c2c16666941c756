"""Primary and secondary suppression over the zones: no small count, no small remainder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.levels import (
    BANDS,
    GROUPS,
    NOTHING,
    PREFERENCE,
    WHOLE,
    Cells,
    Detail,
)
from atlas.engine.disclosure.table import NO_PARENT

if TYPE_CHECKING:
    from atlas.engine.disclosure.town import Town
    from atlas.engine.types import Bool, Int32, Int64

CHILDREN_LADDER = ((GROUPS, 0), (BANDS, 0), (WHOLE, 0))


def suppress(town: Town, cells: Cells, k: int, most: Detail) -> Detail:
    """
    Choose how much detail each zone may show.

    Parameters
    ----------
    town
        The zones, their pieces and areas.
    cells
        Their counts at every level of detail.
    k
        The least count, beside 0, that may be shown.
    most
        Bounds no zone may exceed, used to take back detail that turned out unsafe.

    Returns
    -------
    detail
        Such that every count shown, its complement in the nearest zone above that shows as much,
        and what remains of that zone when all that it shows below are taken away, are 0 or at
        least k; and where trees cross, every area that zones showing as much sum to.

    Notes
    -----
    Source: DESIGN §3, first rule. What must give way to protect a remainder are zones that
    withhold something already, so that the others keep their whole answer; then the smallest;
    ties to the smaller row. Where trees cross, zones of the main tree give way last.
    """
    n, services = town.table.parts.shape[:2]
    detail = Detail(*(np.zeros(shape, np.int8) for shape in ((n,), (n, services), (n, services))))
    ladder = Ladder(
        town, CHILDREN_LADDER, [cells.children(level) for level, _ in CHILDREN_LADDER], k
    )
    may = np.stack([most.children >= level for level, _ in CHILDREN_LADDER], axis=1)
    rank = ladder.settle(may, np.zeros(n, bool))
    detail.children[:] = np.array([*(level for level, _ in CHILDREN_LADDER), NOTHING])[rank]
    ladders = [_ladder_of(town, cells, service, k) for service in range(services)]
    allowed = [_allowed(cells, (detail, most), service) for service in range(services)]
    hurt = np.zeros(n, bool)
    for own, may in zip(ladders, allowed, strict=True):
        hurt |= ~(may & own.safe).any(axis=1) & (own.size > 0)
    for service, (own, may) in enumerate(zip(ladders, allowed, strict=True)):
        rank = own.settle(may, hurt)
        hurt |= (rank == len(own.levels)) & (own.size > 0)
        chosen = np.array(PREFERENCE, np.int8)[rank]
        detail.group[:, service], detail.split[:, service] = chosen.T
    return detail


def is_safe(counts: Int64, k: int) -> Bool:
    """Return which counts are 0 or at least k."""
    return np.asarray((counts == 0) | (counts >= k), bool)


@dataclass(frozen=True)
class Ladder:
    """
    Levels of detail of one set of figures, the most wanted first, with their counts.

    Parameters
    ----------
    town
        The zones and areas.
    levels
        Pairs; one level includes another if both its numbers are at least as great.
    counts
        For each level, shape (a, …), the counts of every area, the zones first.
    k
        The least count, beside 0, that may be shown.
    """

    town: Town
    levels: tuple[tuple[int, int], ...]
    counts: list[Int64]
    k: int

    def __post_init__(self) -> None:
        for level, count in enumerate(self.counts):
            self.counts[level] = count.reshape(len(count), -1)

    @property
    def safe(self) -> Bool:
        """Shape (n, levels): zones without a small count."""
        zones = slice(len(self.town.depth))
        return np.stack(
            [is_safe(count[zones], self.k).all(axis=1) for count in self.counts], axis=1
        )

    @property
    def size(self) -> Int64:
        """Shape (n,): children."""
        return np.asarray(self.counts[-1][: len(self.town.depth)].sum(axis=1), np.int64)

    @property
    def includes(self) -> Bool:
        """Shape (levels + 1, levels): whether a level, or none, includes another."""
        levels = np.array([*self.levels, (NOTHING, 0)])
        return np.asarray((levels[:, None] >= levels[None, :-1]).all(axis=2), bool)

    def settle(self, may: Bool, hurt: Bool) -> Int64:
        """
        Choose a level for each zone.

        Parameters
        ----------
        may
            Shape (n, levels), what a zone may show as far as others are concerned.
        hurt
            Shape (n,), zones that should give way first.

        Returns
        -------
        rank
            Shape (n,), index of the level; `len(levels)` where nothing may be shown.
        """
        open_levels = may & self.safe
        settled = False
        while not settled:
            settled = True
            for level in range(len(self.levels)):
                rank = _first(open_levels)
                shows = self.includes[rank, level]
                yields = self._must_yield(level, shows, hurt)
                if yields.any():
                    open_levels[np.ix_(yields, self.includes[:-1, level])] = False
                    settled = False
        return _first(open_levels)

    def _must_yield(self, level: int, shows: Bool, hurt: Bool) -> Bool:
        """Return the zones that may not show a level after all."""
        counts, above = self.counts[level], self._showing_above(shows)
        below = shows & (above != NO_PARENT)
        rows = np.flatnonzero(below)
        yields = np.zeros(len(shows), bool)
        complement = counts[above[rows]] - counts[rows]
        yields[rows] = ~is_safe(complement, self.k).all(axis=1)
        if yields.any():
            return yields
        key = above * (int(self.town.table.tree.max()) + 1) + self.town.table.tree
        families, which = np.unique(key[rows], return_inverse=True)
        remainder = np.zeros((len(families), counts.shape[1]), np.int64)
        np.subtract.at(remainder, which, counts[rows])
        first = np.unique(which, return_index=True)[1]
        remainder += counts[above[rows[first]]]
        unsafe = ~is_safe(remainder, self.k)
        for family in np.flatnonzero(unsafe.any(axis=1)):
            members = rows[which == family]
            yields[self._gives_way(members, counts[members][:, unsafe[family]], hurt)] = True
        if not yields.any() and self.town.is_crossed(shows):
            yields[self._crossing(level, shows, hurt)] = True
        return yields

    def _crossing(self, level: int, shows: Bool, hurt: Bool) -> list[int]:
        """Return one zone that gives way for each area with a small count that others sum to."""
        exchange, counts = self.town.exchange(shows), self.counts[level]
        is_small = ~is_safe(counts, self.k).all(axis=1)
        told = list(self.town.areas.holds[is_small & exchange.known])
        if not told:
            told = exchange.small_sums(counts[self.town.pieces], self.k)
        found = (self._gives_way_to(area, shows, hurt) for area in told)
        return [row for row in found if row is not None]

    def _gives_way_to(self, area: Bool, shows: Bool, hurt: Bool) -> int | None:
        """Return the zone that gives way to an area, of pieces (p,): of the main tree last."""
        members = self.town.crossing(area, shows, anywhere=True)
        if not members.size:
            members = self.town.touching(area, shows)
        order = np.lexsort((members, self.size[members], ~hurt[members]))
        return int(members[order[0]]) if members.size else None

    def _gives_way(self, members: Int64, counts: Int64, hurt: Bool) -> int:
        """Return the member that gives way: it must add to a small remainder."""
        helps = (counts > 0).any(axis=1)
        chosen = members[helps] if helps.any() else members
        order = np.lexsort((chosen, self.size[chosen], ~hurt[chosen]))
        return int(chosen[order[0]])

    def _showing_above(self, shows: Bool) -> Int32:
        """Return the nearest zone above each that shows; -1 where none does."""
        above = self.town.table.parent.copy()
        while True:
            hidden = (above != NO_PARENT) & ~shows[above]
            if not hidden.any():
                return above
            above[hidden] = self.town.table.parent[above[hidden]]


def _first(open_levels: Bool) -> Int64:
    """Return the first open level of each zone, or the number of levels."""
    return np.asarray(
        np.where(open_levels.any(axis=1), open_levels.argmax(axis=1), open_levels.shape[1])
    )


def _ladder_of(town: Town, cells: Cells, service: int, k: int) -> Ladder:
    """Return the levels of one service's split."""
    levels = PREFERENCE[:-1]
    return Ladder(town, levels, [cells.parts(service, level) for level in levels], k)


def _allowed(cells: Cells, details: tuple[Detail, Detail], service: int) -> Bool:
    """Return (n, levels): what a zone's children, and its bounds, allow a split to show."""
    detail, most = details
    rows = np.arange(len(detail.children))
    return np.stack(
        [
            (detail.children >= cells.allowed(service, level[0]))
            & most.at_least(rows, service, level)
            for level in PREFERENCE[:-1]
        ],
        axis=1,
    )
