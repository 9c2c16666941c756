"""The areas whose children someone can ask for: zones, and what is left of one beside others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.table import NO_PARENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.disclosure.table import Table
    from atlas.engine.types import Bool, Int64


@dataclass(frozen=True, slots=True)
class Areas:
    """
    Areas made of pieces; the first are the zones themselves, in the order of the table.

    Parameters
    ----------
    holds
        Shape (a, p), which pieces an area consists of.
    zone
        Shape (a,), the zone each was cut from, of the main tree where one was.
    """

    holds: Bool
    zone: Int64

    def pieces(self) -> Int64:
        """Return the row of the area that is each piece."""
        alone = np.flatnonzero(self.holds.sum(axis=1) == 1)
        rows = np.zeros(self.holds.shape[1], np.int64)
        rows[self.holds[alone].argmax(axis=1)] = alone
        return rows


def areas_of(table: Table, holds: Bool) -> Areas:
    """
    Return every area that is a zone, or that is cut from one by others.

    Parameters
    ----------
    table
        The zones.
    holds
        Shape (n, p), which pieces lie in which zone.

    Returns
    -------
    areas
        The zones; then, each once: the pieces; what is left of the zone above without one; of two
        zones of different trees what they share and what each has alone; what is left of a zone
        without the zones of another tree that lie wholly in it; and of all the leaf zones of
        another tree that touch it without it.
    """
    n = len(table.parent)
    seen = {row.tobytes() for row in holds}
    kept, zone = [], []
    for at, area in _cut(table, holds):
        key = area.tobytes()
        if area.any() and key not in seen:
            seen.add(key)
            kept.append(area)
            zone.append(at)
    cut = np.array(kept, bool).reshape(-1, holds.shape[1])
    return Areas(np.concatenate([holds, cut]), np.array([*range(n), *zone], np.int64))


def _cut(table: Table, holds: Bool) -> Iterator[tuple[int, Bool]]:
    """Yield areas with the zone each is cut from; some are empty or come twice."""
    below = np.flatnonzero(table.parent != NO_PARENT)
    leaf_of_main = np.flatnonzero(table.leaves() & (table.tree == table.trees[0]))
    for piece in range(holds.shape[1]):
        row = leaf_of_main[holds[leaf_of_main, piece]][0]
        yield int(row), np.arange(holds.shape[1]) == piece
    for row in below.tolist():
        yield row, holds[table.parent[row]] & ~holds[row]
    leaves = table.leaves()
    for tree, other in permutations(table.trees, 2):
        own, theirs = below[table.tree[below] == tree], below[table.tree[below] == other]
        shared = holds[own].astype(np.float32) @ holds[theirs].T.astype(np.float32)
        size = holds[theirs].sum(axis=1)
        for row, common in zip(own.tolist(), shared, strict=True):
            here = holds[row]
            inside = theirs[(common > 0) & (common == size)]
            touching = theirs[(common > 0) & leaves[theirs]]
            yield row, here & ~holds[inside].any(axis=0)
            yield row, holds[touching].any(axis=0) & ~here
            for crossing in theirs[(common > 0) & (common < size)].tolist() if tree < other else ():
                there = holds[crossing]
                yield row, here & there
                yield row, here & ~there
                yield row, there & ~here
