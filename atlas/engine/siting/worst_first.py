"""Where next, so that the worst-off zone is raised first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import OUTSIDE, refuse_unless
from atlas.engine.siting.answering import Question, infeasible, proposal_of
from atlas.engine.siting.candidates import choice_of
from atlas.engine.siting.classes import classes_of, trips_of_classes
from atlas.engine.siting.lifting import lifted_at_once, most_that_lifts, preferring_smaller_codes
from atlas.engine.siting.most_served import is_served
from atlas.engine.siting.proposal import NO_GUARANTEE, Lowest, Standing
from atlas.engine.siting.sets import in_turn, limit_of
from atlas.engine.siting.trips import after_kept, trips_of
from atlas.engine.siting.zones import Ladder, liftable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from atlas.engine.kernels.siting import Trips
    from atlas.engine.pairs import Reached
    from atlas.engine.siting.candidates import Allowance, Candidates, Choice
    from atlas.engine.siting.proposal import Effort, Proposal
    from atlas.engine.siting.sets import Found
    from atlas.engine.siting.zones import Zones
    from atlas.engine.types import Int64


def worst_first(
    candidates: Candidates,
    reached: Reached,
    weight: Int64,
    zones: Zones,
    allowance: Allowance,
    effort: Effort | None = None,
) -> Iterator[Proposal]:
    """
    Yield the candidates that raise the lowest coverage furthest, then serve most.

    Parameters
    ----------
    candidates, reached, weight, allowance, effort
        As in `most_served`.
    zones
        Whose coverage counts: zones with enough children that some candidate can raise.

    Yields
    ------
    proposal
        At once (which promises nothing), then the best. Values are weights served; `lowest` says
        what became of the worst-off zone. Where no zone counts it is `most_served`.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.

    Notes
    -----
    Source: METHOD §10. Coverages are compared as fractions, never as floating-point numbers.
    """
    choice = choice_of(candidates, allowance)
    refuse_unless(weight.ndim == 1, "weights have one dimension")
    trips = trips_of(choice, is_served(reached), weight, np.ones(weight.size, np.int32))
    zones.check(weight)
    rest, kept = after_kept(choice, trips)
    ladder = _ladder(choice, zones, rest, weight)
    merged = trips_of_classes(ladder.classes, choice.order.size)
    return _answered(Question(choice, merged, kept), ladder, effort)


def _ladder(choice: Choice, zones: Zones, rest: Trips, weight: Int64) -> Ladder:
    """Return the zones by code, once those chosen in advance are open."""
    row = np.argsort(zones.code, kind="stable")
    rank = np.full(row.size + 1, OUTSIDE, np.int64)
    rank[row] = np.arange(row.size)
    label = rank[zones.point_zone]
    classes = classes_of(rest, label)
    by_kept = np.zeros(row.size + 1, np.int64)
    np.add.at(by_kept, label, np.where(rest.now_cm == 0, weight, 0))
    raised = liftable(choice, classes, row.size) | (by_kept[:-1] > 0)
    children = zones.children[row].astype(np.int64)
    enough = (children >= zones.least_children) & (children > 0)
    served = zones.served[row] + by_kept[:-1]
    return Ladder(classes, row, children, served, by_kept[:-1], enough & raised)


def _answered(question: Question, ladder: Ladder, effort: Effort | None) -> Iterator[Proposal]:
    """Yield the proposal at once, then, with an effort, the best."""
    choice, trips = question.choice, question.trips
    if choice.left < 0:
        yield infeasible()
        return
    found = in_turn(trips, lifted_at_once(choice, ladder))
    bound = max(found.value, limit_of(choice, trips, found))
    highest = ladder.highest(choice)
    lowest = _lowest(ladder, found, highest)
    is_best = bound == found.value and lowest.coverage == highest
    standing = Standing.PROVEN if is_best else Standing.GREEDY
    first = proposal_of(question, found, bound, standing, NO_GUARANTEE)
    yield replace(first, lowest=lowest)
    if effort is None:
        return
    effort.check()
    lifted = most_that_lifts(choice, ladder, found.chosen, effort)
    found = in_turn(trips, preferring_smaller_codes(question, ladder, lifted.chosen))
    lowest = _lowest(ladder, found, lifted.coverage_bound)
    bound = found.value if lifted.is_proven else max(found.value, min(bound, lifted.bound))
    standing = Standing.PROVEN if lifted.is_proven else Standing.LIMITED
    yield replace(proposal_of(question, found, bound, standing, NO_GUARANTEE), lowest=lowest)


def _lowest(ladder: Ladder, found: Found, bound: Fraction) -> Lowest:
    """Return what became of the worst-off zone, in the caller's terms."""
    zone, coverage = ladder.lowest(ladder.gained(found.chosen))
    zone_before, before = ladder.lowest(-ladder.by_kept)
    row = np.append(ladder.row, -1)
    return Lowest(int(row[zone]), coverage, int(row[zone_before]), before, max(bound, coverage))
