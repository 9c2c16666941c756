"""Ranks in many draws: ours and plain numpy's."""

from __future__ import annotations

import numpy as np

from atlas.engine.doubt.ranks import rank_doubt
from tests.bench.measuring import timed

DRAWS, ZONES, SERVICES = 10_000, 400, 12
QUANTILES = (0.05, 0.5, 0.95)
STEPS = 10**9


def _steps():
    """Scores of every zone in every draw of the weights, as whole numbers of 10**-9."""
    random = np.random.Generator(np.random.Philox(31))
    levels = random.beta(2, 3, (ZONES, SERVICES))
    weights = random.dirichlet(np.full(SERVICES, 5.0), DRAWS)
    return np.rint(100 * STEPS * (weights @ levels.T)).astype(np.int64)


def ranks_ours(_city, _folder):
    steps = _steps()
    seconds, found = timed(lambda: rank_doubt(steps, worst=(10,), quantiles=QUANTILES), times=9)
    return {"seconds": seconds, "check": float(found.observed.sum())}


def ranks_numpy(_city, _folder):
    steps = _steps()

    def work():
        rank = np.argsort(np.argsort(-steps, axis=1), axis=1) + 1
        worst = (rank <= 10).mean(axis=0)
        spread = np.percentile(rank, [100 * q for q in QUANTILES], axis=0, method="inverted_cdf")
        return spread, worst

    seconds, (spread, _) = timed(work, times=5)
    return {"seconds": seconds, "check": float(spread.sum())}
