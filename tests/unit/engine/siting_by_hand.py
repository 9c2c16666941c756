"""Siting once more by trying every set of candidates: slow, plain, its own code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from atlas.engine.siting.candidates import Allowance, Candidates

MICRO = 1_000_000


@dataclass(frozen=True)
class Town:
    """Walks from each point to each candidate, shape (n, m), and who lives there."""

    cost: np.ndarray
    weight: np.ndarray
    candidates: Candidates

    def sets(self, allowance):
        """Every allowed set of candidates."""
        candidates = self.candidates
        for size in range(candidates.code.size + 1):
            for chosen in combinations(range(candidates.code.size), size):
                is_in = np.zeros(candidates.code.size, np.bool_)
                is_in[list(chosen)] = True
                if (is_in & candidates.excluded).any() or (candidates.must_keep & ~is_in).any():
                    continue
                if self.spent(is_in, allowance) <= (allowance.count or 0) + (allowance.budget or 0):
                    yield np.flatnonzero(is_in)

    def spent(self, chosen, allowance):
        """What a set costs in the unit of the allowance."""
        cost = np.asarray(self.candidates.cost)
        return int((cost if allowance.count is None else np.ones_like(cost))[chosen].sum())

    def served(self, chosen, reach):
        """Which points a set serves."""
        return (self.cost[:, chosen] <= reach).any(axis=1)

    def saved(self, chosen, now):
        """Weight times walking that a set saves."""
        best = self.cost[:, chosen].min(axis=1, initial=1 << 30)
        return int((self.weight * (now - np.minimum(now, best)).astype(np.int64)).sum())


def random_town(seed, *, most=8, points=14, is_free=False):
    """A small town; some candidates chosen in advance or excluded unless it is free."""
    random = np.random.default_rng(seed)
    m, n = int(random.integers(1, most + 1)), int(random.integers(0, points + 1))
    must_keep = (random.random(m) < 0.15) & (not is_free)
    return Town(
        cost=random.integers(0, 30, (n, m)),
        weight=random.choice([0, 1, MICRO, 3 * MICRO, 1_234_567], n),
        candidates=Candidates(
            code=np.array([f"c{k:02}" for k in random.permutation(m)]),
            cost=random.integers(0, 9, m),
            must_keep=must_keep,
            excluded=(random.random(m) < 0.15) & ~must_keep & (not is_free),
        ),
    )


def random_allowance(seed):
    """A count or a budget, often too small for those chosen in advance."""
    random = np.random.default_rng(seed)
    if random.random() < 0.5:
        return Allowance(count=int(random.integers(0, 6)))
    return Allowance(budget=int(random.integers(0, 25)))
