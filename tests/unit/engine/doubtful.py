"""Random cases for doubt: zones with gaps at every level, a context, and holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.engine.doubt.draws import Weighting
from atlas.engine.doubt.gaps import GapLevels
from atlas.engine.doubt.tables import Case, Makeup
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.values import Reason

SERVICES, INDICATORS = 3, 2
CODES = np.array(["park", "school", "clinic", "poverty", "crowding"])


def case_of(seed, spread, *, zones=12, missing=0.0, not_applicable=0.0):
    """A tier where more reach leaves fewer out, and more provision asked serves fewer."""
    random = np.random.default_rng(seed)
    shape = (len(spread.reach_pct), len(spread.provision_pct), spread.replicates)
    known = random.integers(1_000, 9_000, (SERVICES, zones, spread.replicates)) * 1_000
    part = random.random((SERVICES, zones, 1, 1, 1))
    reach = np.array(spread.reach_pct)[:, None, None] / 100
    provision = np.array(spread.provision_pct)[None, :, None] / 100
    slope = random.random((SERVICES, zones, 1, 1, 1))
    change = slope * (provision - reach) * part * (1 - part)
    noise = random.random((SERVICES, zones, 1, 1, spread.replicates)) * 0.1
    noise *= spread.replicates > 1
    gap = np.clip(part + change + noise, 0, 1)
    not_served = np.rint(np.broadcast_to(gap, (SERVICES, zones, *shape)) * known[:, :, None, None])
    gaps = GapLevels(not_served.astype(np.int64), known)
    adopted = spread.reach_pct.index(0), spread.provision_pct.index(0)
    of_gaps = (gaps.not_served[:, :, adopted[0], adopted[1], 0] / known[:, :, 0]).T
    context = random.random((spread.normalisations, zones, INDICATORS))
    x = np.hstack((of_gaps, context[0]))
    reason = np.zeros(x.shape, np.uint8)
    reason[random.random(x.shape) < missing] = Reason.MISSING
    reason[random.random(x.shape) < not_applicable] = Reason.NOT_APPLICABLE
    return Case(
        zone_code=np.array([f"z{k:03d}" for k in random.permutation(zones)]),
        levels=Levels(np.where(reason > 0, np.nan, x), reason),
        makeup=Makeup(
            code=CODES,
            weighted=np.arange(SERVICES + INDICATORS),
            share=np.ones(SERVICES + INDICATORS),
            gap=np.array([0, 1, 2, -1, -1]),
            context=np.array([-1, -1, -1, 0, 1]),
        ),
        weighting=Weighting(
            domain_code=np.array(["services", "context"]),
            domain_weight=np.array([0.7, 0.3]),
            code=CODES,
            domain=np.array([0, 0, 0, 1, 1]),
            weight=np.array([1.0, 2.0, 1.0, 1.0, 1.0]),
        ),
        rule=ScoreRule(missing_limit=0.5),
        spread=spread,
        gaps=gaps,
        context=context,
        children=None,
    )


def shuffled(case, seed):
    """The same case with its zones, components, services and indicators in another order."""
    random = np.random.default_rng(seed)
    zones, components = (random.permutation(size) for size in case.levels.x.shape)
    weighted = random.permutation(case.weighting.code.size)
    gaps = random.permutation(case.gaps.not_served.shape[0])
    indicators = random.permutation(case.context.shape[2])
    makeup, weighting = case.makeup, case.weighting
    at = np.ix_(zones, components)
    return replace(
        case,
        zone_code=case.zone_code[zones],
        levels=Levels(case.levels.x[at], case.levels.reason[at]),
        makeup=Makeup(
            code=makeup.code[components],
            weighted=np.argsort(weighted)[makeup.weighted[components]],
            share=makeup.share[components],
            gap=renumbered(gaps, makeup.gap[components]),
            context=renumbered(indicators, makeup.context[components]),
        ),
        weighting=replace(
            weighting,
            code=weighting.code[weighted],
            domain=weighting.domain[weighted],
            weight=weighting.weight[weighted],
        ),
        gaps=GapLevels(case.gaps.not_served[gaps][:, zones], case.gaps.known[gaps][:, zones]),
        context=case.context[:, zones][:, :, indicators],
        children=None if case.children is None else case.children[zones],
    )


def renumbered(order, rows):
    """Rows of a table whose rows were put in another order; -1 stays."""
    return np.where(rows < 0, -1, np.argsort(order)[rows])
