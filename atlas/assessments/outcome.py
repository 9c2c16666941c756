"""What an assessment found, as arrays, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.outcome_context import ContextFound, PartScores, TierGradient
    from atlas.engine.crowding import Crowding
    from atlas.engine.depth import Depth
    from atlas.engine.doubt.gaps import GapLevels
    from atlas.engine.equity.clusters import Clusters
    from atlas.engine.known import CountsKnown
    from atlas.engine.lacking import Lacking
    from atlas.engine.need import Levels
    from atlas.engine.types import Bool, Float64, Int32, Int64, StrArray, UInt8


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier, as far as an assessment minds."""

    code: str
    tree: str
    depth: int


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """
    Every zone of a city, codes rising.

    Attributes
    ----------
    tiers
        Tiers, tree after tree, coarse to fine; the main tree first.
    zone_id
        Key of the stored zone, shape (n,).
    code
        Shape (n,).
    tier
        Row of the zone's tier, shape (n,).
    parent
        Row of the zone above, shape (n,); -1 at the top.
    is_unassigned
        The zones for points that lie in none, shape (n,).
    """

    tiers: tuple[TierRow, ...]
    zone_id: Int64
    code: StrArray
    tier: Int32
    parent: Int32
    is_unassigned: Bool


@dataclass(frozen=True, slots=True)
class Split:
    """
    Children of every zone by service and group, millionths, shape (n, S, G) each.

    Attributes
    ----------
    children, served, full, out, unknown
        children = served + full + out + unknown; 0 where a service does not apply.
    short
        Places missing, in millionths of the unit of provision.
    served_low, edge, unsnapped
        The other bound; children near the boundary; children near no street.
    flags
        Bits of the engine's `Flag`.
    filled_served, filled_full
        Served and full where places are filled before anybody is called full; out and unknown
        stay. Only this and what is certain may be worded "no room".
    """

    children: Int64
    served: Int64
    full: Int64
    out: Int64
    unknown: Int64
    short: Int64
    served_low: Int64
    edge: Int64
    unsnapped: Int64
    flags: UInt8
    filled_served: Int64
    filled_full: Int64


@dataclass(frozen=True, slots=True)
class PieceSplit:
    """
    Children of the pieces that the trees of a city cut, millionths.

    Attributes
    ----------
    leaf
        Row of the leaf zone in each tree, shape (p, trees), the main tree first.
    children
        Shape (p, G).
    parts
        Served, full, out, unknown; shape (p, S, G, 4), 0 where a service does not apply.
    """

    leaf: Int32
    children: Int64
    parts: Int64


@dataclass(frozen=True, slots=True)
class ZoneScores:
    """
    Need of every zone, each tier scored and ranked by itself.

    Attributes
    ----------
    need, lowest, highest, known_weight
        Shape (n,); NaN where there is none.
    rank, ranked_of
        Shape (n,); rank 0 where a zone is not ranked, a half where an even number share theirs.
    reason, flags
        Shape (n,), codes of the engine's `Reason` and bits of its `Flag`.
    children_micro
        All children, shape (n,).
    levels
        The gap of each service, then the level of each context indicator that weighs, shape
        (n, S + C).
    weights, points, without
        Of each of them, shape (n, S + C).
    parts
        Scores of gaps alone, of context alone, of each domain.
    """

    need: Float64
    lowest: Float64
    highest: Float64
    known_weight: Float64
    rank: Float64
    ranked_of: Int32
    reason: UInt8
    flags: UInt8
    children_micro: Int64
    levels: Levels
    weights: Float64
    points: Float64
    without: Float64
    parts: PartScores


@dataclass(frozen=True, slots=True)
class ZoneDoubt:
    """
    How sure the score and rank of every zone are, shape (n,) each.

    Attributes
    ----------
    need_low, need_high
        Score at the low and the high quantile of the trials; NaN where there is no score.
    rank_low, rank_median, rank_high
        Rank observed at each quantile; NaN where the zone is not ranked.
    in_worst
        Probability that the zone is among the `worst` worst of its tier; NaN where not asked.
    worst
        How many worst zones were asked about; 0 where not ranked, or no more zones are ranked.
    is_robust
        Robust high need.
    """

    need_low: Float64
    need_high: Float64
    rank_low: Float64
    rank_median: Float64
    rank_high: Float64
    in_worst: Float64
    worst: Int64
    is_robust: Bool


@dataclass(frozen=True, slots=True)
class TierClusters:
    """
    The clusters of one tier.

    Attributes
    ----------
    row
        Which zones, shape (m,): those that are drawn.
    found
        What lies among its like, m zones.
    """

    row: Int64
    found: Clusters


@dataclass(frozen=True, slots=True)
class Evenness:
    """
    How evenly the children of the whole city are served, by service.

    Attributes
    ----------
    gini, theil, theil_between, upper_fifth, lower_fifth
        Of the access index at points, shape (S,); between the leaf zones of the main tree. NaN
        where `access_reason` says why.
    coverage, coverage_reason
        Share of the girls and of the boys served, shape (S, 2), NaN where there is a reason.
    """

    gini: Float64
    theil: Float64
    theil_between: Float64
    upper_fifth: Float64
    lower_fifth: Float64
    access_reason: UInt8
    coverage: Float64
    coverage_reason: UInt8


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    How complete the layer behind each service looks in each zone.

    Attributes
    ----------
    grade
        0 poor to 3 complete, shape (n, S).
    is_incomplete
        Shape (n, S).
    evidence
        What was seen, one record a zone and service.
    """

    grade: UInt8
    is_incomplete: Bool
    evidence: list[list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the children of each cell were made to stand; one entry a cell."""

    code: StrArray
    way: UInt8
    points: Int64
    children_micro: Int64
    floor_m2_per_resident: Float64


@dataclass(frozen=True, slots=True)
class WalkSplit:
    """
    What the children of every zone reach by one way of walking; millionths, shape (n, S, G).

    Attributes
    ----------
    code
        Which profile of the standard.
    asked
        Which services and groups it is for, shape (S, G); everything else is 0 or null.
    children, unknown
        All of them, and those nobody can judge.
    reached, by_any
        Those with a place within reach by this way, and by any route.
    gap, group_gap
        (by_any − reached) / (children − unknown) of each service, shape (n, S), and of each of
        its groups.
    """

    code: str
    asked: Bool
    children: Int64
    unknown: Int64
    reached: Int64
    by_any: Int64
    gap: Levels
    group_gap: Levels


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    Everything an assessment found.

    Attributes
    ----------
    children
        Children of every zone and group, shape (n, G), millionths.
    access
        Access index, shape (n, S), 0 or more.
    depth
        How far children walk, how far beyond the reach the out live, who depends on one place.
    lacking
        Children who lack one service or more, two, three, by reach.
    certain_full_micro
        Children of the city in reach of each service whom no allocation can serve, at least,
        shape (S,), millionths; -1 where no provision is adopted.
    place_code, crowding
        Codes of all places, shape (p,), and how crowded their buildings are.
    left_out
        Counts of what was left out or estimated, with the reason in the key.
    walks
        What is reached by the standard's ways of walking, beside any route.
    tried, doubt
        Who is not served at every level of reach and provision tried, and how sure scores and
        ranks are.
    clusters
        Zones of like need that lie together, one entry a tier.
    evenness
        How evenly the city's children are served.
    context, gradients
        What is measured of zones beside their services, and coverage along deprivation, one entry a
        tier.
    """

    standard: Standard
    zones: ZoneTable
    children: Int64
    counts: CountsKnown
    split: Split
    pieces: PieceSplit
    scores: ZoneScores
    access: Levels
    depth: Depth
    lacking: Lacking
    judgement: Judgement
    placement: Placement
    certain_full_micro: Int64
    place_code: StrArray
    crowding: Crowding
    left_out: Mapping[str, Any]
    walks: tuple[WalkSplit, ...]
    tried: GapLevels
    doubt: ZoneDoubt
    clusters: tuple[TierClusters, ...]
    evenness: Evenness
    context: ContextFound
    gradients: tuple[TierGradient, ...]
