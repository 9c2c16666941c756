"""Zones of high or low need that lie together: Moran's I and its local form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from esda.crand import crand
from esda.moran import Moran, Moran_Local
from libpysal.weights import W

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.kernels.arrangements import local_moran

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int64, StrArray, UInt8

NAN = float("nan")
FEWEST_ZONES = 4
"""The variance of Moran's I is defined from four zones on."""


class Cluster(IntEnum):
    """What a zone and its neighbours have in common; the codes are those of esda's quadrants."""

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
    """

    weights: str
    false_discovery: float = 0.05
    permutations: int = 9_999
    seed: int = 1


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
        If a code comes twice, a value is infinite, or a pair names no zone.

    Notes
    -----
    Source: Moran 1950; Anselin 1995 (esda); row-standardised weights. False discoveries: Caldas
    de Castro & Singer 2006, the greatest p with p ≤ rank · α/n.
    """
    _check(code, value, has_children, neighbours)
    order = np.argsort(code, kind="stable")
    row_of = np.empty(code.size, np.int64)
    row_of[order] = np.arange(code.size)
    candidate = (has_children & ~np.isnan(value))[order]
    beside = _beside(row_of[neighbours], candidate)
    inside = np.array([bool(beside[row]) for row in range(code.size)], np.bool_)
    whole, local = _found(value[order], beside, inside, rule)
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
    is discovered; no p passes that either.

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
    if np.isinf(value).any():
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


def _whole(y: Float64, weights: W) -> tuple[float, float, float]:
    """Return Moran's I, its expectation and its p-value."""
    whole = Moran(y, weights, permutations=0)
    return float(whole.I), float(whole.EI), float(whole.p_rand)


def _found(
    value: Float64, beside: list[list[int]], inside: Bool, rule: ClusterRule
) -> tuple[tuple[float, float, float], _Local]:
    """Return the statistics of the whole and of each zone."""
    local = _Local(
        np.full(value.size, NAN), np.full(value.size, NAN), np.zeros(value.size, np.uint8)
    )
    row = np.flatnonzero(inside)
    y = value[row]
    if row.size < FEWEST_ZONES or np.ptp(y) == 0:
        return (NAN, NAN, NAN), local
    number = {r: k for k, r in enumerate(row.tolist())}
    touching = {k: [number[b] for b in beside[r]] for r, k in number.items()}
    weights = W(touching, silence_warnings=True)
    each = Moran_Local(y, weights, permutations=0)
    # Called here and not by Moran_Local, which knows one-sided p-values only.
    local.p[row], _ = crand(
        each.z,
        each.w,
        each.Is,
        rule.permutations,
        keep=False,
        n_jobs=1,
        stat_func=local_moran,
        seed=rule.seed,
        alternative="two-sided",
    )
    local.i[row] = each.Is
    significant = discoveries(local.p[row], rule.false_discovery)
    local.cluster[row] = np.where(significant, each.q, Cluster.NONE)
    return _whole(y, weights), local
