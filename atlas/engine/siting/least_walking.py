"""Where next, so that children walk least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import refuse_unless
from atlas.engine.siting.answering import Question, answered
from atlas.engine.siting.candidates import choice_of
from atlas.engine.siting.catchments import MOST_CM
from atlas.engine.siting.searching import searched
from atlas.engine.siting.trips import after_kept, trips_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.pairs import Reached
    from atlas.engine.siting.candidates import Allowance, Candidates
    from atlas.engine.siting.proposal import Effort, Proposal
    from atlas.engine.types import Int32, Int64


def walk_now(reached: Reached, points: int, existing_cm: Int32 | None, cap_cm: int | None) -> Int32:
    """
    Return the walk that each point has without any candidate.

    Parameters
    ----------
    reached
        Catchments of the candidates.
    points
        How many points there are.
    existing_cm
        Walk to the nearest existing place, shape (n,), -1 none; by default there is none.
    cap_cm
        No walk counts for more; by default 1 more than the longest of all.

    Returns
    -------
    now_cm
        ``min(existing_cm, cap_cm)``, shape (n,).

    Raises
    ------
    ShapeError, InputError
        If the walks do not fit the points or the cap is out of range.
    """
    if existing_cm is None:
        existing_cm = np.full(points, -1, np.int32)
    refuse_unless(existing_cm.shape == (points,), "existing_cm does not fit the points", ShapeError)
    if cap_cm is None:
        longest = (int(one.max()) for one in (reached.cm, existing_cm) if one.size)
        cap_cm = max(longest, default=0) + 1
    refuse_unless(0 <= cap_cm <= MOST_CM, "the longest walk that counts is out of range")
    return np.where(existing_cm < 0, cap_cm, np.minimum(existing_cm, cap_cm)).astype(np.int32)


def least_walking(
    candidates: Candidates,
    reached: Reached,
    weight: Int64,
    now_cm: Int32,
    allowance: Allowance,
    effort: Effort | None = None,
) -> Iterator[Proposal]:
    """
    Yield the candidates that save children most walking.

    Parameters
    ----------
    candidates
        Where a place could be opened.
    reached
        Walks to the candidates, at least up to the longest of `now_cm`.
    weight
        Children at each point, shape (n,): millionths, or any whole number.
    now_cm
        Walk of each point as it is, shape (n,); of `walk_now`.
    allowance
        A count or a budget.
    effort
        Limits of the exact search; without them the proposal at once is the only one.

    Yields
    ------
    proposal
        At once, then the best. Values are weight times walking saved; what is left to walk is
        ``(weight * now_cm).sum()`` less the value.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other, or there is more walking than can be added up.

    Notes
    -----
    Source: p-median (Hakimi 1964) beside existing places; greedy and exchange (Teitz & Bart
    1968), bounded by prices, then the candidates that the prices do not rule out by HiGHS. The
    guarantee is of what is saved.

    Examples
    --------
    >>> from atlas.engine.siting.candidates import Allowance, Candidates
    >>> from atlas.engine.siting.catchments import catchments_of_matrix
    >>> reached = catchments_of_matrix(np.array([[100, 900], [800, 100], [900, 300]]))
    >>> now = walk_now(reached, 3, None, 1000)
    >>> people, one = np.array([1, 1, 1]), Allowance(1)
    >>> (first,) = least_walking(Candidates(np.array(["a", "b"])), reached, people, now, one)
    >>> first.chosen.tolist(), 3000 - first.value
    ([1], 1300)
    """
    choice = choice_of(candidates, allowance)
    trips = trips_of(choice, reached, weight, now_cm)
    return answered(Question(choice, *after_kept(choice, trips)), effort, searched)
