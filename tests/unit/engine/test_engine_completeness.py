from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.completeness import CompletenessRule, Grade, Seen, grade
from atlas.engine.errors import InputError, ShapeError

RULE = CompletenessRule()


def town(residents, buildings, places, *, parent=None, tier=None, **more):
    places = np.array(places, np.int64)
    n, kinds = places.shape
    return Seen(
        parent=np.array([-1] * n if parent is None else parent, np.int32),
        tier=np.array([0] * n if tier is None else tier, np.int32),
        residents=np.array(residents, float),
        buildings=np.array(buildings, float),
        places=places,
        age_years=np.array(more.get("age", np.full((n, kinds), 1.0)), float),
        filled=np.array(more.get("filled", np.full((n, kinds), np.nan)), float),
        declared=np.array(more.get("declared", [False] * kinds)),
    )


def test_a_zone_like_the_rest_is_complete() -> None:
    found = grade(town([1000] * 3, [100, 90, 110], [[10], [12], [8]]), RULE)
    assert found.grade[:, 0].tolist() == [Grade.COMPLETE] * 3
    assert not found.is_incomplete.any()
    assert found.building_ratio[0] == pytest.approx(1)
    assert found.place_ratio[1, 0] == pytest.approx(12 / 9)
    assert found.expected[1, 0] == pytest.approx(9)


def test_where_neither_houses_nor_places_are_mapped_the_layer_is_incomplete() -> None:
    found = grade(town([1000] * 3, [100, 100, 10], [[10], [10], [1]]), RULE)
    assert found.is_incomplete[:, 0].tolist() == [False, False, True]


def test_where_houses_are_mapped_the_lack_of_places_is_a_lack() -> None:
    found = grade(town([1000] * 3, [100, 100, 90], [[10], [10], [0]]), RULE)
    assert found.grade[2, 0] == Grade.PARTIAL
    assert not found.is_incomplete.any()


def test_a_kind_too_rare_to_tell_follows_all_kinds_together() -> None:
    libraries_and_schools = [[1, 20], [1, 20], [0, 1]]
    found = grade(town([1000] * 3, [100, 100, 10], libraries_and_schools), RULE)
    assert found.expected[2, 0] < RULE.expected_min
    assert found.is_incomplete[2].tolist() == [True, True]


def test_a_small_zone_takes_the_judgement_of_the_zone_above() -> None:
    found = grade(
        town(
            [1000, 1000, 1000, 500, 500, 500, 500],
            [100, 100, 10, 0, 100, 5, 5],
            [[10], [10], [1], [0], [10], [1], [0]],
            parent=[-1, -1, -1, 0, 0, 2, 2],
            tier=[0, 0, 0, 1, 1, 1, 1],
        ),
        CompletenessRule(expected_min=6, pooled_expected_min=6),
    )
    assert found.judged_at[3:, 0].tolist() == [0, 0, 2, 2]
    assert found.is_incomplete[3:, 0].tolist() == [False, False, True, True]


def test_old_records_and_empty_attributes_cost_grades_but_make_nothing_incomplete() -> None:
    found = grade(
        town(
            [1000] * 3,
            [100] * 3,
            [[10]] * 3,
            age=[[1.0], [9.0], [9.0]],
            filled=[[0.9], [0.9], [0.1]],
        ),
        RULE,
    )
    assert found.grade[:, 0].tolist() == [Grade.COMPLETE, Grade.GOOD, Grade.PARTIAL]
    old = grade(
        town([1000] * 3, [100, 100, 90], [[10], [10], [0]], age=[[9.0]] * 3, filled=[[0.1]] * 3),
        RULE,
    )
    assert old.grade[2, 0] == Grade.PARTIAL
    assert not old.is_incomplete.any()


def test_a_register_declared_complete_is_believed() -> None:
    found = grade(town([1000] * 3, [100, 100, 1], [[9], [9], [0]], declared=[True]), RULE)
    assert found.grade[:, 0].tolist() == [Grade.COMPLETE] * 3
    assert not found.is_incomplete.any()


def test_a_single_zone_has_nothing_to_compare_with() -> None:
    found = grade(town([1000], [5], [[0]]), RULE)
    assert np.isnan(found.building_ratio[0])
    assert found.grade[0, 0] == Grade.COMPLETE


def test_a_zone_without_people_has_no_ratio() -> None:
    found = grade(town([0, 1000], [5, 100], [[1], [10]]), RULE)
    assert np.isnan(found.building_ratio[0])
    assert not found.is_incomplete.any()


def test_the_order_of_zones_changes_nothing() -> None:
    seen = town([900, 1000, 1100], [100, 80, 10], [[10], [9], [1]])
    order = [2, 0, 1]
    shuffled = town([1100, 900, 1000], [10, 100, 80], [[1], [10], [9]])
    assert grade(seen, RULE).grade[order].tolist() == grade(shuffled, RULE).grade.tolist()


def test_impossible_figures_and_rules_are_refused() -> None:
    with pytest.raises(InputError):
        town([-1], [1], [[1]])
    with pytest.raises(ShapeError):
        town([1, 2], [1], [[1]])
    with pytest.raises(ShapeError):
        town([1], [1], [[1]], declared=[True, False])
    with pytest.raises(InputError):
        CompletenessRule(building_poor=0.6)
    with pytest.raises(InputError):
        CompletenessRule(expected_min=-1)
