"""What may be opened, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import refuse_unless

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int64, StrArray

MOST_COST = 1 << 53


@dataclass(frozen=True, slots=True)
class Candidates:
    """
    Where a place could be opened, or one enlarged.

    Parameters
    ----------
    code
        Stable code of each candidate, shape (m,), unique; the smaller one wins a tie.
    cost
        Whole currency units, shape (m,), not negative; may be absent where a count is allowed.
    must_keep
        Chosen in advance, shape (m,); by default none.
    excluded
        Not to be chosen, shape (m,); by default none.
    """

    code: StrArray
    cost: Int64 | None = None
    must_keep: Bool | None = None
    excluded: Bool | None = None

    def check(self) -> None:
        """
        Refuse candidates that contradict themselves.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        shape = self.code.shape
        refuse_unless(np.unique(self.code).size == self.code.size, "two candidates share a code")
        for name in ("cost", "must_keep", "excluded"):
            array = getattr(self, name)
            fits = array is None or array.shape == shape
            refuse_unless(fits, f"{name} does not fit the candidates", ShapeError)
        if self.cost is not None and self.cost.size:
            whole = bool(np.issubdtype(self.cost.dtype, np.integer))
            refuse_unless(whole, "a candidate's cost is not a whole number")
            low, high = int(self.cost.min()), int(self.cost.max())
            refuse_unless(low >= 0 and high < MOST_COST, "a candidate's cost is out of range")
        if self.must_keep is not None and self.excluded is not None:
            both = bool((self.must_keep & self.excluded).any())
            refuse_unless(not both, "a candidate must be kept and is excluded")


@dataclass(frozen=True, slots=True)
class Allowance:
    """
    How much may be opened, those chosen in advance included: a count or a budget.

    Parameters
    ----------
    count
        Candidates at most.
    budget
        Whole currency units at most.
    """

    count: int | None = None
    budget: int | None = None

    def check(self) -> None:
        """
        Refuse an allowance that is both, neither, or negative.

        Raises
        ------
        InputError
            Saying which.
        """
        is_one = (self.count is None) != (self.budget is None)
        refuse_unless(is_one, "an allowance is a count or a budget")
        amount = self.count if self.count is not None else self.budget
        fits = amount is not None and 0 <= amount < MOST_COST
        refuse_unless(fits, "an allowance is out of range")


@dataclass(frozen=True, slots=True)
class Choice:
    """
    The candidates by code, and what is left for them.

    Attributes
    ----------
    order
        Which of the caller's candidates, shape (m,).
    cost
        Of each, shape (m,); 1 where a count is allowed.
    is_kept
        Chosen in advance, shape (m,).
    is_open
        Which others are not excluded, shape (m,).
    may
        Which of these are affordable alone, shape (m,).
    left
        What those chosen in advance leave; negative: not even they are allowed.
    is_budget
        Whether costs are money.
    """

    order: Int64
    cost: Int64
    is_kept: Bool
    is_open: Bool
    may: Bool
    left: int
    is_budget: bool

    def spent(self, chosen: Int64) -> int:
        """Return what some candidates cost together."""
        return sum(self.cost[chosen].tolist())


def choice_of(candidates: Candidates, allowance: Allowance) -> Choice:
    """
    Return the candidates sorted by code.

    Parameters
    ----------
    candidates, allowance
        In the caller's order.

    Returns
    -------
    choice
        For every goal alike.

    Raises
    ------
    ShapeError, InputError
        If they contradict themselves, or a budget meets candidates without a cost.
    """
    candidates.check()
    allowance.check()
    order = np.argsort(candidates.code, kind="stable")
    one, none = np.ones(order.size, np.int64), np.zeros(order.size, np.bool_)
    if allowance.count is not None:
        cost, amount = one, allowance.count
    else:
        refuse_unless(candidates.cost is not None, "a budget needs the candidates' costs")
        cost, amount = np.asarray(candidates.cost, np.int64)[order], int(allowance.budget or 0)
    is_kept = none if candidates.must_keep is None else candidates.must_keep[order]
    excluded = none if candidates.excluded is None else candidates.excluded[order]
    left = amount - sum(cost[is_kept].tolist())
    is_open = ~is_kept & ~excluded
    may = is_open & (cost <= left)
    return Choice(order, cost, is_kept, is_open, may, left, allowance.count is None)
