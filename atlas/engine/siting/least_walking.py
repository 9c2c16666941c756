"""Where next, so that children walk least."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import refuse_unless
from atlas.engine.kernels.siting import Trips, open_site, useful_walks
from atlas.engine.siting.answering import Question, answered
from atlas.engine.siting.candidates import choice_of
from atlas.engine.siting.catchments import MOST_CM
from atlas.engine.siting.classes import classes_of
from atlas.engine.siting.exact import Answer, best_choice, terms_of
from atlas.engine.siting.prices import priced
from atlas.engine.siting.sets import Found, in_turn
from atlas.engine.siting.trips import after_kept, trips_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.pairs import Reached
    from atlas.engine.siting.candidates import Allowance, Candidates
    from atlas.engine.siting.prices import Pricing
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
    return answered(Question(choice, *after_kept(choice, trips)), effort, _search)


def _search(question: Question, found: Found, effort: Effort) -> Answer:
    """Return the best choice: by prices alone where they suffice, else of what they leave."""
    choice, trips = question.choice, question.trips
    pricing = priced(choice, trips, found, effort.pricings)
    best = pricing.found
    goal = best.value * (1 + effort.gap)
    if pricing.bound <= goal:
        return Answer(best.chosen, pricing.bound, pricing.bound == best.value)
    rest = _left_over(question, pricing)
    classes = classes_of(rest.trips)
    if terms_of(classes) > effort.most_terms:
        return Answer(best.chosen, pricing.bound, is_proven=False)
    answer = best_choice(rest.choice, classes, effort)
    return _joined(question, pricing, rest, answer)


def _left_over(question: Question, pricing: Pricing) -> Question:
    """Return what could still gain more, beside those who must be in it."""
    choice, trips = question.choice, question.trips
    must = np.flatnonzero(pricing.must)
    best = trips.now_cm.copy()
    gain = np.array([open_site(trips, best, j) for j in must.tolist()], np.int64)
    may = pricing.may & ~pricing.must
    ranks = np.arange(choice.order.size)
    walks = useful_walks(ranks, trips.first, trips.point, trips.cm, trips.weight, best, may)
    rest = replace(choice, may=may, left=choice.left - choice.spent(must))
    return Question(rest, Trips(*walks, trips.weight, best), Found(must, gain))


def _joined(question: Question, pricing: Pricing, rest: Question, answer: Answer) -> Answer:
    """Return the answer for all candidates from that for those left over."""
    best = pricing.found
    if answer.chosen is None:
        return Answer(best.chosen, pricing.bound, is_proven=answer.is_impossible)
    other = in_turn(question.trips, np.concatenate((rest.kept.chosen, answer.chosen)))
    bound = pricing.bound
    if answer.bound is not None:
        bound = min(bound, max(best.value, rest.kept.value + answer.bound))
    chosen = other.chosen if other.value > best.value else best.chosen
    return Answer(chosen, bound, answer.is_proven)
