"""The facts behind the sentences that say why a zone has its colour: records, no words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Float64, Int32, Int64

SERVED, FULL, OUT, UNKNOWN = range(4)
ALL = 0
"""Index of *all* on a band or sex axis with margins."""
NO_REACH = -1


class FactKind(StrEnum):
    """What a fact says of its children."""

    OUT = "out"
    FULL = "full"
    UNKNOWN = "unknown"
    SERVED = "served"


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One fact of a zone.

    Parameters
    ----------
    kind
        What it says.
    service
        Index of the service.
    band, sex
        Index on an axis with margins: 0 is all, 1 the first band or sex.
    count, of
        Whole children it is true of, of how many: those of the group known about, or, where the
        fact is that we do not know, all of the group.
    reach_cm
        The reach these children have in common; -1 where they have several, or none.
    """

    kind: FactKind
    service: int
    band: int
    sex: int
    count: int
    of: int
    reach_cm: int


@dataclass(frozen=True, slots=True)
class Told:
    """
    What may be told of n zones and s services, with margins (index 0 is *all*).

    Parameters
    ----------
    parts
        Shape (n, s, 1 + b, 1 + x, 4), whole children served, full, out, unknown.
    shown
        The same shape: which of them may be told.
    points
        Shape (n, s), what each service contributes to the zone's score; NaN where withheld or
        unknown.
    weight
        Shape (s,), ≥ 0, by which services are ordered where points are withheld.
    reach_cm
        Shape (s, b, x), -1 where there is none.
    applies
        Shape (s, b, x), whether the service is required for the group.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.
    """

    parts: Int64
    shown: Bool
    points: Float64
    weight: Float64
    reach_cm: Int32
    applies: Bool

    def __post_init__(self) -> None:
        n, s, b, x, _ = self.parts.shape
        fits = (
            self.shown.shape == self.parts.shape
            and self.points.shape == (n, s)
            and self.weight.shape == (s,)
            and self.reach_cm.shape == self.applies.shape == (s, b - 1, x - 1)
        )
        if not fits:
            msg = "what may be told differs in shape"
            raise ShapeError(msg)


@dataclass(frozen=True, slots=True)
class WhyRule:
    """
    The choices of what is told.

    Parameters
    ----------
    causes
        How many services that raise need are told at most.
    well_served
        Share of children served from which a service is told as a help; under it, it would
        comfort falsely.
    unknown_limit
        Share of unknown children above which a service is not judged.
    """

    causes: int = 2
    well_served: float = 0.75
    unknown_limit: float = 1 / 3


def facts(told: Told, rule: WhyRule) -> list[list[Fact]]:
    """
    Choose the facts of each zone.

    Parameters
    ----------
    told
        What may be told.
    rule
        What is worth telling.

    Returns
    -------
    facts
        For each zone, at most: the services that raise need most (by points, else by weighed
        gap), each by what most of its children lack, a way or a place; then the heaviest service
        we do not know enough about; then the one that helps most, one within a walk before one for
        the whole city, which says nothing of this zone. A fact speaks of the one band
        concerned most where the service's bands differ in reach, else of all its children; of
        nothing that may not be told.

    Notes
    -----
    Source: the zone's answer of the design language (two that raise, one that helps).
    """
    gap, unknown_share = _shares(told)
    return [_of_zone(told, zone, gap[zone], unknown_share[zone], rule) for zone in range(len(gap))]


def _shares(told: Told) -> tuple[Float64, Float64]:
    """Return gap and share of unknown of each zone and service; NaN where not to be told."""
    whole, may = told.parts[:, :, ALL, ALL], told.shown[:, :, ALL, ALL].all(axis=-1)
    children = whole.sum(axis=-1)
    known = children - whole[..., UNKNOWN]
    lacking = whole[..., FULL] + whole[..., OUT]
    gap = np.where(may & (known > 0), lacking / np.maximum(known, 1), np.nan)
    unknown = np.where(may & (children > 0), whole[..., UNKNOWN] / np.maximum(children, 1), np.nan)
    return gap, unknown


def _of_zone(told: Told, zone: int, gap: Float64, unknown: Float64, rule: WhyRule) -> list[Fact]:
    """Choose the facts of one zone."""
    judged = ~np.isnan(gap) & (unknown <= rule.unknown_limit)
    points = np.where(np.isnan(told.points[zone]), told.weight * gap, told.points[zone])
    raising = _ordered(-points, judged & (gap > 0))[: rule.causes]
    blind = _ordered(-told.weight, unknown > rule.unknown_limit)[:1]
    well = judged & (1 - gap >= rule.well_served)
    well[raising] = False
    is_near = (told.applies & (told.reach_cm != NO_REACH)).any(axis=(1, 2))
    if (well & is_near).any():
        well &= is_near
    helping = _ordered(np.where(well, gap, 1.0), well)[:1]
    found = [_cause(told, zone, service) for service in raising]
    found += [_fact(told, (zone, s), (FactKind.UNKNOWN, UNKNOWN), (ALL, ALL)) for s in blind]
    found += [_fact(told, (zone, s), (FactKind.SERVED, SERVED), (ALL, ALL)) for s in helping]
    return found


def _ordered(key: Float64, chosen: Bool) -> list[int]:
    """Return the chosen services by rising key, ties to the smaller index."""
    services = np.flatnonzero(chosen)
    return [int(s) for s in services[np.argsort(key[services], kind="stable")]]


def _cause(told: Told, zone: int, service: int) -> Fact:
    """Tell what most of a service's children lack, of the band it concerns most."""
    whole = told.parts[zone, service, ALL, ALL]
    part = OUT if whole[OUT] >= whole[FULL] else FULL
    kind = FactKind.OUT if part == OUT else FactKind.FULL
    group = (ALL, ALL)
    if _common_reach(told, service, group) == NO_REACH:
        group = _most_concerned(told, zone, service, part)
    return _fact(told, (zone, service), (kind, part), group)


def _most_concerned(told: Told, zone: int, service: int, part: int) -> tuple[int, int]:
    """Return the band with most children of a part among those that may be told; else all."""
    bands = [
        band
        for band in range(1, told.parts.shape[2])
        if told.shown[zone, service, band, ALL].all()
        and _common_reach(told, service, (band, ALL)) != NO_REACH
        and told.parts[zone, service, band, ALL, part] > 0
    ]
    if not bands:
        return ALL, ALL
    counts = [int(told.parts[zone, service, band, ALL, part]) for band in bands]
    return bands[int(np.argmax(counts))], ALL


def _common_reach(told: Told, service: int, group: tuple[int, int]) -> int:
    """Return the reach all children of a group have; -1 where they have several, or none."""
    bands = slice(None) if group[0] == ALL else slice(group[0] - 1, group[0])
    applies = told.applies[service, bands]
    reaches = np.unique(told.reach_cm[service, bands][applies])
    return int(reaches[0]) if len(reaches) == 1 else NO_REACH


def _fact(
    told: Told, where: tuple[int, int], what: tuple[FactKind, int], group: tuple[int, int]
) -> Fact:
    """Write one fact."""
    kind, part = what
    parts = told.parts[(*where, *group)]
    known = parts.sum() - (0 if kind == FactKind.UNKNOWN else parts[UNKNOWN])
    concerned = _only_band(told, where[1]) if group[0] == ALL else group[0]
    return Fact(
        kind=kind,
        service=where[1],
        band=concerned,
        sex=group[1],
        count=int(parts[part]),
        of=int(known),
        reach_cm=_common_reach(told, where[1], group),
    )


def _only_band(told: Told, service: int) -> int:
    """Return the band of a service that is for one band only; else all."""
    bands = np.flatnonzero(told.applies[service].any(axis=1))
    return int(bands[0]) + 1 if len(bands) == 1 else ALL
