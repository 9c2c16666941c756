"""A smooth curve through scattered points, without a choice of place for its bends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import cho_factor, cho_solve

from atlas.engine.errors import InputError

if TYPE_CHECKING:
    from atlas.engine.types import Float64

CUBIC = 3
SECOND = 2
"""The penalty is on second differences: what is left under the heaviest is a straight line."""


@dataclass(frozen=True, slots=True)
class SplineRule:
    """
    The adopted choices of a penalised spline.

    Parameters
    ----------
    segments
        Pieces of equal width between the least and the greatest x.
    penalties
        The grid to choose from, rising, > 0.
    least_zones
        Fewer points are not fitted.

    Raises
    ------
    InputError
        If there are no segments or penalties, one is not above 0, or fewer than 4 points would do.
    """

    segments: int = 10
    penalties: tuple[float, ...] = tuple(10.0 ** (k / 4) for k in range(-12, 25))
    least_zones: int = 10

    def __post_init__(self) -> None:
        if self.segments < 1 or not self.penalties or not min(self.penalties) > 0:
            msg = "a spline needs segments and penalties above 0"
            raise InputError(msg)
        if self.least_zones <= CUBIC:
            msg = f"{self.least_zones} points are too few for a cubic spline"
            raise InputError(msg)


def fitted(x: Float64, y: Float64, rule: SplineRule) -> Float64:
    """
    Return a curve's height at each point.

    Parameters
    ----------
    x, y
        Shape (n,), finite, sorted by x, then y; x not constant.
    rule
        How many segments, and which penalties to choose from.

    Returns
    -------
    heights
        Shape (n,). Of the penalties the one with the least generalised cross-validation
        n · RSS / (n − tr H)², the heavier where two are equal.

    Notes
    -----
    Source: Eilers & Marx 1996 (P-splines): cubic B-splines on equal segments, a penalty on the
    second differences of their coefficients. Constants and straight lines pass through whole, and
    nothing but the curve's variance shrinks, so that Var(fitted) ≤ Var(y).

    Examples
    --------
    >>> x = np.linspace(0, 1, 12)
    >>> bool(np.allclose(fitted(x, 3 * x + 1, SplineRule()), 3 * x + 1))
    True
    """
    basis = _basis(x, rule.segments)
    bend = np.diff(np.eye(basis.shape[1]), n=SECOND, axis=0)
    gram, roughness, moment = basis.T @ basis, bend.T @ bend, basis.T @ y
    best, least = y, np.inf
    for penalty in reversed(rule.penalties):
        factor = cho_factor(gram + penalty * roughness)
        height = basis @ cho_solve(factor, moment)
        freedom = float(np.trace(cho_solve(factor, gram)))
        left = x.size - freedom
        score = x.size * float(((y - height) ** 2).sum()) / left**2 if left > 1 else np.inf
        if score < least:
            best, least = height, score
    return best


def _basis(x: Float64, segments: int) -> Float64:
    """Return cubic B-splines on equal segments at each point, shape (n, segments + 3)."""
    place = (x - x.min()) / (x.max() - x.min())
    knots = np.arange(-CUBIC, segments + CUBIC + 1) / segments
    return np.asarray(BSpline.design_matrix(place, knots, CUBIC).toarray(), np.float64)
