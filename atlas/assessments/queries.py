"""What can be asked of a kept assessment, answered as arrays and records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db import connection

from atlas.assessments.inputs.standard import SEXES
from atlas.assessments.models import Assessment, Completeness, Contribution, Requirement
from atlas.lib.sql import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.bodies.models import City
    from atlas.engine.types import AnyArray, Bool, Int64, StrArray

ALL = "all"
CM = 100
COUNTS = ("everyone", "children", "served", "full", "out", "unknown", "short")
FLAGS = ("capacity_unknown", "incomplete_data", "edge")
MOST_GAPS = 3


class _Sum(NamedTuple):
    """One row of ``margins.sql``."""

    zone: str
    service: str
    band: str
    sex: str
    everyone: int
    children: int
    served: int
    full: int
    out: int
    unknown: int
    short: int | None
    reason: str
    quality: str
    capacity_unknown: bool
    incomplete_data: bool
    edge: bool


@dataclass(frozen=True, slots=True)
class Margins:
    """
    Every figure of an assessment with its margins; *all* stands first on the last two axes.

    Attributes
    ----------
    zones, services, bands, sexes
        Codes of the four axes; zones rise, the others stand in the order of the set.
    everyone
        All children of the group, whether or not the service is for them, shape (n, S, 1 + B, 3).
    children, served, full, out, unknown
        Millionths, over the groups a service applies to: the first is the sum of the others.
    short
        Millionths of the unit of provision; -1 where none is adopted.
    reason, quality
        As words; no reason means there is a value.
    flags
        By name, which values bear it.
    """

    zones: StrArray
    services: tuple[str, ...]
    bands: tuple[str, ...]
    sexes: tuple[str, ...]
    everyone: Int64
    children: Int64
    served: Int64
    full: Int64
    out: Int64
    unknown: Int64
    short: Int64
    reason: StrArray
    quality: StrArray
    flags: dict[str, Bool]


class WhyFact(NamedTuple):
    """
    One thing a zone's score rests on, for a sentence.

    `kind` is ``out``, ``full``, ``served`` or ``unknown``; `count` of `of` children, millionths.
    """

    kind: str
    service: str
    band: str
    count_micro: int
    of_micro: int
    reach_m: float | None


def newest(city: City) -> Assessment | None:
    """
    Return the assessment of a city that was made last.

    Parameters
    ----------
    city
        Whose.

    Returns
    -------
    assessment
        With its standard at hand; None if there is none.
    """
    found = Assessment.objects.filter(city=city).select_related("city", "standard")
    return found.order_by("-created_at", "-id").first()


def margins(assessment: Assessment) -> Margins:
    """
    Return every figure of an assessment, summed over bands, sexes and both in one query.

    Parameters
    ----------
    assessment
        Kept.

    Returns
    -------
    margins
        Of every zone of every tier and tree.
    """
    rows = [_Sum(*row) for row in _sums(assessment)]
    standard = assessment.standard
    services = tuple(standard.services.order_by("position").values_list("code", flat=True))
    bands = (ALL, *standard.bands.order_by("age_from").values_list("code", flat=True))
    sexes = (ALL, *SEXES)
    zones = sorted({row.zone for row in rows})
    axes = [{code: n for n, code in enumerate(axis)} for axis in (zones, services, bands, sexes)]
    at = tuple(
        np.array([axis[str(row[n])] for row in rows], np.int64) for n, axis in enumerate(axes)
    )
    shape = tuple(len(axis) for axis in axes)

    def laid_out(name: str, empty: object, kind: type | str) -> AnyArray:
        array = np.full(shape, empty, kind)
        values = [getattr(row, name) for row in rows]
        array[at] = [empty if value is None else value for value in values]
        return array

    return Margins(
        zones=np.array(zones, np.str_),
        services=services,
        bands=bands,
        sexes=sexes,
        **{name: laid_out(name, -1 if name == "short" else 0, np.int64) for name in COUNTS},
        reason=laid_out("reason", "not_applicable", "U14"),
        quality=laid_out("quality", "measured", "U9"),
        flags={name: laid_out(name, empty=False, kind=np.bool_) for name in FLAGS},
    )


def _sums(assessment: Assessment) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement("atlas.assessments", "margins"), {"assessment": assessment.pk})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def completeness(assessment: Assessment) -> dict[tuple[str, str], dict[str, Any]]:
    """
    Return how complete the layer behind each service looks.

    Parameters
    ----------
    assessment
        Kept.

    Returns
    -------
    judged
        By zone and service: grade (0 to 3), is_incomplete, evidence.
    """
    rows = Completeness.objects.filter(assessment=assessment).values_list(
        "zone__code", "service", "grade", "is_incomplete", "evidence"
    )
    return {
        (zone, service): {"grade": grade, "is_incomplete": judged, "evidence": evidence}
        for zone, service, grade, judged, evidence in rows.iterator()
    }


def why_facts(assessment: Assessment) -> dict[str, list[WhyFact]]:
    """
    Return what each zone's score rests on, the heaviest first.

    Parameters
    ----------
    assessment
        Kept.

    Returns
    -------
    facts
        By zone: for each of the up to three services that add most points, the part (out of
        reach, or in reach without enough places) and the band in which most children lack it;
        then the service of which the largest share is served; then the one of which least is
        known. Counts of bands may be too small to publish: that is for publishing to say.
    """
    table = margins(assessment)
    reach = _reaches(assessment)
    points = _points(assessment)
    facts = {}
    for z, zone in enumerate(table.zones.tolist()):
        ordered = sorted(points.get(zone, []), key=lambda entry: (-entry[1], entry[0]))
        gaps = [service for service, amount in ordered if amount > 0][:MOST_GAPS]
        facts[zone] = [*_lacking(table, z, gaps, reach), *_others(table, z, gaps, reach)]
    return facts


def _reaches(assessment: Assessment) -> dict[tuple[str, str], float | None]:
    stored = Requirement.objects.filter(service__standard=assessment.standard).values_list(
        "service__code", "band__code", "reach_cm"
    )
    return {(service, band): None if cm is None else cm / CM for service, band, cm in stored}


def _points(assessment: Assessment) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    rows = Contribution.objects.filter(assessment=assessment, points__isnull=False)
    for zone, service, points in rows.values_list("zone__code", "component", "points"):
        found.setdefault(zone, []).append((service, points or 0.0))
    return found


def _lacking(
    table: Margins, z: int, services: list[str], reach: dict[tuple[str, str], float | None]
) -> Iterator[WhyFact]:
    """Yield, for each service, the part and band in which most children lack it."""
    for service in services:
        s = table.services.index(service)
        found = [
            (int(getattr(table, kind)[z, s, b, 0]), kind, b)
            for kind in ("out", "full")
            for b in range(1, len(table.bands))
        ]
        count, kind, b = max(found, key=lambda entry: entry[0])
        if count > 0:
            of = int(table.children[z, s, b, 0])
            band = table.bands[b]
            yield WhyFact(kind, service, band, count, of, reach.get((service, band)))


def _others(
    table: Margins, z: int, gaps: list[str], reach: dict[tuple[str, str], float | None]
) -> Iterator[WhyFact]:
    """Yield the service served best, if it is none of the gaps, and the one least known."""
    for kind in ("served", "unknown"):
        count, of = getattr(table, kind)[z, :, 0, 0], table.children[z, :, 0, 0]
        rest = [s for s, code in enumerate(table.services) if code not in gaps and of[s] > 0]
        share = np.array([count[s] / of[s] for s in rest])
        if share.size and share.max() > 0:
            best = rest[int(share.argmax())]
            service = table.services[best]
            reaches = {reach.get((service, band)) for band in table.bands} - {None}
            only = reaches.pop() if len(reaches) == 1 else None
            yield WhyFact(kind, service, ALL, int(count[best]), int(of[best]), only)
