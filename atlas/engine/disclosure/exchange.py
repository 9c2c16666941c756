"""Which pieces can exchange children without any zone that shows a figure seeing it."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from atlas.engine.disclosure.rings import NOWHERE, nodes_of, rings
from atlas.engine.disclosure.sums import small_sums

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int8, Int64

__all__ = ["NOWHERE", "Exchange"]


class Exchange:
    """
    Which areas can give children or take them, zone by zone unseen.

    Two pieces can exchange if the nearest zone that stops, going up from each, is the same in
    every tree. Pieces that differ can if others exchange back: round a ring, each zone on it
    loses at one piece what it gains at another. Where no zone stops in any tree, a piece is
    unbound: nobody need take.

    Parameters
    ----------
    holds
        Shape (a, p), the pieces of every area.
    anchor
        Shape (t, p), the nearest zone that stops in each tree.
    size
        Shape (p,), children.
    """

    def __init__(self, holds: Bool, anchor: Int64, size: Int64) -> None:
        self._holds, self._anchor, self._size = holds, anchor, size
        _, key = np.unique(anchor, axis=1, return_inverse=True)
        self.key = np.asarray(key.ravel(), np.int64)
        self.unbound = np.asarray((anchor == NOWHERE).all(axis=0), bool)
        self._pair()

    def _pair(self) -> None:
        """Pair areas with the classes of pieces they have a part of."""
        classes = int(self.key.max(initial=-1)) + 1
        area, piece = np.nonzero(self._holds)
        pairs, of = np.unique(area * max(classes, 1) + self.key[piece], return_inverse=True)
        pair_area, pair_class = np.divmod(pairs, max(classes, 1))
        members = np.bincount(self.key, minlength=classes)
        alone = np.zeros(classes, bool)
        alone[self.key[self.unbound]] = True
        keep = (np.bincount(of, minlength=len(pairs)) < members[pair_class]) | alone[pair_class]
        number = np.cumsum(keep) - 1
        inner = keep[of]
        shape = (int(keep.sum()), len(self.key))
        ones = np.ones(int(inner.sum()), np.float32)
        self._inside = sparse.csr_matrix((ones, (number[of[inner]], piece[inner])), shape=shape)
        ones = np.ones(len(self.key), np.float32)
        whole = sparse.csr_matrix(
            (ones, (self.key, np.arange(len(self.key)))), shape=(classes, len(self.key))
        )
        self._outside = whole[pair_class[keep]] - self._inside
        self._alone = alone[pair_class[keep]]
        self._area = pair_area[keep]

    @cached_property
    def rings(self) -> Int8:
        """Rings of pieces, shape (c, p): 1 where a piece gains, -1 where it loses."""
        return rings(self._anchor, self.key, self._size)

    @cached_property
    def turned(self) -> Bool:
        """Shape (a, c): whether a ring changes what an area holds."""
        change = self._holds.astype(np.float32) @ self.rings.T.astype(np.float32)
        return np.asarray(change != 0, bool)

    @property
    def known(self) -> Bool:
        """Shape (a,): areas that are a sum of zones that stop, some taken from others."""
        known = np.asarray(~self.turned.any(axis=1), bool)
        known[self._area] = False
        return known

    def small_sums(self, counts: Int64, k: int) -> list[Bool]:
        """Return unions of pieces, (p,) each, with a small count that follows from the sums."""
        found: list[Bool] = []
        for first, second in combinations(range(len(self._anchor)), 2):
            anchors, edge = np.unique(self._anchor[[first, second]], axis=1, return_inverse=True)
            edge = edge.ravel()
            sums = np.zeros((anchors.shape[1], counts.shape[1]), np.int64)
            np.add.at(sums, edge, counts)
            found.extend(union[edge] for union in small_sums(nodes_of(*anchors), sums, k))
        return found

    def partners(self, area: int) -> tuple[Int64, Int64]:
        """Return the pieces of an area that can exchange, and those elsewhere that can."""
        here = np.flatnonzero(self._area == area)
        inside, outside = self._inside[here].indices, self._outside[here]
        return np.unique(inside), np.unique(outside.indices[outside.data > 0])

    def both_ways(self, first: Bool, second: Bool, rows: Bool) -> Bool:
        """Return (a, k) where an area can give one kind for the other, of (p, k) each."""
        found = np.zeros((len(rows), first.shape[1]), bool)
        pairs = np.flatnonzero(rows[self._area])
        if pairs.size:
            inside, outside = self._inside[pairs], self._outside[pairs]
            alone = self._alone[pairs][:, None]
            gives = _has(inside, first) & (_has(outside, second) | alone)
            takes = _has(inside, second) & (_has(outside, first) | alone)
            area, at = np.unique(self._area[pairs], return_index=True)
            found[area] = np.logical_or.reduceat(gives | takes, at, axis=0)
        return found

    def losers(self) -> list[sparse.csr_matrix]:
        """Return the pieces (c, p) that lose a child on every ring, one way round and the other."""
        return [sparse.csr_matrix((self.rings * way < 0).astype(np.float32)) for way in (1, -1)]

    def changes(self, can: Bool, rows: Bool) -> Bool:
        """Return (rows, k) where a ring that can turn, of (c, k), changes an area."""
        turned = self.turned[rows].astype(np.float32)
        return np.asarray(turned @ can.astype(np.float32) > 0, bool)


def _has(pieces: sparse.csr_matrix, has: Bool) -> Bool:
    """Return (m, k) where a piece of each row has, of (p, k)."""
    return np.asarray(pieces @ has.astype(np.float32) > 0, bool)


def lacks(pieces: sparse.csr_matrix, has: Bool) -> Bool:
    """Return (m, k) where a piece of each row has not, of (p, k)."""
    return np.asarray(pieces @ (~has).astype(np.float32) > 0, bool)
