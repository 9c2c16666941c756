"""Children allotted to places with capacities: what no sharing can serve more than."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import CAPACITY_UNKNOWN, refuse_unless
from atlas.engine.kernels.siting import Trips
from atlas.engine.kernels.siting_flow import Links, links_of, serve_from
from atlas.engine.pairs import Reached
from atlas.engine.siting.catchments import check_catchments
from atlas.engine.siting.classes import classes_of
from atlas.engine.siting.sets import Found
from atlas.engine.siting.trips import trips_of
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.siting.classes import Classes
    from atlas.engine.types import Int64, StrArray


@dataclass(frozen=True, slots=True)
class Capacities:
    """
    How many children places hold, and whom the existing ones reach.

    Parameters
    ----------
    candidate
        What each candidate would add, shape (m,), in the unit of the weights; -1 unknown: no
        limit.
    existing_code
        Stable code of each existing place, shape (x,), unique.
    existing_reached
        Whom each existing place reaches.
    existing
        Their capacities, shape (x,), as `candidate`.
    """

    candidate: Int64
    existing_code: StrArray
    existing_reached: Reached
    existing: Int64

    def check(self, candidates: int, points: int) -> None:
        """
        Refuse capacities that do not fit.

        Parameters
        ----------
        candidates, points
            How many there are.

        Raises
        ------
        ShapeError, InputError
            Naming what is at fault.
        """
        places = self.existing_code.size
        fits = self.candidate.shape == (candidates,) and self.existing.shape == (places,)
        refuse_unless(fits, "capacities do not fit the places", ShapeError)
        check_catchments(self.existing_reached, places, points)
        unique = np.unique(self.existing_code).size == places
        refuse_unless(unique, "two existing places share a code")
        for capacity in (self.candidate, self.existing):
            low = int(capacity.min()) if capacity.size else 0
            refuse_unless(low >= CAPACITY_UNKNOWN, "a capacity is out of range")


def capacity_in_children(capacity_micro: Int64, need: int) -> Int64:
    """
    Return for how many children capacities suffice.

    Parameters
    ----------
    capacity_micro
        Seats, square metres or visits, millionths; -1 unknown.
    need
        Provision times participation of one child, in 10**-12, above 0.

    Returns
    -------
    children
        Millionths, rounded up: a limit from above stays one.

    Raises
    ------
    InputError
        If nothing is needed: then reach alone decides.

    Examples
    --------
    >>> capacity_in_children(np.array([30_000_000, -1]), 10 * 10**12)
    array([3000000,      -1])
    """
    refuse_unless(need > 0, "capacities mean nothing where nothing is needed")
    most = np.iinfo(np.int64).max
    ample = [
        min(most, -(-one * MICRO * MICRO // need)) if one >= 0 else CAPACITY_UNKNOWN
        for one in capacity_micro.tolist()
    ]
    return np.array(ample, np.int64)


@dataclass(frozen=True, slots=True)
class Sites:
    """
    Candidates by code and existing places by theirs, and whom they could serve.

    Attributes
    ----------
    choice
        The candidates.
    classes
        Children whom the same sites could serve; sites are ranks of candidates, then existing
        places.
    links
        The same for the kernel.
    capacity
        Of each site, shape (m + x,).
    """

    choice: Choice
    classes: Classes
    links: Links
    capacity: Int64


@dataclass(frozen=True, slots=True)
class Allotment:
    """
    Children allotted to the open sites, as many as can be.

    Attributes
    ----------
    flow
        Children of each link.
    unserved
        Children of each class whom nobody serves.
    """

    flow: Int64
    unserved: Int64

    def opened(self, sites: Sites, site: int) -> tuple[int, Allotment]:
        """Return how many more are served with one more site, and the new allotment."""
        other = Allotment(self.flow.copy(), self.unserved.copy())
        capacity = int(sites.capacity[site])
        more = serve_from(sites.links, other.flow, other.unserved, site, capacity)
        return int(more), other


def sites_of(choice: Choice, reached: Reached, weight: Int64, capacities: Capacities) -> Sites:
    """
    Return candidates and existing places as sites.

    Parameters
    ----------
    choice
        The candidates by code.
    reached
        Whom each of the caller's candidates would reach.
    weight
        Children at each point, served or not, shape (n,).
    capacities
        Of all.

    Returns
    -------
    sites
        With classes of points instead of points.
    """
    capacities.check(choice.order.size, weight.size)
    ones = np.ones(weight.size, np.int32)
    trips = trips_of(choice, _near(reached), weight, ones)
    order = np.argsort(capacities.existing_code, kind="stable")
    old = _near(capacities.existing_reached)
    rows = [np.unique(old.point[old.place_first[x] : old.place_first[x + 1]]) for x in order]
    rows = [row[weight[row] > 0] for row in rows]
    point = np.concatenate([trips.point, *rows]).astype(np.int32)
    count = np.concatenate((np.diff(trips.first), [row.size for row in rows]))
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    classes = classes_of(Trips(first, point, np.zeros(point.size, np.int32), trips.weight, ones))
    capacity = np.concatenate((capacities.candidate[choice.order], capacities.existing[order]))
    total = sum(classes.weight.tolist())
    held = np.where(capacity == CAPACITY_UNKNOWN, total, np.minimum(capacity, total))
    links = links_of(classes.first, classes.candidate, capacity.size)
    return Sites(choice, classes, links, held.astype(np.int64))


def _near(reached: Reached) -> Reached:
    """Return catchments in which every walk is as good as none."""
    return Reached(reached.place_first, reached.point, np.zeros(reached.cm.size, np.int32))


def allotted(sites: Sites, start: Allotment, ranks: list[int]) -> tuple[Int64, Allotment]:
    """
    Return how many more each of some sites serves, opened one after another.

    Parameters
    ----------
    sites, start
        What there is, and who is served before.
    ranks
        Sites, in order.

    Returns
    -------
    more, allotment
        Their sum does not depend on the order.
    """
    more = np.zeros(len(ranks), np.int64)
    for k, site in enumerate(ranks):
        more[k], start = start.opened(sites, site)
    return more, start


def as_it_is(sites: Sites) -> tuple[int, Allotment]:
    """
    Return how many the existing places could serve, and how.

    Parameters
    ----------
    sites
        What there is.

    Returns
    -------
    served, allotment
        The most of any sharing.
    """
    candidates = sites.choice.order.size
    empty = Allotment(np.zeros(sites.links.group.size, np.int64), sites.classes.weight.copy())
    existing = list(range(candidates, sites.capacity.size))
    more, allotment = allotted(sites, empty, existing)
    return sum(more.tolist()), allotment


def added_greedily(
    sites: Sites, start: Allotment, may: list[int], cost: list[int], left: int
) -> Found:
    """
    Return sites opened one after another, each serving most more for its cost.

    Parameters
    ----------
    sites, start
        What there is, and who is served before.
    may
        Ranks that may be opened.
    cost, left
        Of each candidate, and what may be spent.

    Returns
    -------
    found
        Nobody who serves no more. Gains never grow, so the promises of a greedy choice hold.
    """
    at_most = {j: start.opened(sites, j)[0] for j in may}
    chosen, gain = list[int](), list[int]()
    fresh = set(may)
    while True:
        open_to = [j for j, more in at_most.items() if more > 0 and cost[j] <= left]
        if not open_to:
            return Found(np.array(chosen, np.int64), np.array(gain, np.int64))
        top = max(open_to, key=lambda j: (per_cost(at_most[j], cost[j]), at_most[j], -j))
        more, after = start.opened(sites, top)
        if top not in fresh and more < at_most[top]:
            at_most[top] = more
            fresh.add(top)
            continue
        start, left = after, left - cost[top]
        chosen.append(top)
        gain.append(more)
        del at_most[top]
        fresh.clear()


def per_cost(gain: int, cost: int) -> tuple[int, Fraction]:
    """
    Return a gain for each unit of cost, to be compared.

    Parameters
    ----------
    gain, cost
        Whole numbers.

    Returns
    -------
    rank
        What is free comes before what costs.
    """
    return (0, Fraction(gain, cost)) if cost else (1, Fraction(gain))
