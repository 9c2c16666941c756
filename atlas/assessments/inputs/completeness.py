"""How complete the layers of places look, zone by zone, and what follows for the children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.outcome import Judgement
from atlas.engine.completeness import CompletenessRule, Grade, grade
from atlas.engine.ground import held_by
from atlas.engine.margins import roll_up
from atlas.engine.sightings import Records, seen_in_zones

if TYPE_CHECKING:
    from atlas.assessments.inputs.city import CityInputs
    from atlas.assessments.inputs.standard import Standard
    from atlas.assessments.inputs.supply import Supply
    from atlas.engine.completeness import Completeness, Seen
    from atlas.engine.margins import Pieces
    from atlas.engine.types import Bool, Float64, Int32

DIGITS = 3
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Graded:
    """
    The judgement on every layer.

    Attributes
    ----------
    seen, found
        What was seen, and what the engine makes of it, n zones × S services.
    is_empty
        Services of which the whole city has no place and nobody vouches for that, shape (S,).
    zone_code
        Shape (n,).
    """

    seen: Seen
    found: Completeness
    is_empty: Bool
    zone_code: list[str]

    def of_pieces(self, pieces: Pieces) -> Bool:
        """Return which services are unknown in which pieces, (S, pieces), as the main tree says."""
        unknown = self.found.is_incomplete | self.is_empty
        return np.ascontiguousarray(unknown[pieces.leaf[:, 0]].T)

    def shown(self, pieces: Pieces) -> Judgement:
        """Return the judgement to store; a zone is incomplete where all of it is."""
        incomplete = self.of_pieces(pieces).T.astype(np.int64)
        parts = roll_up(np.ones((pieces.pieces, 1), np.int64), pieces)
        everywhere = (parts > 0) & (roll_up(incomplete, pieces) == parts)
        nobody = (parts == 0) & (self.found.is_incomplete | self.is_empty)
        return Judgement(
            grade=np.where(self.is_empty, Grade.POOR, self.found.grade).astype(np.uint8),
            is_incomplete=np.asarray(everywhere | nobody),
            evidence=[self._evidence(zone) for zone in range(len(self.zone_code))],
        )

    def _evidence(self, zone: int) -> list[dict[str, Any]]:
        return [self._of_service(zone, s) for s in range(self.is_empty.size)]

    def _of_service(self, zone: int, s: int) -> dict[str, Any]:
        at = int(self.found.judged_at[zone, s])
        told = max(at, 0)
        return {
            "judged_at": self.zone_code[at] if at >= 0 else None,
            "places": int(self.seen.places[told, s]),
            "places_expected": _shown(self.found.expected[told, s]),
            "place_ratio": _shown(self.found.place_ratio[told, s]),
            "all_places_ratio": _shown(self.found.pooled_ratio[told]),
            "building_ratio": _shown(self.found.building_ratio[told]),
            "record_age_years": _shown(self.seen.age_years[zone, s]),
            "attributes_filled": _shown(self.seen.filled[zone, s]),
            "declared_complete": bool(self.seen.declared[s]),
            "nothing_in_the_city": bool(self.is_empty[s]),
        }


def graded(inputs: CityInputs, standard: Standard, supply: Supply, people: Float64) -> Graded:
    """
    Judge the layer behind each service in every zone.

    Parameters
    ----------
    inputs, standard, supply
        The city, the set, and what its places offer.
    people
        Residents of each zone, or its children, shape (n,).

    Returns
    -------
    graded
        A service without a single place in the city is unknown, not absent, unless the publishers
        of its kinds vouch that their lists are whole.
    """
    declared = _declared(inputs, standard, supply)
    seen = seen_in_zones(
        (inputs.zones.parent, inputs.zones.tier),
        people,
        _leaf_of(inputs, inputs.buildings.xy_m),
        _records(inputs, supply),
        declared,
    )
    return Graded(
        seen=seen,
        found=grade(seen, completeness_rule(standard)),
        is_empty=~supply.offers.any(axis=0) & ~declared,
        zone_code=inputs.zones.code.tolist(),
    )


def completeness_rule(standard: Standard) -> CompletenessRule:
    """
    Return the choices of the grade, each as the set gives it.

    Parameters
    ----------
    standard
        The set.

    Returns
    -------
    rule
        For the engine.
    """
    number = standard.parameters.number
    return CompletenessRule(
        building_poor=number("completeness_building_ratio_poor"),
        building_partial=number("completeness_building_ratio_partial"),
        place_poor=number("completeness_place_ratio_poor"),
        place_partial=number("completeness_place_ratio_partial"),
        expected_min=number("completeness_expected_places_min"),
        pooled_expected_min=number("completeness_pooled_places_min"),
        record_age_years=number("completeness_record_age_years"),
        attributes_filled=number("completeness_attributes_filled"),
        incomplete_grade=int(number("completeness_incomplete_grade")),
    )


def _declared(inputs: CityInputs, standard: Standard, supply: Supply) -> Bool:
    """Return the services all of whose kinds somebody vouches for."""
    vouched = set(inputs.places.complete_kinds)
    declared = []
    for s in range(len(standard.services)):
        met_by = {standard.kinds[k] for k in standard.rules.kind[standard.rules.service == s]}
        mapped = set(inputs.places.kind[supply.offers[:, s]].tolist())
        declared.append((mapped or met_by) <= vouched)
    return np.array(declared, np.bool_)


def _leaf_of(inputs: CityInputs, xy_m: Float64) -> Int32:
    """Return the leaf zone that holds each point in each tree: the smaller code, -1 outside."""
    columns = []
    for number, tree in enumerate(inputs.trees):
        leaf = np.full(len(xy_m), -1 if number == 0 else tree.unassigned, np.int32)
        area, point = held_by(tree.shape, xy_m)
        # Pairs rise with the area: written backwards, the first of them stands.
        leaf[point[::-1]] = tree.leaf[area[::-1]]
        columns.append(leaf)
    return np.stack(columns, axis=1)


def _records(inputs: CityInputs, supply: Supply) -> Records:
    places = inputs.places
    day = np.datetime64(inputs.day, "D")
    age = (day - places.record_date) / np.timedelta64(1, "D") / DAYS_A_YEAR
    return Records(
        leaf=_leaf_of(inputs, places.xy_m),
        offers=supply.offers,
        age_years=np.asarray(age, np.float64),
        filled=places.details_filled.astype(np.int64),
        asked=places.details_asked.astype(np.int64),
    )


def _shown(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DIGITS)
