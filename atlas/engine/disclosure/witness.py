"""
Proof that a withheld count cannot be worked out: another table that shows the same figures.

A withheld count is protected if some other table of whole children, with every figure shown
unchanged, gives it another value. Such a witness is made from the true table by moving a few
children: what one leaf zone loses, another gains, and both hang from the same zone above by zones
that do not show the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.levels import BANDS, FOUR, GROUPS, WHOLE, Detail
from atlas.engine.disclosure.table import FULL, N_PARTS, NO_PARENT, OUT

if TYPE_CHECKING:
    from atlas.engine.disclosure.table import Table
    from atlas.engine.types import Bool, Int64

PART_PAIRS = tuple(combinations(range(N_PARTS), 2))
PART_SETS = (*((part,) for part in range(N_PARTS)), (FULL, OUT))
"""Counts of a split to protect: each part, and full and out in one sum."""


@dataclass(frozen=True)
class Town:
    """
    A table with one row a leaf zone, and which leaves lie under which zone.

    Parameters
    ----------
    table
        The table.
    """

    table: Table

    @cached_property
    def leaves(self) -> Int64:
        """Rows of the leaf zones."""
        return np.flatnonzero(self.table.leaves())

    @cached_property
    def under(self) -> Bool:
        """Shape (n, leaves): whether a leaf is a zone or lies under it."""
        n, at = len(self.table.parent), self.leaves.copy()
        under = np.zeros((n, len(at)), bool)
        while (at != NO_PARENT).any():
            here = np.flatnonzero(at != NO_PARENT)
            under[at[here], here] = True
            at[here] = self.table.parent[at[here]]
        return under

    @cached_property
    def depth(self) -> Int64:
        """Shape (n,): zones above a zone."""
        depth = np.zeros(len(self.table.parent), np.int64)
        for parent, rows in self.table.families():
            depth[rows] = depth[parent] + 1
        return depth

    @cached_property
    def tree(self) -> Int64:
        """Shape (leaves,): tree of each leaf; leaves of different trees never exchange."""
        return np.asarray(self.table.tree[self.leaves], np.int64)

    @cached_property
    def has_part(self) -> Bool:
        """Shape (s, leaves, groups, 4): whether someone is there to be moved."""
        n, s, b, x, parts = self.table.parts.shape
        own = self.table.parts.reshape(n, s, b * x, parts)[self.leaves]
        return np.asarray(own.transpose(1, 0, 2, 3) > 0)

    @cached_property
    def has_child(self) -> Bool:
        """Shape (leaves, groups): whether a child of the group lives there."""
        return np.asarray(self.table.children.reshape(len(self.table.parent), -1)[self.leaves] > 0)

    @cached_property
    def band(self) -> Int64:
        """Shape (groups,): band of each group."""
        _, b, x = self.table.children.shape
        return np.repeat(np.arange(b), x)

    def anchors(self, blocks: Bool) -> Int64:
        """
        Return for each leaf the nearest zone, itself included, that would show a move.

        Parameters
        ----------
        blocks
            Shape (n,), zones whose figures a move would change; the city always counts.

        Returns
        -------
        anchor
            Shape (leaves,), row. Two leaves with the same anchor, other than themselves, can
            exchange children unseen.
        """
        stops = blocks.copy()
        stops[self.table.city] = True
        depth = np.where(self.under & stops[:, None], self.depth[:, None], -1)
        return np.asarray(depth.argmax(axis=0), np.int64)

    def exchange(self, anchor: Int64) -> tuple[Bool, Bool]:
        """
        Return which leaves can give, and which take, so that only a zone's own count changes.

        Parameters
        ----------
        anchor
            From `anchors`.

        Returns
        -------
        inside, outside
            Shape (n, leaves): leaves of the zone that are free, and free leaves elsewhere with
            the same anchor as those.
        """
        free = anchor != self.leaves
        above = self.depth[anchor] < self.depth[:, None]
        inside = self.under & free & above
        n_trees = int(self.tree.max(initial=0)) + 1
        key = anchor * n_trees + self.tree
        own_key = np.where(inside, key, -1).max(axis=1)
        outside = ~self.under & free & (key == own_key[:, None])
        return inside, outside


def protected_parts(town: Town, detail: Detail, service: int) -> Bool:
    """
    Say which counts of a service's split have a witness.

    Parameters
    ----------
    town
        The table.
    detail
        What is shown.
    service
        The service.

    Returns
    -------
    protected
        Shape (n, sets of groups, `PART_SETS`), sets of groups as in `group_sets`: whether a
        move that leaves all figures shown as they are changes the count.
    """
    has = town.has_part[service]
    sets = group_sets(town)
    found = np.zeros((len(town.depth), len(sets), len(PART_SETS)), bool)
    _by_part(town, detail, service, has, found)
    _by_group(town, detail, service, has, found)
    _by_child(town, detail, has, found)
    return found


def group_sets(town: Town) -> Bool:
    """
    Return the sets of groups whose counts are protected.

    Parameters
    ----------
    town
        The table.

    Returns
    -------
    sets
        Shape (k, groups): every cell of the table with margins, (1 + b) × (1 + x) of them in the
        order of the margins.
    """
    _, b, x = town.table.children.shape
    bands = np.concatenate([np.ones((1, b), bool), np.eye(b, dtype=bool)])
    sexes = np.concatenate([np.ones((1, x), bool), np.eye(x, dtype=bool)])
    return np.asarray(
        (bands[:, None, :, None] & sexes[None, :, None, :]).reshape((1 + b) * (1 + x), b * x)
    )


def protected_children(town: Town, detail: Detail) -> Bool:
    """
    Say which counts of children have a witness.

    Parameters
    ----------
    town
        The table.
    detail
        What is shown.

    Returns
    -------
    protected
        Shape (n, sets of groups).
    """
    sets = group_sets(town)
    found = np.zeros((len(town.depth), len(sets)), bool)
    inside, outside = town.exchange(town.anchors(detail.children >= WHOLE))
    movable = (inside.astype(np.int64) @ town.has_child) > 0
    movable &= outside.any(axis=1)[:, None]
    found |= (movable.astype(np.int64) @ sets.T) > 0
    for g1, g2 in combinations(range(len(town.band)), 2):
        _swap_children(town, detail, (g1, g2), sets[:, g1] != sets[:, g2], found)
    return found


def _by_part(town: Town, detail: Detail, service: int, has: Bool, found: Bool) -> None:
    """Witness: a child changes its part here, another of its group changes back elsewhere."""
    sets = group_sets(town)
    shows = detail.group[:, service] >= WHOLE
    for k1, k2 in PART_PAIRS:
        apart = detail.split[:, service] == FOUR
        blocks = shows & apart if (k1, k2) == (FULL, OUT) else shows
        inside, outside = (side.astype(np.int64) for side in town.exchange(town.anchors(blocks)))
        first, second = has[:, :, k1].astype(np.int64), has[:, :, k2].astype(np.int64)
        there = ((inside @ first > 0) & (outside @ second > 0)) | (
            (inside @ second > 0) & (outside @ first > 0)
        )
        changes = (there.astype(np.int64) @ sets.T) > 0
        found |= changes[:, :, None] & _touched(k1, k2)


def _by_group(town: Town, detail: Detail, service: int, has: Bool, found: Bool) -> None:
    """Witness: two groups exchange parts here, and back elsewhere."""
    sets = group_sets(town)
    shown, apart = detail.group[:, service], detail.split[:, service] == FOUR
    applies = np.flatnonzero(town.table.applies.reshape(len(town.table.applies), -1)[service])
    for together in (True, False):
        level = GROUPS if together else BANDS
        for merged in (True, False):
            blocks = (shown >= level) & (apart | (not merged))
            inside, outside = (
                side.astype(np.float32) for side in town.exchange(town.anchors(blocks))
            )
            pairs = [
                (g1, g2)
                for g1, g2 in combinations(applies.tolist(), 2)
                if (town.band[g1] == town.band[g2]) == together
            ]
            for g1, g2 in pairs:
                changed = sets[:, g1] != sets[:, g2]
                for k1, k2 in PART_PAIRS:
                    if ((k1, k2) == (FULL, OUT)) != merged:
                        continue
                    here = _crossed(has, (g1, g2), (k1, k2))
                    back = _crossed(has, (g1, g2), (k2, k1))
                    there = ((inside @ here > 0) & (outside @ back > 0)) | (
                        (inside @ back > 0) & (outside @ here > 0)
                    )
                    found |= there[:, None, None] & changed[None, :, None] & _touched(k1, k2)


def _by_child(town: Town, detail: Detail, has: Bool, found: Bool) -> None:
    """Witness: a child lives elsewhere, where not even totals are shown."""
    sets = group_sets(town)
    inside, outside = town.exchange(town.anchors(detail.children >= WHOLE))
    can = outside.any(axis=1)
    for number, parts in enumerate(PART_SETS):
        there = inside.astype(np.int64) @ has[:, :, list(parts)].any(axis=2)
        found[:, :, number] |= ((there > 0).astype(np.int64) @ sets.T > 0) & can[:, None]


def _swap_children(
    town: Town, detail: Detail, groups: tuple[int, int], changed: Bool, found: Bool
) -> None:
    """Witness: a child of one group lives here instead of one of the other, who lives there."""
    g1, g2 = groups
    level = GROUPS if town.band[g1] == town.band[g2] else BANDS
    anchor = town.anchors(detail.children >= level)
    inside, outside = town.exchange(anchor)
    both = town.table.applies.reshape(len(town.table.applies), -1)[:, [g1, g2]].all(axis=1)
    shown = _shown_on_the_way(town, detail, anchor)
    for give, take in ((g1, g2), (g2, g1)):
        rows = np.flatnonzero(
            (inside @ town.has_child[:, give] > 0) & (outside @ town.has_child[:, take] > 0)
        )
        for row in rows[~found[np.ix_(rows, changed)].all(axis=1)]:
            here = np.flatnonzero(inside[row] & town.has_child[:, give])
            there = np.flatnonzero(outside[row] & town.has_child[:, take])
            if _same_parts(town, (here, there), (give, take), both, shown):
                found[row, changed] = True


def _same_parts(
    town: Town,
    leaves: tuple[Int64, Int64],
    groups: tuple[int, int],
    both: Bool,
    shown: Bool,
) -> bool:
    """Return whether two such children fare alike in every service that would show it."""
    here, there = leaves
    first = town.has_part[:, here, groups[0]]
    second = town.has_part[:, there, groups[1]]
    alike = (first[:, :, None] & second[:, None, :]).any(axis=-1)
    matters = both[:, None, None] & (shown[:, here, None] | shown[:, None, there])
    return bool((alike | ~matters).all(axis=0).any())


def _shown_on_the_way(town: Town, detail: Detail, anchor: Int64) -> Bool:
    """Return shape (s, leaves): whether a zone between a leaf and its anchor shows a service."""
    between = town.under & (town.depth[:, None] > town.depth[anchor])
    return np.asarray((detail.group >= WHOLE).T.astype(np.int64) @ between > 0)


def _touched(k1: int, k2: int) -> Bool:
    """Return which of `PART_SETS` change when a child moves between two parts."""
    return np.array([(k1 in parts) != (k2 in parts) for parts in PART_SETS])


def _crossed(has: Bool, groups: tuple[int, int], parts: tuple[int, int]) -> Bool:
    """Return the leaves with a child of the first group and part, and of the second."""
    return np.asarray(has[:, groups[0], parts[0]] & has[:, groups[1], parts[1]])
