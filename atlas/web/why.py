"""The sentences that say why a zone has its colour, from the records of an edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext

from atlas.web import words
from atlas.web.icons import service_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from atlas.web.edition import Edition

HALF_PERCENT = 50
ALMOST_ALL_PERCENT = 95
FEW_PERCENT = 5
NEAR_PERCENT = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a sentence; `is_cause` runs are set bold."""

    text: str
    is_cause: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One reason, with the state whose colour its sign wears."""

    state: str
    icon: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The sentence without marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Reason:
    """A why-record with the words that its sentence needs."""

    zone: str
    service: str
    who: str
    aged: str
    count: int
    of: int
    reach_m: int | None

    @property
    def percent(self) -> float:
        """The share in hundredths."""
        return 100 * self.count / self.of if self.of else 0.0

    def words(self) -> dict[str, str]:
        """Return everything a sentence may name."""
        part, whole = fraction(self.count, self.of)
        return {
            "zone": self.zone,
            "service": self.service,
            "who": self.who,
            "aged": self.aged,
            "n": words.number(part),
            "m": words.number(whole),
            "count": words.number(self.count),
            "reach": words.number(self.reach_m or 0),
        }


def fraction(count: int, of: int) -> tuple[int, int]:
    """
    Return the share as a person says it: in quarters where that is near, else in tenths.

    Examples
    --------
    >>> fraction(131, 177)
    (3, 4)
    >>> fraction(555, 793)
    (7, 10)
    """
    percent = 100 * count / of if of else 0
    for part in (1, 3):
        if abs(percent - 25 * part) <= NEAR_PERCENT:
            return part, 4
    return max(1, min(9, round(percent / 10))), 10


def sentences(records: list[dict[str, Any]], zone: str, edition: Edition) -> list[Sentence]:
    """Return one sentence a record."""
    return [_sentence(record, zone, edition) for record in records]


def _sentence(record: dict[str, Any], zone: str, edition: Edition) -> Sentence:
    text = SAYS[record["kind"]](reason_of(record, zone, edition))
    return Sentence(record["kind"], service_icon(record["service"]), pieces(text))


def reason_of(record: dict[str, Any], zone: str, edition: Edition) -> Reason:
    """Return the record with its words."""
    band, _, sex = record["group"].partition("/")
    return Reason(
        zone=zone,
        service=words.within_sentence(edition.service(record["service"]).names),
        who=_who(sex),
        aged=_aged(band, edition),
        count=record["count"],
        of=record["of"],
        reach_m=record["reach_m"],
    )


def pieces(text: str) -> tuple[Piece, ...]:
    """
    Split a sentence at its ** marks.

    Examples
    --------
    >>> [(p.text, p.is_cause) for p in pieces("It is **far**.")]
    [('It is ', False), ('far', True), ('.', False)]
    """
    runs = text.split("**")
    return tuple(Piece(run, i % 2 == 1) for i, run in enumerate(runs) if run)


def _who(sex: str) -> str:
    return {"girl": gettext("girls"), "boy": gettext("boys")}.get(sex, gettext("children"))


def _aged(band: str, edition: Edition) -> str:
    ages = words.ages_of([band], edition)
    return "" if ages is None else gettext(" aged %(years)s") % {"years": words.years(ages)}


def _out(reason: Reason) -> str:
    if reason.percent > ALMOST_ALL_PERCENT:
        return _almost_all_out(reason)
    if reason.reach_m is None:
        text = gettext(
            "%(n)s in %(m)s %(who)s%(aged)s in %(zone)s have **no %(service)s in reach**."
        )
    else:
        text = gettext(
            "%(n)s in %(m)s %(who)s%(aged)s in %(zone)s live **more than a %(reach)s-metre walk "
            "from any %(service)s**."
        )
    return text % reason.words() if reason.percent >= FEW_PERCENT else _few_out(reason)


def _almost_all_out(reason: Reason) -> str:
    if reason.reach_m is None:
        text = gettext("Almost all %(who)s%(aged)s in %(zone)s have **no %(service)s in reach**.")
    else:
        text = gettext(
            "Almost all %(who)s%(aged)s in %(zone)s live **more than a %(reach)s-metre walk from "
            "any %(service)s**."
        )
    return text % reason.words()


def _few_out(reason: Reason) -> str:
    text = ngettext(
        "In %(zone)s **%(count)s child has no %(service)s in reach**.",
        "In %(zone)s **%(count)s children have no %(service)s in reach**.",
        reason.count,
    )
    return text % reason.words()


def _full(reason: Reason) -> str:
    text = ngettext(
        "The %(service)s is near, but it has **too few places for %(count)s child%(aged)s**.",
        "The %(service)s is near, but it has **too few places for %(count)s children%(aged)s**.",
        reason.count,
    )
    return text % reason.words()


def _served(reason: Reason) -> str:
    if reason.percent > ALMOST_ALL_PERCENT:
        text = gettext("The %(service)s does better: **almost all %(who)s%(aged)s are served**.")
    elif reason.percent < FEW_PERCENT:
        text = gettext("Even the %(service)s **serves few %(who)s%(aged)s here**.")
    else:
        text = gettext(
            "The %(service)s does better: **%(n)s in %(m)s %(who)s%(aged)s are served**."
        )
    return text % reason.words()


def _unknown(reason: Reason) -> str:
    text = ngettext(
        "We do not know enough about the %(service)s: **there is no data for %(count)s child**.",
        "We do not know enough about the %(service)s: **there is no data for %(count)s children**.",
        reason.count,
    )
    return text % reason.words()


SAYS: dict[str, Callable[[Reason], str]] = {
    "out": _out,
    "full": _full,
    "served": _served,
    "unknown": _unknown,
}


def finding(records: list[dict[str, Any]], zone: str, edition: Edition) -> str:
    """Return the one line under a zone's name: what weighs most there."""
    reasons = {r["kind"]: reason_of(r, zone, edition) for r in reversed(records)}
    far, full = reasons.get("out"), reasons.get("full")
    if far and full:
        text = gettext(
            "%(many)s children in %(zone)s have no %(service)s near home, and their %(other)s has "
            "too few places."
        )
        return text % (far.words() | {"many": _many(far), "other": full.service})
    if far:
        text = gettext("%(many)s children in %(zone)s have no %(service)s near home.")
        return text % (far.words() | {"many": _many(far)})
    if full:
        text = gettext("For some children in %(zone)s the %(service)s has too few places.")
        return text % full.words()
    return gettext("The services that we know of reach most children in %(zone)s.") % {"zone": zone}


def _many(reason: Reason) -> str:
    if reason.percent >= HALF_PERCENT:
        return gettext("Most")
    return gettext("Many") if reason.percent >= 20 else gettext("Some")  # noqa: PLR2004
