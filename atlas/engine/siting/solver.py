"""A model of whole numbers, solved by HiGHS: one thread, a fixed seed, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy.sparse import coo_array

if TYPE_CHECKING:
    from atlas.engine.siting.proposal import Effort
    from atlas.engine.types import Bool, Float64, Int64

COLUMNS_FIRST, MAXIMISE = 1, -1
HALF = 0.5
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Model:
    """
    What is to be made as large as possible.

    Attributes
    ----------
    gain, upper
        Of each column from 0 to its upper limit, shape (n,).
    is_whole
        Which columns are whole numbers, shape (n,).
    row, column, value
        Terms of the rows.
    low, high
        Limits of each row, shape (r,).
    """

    gain: Float64
    upper: Float64
    is_whole: Bool
    row: Int64
    column: Int64
    value: Float64
    low: Float64
    high: Float64


@dataclass(frozen=True, slots=True)
class Solution:
    """
    What the solver says.

    Attributes
    ----------
    column
        Value of each column, shape (n,); absent where none was found.
    bound
        No solution is larger, as the solver counts: in floating point.
    is_proven, is_impossible
        Whether the search ended by itself, with the best or with no solution.
    """

    column: Float64 | None
    bound: float
    is_proven: bool
    is_impossible: bool


class _Silent(highspy.Highs):
    """HiGHS without the callbacks whose setting up writes a banner to the standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def solve(model: Model, effort: Effort, *, apart: float) -> Solution:
    """
    Solve a model.

    Parameters
    ----------
    model
        What is to be made large.
    effort
        Limits of the search.
    apart
        Two values that differ by less are the same: half the least step between solutions.

    Returns
    -------
    solution
        The same on every machine of one kind.
    """
    highs = _Silent()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", effort.seed),
        ("mip_max_nodes", effort.nodes),
        ("mip_rel_gap", effort.gap),
        ("mip_abs_gap", apart),
        ("mip_feasibility_tolerance", SLACK),
        ("primal_feasibility_tolerance", SLACK),
    ):
        highs.setOptionValue(name, value)
    shape = (model.low.size, model.gain.size)
    terms = coo_array((model.value, (model.row, model.column)), shape=shape).tocsc()
    highs.passModel(
        shape[1],
        shape[0],
        terms.nnz,
        COLUMNS_FIRST,
        MAXIMISE,
        0.0,
        model.gain,
        np.zeros(shape[1]),
        model.upper,
        model.low,
        model.high,
        terms.indptr.astype(np.int32),
        terms.indices.astype(np.int32),
        terms.data,
        model.is_whole.astype(np.int32),
    )
    highs.run()
    return _read(highs)


def _read(highs: highspy.Highs) -> Solution:
    """Return what a solver that has run says."""
    status, info = highs.getModelStatus(), highs.getInfo()
    states = highspy.HighsModelStatus
    is_feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    column = np.array(highs.getSolution().col_value) if is_feasible else None
    return Solution(
        column=column,
        bound=float(info.mip_dual_bound),
        is_proven=status == states.kOptimal,
        is_impossible=status in (states.kInfeasible, states.kUnboundedOrInfeasible),
    )


def rounded_out(bound: float, step: int) -> int:
    """
    Return a solver's bound as whole steps, never below what it meant.

    Parameters
    ----------
    bound
        In steps.
    step
        What one step is worth.

    Returns
    -------
    bound
        A multiple of `step`.
    """
    return int(np.floor(bound + max(abs(bound), 1.0) * SLACK)) * step
