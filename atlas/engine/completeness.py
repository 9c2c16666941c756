"""How complete a layer of places looks, from what can be seen of it (ours)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Bool, Float64, Int32, Int64, UInt8

NO_PARENT = -1


class Grade(IntEnum):
    """How complete a layer looks in a zone."""

    POOR = 0
    PARTIAL = 1
    GOOD = 2
    COMPLETE = 3


class Evidence(IntEnum):
    """What a ratio to the rest of the city says."""

    NONE = 0
    POOR = 1
    PARTIAL = 2
    GOOD = 3


@dataclass(frozen=True, slots=True)
class CompletenessRule:
    """
    The adopted choices of the grade.

    Parameters
    ----------
    building_poor, building_partial
        Mapped buildings per resident as a share of the rest of the city's, under which the
        mapping of a zone is poor, or partial.
    place_poor, place_partial
        The same for places of a kind.
    expected_min
        Places of a kind that a zone would have at the rest of the city's rate before their lack
        says anything.
    pooled_expected_min
        The same for places of all kinds together, which speak for a kind too rare to speak for
        itself.
    record_age_years
        Age of the records above which a layer loses a grade.
    attributes_filled
        Share of attributes filled under which a layer loses a grade.
    incomplete_grade
        The highest grade that counts as incomplete.

    Raises
    ------
    InputError
        If limits are crossed or negative.
    """

    building_poor: float = 0.25
    building_partial: float = 0.5
    place_poor: float = 0.2
    place_partial: float = 0.5
    expected_min: float = 3.0
    pooled_expected_min: float = 10.0
    record_age_years: float = 5.0
    attributes_filled: float = 0.5
    incomplete_grade: int = Grade.POOR

    def __post_init__(self) -> None:
        limits = (
            (self.building_poor, self.building_partial),
            (self.place_poor, self.place_partial),
        )
        if any(not 0 <= poor <= partial for poor, partial in limits):
            msg = "a limit for poor lies above the one for partial, or below 0"
            raise InputError(msg)
        if min(self.expected_min, self.pooled_expected_min, self.record_age_years) < 0:
            msg = "what is expected, and the age of records, cannot be negative"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What can be seen of the layers in n zones of one tree, for K kinds of places.

    Parameters
    ----------
    parent
        Shape (n,), row of the zone above, -1 at the top.
    tier
        Shape (n,), number of the tier; the zones of one tier are compared with each other.
    residents
        Shape (n,), people (or children: any one measure), ≥ 0.
    buildings
        Shape (n,), mapped residential buildings: their number or floor area, ≥ 0.
    places
        Shape (n, K), places found, ≥ 0.
    age_years
        Shape (n, K), median age of the records; NaN where not known.
    filled
        Shape (n, K), share of attributes filled in [0, 1]; NaN where there is nothing to fill.
    declared
        Shape (K,), whether the layer's own custodian says that it is complete (a register): its
        lack is then an absence.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.
    InputError
        If a number is negative.
    """

    parent: Int32
    tier: Int32
    residents: Float64
    buildings: Float64
    places: Int64
    age_years: Float64
    filled: Float64
    declared: Bool

    def __post_init__(self) -> None:
        n, kinds = self.places.shape
        columns = (self.parent, self.tier, self.residents, self.buildings)
        tables = (self.age_years, self.filled)
        if any(c.shape != (n,) for c in columns) or any(t.shape != (n, kinds) for t in tables):
            msg = "what is seen differs in shape"
            raise ShapeError(msg)
        if self.declared.shape != (kinds,):
            msg = f"{self.declared.shape} declarations for {kinds} kinds"
            raise ShapeError(msg)
        if min(a.min(initial=0) for a in (self.residents, self.buildings, self.places)) < 0:
            msg = "residents, buildings and places cannot be negative"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Completeness:
    """
    How complete the layers look, with the figures behind it.

    Parameters
    ----------
    grade
        Shape (n, K), `Grade`.
    is_incomplete
        Shape (n, K): children of the zone are unknown for this kind, not out.
    judged_at
        Shape (n, K), row of the zone whose figures decided: the zone itself, or the nearest above
        with enough people to tell; the top one where none has.
    building_ratio
        Shape (n,), buildings per resident over the rest of the city's; NaN without a rest.
    place_ratio, expected
        Shape (n, K), the same for places, and the places expected at the rest's rate.
    pooled_ratio, pooled_expected
        Shape (n,), the same for places of all kinds together.
    """

    grade: UInt8
    is_incomplete: Bool
    judged_at: Int32
    building_ratio: Float64
    place_ratio: Float64
    expected: Float64
    pooled_ratio: Float64
    pooled_expected: Float64
    rule: CompletenessRule = field(default_factory=CompletenessRule)


def grade(seen: Seen, rule: CompletenessRule) -> Completeness:
    """
    Grade the layers of each zone.

    Parameters
    ----------
    seen
        What can be seen.
    rule
        The adopted choices.

    Returns
    -------
    completeness
        Grades and the figures behind them.

    Notes
    -----
    Source: our own. A zone is compared with the rest of its tier, itself left out. Mapped
    buildings tell whether mappers have been there; places of a kind, where enough are expected,
    whether they mapped that kind; places of all kinds speak for one too rare. A zone too small for
    either takes the judgement of the zone above it, and the top one then that of its buildings.

    ==================  ====  =======  ====  ============
    buildings / places  poor  partial  good  none can say
    ==================  ====  =======  ====  ============
    poor                0     0        1     1
    partial             0     1        2     2
    good                1     2        3     3
    ==================  ====  =======  ====  ============

    Old records, and attributes left empty, cost a grade each, but never make a layer incomplete by
    themselves. A layer declared complete by its custodian starts from 3. Limits: where a whole
    city is mapped poorly, no zone of it stands out.
    """
    building_ratio, _ = _against_the_rest(seen.buildings[:, None], seen.residents, seen.tier)
    place_ratio, expected = _against_the_rest(seen.places, seen.residents, seen.tier)
    pooled = seen.places[:, ~seen.declared].sum(axis=1, keepdims=True)
    pooled_ratio, pooled_expected = _against_the_rest(pooled, seen.residents, seen.tier)
    mapping = _evidence(building_ratio, (rule.building_poor, rule.building_partial))
    own = _evidence(place_ratio, (rule.place_poor, rule.place_partial))
    own[expected < rule.expected_min] = Evidence.NONE
    together = _evidence(pooled_ratio, (rule.place_poor, rule.place_partial))
    together[pooled_expected < rule.pooled_expected_min] = Evidence.NONE
    places = np.where(own == Evidence.NONE, together, own)
    judged_at = _judged_at(seen, places)
    grades = _graded(mapping[:, 0], places, judged_at, seen.declared)
    judged = _lowered(grades, seen, rule)
    return Completeness(
        grade=judged,
        is_incomplete=(judged <= rule.incomplete_grade) & ~seen.declared,
        judged_at=judged_at,
        building_ratio=building_ratio[:, 0],
        place_ratio=place_ratio,
        expected=expected,
        pooled_ratio=pooled_ratio[:, 0],
        pooled_expected=pooled_expected[:, 0],
        rule=rule,
    )


def _against_the_rest(counts: AnyArray, residents: Float64, tier: Int32) -> tuple[Float64, Float64]:
    """Return counts per resident over those of the rest of the tier, and what is expected."""
    _, which = np.unique(tier, return_inverse=True)
    n_tiers = int(which.max(initial=-1)) + 1
    people = np.bincount(which, weights=residents, minlength=n_tiers)[which] - residents
    total = np.zeros((n_tiers, counts.shape[1]))
    np.add.at(total, which, counts)
    rest = total[which] - counts
    has_rest = (people > 0)[:, None] & (rest > 0)
    rate = np.where(has_rest, rest, 0.0) / np.where(people > 0, people, 1.0)[:, None]
    expected = rate * residents[:, None]
    ratio = np.where(expected > 0, counts / np.where(expected > 0, expected, 1.0), np.nan)
    return ratio, expected


def _evidence(ratio: Float64, limits: tuple[float, float]) -> UInt8:
    """Return what each ratio says."""
    poor, partial = limits
    said = np.full(ratio.shape, Evidence.GOOD, np.uint8)
    said[ratio < partial] = Evidence.PARTIAL
    said[ratio < poor] = Evidence.POOR
    said[np.isnan(ratio)] = Evidence.NONE
    return said


def _judged_at(seen: Seen, places: UInt8) -> Int32:
    """Return for each zone and kind the nearest zone whose places say something, or the top."""
    n, kinds = places.shape
    at = np.repeat(np.arange(n, dtype=np.int64)[:, None], kinds, axis=1)
    column = np.arange(kinds)[None, :]
    for _ in range(n):
        above = seen.parent[at]
        silent = (above != NO_PARENT) & (places[at, column] == Evidence.NONE)
        if not silent.any():
            break
        at = np.where(silent, above, at)
    return at.astype(np.int32)


_GRADES = np.array(
    # places: none, poor, partial, good
    [
        [Grade.COMPLETE, Grade.PARTIAL, Grade.GOOD, Grade.COMPLETE],  # no buildings to compare
        [Grade.PARTIAL, Grade.POOR, Grade.POOR, Grade.PARTIAL],
        [Grade.GOOD, Grade.POOR, Grade.PARTIAL, Grade.GOOD],
        [Grade.COMPLETE, Grade.PARTIAL, Grade.GOOD, Grade.COMPLETE],
    ],
    np.uint8,
)


def _graded(mapping: UInt8, places: UInt8, judged_at: Int32, declared: Bool) -> UInt8:
    """Return the grade by the figures of the zone that decides; complete where declared."""
    column = np.arange(places.shape[1])[None, :]
    found = _GRADES[mapping[judged_at], places[judged_at, column]]
    return np.asarray(np.where(declared, Grade.COMPLETE, found), np.uint8)


def _lowered(grades: UInt8, seen: Seen, rule: CompletenessRule) -> UInt8:
    """Take off a grade for old records and one for empty attributes, not below the least shown."""
    loss = (seen.age_years > rule.record_age_years).astype(np.int64)
    loss += seen.filled < rule.attributes_filled
    floor = np.minimum(grades, rule.incomplete_grade + 1)
    return np.asarray(np.maximum(grades - loss, floor), np.uint8)
