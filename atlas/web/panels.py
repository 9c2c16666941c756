"""What a zone's panel and page tell, ready for the templates."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext, gettext_lazy

from atlas.assessments.published import CROSSING
from atlas.web import shown, why, words
from atlas.web.figures import Split, split_at
from atlas.web.icons import service_icon
from atlas.web.kinds import icon_of, under_services
from atlas.web.legend import Item
from atlas.web.safety import safe_route
from atlas.web.zones import Place, Zone, parent_of, places_by_zone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atlas.web.edition import Edition, Service, Tier
    from atlas.web.kinds import Under
    from atlas.web.shown import Need
    from atlas.web.state import State

# One tick a zone is drawn up to this many; above, the ticks only stand for the line.
MOST_TICKS = 60
# What a tick of the rank line is: another zone, the zone itself, a rank it may have, or one that
# trials give it.
Tick = Literal["", "own", "band", "trial"]
GRADES = 4
FEW_NAMES = 3
# With more bars than this, the first column is full without the places.
MOST_BARS = 8
NOTES = {
    "capacity_unknown": gettext_lazy(
        "Judged by distance alone, because the room of some places is not known: %(services)s."
    ),
    "edge": gettext_lazy(
        "Near the city’s edge, where places outside it may be missing: %(services)s."
    ),
}


@dataclass(frozen=True, slots=True)
class ServiceSplit:
    """A service's bar: whose children, and what it does for them."""

    code: str
    icon: str
    name: str
    whose: str
    split: Split
    is_chosen: bool
    safe_route: str


@dataclass(frozen=True, slots=True)
class Share:
    """A service's share of the score, in points; `width` is in hundredths of the longest."""

    name: str
    points: float
    width: int


@dataclass(frozen=True, slots=True)
class BandCount:
    """Girls and boys of one age band; None is withheld or not known."""

    ages: str
    girls: int | None
    boys: int | None
    girls_width: int
    boys_width: int


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval of a score as three lengths in hundredths, and its ends."""

    before: int
    within: int
    after: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KindPlaces:
    """The places of one kind in a zone."""

    icon: str
    name: str
    places: tuple[Place, ...]

    @property
    def some_names(self) -> str:
        """The first few names; places without one are counted, not named."""
        names = list(dict.fromkeys(words.name_of(p.names) for p in self.places if p.names))
        return " · ".join(names[:FEW_NAMES]) + (" …" if len(names) > FEW_NAMES else "")


@dataclass(frozen=True, slots=True)
class Grade:
    """How complete the data of one service is here: 0 poor to 3 complete."""

    name: str
    grade: int
    word: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that is said of one zone."""

    zone: Zone
    tier: str
    parent: Zone | None
    children: int | None
    quality: str | None
    need: Need
    pin: int | None
    interval: Interval | None
    reasons: list[why.Sentence]
    finding: str
    splits: list[ServiceSplit]
    not_here: list[str]
    notes: list[str]
    shares: list[Share]
    pyramid: list[BandCount]
    ticks: list[Tick]
    kinds: list[Under[KindPlaces]]
    grades: list[Grade]
    data_word: str
    tier_in_sentence: str
    ranked: str
    worst: str
    class_range: str
    classes: tuple[int, ...] = (1, 2, 3, 4, 5)

    @property
    def is_long(self) -> bool:
        """Whether the bars alone fill a column."""
        return len(self.told) > MOST_BARS

    @property
    def is_told_elsewhere(self) -> bool:
        """Whether the zone's division tells of no service."""
        return any(own.split.reason == CROSSING for own in self.splits)

    @property
    def told(self) -> list[ServiceSplit]:
        """The splits of the services of which something may be told."""
        return [own for own in self.splits if own.split.reason != CROSSING]

    @property
    def has_safe_route(self) -> bool:
        """Whether something is said of safe routes."""
        return any(own.safe_route for own in self.splits)

    @property
    def has_together(self) -> bool:
        """Whether some bar shows too few places and out of reach as one."""
        return any(own.split.is_together for own in self.splits)


def panel(edition: Edition, state: State, tier: str, zone: Zone) -> Panel:
    """Return what is said of `zone`."""
    need = edition.need(tier)
    row = need["zones"].index(zone.code)
    own = shown.needs_of(need)[row]
    records = need["why"][row]
    name = words.name_of(zone.names)
    splits = [service_split(edition, state, tier, s, zone) for s in edition.services]
    return Panel(
        zone=zone,
        tier=words.name_of(edition.tier(tier).names),
        parent=parent_of(edition, zone),
        children=need["columns"]["children"][row],
        quality=need["columns"]["quality"][row],
        need=own,
        pin=None if own.score is None else round(own.score),
        interval=_interval(own),
        reasons=why.sentences(records, name, edition),
        finding=_finding(own, records, name, edition),
        splits=sorted(
            (s for s in splits if s.split.reason != "not_applicable"), key=lambda s: not s.is_chosen
        ),
        not_here=[s.name for s in splits if s.split.reason == "not_applicable"],
        notes=_notes([own for own in splits if own.split.reason != CROSSING]),
        shares=_shares(edition, need, row),
        pyramid=_pyramid(edition, need, row),
        ticks=_ticks(own),
        kinds=_kinds(edition, tier, zone),
        grades=_grades(edition, tier, zone),
        data_word=str(words.GRADE_WORDS[own.data_grade or 0]),
        tier_in_sentence=words.within_sentence(edition.tier(tier).names),
        ranked=words.tier_count(edition.tier(tier), own.ranked_of),
        worst=_worst(own, edition.tier(tier)),
        class_range=Item(own.need_class, 0).range if own.need_class else "",
    )


def _finding(need: Need, records: list[dict[str, Any]], name: str, edition: Edition) -> str:
    """Return the one line under a zone's name; without records it claims nothing of services."""
    if need.need_class is None:
        return no_score(need)
    if not records:
        text = gettext("Only the class of the need in %(zone)s is published: %(class)s.")
        return text % {"zone": name, "class": words.NEED_WORDS[need.need_class - 1]}
    return why.finding(records, name, edition)


def no_score(need: Need) -> str:
    """Return why there is no score, in words."""
    if need.reason == "suppressed":
        return gettext("Few children live here, so the figures are withheld.")
    if need.reason == "no_network":
        return gettext("There is no street data here, so walks cannot be measured.")
    return gettext("There is not enough data here to give a score. That does not mean low need.")


def service_split(
    edition: Edition, state: State, tier: str, service: Service, zone: Zone
) -> ServiceSplit:
    """Return the bar of one service for the group that the state names."""
    figures = edition.figures(tier, service.code)
    row = figures["zones"].index(zone.code)
    is_chosen = service.code == state.service
    group = state.group if is_chosen else "all/all"
    bands = [state.band] if is_chosen and state.band != "all" else service.bands
    return ServiceSplit(
        code=service.code,
        icon=service_icon(service.code),
        name=words.name_of(service.names),
        whose=_whose(bands, state.sex if is_chosen else "all", edition),
        split=split_at(figures["groups"][group], row, edition.unknown_limit),
        is_chosen=is_chosen,
        safe_route=safe_route(figures, row, edition),
    )


def _notes(splits: list[ServiceSplit]) -> list[str]:
    """Return what a reader must know of the bars, each thing once."""
    found = []
    for flag, text in NOTES.items():
        names = [s.name for s in splits if flag in s.split.flags]
        if names:
            found.append(str(text) % {"services": gettext(", ").join(names)})
    return found


def _whose(bands: Iterable[str], sex: str, edition: Edition) -> str:
    ages = words.ages_of(bands, edition)
    who = {"girl": gettext("girls"), "boy": gettext("boys")}.get(sex, gettext("children"))
    if ages is None:
        return who
    return gettext("%(who)s, ages %(years)s") % {"who": who, "years": words.years(ages)}


def _interval(need: Need) -> Interval | None:
    """Return the interval where data is missing; without a width there is nothing to draw."""
    if need.low is None or need.high is None or not need.is_interval:
        return None
    low, high = round(need.low), round(need.high)
    return Interval(low, high - low, 100 - high, need.low, need.high)


def _shares(edition: Edition, need: dict[str, Any], row: int) -> list[Share]:
    points = {
        s: column[row] for s, column in need["contributions"].items() if column[row] is not None
    }
    longest = max(points.values(), default=0) or 1
    names = {s.code: words.name_of(s.names) for s in edition.services}
    names |= {one.code: words.name_of(one.names) for one in edition.indicators}
    by_weight = sorted(points, key=lambda s: -points[s])
    return [Share(names.get(s, s), points[s], round(100 * points[s] / longest)) for s in by_weight]


def _pyramid(edition: Edition, need: dict[str, Any], row: int) -> list[BandCount]:
    columns = need["columns"].get("bands") or {}
    counts = {g: column[row] for g, column in columns.items()}
    longest = max((c for c in counts.values() if c), default=0) or 1
    return [
        BandCount(
            ages=words.years(band.ages),
            girls=counts.get(f"{band.code}/girl"),
            boys=counts.get(f"{band.code}/boy"),
            girls_width=100 * (counts.get(f"{band.code}/girl") or 0) // longest,
            boys_width=100 * (counts.get(f"{band.code}/boy") or 0) // longest,
        )
        for band in reversed(edition.bands)
        if counts
    ]


def _ticks(need: Need) -> list[Tick]:
    """Return the ticks of the rank line."""
    if need.standing is None or need.ranked_of < 2:  # noqa: PLR2004
        return []
    count = min(MOST_TICKS, need.ranked_of)
    step = (count - 1) / (need.ranked_of - 1)

    ticks: list[Tick] = [""] * count
    if need.doubt is not None:
        # A tie's half lies between two ticks: the trials take both.
        first = floor((need.doubt.low - 1) * step)
        last = ceil((need.doubt.high - 1) * step)
        ticks[first : last + 1] = ["trial"] * (last + 1 - first)
    first = round((need.standing.first - 1) * step)
    last = round((need.standing.last - 1) * step)
    own: Tick = "own" if need.standing.is_exact else "band"
    ticks[first : last + 1] = [own] * (last + 1 - first)
    return ticks


def _worst(need: Need, tier: Tier) -> str:
    """Return "10 neighbourhoods", the worst of which trials tell; nothing where none does."""
    if need.doubt is None or not need.doubt.in_worst_percent:
        return ""
    return words.tier_count(tier, need.doubt.worst or 0)


def _kinds(edition: Edition, tier: str, zone: Zone) -> list[Under[KindPlaces]]:
    here = places_by_zone(edition, tier).get(zone.code, ())
    found = {}
    for kind in edition.kinds:
        own = tuple(p for p in here if p.kind == kind.code)
        if own:
            icon = icon_of(edition, kind.code)
            found[kind.code] = KindPlaces(icon, words.name_of(kind.names), own)
    return under_services(edition, found)


def _grades(edition: Edition, tier: str, zone: Zone) -> list[Grade]:
    found = []
    for service in edition.services:
        figures = edition.figures(tier, service.code)
        grade = figures["completeness"]["grade"][figures["zones"].index(zone.code)]
        if grade is not None:
            word = str(words.GRADE_WORDS[min(grade, GRADES - 1)])
            found.append(Grade(words.name_of(service.names), grade, word))
    return found
