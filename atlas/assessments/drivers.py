"""What drives the doubt about a city's ranks: asked for, never part of an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from atlas.assessments.assessing import SEED, assess
from atlas.assessments.doubting import case_of
from atlas.assessments.inputs.city import active_versions, read_city
from atlas.assessments.inputs.standard import standard_of
from atlas.assessments.operations import quietly, standard_for
from atlas.engine.doubt.drivers import drivers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from atlas.bodies.models import City
    from atlas.engine.doubt.drivers import Drivers

FEWEST_TO_COMPARE = 2


def find_drivers(
    city: City, *, at: datetime, seed: int = SEED, tell: Callable[[str], None] = quietly
) -> list[tuple[str, Drivers]]:
    """
    Find what drives the doubt about a city's ranks; nothing is kept.

    Parameters
    ----------
    city, at, seed, tell
        As `atlas.assessments.operations.run_assessment` takes them.

    Returns
    -------
    drivers
        Code of each tier that ranks two zones or more, and what moves their ranks.

    Raises
    ------
    NoStandardError, MissingLayerError, UnfitStandardError, EngineError
        As `run_assessment`.
    """
    standard = standard_of(standard_for(city, at=at))
    tell("layers")
    inputs = read_city(city, active_versions(city), Path(settings.ATLAS_CACHE))
    outcome = assess(inputs, standard, tell=tell, seed=seed)
    tell("drivers")
    zones, found = outcome.zones, []
    for tier, of_tier in enumerate(zones.tiers):
        row = np.flatnonzero((zones.tier == tier) & ~zones.is_unassigned)
        if (outcome.scores.rank[row] > 0).sum() >= FEWEST_TO_COMPARE:
            case = case_of(
                outcome.tried, outcome.scores, outcome.context, zones, outcome.standard, row
            )
            found.append((of_tier.code, drivers(case, seed)))
    return found
