"""From a goal's walks to proposals: first at once, then the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.siting import add_greedily, open_site
from atlas.engine.siting.proposal import (
    GREEDY_BUDGET,
    GREEDY_COUNT,
    NO_GUARANTEE,
    Proposal,
    Standing,
)
from atlas.engine.siting.sets import Found, at_once, bettered, limit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atlas.engine.kernels.siting import Trips
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.siting.exact import Answer
    from atlas.engine.siting.proposal import Effort
    from atlas.engine.types import Int32

MARGIN = 1e-12


@dataclass(frozen=True, slots=True)
class Question:
    """
    What there is to choose from.

    Attributes
    ----------
    choice
        The candidates by code.
    trips
        What there is to gain beyond those chosen in advance.
    kept
        Those chosen in advance.
    """

    choice: Choice
    trips: Trips
    kept: Found


def answered(
    question: Question,
    effort: Effort | None,
    search: Callable[[Question, Found, Effort], Answer],
) -> Iterator[Proposal]:
    """
    Yield a proposal at once, then, with an effort, the one that a search finds.

    Parameters
    ----------
    question
        What there is to choose from.
    effort
        Limits of the search; without them there is none.
    search
        Finds the best choice from the one at once.

    Yields
    ------
    proposal
        Never one that gains less than the one before.
    """
    choice, trips = question.choice, question.trips
    if choice.left < 0:
        yield infeasible()
        return
    quick = at_once(choice, trips)
    found = bettered(choice, trips, quick.chosen)
    guarantee, most = promised(choice, quick.value)
    bound = max(found.value, min(most, limit_of(choice, trips, found)))
    standing = Standing.PROVEN if bound == found.value else Standing.GREEDY
    yield proposal_of(question, found, bound, standing, guarantee)
    if effort is None:
        return
    effort.check()
    if standing is Standing.GREEDY:
        answer = search(question, found, effort)
        found, bound = _better_of(question, found, bound, answer)
        standing = Standing.PROVEN if bound == found.value else Standing.LIMITED
    yield proposal_of(question, found, bound, standing, guarantee)


def _better_of(question: Question, found: Found, bound: int, answer: Answer) -> tuple[Found, int]:
    """Return the better of two sets and the lower of two bounds."""
    if answer.chosen is not None:
        other = bettered(question.choice, question.trips, answer.chosen)
        if other.value > found.value:
            found = other
    if answer.is_proven:
        return found, found.value
    if answer.bound is not None:
        bound = min(bound, answer.bound)
    return found, max(bound, found.value)


def promised(choice: Choice, value: int) -> tuple[float, int]:
    """
    Return what a greedy choice promises.

    Parameters
    ----------
    choice
        For a count or a budget.
    value
        What the greedy choice gains.

    Returns
    -------
    guarantee, most
        Its share of the best gain at worst, and so what no choice gains more than.
    """
    guarantee = GREEDY_BUDGET if choice.is_budget else GREEDY_COUNT
    return guarantee, int(value / guarantee * (1 + MARGIN))


def infeasible() -> Proposal:
    """
    Return the answer where those chosen in advance are more than is allowed.

    Returns
    -------
    proposal
        Nothing chosen.
    """
    none = np.zeros(0, np.int64)
    return Proposal(none, none, 0, 0, 0, Standing.INFEASIBLE, NO_GUARANTEE, -1, 0)


def proposal_of(
    question: Question, found: Found, bound: int, standing: Standing, guarantee: float
) -> Proposal:
    """
    Return a set of candidates in the caller's terms.

    Parameters
    ----------
    question
        What it was chosen from.
    found
        The set, in order.
    bound
        No set gains more.
    standing, guarantee
        What is known of it.

    Returns
    -------
    proposal
        Those chosen in advance included.
    """
    choice, kept = question.choice, question.kept
    next_rank, next_gain = _next(question, found)
    ranks = np.concatenate((kept.chosen, found.chosen))
    return Proposal(
        chosen=choice.order[ranks],
        gain=np.concatenate((kept.gain, found.gain)),
        value=kept.value + found.value,
        bound=kept.value + bound,
        spent=choice.spent(ranks),
        standing=standing,
        guarantee=guarantee,
        next_candidate=int(choice.order[next_rank]) if next_rank >= 0 else -1,
        next_gain=next_gain,
    )


def _next(question: Question, found: Found) -> tuple[int, int]:
    """Return who would be opened next, allowed or not, and what that gains; -1 and 0: nobody."""
    choice, trips = question.choice, question.trips
    best = opened(trips, found)
    others = choice.is_open.copy()
    others[found.chosen] = False
    everything = sum(choice.cost.tolist())
    chosen, gain = add_greedily(trips, choice.cost, everything, others, best, 1)
    return (int(chosen[0]), int(gain[0])) if chosen.size else (-1, 0)


def opened(trips: Trips, found: Found) -> Int32:
    """
    Return the shortest way of each point once some candidates are open.

    Parameters
    ----------
    trips, found
        The walks, and who is open.

    Returns
    -------
    best_cm
        Shape (n,).
    """
    best = trips.now_cm.copy()
    for j in found.chosen.tolist():
        open_site(trips, best, j)
    return best
