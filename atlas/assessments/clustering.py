"""Where zones of like need lie together, tier by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from atlas.assessments.inputs.trials import cluster_rule
from atlas.assessments.outcome import TierClusters
from atlas.engine.equity.clusters import clusters

if TYPE_CHECKING:
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome import ZoneScores, ZoneTable
    from atlas.engine.types import AnyArray, Int64

SHARED_BORDER = "shared_border"
"""The weights: zones that share a border or a corner are neighbours, all of a zone's alike."""


def clusters_of(
    scores: ZoneScores, zones: ZoneTable, shape: AnyArray, standard: Standard, seed: int
) -> tuple[TierClusters, ...]:
    """
    Return the zones of every tier that lie among their like by need.

    Parameters
    ----------
    scores, zones
        Need of every zone.
    shape
        Polygons of the zones in metres, shape (n,); None for what lies in no other.
    standard
        Who counts as neighbour, and how sure a cluster must be.
    seed
        Of the assessment.

    Returns
    -------
    clusters
        One entry a tier, of the zones that are drawn.
    """
    rule = cluster_rule(standard.parameters, SHARED_BORDER, seed)
    tolerance_m = standard.parameters.number("border_tolerance")
    found = []
    for tier in range(len(zones.tiers)):
        row = np.flatnonzero((zones.tier == tier) & ~zones.is_unassigned)
        near = neighbours(shape[row], tolerance_m)
        lived_in = scores.children_micro[row] > 0
        found.append(
            TierClusters(row, clusters(zones.code[row], scores.need[row], lived_in, near, rule))
        )
    return tuple(found)


def neighbours(shape: AnyArray, tolerance_m: float) -> Int64:
    """
    Return which polygons touch.

    Parameters
    ----------
    shape
        Polygons in metres, shape (n,).
    tolerance_m
        How far apart two may be drawn that touch on the ground.

    Returns
    -------
    pairs
        Rows, shape (m, 2), the lower first, each pair once.

    Examples
    --------
    >>> neighbours(shapely.box(np.array([0, 10, 30]), 0, np.array([10, 20, 40]), 10), 0.5)
    array([[0, 1]])
    """
    one, other = shapely.STRtree(shape).query(shape, predicate="dwithin", distance=tolerance_m)
    pairs = np.stack([one, other], axis=1)[one < other].astype(np.int64)
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], np.int64)
