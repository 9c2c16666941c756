"""Weightings of OECD/JRC 2008, step 6: from experts, from the data, or each unit's best."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from atlas.engine.errors import InputError, LedgerError, ShapeError
from atlas.engine.weights import normalised

if TYPE_CHECKING:
    from atlas.engine.types import Float64

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean inconsistency of random matrices of 1 to 10 indicators (Saaty 1980)."""

CLOSE = 1e-5
SWEEPS, STILL = 1000, 1e-12


@dataclass(frozen=True, slots=True)
class PairwiseWeights:
    """
    Weights from comparisons of every two indicators.

    Attributes
    ----------
    weights
        Shape (Q,), the principal eigenvector, summing to 1.
    greatest_eigenvalue
        λ, Q where every comparison agrees with every other, else more.
    consistency_index
        (λ − Q)/(Q − 1).
    inconsistency_ratio
        That over the index of random matrices; NaN for more than 10 indicators. Under 0.1 is the
        rule of thumb.
    """

    weights: Float64
    greatest_eigenvalue: float
    consistency_index: float
    inconsistency_ratio: float


@dataclass(frozen=True, slots=True)
class Factors:
    """
    Principal components of Q indicators, rotated.

    Attributes
    ----------
    eigenvalues
        Shape (Q,), of the correlation matrix, falling.
    loadings
        Shape (Q, m), correlation of each indicator with each rotated factor. A factor's sign is
        such that its greatest loading is positive.
    explained
        Shape (m,), variance explained by each rotated factor, falling.
    squared
        Shape (Q, m), squared loadings, each factor's summing to 1.
    """

    eigenvalues: Float64
    loadings: Float64
    explained: Float64
    squared: Float64


@dataclass(frozen=True, slots=True)
class Benefit:
    """
    Each unit's score under the weights that serve it best.

    Attributes
    ----------
    score
        Shape (n,), 1 where no other unit does better under the unit's own best weights.
    weights
        Shape (n, Q), one such set of weights for each unit; where the score is 1 as a rule one of
        many.
    """

    score: Float64
    weights: Float64


def budget_weights(points: Float64) -> Float64:
    """
    Average experts' allocations of a budget of points.

    Parameters
    ----------
    points
        Shape (experts, Q), ≥ 0; each expert's are rescaled to the same budget.

    Returns
    -------
    weights
        Shape (Q,), summing to 1.

    Raises
    ------
    ShapeError
        If it is not a table, or nobody was asked.
    InputError
        If points are negative, not finite, or an expert gave none.

    Notes
    -----
    Source: OECD/JRC 2008, §6.5.

    Examples
    --------
    >>> budget_weights(np.array([[60.0, 40.0], [20.0, 80.0]]))
    array([0.4, 0.6])
    """
    if points.ndim != 2 or points.shape[0] == 0:  # noqa: PLR2004 - experts by indicators
        msg = f"budgets of shape {points.shape}"
        raise ShapeError(msg)
    return normalised(np.mean([normalised(expert) for expert in points], axis=0))


def pairwise_weights(comparisons: Float64) -> PairwiseWeights:
    """
    Weigh indicators by an expert's comparisons of every two (analytic hierarchy process).

    Parameters
    ----------
    comparisons
        Shape (Q, Q): how many times as important the row's indicator is as the column's; > 0,
        A_ij = 1/A_ji to 10⁻⁵ (matrices are printed rounded).

    Returns
    -------
    weights
        With the measures of the expert's inconsistency.

    Raises
    ------
    ShapeError
        If the matrix is not square.
    InputError
        If it is not positive and reciprocal.

    Notes
    -----
    Source: OECD/JRC 2008, §6.7; Saaty 1980.

    Examples
    --------
    >>> pairwise_weights(np.array([[1.0, 3.0], [1 / 3, 1.0]])).weights
    array([0.75, 0.25])
    """
    q = comparisons.shape[0]
    if comparisons.shape != (q, q) or q == 0:
        msg = f"comparisons of shape {comparisons.shape}"
        raise ShapeError(msg)
    positive = np.isfinite(comparisons).all() and (comparisons > 0).all()
    if not positive or (np.abs(comparisons * comparisons.T - 1) > CLOSE).any():
        msg = "comparisons must be positive, and the inverse of their mirror image"
        raise InputError(msg)
    values, vectors = np.linalg.eig(comparisons)
    first = int(np.argmax(values.real))
    greatest = float(values[first].real)
    index = max(0.0, (greatest - q) / (q - 1)) if q > 1 else 0.0
    random = RANDOM_INDEX[q - 1] if q <= len(RANDOM_INDEX) else float("nan")
    return PairwiseWeights(
        weights=normalised(np.abs(vectors[:, first].real)),
        greatest_eigenvalue=greatest,
        consistency_index=index,
        inconsistency_ratio=0.0 if random == 0 else index / random,
    )


def factors(values: Float64, kept: int) -> Factors:
    """
    Find the principal components of indicators and turn them to a simple structure.

    Parameters
    ----------
    values
        Shape (n, Q), finite, no column constant.
    kept
        How many components to keep and rotate, 1 to Q.

    Returns
    -------
    factors
        After varimax rotation of normalised rows (Kaiser 1958).

    Raises
    ------
    ShapeError
        If it is not a table of two units or more.
    InputError
        If a value is not finite, a column constant, or `kept` out of range.

    Notes
    -----
    Source: OECD/JRC 2008, §6.1, tables 16 and 17.
    """
    if values.ndim != 2 or values.shape[0] < 2:  # noqa: PLR2004 - units by indicators
        msg = f"a table of shape {values.shape}"
        raise ShapeError(msg)
    if not np.isfinite(values).all() or (values.min(axis=0) == values.max(axis=0)).any():
        msg = "a value is not finite, or an indicator the same everywhere"
        raise InputError(msg)
    if not 1 <= kept <= values.shape[1]:
        msg = f"{kept} components of {values.shape[1]}"
        raise InputError(msg)
    eigenvalues, vectors = np.linalg.eigh(
        np.corrcoef(values, rowvar=False).reshape(-1, values.shape[1])
    )
    falling = np.maximum(eigenvalues[::-1], 0.0)
    rotated = _varimax(vectors[:, ::-1][:, :kept] * np.sqrt(falling[:kept]))
    explained = (rotated**2).sum(axis=0)
    order = np.argsort(-explained, kind="stable")
    rotated, explained = rotated[:, order], explained[order]
    rotated = rotated * np.sign(rotated[np.abs(rotated).argmax(axis=0), np.arange(kept)])
    return Factors(falling, rotated, explained, rotated**2 / explained)


def factor_weights(found: Factors) -> Float64:
    """
    Weigh each indicator by the factor it belongs to and its share in it.

    Parameters
    ----------
    found
        Rotated factors.

    Returns
    -------
    weights
        Shape (Q,), summing to 1: squared loading on the factor where it is greatest, times the
        share of variance that this factor explains.

    Notes
    -----
    Source: OECD/JRC 2008, §6.1, after Nicoletti et al. 2000.
    """
    best = found.squared.argmax(axis=1)
    own = found.squared[np.arange(best.size), best]
    return normalised(own * (found.explained / found.explained.sum())[best])


def benefit_of_doubt(scores: Float64, share: tuple[float, float] = (0.0, 1.0)) -> Benefit:
    """
    Score each unit by the weights that put it in the best light.

    Parameters
    ----------
    scores
        Shape (n, Q), ≥ 0, on one scale.
    share
        Least and greatest part of the total weight that an indicator may take.

    Returns
    -------
    benefit
        max Σ w I over w ≥ 0 with Σ w I_k ≤ 1 for every unit k.

    Raises
    ------
    ShapeError
        If it is not a table.
    InputError
        If a score is negative or not finite, all are 0, or the shares cannot be met.
    LedgerError
        If the solver gives up, which a bounded programme gives it no cause for.

    Notes
    -----
    Source: OECD/JRC 2008, §6.3, eq. 22 (Melyn & Moesen 1991; Cherchye et al. 2004); bounds on
    parts of the total weight as in its note 29.

    Examples
    --------
    >>> benefit_of_doubt(np.array([[1.0, 0.2], [0.2, 1.0], [0.3, 0.3]])).score
    array([1. , 1. , 0.5])
    """
    if scores.ndim != 2:  # noqa: PLR2004 - units by indicators
        msg = f"a table of shape {scores.shape}"
        raise ShapeError(msg)
    low, high = share
    q = scores.shape[1]
    if not (np.isfinite(scores).all() and (scores >= 0).all() and (scores > 0).any()):
        msg = "scores must be finite, not negative and not all 0"
        raise InputError(msg)
    if not 0 <= low <= 1 / q <= high <= 1:
        msg = f"{q} weights cannot each take {low} to {high} of their sum"
        raise InputError(msg)
    bounds = np.vstack([scores, low - np.eye(q), np.eye(q) - high])
    limits = np.concatenate([np.ones(len(scores)), np.zeros(2 * q)])
    solved = [linprog(-unit, A_ub=bounds, b_ub=limits, method="highs") for unit in scores]
    if not all(result.success for result in solved):
        msg = "a bounded programme was not solved"
        raise LedgerError(msg)
    return Benefit(
        np.array([-float(result.fun or 0.0) for result in solved]),
        np.array([result.x for result in solved]),
    )


def _varimax(loadings: Float64) -> Float64:
    """Return loadings rotated, two factors at a time, so that each loads on few indicators."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned = loadings / np.where(length > 0, length, 1.0)
    pairs = list(combinations(range(loadings.shape[1]), 2))
    for _ in range(SWEEPS):
        angles = [_turn(turned, pair) for pair in pairs]
        if max(map(abs, angles), default=0.0) < STILL:
            break
    return np.asarray(turned * length, np.float64)


def _turn(loadings: Float64, pair: tuple[int, int]) -> float:
    """Turn two factors in their plane to the greatest variance of squares; return the angle."""
    x, y = loadings[:, pair[0]].copy(), loadings[:, pair[1]].copy()
    u, v = x**2 - y**2, 2 * x * y
    a, b, n = u.sum(), v.sum(), len(u)
    angle = 0.25 * float(
        np.arctan2(2 * ((u * v).sum() - a * b / n), (u**2 - v**2).sum() - (a**2 - b**2) / n)
    )
    loadings[:, pair[0]] = x * np.cos(angle) + y * np.sin(angle)
    loadings[:, pair[1]] = y * np.cos(angle) - x * np.sin(angle)
    return angle
