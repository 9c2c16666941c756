"""The figures that one state shows: the same on the map, in the legend, the table and the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atlas.web.figures import Split, split_at
from atlas.web.ranks import Standing, standings
from atlas.web.zones import Zone, parent_of, zones_of

if TYPE_CHECKING:
    from atlas.web.edition import Edition
    from atlas.web.state import State


@dataclass(frozen=True, slots=True)
class Doubt:
    """How a published rank moves in the trials; `worst` is None where nothing was asked."""

    low: float
    high: float
    worst: int | None
    in_worst_percent: int | None
    is_robust: bool

    @property
    def is_one_rank(self) -> bool:
        """Whether nine of ten trials give the same rank."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Need:
    """The need of one zone: the score, its interval for missing data, its class and rank."""

    score: float | None
    low: float | None
    high: float | None
    need_class: int | None
    standing: Standing | None
    rank: float | None
    ranked_of: int
    doubt: Doubt | None
    reason: str | None
    flags: tuple[str, ...]
    data_grade: int | None

    @property
    def is_interval(self) -> bool:
        """Whether missing data leaves the score between two whole numbers that differ."""
        if self.low is None or self.high is None:
            return False
        return round(self.low) != round(self.high)

    @property
    def is_few(self) -> bool:
        """Whether the zone has too few children for a rank."""
        return "few_children" in self.flags


@dataclass(frozen=True, slots=True)
class Row:
    """One zone as shown: what colours it and what stands beside it in the table."""

    zone: Zone
    parent: Zone | None
    children: int | None
    girls: int | None
    boys: int | None
    quality: str | None
    need: Need
    split: Split | None

    @property
    def value(self) -> float | None:
        """What the zone is coloured by: the need, or the gap of the service shown."""
        return self.need.score if self.split is None else self.split.gap

    @property
    def shown_class(self) -> int | None:
        """The class of the colour, 1 to 5; None is hatched."""
        return self.need.need_class if self.split is None else self.split.gap_class

    @property
    def reason(self) -> str | None:
        """Why the zone has no class."""
        if self.shown_class is not None:
            return None
        return (self.need.reason if self.split is None else self.split.why_none) or "missing"


def rows(edition: Edition, state: State) -> list[Row]:
    """Return one row a zone on the map, in the edition's order."""
    return [row for row in all_rows(edition, state) if row.zone.is_drawn]


def all_rows(edition: Edition, state: State) -> list[Row]:
    """Return one row a zone of the state's tier, with the children whom no area holds."""
    need = edition.need(state.tier)
    needs = needs_of(need)
    shown = None if state.is_need else edition.figures(state.tier, state.service)
    zones = zones_of(edition, state.tier)
    at_in_service = {} if shown is None else {c: i for i, c in enumerate(shown["zones"])}
    return [
        _row(
            edition,
            zones[code],
            (need["columns"], i),
            needs[i],
            None
            if shown is None
            else split_at(shown["groups"][state.group], at_in_service[code], edition.unknown_limit),
        )
        for i, code in enumerate(need["zones"])
    ]


def row_of(edition: Edition, state: State, code: str) -> Row:
    """Return the row of one zone."""
    return next(row for row in rows(edition, state) if row.zone.code == code)


def _row(
    edition: Edition, zone: Zone, at: tuple[dict[str, Any], int], need: Need, split: Split | None
) -> Row:
    columns, i = at
    return Row(
        zone=zone,
        parent=parent_of(edition, zone),
        children=columns["children"][i],
        girls=columns["girls"][i],
        boys=columns["boys"][i],
        quality=columns["quality"][i],
        need=need,
        split=split,
    )


def needs_of(need: dict[str, Any]) -> list[Need]:
    """Return the need of every zone in its file, in the file's order."""
    columns = need["columns"]
    few = ["few_children" in flags for flags in columns["flags"]]
    found = standings(columns["rank"], columns["class"], few)
    return [_need_at(columns, i, standing) for i, standing in enumerate(found)]


def _need_at(columns: dict[str, Any], i: int, standing: Standing | None) -> Need:
    return Need(
        score=columns["need"][i],
        low=columns["lo"][i],
        high=columns["hi"][i],
        need_class=columns["class"][i],
        standing=standing,
        rank=columns["rank"][i],
        ranked_of=columns["ranked_of"],
        doubt=_doubt_at(columns, i),
        reason=columns["reason"][i],
        flags=tuple(columns["flags"][i]),
        data_grade=columns["data_grade"][i],
    )


def _doubt_at(columns: dict[str, Any], i: int) -> Doubt | None:
    """Return the doubt of a rank; files of an earlier schema tell of none."""
    if "rank_low" not in columns or columns["rank_low"][i] is None:
        return None
    return Doubt(
        low=columns["rank_low"][i],
        high=columns["rank_high"][i],
        worst=columns["worst"],
        in_worst_percent=columns["in_worst_percent"][i],
        is_robust=bool(columns["robust"][i]),
    )


def _by_standing(row: Row) -> tuple[bool, float, float]:
    standing = row.need.standing
    return (True, 0, 0) if standing is None else (False, standing.first, standing.last)


def _by_figure(row: Row) -> tuple[bool, bool, int, float]:
    shown_class = row.shown_class or 0
    is_few = "few_children" in row.need.flags
    return (not shown_class, is_few, -shown_class, -(row.value or 0))


def in_order(shown: list[Row], sort: str, *, names: dict[str, list[int]]) -> list[Row]:
    """
    Return the rows in the order asked for; without one, the most need first.

    Zones with too few children for a rank follow those that have one; zones without a figure
    come last.
    """
    if sort == "name":
        return sorted(shown, key=lambda r: names[r.zone.code])
    if sort == "children":
        return sorted(shown, key=lambda r: -(r.children or 0))
    if sort == "rank":
        return sorted(shown, key=_by_standing)
    return sorted(shown, key=_by_figure)
