"""The keys of a ``city.toml`` that bring in what is measured of zones beside their services."""

# ruff: noqa: RUF009 - holds() declares a field, as dataclasses.field() does

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - get_type_hints reads it

from spatial_data.importing.declared_keys import holds
from spatial_data.importing.file_schema import UNKNOWN_CODES, FileKeys

NORMALISATIONS = ("goalposts", "z_score", "rank", "min_max")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorKeys:
    """``[[context.indicators]]``: one column of a table of context."""

    code: str = holds("short code of the indicator")
    names: dict[str, str] = holds("name by language")
    column: str = holds("the column with its numbers")
    good: float = holds("the number that means no need: level 0")
    bad: float = holds(
        "the number that means the greatest need: level 1; below good, less is worse"
    )
    units: dict[str, str] = holds("unit of the numbers by language", default={})
    normalisation: str = holds(
        "how a number becomes a level: between good and bad; or by mean, rank or extremes of the "
        "zones, where good and bad say the direction alone",
        default="goalposts",
        one_of=NORMALISATIONS,
    )
    error: str = holds("column with the standard sampling error, in the same unit", default="")
    domain: str = holds(
        "domain of the score it stands in: context, or one of the adopted set", default="context"
    )
    weight: float = holds(
        "share of the need score, from 0 to below 1, where the adopted set does not weigh it; 0: "
        "shown beside the score",
        default=0.0,
    )
    deprivation: bool = holds(
        "true for the one indicator by which zones are ranked from the most to the least deprived",
        default=False,
    )
    public: bool = holds(
        "false: its numbers are used and never published; so is all of a source that is not public",
        default=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextKeys(FileKeys):
    """``[[context]]``: what is measured of zones beside their services."""

    level: str = holds("the tier whose zones the rows are about")
    code: str = holds("column with the zone's code, or a template")
    indicators: tuple[IndicatorKeys, ...] = holds("the columns that are indicators")
    reference_date: date | None = holds(
        "the date the numbers are about, where it is not the source's", default=None
    )
    missing: tuple[str, ...] = holds(
        "texts that stand for 'not known' or 'withheld'", default=("", "NA")
    )
    not_applicable: tuple[str, ...] = holds("texts that stand for 'does not apply'", default=())
    unknown_codes: str = holds(
        "what to do with rows of a code that is no zone of the tier",
        default="refuse",
        one_of=UNKNOWN_CODES,
    )
