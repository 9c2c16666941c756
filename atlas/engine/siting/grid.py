"""Candidates wherever children live, where no parcels are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import refuse_unless

if TYPE_CHECKING:
    from atlas.engine.types import Float64, StrArray


def grid_over(xy_m: Float64, step_m: int) -> tuple[StrArray, Float64]:
    """
    Return the middle of every square that somebody lives in.

    Parameters
    ----------
    xy_m
        Where children live, shape (n, 2), metres.
    step_m
        Side of the squares, whole metres; they lie at multiples of it.

    Returns
    -------
    code, middle_m
        Shapes (m,) and (m, 2), by column and row. A code names its square, so it stays when
        children come or go elsewhere.

    Raises
    ------
    ShapeError, InputError
        If the points have not two columns or are not finite, or the side is not positive.

    Examples
    --------
    >>> code, middle_m = grid_over(np.array([[10.0, 20.0], [30.0, 99.0], [-1.0, 0.0]]), 100)
    >>> code.tolist(), middle_m.tolist()
    (['grid/100/-1/0', 'grid/100/0/0'], [[-50.0, 50.0], [50.0, 50.0]])
    """
    refuse_unless(xy_m.ndim == 2 and xy_m.shape[1] == 2, "points need two columns", ShapeError)  # noqa: PLR2004
    refuse_unless(bool(np.isfinite(xy_m).all()), "a point's place is not finite")
    refuse_unless(step_m > 0, "the squares of a grid have a side")
    square = np.unique(np.floor(xy_m / step_m).astype(np.int64), axis=0)
    code = np.array([f"grid/{step_m}/{x}/{y}" for x, y in square.tolist()], dtype=np.str_)
    middle_m: Float64 = (square.astype(np.float64) + 0.5) * step_m
    return code, middle_m
