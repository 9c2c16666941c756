"""
Every key a ``city.toml`` may hold; docs/city-folder.md follows this file.

What the keys must say about each other is in ``key_checks``.
"""

# ruff: noqa: RUF009 - holds() declares a field, as dataclasses.field() does

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - get_type_hints reads it

from spatial_data.importing.context_schema import ContextKeys  # noqa: TC001 - get_type_hints reads it
from spatial_data.importing.declared_keys import holds
from spatial_data.importing.file_schema import UNKNOWN_CODES, FileKeys

CALENDARS = ("jalali", "gregorian")
SENSITIVITIES = ("public", "council", "custodian")
SEXES = ("all", "girl", "boy")
FORMATS = ("osm", "vector", "table")
FAMILIES = ("play_space", "school", "child_service")
MATCH_RULES = ("code", "name", "distance")


@dataclass(frozen=True, slots=True, kw_only=True)
class CityKeys:
    """``[city]``."""

    slug: str = holds("short name in addresses: small letters, digits and hyphens")
    names: dict[str, str] = holds("name by language")
    srid: int = holds("EPSG code of a projected reference system in metres that fits the city")
    timezone: str = holds("IANA time zone, such as Asia/Tehran")
    calendar: str = holds("calendar that dates are shown in", one_of=CALENDARS)
    languages: tuple[str, ...] = holds("languages of the city's names, the first one preferred")
    standard: str = holds("code of the requirement set to adopt at the first load")
    reference_date: date = holds("the date the assessment is about")
    invented: bool = holds("true for an invented city: every page says so", default=False)
    margin_m: int = holds(
        "how far beyond the boundary streets and places are loaded, in metres",
        default=3000,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyKeys:
    """``[[bodies.custody]]``."""

    layer: str = holds(
        "a layer (zones, cells, population, buildings, streets, ground, places, context), or "
        "places/<kind>",
    )
    since: date = holds("first day")
    until: date | None = holds("first day on which it no longer holds", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyKeys:
    """``[[bodies]]``."""

    code: str = holds("short code of the body")
    names: dict[str, str] = holds("name by language")
    internal: bool = holds("true for a part of the municipality", default=False)
    custody: tuple[CustodyKeys, ...] = holds("which layers it keeps, and since when", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKeys:
    """``[[sources]]``."""

    key: str = holds("short name that files refer to")
    names: dict[str, str] = holds("name of the data set by language")
    publisher: str = holds("who publishes it")
    licence: str = holds("licence, by its SPDX identifier where it has one")
    attribution: str = holds("the line printed on every map made from it")
    reference_date: date = holds("the date the data speaks of")
    url: str = holds("where it comes from", default="")
    sensitivity: str = holds("who may see it as it came", default="public", one_of=SENSITIVITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierKeys:
    """``[[tiers]]``, coarse to fine."""

    code: str = holds("short code of the tier")
    names: dict[str, str] = holds("name of the tier by language")
    file: ZoneFileKeys = holds("the zones of this tier")
    tree: str = holds(
        "name of the tree; a division that does not nest is a tree of its own",
        default="main",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFileKeys(FileKeys):
    """``[tiers.file]``."""

    code: str = holds("column with the zone's code, or a template such as D{number}")
    names: dict[str, str] = holds("by language, the column with the zone's name, or a template")
    parent: str = holds(
        "column or template with the code of the zone above; without it the largest overlap "
        "decides",
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryKeys(FileKeys):
    """``[boundary]``; without it the first tier's zones together are the city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsKeys(FileKeys):
    """``[cells]``."""

    code: str = holds("column with the cell's code, or a template")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountColumnKeys:
    """One entry of ``columns`` of a table of counts."""

    column: str = holds("the column")
    ages: tuple[int, ...] = holds(
        "[from, to): first age counted and first age no longer counted, in full years",
    )
    sex: str = holds("whom it counts, where no sex_column says so", default="all", one_of=SEXES)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsKeys(FileKeys):
    """``[[counts]]``, ``[[shares]]`` and ``[[controls]]``."""

    columns: tuple[CountColumnKeys, ...] = holds("the columns that count people")
    level: str = holds(
        "what a row is about: cell, city, or the code of a tier; counts are always by cell, "
        "controls by city if not said",
        default="",
    )
    code: str = holds("column with the cell's or zone's code (not for the city)", default="")
    sex_column: str = holds("column that says the sex of the row", default="")
    sex_values: dict[str, str] = holds(
        "what the values of sex_column mean: all, girl or boy",
        default={},
        one_of=SEXES,
    )
    reference_date: date | None = holds(
        "the date the counts are about, where it is not the source's",
        default=None,
    )
    missing: tuple[str, ...] = holds(
        "texts that stand for 'not known' or 'withheld'",
        default=("", "NA"),
    )
    unknown_codes: str = holds(
        "what to do with rows of a code that is not in the layer",
        default="refuse",
        one_of=UNKNOWN_CODES,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetsKeys(FileKeys):
    """``[streets]``, an OpenStreetMap file."""

    rules: str = holds(
        "which tag rules say where one may walk",
        default="default",
        one_of=("default",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BasemapKeys(FileKeys):
    """``[basemap]``, an OpenStreetMap file; residential buildings are read from it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindKeys:
    """``[[kinds]]``: kinds of place that only this city has."""

    code: str = holds("short code of the kind")
    names: dict[str, str] = holds("name by language")
    family: str = holds("which plain layer it belongs to", default="child_service", one_of=FAMILIES)
    service: str = holds(
        "code of the service that its places offer, as the adopted standard names it; "
        "empty: shown on the map and in no figure",
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchKeys:
    """``match`` of a places file: when two records are one place."""

    by: tuple[str, ...] = holds(
        "what must agree, all of: code, name, distance",
        default=("name", "distance"),
        one_of=MATCH_RULES,
    )
    within_m: float = holds(
        "how far apart two records of one place may lie, in metres",
        default=60.0,
    )
    name_similarity: float = holds("how alike their names must be, 0 to 1", default=0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceColumnsKeys:
    """``[places.columns]``: which column holds what."""

    code: str = holds("the publisher's own code of the place, or a template", default="")
    names: dict[str, str] = holds("by language, the column with the name", default={})
    kind: str = holds("the kind, translated by values.kind", default="")
    lon: str = holds("longitude, degrees", default="")
    lat: str = holds("latitude, degrees", default="")
    x: str = holds("easting in the file's srid", default="")
    y: str = holds("northing in the file's srid", default="")
    status: str = holds("open, closed or planned, translated by values.status", default="")
    opened: str = holds("first day open", default="")
    closed: str = holds("first day no longer open", default="")
    record_date: str = holds("when the record was last looked after", default="")
    area_m2: str = holds("usable area, square metres", default="")
    built_m2: str = holds("built area of a school, square metres", default="")
    yard_m2: str = holds("yard of a school, square metres", default="")
    classrooms: str = holds("number of classrooms", default="")
    equipment: str = holds("pieces of play equipment, separated by semicolons", default="")
    surface: str = holds("ground under the equipment", default="")
    shade: str = holds("shade: yes or no", default="")
    fence: str = holds("fenced: yes or no", default="")
    water: str = holds("drinking water: yes or no", default="")
    toilet: str = holds("toilet: yes or no", default="")
    wheelchair: str = holds("usable in a wheelchair: yes or no", default="")
    stroller: str = holds("usable with a stroller: yes or no", default="")
    ages_from: str = holds("youngest age meant", default="")
    ages_to: str = holds("first age no longer meant", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitColumnsKeys:
    """``[places.units.columns]``: which column holds what."""

    place: str = holds("the publisher's code of the place the unit is in", default="")
    code: str = holds("the unit's own code", default="")
    sex: str = holds("whom it admits, translated by values.sex: all, girl, boy", default="")
    stage: str = holds(
        "school stage, translated by values.stage: pre_school, primary, lower_secondary, "
        "upper_secondary",
        default="",
    )
    shift: str = holds(
        "shift, translated by values.shift: morning, afternoon, whole_day",
        default="",
    )
    sector: str = holds("who runs it, translated by values.sector: public, private", default="")
    special: str = holds("for children with special needs: yes or no", default="")
    seats: str = holds("seats (of a school, library, kindergarten …)", default="")
    pupils: str = holds("children there now", default="")
    visits: str = holds("visits it can take", default="")
    area_m2: str = holds(
        "area it can give, square metres, where the whole place is not meant",
        default="",
    )
    ages_from: str = holds("youngest age admitted", default="")
    ages_to: str = holds("first age no longer admitted", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsKeys:
    """``[places.units]``: what the places offer, one row a unit."""

    columns: UnitColumnsKeys = holds("which column holds what")
    path: str = holds("the file, where the units are not in the rows of the places", default="")
    layer: str = holds("sheet or layer of it", default="")
    encoding: str = holds("text encoding where it is not UTF-8", default="")
    values: dict[str, dict[str, str]] = holds(
        "for sex, stage, shift, sector and special: what the file's words mean",
        default={},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesKeys(FileKeys):
    """``[[places]]``, one file of places."""

    format: str = holds("how to read it", one_of=FORMATS)
    precedence: int = holds("of two records of one place the smaller number wins", default=10)
    kinds: tuple[str, ...] = holds(
        "of an osm file: only these kinds; of a register: the kinds it lists",
        default=(),
    )
    kind: str = holds("the kind of every row, where no column says it", default="")
    columns: PlaceColumnsKeys | None = holds("which column holds what (not for osm)", default=None)
    values: dict[str, dict[str, str]] = holds(
        "for kind, status and yes-or-no columns: what the file's words mean",
        default={},
    )
    units: UnitsKeys | None = holds("what the places offer", default=None)
    match: MatchKeys = holds(
        "when a record is a place that another file has already given",
        default=MatchKeys(),
    )
    complete: bool = holds(
        "true if the publisher vouches that it lists every place of its kinds",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchmentsKeys(FileKeys):
    """``[[catchments]]``: areas by which children are assigned to places."""

    place: str = holds("column with the publisher's code of the place, or a template")
    names: dict[str, str] = holds(
        "by language, the column with the place's name, where the code is not the places' own",
        default={},
    )
    stage: str = holds("only the units of this school stage", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CityTomlKeys:
    """The whole file."""

    city: CityKeys = holds("the city")
    sources: tuple[SourceKeys, ...] = holds("the publishers' facts about the files")
    tiers: tuple[TierKeys, ...] = holds("zones, coarse to fine")
    cells: CellsKeys = holds("the smallest areas with counts")
    counts: tuple[CountsKeys, ...] = holds("people by cell, as published")
    streets: StreetsKeys = holds("streets and paths")
    bodies: tuple[BodyKeys, ...] = holds("offices and their layers", default=())
    shares: tuple[CountsKeys, ...] = holds(
        "finer or older tables that only shape the split of the counts",
        default=(),
    )
    controls: tuple[CountsKeys, ...] = holds(
        "totals that are kept where they agree with the cells",
        default=(),
    )
    context: tuple[ContextKeys, ...] = holds(
        "what is measured of zones beside their services",
        default=(),
    )
    boundary: BoundaryKeys | None = holds("the city's boundary", default=None)
    basemap: BasemapKeys | None = holds("water, green, buildings and coast", default=None)
    kinds: tuple[KindKeys, ...] = holds("kinds of place that only this city has", default=())
    places: tuple[PlacesKeys, ...] = holds("places for children", default=())
    catchments: tuple[CatchmentsKeys, ...] = holds(
        "areas by which children are assigned to places",
        default=(),
    )
