"""Standards, assessments with their results, and editions with their published figures."""

from __future__ import annotations

from atlas.assessments.models.assessment import Assessment, AssessmentLayer
from atlas.assessments.models.editions import Edition, PublishedFigure, PublishedScore
from atlas.assessments.models.results import (
    Completeness,
    Contribution,
    Quality,
    Reason,
    Result,
    Score,
)
from atlas.assessments.models.standards import (
    Adoption,
    Band,
    Domain,
    Mode,
    Requirement,
    Service,
    StandardSet,
)

__all__ = [
    "Adoption",
    "Assessment",
    "AssessmentLayer",
    "Band",
    "Completeness",
    "Contribution",
    "Domain",
    "Edition",
    "Mode",
    "PublishedFigure",
    "PublishedScore",
    "Quality",
    "Reason",
    "Requirement",
    "Result",
    "Score",
    "Service",
    "StandardSet",
]
