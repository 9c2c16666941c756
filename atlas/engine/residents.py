"""How many people of all ages live in each cell, from whatever ranges are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.demand.counts import BOTH_SEXES, N_SEXES, CountState

if TYPE_CHECKING:
    from atlas.engine.demand import PublishedCounts
    from atlas.engine.types import Float64

OLD_AGE = 65
"""Ranges that reach from birth to here speak of everybody."""


def residents(cells: int, published: PublishedCounts) -> Float64:
    """
    Return the residents of each cell.

    Parameters
    ----------
    cells
        Number of cells.
    published
        Their counts, as published.

    Returns
    -------
    people
        Shape (cells,): the ranges that follow each other from birth without gap, the longest
        first, of both sexes together or else of each; NaN where they do not reach old age.

    Examples
    --------
    >>> from atlas.engine.demand import PublishedCounts
    >>> ages = np.array([0, 15, 0]), np.array([15, 120, 6])
    >>> table = PublishedCounts(
    ...     np.zeros(3, np.int32), *ages, np.full(3, -1), np.array([20.0, 80, 9]), np.zeros(3)
    ... )
    >>> residents(2, table)
    array([100.,  nan])
    """
    people = np.full(cells, np.nan)
    known = np.flatnonzero(np.asarray(published.state) != CountState.MISSING)
    rows: dict[tuple[int, int], dict[int, tuple[int, float]]] = {}
    for row in known.tolist():
        key = int(published.cell[row]), int(published.sex[row])
        start, end = int(published.age_from[row]), int(published.age_to[row])
        longest = rows.setdefault(key, {})
        if end > longest.get(start, (0, 0.0))[0]:
            longest[start] = end, float(published.count[row])
    for cell in range(cells):
        both = _everybody(rows.get((cell, BOTH_SEXES), {}))
        each = [_everybody(rows.get((cell, sex), {})) for sex in range(N_SEXES)]
        people[cell] = sum(each) if np.isnan(both) else both
    return people


def _everybody(longest: dict[int, tuple[int, float]]) -> float:
    """Return the sum of the ranges that follow each other from birth to old age, else NaN."""
    age, people = 0, 0.0
    while age in longest:
        age, count = longest[age]
        people += count
    return people if age >= OLD_AGE else float("nan")
