"""Zones of high or low need that lie together: Moran's I and its local form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.special import ndtr

from atlas.engine.doubt.streams import uniforms
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.arrangements import means_of_others
from atlas.engine.sums import MOST_NUMBER

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int64, StrArray, UInt8

NAN = float("nan")
FEWEST_ZONES = 4
"""The variance of Moran's I is defined from four zones on."""


class Cluster(IntEnum):
    """What a zone and its neighbours have in common; codes as quadrants are numbered."""

    NONE = 0
    HIGH_AMONG_HIGH = 1
    LOW_AMONG_HIGH = 2
    LOW_AMONG_LOW = 3
    HIGH_AMONG_LOW = 4


@dataclass(frozen=True, slots=True)
class ClusterRule:
    """
    The choices behind clusters.

    Parameters
    ----------
    weights
        Name of the weights matrix, shown with every result.
    false_discovery
        Share of the clusters named that may be named by chance.
    permutations
        How many random arrangements each zone is compared with.
    seed
        Of those arrangements.

    Raises
    ------
    InputError
        If the share lies outside [0, 1], or there is no arrangement.
    """

    weights: str
    false_discovery: float = 0.05
    permutations: int = 9_999
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.false_discovery <= 1 or self.permutations < 1:
            msg = f"false discovery {self.false_discovery}, {self.permutations} arrangements"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Clusters:
    """
    How zones of like need lie.

    Attributes
    ----------
    weights
        Name of the weights matrix.
    moran, expected, p
        Moran's I, its expectation without any pattern, and the two-sided p-value under
        randomisation; NaN where fewer than four zones take part or all have the same value.
    local, local_p
        Local Moran's I and two-sided pseudo p-value of each zone, shape (n,); NaN where it takes
        no part.
    cluster
        `Cluster` of each zone, shape (n,); `NONE` where not significant at the false discovery
        rate.
    takes_part
        Shape (n,): zones with a value, children and a neighbour that has both.
    island
        Codes of zones with value and children and without such a neighbour, sorted.
    """

    weights: str
    moran: float
    expected: float
    p: float
    local: Float64
    local_p: Float64
    cluster: UInt8
    takes_part: Bool
    island: tuple[str, ...]


def clusters(
    code: StrArray, value: Float64, has_children: Bool, neighbours: Int64, rule: ClusterRule
) -> Clusters:
    """
    Find zones that lie among their like.

    Parameters
    ----------
    code
        Shape (n,), unique.
    value
        Need, gap or coverage of each zone, shape (n,); NaN where there is none.
    has_children
        Shape (n,); zones without children take no part.
    neighbours
        Pairs of rows that touch, shape (m, 2), each pair in either order, once or twice.
    rule
        Name of the weights, false discovery rate, permutations and seed.

    Returns
    -------
    clusters
        In the caller's order; no order of zones or pairs changes a digit.

    Raises
    ------
    ShapeError
        If the columns differ in length.
    InputError
        If a code comes twice, a value is beyond 1e100, or a pair names no zone.

    Notes
    -----
    Source: Moran 1950, its variance Cliff & Ord 1981; local: Anselin 1995, each zone beside as
    many others drawn at random as it has neighbours. Row-standardised weights. False discoveries:
    Caldas de Castro & Singer 2006. Agrees with esda, whose arrangements are compiled anew in
    every process.
    """
    _check(code, value, has_children, neighbours)
    order = np.argsort(code, kind="stable")
    row_of = np.empty(code.size, np.int64)
    row_of[order] = np.arange(code.size)
    candidate = (has_children & ~np.isnan(value))[order]
    beside = _beside(row_of[neighbours], candidate)
    inside = np.array([bool(beside[row]) for row in range(code.size)], np.bool_)
    whole, local = _found(code[order], value[order], beside, inside, rule)
    lonely = candidate & ~inside
    return Clusters(
        weights=rule.weights,
        moran=whole[0],
        expected=whole[1],
        p=whole[2],
        local=local.i[row_of],
        local_p=local.p[row_of],
        cluster=local.cluster[row_of],
        takes_part=inside[row_of],
        island=tuple(code[order][lonely].tolist()),
    )


def discoveries(p: Float64, false_discovery: float) -> Bool:
    """
    Return which of many p-values are discoveries.

    Parameters
    ----------
    p
        Shape (n,).
    false_discovery
        The rate α that is accepted.

    Returns
    -------
    is_discovery
        Shape (n,): those at most the greatest p with p ≤ rank · α/n; none where there is none.

    Notes
    -----
    Source: Benjamini & Hochberg 1995. esda's `fdr` falls back to Bonferroni's bound where nothing
    is discovered, which no p passes either.

    Examples
    --------
    >>> discoveries(np.array([0.01, 0.04, 0.03, 0.9]), 0.05)
    array([ True, False, False, False])
    """
    ordered = np.sort(p)
    limit = np.arange(1, p.size + 1) * false_discovery / max(p.size, 1)
    passing = ordered[ordered <= limit]
    return np.asarray(p <= (passing[-1] if passing.size else -1.0), np.bool_)


def _check(code: StrArray, value: Float64, has_children: Bool, neighbours: Int64) -> None:
    if not code.shape == value.shape == has_children.shape:
        msg = f"columns of shapes {code.shape}, {value.shape} and {has_children.shape}"
        raise ShapeError(msg)
    if neighbours.ndim != 2 or neighbours.shape[1] != 2:  # noqa: PLR2004
        msg = "neighbours need two columns"
        raise ShapeError(msg)
    if np.unique(code).size != code.size:
        msg = "two of the zones have the same code"
        raise InputError(msg)
    if (np.abs(value) > MOST_NUMBER).any():
        msg = "the value of a zone is infinite"
        raise InputError(msg)
    if neighbours.size and (neighbours.min() < 0 or neighbours.max() >= code.size):
        msg = "a pair of neighbours names a zone that is not given"
        raise InputError(msg)


def _beside(pairs: Int64, candidate: Bool) -> list[list[int]]:
    """Return the neighbours of each zone that take part, rising."""
    sets: list[set[int]] = [set() for _ in range(candidate.size)]
    for one, other in pairs.tolist():
        if one != other and candidate[one] and candidate[other]:
            sets[one].add(other)
            sets[other].add(one)
    return [sorted(of_zone) for of_zone in sets]


@dataclass(frozen=True, slots=True)
class _Local:
    """The local statistics of zones in the order of their codes."""

    i: Float64
    p: Float64
    cluster: UInt8


def _found(
    code: StrArray, value: Float64, beside: list[list[int]], inside: Bool, rule: ClusterRule
) -> tuple[tuple[float, float, float], _Local]:
    """Return the statistics of the whole and of each zone."""
    none = np.full(value.size, NAN)
    local = _Local(none, none.copy(), np.zeros(value.size, np.uint8))
    row = np.flatnonzero(inside)
    if row.size < FEWEST_ZONES or np.ptp(value[row]) == 0:
        return (NAN, NAN, NAN), local
    number = np.cumsum(inside) - 1
    touching = [number[beside[r]] for r in row.tolist()]
    # In parts of the span, so that the squares of the smallest numbers do not vanish.
    z = (value[row] - value[row].mean()) / np.ptp(value[row])
    around = np.array([z[near].mean() for near in touching])
    variance = float((z * z).sum())
    scale = (row.size - 1) / variance
    local.i[row] = scale * z * around
    drawn = _pseudo_p(code[row], z, around, touching, rule)
    local.p[row] = drawn
    quadrant = np.where(
        around > 0,
        np.where(z > 0, Cluster.HIGH_AMONG_HIGH, Cluster.LOW_AMONG_HIGH),
        np.where(z > 0, Cluster.HIGH_AMONG_LOW, Cluster.LOW_AMONG_LOW),
    )
    local.cluster[row] = np.where(discoveries(drawn, rule.false_discovery), quadrant, Cluster.NONE)
    return _whole(z, float((z * around).sum()) / variance, touching), local


def _pseudo_p(
    code: StrArray, z: Float64, around: Float64, touching: list[Int64], rule: ClusterRule
) -> Float64:
    """Return how rarely other neighbours would lie as far out as the true ones, to either side."""
    p = np.empty(z.size)
    others = np.empty(z.size - 1, np.int64)
    for k, near in enumerate(touching):
        shape = (rule.permutations, near.size)
        drawn = uniforms(rule.seed, "neighbours", [str(code[k])], near.size * rule.permutations)
        means = means_of_others(z, k, np.ascontiguousarray(drawn.reshape(shape)), others)
        # Of equal means none is further out than another, however their sums were rounded.
        margin = 1e-12 * np.abs(z).max()
        as_high = int((means >= around[k] - margin).sum())
        as_low = int((means <= around[k] + margin).sum())
        p[k] = min(1.0, 2.0 * (min(as_high, as_low) + 1) / (rule.permutations + 1))
    return p


def _whole(z: Float64, moran: float, touching: list[Int64]) -> tuple[float, float, float]:
    """Return Moran's I, its expectation and its two-sided p-value under randomisation."""
    n = z.size
    s1, s2 = _weight_sums(touching)
    expected = -1.0 / (n - 1)
    kurtosis = float((z**4).mean() / (z * z).mean() ** 2)
    free = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * n * n)
    tied = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * n * n)
    variance = (free - tied) / ((n - 1) * (n - 2) * (n - 3) * n * n) - expected**2
    if variance <= 0:
        return moran, expected, NAN
    return moran, expected, float(2 * ndtr(-abs(moran - expected) / variance**0.5))


def _weight_sums(touching: list[Int64]) -> tuple[float, float]:
    """Return S1 and S2 of row-standardised weights (Cliff & Ord 1981)."""
    n = len(touching)
    count = np.array([near.size for near in touching])
    row, column = np.repeat(np.arange(n), count), np.concatenate(touching)
    weights = csr_array((1.0 / count[row], (row, column)), shape=(n, n))
    both = weights + weights.T
    incoming = np.asarray(weights.sum(axis=0), np.float64)
    return float((both * both).sum()) / 2, float(((1.0 + incoming) ** 2).sum())
