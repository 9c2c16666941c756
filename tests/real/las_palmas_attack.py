"""Someone who knows every total shown of two divisions, and how their zones cross."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog


class TotalsAttacker:
    """Least and greatest number of children of any union of pieces, by linear programming."""

    def __init__(self, holds, counts, shown) -> None:
        self.counts = counts
        # The solver takes sparse matrices; its stubs do not say so.
        self.matrix: Any = sparse.csr_matrix(holds[shown].astype(float))
        self.totals = holds[shown].astype(np.int64) @ counts

    def is_certain(self, area) -> bool:
        """Whether an area can hold only one whole number of children."""
        ends = [
            linprog(
                sign * area.astype(float),
                A_eq=self.matrix,
                b_eq=self.totals,
                bounds=(0, 2 * int(self.counts.sum())),
                method="highs",
            ).fun
            for sign in (1, -1)
        ]
        least, most = np.ceil(ends[0] - 1e-6), np.floor(-ends[1] + 1e-6)
        return bool(most - least < 1)

    def recovered(self, areas, k):
        """Yield the areas of 1 to k - 1 children whose number follows."""
        for area in areas:
            if 0 < self.counts[area].sum() < k and self.is_certain(area):
                yield area


def holding(parent, leaf):
    """Return which zones hold which pieces."""
    holds = np.zeros((len(parent), len(leaf)), bool)
    for tree in leaf.T:
        for piece, at in enumerate(tree.tolist()):
            row = at
            while row >= 0:
                holds[row, piece] = True
                row = int(parent[row])
    return holds


def areas_between(holds, own, theirs):
    """Yield overlaps, differences, and each zone without those of the other tree inside it."""
    for one, other in ((own, theirs), (theirs, own)):
        for row in np.flatnonzero(one):
            inside = other & ~(holds & ~holds[row]).any(axis=1)
            yield holds[row] & ~holds[inside].any(axis=0)
            for crossing in np.flatnonzero(other & (holds & holds[row]).any(axis=1)):
                yield holds[row] & holds[crossing]
                yield holds[row] & ~holds[crossing]
