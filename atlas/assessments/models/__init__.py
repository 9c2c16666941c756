"""Standards, assessments with their results, and editions with their published figures."""

from __future__ import annotations

from atlas.assessments.models.assessment import Assessment, AssessmentLayer
from atlas.assessments.models.context import ScorePart, SubScore, ZoneContext
from atlas.assessments.models.crowding import BuildingCrowding
from atlas.assessments.models.distances import LackingServices, ServiceDepth
from atlas.assessments.models.doubt import RankDoubt
from atlas.assessments.models.editions import (
    Edition,
    PublishedCompleteness,
    PublishedFigure,
    PublishedScore,
)
from atlas.assessments.models.equity import (
    ClusterKind,
    Neighbours,
    ServiceEquity,
    ServiceGradient,
    TierPattern,
    ZoneCluster,
)
from atlas.assessments.models.published_context import PublishedContext, PublishedGradient
from atlas.assessments.models.results import (
    AccessIndex,
    CellPlacement,
    Completeness,
    Contribution,
    PieceResult,
    PlacingWay,
    Quality,
    Reason,
    Result,
    Score,
    WalkReach,
)
from atlas.assessments.models.standards import (
    Adoption,
    Band,
    ContextWeight,
    Domain,
    Meets,
    Mode,
    PlaceKind,
    Requirement,
    SchoolStage,
    Service,
    StandardSet,
)

__all__ = [
    "AccessIndex",
    "Adoption",
    "Assessment",
    "AssessmentLayer",
    "Band",
    "BuildingCrowding",
    "CellPlacement",
    "ClusterKind",
    "Completeness",
    "ContextWeight",
    "Contribution",
    "Domain",
    "Edition",
    "LackingServices",
    "Meets",
    "Mode",
    "Neighbours",
    "PieceResult",
    "PlaceKind",
    "PlacingWay",
    "PublishedCompleteness",
    "PublishedContext",
    "PublishedFigure",
    "PublishedGradient",
    "PublishedScore",
    "Quality",
    "RankDoubt",
    "Reason",
    "Requirement",
    "Result",
    "SchoolStage",
    "Score",
    "ScorePart",
    "Service",
    "ServiceDepth",
    "ServiceEquity",
    "ServiceGradient",
    "StandardSet",
    "SubScore",
    "TierPattern",
    "WalkReach",
    "ZoneCluster",
    "ZoneContext",
]
