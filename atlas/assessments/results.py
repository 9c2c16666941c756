"""Writes what an assessment found, whole, by COPY."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.assessments.models import (
    AccessIndex,
    BuildingCrowding,
    CellPlacement,
    Completeness,
    Contribution,
    LackingServices,
    PieceResult,
    RankDoubt,
    Result,
    Score,
    ServiceDepth,
    ServiceEquity,
    ServiceGradient,
    SubScore,
    TierPattern,
    WalkReach,
    ZoneCluster,
    ZoneContext,
)
from atlas.assessments.rows import context, depth, scores, splits
from atlas.assessments.rows.writing import copy_rows
from spatial_data.models import Place

if TYPE_CHECKING:
    from atlas.assessments.models import Assessment
    from atlas.assessments.outcome import Outcome

RESULT = (
    "assessment_id zone_id service band sex children_micro served_micro full_micro out_micro "
    "unknown_micro short_micro served_low_micro edge_micro reason quality flags"
)
PIECE = "assessment_id zones band sex children_micro split_micro"
SCORE = (
    "assessment_id zone_id children_micro need lowest highest known_weight rank ranked_of reason "
    "flags"
)
CONTRIBUTION = "assessment_id zone_id component gap weight points without reason"
COMPLETENESS = "assessment_id zone_id service grade is_incomplete evidence"
ACCESS = "assessment_id zone_id service index reason"
PLACEMENT = "assessment_id cell_code way points children_micro floor_m2_per_resident"
WALK_REACH = (
    "assessment_id zone_id profile service band sex reached_micro any_route_micro gap reason"
)
RANK_DOUBT = (
    "assessment_id zone_id need_low need_high rank_low rank_median rank_high worst in_worst "
    "is_robust"
)
TIER_PATTERN = "assessment_id tier_code weights moran expected p reason islands"
ZONE_CLUSTER = "assessment_id zone_id cluster local_moran local_p reason"
DEPTH = (
    "assessment_id zone_id service filled_full_micro one_place_micro unconnected_micro reason "
    "median_cm median_reason median_out_cm mean_excess_cm out_reason"
)
LACKING = "assessment_id zone_id at_least lower_micro upper_micro reason"
EQUITY = (
    "assessment_id service certain_full_micro certain_reason gini theil theil_between upper_fifth "
    "lower_fifth access_reason girls_coverage girls_reason boys_coverage boys_reason"
)
GRADIENT = (
    "assessment_id tier_code service children_micro reason erreygers concentration most_deprived "
    "least_deprived difference ratio erreygers_low erreygers_high most_deprived_low "
    "most_deprived_high least_deprived_low least_deprived_high difference_low difference_high"
)
ZONE_CONTEXT = "assessment_id zone_id indicator value smoothed level is_constant quality reason"
SUB_SCORE = "assessment_id zone_id part domain need reason"
CROWDING = (
    "assessment_id place_id shifts pupils seats_micro pupils_per_seat seats_reason fullest_shift "
    "fullest_reason m2_per_pupil m2_reason"
)


def store(assessment: Assessment, outcome: Outcome) -> None:
    """
    Write every row of an assessment; to be called in the transaction that made it.

    Parameters
    ----------
    assessment
        Just made, without rows.
    outcome
        What it found, its ledgers checked.
    """
    key = assessment.pk
    copy_rows(Result, RESULT, splits.splits(key, outcome))
    copy_rows(PieceResult, PIECE, splits.pieces(key, outcome))
    copy_rows(Completeness, COMPLETENESS, splits.completeness(key, outcome))
    copy_rows(AccessIndex, ACCESS, splits.access_indices(key, outcome))
    copy_rows(CellPlacement, PLACEMENT, splits.placements(key, outcome))
    copy_rows(WalkReach, WALK_REACH, splits.walk_reaches(key, outcome))
    copy_rows(Score, SCORE, scores.scores(key, outcome))
    copy_rows(Contribution, CONTRIBUTION, scores.contributions(key, outcome))
    copy_rows(RankDoubt, RANK_DOUBT, scores.rank_doubts(key, outcome))
    copy_rows(TierPattern, TIER_PATTERN, scores.tier_patterns(key, outcome))
    copy_rows(ZoneCluster, ZONE_CLUSTER, scores.zone_clusters(key, outcome))
    copy_rows(ServiceDepth, DEPTH, depth.service_depths(key, outcome))
    copy_rows(LackingServices, LACKING, depth.lacking_services(key, outcome))
    copy_rows(ServiceEquity, EQUITY, depth.service_equity(key, outcome))
    copy_rows(ServiceGradient, GRADIENT, context.service_gradients(key, outcome))
    copy_rows(ZoneContext, ZONE_CONTEXT, context.zone_context(key, outcome))
    copy_rows(SubScore, SUB_SCORE, scores.sub_scores(key, outcome))
    places = dict(Place.objects.filter(city=assessment.city).values_list("code", "id"))
    copy_rows(BuildingCrowding, CROWDING, depth.building_crowding(key, outcome, places))
