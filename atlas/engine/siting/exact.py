"""The best choice of all, by whole-number programming over classes of points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.siting.solver import HALF, Model, rounded_out, solve

if TYPE_CHECKING:
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.siting.classes import Classes
    from atlas.engine.siting.proposal import Effort
    from atlas.engine.siting.solver import Solution
    from atlas.engine.types import Bool, Float64, Int64

UNBOUNDED = np.inf


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a search found.

    Attributes
    ----------
    chosen
        Ranks, rising; absent where the limits were met first, or nothing is possible.
    bound
        No choice gains more; absent where the solver says nothing.
    is_proven, is_impossible
        Whether the search ended by itself, with the best or with no choice.
    """

    chosen: Int64 | None
    bound: int | None
    is_proven: bool
    is_impossible: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Further rows of a model, over the classes.

    Attributes
    ----------
    row, column, value
        Terms; the columns are those of the classes.
    low
        Least of each row, shape (r,).
    """

    row: Int64
    column: Int64
    value: Float64
    low: Float64


def terms_of(classes: Classes) -> int:
    """Return how many terms the model of some classes has."""
    return int(classes.candidate.size + 2 * classes.weight.size)


def best_choice(
    choice: Choice, classes: Classes, effort: Effort, rows: Rows | None = None
) -> Answer:
    """
    Return the choice that gains most.

    Parameters
    ----------
    choice
        Costs and what is left.
    classes
        What any candidate of each class gains.
    effort
        Limits of the search.
    rows
        What must hold besides.

    Returns
    -------
    answer
        Gains are to be counted from the choice itself, never taken from the solver.

    Notes
    -----
    Source: MCLP, Church & ReVelle 1974. A class is gained in part for a part of a candidate
    alone, so only the candidates need be whole.
    """
    if not classes.weight.size:
        return Answer(np.zeros(0, np.int64), 0, is_proven=True)
    step = int(np.gcd.reduce(classes.weight)) or 1
    model, used = cover_model(choice, classes, (classes.weight // step).astype(np.float64), rows)
    solution = solve(model, effort, apart=HALF)
    chosen = chosen_of(choice, used, solution)
    bound = rounded_out(solution.bound, step) if np.isfinite(solution.bound) else None
    proven = solution.is_proven and effort.gap == 0.0 and chosen is not None
    return Answer(chosen, bound, proven, solution.is_impossible)


def chosen_of(choice: Choice, used: Int64, solution: Solution) -> Int64 | None:
    """
    Return which candidates a solution opens.

    Parameters
    ----------
    choice
        Costs and what is left.
    used
        Which candidates the first columns are.
    solution
        Of a cover model.

    Returns
    -------
    chosen
        Ranks, rising; nobody where the solver took more than is left for a rounding error.
    """
    if solution.column is None:
        return None
    chosen = used[solution.column[: used.size] > HALF]
    return chosen if choice.spent(chosen) <= choice.left else None


def cover_model(
    choice: Choice, classes: Classes, gain: Float64, rows: Rows | None
) -> tuple[Model, Int64]:
    """
    Return the model of some classes and which candidates its first columns are.

    Parameters
    ----------
    choice, classes, rows
        As in `best_choice`.
    gain
        Of each class, shape (c,).

    Returns
    -------
    model, used
        Columns: the candidates `used`, then the classes.
    """
    ranks, column = np.unique(classes.candidate, return_inverse=True)
    used = ranks.astype(np.int64)
    n, m = classes.weight.size, used.size
    owner = np.repeat(np.arange(n), np.diff(classes.first))
    more = rows or _no_rows()
    scale = int(np.gcd.reduce(choice.cost[used])) or 1 if m else 1
    cost = (choice.cost[used] // scale).astype(np.float64)
    model = Model(
        gain=np.concatenate((np.zeros(m), gain)),
        upper=np.concatenate((choice.may[used].astype(np.float64), np.ones(n))),
        is_whole=is_candidate(m, n),
        row=np.concatenate((owner, np.arange(n), np.full(m, n), n + 1 + more.row)),
        column=np.concatenate((column, m + np.arange(n), np.arange(m), m + more.column)),
        value=np.concatenate((-np.ones(owner.size), np.ones(n), cost, more.value)),
        low=np.concatenate((np.full(n + 1, -UNBOUNDED), more.low)),
        high=np.concatenate(
            (np.zeros(n), [float(choice.left // scale)], np.full(more.low.size, UNBOUNDED))
        ),
    )
    return model, used


def _no_rows() -> Rows:
    """Return no further rows."""
    none = np.zeros(0, np.int64)
    return Rows(none, none, np.zeros(0), np.zeros(0))


def is_candidate(candidates: int, others: int) -> Bool:
    """Return which columns are candidates: whole numbers."""
    return np.arange(candidates + others) < candidates
