"""Where each property of METHOD §11 is held, and each part of the engine worked out by hand."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ENGINE = Path(__file__).resolve().parents[1] / "unit" / "engine"

PROPERTIES = {
    "1 isolated: one pool reached by all serves min(P, S/r), all alike": {
        "coverage_properties": ["a_pool_that_all_reach_serves_all_alike"],
        "filling_properties": ["one_pool_that_all_reach_is_full_for_as_many_when_filled"],
    },
    "2 two ledgers: children and capacity; short = r(full + out)": {
        "coverage_properties": [
            "both_ledgers_hold_and_what_is_short_is_what_is_not_served",
        ],
        "filling_properties": ["both_ledgers_hold_when_places_are_filled"],
        "reach": ["a_profile_never_reaches_a_child_whom_any_route_does_not"],
        "margins": ["every_tree_holds_all_children_and_order_changes_nothing"],
        "edges_many": ["three_million_seats_for_nine_million_children_at_one_door"],
    },
    "3 sandwich: certain ≤ filled ≤ even; no child in reach of a free seat": {
        "filling_properties": [
            "certain_is_at_most_filled_and_filled_at_most_even_at_every_point",
            "no_child_is_full_in_reach_of_a_place_with_room",
        ],
        "flow": ["the_largest_flow_is_that_of_networkx"],
    },
    "4 pools: halves of a group; another group raises nobody's share": {
        "coverage_properties": [
            "two_halves_of_a_group_are_served_as_the_whole",
            "admitting_another_group_never_raises_what_arrives_at_others",
        ],
        "filling_properties": ["two_halves_of_a_group_are_filled_as_the_whole"],
    },
    "5 splitting a point or a pool at its place changes no zone": {
        "coverage_properties": [
            "a_pool_split_in_two_at_its_place_changes_no_zone",
            "a_point_split_in_two_at_its_place_changes_no_zone_by_more_than_its_rounding",
        ],
        "filling_properties": [
            "a_pool_split_in_two_at_its_place_is_filled_alike",
            "a_point_split_in_two_at_its_place_is_filled_alike",
        ],
    },
    "6 metric: symmetric, triangle, a node inserted, safe ≥ any": {
        "coverage_properties": [
            "walking_there_is_as_far_as_walking_back_and_never_further_than_by_a_third_place",
        ],
        "walks_properties": [
            "there_and_back_cost_alike",
            "going_by_way_of_a_third_position_is_never_shorter_where_walking_is_not_forbidden",
            "a_node_put_into_a_street_changes_no_cost_in_any_profile",
            "no_profile_finds_a_shorter_way_than_any_route",
        ],
        "network": ["a_node_put_into_a_street_changes_no_cost"],
    },
    "7 monotone: a place opened, a street or crossing added; add then remove": {
        "coverage_properties": ["opening_or_enlarging_a_place_leaves_nobody_worse_off"],
        "network": ["another_street_makes_no_way_longer"],
        "walks_properties": [
            "another_street_makes_no_way_of_any_route_longer",
            "a_mark_at_a_crossing_makes_no_way_of_any_profile_longer",
        ],
        "scenario_places": [
            "fifty_changes_are_full_runs_and_their_inverses_return_to_the_start",
        ],
        "scenario_streets": [
            "a_new_street_makes_no_walk_longer_and_a_closed_one_none_shorter",
            "streets_added_and_closed_again_and_closed_and_reopened_leave_the_city_as_it_was",
        ],
        "scenario_walks": [
            "a_crossing_put_up_makes_no_walk_longer_and_taken_away_leaves_the_city_as_it_was",
        ],
    },
    "8 increment: fifty changes equal full runs, their inverses the start, on 1, 2, 4 threads": {
        "scenario_places": [
            "what_one_change_does_is_what_a_full_run_says",
            "fifty_changes_are_full_runs_and_their_inverses_return_to_the_start",
        ],
        "scenario_streets": ["changed_streets_and_places_together_are_a_full_run"],
        "scenario_walks": [
            "crossings_and_places_together_are_a_full_run_on_the_network_marked_anew",
        ],
        "scenario_scores": [
            "scores_contributions_ranks_and_their_doubt_are_those_of_a_full_run",
        ],
    },
    "9 order: shuffled inputs give the same bytes": {
        "network": ["the_order_of_pieces_and_nodes_changes_no_byte"],
        "snapping": [
            "neither_the_order_of_points_nor_of_streets_nor_threads_change_a_digit",
        ],
        "coverage_properties": ["no_order_and_no_number_of_threads_changes_a_digit"],
        "filling_properties": ["no_order_and_no_number_of_threads_changes_what_is_filled"],
        "reach": ["neither_order_nor_threads_nor_other_groups_change_who_is_reached"],
        "walks_properties": ["the_order_of_the_streets_changes_no_digit_of_a_walk"],
        "weight_forms": ["no_order_and_no_number_of_threads_changes_the_index"],
        "depth": ["order_of_points_changes_nothing"],
        "subscores": ["order_of_components_and_of_zones_changes_no_bit"],
        "context": ["order_of_zones_changes_no_bit"],
        "doubt": [
            "neither_the_order_of_zones_and_services_nor_threads_change_a_byte",
        ],
        "doubt_gaps": ["neither_order_nor_threads_nor_turns_change_a_digit"],
        "doubt_ranks": ["neither_order_nor_threads_change_a_byte"],
        "equity": ["no_order_of_rows_changes_a_digit"],
        "clusters": ["no_order_of_zones_or_pairs_changes_a_digit"],
        "scenario_places": [
            "no_order_of_points_places_pools_or_services_changes_a_digit",
        ],
        "siting_goals": ["no_order_of_candidates_or_points_changes_a_code_or_a_digit"],
        "siting_capacity": [
            "no_order_of_places_candidates_or_points_changes_a_code_or_a_digit",
        ],
        "siting_worst_first": [
            "no_order_of_zones_candidates_or_points_changes_a_code_or_a_digit",
        ],
    },
    "10 ranks: Σ P(k worst) = k, Σ mean rank = n(n + 1)/2, twins": {
        "need": ["ranks_sum_to_those_of_as_many_zones_without_ties"],
        "doubt": [
            "chances_sum_to_k_and_ranks_to_those_of_as_many",
            "twin_zones_get_the_same_answers",
        ],
        "doubt_ranks": [
            "chances_sum_to_k_and_mean_ranks_to_those_of_as_many_zones",
            "twin_zones_get_the_same_answers",
        ],
    },
    "11 need: slope, rising, not applicable, interval, a parent with one child": {
        "need": [
            "a_contribution_is_level_times_slope_by_finite_difference",
            "contributions_sum_to_the_score",
            "need_rises_in_each_level_and_in_p",
            "not_applicable_is_the_same_as_the_service_absent",
            "the_interval_holds_the_score",
            "a_parent_with_one_child_zone_scores_like_it",
        ],
        "subscores": [
            "a_service_that_applies_nowhere_is_the_same_as_absent_bit_for_bit",
            "a_parent_with_one_child_zone_equals_it_and_twins_share_their_rank",
        ],
    },
    "12 equity and siting: E, row order, Theil, the gain shown, exact ≥ greedy ≥ 63 %": {
        "equity": [
            "coverage_leans_one_way_as_much_as_the_gap_leans_the_other",
            "no_order_of_rows_changes_a_digit",
            "theil_within_and_between_add_up_as_pysal_s_do",
        ],
        "siting_rescoring": [
            "where_reach_decides_the_gain_shown_is_the_gain_of_the_model",
        ],
        "siting_goals": [
            "what_is_proposed_at_once_gains_at_least_what_is_promised",
            "no_allowed_set_serves_more_than_the_one_proposed",
        ],
    },
}

BY_HAND = {
    "walking costs in every profile": {"walks_properties": ["costs_are_those_found_by_hand"]},
    "reach in every profile": {
        "reach": ["who_is_reached_is_whom_the_plain_search_reaches"],
        "reach_by_hand": ["every_zone_reaches_in_every_profile_what_it_reaches_by_hand"],
    },
    "split": {
        "coverage_by_hand": [
            "every_zone_is_split_as_by_hand",
            "every_point_finds_its_nearest_place_as_by_hand",
        ],
    },
    "filled and certain": {"filling": ["random_towns_are_filled_as_by_hand"]},
    "access index": {
        "weight_forms": ["the_access_index_of_random_towns_is_that_by_hand"],
    },
    "need and contributions": {
        "need_by_hand": [
            "need_and_contributions_of_every_zone_are_those_worked_out_by_hand",
        ],
    },
    "sub-scores and ranks": {
        "subscores_by_hand": [
            "scores_sub_scores_and_ranks_of_every_zone_are_those_worked_out_by_hand",
        ],
    },
    "children lacking services, distances": {
        "depth": [
            "children_lacking_services_are_those_counted_one_by_one",
            "distances_are_those_of_children_lined_up_one_by_one",
        ],
    },
    "ranks in doubt": {"doubt_ranks": ["ranks_are_those_that_scipy_finds_one_by_one"]},
    "scenario states": {
        "changes_by_hand": ["every_state_of_a_scenario_is_the_changed_town_by_hand"],
        "scenario_streets": ["walks_over_changed_streets_cost_what_the_rule_says"],
        "scenario_junctions": [
            "every_walk_over_changed_streets_costs_in_every_profile_what_the_rules_say",
        ],
    },
    "siting optimum": {
        "siting_goals": [
            "no_allowed_set_serves_more_than_the_one_proposed",
            "no_allowed_set_saves_more_walking_than_the_one_proposed",
        ],
        "siting_capacity": ["no_allowed_set_can_serve_more_than_the_one_proposed"],
        "siting_worst_first": [
            "no_allowed_set_raises_the_lowest_further_or_then_serves_more",
        ],
        "changes_by_hand": [
            "where_reach_decides_no_two_places_by_hand_serve_more_than_the_two_proposed",
            "the_gain_shown_of_a_proposal_is_that_of_the_town_with_it_by_hand",
        ],
    },
    "the toy of METHOD §11": {
        "coverage_cases": ["the_toy_of_the_method_through_the_whole_engine"],
        "floating": [
            "the_toy_of_the_method_in_thirds",
            "the_toy_of_the_method_within_400_metres",
            "the_toy_of_the_method_where_children_divide_themselves",
            "the_toy_of_the_method_is_as_unequal_as_it_says",
        ],
    },
}


@cache
def _tests_in(area: str) -> dict[str, ast.FunctionDef]:
    """Return the tests of one area of the engine, which may have none."""
    file = ENGINE / f"test_engine_{area}.py"
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {f.name.removeprefix("test_"): f for f in functions if f.name.startswith("test_")}


def _is_skipped(test: ast.FunctionDef) -> bool:
    marks = [ast.unparse(decorator) for decorator in test.decorator_list]
    return any("skip" in mark or "xfail" in mark for mark in marks)


def _named(held: dict[str, dict[str, list[str]]]) -> list[tuple[str, str, str]]:
    return [
        (what, area, name)
        for what, areas in held.items()
        for area, names in areas.items()
        for name in names
    ]


@pytest.mark.parametrize("held", [PROPERTIES, BY_HAND], ids=["properties", "by hand"])
def test_every_named_test_is_there_and_runs(held) -> None:
    gone = [
        f"{what}: test_engine_{area}.py::test_{name}"
        for what, area, name in _named(held)
        if name not in _tests_in(area) or _is_skipped(_tests_in(area)[name])
    ]
    assert gone == []


def test_all_twelve_properties_of_the_method_have_a_test() -> None:
    numbers = [int(what.split(" ", 1)[0]) for what in PROPERTIES]
    assert numbers == list(range(1, 13))
    assert all(_named({what: held}) for what, held in {**PROPERTIES, **BY_HAND}.items())


def test_every_test_by_hand_is_named_here() -> None:
    areas = [
        file.stem.removeprefix("test_engine_") for file in ENGINE.glob("test_engine_*_by_hand.py")
    ]
    named = {(area, name) for _, area, name in _named(BY_HAND)}
    alone = {
        ("coverage_by_hand", "served_at_the_points_adds_up_to_served_in_the_zones"),
        ("coverage_by_hand", "what_arrives_is_what_is_there_as_long_as_somebody_needs_it"),
    }
    found = {(area, name) for area in areas for name in _tests_in(area)}
    assert found - alone - named == set()


def test_a_test_that_was_renamed_or_skipped_would_be_missed() -> None:
    assert _tests_in("of_nothing") == {}
    skipped = ast.parse("@pytest.mark.skip\ndef test_x(): ...").body[0]
    assert isinstance(skipped, ast.FunctionDef)
    assert _is_skipped(skipped)
    assert not _is_skipped(_tests_in("need")["contributions_sum_to_the_score"])
