"""A whole city assessed, with the doubt of its scores and ranks."""

from __future__ import annotations

import numpy as np

from atlas.engine.coverage import city_of, coverage
from atlas.engine.doubt import Plan, doubt
from atlas.engine.doubt.counts import CountError, as_counted, replicates
from atlas.engine.doubt.draws import Spread, Weighting
from atlas.engine.doubt.gaps import gap_levels
from atlas.engine.doubt.tables import Case, Makeup
from atlas.engine.need import ScoreRule, gap
from tests.bench.cities import SERVICES, ZONES_ACROSS, whole_city
from tests.bench.measuring import peak_mib, timed
from tests.bench.streets_work import network_of

RULE = ScoreRule(p=2.0)
POINTS_PER_CELL = 60
RELATIVE_ERROR = 0.1
REPLICATES = 20


def _case(found, levels, spread):
    """The zones of the city as one tier, every service weighing alike."""
    code = np.array([f"service_{s:02d}" for s in range(SERVICES)])
    number = np.arange(SERVICES)
    zones = ZONES_ACROSS**2
    parts = (found.full, found.out, found.children, found.unknown)
    return Case(
        zone_code=np.array([f"zone/{z:03d}" for z in range(zones)]),
        levels=gap(*(part.sum(axis=2) for part in parts)),
        makeup=Makeup(code, number, np.ones(SERVICES), number, np.full(SERVICES, -1)),
        weighting=Weighting(
            np.array(["all"]), np.ones(1), code, np.zeros(SERVICES, int), np.ones(SERVICES)
        ),
        rule=RULE,
        spread=spread,
        gaps=levels,
        context=np.zeros((1, zones, 0)),
    )


def doubt_ours(city, folder):
    """A thousand draws of everything, the counts of cells in doubt too."""
    network, demand, *rest = whole_city(network_of(folder), city.points)
    found = coverage(network, demand, *rest)
    cell = (np.arange(demand.code.size) // POINTS_PER_CELL).astype(np.int32)
    cells = int(cell[-1]) + 1
    error = CountError(
        cell_code=np.array([f"cell/{c:06d}" for c in range(cells)]),
        cell_error=np.full(cells, RELATIVE_ERROR),
        cell_source=np.zeros(cells, np.int64),
        source_code=np.array(["census"]),
        source_error=np.array([RELATIVE_ERROR]),
    )
    counts = replicates(1, error, cell, count=REPLICATES)
    spread = Spread(replicates=counts.count)

    def work():
        asked = city_of(network, demand, *rest)
        levels = gap_levels(asked, rest[-1], spread, counts)
        return doubt(_case(found, levels, spread), Plan(1, (10,), 1_000, 1_000))

    seconds, _ = timed(work, times=1)
    return {"seconds": seconds, "mib": peak_mib()}


def doubted_assessment_ours(city, folder):
    """From arrays to scores, ranks and their doubt."""
    network, demand, *rest = whole_city(network_of(folder), city.points)
    spread = Spread()

    def work():
        found = coverage(network, demand, *rest)
        asked = city_of(network, demand, *rest)
        levels = gap_levels(asked, rest[-1], spread, as_counted(demand.code.size))
        return doubt(_case(found, levels, spread), Plan(1, (10,)))

    seconds, found = timed(work, times=3)
    return {"seconds": seconds, "need": float(np.nanmean(found.adopted.need))}
