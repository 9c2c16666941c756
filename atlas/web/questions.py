"""The questions of the start, each answered in one line from the edition's own figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from atlas.web import words
from atlas.web.legend import legend
from atlas.web.shown import rows
from atlas.web.state import State

if TYPE_CHECKING:
    from atlas.web.edition import Edition

PLAY = "play_space"
SCHOOLS = ("primary_school", "lower_secondary_school", "upper_secondary_school")


@dataclass(frozen=True, slots=True)
class Question:
    """
    A question with its answer.

    `service` is what the map then shows, empty without data, of the zones of `tier`.
    """

    icon: str
    tint: int
    text: str
    answer: str
    service: str
    tier: str


@dataclass(frozen=True, slots=True)
class Leads:
    """The three figures of the start."""

    children: int
    high: int
    zones: str
    blank: int


def leads(edition: Edition, state: State) -> Leads:
    """Return the figures of the start for the tier shown."""
    shown = rows(edition, State(tier=state.tier))
    counts = legend(shown)
    return Leads(
        children=edition.children,
        high=counts.high,
        zones=words.tier_count(edition.tier(state.tier), len(shown)),
        blank=counts.blank,
    )


def questions(edition: Edition, tier: str, previous: Edition | None) -> list[Question]:
    """Return the four questions, answered of a tier's zones or of those that tell of services."""
    told = edition.told_tier(tier).code
    return [
        _play(edition, told),
        _schools(edition, told),
        Question("walk", 3, gettext("Where is the way to school unsafe?"), _no_data(), "", told),
        _change(edition, told, previous),
    ]


def _no_data() -> str:
    return gettext("Not enough data yet")


def _play(edition: Edition, tier: str) -> Question:
    text = gettext("Where do children lack a place to play?")
    has = edition.has(f"values/{tier}/{PLAY}")
    found = legend(rows(edition, State(tier=tier, service=PLAY))) if has else None
    if not found or not found.known:
        return Question("horse-toy", 1, text, _no_data(), "", tier)
    if not found.high:
        return Question("horse-toy", 1, text, gettext("Nowhere is the gap large"), PLAY, tier)
    answer = gettext("In %(zones)s the gap is large or very large") % {
        "zones": words.tier_count(edition.tier(tier), found.high)
    }
    return Question("horse-toy", 1, text, answer, PLAY, tier)


def _schools(edition: Edition, tier: str) -> Question:
    text = gettext("Which schools are full?")
    full = {s: _full(edition, tier, s) for s in SCHOOLS if edition.has(f"values/{tier}/{s}")}
    service = max(full, key=lambda s: full[s], default="")
    if not service or not full[service]:
        return Question("school", 2, text, _no_data(), "", tier)
    answer = ngettext(
        "%(service)s: near, but too few places for %(count)s child",
        "%(service)s: near, but too few places for %(count)s children",
        full[service],
    ) % {
        "service": words.name_of(edition.service(service).names),
        "count": words.number(full[service]),
    }
    return Question("school", 2, text, answer, service, tier)


def _full(edition: Edition, tier: str, service: str) -> int:
    return sum(c or 0 for c in edition.figures(tier, service)["groups"]["all/all"]["full"])


def _served(edition: Edition, tier: str, service: str) -> int:
    return sum(c or 0 for c in edition.figures(tier, service)["groups"]["all/all"]["served"])


def _change(edition: Edition, tier: str, previous: Edition | None) -> Question:
    text = gettext("What changed since the last edition?")
    role = f"values/{tier}/{PLAY}"
    if previous is None or not (edition.has(role) and previous.has(role)):
        return Question("clock", 4, text, gettext("This is the first edition"), "", tier)
    more = _served(edition, tier, PLAY) - _served(previous, tier, PLAY)
    if more == 0:
        same = gettext("A play space serves as many children as before")
        return Question("clock", 4, text, same, PLAY, tier)
    if more > 0:
        answer = ngettext(
            "A play space serves %(count)s child more",
            "A play space serves %(count)s children more",
            more,
        )
    else:
        answer = ngettext(
            "A play space serves %(count)s child fewer",
            "A play space serves %(count)s children fewer",
            -more,
        )
    return Question("clock", 4, text, answer % {"count": words.number(abs(more))}, PLAY, tier)
