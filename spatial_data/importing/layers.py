"""A whole city as it will be loaded: plain rows and shapes in longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from spatial_data.importing.context_schema import IndicatorKeys
    from spatial_data.importing.read.streets import Streets

Names = dict[str, str]


@dataclass(slots=True)
class ZoneRow:
    """A zone of a tier; `shape` is None for the zone of what lies in no other."""

    code: str
    names: Names
    tier: str
    parent: str
    shape: BaseGeometry | None


@dataclass(slots=True)
class TierRow:
    """A tier and its depth in its tree."""

    code: str
    names: Names
    tree: str
    depth: int


@dataclass(slots=True)
class CellRow:
    """A cell; `outside` when it lies beyond the boundary."""

    code: str
    shape: BaseGeometry
    outside: bool


@dataclass(slots=True)
class CountRow:
    """One number as published; `persons` is None where the publisher gives none."""

    file: str
    role: str
    area_code: str
    age_from: int
    age_to: int
    sex: str
    persons: int | None
    reference_date: date


@dataclass(slots=True)
class ContextRow:
    """A context indicator in one zone; `number` is None where `reason` says why."""

    zone: str
    number: float | None
    standard_error: float | None
    reason: str


@dataclass(slots=True)
class IndicatorRow:
    """A context indicator and its values in the zones of one tier."""

    file: str
    tier: str
    keys: IndicatorKeys
    reference_date: date
    values: list[ContextRow] = field(default_factory=list)


@dataclass(slots=True)
class BuildingRow:
    """A mapped building."""

    code: str
    shape: BaseGeometry
    footprint_m2: float
    levels: int | None
    is_residential: bool | None


@dataclass(slots=True)
class GroundRow:
    """A piece of the base map."""

    code: str
    kind: str
    names: Names
    shape: BaseGeometry


@dataclass(slots=True)
class UnitRow:
    """What a place offers to whom."""

    code: str
    sex: str = "all"
    stage: str = ""
    shift: str = "whole_day"
    age_from: int | None = None
    age_to: int | None = None
    sector: str = ""
    is_special: bool = False
    capacity: float | None = None
    capacity_unit: str = "seat"
    pupils: int | None = None
    catchment: BaseGeometry | None = None


@dataclass(slots=True)
class PlaceRow:
    """One place as one publisher's record, or as several merged, describe it."""

    source: str
    record: str
    kind: str
    file: str
    names: Names
    point: BaseGeometry
    outline: BaseGeometry | None = None
    area_m2: float | None = None
    status: str = "open"
    opened: date | None = None
    closed: date | None = None
    record_date: date | None = None
    details: dict[str, object] = field(default_factory=dict)
    units: list[UnitRow] = field(default_factory=list)
    # Publishers' records that are this place: (source, record, rule), the own one first.
    matches: list[tuple[str, str, str]] = field(default_factory=list)
    entrances: list[tuple[BaseGeometry, str]] = field(default_factory=list)
    # Index of the place it lies in, -1 for none.
    inside: int = -1
    # The code minted for the place, or the one it has had since an earlier load.
    code: str = ""


@dataclass(slots=True)
class EarlierPlace:
    """A place as the active layer knows it, for finding it again under a new number."""

    code: str
    source: str
    record: str
    kind: str
    names: Names
    point: BaseGeometry


@dataclass(slots=True)
class StandingCorrection:
    """One field of one place that a person has set right."""

    place: str
    field: str
    before: object
    after: object


@dataclass(slots=True)
class KnownPlaces:
    """What earlier loads and people have decided about places; empty for a new city."""

    # (source, record) -> place code
    matches: dict[tuple[str, str], str] = field(default_factory=dict)
    earlier: list[EarlierPlace] = field(default_factory=list)
    corrections: list[StandingCorrection] = field(default_factory=list)


@dataclass(slots=True)
class CityLayers:
    """Everything that a folder holds, checked and merged, not yet in the database."""

    tiers: list[TierRow] = field(default_factory=list)
    zones: list[ZoneRow] = field(default_factory=list)
    boundary: BaseGeometry | None = None
    cells: list[CellRow] = field(default_factory=list)
    counts: list[CountRow] = field(default_factory=list)
    context: list[IndicatorRow] = field(default_factory=list)
    buildings: list[BuildingRow] = field(default_factory=list)
    ground: list[GroundRow] = field(default_factory=list)
    streets: Streets | None = None
    places: list[PlaceRow] = field(default_factory=list)
    complete_kinds: list[str] = field(default_factory=list)
