"""The inputs of an assessment, checked, and where they meet the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import Assigned, refuse_unless
from atlas.engine.memory import coverage_bytes, refuse_beyond
from atlas.engine.snapping import snap
from atlas.engine.supply import City
from atlas.engine.workers import usable_cores

if TYPE_CHECKING:
    from atlas.engine.inputs import Demand, Places, Pools, Requirements
    from atlas.engine.network import Network
    from atlas.engine.types import Bool


def city_of(  # noqa: PLR0913 - one call, one whole city
    network: Network,
    demand: Demand,
    places: Places,
    pools: Pools,
    requirements: Requirements,
    incomplete: Bool,
    *,
    assigned: Assigned | None = None,
    threads: int | None = None,
    memory_bytes: int | None = None,
) -> City:
    """
    Check the inputs of an assessment and find where they meet the streets.

    Parameters
    ----------
    network, demand, places, pools, requirements, incomplete, assigned, threads
        As in `atlas.engine.coverage.coverage`.
    memory_bytes
        What the work may take; by default nobody asks.

    Returns
    -------
    city
        What blocks of services are judged on.

    Raises
    ------
    ShapeError, InputError
        If the inputs contradict each other, or the city needs more memory than it may take.
    """
    services, groups = requirements.shape
    requirements.check()
    shape = (services, incomplete.shape[-1])
    refuse_unless(incomplete.shape == shape, "incomplete does not fit the services", ShapeError)
    zones = int(shape[1])
    demand.check(zones, groups)
    places.check()
    pools.check(places.code.size, services, groups)
    assigned = assigned or _nobody(pools)
    assigned.check(pools.code.size, demand.code.size)
    threads, farthest = threads or usable_cores(), requirements.farthest_leg_cm
    if memory_bytes is not None:
        asked = (network, demand, places, pools, requirements)
        refuse_beyond(coverage_bytes(*asked, threads=threads), memory_bytes, "this city")
    return City(
        network=network,
        demand=demand,
        places=places,
        pools=pools,
        requirements=requirements,
        assigned=assigned,
        stands=snap(network, demand.xy_m, farthest_leg_cm=farthest, threads=threads),
        enters=snap(network, places.entrance_xy_m, farthest_leg_cm=farthest, threads=threads),
        threads=threads,
    )


def _nobody(pools: Pools) -> Assigned:
    """Return no catchments."""
    none = np.zeros(0, np.int32)
    return Assigned(np.zeros(pools.code.size, np.bool_), none, none)
