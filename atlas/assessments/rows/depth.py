"""Rows of depth, of several services lacked, of evenness and of crowding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.assessments.models import Reason
from atlas.assessments.rows.writing import number, why
from atlas.engine import values
from atlas.engine.coverage import NOT_JUDGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atlas.assessments.outcome import Outcome
    from atlas.assessments.rows.writing import Row
    from atlas.engine.types import UInt8

ALL_GROUPS = -1
GIRLS, BOYS = 0, 1


def service_depths(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return how deep the gap of each service is in each zone, all groups together."""
    depth, full = outcome.depth, outcome.split.filled_full.sum(axis=2)
    reason = _of_amounts(outcome)
    missing = reason == values.Reason.MISSING
    why_median, why_out = (
        np.where(missing, values.Reason.MISSING, of[:, :, ALL_GROUPS])
        for of in (depth.reason, depth.reason_out)
    )
    excess = depth.mean_excess_cm
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for s, service in enumerate(outcome.standard.services):
            at, has_value = (z, s, ALL_GROUPS), reason[z, s] == values.Reason.NONE
            has_median = why_median[z, s] == values.Reason.NONE
            has_out = why_out[z, s] == values.Reason.NONE
            yield (
                key,
                zone_id,
                service,
                int(full[z, s]) if has_value else None,
                int(depth.one_place_micro[at]) if has_value else None,
                int(depth.unconnected_micro[at]) if has_value else None,
                why(reason[z, s]),
                int(depth.median_cm[at]) if has_median else None,
                why(why_median[z, s]),
                int(depth.median_out_cm[at]) if has_out else None,
                float(excess[at]) if has_out else None,
                why(why_out[z, s]),
            )


def _of_amounts(outcome: Outcome) -> UInt8:
    """Return why a zone has no amounts of a service, shape (n, S): none of its groups has."""
    applies, missing = outcome.standard.applies, outcome.counts.is_missing
    reason = np.full((missing.shape[0], applies.shape[0]), values.Reason.NONE, np.uint8)
    reason[np.logical_and.reduce(missing[:, None, :] | ~applies, axis=2)] = values.Reason.MISSING
    reason[:, ~np.logical_or.reduce(applies, axis=1)] = values.Reason.NOT_APPLICABLE
    return reason


def lacking_services(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return the children of each zone who lack so many services or more."""
    lower, upper = outcome.lacking.lower_of_all, outcome.lacking.upper_of_all
    is_missing = np.logical_and.reduce(outcome.counts.is_missing, axis=1)
    for z, zone_id in enumerate(outcome.zones.zone_id.tolist()):
        for m, at_least in enumerate(outcome.lacking.at_least.tolist()):
            if is_missing[z]:
                yield key, zone_id, at_least, None, None, Reason.MISSING
            else:
                yield key, zone_id, at_least, int(lower[m, z]), int(upper[m, z]), ""


def service_equity(key: int, outcome: Outcome) -> Iterator[Row]:
    """Return how evenly the whole city is served, service by service."""
    found, certain = outcome.evenness, outcome.certain_full_micro
    figures = (found.gini, found.theil, found.theil_between, found.upper_fifth, found.lower_fifth)
    for s, service in enumerate(outcome.standard.services):
        is_judged = certain[s] != NOT_JUDGED
        yield (
            key,
            service,
            int(certain[s]) if is_judged else None,
            "" if is_judged else Reason.NOT_APPLICABLE,
            *(number(figure[s]) for figure in figures),
            why(found.access_reason[s]),
            number(found.coverage[s, GIRLS]),
            why(found.coverage_reason[s, GIRLS]),
            number(found.coverage[s, BOYS]),
            why(found.coverage_reason[s, BOYS]),
        )


def building_crowding(key: int, outcome: Outcome, place_id: Mapping[str, int]) -> Iterator[Row]:
    """Return how crowded each place with seats is; places by their codes."""
    found = outcome.crowding
    for p in np.flatnonzero(found.shifts > 0).tolist():
        yield (
            key,
            place_id[str(outcome.place_code[p])],
            int(found.shifts[p]),
            int(found.pupils[p]) if found.pupils[p] >= 0 else None,
            int(found.seats_micro[p]) if found.seats_micro[p] >= 0 else None,
            number(found.pupils_per_seat.number[p]),
            why(found.pupils_per_seat.reason[p]),
            number(found.fullest_shift.number[p]),
            why(found.fullest_shift.reason[p]),
            number(found.m2_per_pupil.number[p]),
            why(found.m2_per_pupil.reason[p]),
        )
