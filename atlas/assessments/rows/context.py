"""Rows of context: each indicator in each zone, and coverage along deprivation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.models import Quality
from atlas.assessments.rows.writing import number, why
from atlas.engine import values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.assessments.outcome import Outcome
    from atlas.assessments.rows.writing import Row

QUALITY = {
    values.Quality.MEASURED: Quality.MEASURED,
    values.Quality.ESTIMATED: Quality.ESTIMATED,
}


def zone_context(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return every indicator in every zone."""
    found = outcome.context
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for k, indicator in enumerate(found.code.tolist()):
            yield (
                key,
                zone_id,
                indicator,
                number(found.value[z, k]),
                number(found.smoothed[z, k]),
                number(found.level[z, k]),
                bool(found.is_constant[z, k]),
                QUALITY[values.Quality(int(found.quality[z, k]))],
                why(found.reason[z, k]),
            )


def service_gradients(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return coverage along deprivation, tier by tier, service by service."""
    for tier, of_tier in zip(outcome.zones.tiers, outcome.gradients, strict=True):
        for service, found in zip(outcome.standard.services, of_tier.services, strict=True):
            figures = (
                *(found.erreygers, found.concentration, found.most_deprived),
                *(found.least_deprived, found.difference, found.ratio),
                *found.observed[[0, -1]].T.ravel(),
            )
            yield (
                key,
                tier.code,
                service,
                found.children_micro,
                why(found.reason),
                *(number(np.float64(figure)) for figure in figures),
            )
