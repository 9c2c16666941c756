"""The need of every zone in every trial."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int64

STEPS = 100 * 10**9
"""The greatest score, in 10⁻⁹."""

SQUARE, FOURTH = 2.0, 4.0


class Trials(NamedTuple):
    """
    What d trials of n zones go in with.

    `x` (T, n) rows of levels, 0 where there is none; `order` (K,) in which components add up;
    `row` (d, K) whose row each component reads; `weights` (d, K); `power` (d,); `pattern` (n,) and
    `applies` (P, K): which components apply; `missing` (d, m) levels drawn for the pairs sorted by
    component, `first` (K + 1,) and `zone` (m,); `scored` (n,).
    """

    x: Float64
    order: Int64
    row: Int64
    weights: Float64
    power: Float64
    pattern: Int64
    applies: Bool
    missing: Float64
    first: Int64
    zone: Int64
    scored: Bool


@kernel
def _add(total: Float64, x: Float64, weight: float, power: float) -> None:
    """Add W·xᵖ of one component to every zone."""
    if power == 1.0:
        for z in range(total.shape[0]):
            total[z] += weight * x[z]
    elif power == SQUARE:
        for z in range(total.shape[0]):
            total[z] += weight * (x[z] * x[z])
    elif power == FOURTH:
        for z in range(total.shape[0]):
            square = x[z] * x[z]
            total[z] += weight * (square * square)
    else:
        for z in range(total.shape[0]):
            total[z] += weight * x[z] ** power


@kernel
def _root(mean: float, power: float) -> float:
    """Return the p-th root."""
    if power == 1.0:
        return mean
    if power == SQUARE:
        return math.sqrt(mean)
    if power == FOURTH:
        return math.sqrt(math.sqrt(mean))
    return math.pow(mean, 1.0 / power)


@kernel
def score_trials(trials: Trials, low: int, high: int, steps: Int64) -> None:
    """
    Write the scores of the trials of ``range(low, high)``, whole 10⁻⁹, shape (d, n).

    Each zone's sum runs over the components in their order, whatever the other zones are: zones
    with the same levels get the same score.
    """
    x, order, row, weights = trials.x, trials.order, trials.row, trials.weights
    applies, pattern, scored = trials.applies, trials.pattern, trials.scored
    missing, first, zone = trials.missing, trials.first, trials.zone
    zones = x.shape[1]
    total = np.empty(zones, np.float64)
    drawn = np.empty(1, np.float64)
    added = np.empty(1, np.float64)
    whole = np.empty(applies.shape[0], np.float64)
    for d in range(low, high):
        power = trials.power[d]
        total[:] = 0.0
        for k in order:
            weight = weights[d, k]
            if weight == 0.0:
                continue
            _add(total, x[row[d, k]], weight, power)
            for m in range(first[k], first[k + 1]):
                drawn[0] = missing[d, m]
                added[0] = 0.0
                _add(added, drawn, weight, power)
                total[zone[m]] += added[0]
        whole[:] = 0.0
        for k in order:
            for a in range(applies.shape[0]):
                if applies[a, k]:
                    whole[a] += weights[d, k]
        for z in range(zones):
            weight = whole[pattern[z]]
            mean = total[z] / weight if weight > 0.0 else 0.0
            steps[d, z] = np.int64(np.rint(_root(mean, power) * STEPS)) if scored[z] else -1
