"""Whom each candidate would serve, and at what walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import Places, refuse_unless
from atlas.engine.pairs import Reached, reached_pairs
from atlas.engine.positions import doors_of, graph_of, stand
from atlas.engine.sharing import Terrain
from atlas.engine.snapping import FARTHEST_LEG_CM, snap
from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.types import Bool, Float64, Int32, Int64

MOST_CM = 1 << 30


def check_catchments(reached: Reached, candidates: int, points: int) -> None:
    """
    Refuse catchments that do not fit the candidates and points.

    Parameters
    ----------
    reached
        A CSR by candidate.
    candidates, points
        How many there are.

    Raises
    ------
    ShapeError, InputError
        Naming what is at fault.
    """
    first, point, cm = reached.place_first, reached.point, reached.cm
    fits = first.shape == (candidates + 1,) and point.shape == cm.shape == (int(first[-1]),)
    refuse_unless(fits, "the catchments do not fit the candidates", ShapeError)
    rising = int(first[0]) == 0 and bool((np.diff(first) >= 0).all())
    refuse_unless(rising, "the catchments' starts do not rise from 0", ShapeError)
    if point.size:
        known = int(point.min()) >= 0 and int(point.max()) < points
        refuse_unless(known, "a catchment names a point there is not")
        within = int(cm.min()) >= 0 and int(cm.max()) < MOST_CM
        refuse_unless(within, "a walk of a catchment is out of range")


def catchments_on_streets(
    network: Network,
    xy_m: Float64,
    candidates: Places,
    limit_cm: int,
    *,
    farthest_leg_cm: int = FARTHEST_LEG_CM,
    threads: int | None = None,
) -> Reached:
    """
    Return whom each candidate would reach along the streets.

    Parameters
    ----------
    network
        The streets.
    xy_m
        Where children live, shape (n, 2), metres.
    candidates
        The candidates as places; one that enlarges a place has that place's entrances.
    limit_cm
        The longest walk that counts, inclusive.
    farthest_leg_cm
        A longer straight leg meets no street.
    threads
        How many chunks run at once; by default one for each core.

    Returns
    -------
    reached
        Of each candidate, its points in the caller's order.

    Raises
    ------
    ShapeError, InputError
        If the candidates contradict themselves or there are too many pairs.

    Notes
    -----
    Source: METHOD §3.
    """
    candidates.check()
    threads, most = threads or usable_cores(), candidates.code.size
    stands = snap(network, xy_m, farthest_leg_cm=farthest_leg_cm, threads=threads)
    at = candidates.entrance_xy_m
    enters = snap(network, at, farthest_leg_cm=farthest_leg_cm, threads=threads)
    doors = doors_of(network, candidates.entrance_place, enters, most)
    terrain = Terrain(graph_of(network), stand(network, stands), doors, threads)
    return reached_pairs(terrain, limit_cm)


def catchments_of_matrix(cost: Float64 | Int64, *, parts: int = 1) -> Reached:
    """
    Return the catchments that a plain table of costs says.

    Parameters
    ----------
    cost
        Cost from each point to each candidate, shape (n, m), any unit, directed if need be; not
        negative; NaN or infinite where there is no way.
    parts
        Each unit is counted in so many parts and rounded once, half to even: 100 for metres in
        centimetres.

    Returns
    -------
    reached
        A CSR by candidate, costs in ``1 / parts`` of the unit.

    Raises
    ------
    ShapeError, InputError
        If the table has not two dimensions, or a cost is negative or over 2**30 parts.

    Examples
    --------
    >>> catchments_of_matrix(np.array([[1.5, np.inf], [0.0, 2.0]]), parts=10).cm
    array([15,  0, 20], dtype=int32)
    """
    refuse_unless(cost.ndim == 2, "a table of costs has two dimensions", ShapeError)  # noqa: PLR2004
    refuse_unless(parts >= 1, "a unit has at least one part")
    way = np.ascontiguousarray(cost.T)
    candidate, point = np.nonzero(np.isfinite(way))
    counted = np.rint(way[candidate, point] * float(parts))
    fits = not counted.size or (counted.min() >= 0 and counted.max() < MOST_CM)
    refuse_unless(bool(fits), "a cost is negative or too large")
    first = np.searchsorted(candidate, np.arange(way.shape[0] + 1)).astype(np.int64)
    return Reached(first, point.astype(np.int32), counted.astype(np.int32))


def by_group(reached: Reached, reach_cm: Int32, admits: Bool, points: int) -> Reached:
    """
    Return catchments over the children of each group at each point.

    Parameters
    ----------
    reached
        Catchments over points, up to the largest reach.
    reach_cm
        Reach of each group, shape (g,); -1 not applicable.
    admits
        Which groups each candidate would admit, shape (m, g).
    points
        How many points there are, n.

    Returns
    -------
    reached
        Over g · n rows, group-major: group g at point i is row g · n + i.

    Raises
    ------
    ShapeError
        If the arrays do not fit.
    """
    candidates = reached.place_first.size - 1
    fits = admits.shape == (candidates, reach_cm.size)
    refuse_unless(fits, "admits does not fit the candidates and groups", ShapeError)
    owner = np.repeat(np.arange(candidates), np.diff(reached.place_first))
    kept = [
        np.flatnonzero((reached.cm <= reach_cm[g]) & admits[owner, g]) for g in range(reach_cm.size)
    ]
    walk = np.concatenate([np.zeros(0, np.int64), *kept])
    row = np.concatenate(
        [np.zeros(0, np.int64), *(g * points + reached.point[one] for g, one in enumerate(kept))]
    )
    order = np.lexsort((row, owner[walk]))
    first = np.searchsorted(owner[walk][order], np.arange(candidates + 1)).astype(np.int64)
    return Reached(first, row[order].astype(np.int32), reached.cm[walk[order]])
