"""E2SFCA from pairs of child, place and cost: steps of the reach instead of a weight a pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.floating import FAULTS, UNIT, Floating
from atlas.engine.inputs import MOST_AMOUNT_MICRO, MOST_CHILDREN_MICRO
from atlas.engine.kernels.stepped import float_steps, survey_costs
from atlas.engine.workers import even_ranges, in_order, ranges, usable_cores

if TYPE_CHECKING:
    from atlas.engine.decay import AccessSteps
    from atlas.engine.types import Int32, Int64

UNSORTED, SORTED = 1, 0


@dataclass(frozen=True, slots=True)
class CostPairs:
    """
    Who gets where at what cost; costs may be directed.

    Parameters
    ----------
    child, place
        Rows, shape (q,) each; a pair comes at most once. Sorted by place and child they are not
        sorted here.
    cost
        Shape (q,), whole numbers of any unit, not negative.
    """

    child: Int32 | Int64
    place: Int32 | Int64
    cost: Int32 | Int64


def float_stepped(
    pairs: CostPairs,
    reach: int,
    steps: AccessSteps,
    need_micro: Int64,
    capacity_micro: Int64,
    *,
    threads: int | None = None,
) -> Floating:
    """
    Return the access index of each child group, weights falling in steps of the reach.

    Parameters
    ----------
    pairs
        Any pairs; those beyond the reach do not count.
    reach
        Inclusive, in the unit of the costs.
    steps
        Parts of the reach and their weights.
    need_micro
        What each child group needs, shape (i,), millionths, not negative.
    capacity_micro
        What each place offers, shape (j,), millionths, not negative.
    threads
        How many chunks of places run at once; by default one for each core. Changes no digit.

    Returns
    -------
    floating
        As `float_catchments` answers for the same weights, to the last digit.

    Raises
    ------
    ShapeError
        If the columns of the pairs differ in length.
    InputError
        If a pair comes twice or names nobody, a cost is negative, or a number is out of range.

    Notes
    -----
    Source: E2SFCA, Luo & Qi 2009. A place has as many shares as steps: each is worked out once,
    exactly, and handed to all pairs of its step.
    """
    steps.check()
    threads = threads or usable_cores()
    _refuse_beyond(need_micro, MOST_CHILDREN_MICRO, "a need")
    _refuse_beyond(capacity_micro, MOST_AMOUNT_MICRO, "a capacity")
    pairs = _sorted(pairs, need_micro.size, capacity_micro.size, threads)
    edge = reach * steps.numerator // steps.denominator
    places = np.arange(capacity_micro.size + 1, dtype=pairs.place.dtype)
    first = np.searchsorted(pairs.place, places).astype(np.int64)
    ratio = np.zeros((capacity_micro.size, 2), np.int64)

    def work(chunk: tuple[int, int]) -> Int64:
        access = np.zeros((need_micro.size, 2), np.int64)
        float_steps(
            first,
            chunk,
            (pairs.child, pairs.cost),
            (edge, steps.weight_micro),
            need_micro,
            capacity_micro,
            ratio,
            access,
        )
        return access

    parts = in_order(work, even_ranges(first, threads), threads)
    access = parts[0]
    for part in parts[1:]:
        access += part
    return Floating(
        ratio=ratio[:, 0] + ratio[:, 1] * UNIT, access=access[:, 0] + access[:, 1] * UNIT
    )


def _refuse_beyond(amount: Int64, most: int, name: str) -> None:
    if amount.size and (amount.min() < 0 or amount.max() > most):
        msg = f"{name} is out of range"
        raise InputError(msg)


def _sorted(pairs: CostPairs, children: int, places: int, threads: int) -> CostPairs:
    """Return the pairs sorted by place and child."""
    if not pairs.child.shape == pairs.place.shape == pairs.cost.shape:
        msg = "the columns of the pairs differ in length"
        raise ShapeError(msg)
    like = _like(pairs, children, places, threads)
    if like == UNSORTED:
        order = np.lexsort((pairs.child, pairs.place))
        pairs = CostPairs(pairs.child[order], pairs.place[order], pairs.cost[order])
        like = _like(pairs, children, places, threads)
    if like != SORTED:
        raise InputError(FAULTS[like])
    return pairs


def _like(pairs: CostPairs, children: int, places: int, threads: int) -> int:
    """Return the worst that can be said of the pairs."""

    def work(chunk: tuple[int, int]) -> int:
        return survey_costs(pairs.place, pairs.child, pairs.cost, (places, children), *chunk)

    return max(in_order(work, ranges(pairs.child.size, threads), threads), default=SORTED)
