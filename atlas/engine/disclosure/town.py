"""A table seen from its leaf zones, and which of them can exchange children unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.table import NO_PARENT

if TYPE_CHECKING:
    from atlas.engine.disclosure.table import Table
    from atlas.engine.types import Bool

_NOWHERE = -1
_NO_KEY = -(2**40)


class Town:
    """
    A table with one row a leaf zone, and which leaves lie under which zone.

    Parameters
    ----------
    table
        The table.

    Attributes
    ----------
    leaves
        Rows of the leaf zones.
    under
        Shape (n, leaves): whether a leaf is a zone or lies under it.
    depth
        Shape (n,): zones above a zone.
    tree
        Shape (leaves,): leaves of different trees never exchange.
    has_child, has_part
        Shapes (leaves, groups) and (s, leaves, groups, 4): whether someone is there to be moved.
    applies
        Shape (s, groups).
    band
        Shape (groups,), band of each group.
    sets
        Shape (k, groups): the groups of every cell of the table with margins, in their order.
    """

    def __init__(self, table: Table) -> None:
        n, s, b, x, parts = table.parts.shape
        self.table = table
        self.leaves = np.flatnonzero(table.leaves())
        self.tree = np.asarray(table.tree[self.leaves], np.int64)
        self.band = np.repeat(np.arange(b), x)
        self.applies = table.applies.reshape(s, b * x)
        self.has_child = np.asarray(table.children.reshape(n, b * x)[self.leaves] > 0, bool)
        own = table.parts.reshape(n, s, b * x, parts)[self.leaves]
        self.has_part = np.asarray(own.transpose(1, 0, 2, 3) > 0, bool)
        self.depth = np.zeros(n, np.int64)
        for parent, rows in table.families():
            self.depth[rows] = self.depth[parent] + 1
        self.under = self._under()
        self.sets = _sets(b, x)
        self._exchanges: dict[bytes, Exchange] = {}

    def exchange(self, stops: Bool) -> Exchange:
        """
        Return which leaves can exchange children without a zone that `stops` seeing it.

        Parameters
        ----------
        stops
            Shape (n,), zones whose figures the move would change.

        Returns
        -------
        exchange
            The same object for the same zones.
        """
        key = stops.tobytes()
        if key not in self._exchanges:
            self._exchanges[key] = Exchange(self, stops)
        return self._exchanges[key]

    def _under(self) -> Bool:
        """Walk up from every leaf."""
        at = self.leaves.copy()
        under = np.zeros((len(self.depth), len(at)), bool)
        while (at != NO_PARENT).any():
            here = np.flatnonzero(at != NO_PARENT)
            under[at[here], here] = True
            at[here] = self.table.parent[at[here]]
        return under


class Exchange:
    """
    Which leaves can give children and which take them, zone by zone.

    Two leaves can exchange if the nearest zone that stops, going up from each, is the same and
    neither of the two. If no zone stops at all, a leaf is unbound: nobody need take.

    Parameters
    ----------
    town
        The table.
    stops
        Shape (n,), zones whose figures the move would change.

    Attributes
    ----------
    inside, outside
        Shape (n, leaves): leaves of a zone that are free, and the leaves elsewhere that are.
    unbound
        Shape (n,): nobody elsewhere need take what this zone gives.
    """

    def __init__(self, town: Town, stops: Bool) -> None:
        seen = np.where(town.under & stops[:, None], town.depth[:, None], _NOWHERE)
        self._depth = seen.max(axis=0)
        self._town = town
        anchor = np.where(self._depth > _NOWHERE, seen.argmax(axis=0), _NOWHERE)
        key = anchor * (int(town.tree.max(initial=0)) + 1) + town.tree
        self.inside = np.asarray(town.under & (self._depth < town.depth[:, None]), bool)
        own = np.where(self.inside, key, _NO_KEY).max(axis=1)
        free = anchor != town.leaves
        self.outside = np.asarray(~town.under & free & (key == own[:, None]), bool)
        self.unbound = np.asarray((self.inside & (anchor == _NOWHERE)).any(axis=1), bool)
        self._inside = self.inside.astype(np.float32)
        self._outside = self.outside.astype(np.float32)

    def inside_has(self, has: Bool) -> Bool:
        """Return (n, k) where a free leaf of the zone has, of (leaves, k)."""
        return np.asarray(self._inside @ has.astype(np.float32) > 0, bool)

    def outside_has(self, has: Bool) -> Bool:
        """Return (n, k) where a free leaf elsewhere has, of (leaves, k)."""
        return np.asarray(self._outside @ has.astype(np.float32) > 0, bool)

    def both_ways(self, first: Bool, second: Bool) -> Bool:
        """Return (n, k) where the zone can give one kind for the other, of (leaves, k) each."""
        alone = self.unbound[:, None]
        gives = self.inside_has(first) & (self.outside_has(second) | alone)
        takes = self.inside_has(second) & (self.outside_has(first) | alone)
        return np.asarray(gives | takes, bool)

    def shown_on_the_way(self, shows: Bool) -> Bool:
        """Return (s, leaves) where a zone below the one that stops shows, of (n, s)."""
        between = self._town.under & (self._town.depth[:, None] > self._depth)
        return np.asarray(shows.T.astype(np.float32) @ between.astype(np.float32) > 0, bool)


def _sets(b: int, x: int) -> Bool:
    """Return the groups of every cell of the table with margins."""
    bands = np.concatenate([np.ones((1, b), bool), np.eye(b, dtype=bool)])
    sexes = np.concatenate([np.ones((1, x), bool), np.eye(x, dtype=bool)])
    grid = bands[:, None, :, None] & sexes[None, :, None, :]
    return np.asarray(grid.reshape((1 + b) * (1 + x), b * x), bool)
