"""Why figures changed between two assessments: children, places, streets, standards or method."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, LedgerError, ShapeError
from atlas.engine.need import SCORE_STEPS
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from atlas.engine.types import AnyArray, Float64, Int64, UInt8

CHILDREN, SERVED, FULL, OUT, UNKNOWN = range(5)
AMOUNTS = 5


class Cause(IntEnum):
    """A family of inputs that may differ between two assessments."""

    CHILDREN = 0
    PLACES = 1
    STREETS_AND_DATA = 2
    STANDARDS = 3
    METHOD = 4


@dataclass(frozen=True, slots=True)
class CityState:
    """
    What one assessment says of every zone.

    Parameters
    ----------
    amount
        Shape (5, zones, S), int64, millionths of children: children, served, full, out, unknown.
    need
        Shape (zones,), NaN where there is no score.
    reason
        Shape (zones,), `Reason` of a score that is null.

    Raises
    ------
    ShapeError
        If the three do not fit together.
    InputError
        If null and reason do not go together, or a score is infinite.
    LedgerError
        If served, full, out and unknown are not the children.
    """

    amount: Int64
    need: Float64
    reason: UInt8

    def __post_init__(self) -> None:
        zones = self.need.shape
        if self.amount.shape[:1] != (AMOUNTS,) or self.amount.shape[1:2] != zones:
            msg = f"amounts of shape {self.amount.shape} for {zones} zones"
            raise ShapeError(msg)
        if self.reason.shape != zones:
            msg = f"reasons of shape {self.reason.shape} for {zones} zones"
            raise ShapeError(msg)
        null = np.isnan(self.need)
        if (null != (self.reason != Reason.NONE)).any() or np.isinf(self.need).any():
            msg = "a score is null without a reason, has a reason and a number, or is infinite"
            raise InputError(msg)
        if (self.amount[SERVED:].sum(axis=0) != self.amount[CHILDREN]).any():
            msg = "served, full, out and unknown are not the children"
            raise LedgerError(msg)


@dataclass(frozen=True, slots=True)
class Path:
    """
    The way from an old assessment to a new one, one family of inputs replaced after the other.

    Parameters
    ----------
    order
        Which family was replaced at each of F steps, each once.
    states
        F + 1 assessments of the same zones and services: the old one first, the new one last.

    Raises
    ------
    InputError
        If a family is replaced twice.
    ShapeError
        If steps and states differ in number, or states in zones or services.
    """

    order: tuple[Cause, ...]
    states: tuple[CityState, ...]

    def __post_init__(self) -> None:
        if len(set(self.order)) != len(self.order):
            msg = f"a family is replaced twice: {[cause.name for cause in self.order]}"
            raise InputError(msg)
        if len(self.states) != len(self.order) + 1:
            msg = f"{len(self.states)} states for {len(self.order)} steps"
            raise ShapeError(msg)
        if len({state.amount.shape for state in self.states}) > 1:
            msg = "the states speak of different zones or services"
            raise ShapeError(msg)


@dataclass(frozen=True, slots=True)
class Change:
    """
    A change taken apart: F causes in the stated order.

    Attributes
    ----------
    order
        The stated order.
    total
        Shape (5, zones, S), new minus old, millionths of children; names as in `CityState.amount`.
    effect
        Shape (F, 5, zones, S), what each cause brought in its turn; sums to `total`, exactly.
    low, high
        The same shape, the least and most that cause brought on any of the paths given.
    need_total, need_effect, need_low, need_high
        The same of the score, shapes (zones,) and (F, zones), whole 10⁻⁹ of a point; 0 where null.
        Effects sum to the total wherever none is null.
    need_total_reason, need_reason
        Shapes (zones,) and (F, zones): why there is none, the worse of the two ends; a cause is
        null where a score beside it is null on any of the paths.
    paths
        How many paths `low` and `high` were taken over; with 1 they are the effect.
    """

    order: tuple[Cause, ...]
    total: Int64
    effect: Int64
    low: Int64
    high: Int64
    need_total: Int64
    need_effect: Int64
    need_low: Int64
    need_high: Int64
    need_total_reason: UInt8
    need_reason: UInt8
    paths: int


def walk_paths(
    assess: Callable[[frozenset[Cause]], CityState], orders: Sequence[Sequence[Cause]]
) -> tuple[Path, ...]:
    """
    Assess a city along several ways from old to new.

    Parameters
    ----------
    assess
        The city with the given families of inputs new and all others old. Called once for each
        set of families that the orders pass.
    orders
        Each names the same families. METHOD's is children, places, streets and data, standards,
        method, and its reverse shows how much the order matters. An engine that no longer runs
        can only be left at the first step: then `METHOD` comes first in every order.

    Returns
    -------
    paths
        One for each order.

    Examples
    --------
    >>> def assess(new):
    ...     amount = np.zeros((5, 1, 1), np.int64)
    ...     amount[:2] = 10 * len(new)
    ...     return CityState(amount, np.zeros(1), np.zeros(1, np.uint8))
    >>> (path,) = walk_paths(assess, [[Cause.PLACES, Cause.CHILDREN]])
    >>> [int(state.amount[0, 0, 0]) for state in path.states]
    [0, 10, 20]
    """
    known: dict[frozenset[Cause], CityState] = {}
    paths = []
    for order in orders:
        passed = [frozenset(order[:step]) for step in range(len(order) + 1)]
        for new in passed:
            if new not in known:
                known[new] = assess(new)
        paths.append(Path(tuple(order), tuple(known[new] for new in passed)))
    return tuple(paths)


def change(stated: Path, *others: Path) -> Change:
    """
    Take a change apart into its causes.

    Parameters
    ----------
    stated
        The path whose order is stated beside the figures.
    others
        Other orders of the same families between the same two assessments, as a rule the reverse.

    Returns
    -------
    change
        Effects along the stated path. What a cause brings depends on what was replaced before it;
        `low` and `high` show by how much on the paths given. They are never averaged, and other
        orders still may lie outside.

    Raises
    ------
    InputError
        If the paths name different families, or do not begin and end in the same figures.

    Notes
    -----
    Source: METHOD §12 (ours): replacement in sequence, so that effects sum to the change exactly.
    Zones that only one of the two assessments has are the caller's to leave out.
    """
    _check_same_ends(stated, others)
    paths = (stated, *others)
    amounts = np.stack([_in_order(path, stated.order, _amounts(path)) for path in paths])
    scores = np.stack([_in_order(path, stated.order, _scores(path)) for path in paths])
    reasons = np.stack([_in_order(path, stated.order, _reasons(path)) for path in paths])
    reason = reasons.max(axis=0)
    known = reason == Reason.NONE
    old, new = stated.states[0], stated.states[-1]
    end_reason = np.maximum(old.reason, new.reason)
    risen = _steps(new) - _steps(old)
    return Change(
        order=stated.order,
        total=new.amount - old.amount,
        effect=amounts[0],
        low=amounts.min(axis=0),
        high=amounts.max(axis=0),
        need_total=np.where(end_reason == Reason.NONE, risen, 0),
        need_effect=np.where(known, scores[0], 0),
        need_low=np.where(known, scores.min(axis=0), 0),
        need_high=np.where(known, scores.max(axis=0), 0),
        need_total_reason=end_reason,
        need_reason=reason,
        paths=len(paths),
    )


def _check_same_ends(stated: Path, others: Sequence[Path]) -> None:
    """Refuse paths between different assessments or over different families."""
    for path in others:
        if set(path.order) != set(stated.order):
            msg = "the paths replace different families"
            raise InputError(msg)
        for one, other in (
            (path.states[0], stated.states[0]),
            (path.states[-1], stated.states[-1]),
        ):
            same = np.array_equal(one.amount, other.amount)
            if not (same and np.array_equal(one.need, other.need, equal_nan=True)):
                msg = "the paths do not begin and end in the same figures"
                raise InputError(msg)


def _in_order(path: Path, order: tuple[Cause, ...], effects: AnyArray) -> AnyArray:
    """Return a path's effects in the stated order of causes."""
    return effects[[path.order.index(cause) for cause in order]]


def _amounts(path: Path) -> Int64:
    """Return what each step added to the amounts, shape (F, 5, zones, S)."""
    amounts = np.stack([state.amount for state in path.states])
    return amounts[1:] - amounts[:-1]


def _scores(path: Path) -> Int64:
    """Return what each step added to the scores, shape (F, zones)."""
    scores = np.stack([_steps(state) for state in path.states])
    return scores[1:] - scores[:-1]


def _reasons(path: Path) -> UInt8:
    """Return why a step has no effect on a score, shape (F, zones)."""
    reason = np.stack([state.reason for state in path.states])
    return np.maximum(reason[:-1], reason[1:])


def _steps(state: CityState) -> Int64:
    """Return scores as whole numbers of 10⁻⁹, 0 where null."""
    return np.rint(np.nan_to_num(state.need) * SCORE_STEPS).astype(np.int64)
