"""What opening a candidate changes in a city, and the city with some of them open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import Places, refuse_unless

if TYPE_CHECKING:
    from atlas.engine.inputs import Assigned, Demand, Pools, Requirements
    from atlas.engine.network import Network
    from atlas.engine.types import Bool, Float64, Int32, Int64, StrArray

NEW = -1


@dataclass(frozen=True, slots=True)
class Openings:
    """
    What each of m candidates is once it is open.

    Parameters
    ----------
    code
        Stable codes, shape (m,), unlike those of any place and pool.
    place
        Which existing place it enlarges, shape (m,); `NEW` (-1) a new place.
    entrance_candidate, entrance_xy_m
        Whose entrance and where, shapes (e,) and (e, 2), metres; of new places alone.
    capacity_micro
        What it adds, shape (m,), millionths; -1 unknown.
    admits
        Which services and groups, shape (m, s, g).
    """

    code: StrArray
    place: Int32
    entrance_candidate: Int32
    entrance_xy_m: Float64
    capacity_micro: Int64
    admits: Bool

    def check(self, places: int) -> None:
        """
        Refuse openings that do not fit the places.

        Parameters
        ----------
        places
            How many there are.

        Raises
        ------
        ShapeError, InputError
            Naming what is at fault.
        """
        size = self.code.size
        fits = self.place.shape == self.capacity_micro.shape == (size,)
        refuse_unless(fits, "place and capacity do not fit the candidates", ShapeError)
        refuse_unless(self.admits.shape[:1] == (size,), "admits does not fit", ShapeError)
        if size:
            known = int(self.place.min()) >= NEW and int(self.place.max()) < places
            refuse_unless(known, "a candidate enlarges a place there is not")
        if self.entrance_candidate.size:
            low, high = int(self.entrance_candidate.min()), int(self.entrance_candidate.max())
            refuse_unless(low >= 0 and high < size, "an entrance of a candidate there is not")
            is_new = self.place[self.entrance_candidate] == NEW
            refuse_unless(bool(is_new.all()), "a place that is enlarged has its own entrances")


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    A city as it is: what `coverage` goes in with.

    Parameters
    ----------
    network, demand, places, pools, requirements, incomplete, assigned
        As `coverage` takes them.
    threads
        How many chunks run at once; by default one for each core. Changes no digit.
    """

    network: Network
    demand: Demand
    places: Places
    pools: Pools
    requirements: Requirements
    incomplete: Bool
    assigned: Assigned | None = None
    threads: int | None = None


def as_places(openings: Openings, places: Places) -> Places:
    """
    Return the candidates as places, each with the entrances by which it would be reached.

    Parameters
    ----------
    openings
        The candidates.
    places
        The existing places, whose entrances those have that enlarge them.

    Returns
    -------
    candidates
        In the order of the openings, for `catchments_on_streets`.

    Raises
    ------
    ShapeError, InputError
        If they do not fit.
    """
    openings.check(places.code.size)
    larger = np.flatnonzero(openings.place != NEW)
    owner, entrance = np.nonzero(openings.place[larger, None] == places.entrance_place[None, :])
    return Places(
        code=openings.code,
        entrance_place=np.concatenate((openings.entrance_candidate, larger[owner])).astype(
            np.int32
        ),
        entrance_xy_m=np.concatenate((openings.entrance_xy_m, places.entrance_xy_m[entrance])),
    )


def with_open(baseline: Baseline, openings: Openings, chosen: Int64) -> Baseline:
    """
    Return a city with some candidates open.

    Parameters
    ----------
    baseline
        The city as it is.
    openings
        The candidates.
    chosen
        Rows of those that are open, none twice.

    Returns
    -------
    baseline
        With a pool for each, at a new place or the one it enlarges.

    Raises
    ------
    ShapeError, InputError
        If they do not fit.
    """
    openings.check(baseline.places.code.size)
    chosen = np.sort(chosen)
    places, pools = baseline.places, baseline.pools
    new = chosen[openings.place[chosen] == NEW]
    row = np.full(openings.code.size, -1, np.int32)
    row[new] = places.code.size + np.arange(new.size, dtype=np.int32)
    owner = row[openings.entrance_candidate]
    at = np.where(openings.place[chosen] == NEW, row[chosen], openings.place[chosen])
    opened = owner >= 0
    assigned = baseline.assigned
    if assigned is not None:
        free = np.zeros(chosen.size, np.bool_)
        assigned = replace(assigned, is_assigned=np.concatenate((assigned.is_assigned, free)))
    return replace(
        baseline,
        places=Places(
            code=np.concatenate((places.code, openings.code[new])),
            entrance_place=np.concatenate((places.entrance_place, owner[opened])),
            entrance_xy_m=np.concatenate((places.entrance_xy_m, openings.entrance_xy_m[opened])),
        ),
        pools=replace(
            pools,
            code=np.concatenate((pools.code, openings.code[chosen])),
            place=np.concatenate((pools.place, at)).astype(np.int32),
            capacity_micro=np.concatenate((pools.capacity_micro, openings.capacity_micro[chosen])),
            admits=np.concatenate((pools.admits, openings.admits[chosen])),
        ),
        assigned=assigned,
    )
