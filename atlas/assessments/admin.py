"""Admin pages of standards, assessments and editions: all of it is looked at, none edited."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from atlas.assessments.models import (
    AccessIndex,
    Adoption,
    Assessment,
    AssessmentLayer,
    Band,
    BuildingCrowding,
    CellPlacement,
    Completeness,
    ContextWeight,
    Contribution,
    Domain,
    Edition,
    LackingServices,
    PieceResult,
    PlaceKind,
    PublishedCompleteness,
    PublishedContext,
    PublishedFigure,
    PublishedGradient,
    PublishedScore,
    RankDoubt,
    Requirement,
    Result,
    SchoolStage,
    Score,
    Service,
    ServiceDepth,
    ServiceEquity,
    ServiceGradient,
    StandardSet,
    SubScore,
    TierPattern,
    WalkReach,
    ZoneCluster,
    ZoneContext,
)
from atlas.bodies.admin_base import ReadOnlyAdmin, ReadOnlyInline


class BandInline(ReadOnlyInline):
    """The age bands of a set."""

    model = Band
    fields = ("code", "names", "age_from", "age_to")


class DomainInline(ReadOnlyInline):
    """The domains of a set."""

    model = Domain
    fields = ("code", "names", "weight_micro")


class ContextWeightInline(ReadOnlyInline):
    """The context indicators that a set lets weigh."""

    model = ContextWeight
    fields = ("code", "names", "domain", "weight_micro")


class SchoolStageInline(ReadOnlyInline):
    """The stages of schooling of a set."""

    model = SchoolStage
    fields = ("code", "names", "age_from", "age_to")


class PlaceKindInline(ReadOnlyInline):
    """The kinds of place of a set."""

    model = PlaceKind
    fields = ("code", "names", "age_from", "age_to")


@admin.register(StandardSet)
class StandardSetAdmin(ReadOnlyAdmin):
    """Requirement sets."""

    list_display = ("code", "revision", "name", "loaded_at")
    search_fields = ("code", "folded_names", "content_hash")
    inlines: ClassVar = [
        *(BandInline, DomainInline, ContextWeightInline, SchoolStageInline, PlaceKindInline),
    ]


class RequirementInline(ReadOnlyInline):
    """What is required of a service."""

    model = Requirement
    fields = ("band", "sex", "reach_cm", "provision_micro", "provision_unit", "source")


@admin.register(Service)
class ServiceAdmin(ReadOnlyAdmin):
    """Services with their requirements."""

    list_display = ("code", "name", "domain", "mode", "weight_micro", "standard")
    list_filter = ("standard", "mode")
    list_select_related = ("domain", "standard")
    search_fields = ("code", "folded_names")
    inlines: ClassVar = [RequirementInline]


@admin.register(Adoption)
class AdoptionAdmin(ReadOnlyAdmin):
    """Which city follows which set since when."""

    list_display = ("city", "standard", "since", "decided_by")
    list_filter = ("city",)
    list_select_related = ("city", "standard", "decided_by")
    search_fields = ("city__slug", "standard__code")


class AssessmentLayerInline(ReadOnlyInline):
    """What an assessment read."""

    model = AssessmentLayer


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """Runs of the engine."""

    list_display = ("city", "input_hash", "standard", "reference_date", "created_at")
    list_filter = ("city", "standard")
    list_select_related = ("city", "standard")
    search_fields = ("city__slug", "input_hash")
    inlines: ClassVar = [AssessmentLayerInline]


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    """Splits, in millionths of a child."""

    list_display = ("zone", "service", "band", "sex", "children_micro", "served_micro", "reason")
    list_filter = ("assessment__city", "service", "band", "sex", "reason")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(PieceResult)
class PieceResultAdmin(ReadOnlyAdmin):
    """Splits of the pieces that several trees cut, in millionths of a child."""

    list_display = ("zones", "band", "sex", "children_micro")
    list_filter = ("assessment__city", "band", "sex")
    search_fields = ("assessment__input_hash",)


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    """Scores of zones."""

    list_display = ("zone", "need", "lowest", "highest", "rank", "ranked_of", "reason")
    list_filter = ("assessment__city", "reason")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(Contribution)
class ContributionAdmin(ReadOnlyAdmin):
    """Shares of scores."""

    list_display = ("zone", "component", "gap", "weight", "points", "reason")
    list_filter = ("assessment__city", "component", "reason")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "component", "assessment__input_hash")


@admin.register(Completeness)
class CompletenessAdmin(ReadOnlyAdmin):
    """How complete the layers look."""

    list_display = ("zone", "service", "grade", "is_incomplete")
    list_filter = ("assessment__city", "service", "grade", "is_incomplete")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(AccessIndex)
class AccessIndexAdmin(ReadOnlyAdmin):
    """Access indices."""

    list_display = ("zone", "service", "index", "reason")
    list_filter = ("assessment__city", "service")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(WalkReach)
class WalkReachAdmin(ReadOnlyAdmin):
    """Reaches by ways of walking."""

    list_display = ("zone", "profile", "service", "band", "sex", "gap", "reason")
    list_filter = ("assessment__city", "profile", "service", "band")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(CellPlacement)
class CellPlacementAdmin(ReadOnlyAdmin):
    """How the children of a cell were made to stand."""

    list_display = ("cell_code", "way", "points", "floor_m2_per_resident")
    list_filter = ("assessment__city", "way")
    search_fields = ("cell_code", "assessment__input_hash")


@admin.register(RankDoubt)
class RankDoubtAdmin(ReadOnlyAdmin):
    """How sure ranks are."""

    list_display = ("zone", "rank_low", "rank_median", "rank_high", "in_worst", "is_robust")
    list_filter = ("assessment__city", "is_robust")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(ServiceDepth)
class ServiceDepthAdmin(ReadOnlyAdmin):
    """How deep gaps are."""

    list_display = ("zone", "service", "median_cm", "median_out_cm", "filled_full_micro", "reason")
    list_filter = ("assessment__city", "service", "reason")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(LackingServices)
class LackingServicesAdmin(ReadOnlyAdmin):
    """Children who lack several services."""

    list_display = ("zone", "at_least", "lower_micro", "upper_micro", "reason")
    list_filter = ("assessment__city", "at_least", "reason")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(ServiceEquity)
class ServiceEquityAdmin(ReadOnlyAdmin):
    """How even services are."""

    list_display = ("service", "gini", "theil", "girls_coverage", "boys_coverage")
    list_filter = ("assessment__city", "service")
    search_fields = ("service", "assessment__input_hash")


@admin.register(ServiceGradient)
class ServiceGradientAdmin(ReadOnlyAdmin):
    """Coverage along deprivation."""

    list_display = (
        "tier_code",
        "service",
        "erreygers",
        "most_deprived",
        "least_deprived",
        "reason",
    )
    list_filter = ("assessment__city", "tier_code", "service")
    search_fields = ("service", "assessment__input_hash")


@admin.register(ZoneContext)
class ZoneContextAdmin(ReadOnlyAdmin):
    """Context indicators of zones."""

    list_display = ("zone", "indicator", "value", "smoothed", "level", "quality", "reason")
    list_filter = ("assessment__city", "indicator")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "indicator")


@admin.register(SubScore)
class SubScoreAdmin(ReadOnlyAdmin):
    """Need by parts of the components."""

    list_display = ("zone", "part", "domain", "need", "reason")
    list_filter = ("assessment__city", "part", "domain")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "domain")


@admin.register(TierPattern)
class TierPatternAdmin(ReadOnlyAdmin):
    """Whether zones of like need lie together."""

    list_display = ("tier_code", "weights", "moran", "p", "reason")
    list_filter = ("assessment__city", "tier_code")
    search_fields = ("tier_code", "assessment__input_hash")


@admin.register(ZoneCluster)
class ZoneClusterAdmin(ReadOnlyAdmin):
    """Zones among their like."""

    list_display = ("zone", "cluster", "local_moran", "local_p", "reason")
    list_filter = ("assessment__city", "cluster", "reason")
    list_select_related = ("zone",)
    search_fields = ("zone__code", "assessment__input_hash")


@admin.register(BuildingCrowding)
class BuildingCrowdingAdmin(ReadOnlyAdmin):
    """How crowded buildings are."""

    list_display = ("place", "shifts", "pupils", "pupils_per_seat", "m2_per_pupil")
    list_filter = ("assessment__city", "shifts")
    list_select_related = ("place",)
    search_fields = ("place__code", "assessment__input_hash")


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Published editions."""

    list_display = ("city", "label", "revision", "assessment", "published_at")
    list_filter = ("city",)
    list_select_related = ("city", "assessment__city")
    search_fields = ("label", "content_hash", "manifest_sha256")


@admin.register(PublishedFigure)
class PublishedFigureAdmin(ReadOnlyAdmin):
    """Published splits."""

    list_display = ("zone_code", "service", "band", "sex", "children", "served", "reason")
    list_filter = ("edition", "tier_code", "service", "band", "sex", "reason")
    search_fields = ("zone_code",)


@admin.register(PublishedScore)
class PublishedScoreAdmin(ReadOnlyAdmin):
    """Published scores."""

    list_display = ("zone_code", "need", "need_class", "rank", "ranked_of", "reason")
    list_filter = ("edition", "tier_code", "need_class", "reason")
    search_fields = ("zone_code",)


@admin.register(PublishedCompleteness)
class PublishedCompletenessAdmin(ReadOnlyAdmin):
    """Published grades of the data."""

    list_display = ("zone_code", "service", "grade", "is_incomplete")
    list_filter = ("edition", "tier_code", "service", "grade")
    search_fields = ("zone_code",)


@admin.register(PublishedContext)
class PublishedContextAdmin(ReadOnlyAdmin):
    """Published context indicators."""

    list_display = ("zone_code", "indicator", "value", "quality", "reason")
    list_filter = ("edition", "tier_code", "indicator", "reason")
    search_fields = ("zone_code", "indicator")


@admin.register(PublishedGradient)
class PublishedGradientAdmin(ReadOnlyAdmin):
    """Published coverage along deprivation."""

    list_display = ("tier_code", "service", "most_deprived", "least_deprived", "step_percent")
    list_filter = ("edition", "tier_code", "service", "reason")
    search_fields = ("service",)
