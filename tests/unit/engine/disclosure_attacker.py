"""Someone who works out withheld counts from all that is shown, by linear programming."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from scipy.optimize import linprog

from atlas.engine.disclosure import PieceCounts
from atlas.engine.disclosure.table import FULL, OUT

K = 10


class Attacker:
    """Someone who knows every figure shown, that pieces and parts add up, and nothing else."""

    def __init__(self, table, disclosed):
        self.table, self.disclosed = table, disclosed
        n, s, b, x, _ = table.parts.shape
        self.pieces = table.pieces
        if table.pieces is None:
            leaves = np.flatnonzero(table.leaves()).astype(np.int32)
            self.pieces = PieceCounts(leaves[:, None], table.children[leaves], table.parts[leaves])
        self.leaves = np.arange(len(self.pieces.leaf))
        self.n_children = len(self.leaves) * b * x
        self.size = self.n_children + len(self.leaves) * s * b * x * 4
        self.child = np.arange(self.n_children).reshape(len(self.leaves), b, x)
        self.part = np.arange(self.n_children, self.size).reshape(len(self.leaves), s, b, x, 4)
        self.rows, self.values = [], []
        for leaf, service, band, sex in np.ndindex(len(self.leaves), s, b, x):
            if table.applies[service, band, sex]:
                unknowns = self.part[leaf, service, band, sex]
                self.rows.append(
                    {**dict.fromkeys(unknowns.tolist(), 1.0), int(self.child[leaf, band, sex]): -1}
                )
                self.values.append(0)
        self.learn(n, s, b, x)
        data = [(r, c, v) for r, row in enumerate(self.rows) for c, v in row.items()]
        r, c, v = zip(*data, strict=True)
        sparse = scipy.sparse.csr_matrix((v, (r, c)), shape=(len(self.rows), self.size))
        # The solver takes sparse matrices; its stubs do not say so.
        self.matrix: Any = sparse
        # More than lives anywhere; it keeps every sum finite.
        self.most = np.full(self.size, 10.0 * table.children.sum() + 10)
        nobody = np.broadcast_to(~table.applies[None, ..., None], self.part.shape)
        self.most[self.part[nobody]] = 0

    def under(self, row):
        """Positions of the pieces of a zone."""
        found = set()
        for leaf in self.pieces.leaf.T:
            for position, zone in enumerate(leaf.tolist()):
                at = zone
                while at not in (row, -1):
                    at = self.table.parent[at]
                if at == row:
                    found.add(position)
        return sorted(found)

    def areas(self):
        """Every area that can be formed; where there are few pieces, every union of them."""
        n = len(self.table.parent)
        if self.table.pieces is None:
            return [self.under(row) for row in range(n)]
        subsets = range(1, 2 ** len(self.leaves))
        return [[p for p in self.leaves.tolist() if number >> p & 1] for number in subsets]

    def sets(self, b, x):
        for i, j in np.ndindex(1 + b, 1 + x):
            yield (
                (i, j),
                (
                    slice(None) if i == 0 else [i - 1],
                    slice(None) if j == 0 else [j - 1],
                ),
            )

    def unknowns(self, array, leaves, bands, sexes):
        chosen = array[leaves][:, bands][:, :, sexes]
        return [int(i) for i in chosen.reshape(-1)]

    def learn(self, n, s, b, x):
        for row, leaves in ((row, self.under(row)) for row in range(n)):
            for (i, j), (bands, sexes) in self.sets(b, x):
                if self.disclosed.children[row, i, j]:
                    self.state(self.unknowns(self.child, leaves, bands, sexes), "children", row)
                for service in range(s):
                    shown = self.disclosed.parts[row, service, i, j]
                    parts = [self.part[:, service, ..., k] for k in range(4)]
                    for k in range(4):
                        if shown[k]:
                            unknowns = self.unknowns(parts[k], leaves, bands, sexes)
                            self.state(unknowns, "parts", row)

    def state(self, unknowns, _kind, _row):
        self.rows.append(dict.fromkeys(unknowns, 1.0))
        self.values.append(int(self.truth[unknowns].sum()))

    @property
    def truth(self):
        return np.concatenate([self.pieces.children.reshape(-1), self.pieces.parts.reshape(-1)])

    def best(self, cost):
        """Return a table that fits all that is known and costs least."""
        answer = linprog(
            cost,
            A_eq=self.matrix,
            b_eq=self.values,
            bounds=[(0.0, most) for most in self.most.tolist()],
            method="highs",
        )
        assert answer.status == 0, answer.message
        return answer.x

    def is_certain(self, unknowns, samples):
        """Return whether the sum of these can be only one whole number."""
        if np.ptp([sample[unknowns].sum() for sample in samples]) > 1:
            return False
        cost = np.zeros(self.size)
        cost[unknowns] = 1
        least, most = (self.best(sign * cost)[unknowns].sum() for sign in (1, -1))
        return bool(np.floor(most + 1e-6) - np.ceil(least - 1e-6) < 1)

    def recovered(self):
        """Counts of 1 to k - 1 that can be only one whole number."""
        _, s, b, x, _ = self.table.parts.shape
        rng = np.random.default_rng(0)
        samples = [self.best(rng.normal(size=self.size)) for _ in range(8)]
        truth = self.truth
        for leaves in self.areas():
            for cell, (bands, sexes) in self.sets(b, x):
                asked = [("children", self.unknowns(self.child, leaves, bands, sexes))]
                for service in range(s):
                    parts = self.part[:, service]
                    for which in ([0], [1], [2], [3], [FULL, OUT]):
                        unknowns = self.unknowns(parts[..., which], leaves, bands, sexes)
                        asked.append((f"service {service} {which}", unknowns))
                for name, unknowns in asked:
                    true = int(truth[unknowns].sum())
                    if 0 < true < K and self.is_certain(unknowns, samples):
                        yield leaves, cell, name, true
