"""The lowest coverage raised as far as it goes, then most served at that height."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.siting import gain_of
from atlas.engine.siting.answering import opened
from atlas.engine.siting.exact import Rows, best_choice, chosen_of, cover_model, terms_of
from atlas.engine.siting.sets import Found, single_gains
from atlas.engine.siting.solver import SLACK, solve
from atlas.engine.siting.zones import ALL

if TYPE_CHECKING:
    from atlas.engine.siting.answering import Question
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.siting.proposal import Effort
    from atlas.engine.siting.solver import Model
    from atlas.engine.siting.zones import Ladder
    from atlas.engine.types import Int64

NO_BOUND = 1 << 62


@dataclass(frozen=True, slots=True)
class Lifted:
    """
    What a search found.

    Attributes
    ----------
    chosen
        Ranks.
    coverage_bound
        No choice raises the lowest coverage further.
    bound
        No choice that raises it as far gains more.
    is_proven
        Whether neither can be bettered.
    """

    chosen: Int64
    coverage_bound: Fraction
    bound: int
    is_proven: bool


def lifted_at_once(choice: Choice, ladder: Ladder) -> Int64:
    """
    Return a choice found in one go.

    Parameters
    ----------
    choice, ladder
        Who may be chosen, and whom they raise.

    Returns
    -------
    chosen
        Ranks: again and again who leaves the highest lowest coverage, then who gains most where
        it is lowest, then who gains most; ties to the smaller code. It promises nothing.
    """
    classes = ladder.classes
    owner = np.repeat(np.arange(classes.weight.size), np.diff(classes.first))
    left, may = choice.left, choice.may.copy()
    gained, chosen = np.zeros(ladder.row.size, np.int64), list[int]()
    is_gained = np.zeros(classes.weight.size, np.bool_)
    while True:
        walk = np.flatnonzero(~is_gained[owner] & may[classes.candidate])
        more = np.zeros((may.size, ladder.row.size + 1), np.int64)
        of = owner[walk]
        np.add.at(more, (classes.candidate[walk], classes.label[of]), classes.weight[of])
        more[choice.cost > left] = 0
        best = _most_lifting(ladder, gained, more)
        if best < 0:
            return np.array(chosen, np.int64)
        chosen.append(best)
        may[best], left = False, left - int(choice.cost[best])
        gained += more[best, :-1]
        is_gained[owner[classes.candidate == best]] = True


def _most_lifting(ladder: Ladder, gained: Int64, more: Int64) -> int:
    """Return who lifts the lowest coverage most; -1 where nobody gains anything."""
    total = more.sum(axis=1)
    if not total.size or int(total.max()) == 0:
        return -1
    counts = np.flatnonzero(ladder.counts)
    if not counts.size:
        return int(np.argmax(total))
    served, children = (ladder.served + gained)[counts], ladder.children[counts]
    now = served / children
    at_lowest = more[:, counts[now == now.min()]].sum(axis=1)
    after = ((served + more[:, counts]) / children).min(axis=1)
    order = np.lexsort((-total, -at_lowest, -after))
    return int(order[total[order] > 0][0])


def most_that_lifts(choice: Choice, ladder: Ladder, start: Int64, effort: Effort) -> Lifted:
    """
    Return the choice that lifts the lowest coverage furthest and, of these, gains most.

    Parameters
    ----------
    choice, ladder
        Who may be chosen, and whom they raise.
    start
        A choice to better.
    effort
        Limits of each of the searches.

    Returns
    -------
    lifted
        The height is that of the choice itself, a fraction, and proven by a search for any choice
        above it.
    """
    if terms_of(ladder.classes) > effort.most_terms:
        return Lifted(start, ladder.highest(choice), NO_BOUND, is_proven=False)
    if not ladder.counts.any():
        answer = best_choice(choice, ladder.classes, effort)
        return _at_height(ladder, start, answer.chosen, ALL, answer.bound, answer.is_proven)
    best, coverage_bound = _highest(choice, ladder, start, effort)
    height = ladder.lowest(ladder.gained(best))[1]
    rows = _floors(ladder, height, is_above=False)
    answer = best_choice(choice, ladder.classes, effort, rows)
    proven = answer.is_proven and coverage_bound == height
    return _at_height(ladder, best, answer.chosen, coverage_bound, answer.bound, proven)


def _at_height(
    ladder: Ladder,
    best: Int64,
    other: Int64 | None,
    coverage_bound: Fraction,
    bound: int | None,
    proven: bool,
) -> Lifted:
    """Return the better of two choices, with what is known of them."""
    if other is not None and _rank(ladder, other) > _rank(ladder, best):
        best = other
    return Lifted(best, coverage_bound, NO_BOUND if bound is None else bound, proven)


def _rank(ladder: Ladder, chosen: Int64) -> tuple[Fraction, int]:
    """Return what a choice is judged by: its lowest coverage, then what it gains."""
    gained = ladder.gained(chosen)
    total = sum(ladder.classes.weight[ladder.covered(chosen)].tolist())
    return ladder.lowest(gained)[1], total


def _highest(
    choice: Choice, ladder: Ladder, start: Int64, effort: Effort
) -> tuple[Int64, Fraction]:
    """Return a choice that lifts furthest and what none lifts above."""
    highest = ladder.highest(choice)
    if ladder.lowest(ladder.gained(start))[1] == highest:
        return start, highest
    model, used = _lifting_model(choice, ladder)
    solution = solve(model, effort, apart=SLACK)
    other = chosen_of(choice, used, solution)
    best = start if other is None else max(start, other, key=lambda one: _rank(ladder, one))
    limit = highest
    if np.isfinite(solution.bound):
        limit = min(highest, Fraction(solution.bound + SLACK))
    nobody = replace(ladder.classes, weight=np.zeros_like(ladder.classes.weight))
    while True:
        height = ladder.lowest(ladder.gained(best))[1]
        if height >= highest:
            return best, height
        above = best_choice(choice, nobody, effort, _floors(ladder, height, is_above=True))
        if above.is_impossible:
            return best, height
        if above.chosen is None or ladder.lowest(ladder.gained(above.chosen))[1] <= height:
            return best, max(limit, height)
        best = above.chosen


def _lifting_model(choice: Choice, ladder: Ladder) -> tuple[Model, Int64]:
    """Return the model whose last column is the lowest coverage."""
    classes = ladder.classes
    counts = np.flatnonzero(ladder.counts)
    row = np.full(ladder.row.size + 1, -1)
    row[counts] = np.arange(counts.size)
    column = np.flatnonzero(row[classes.label] >= 0)
    size, children = classes.weight.size, ladder.children[counts].astype(np.float64)
    zone = row[classes.label[column]]
    rows = Rows(
        row=np.concatenate((zone, np.arange(counts.size))),
        column=np.concatenate((column, np.full(counts.size, size))),
        value=np.concatenate((classes.weight[column] / children[zone], -np.ones(counts.size))),
        low=-ladder.served[counts] / children,
    )
    model, used = cover_model(choice, classes, np.zeros(size), rows)
    return (
        replace(
            model,
            gain=np.append(model.gain, 1.0),
            upper=np.append(model.upper, 1.0),
            is_whole=np.append(model.is_whole, np.False_),
        ),
        used,
    )


def _floors(ladder: Ladder, height: Fraction, *, is_above: bool) -> Rows:
    """Return what every zone that counts must gain to be at a height, or above it."""
    classes = ladder.classes
    none = np.zeros(0, np.int64)
    row, column, value = [none], [none], [none]
    least: list[int] = []
    for zone in np.flatnonzero(ladder.counts).tolist():
        due = height * int(ladder.children[zone])
        floor = math.floor(due) + 1 if is_above else math.ceil(due)
        lacking = floor - int(ladder.served[zone])
        if lacking <= 0:
            continue
        member = np.flatnonzero(classes.label == zone)
        # Gains come in whole steps: a limit on a step is kept by a solver that rounds.
        step = int(np.gcd.reduce(classes.weight[member])) or 1
        row.append(np.full(member.size, len(least)))
        column.append(member)
        value.append(classes.weight[member] // step)
        least.append(-(-lacking // step))
    terms = np.concatenate(value).astype(np.float64)
    return Rows(np.concatenate(row), np.concatenate(column), terms, np.array(least, np.float64))


def preferring_smaller_codes(question: Question, ladder: Ladder, chosen: Int64) -> Int64:
    """
    Return a choice as good, in which no one can be exchanged for a smaller code.

    Parameters
    ----------
    question, ladder
        Who may be chosen, and whom they raise.
    chosen
        Ranks.

    Returns
    -------
    chosen
        Rising; as high, as large and no dearer.
    """
    while True:
        other = _with_smaller_code(question, ladder, chosen)
        if other is None:
            return np.sort(chosen)
        chosen = other


def _with_smaller_code(question: Question, ladder: Ladder, chosen: Int64) -> Int64 | None:
    """Return the choice with one exchanged for a smaller code; absent where none is as good."""
    choice, trips = question.choice, question.trips
    rank = _rank(ladder, chosen)
    for out in np.sort(chosen)[::-1].tolist():
        others = chosen[chosen != out]
        best = opened(trips, Found(others, np.zeros_like(others)))
        lost = gain_of(trips, best, out)
        same = single_gains(choice, trips, best) >= lost
        fits = same & (choice.cost <= choice.cost[out])
        fits[out:] = False
        fits[others] = False
        for comes in np.flatnonzero(fits).tolist():
            other = np.append(others, comes)
            if _rank(ladder, other) >= rank:
                return other
    return None
