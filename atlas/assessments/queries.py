"""What can be asked of a kept assessment, answered as arrays and records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db import connection

from atlas.assessments.inputs.standard import SEXES
from atlas.assessments.models import Assessment, Completeness
from atlas.lib.sql import statement

if TYPE_CHECKING:
    from atlas.bodies.models import City
    from atlas.engine.types import AnyArray, Bool, Int64, StrArray

ALL = "all"
COUNTS = ("everyone", "children", "served", "full", "out", "unknown", "short")
FLAGS = ("capacity_unknown", "incomplete_data", "edge")


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
