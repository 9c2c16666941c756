"""Standards, assessments with their results, and editions with their published figures."""

from __future__ import annotations

from atlas.assessments.models.assessment import Assessment, AssessmentLayer
from atlas.assessments.models.editions import (
    Edition,
    PublishedCompleteness,
    PublishedFigure,
    PublishedScore,
)
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
    "CellPlacement",
    "Completeness",
    "Contribution",
    "Domain",
    "Edition",
    "Meets",
    "Mode",
    "PieceResult",
    "PlaceKind",
    "PlacingWay",
    "PublishedCompleteness",
    "PublishedFigure",
    "PublishedScore",
    "Quality",
    "Reason",
    "Requirement",
    "Result",
    "SchoolStage",
    "Score",
    "Service",
    "StandardSet",
    "WalkReach",
]
