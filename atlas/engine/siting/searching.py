"""The best choice of a goal: bounded by prices, and searched among the candidates they leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.siting import Trips, open_site, useful_walks
from atlas.engine.siting.answering import Question
from atlas.engine.siting.classes import classes_of
from atlas.engine.siting.exact import Answer, best_choice, terms_of
from atlas.engine.siting.prices import priced
from atlas.engine.siting.sets import Found, in_turn

if TYPE_CHECKING:
    from atlas.engine.siting.prices import Pricing
    from atlas.engine.siting.proposal import Effort


def searched(question: Question, found: Found, effort: Effort) -> Answer:
    """
    Return the best choice: by prices alone where they suffice, else of what they leave.

    Parameters
    ----------
    question
        What there is to choose from.
    found
        A set to better.
    effort
        Limits of the search.

    Returns
    -------
    answer
        Where what the prices leave is too large for the effort, their bound.
    """
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
