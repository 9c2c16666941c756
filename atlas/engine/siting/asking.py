"""Whom a siting asks for: the children of one service, group by group at each point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import NOT_APPLICABLE, WALK, refuse_unless
from atlas.engine.pairs import Reached
from atlas.engine.siting.allocation import Capacities, capacity_in_children
from atlas.engine.siting.catchments import by_group, catchments_on_streets
from atlas.engine.siting.openings import as_places
from atlas.engine.siting.zones import Zones

if TYPE_CHECKING:
    from atlas.engine.coverage import CoverageResult
    from atlas.engine.inputs import Assigned, Places
    from atlas.engine.siting.openings import Baseline, Openings
    from atlas.engine.types import Int32, Int64, StrArray


@dataclass(frozen=True, slots=True)
class Asking:
    """
    Children of one service, g · n rows, group-major as in `by_group`.

    Attributes
    ----------
    children
        Reported children of whom it is known whether they are served, millionths.
    lacking
        Those of them who are not served: full and out.
    nearest_cm
        Walk to the nearest existing place, -1 none.
    zone
        Leaf zone, -1 outside.
    """

    children: Int64
    lacking: Int64
    nearest_cm: Int32
    zone: Int32

    def zones(self, code: StrArray, least_children: int) -> Zones:
        """
        Return the zones of `worst_first`.

        Parameters
        ----------
        code
            Of each leaf zone, shape (z,).
        least_children
            Zones with fewer, in millionths, do not count as the worst off.

        Returns
        -------
        zones
            Their children and who of them is served.
        """
        children, served = (np.zeros(code.size + 1, np.int64) for _ in range(2))
        np.add.at(children, self.zone, self.children)
        np.add.at(served, self.zone, self.children - self.lacking)
        return Zones(code, self.zone, children[:-1], served[:-1], least_children)


def asking(result: CoverageResult, baseline: Baseline, service: int) -> Asking:
    """
    Return whom a siting of one service asks for.

    Parameters
    ----------
    result
        The city as it is.
    baseline
        What it was assessed from.
    service
        Which; one that is walked to.

    Returns
    -------
    asking
        Their sums over a zone are those of the assessment, exactly: children less unknown, and
        full and out.

    Raises
    ------
    InputError
        If the service is city-wide: no place of it is nearer than another.
    """
    demand, incomplete = baseline.demand, baseline.incomplete
    is_walked = int(baseline.requirements.mode[service]) == WALK
    refuse_unless(is_walked, "a city-wide service has no better place")
    groups = demand.children_micro.shape[1]
    # Who lives outside finds the last entry, also where there is no zone at all.
    inside = ~np.append(incomplete[service], True)[demand.zone] & result.points.snap.is_snapped
    shape = (groups, demand.code.size)
    children, lacking = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    nearest_cm = np.full(shape, -1, np.int32)
    for g in range(groups):
        if not result.points.applies(service, g):
            continue
        count = np.where(inside, demand.children_micro[:, g], 0)
        children[g] = count
        lacking[g] = count - result.points.served_micro(service, g, count)
        nearest_cm[g] = result.points.nearest(service, g)[0]
    zone = np.tile(demand.zone.astype(np.int32), groups)
    return Asking(children.ravel(), lacking.ravel(), nearest_cm.ravel(), zone)


def catchments_of(
    baseline: Baseline, openings: Openings, service: int, *, limit_cm: int | None = None
) -> Reached:
    """
    Return whom each candidate would have near, by group at each point.

    Parameters
    ----------
    baseline, openings
        The city and its candidates.
    service
        Which.
    limit_cm
        The longest walk, whatever the reach of a group: for `least_walking`. By default each
        group's reach.

    Returns
    -------
    reached
        Over the rows of `Asking`, with the walks.

    Raises
    ------
    ShapeError, InputError
        If they do not fit.
    """
    reach_cm = baseline.requirements.reach_cm[service]
    if limit_cm is not None:
        reach_cm = np.where(reach_cm == NOT_APPLICABLE, NOT_APPLICABLE, limit_cm).astype(np.int32)
    reached = _on_streets(baseline, as_places(openings, baseline.places), reach_cm)
    return by_group(reached, reach_cm, openings.admits[:, service], baseline.demand.code.size)


def capacities_of(baseline: Baseline, openings: Openings, service: int) -> Capacities:
    """
    Return what candidates and existing pools hold, in children, and whom the pools reach.

    Parameters
    ----------
    baseline, openings
        The city and its candidates.
    service
        Which.

    Returns
    -------
    capacities
        For `most_served_within_capacity` over the rows of `Asking`. Where groups need differently
        every child counts as one of those who need least; that, what other services draw from a
        pool and what children outside do is left out, so the limit stays one.

    Raises
    ------
    ShapeError, InputError
        If they do not fit, or a group of the service needs nothing: for it reach alone decides.
    """
    requirements, pools = baseline.requirements, baseline.pools
    reach_cm = requirements.reach_cm[service]
    applies = reach_cm != NOT_APPLICABLE
    need = requirements.need()[service, applies]
    refuse_unless(need.size > 0, "no group needs the service")
    own = np.flatnonzero((pools.admits[:, service] & applies).any(axis=1))
    near = _repeated(_on_streets(baseline, baseline.places, reach_cm), pools.place[own])
    reached = by_group(near, reach_cm, pools.admits[own, service], baseline.demand.code.size)
    if baseline.assigned is not None:
        reached = _within_catchments(reached, own, baseline.assigned, baseline.demand.code.size)
    each = int(need.min())
    return Capacities(
        candidate=capacity_in_children(openings.capacity_micro, each),
        existing_code=pools.code[own],
        existing_reached=reached,
        existing=capacity_in_children(pools.capacity_micro[own], each),
    )


def _on_streets(baseline: Baseline, places: Places, reach_cm: Int32) -> Reached:
    """Return whom places have within the longest of some reaches."""
    return catchments_on_streets(
        baseline.network,
        baseline.demand.xy_m,
        places,
        max(0, int(reach_cm.max(initial=0))),
        farthest_leg_cm=baseline.requirements.farthest_leg_cm,
        threads=baseline.threads,
    )


def _repeated(reached: Reached, rows: Int32) -> Reached:
    """Return the catchments of some rows, in their order; a row may come again."""
    size = np.diff(reached.place_first)[rows]
    first = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    walk = np.arange(first[-1]) - np.repeat(first[:-1] - reached.place_first[rows], size)
    return Reached(first, reached.point[walk], reached.cm[walk])


def _within_catchments(reached: Reached, own: Int64, assigned: Assigned, points: int) -> Reached:
    """Return what is left of some pools' reach where they serve their catchment alone."""
    members = np.unique(assigned.pool.astype(np.int64) * points + assigned.point)
    pool = np.repeat(own, np.diff(reached.place_first))
    is_member = np.isin(pool * points + reached.point % points, members)
    kept = np.flatnonzero(is_member | ~assigned.is_assigned[pool])
    first = np.searchsorted(kept, reached.place_first).astype(np.int64)
    return Reached(first, reached.point[kept], reached.cm[kept])
