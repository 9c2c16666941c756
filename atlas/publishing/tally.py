"""The results of an assessment as arrays: one row a zone, one column a service and group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.assessments.models import PieceResult, Requirement, Result
from atlas.engine.values import Flag, Quality, Reason
from atlas.engine.why import NO_REACH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.assessments.models import Assessment, StandardSet
    from atlas.engine.types import Bool, Int32, Int64, UInt8
    from atlas.publishing.zone_trees import ZoneTrees

SEXES = ("girl", "boy")
SERVED, FULL, OUT, UNKNOWN = range(4)

_REASONS = {reason.name.lower(): reason.value for reason in Reason} | {"": Reason.NONE.value}
_FLAGS = {str(flag.name).lower(): flag.value for flag in Flag}
_QUALITIES = {quality.name.lower(): quality.value for quality in Quality}


@dataclass(frozen=True, slots=True)
class Axes:
    """
    Services, age bands and sexes of a standard set, in the order of the arrays.

    Attributes
    ----------
    services, bands, sexes
        Codes.
    applies
        Shape (s, b, x), which services are required for which groups.
    provides
        Shape (s, b, x), where the set also says how much: only there can anything be short.
    reach_cm
        Shape (s, b, x), -1 where a service is judged for the whole city or does not apply.
    """

    services: tuple[str, ...]
    bands: tuple[str, ...]
    sexes: tuple[str, ...]
    applies: Bool
    provides: Bool
    reach_cm: Int32


def axes_of(standard: StandardSet) -> Axes:
    """
    Return the axes of a standard set.

    Parameters
    ----------
    standard
        With its services, bands and requirements.

    Returns
    -------
    axes
        Services by position, bands by age.
    """
    services = sorted(standard.services.all(), key=lambda s: (s.position, s.code))
    bands = sorted(standard.bands.all(), key=lambda b: b.age_from)
    of_service = {service.pk: n for n, service in enumerate(services)}
    of_band = {band.pk: n for n, band in enumerate(bands)}
    applies = np.zeros((len(services), len(bands), len(SEXES)), np.bool_)
    provides = np.zeros_like(applies)
    reach_cm = np.full(applies.shape, NO_REACH, np.int32)
    for asked in Requirement.objects.filter(service__standard=standard):
        at = of_service[asked.service_id], of_band[asked.band_id], SEXES.index(asked.sex)
        applies[at] = True
        provides[at] = asked.provision_micro is not None
        reach_cm[at] = NO_REACH if asked.reach_cm is None else asked.reach_cm
    return Axes(
        services=tuple(service.code for service in services),
        bands=tuple(band.code for band in bands),
        sexes=SEXES,
        applies=applies,
        provides=provides,
        reach_cm=reach_cm,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """
    What an assessment found for every zone, service, age band and sex.

    Attributes
    ----------
    children
        Shape (z, b, x), int64, millionths of a child.
    parts
        Shape (z, s, b, x, 4), int64: served, full, out, unknown; 0 where `reason` is set.
    short
        Shape (z, s, b, x), int64, millionths of the unit.
    reason, quality, flags
        Shape (z, s, b, x), codes of the engine's `Reason`, `Quality` and `Flag`.
    pieces
        What several trees cut each other into; None where there is one tree, or the assessment
        kept none.
    """

    children: Int64
    parts: Int64
    short: Int64
    reason: UInt8
    quality: UInt8
    flags: UInt8
    pieces: PieceTally | None = None


@dataclass(frozen=True, slots=True)
class PieceTally:
    """
    What an assessment found for every piece, service, age band and sex, in millionths of a child.

    Attributes
    ----------
    leaf
        Shape (p, t), row of the leaf zone in each tree; rising.
    children
        Shape (p, b, x), int64.
    parts
        Shape (p, s, b, x, 4), int64: served, full, out, unknown; 0 where a service does not apply.
    """

    leaf: Int32
    children: Int64
    parts: Int64


class _Row(NamedTuple):
    """A result as its table has it, in millionths."""

    zone: str
    service: str
    band: str
    sex: str
    children: int
    served: int | None
    full: int | None
    out: int | None
    unknown: int | None
    short: int | None
    reason: str
    quality: str
    flags: list[str]


class UnreadResultError(LookupError):
    """A result speaks of a zone, service or group that the assessment's own set does not have."""


def read_tally(assessment: Assessment, zones: ZoneTrees, axes: Axes) -> Tally:
    """
    Read every result of an assessment.

    Parameters
    ----------
    assessment
        Whose results.
    zones, axes
        The rows and columns.

    Returns
    -------
    tally
        What has no result is *not applicable*: the set requires nothing there.

    Raises
    ------
    UnreadResultError
        If a result has no row or column.
    """
    at = (len(zones.code), len(axes.services), len(axes.bands), len(axes.sexes))
    tally = Tally(
        children=np.zeros((at[0], *at[2:]), np.int64),
        parts=np.zeros((*at, 4), np.int64),
        short=np.zeros(at, np.int64),
        reason=np.full(at, Reason.NOT_APPLICABLE, np.uint8),
        quality=np.zeros(at, np.uint8),
        flags=np.zeros(at, np.uint8),
    )
    index = [
        {code: n for n, code in enumerate(codes)}
        for codes in (zones.code, axes.services, axes.bands, axes.sexes)
    ]
    try:
        for row in _rows(assessment):
            codes = (row.zone, row.service, row.band, row.sex)
            z, s, b, x = (of[code] for of, code in zip(index, codes, strict=True))
            _keep(tally, (z, s, b, x), row)
    except KeyError as error:
        msg = f"assessment {assessment.pk} has a result for {error}, which its set does not name"
        raise UnreadResultError(msg) from error
    return replace(tally, pieces=_pieces(assessment, zones, axes))


def _pieces(assessment: Assessment, zones: ZoneTrees, axes: Axes) -> PieceTally | None:
    """Return the pieces the assessment kept, in the order of the trees."""
    row_of = {code: n for n, code in enumerate(zones.code)}
    rows = PieceResult.objects.filter(assessment=assessment).values_list(
        "zones", "band", "sex", "children_micro", "split_micro"
    )
    found = [(tuple(row_of[code] for code in leaf), *rest) for leaf, *rest in rows.iterator()]
    if not found:
        return None
    leaf = sorted({row[0] for row in found})
    at = {key: n for n, key in enumerate(leaf)}
    shape = len(axes.services), len(axes.bands), len(axes.sexes)
    pieces = PieceTally(
        np.array(leaf, np.int32),
        np.zeros((len(leaf), *shape[1:]), np.int64),
        np.zeros((len(leaf), *shape, 4), np.int64),
    )
    for key, band, sex, children, split in found:
        p, b, x = at[key], axes.bands.index(band), axes.sexes.index(sex)
        pieces.children[p, b, x] = children
        for service, parts in split.items():
            pieces.parts[p, axes.services.index(service), b, x] = parts
    return pieces


def _rows(assessment: Assessment) -> Iterator[_Row]:
    rows = Result.objects.filter(assessment=assessment).values_list(
        *("zone__code", "service", "band", "sex", "children_micro"),
        *("served_micro", "full_micro", "out_micro", "unknown_micro", "short_micro"),
        *("reason", "quality", "flags"),
    )
    return (_Row(*row) for row in rows.iterator())


def _keep(tally: Tally, at: tuple[int, int, int, int], row: _Row) -> None:
    z, _, b, x = at
    tally.children[z, b, x] = row.children
    tally.reason[at] = _REASONS[row.reason]
    tally.quality[at] = _QUALITIES[row.quality]
    tally.flags[at] = sum(_FLAGS[flag] for flag in row.flags)
    if row.served is not None:
        tally.parts[at] = [row.served, row.full or 0, row.out or 0, row.unknown or 0]
    tally.short[at] = row.short or 0
