"""The parameters of the method that an assessment reads from a requirement set."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeGuard

from atlas.engine.doubt.draws import LEAST_PCT, MOST_PCT
from spatial_data.models import Normalising

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

QUANTILES = 3
"""A low one, a middle one, a high one."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a parameter's value must be, in words and as a test."""

    what: str
    fits: Callable[[Any], bool]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _are_powers(value: object) -> bool:
    return _are_rising(value) and all(_is_number(one) and one >= 1 for one in value)


def _are_counts(value: object) -> bool:
    return _are_rising(value) and all(_is_whole(one) for one in value)


def _are_changes(value: object) -> bool:
    """Whole per cent above and below an adopted figure, itself among them."""
    if not _are_rising(value):
        return False
    per_cent = [100 * fraction(one) for one in value]
    whole = all(one.denominator == 1 and LEAST_PCT < one < MOST_PCT for one in per_cent)
    return whole and 0 in per_cent


def _are_quantiles(value: object) -> bool:
    return _are_rising(value) and len(value) == QUANTILES and all(0 < one < 1 for one in value)


def _are_rising(value: object) -> TypeGuard[list[float]]:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
        and value == sorted(set(value))
    )


def _are_ways(value: object) -> bool:
    known = [way.value for way in Normalising]
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, str) and one in known for one in value)
        and len(set(value)) == len(value)
    )


def _is_share(value: object) -> bool:
    try:
        return 0 <= fraction(value) <= 1
    except (ValueError, ZeroDivisionError, TypeError):
        return False


def fraction(value: object) -> Fraction:
    """
    Return a share exactly, as the file writes it.

    Examples
    --------
    >>> fraction("1/3")
    Fraction(1, 3)
    >>> fraction(0.2)
    Fraction(1, 5)
    """
    return Fraction(str(value))


def speed_code(band: str) -> str:
    """
    Return the code of the parameter that holds a band's walking speed in m/s.

    Examples
    --------
    >>> speed_code("6-11")
    'walking_speed_6-11'
    """
    return f"walking_speed_{band}"


NUMBER = Form("a number, 0 or more", _is_number)
AT_LEAST_ONE = Form("a number, 1 or more", lambda value: _is_number(value) and value >= 1)
WHOLE = Form("a whole number, 1 or more", _is_whole)
POWERS = Form("a rising list of numbers, each 1 or more", _are_powers)
CHANGES = Form(
    f"a rising list of whole per cents as shares, 0 among them, {LEAST_PCT} to {MOST_PCT} %",
    _are_changes,
)
LOW_MIDDLE_HIGH = Form("three rising numbers between 0 and 1", _are_quantiles)
WAYS = Form(
    f"a list of different ones of: {', '.join(way.value for way in Normalising)}",
    _are_ways,
)
SHARE = Form("a share between 0 and 1", _is_share)
NUMBERS = Form(
    "a rising list of numbers",
    lambda value: (
        isinstance(value, list) and all(map(_is_number, value)) and value == sorted(set(value))
    ),
)
COUNTS = Form("a rising list of whole numbers, each 1 or more", _are_counts)
SECTOR = Form("'all' or 'public'", lambda value: value in {"all", "public"})
SHARING = Form("'even'", lambda value: value == "even")

PARAMETERS: Mapping[str, Form] = {
    "power": AT_LEAST_ONE,
    "unknown_limit": SHARE,
    "missing_limit": SHARE,
    "few_children": NUMBER,
    "services_lacked": COUNTS,
    "class_breaks": NUMBERS,
    "floor_area_per_resident_min": NUMBER,
    "floor_area_per_resident_max": NUMBER,
    "building_levels_unmapped": AT_LEAST_ONE,
    "street_point_step": AT_LEAST_ONE,
    "street_point_distance": NUMBER,
    "zone_probe": NUMBER,
    "zone_nearest": NUMBER,
    "shore": NUMBER,
    "snap_limit": NUMBER,
    "admitted_share_of_band": SHARE,
    "sector": SECTOR,
    "sharing": SHARING,
    "completeness_building_ratio_poor": NUMBER,
    "completeness_building_ratio_partial": NUMBER,
    "completeness_place_ratio_poor": NUMBER,
    "completeness_place_ratio_partial": NUMBER,
    "completeness_expected_places_min": NUMBER,
    "completeness_pooled_places_min": NUMBER,
    "completeness_record_age_years": NUMBER,
    "completeness_attributes_filled": SHARE,
    "completeness_incomplete_grade": NUMBER,
    "disclosure_threshold_public": NUMBER,
    "equal_weight_sd": NUMBER,
    "draws": WHOLE,
    "draws_for_ranks": WHOLE,
    "reach_levels": CHANGES,
    "provision_levels": CHANGES,
    "powers_tried": POWERS,
    "normalisations_tried": WAYS,
    "interval_quantiles": LOW_MIDDLE_HIGH,
    "worst_zones": WHOLE,
    "robust_probability": SHARE,
    "robust_standard_errors": NUMBER,
    "border_tolerance": NUMBER,
    "cluster_false_discovery": SHARE,
    "cluster_permutations": WHOLE,
}
"""Every one must be there. A set may hold more: later chapters of the method read those."""
