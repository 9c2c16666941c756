"""Where next, so that most children are served by places with capacities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import refuse_unless
from atlas.engine.siting.allocation import added_greedily, allotted, as_it_is, per_cost, sites_of
from atlas.engine.siting.answering import infeasible, promised
from atlas.engine.siting.candidates import choice_of
from atlas.engine.siting.exact import Answer, chosen_of
from atlas.engine.siting.proposal import Proposal, Standing
from atlas.engine.siting.sets import Found, most_within
from atlas.engine.siting.solver import HALF, Model, rounded_out, solve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.pairs import Reached
    from atlas.engine.siting.allocation import Allotment, Capacities, Sites
    from atlas.engine.siting.candidates import Allowance, Candidates
    from atlas.engine.siting.proposal import Effort
    from atlas.engine.types import Int64


TERMS_PER_LINK = 5


@dataclass(frozen=True, slots=True)
class _Base:
    """What existing places serve, what those chosen in advance add, and how."""

    before: int
    kept: Found
    start: Allotment


def most_served_within_capacity(
    candidates: Candidates,
    reached: Reached,
    weight: Int64,
    capacities: Capacities,
    allowance: Allowance,
    effort: Effort | None = None,
) -> Iterator[Proposal]:
    """
    Yield the candidates with which the best allocation serves most children.

    Parameters
    ----------
    candidates, reached, allowance, effort
        As in `most_served`.
    weight
        All children at each point, served or not, shape (n,): each takes as much of a capacity.
    capacities
        Of candidates and existing places, and whom the existing ones reach.

    Yields
    ------
    proposal
        At once, then the best. Values are what the best allocation serves beyond what it serves
        as it is, and `allotted` everybody it serves: a limit from above. What a proposal gains
        when children share is for `scored_anew` to say.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other.

    Notes
    -----
    Source: the capacitated MCLP, Current & Storbeck 1988, with existing places. What a set of
    sites can serve grows ever less by one more, so the promises of the greedy choice hold.
    """
    choice = choice_of(candidates, allowance)
    refuse_unless(weight.ndim == 1, "weights have one dimension")
    sites = sites_of(choice, reached, weight, capacities)
    return _answered(sites, effort)


def _answered(sites: Sites, effort: Effort | None) -> Iterator[Proposal]:
    """Yield the proposal at once, then, with an effort, the best."""
    choice = sites.choice
    if choice.left < 0:
        yield infeasible()
        return
    before, allotment = as_it_is(sites)
    kept = np.flatnonzero(choice.is_kept)
    gain, start = allotted(sites, allotment, kept.tolist())
    base = _Base(before, Found(kept, gain), start)
    found, bound, guarantee = _at_once(sites, start)
    standing = Standing.PROVEN if bound == found.value else Standing.GREEDY
    yield _proposal(sites, base, found, bound, standing, guarantee)
    if effort is None:
        return
    effort.check()
    if standing is Standing.GREEDY:
        answer = _search(sites, base, effort)
        found = _better_of(sites, start, found, answer)
        if answer.is_proven:
            bound = found.value
        elif answer.bound is not None:
            bound = max(found.value, min(bound, answer.bound))
        standing = Standing.PROVEN if bound == found.value else Standing.LIMITED
    yield _proposal(sites, base, found, bound, standing, guarantee)


def _at_once(sites: Sites, start: Allotment) -> tuple[Found, int, float]:
    """Return a choice found in one go, what none gains more than, and its promise."""
    choice = sites.choice
    may = np.flatnonzero(choice.may).tolist()
    found = added_greedily(sites, start, may, choice.cost.tolist(), choice.left)
    alone = np.zeros(choice.may.size, np.int64)
    for j in may:
        alone[j] = start.opened(sites, j)[0]
    if choice.is_budget and alone.size and int(alone.max()) > found.value:
        single = int(np.argmax(alone))
        found = Found(np.array([single]), alone[[single]])
    guarantee, most = promised(choice, found.value)
    everything = sum(allotted(sites, start, may)[0].tolist())
    bound = min(most, most_within(choice, alone), everything)
    return found, max(bound, found.value), guarantee


def _better_of(sites: Sites, start: Allotment, found: Found, answer: Answer) -> Found:
    """Return the better of two choices."""
    if answer.chosen is None:
        return found
    other = _in_turn(sites, start, answer.chosen)
    return other if other.value > found.value else found


def _in_turn(sites: Sites, start: Allotment, chosen: Int64) -> Found:
    """Return the sites of a choice, each serving most more after those before it."""
    ones = [1] * sites.choice.order.size
    return added_greedily(sites, start, chosen.tolist(), ones, len(ones))


def _proposal(
    sites: Sites, base: _Base, found: Found, bound: int, standing: Standing, guarantee: float
) -> Proposal:
    """Return a choice in the caller's terms, put in order, and who would be next."""
    choice, kept = sites.choice, base.kept
    turn = _in_turn(sites, base.start, found.chosen)
    after = allotted(sites, base.start, turn.chosen.tolist())[1]
    next_rank, next_gain = _next(sites, after, turn.chosen)
    ranks = np.concatenate((kept.chosen, turn.chosen))
    return Proposal(
        chosen=choice.order[ranks],
        gain=np.concatenate((kept.gain, turn.gain)),
        value=kept.value + turn.value,
        bound=kept.value + bound,
        spent=choice.spent(ranks),
        standing=standing,
        guarantee=guarantee,
        next_candidate=int(choice.order[next_rank]) if next_rank >= 0 else -1,
        next_gain=next_gain,
        allotted=base.before + kept.value + turn.value,
    )


def _next(sites: Sites, after: Allotment, chosen: Int64) -> tuple[int, int]:
    """Return who would be opened next, allowed or not, and what that gains; -1 and 0: nobody."""
    others = np.setdiff1d(np.flatnonzero(sites.choice.is_open), chosen).tolist()
    cost = sites.choice.cost.tolist()
    gains = [(after.opened(sites, j)[0], j) for j in others]
    best = max(
        ((per_cost(gain, cost[j]), gain, -j) for gain, j in gains if gain > 0),
        default=None,
    )
    return (-best[2], best[1]) if best else (-1, 0)


def _search(sites: Sites, base: _Base, effort: Effort) -> Answer:
    """Return the best choice where the model is not too large for the effort."""
    if TERMS_PER_LINK * sites.links.group.size > effort.most_terms:
        return Answer(None, None, is_proven=False)
    choice, weight = sites.choice, sites.classes.weight
    step = int(np.gcd.reduce(np.concatenate((weight, sites.capacity)))) or 1
    used = np.flatnonzero(choice.may)
    solution = solve(_model(sites, used, step), effort, apart=HALF)
    chosen = chosen_of(choice, used, solution)
    bound = None
    if np.isfinite(solution.bound):
        bound = rounded_out(solution.bound, step) - base.before - base.kept.value
    proven = solution.is_proven and effort.gap == 0.0 and chosen is not None
    return Answer(chosen, bound, proven, solution.is_impossible)


def _model(sites: Sites, used: Int64, step: int) -> Model:
    """Return the model whose columns are the candidates `used`, then the links of open sites."""
    choice, links = sites.choice, sites.links
    column = np.full(sites.capacity.size, -1)
    column[used] = np.arange(used.size)
    is_there = np.ones(sites.capacity.size, np.bool_)
    is_there[: choice.order.size] = choice.may | choice.is_kept
    link = np.flatnonzero(is_there[links.site])
    site, group, each = links.site[link], links.group[link], np.arange(link.size)
    to_choose = np.flatnonzero(column[site] >= 0)
    weight, capacity = sites.classes.weight // step, sites.capacity // step
    most = np.minimum(weight[group], capacity[site])
    groups, places = weight.size, capacity.size
    # Rows: what each class has, what each site holds, no link to a closed site, the allowance.
    closed = groups + places + np.arange(to_choose.size)
    last = groups + places + to_choose.size
    chosen_held = np.where(column >= 0, 0, capacity)
    return Model(
        gain=np.concatenate((np.zeros(used.size), np.ones(link.size))),
        upper=np.concatenate((np.ones(used.size), most)).astype(np.float64),
        is_whole=np.arange(used.size + link.size) < used.size,
        row=np.concatenate(
            (group, groups + site, groups + used, closed, closed, np.full(used.size, last))
        ),
        column=np.concatenate(
            (
                used.size + each,
                used.size + each,
                np.arange(used.size),
                used.size + to_choose,
                column[site[to_choose]],
                np.arange(used.size),
            )
        ),
        value=np.concatenate(
            (
                np.ones(2 * link.size),
                -capacity[used],
                np.ones(to_choose.size),
                -most[to_choose],
                choice.cost[used],
            )
        ).astype(np.float64),
        low=np.full(last + 1, -np.inf),
        high=np.concatenate((weight, chosen_held, np.zeros(to_choose.size), [choice.left])).astype(
            np.float64
        ),
    )
