"""
Siting measured beside spopt.

300 candidates and 20,000 points on a town of streets like a chessboard, 40 places there already.
Both programs start from walks that are known. Of thirty places no choice at once is proven, so the
exact search is measured too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.most_served import most_served, within
from atlas.engine.siting.proposal import Effort, Standing
from atlas.engine.siting.worst_first import worst_first
from atlas.engine.siting.zones import Zones
from atlas.engine.types import MICRO
from tests.bench.measuring import once, timed

if TYPE_CHECKING:
    from atlas.engine.pairs import Reached

POINTS, CANDIDATES, EXISTING, ZONES_ACROSS = 20_000, 300, 40, 20
SIDE_M, BLOCK_M = 26_600, 100
REACH_CM = 80_000
COUNT, COUNT_WALKED = 30, 10


@dataclass(frozen=True)
class Site:
    """Walks in centimetres from every point, and the children who live there."""

    walk_cm: np.ndarray
    now_cm: np.ndarray
    children: np.ndarray
    zone: np.ndarray

    @property
    def candidates(self):
        return Candidates(np.array([f"c{k:03}" for k in range(self.walk_cm.shape[1])]))

    @property
    def lacking(self):
        """Children whom no place there already has within reach."""
        return np.where(self.now_cm > REACH_CM, self.children, 0)

    def reached(self) -> Reached:
        return catchments_of_matrix(self.walk_cm)


def along_streets(random, count):
    """Places anywhere along streets that run every `BLOCK_M`, north or east."""
    xy = random.uniform(0, SIDE_M, (count, 2))
    which = random.integers(0, 2, count)
    rows = np.arange(count)
    xy[rows, which] = np.round(xy[rows, which] / BLOCK_M) * BLOCK_M
    return xy


def walks_cm(points, places):
    """Walks along the streets of a chessboard, without the turn inside a block."""
    return np.rint(100 * np.abs(points[:, None] - places[None]).sum(axis=2)).astype(np.int32)


def site() -> Site:
    random = np.random.Generator(np.random.Philox(3))
    points = along_streets(random, POINTS)
    now = walks_cm(points, along_streets(random, EXISTING)).min(axis=1)
    children = np.round(random.lognormal(3, 1, POINTS) + 1).astype(np.int64)
    square = np.minimum(points * ZONES_ACROSS // SIDE_M, ZONES_ACROSS - 1).astype(np.int32)
    return Site(
        walk_cm=walks_cm(points, along_streets(random, CANDIDATES)),
        now_cm=now,
        children=children * MICRO,
        zone=(square[:, 0] * ZONES_ACROSS + square[:, 1]).astype(np.int32),
    )


def last_of(proposals):
    """The last proposal."""
    *_, best = proposals
    return best


# --- Ours ----------------------------------------------------------------------------------------


def most_served_ours(_city=None, _folder=None):
    """The proven best, from catchments: merging, greedy choice, exact choice."""
    town = site()
    reached, count = within(town.reached(), REACH_CM), Allowance(count=COUNT)
    work = partial(most_served, town.candidates, reached, town.lacking, count)
    at_once, quick = timed(lambda: next(work()), times=5)
    seconds, best = timed(lambda: last_of(work(Effort())), times=5)
    return {
        "seconds": seconds,
        "at_once": at_once,
        "searched": quick.standing is not Standing.PROVEN,
        "proven": best.standing is Standing.PROVEN,
        "check": best.value // MICRO,
    }


def least_walking_ours(_city=None, _folder=None):
    """Greedy choice and exchanges, then the certain bound, without the exact search."""
    town = site()
    reached, count = town.reached(), Allowance(count=COUNT_WALKED)
    now = walk_now(reached, POINTS, town.now_cm, None)
    work = partial(least_walking, town.candidates, reached, town.children, now, count)
    at_once, quick = timed(lambda: next(work()), times=5)
    bound, best = timed(lambda: last_of(work(Effort(most_terms=0))), times=3)
    seconds, proven = timed(lambda: last_of(work(Effort())), times=3)
    walking = int((town.children * now.astype(np.int64)).sum())
    return {
        "seconds": at_once,
        "gap": (proven.value - quick.value) / (walking - proven.value),
        "bound_seconds": bound,
        "bound_gap": (best.bound - best.value) / (walking - best.value),
        "proven_seconds": seconds,
        "proven": proven.standing is Standing.PROVEN,
    }


def worst_first_ours(_city=None, _folder=None):
    """The proven best over 400 zones."""
    town = site()
    reached, size = within(town.reached(), REACH_CM), ZONES_ACROSS * ZONES_ACROSS
    children, lacking = np.zeros(size, np.int64), np.zeros(size, np.int64)
    np.add.at(children, town.zone, town.children)
    np.add.at(lacking, town.zone, town.lacking)
    code = np.array([f"z{k:03}" for k in range(size)])
    zones = Zones(code, town.zone, children, children - lacking, 100 * MICRO)
    count = Allowance(count=COUNT)
    work = partial(worst_first, town.candidates, reached, town.lacking, zones, count)
    at_once, _ = timed(lambda: next(work()), times=3)
    seconds, best = timed(lambda: last_of(work(Effort())), times=3)
    return {"seconds": seconds, "at_once": at_once, "proven": best.standing is Standing.PROVEN}


# --- Peer ----------------------------------------------------------------------------------------


def most_served_spopt(_city=None, _folder=None):
    """The same question to spopt, with the solver it brings along."""
    # Only in the process that measures it: what it loads is no time of the engine.
    import pulp  # noqa: PLC0415
    from spopt.locate import MCLP  # noqa: PLC0415

    town = site()
    asked = town.lacking > 0
    cost, people = town.walk_cm[asked].astype(float), town.children[asked] // MICRO

    def work():
        model = MCLP.from_cost_matrix(cost, people, REACH_CM, p_facilities=COUNT)
        return model.solve(pulp.PULP_CBC_CMD(msg=False), results=False)

    seconds, model = once(work)
    return {"seconds": seconds, "check": round(pulp.value(model.problem.objective))}
