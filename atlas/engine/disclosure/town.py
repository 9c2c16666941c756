"""A table seen from its pieces: who lies where, and which areas can be formed of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.areas import areas_of
from atlas.engine.disclosure.exchange import NOWHERE, Exchange
from atlas.engine.disclosure.table import NO_PARENT, PieceCounts

if TYPE_CHECKING:
    from atlas.engine.disclosure.table import Table
    from atlas.engine.types import Bool, Int64

MOST_KEPT = 200
"""How many exchanges are kept for the next round."""

TOUCHING_OR_BESIDE = 2
"""Steps to a zone that touches an area, or one beside it."""


class Town:
    """
    A table with one row a piece, and which pieces lie in which zone and area.

    Parameters
    ----------
    table
        The table; where it has several trees, with its pieces.

    Attributes
    ----------
    holds
        Shape (n, p): whether a piece lies in a zone.
    depth
        Shape (n,): zones above a zone.
    areas
        The areas that can be formed, the zones first.
    pieces
        Shape (p,): the row in `areas` of each piece.
    leaf
        Shape (p, t), row of the leaf zone in each tree.
    children, parts
        Shapes (p, groups) and (s, p, groups, 4).
    has_child, has_part
        Whether someone is there to be moved, of the same shapes.
    applies
        Shape (s, groups).
    band
        Shape (groups,), band of each group.
    sets
        Shape (k, groups): the groups of every cell of the table with margins, in their order.
    asked
        Shape (s, k, groups): those of them that a service applies to.
    """

    def __init__(self, table: Table) -> None:
        s, b, x = table.applies.shape
        pieces = _pieces_of(table)
        p = len(pieces.leaf)
        self.table, self.leaf = table, pieces.leaf
        self.band = np.repeat(np.arange(b), x)
        self.applies = table.applies.reshape(s, b * x)
        self.children = pieces.children.reshape(p, b * x)
        self.parts = pieces.parts.reshape(p, s, b * x, -1).transpose(1, 0, 2, 3)
        self.has_child = np.asarray(self.children > 0, bool)
        self.has_part = np.asarray(self.parts > 0, bool)
        self.depth = np.zeros(len(table.parent), np.int64)
        for parent, rows in table.families():
            self.depth[rows] = self.depth[parent] + 1
        self.holds = self._holding()
        self.areas = areas_of(table, self.holds)
        self.pieces = self.areas.pieces()
        self.sets = _sets(b, x)
        self.asked = self.sets & self.applies[:, None]
        self._of_tree = np.array([table.tree == tree for tree in table.trees])
        self._of_tree[:, table.city] = True
        self._exchanges: OrderedDict[bytes, Exchange] = OrderedDict()

    def exchange(self, stops: Bool) -> Exchange:
        """
        Return which pieces can exchange children without a zone that `stops` seeing it.

        Parameters
        ----------
        stops
            Shape (n,), zones whose figures the move would change.

        Returns
        -------
        exchange
            The same object for the same zones, while it is kept.
        """
        key = stops.tobytes()
        if key not in self._exchanges:
            if len(self._exchanges) == MOST_KEPT:
                self._exchanges.popitem(last=False)
            size = self.children.sum(axis=1)
            self._exchanges[key] = Exchange(self.areas.holds, self.anchors(stops), size)
        self._exchanges.move_to_end(key)
        return self._exchanges[key]

    def is_crossed(self, shows: Bool) -> bool:
        """Return whether a zone of a crossing tree shows."""
        return bool((shows & ~self._of_tree[0]).any())

    def crossing(self, area: Bool, shows: Bool, *, anywhere: bool) -> Int64:
        """
        Return the nearest zones of crossing trees that show.

        Parameters
        ----------
        area
            Shape (p,), the pieces of an area.
        shows
            Shape (n,), the zones asked for.
        anywhere
            Whether to look on beyond the zones that touch the area or a leaf zone it lies in.

        Returns
        -------
        rows
            Zones that touch it; else those one step from piece to piece away, and so on.
        """
        shown = shows & ~self._of_tree[0]
        reached, grown, steps = area, True, 0
        while grown and (anywhere or steps < TOUCHING_OR_BESIDE):
            found = shown & (self.holds & reached).any(axis=1)
            if found.any():
                return np.flatnonzero(found)
            wider = reached.copy()
            for leaf in self.leaf.T:
                wider |= np.isin(leaf, leaf[reached])
            reached, grown, steps = wider, bool((wider != reached).any()), steps + 1
        return np.flatnonzero(shown & anywhere)

    def touching(self, area: Bool, shows: Bool) -> Int64:
        """Return the finest zones of the main tree that touch an area and show."""
        touches = shows & self._of_tree[0] & (self.holds & area).any(axis=1) & (self.depth > 0)
        deepest = self.depth == self.depth[touches].max(initial=0)
        return np.flatnonzero(touches & deepest)

    def anchors(self, stops: Bool) -> Int64:
        """Return the nearest zone that stops, going up from each piece in each tree, (t, p)."""
        anchors = np.full(self.leaf.T.shape, NOWHERE, np.int64)
        for tree, own in enumerate(self._of_tree):
            seen = np.where(self.holds & (stops & own)[:, None], self.depth[:, None], NOWHERE)
            anchors[tree] = np.where(seen.max(axis=0) > NOWHERE, seen.argmax(axis=0), NOWHERE)
        return anchors

    def shown_on_the_way(self, shows: Bool, stops: Bool) -> Bool:
        """Return (s, p) where a zone below the one that stops shows, of (n, s)."""
        found = np.zeros((shows.shape[1], len(self.leaf)), bool)
        for own, anchor in zip(self._of_tree, self.anchors(stops), strict=True):
            depth = np.where(anchor == NOWHERE, NOWHERE, self.depth[anchor])
            between = self.holds & own[:, None] & (self.depth[:, None] > depth)
            found |= shows.T.astype(np.float32) @ between.astype(np.float32) > 0
        return found

    def _holding(self) -> Bool:
        """Walk up from the leaf zones of every piece."""
        holds = np.zeros((len(self.depth), len(self.leaf)), bool)
        for leaf in self.leaf.T:
            at = leaf.copy()
            while (at != NO_PARENT).any():
                here = np.flatnonzero(at != NO_PARENT)
                holds[at[here], here] = True
                at[here] = self.table.parent[at[here]]
        return holds


def _pieces_of(table: Table) -> PieceCounts:
    """Return the pieces; of one tree its leaf zones."""
    if table.pieces is not None:
        return table.pieces
    leaves = np.flatnonzero(table.leaves())
    leaf = leaves.astype(np.int32)[:, None]
    return PieceCounts(leaf, table.children[leaves], table.parts[leaves])


def _sets(b: int, x: int) -> Bool:
    """Return the groups of every cell of the table with margins."""
    bands = np.concatenate([np.ones((1, b), bool), np.eye(b, dtype=bool)])
    sexes = np.concatenate([np.ones((1, x), bool), np.eye(x, dtype=bool)])
    grid = bands[:, None, :, None] & sexes[None, :, None, :]
    return np.asarray(grid.reshape((1 + b) * (1 + x), b * x), bool)
