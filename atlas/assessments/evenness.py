"""How evenly the children of a city are served, service by service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.inputs.standard import SEXES
from atlas.assessments.outcome import Evenness
from atlas.engine.access import access_at_points
from atlas.engine.equity.gradient import fifths
from atlas.engine.equity.inequality import gini, theil
from atlas.engine.known import with_causes
from atlas.engine.margins import OUTSIDE
from atlas.engine.need import Levels, gap
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import Split, ZoneTable
    from atlas.engine.judged import JudgedPoints
    from atlas.engine.known import CountsKnown
    from atlas.engine.types import Float64, Int64

MAIN_TREE = 0
COARSEST = 0
"""The main tree's tiers come first, coarse to fine."""
FIGURES = 5


def evenness_of(
    judged: JudgedPoints, split: Split, zones: ZoneTable, counts: CountsKnown, standard: Standard
) -> Evenness:
    """
    Return how evenly children are served.

    Parameters
    ----------
    judged
        The points of the city and what was found at each.
    split, zones, counts
        Who is served in which zone, and how the children are known.
    standard
        What is required, and how many may be unknown.

    Returns
    -------
    evenness
        Of the whole city: all zones at the top of the main tree, what lies in none among them.
    """
    limit = float(standard.parameters.share("unknown_limit"))
    services = range(len(standard.services))
    access = [_of_access(judged, s, standard, limit) for s in services]
    top = np.flatnonzero(zones.tier == COARSEST)
    by_sex = [_coverage(split, counts, standard, top, sex) for sex in range(len(SEXES))]
    figures = np.array([one[0] for one in access]).reshape(len(access), FIGURES).T
    return Evenness(
        gini=figures[0],
        theil=figures[1],
        theil_between=figures[2],
        upper_fifth=figures[3],
        lower_fifth=figures[4],
        access_reason=np.array([one[1] for one in access], np.uint8),
        coverage=np.stack([1.0 - one.x for one in by_sex], axis=1),
        coverage_reason=np.stack([one.reason for one in by_sex], axis=1),
    )


def _of_access(
    judged: JudgedPoints, service: int, standard: Standard, limit: float
) -> tuple[Float64, Reason]:
    """Return Gini, Theil, its part between leaf zones, and the fifths of the access index."""
    nothing = np.full(FIGURES, np.nan)
    value, children, piece = access_at_points(judged, service)
    inside = judged.pieces.of_point != OUTSIDE
    living = judged.children_micro[inside][:, standard.applies[service]].sum()
    if living == 0:
        return nothing, Reason.NOT_APPLICABLE
    if children.sum() == 0 or children.sum() < (1 - limit) * living:
        return nothing, Reason.MISSING
    evenly = theil(value, children, judged.pieces.leaf[piece, MAIN_TREE])
    ends = fifths(value, value, children)
    figures = np.array(
        [gini(value, children), evenly.whole, evenly.between, ends.higher, ends.lower]
    )
    # Where nothing arrives at anybody nothing is spread evenly or unevenly.
    return (nothing, Reason.MISSING) if np.isnan(figures).any() else (figures, Reason.NONE)


def _coverage(
    split: Split, counts: CountsKnown, standard: Standard, top: Int64, sex: int
) -> Levels:
    """Return the gap of one sex in the whole city, of each service."""
    of_sex = slice(sex, None, len(SEXES))
    limit = float(standard.parameters.share("unknown_limit"))
    whole = {
        name: getattr(split, name)[top][:, :, of_sex].sum(axis=(0, 2))
        for name in ("full", "out", "children", "unknown", "unsnapped")
    }
    applies = standard.applies[:, of_sex]
    is_missing = counts.is_missing[top][:, of_sex].all(axis=0)
    levels = gap(whole["full"], whole["out"], whole["children"], whole["unknown"], limit)
    missing = np.asarray((is_missing | ~applies).all(axis=1) & applies.any(axis=1))
    return with_causes(levels, whole["unsnapped"], whole["children"], missing, limit)
