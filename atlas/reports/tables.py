"""Published tables, row by row: what was published and nothing worked out of what was withheld."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atlas.assessments.published import ALL, CHILDREN_AS_SUCH
from atlas.bodies.models.named import name_in
from atlas.reports.columns import (
    DEPRIVATION,
    DICTIONARY,
    EVERYONE,
    FLAGS,
    GAPS,
    NEED,
    SOURCES,
    STATES,
    YES_NO,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from atlas.assessments.models import PublishedContext, PublishedGradient, PublishedScore
    from atlas.assessments.published import Figure
    from atlas.reports.columns import Column

Row = dict[str, Any]

# A spreadsheet takes a file for UTF-8 only when it begins so.
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class TierFigures:
    """Everything published of one tier."""

    about: Mapping[str, Any]
    zones: Mapping[str, tuple[dict[str, str], str | None]]
    figures: Sequence[Figure]
    scores: Sequence[PublishedScore]

    @property
    def children(self) -> dict[str, dict[tuple[str, str], Figure]]:
        """Children as such, by zone and group."""
        found: dict[str, dict[tuple[str, str], Figure]] = {}
        for figure in self.figures:
            if figure.service == CHILDREN_AS_SUCH:
                found.setdefault(figure.zone_code, {})[figure.band, figure.sex] = figure
        return found


def need_rows(tier: TierFigures) -> Iterator[Row]:
    """Yield one row a zone: children, need, class, rank and how sure it is."""
    children = tier.children
    for score in tier.scores:
        own = children[score.zone_code]
        names, parent = tier.zones[score.zone_code]
        yield {
            "zone": score.zone_code,
            "name": names,
            "parent": parent,
            "children": own[ALL, ALL].children,
            "girls": own[ALL, "girl"].children,
            "boys": own[ALL, "boy"].children,
            "need": _rounded(score.need),
            "lowest": _rounded(score.lowest),
            "highest": _rounded(score.highest),
            "need_class": score.need_class,
            "rank": score.rank,
            "ranked_of": score.ranked_of,
            "rank_low": score.rank_low,
            "rank_high": score.rank_high,
            "worst": score.worst,
            "in_worst_percent": score.in_worst_percent,
            "is_robust": None if score.worst is None else score.is_robust,
            "data_grade": score.data_grade,
            "state": score.reason or own[ALL, ALL].quality,
            "flags": score.flags,
            "sources": _source_keys(tier.about),
        }


def gap_rows(tier: TierFigures) -> Iterator[Row]:
    """Yield one row a zone, service and group that the service is for."""
    services = {service["code"]: service for service in tier.about["services"]}
    sources = _source_keys(tier.about)
    safe = {score.zone_code: score.safe_route for score in tier.scores}
    for figure in tier.figures:
        if figure.service == CHILDREN_AS_SUCH or figure.reason == "not_applicable":
            continue
        names, parent = tier.zones[figure.zone_code]
        asked = _asked(services[figure.service], figure)
        yield {
            "zone": figure.zone_code,
            "name": names,
            "parent": parent,
            "service": figure.service,
            "service_name": services[figure.service]["names"],
            "band": figure.band,
            "sex": figure.sex,
            "children": figure.children,
            "served": figure.served,
            "full": figure.full,
            "out": figure.out,
            "unknown": figure.unknown,
            "not_served_percent": _not_served_percent(figure),
            "short": figure.short,
            "short_unit": _one({r["unit"] for r in asked if r["unit"]}),
            "reach_m": _one({r["reach_m"] for r in asked}),
            **_safe_route(safe[figure.zone_code].get(figure.service), figure),
            "state": figure.reason or figure.quality,
            "flags": figure.flags,
            "sources": sources,
        }


def context_rows(tier: TierFigures, told: Iterable[PublishedContext]) -> Iterator[Row]:
    """Yield one row a zone and public indicator."""
    indicators = {one["code"]: one for one in tier.about.get("indicators", [])}
    for row in sorted(told, key=lambda row: (row.zone_code, row.indicator)):
        names, parent = tier.zones[row.zone_code]
        own = indicators[row.indicator]
        yield {
            "zone": row.zone_code,
            "name": names,
            "parent": parent,
            "indicator": row.indicator,
            "indicator_name": own["names"],
            "value": row.value,
            "value_unit": own["units"] or None,
            "state": row.reason or row.quality,
            "source": own["source"],
            "reference_date": own["reference_date"],
        }


def deprivation_rows(about: Mapping[str, Any], told: Iterable[PublishedGradient]) -> Iterator[Row]:
    """Yield one row a tier and service: who is served at either end of deprivation."""
    services = {service["code"]: service for service in about["services"]}
    tiers = {tier["code"]: tier for tier in about["tiers"]}
    figures = [column.code for column in DEPRIVATION if "percent" in column.code]
    figures += [column.code for column in DEPRIVATION if "deprived" in column.code]
    for row in told:
        if row.tier_code in tiers:
            yield {
                "tier": tiers[row.tier_code]["names"],
                "service": row.service,
                "service_name": services[row.service]["names"],
                **{name: getattr(row, name) for name in figures},
                "state": row.reason or None,
            }


def source_rows(about: Mapping[str, Any]) -> Iterator[Row]:
    """Yield one row a data set."""
    for source in about["sources"]:
        yield {**source, "name": source["names"], "layers": " ".join(source["layers"])}


def dictionary_rows(language: str, further: Mapping[str, Sequence[Column]]) -> Iterator[Row]:
    """Yield one row a column of every table, with unit and denominator."""
    for table, columns in {"need": NEED, "gaps": GAPS, **further, "sources": SOURCES}.items():
        for column in columns:
            yield {
                "table": table,
                "code": column.code,
                "column": column.names[language],
                "unit": column.unit[language],
                "denominator": column.denominator[language],
            }


def as_csv(columns: Sequence[Column], rows: Iterable[Row], words: Words) -> bytes:
    """Return the rows as CSV with readable headers in the language of `words`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.header(words.language) for column in columns])
    for row in rows:
        writer.writerow([words.cell(column.code, row.get(column.code)) for column in columns])
    return (_BOM + text.getvalue()).encode()


@dataclass(frozen=True, slots=True)
class Words:
    """What codes are called in one language."""

    language: str
    about: Mapping[str, Any]

    def cell(self, column: str, value: Any) -> object:  # noqa: ANN401 - cells hold anything
        """Return a value as a reader of the table sees it; null stays empty, beside its state."""
        if value is None:
            return ""
        named = YES_NO[value] if isinstance(value, bool) else value
        if isinstance(named, dict):
            return name_in(named, self.language)
        if column == "flags":
            return "; ".join(FLAGS[flag][self.language] for flag in value)
        if column == "state":
            return STATES[value][self.language]
        return self._name(column, value)

    def _name(self, column: str, value: Any) -> object:  # noqa: ANN401 - see above
        if column in {"band", "sex"} and value == ALL:
            return EVERYONE[self.language]
        if column == "sex":
            return name_in(self._named("sexes")[value], self.language)
        if column == "band":
            return name_in(self._named("bands")[value], self.language)
        if column == "short_unit":
            return name_in(self.about["units"].get(value, {"en": value}), self.language)
        return value

    def _named(self, things: str) -> dict[str, dict[str, str]]:
        return {thing["code"]: thing["names"] for thing in self.about[things]}


def for_dictionary(language: str, further: Mapping[str, Sequence[Column]]) -> bytes:
    """Return the table that explains the columns, those of further tables among them."""
    return as_csv(DICTIONARY, dictionary_rows(language, further), Words(language, {}))


def _asked(service: Mapping[str, Any], figure: Figure) -> list[Mapping[str, Any]]:
    return [
        requirement
        for requirement in service["requirements"]
        if figure.band in {ALL, requirement["band"]} and figure.sex in {ALL, requirement["sex"]}
    ]


def _safe_route(told: Mapping[str, Any] | None, figure: Figure) -> Row:
    """Return how safely the service is reached, once a zone: it speaks of ages of its own."""
    if told is None or (figure.band, figure.sex) != (ALL, ALL):
        return {"safe_route_bands": None, "safe_route_of_10": None}
    return {
        "safe_route_bands": " ".join(told["bands"]),
        "safe_route_of_10": told["tenths"],
    }


def _one(values: set[Any]) -> Any:  # noqa: ANN401 - a word or a number
    """Return the one value that holds for the whole group, None where they differ."""
    return next(iter(values)) if len(values) == 1 else None


def _source_keys(about: Mapping[str, Any]) -> str:
    return " ".join(source["key"] for source in about["sources"])


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, 2)


def _not_served_percent(figure: Figure) -> float | None:
    if figure.children is None or figure.served is None or figure.unknown is None:
        return None
    known = figure.children - figure.unknown
    return round(100 * (known - figure.served) / known, 1) if known else None
