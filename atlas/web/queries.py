"""The answers that the pages ask for: one call a page, from the files of an edition."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext

from atlas.web import context, panels, questions, shown, words
from atlas.web import edition as editions
from atlas.web.edition import Edition, NoCityError
from atlas.web.kinds import icon_of, under_services
from atlas.web.legend import Legend, legend
from atlas.web.state import State, parse, starting_tier
from atlas.web.zones import SmallMap, find_zone, places_by_zone, small_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atlas.web.kinds import Under
    from atlas.web.shown import Row

# Bars beside the need in the table; every service has a table of its own.
TABLE_SERVICES = 4


class NoZoneError(LookupError):
    """The edition has no zone of that code."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind of place that the map can show."""

    code: str
    icon: str
    name: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What every page knows: the edition, the state and the home of its addresses."""

    edition: Edition
    state: State
    start: str
    others: list[Edition]
    is_home: bool

    @property
    def tier_name(self) -> str:
        """The name of the tier shown."""
        return words.name_of(self.edition.tier(self.state.tier).names)

    @property
    def service_name(self) -> str:
        """The name of the service shown, inside a sentence."""
        if self.state.is_need:
            return ""
        return words.within_sentence(self.edition.service(self.state.service).names)

    @property
    def attributions(self) -> list[str]:
        """Whom to thank, each once; who draws the map first."""
        names = dict.fromkeys(s.attribution for s in self.edition.sources if s.attribution)
        drawn = {s.attribution for s in self.edition.sources if "streets" in s.layers}
        return sorted(names, key=lambda name: name not in drawn)

    @property
    def whose(self) -> str:
        """Whose figures are shown: "ages 6 to 11, girls"."""
        return words.whose(self.edition, self.state.band, self.state.sex)


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map, its legend and its panel."""

    shown: Shown
    legend: Legend
    leads: questions.Leads
    questions: list[questions.Question]
    layers: list[Under[Layer]]
    panel: panels.Panel | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One zone with the bars of the services in the table."""

    row: Row
    bars: list[panels.ServiceSplit]


@dataclass(frozen=True, slots=True)
class TablePage:
    """The table twin of the map."""

    shown: Shown
    legend: Legend
    rows: list[TableRow]
    services: list[editions.Service]
    ranked_of: int
    gradients: list[context.Gradient]

    @property
    def has_together(self) -> bool:
        """Whether some bar shows too few places and out of reach as one."""
        return any(bar.split.is_together for line in self.rows for bar in line.bars)

    @property
    def has_doubt(self) -> bool:
        """Whether some rank has its interval."""
        return any(line.row.need.doubt for line in self.rows)

    @property
    def has_robust(self) -> bool:
        """Whether the need is shown and some of it is robustly high."""
        doubts = [line.row.need.doubt for line in self.rows]
        return self.shown.state.is_need and any(d and d.is_robust for d in doubts)

    @property
    def title(self) -> str:
        """What the table shows, as its head."""
        what = self.shown
        zones = words.tier_count(
            what.edition.tier(what.state.tier), self.legend.known + self.legend.blank
        )
        if what.state.is_need:
            return gettext("Children’s need in %(zones)s") % {"zones": zones}
        return gettext("Gap in %(zones)s: %(service)s") % {
            "zones": zones,
            "service": what.service_name,
        }

    @property
    def lead(self) -> str:
        """The table in one line."""
        tier = self.shown.edition.tier(self.shown.state.tier)
        found = {
            "high": words.tier_count(tier, self.legend.high),
            "blank": words.tier_count(tier, self.legend.blank),
        }
        if self.shown.state.is_need:
            text = gettext(
                "%(high)s: high or very high need. "
                "%(blank)s: not enough data, so no score and no rank."
            )
        else:
            text = gettext(
                "%(high)s: most children who need it are not served. %(blank)s: no figure."
            )
        return text % found


@dataclass(frozen=True, slots=True)
class ZonePage:
    """One zone, readable without a map."""

    shown: Shown
    panel: panels.Panel
    where: SmallMap
    context: context.ZoneContext

    @property
    def place(self) -> str:
        """Where the zone belongs, in words."""
        city = words.name_of(self.shown.edition.city.names)
        parent = self.panel.parent
        names = [city, words.name_of(parent.names) if parent else "", self.panel.tier_in_sentence]
        return gettext(", ").join(name for name in names if name)


@dataclass(frozen=True, slots=True)
class DataPage:
    """Every file of an edition with its licence: tables for people, the rest for programs."""

    shown: Shown
    tables: list[editions.EditionFile] = field(default_factory=list)
    others: list[editions.EditionFile] = field(default_factory=list)


def home() -> str:
    """Return the slug of the home city: the one set, else the only one there is."""
    if settings.ATLAS_HOME:
        return str(settings.ATLAS_HOME)
    known = editions.cities(settings.ATLAS_EDITIONS)
    return known[0] if known else ""


def look(slug: str | None, query: Mapping[str, str]) -> Shown:
    """
    Return what the address names.

    Raises
    ------
    NoCityError
        If the city has no edition.
    NoEditionError
        If it has none of the label asked for.
    """
    asked = slug or home()
    if not asked:
        raise NoCityError(asked)
    edition = editions.find(settings.ATLAS_EDITIONS, asked, query.get("edition") or None)
    return Shown(
        edition=edition,
        state=parse(query, edition),
        start=starting_tier(edition),
        others=editions.editions(settings.ATLAS_EDITIONS, asked),
        is_home=slug is None,
    )


def map_page(what: Shown) -> MapPage:
    """Return the map's page; an unknown zone leaves the start in its panel."""
    edition, state = what.edition, what.state
    found = find_zone(edition, state.zone) if state.zone else None
    return MapPage(
        shown=what,
        legend=legend(shown.rows(edition, state)),
        leads=questions.leads(edition, state),
        questions=questions.questions(edition, state.tier, _previous(what)),
        layers=_layers(edition, state),
        panel=None if found is None else panels.panel(edition, state, *found),
    )


def table_page(what: Shown) -> TablePage:
    """Return the table twin."""
    edition, state = what.edition, what.state
    services = _table_services(edition, state)
    rows = shown.rows(edition, state)
    nowhere = [r for r in shown.all_rows(edition, state) if not r.zone.is_drawn and r.children]
    names = {row.zone.code: words.sort_key(words.name_of(row.zone.names)) for row in rows}
    return TablePage(
        shown=what,
        legend=legend(rows),
        rows=[
            TableRow(
                row,
                [panels.service_split(edition, state, state.tier, s, row.zone) for s in services],
            )
            for row in [*shown.in_order(rows, state.sort, names=names), *nowhere]
        ],
        services=services,
        ranked_of=rows[0].need.ranked_of if rows else 0,
        gradients=context.gradients(
            edition, state.tier, edition.services if state.is_need else services
        ),
    )


def zone_page(what: Shown, code: str) -> ZonePage:
    """
    Return one zone's page.

    Raises
    ------
    NoZoneError
        If the edition has no zone of that code.
    """
    found = find_zone(what.edition, code)
    if found is None:
        raise NoZoneError(code)
    tier, _ = found
    return ZonePage(
        shown=what,
        panel=panels.panel(what.edition, what.state, *found),
        where=small_map(what.edition, tier, code),
        context=context.zone_context(what.edition, tier, code),
    )


def data_page(what: Shown) -> DataPage:
    """Return the open-data page."""
    files = sorted(what.edition.files.values(), key=lambda f: f.role)
    return DataPage(
        what,
        tables=[f for f in files if f.role.startswith("table/")],
        others=[f for f in files if not f.role.startswith("table/")],
    )


def _previous(what: Shown) -> Edition | None:
    labels = [e.label for e in what.others]
    at = labels.index(what.edition.label)
    return what.others[at - 1] if at > 0 else None


def _table_services(edition: Edition, state: State) -> list[editions.Service]:
    if not state.is_need:
        return [edition.service(state.service)]
    if edition.is_crossing(state.tier):
        return []
    return sorted(edition.services, key=lambda s: -s.weight)[:TABLE_SERVICES]


def _layers(edition: Edition, state: State) -> list[Under[Layer]]:
    everywhere = [p for own in places_by_zone(edition, state.tier).values() for p in own]
    counted = Counter(place.kind for place in everywhere)
    layers = {
        kind.code: Layer(
            kind.code,
            icon_of(edition, kind.code),
            words.name_of(kind.names),
            counted[kind.code],
            kind.code in state.layers,
        )
        for kind in edition.kinds
        if counted[kind.code]
    }
    return under_services(edition, layers)
