"""Counts of children as uncertain as their publishers say (METHOD §8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from atlas.engine.doubt.streams import uniforms
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.sums import MOST_NUMBER

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int32, Int64, StrArray

REPLICATES = 20


@dataclass(frozen=True, slots=True)
class CountError:
    """
    How far the counts may be wrong, where it is stated.

    Parameters
    ----------
    cell_code
        Stable code of each cell, shape (c,), unique.
    cell_error
        Relative standard error of a cell's own counts, shape (c,), ≥ 0; 0 where none is stated.
    cell_source
        Row of the source its counts come from, shape (c,).
    source_code
        Shape (m,), unique.
    source_error
        Relative standard error of all counts of a source together, shape (m,), ≥ 0.
    """

    cell_code: StrArray
    cell_error: Float64
    cell_source: Int64
    source_code: StrArray
    source_error: Float64

    def __post_init__(self) -> None:
        cells, sources = self.cell_code.shape, self.source_code.shape
        shapes = (self.cell_error.shape, self.cell_source.shape, self.source_error.shape)
        if shapes != (cells, cells, sources):
            msg = f"errors of shapes {shapes} for {cells} cells and {sources} sources"
            raise ShapeError(msg)
        for error in (self.cell_error, self.source_error):
            if not ((error >= 0) & (error <= MOST_NUMBER)).all():
                msg = "an error of counts is finite and not negative"
                raise InputError(msg)
        if any(np.unique(codes).size != codes.size for codes in (self.cell_code, self.source_code)):
            msg = "two cells or two sources have the same code"
            raise InputError(msg)
        rows = self.cell_source
        if rows.size and (rows.min() < 0 or rows.max() >= self.source_code.size):
            msg = "a cell's source is not given"
            raise InputError(msg)

    @property
    def is_stated(self) -> bool:
        """Whether any error is."""
        return bool(self.cell_error.any() or self.source_error.any())


@dataclass(frozen=True, slots=True)
class Replicates:
    """
    What the counts are multiplied by.

    Parameters
    ----------
    cell
        Row of each point's cell, shape (i,).
    factor
        Shape (c, r), above 0; one replicate of ones where no error is stated.

    Raises
    ------
    ShapeError
        If there is no replicate.
    InputError
        If a factor is not above 0, or a point's cell is not given.
    """

    cell: Int32
    factor: Float64

    def __post_init__(self) -> None:
        if self.factor.ndim != 2 or not self.factor.shape[1]:  # noqa: PLR2004 - cells, replicates
            msg = f"factors of shape {self.factor.shape}: cells × replicates"
            raise ShapeError(msg)
        if not (np.isfinite(self.factor) & (self.factor > 0)).all():
            msg = "what counts are multiplied by is finite and above 0"
            raise InputError(msg)
        if self.cell.size and (self.cell.min() < 0 or self.cell.max() >= len(self.factor)):
            msg = "a point's cell is not given"
            raise InputError(msg)

    @property
    def count(self) -> int:
        """How many replicates there are."""
        return int(self.factor.shape[1])


def as_counted(points: int) -> Replicates:
    """
    Return the one replicate of counts without a stated error.

    Parameters
    ----------
    points
        How many points there are.

    Returns
    -------
    replicates
        Every factor 1.
    """
    return Replicates(np.zeros(points, np.int32), np.ones((1, 1)))


def replicates(
    seed: int, error: CountError, point_cell: Int32, count: int = REPLICATES
) -> Replicates:
    """
    Draw replicates of the counts.

    Parameters
    ----------
    seed
        Of the assessment.
    error
        What is stated.
    point_cell
        Row of each point's cell, shape (i,).
    count
        How many.

    Returns
    -------
    replicates
        One replicate as counted if no error is stated.

    Notes
    -----
    Source: METHOD §8. A factor is lognormal with mean 1 and the stated relative error: it is never
    negative, as a normal one could be, and children who are there never vanish. A cell's is the
    product of its own and its source's. Each name's few draws are spread evenly, one from each
    twentieth of the distribution in an order of its own (McKay, Beckman & Conover 1979).
    """
    if not error.is_stated:
        return as_counted(point_cell.size)
    own = _factors(seed, "cell count", error.cell_code, error.cell_error, count)
    shared = _factors(seed, "source count", error.source_code, error.source_error, count)
    factor = own * shared[error.cell_source]
    return Replicates(point_cell.astype(np.int32), np.ascontiguousarray(factor))


def _factors(seed: int, purpose: str, code: StrArray, error: Float64, count: int) -> Float64:
    """Return one factor for each name and replicate."""
    factor = np.ones((code.size, count))
    stated = np.flatnonzero(error > 0)
    drawn = uniforms(seed, purpose, code[stated].tolist(), 2 * count)
    order = np.argsort(np.argsort(drawn[:count], axis=0, kind="stable"), axis=0, kind="stable")
    normal = ndtri((order + drawn[count:]) / count)
    variance = np.log1p(error[stated] ** 2)
    factor[stated] = np.exp(np.sqrt(variance) * normal - variance / 2).T
    return factor
