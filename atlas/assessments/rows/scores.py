"""Rows of need: scores, contributions, doubt, and clusters of zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.models import ClusterKind, Neighbours, Reason, ScorePart
from atlas.assessments.rows.writing import number, why
from atlas.engine.equity.clusters import Cluster
from atlas.engine.values import flag_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.assessments.outcome import Outcome, TierClusters
    from atlas.assessments.rows.writing import Row

KIND = {
    Cluster.NONE: ClusterKind.NONE,
    Cluster.HIGH_AMONG_HIGH: ClusterKind.HIGH_AMONG_HIGH,
    Cluster.LOW_AMONG_HIGH: ClusterKind.LOW_AMONG_HIGH,
    Cluster.LOW_AMONG_LOW: ClusterKind.LOW_AMONG_LOW,
    Cluster.HIGH_AMONG_LOW: ClusterKind.HIGH_AMONG_LOW,
}


def scores(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return the need of every zone."""
    found = outcome.scores
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        yield (
            key,
            zone_id,
            int(found.children_micro[z]),
            number(found.need[z]),
            number(found.lowest[z]),
            number(found.highest[z]),
            float(found.known_weight[z]),
            float(found.rank[z]) or None,
            int(found.ranked_of[z]),
            why(found.reason[z]),
            flag_names(int(found.flags[z])),
        )


def contributions(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return what each component brings to each score."""
    found, standard = outcome.scores, outcome.standard
    components = (*standard.services, *standard.indicators)
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, component in enumerate(components):
            yield (
                key,
                zone_id,
                component,
                number(found.levels.x[z, s]),
                float(found.weights[z, s]),
                number(found.points[z, s]),
                number(found.without[z, s]),
                why(found.levels.reason[z, s]),
            )


def sub_scores(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return the need of every zone by gaps alone, by context alone and by each domain."""
    parts, domains = outcome.scores.parts, outcome.standard.weighting.domain_code.tolist()
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        yield key, zone_id, ScorePart.GAPS, "", number(parts.gaps[z]), why(parts.gaps_reason[z])
        yield (
            *(key, zone_id, ScorePart.CONTEXT, ""),
            number(parts.context[z]),
            why(parts.context_reason[z]),
        )
        for d, domain in enumerate(domains):
            own = parts.domains[z, d], parts.domains_reason[z, d]
            yield key, zone_id, ScorePart.DOMAIN, domain, number(own[0]), why(own[1])


def rank_doubts(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return how sure score and rank of every zone are."""
    doubt = outcome.doubt
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        yield (
            key,
            zone_id,
            number(doubt.need_low[z]),
            number(doubt.need_high[z]),
            number(doubt.rank_low[z]),
            number(doubt.rank_median[z]),
            number(doubt.rank_high[z]),
            int(doubt.worst[z]) or None,
            number(doubt.in_worst[z]),
            bool(doubt.is_robust[z]),
        )


def tier_patterns(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return whether zones of like need lie together, tier by tier."""
    for tier, one in zip(outcome.zones.tiers, outcome.clusters, strict=True):
        moran = number(np.float64(one.found.moran))
        yield (
            key,
            tier.code,
            Neighbours(one.found.weights),
            moran,
            None if moran is None else one.found.expected,
            number(np.float64(one.found.p)),
            # Fewer than four zones take part, or all of them have the same need.
            Reason.NOT_APPLICABLE if moran is None else "",
            list(one.found.island),
        )


def zone_clusters(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return which zones lie among their like."""
    rows = {int(z): (one, k) for one in outcome.clusters for k, z in enumerate(one.row)}
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        yield key, zone_id, *_cluster(outcome, z, rows.get(z))


def _cluster(outcome: Outcome, z: int, at: tuple[TierClusters, int] | None) -> Row:
    """Return the cluster of a zone, or why it is in none to speak of."""
    if at is None or np.isnan(at[0].found.local[at[1]]):
        no_score = why(outcome.scores.reason[z])
        return ClusterKind.NONE, None, None, no_score or Reason.NOT_APPLICABLE
    found, k = at[0].found, at[1]
    return KIND[Cluster(found.cluster[k])], float(found.local[k]), float(found.local_p[k]), ""
