"""Where next, so that most children are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import refuse_unless
from atlas.engine.pairs import Reached
from atlas.engine.siting.answering import Question, answered
from atlas.engine.siting.candidates import choice_of
from atlas.engine.siting.classes import classes_of, trips_of_classes
from atlas.engine.siting.searching import searched
from atlas.engine.siting.trips import after_kept, trips_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.siting.candidates import Allowance, Candidates
    from atlas.engine.siting.proposal import Effort, Proposal
    from atlas.engine.types import Int64


def within(reached: Reached, reach_cm: int) -> Reached:
    """
    Return the part of some catchments that lies within a reach.

    Parameters
    ----------
    reached
        A CSR by candidate.
    reach_cm
        Inclusive.

    Returns
    -------
    reached
        Catchments of those walks alone.
    """
    kept = np.flatnonzero(reached.cm <= reach_cm)
    first = np.searchsorted(kept, reached.place_first).astype(np.int64)
    return Reached(first, reached.point[kept], reached.cm[kept])


def most_served(
    candidates: Candidates,
    reached: Reached,
    weight: Int64,
    allowance: Allowance,
    effort: Effort | None = None,
) -> Iterator[Proposal]:
    """
    Yield the candidates that serve most of those who are not served.

    Parameters
    ----------
    candidates
        Where a place could be opened or enlarged.
    reached
        Whom each candidate serves: a CSR of walks within reach (`within`).
    weight
        Who is not served at each point, shape (n,): millionths of children, or any whole number;
        0 where existing places serve everybody.
    allowance
        A count or a budget.
    effort
        Limits of the exact search; without them the proposal at once is the only one.

    Yields
    ------
    proposal
        At once, then the best. Values are weights served.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.

    Notes
    -----
    Source: MCLP, Church & ReVelle 1974; bounded by prices, then by HiGHS among the candidates that
    they leave, over points merged by the set of candidates that serve them. Capacities count only
    in `most_served_within_capacity` and when the proposal is scored anew.

    Examples
    --------
    >>> from atlas.engine.siting.candidates import Allowance, Candidates
    >>> from atlas.engine.siting.catchments import catchments_of_matrix
    >>> reached = within(catchments_of_matrix(np.array([[1, 9], [9, 1], [9, 2]])), 5)
    >>> people = np.array([30, 20, 20])
    >>> (first,) = most_served(Candidates(np.array(["a", "b"])), reached, people, Allowance(1))
    >>> first.chosen.tolist(), first.value
    ([1], 40)
    """
    choice = choice_of(candidates, allowance)
    refuse_unless(weight.ndim == 1, "weights have one dimension")
    trips = trips_of(choice, is_served(reached), weight, np.ones(weight.size, np.int32))
    question = Question(choice, *after_kept(choice, trips))
    merged = trips_of_classes(classes_of(question.trips), choice.order.size)
    return answered(Question(choice, merged, question.kept), effort, searched)


def is_served(reached: Reached) -> Reached:
    """
    Return catchments in which every walk is as good as none.

    Parameters
    ----------
    reached
        Walks within reach.

    Returns
    -------
    reached
        The same points.
    """
    return Reached(reached.place_first, reached.point, np.zeros(reached.cm.size, np.int32))
