"""What is measured of a zone beside its services, and coverage along deprivation, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from atlas.web import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atlas.web.edition import Edition, Indicator, Service

# Numbers of an index or a share: one place, none where they are large.
LARGE = 1000
ALL = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator in a zone: its number with its unit, or why there is none."""

    name: str
    number: str
    unit: str
    reason: str
    is_estimated: bool
    source: str
    reference_date: str


@dataclass(frozen=True, slots=True)
class ZoneContext:
    """What is measured of a zone, and its score by gaps alone and by context alone."""

    measured: list[Measured]
    gaps: float | None
    context: float | None


def zone_context(edition: Edition, tier: str, code: str) -> ZoneContext:
    """Return the context of a zone; nothing where the edition has none."""
    role = f"values/{tier}/context"
    if not edition.has(role):
        return ZoneContext([], None, None)
    told = edition.read(role)
    at = told["zones"].index(code)
    return ZoneContext(
        measured=[
            _measured(edition, one, told["indicators"][one.code], at)
            for one in edition.indicators
            if one.code in told["indicators"]
        ],
        gaps=told["scores"]["gaps"][at],
        context=told["scores"]["context"][at],
    )


def _measured(edition: Edition, one: Indicator, column: dict[str, Any], at: int) -> Measured:
    value = column["value"][at]
    source = next((s for s in edition.sources if s.key == one.source), None)
    return Measured(
        name=words.name_of(one.names),
        number="" if value is None else _number(value),
        unit=words.name_of(one.units),
        reason="" if value is not None else _why(column["reason"][at]),
        is_estimated=value is not None and column["quality"][at] == "estimated",
        source=words.name_of(source.names) if source else "",
        reference_date=one.reference_date,
    )


def _number(value: float) -> str:
    is_plain = float(value).is_integer() or abs(value) >= LARGE
    return words.number(value, decimals=0 if is_plain else 1)


def _why(reason: str | None) -> str:
    """Return why there is no number: a mean over few children is withheld, not the indicator."""
    if reason == "suppressed":
        return gettext("not told for areas of this kind")
    return words.reason(reason)


@dataclass(frozen=True, slots=True)
class Gradient:
    """One service along deprivation: of 100 children at either end, how many it serves."""

    sentence: str
    interval: str


def gradients(edition: Edition, tier: str, services: Iterable[Service]) -> list[Gradient]:
    """Return what is told of services along deprivation in one tier; nothing where it is not."""
    role = "values/gradient"
    if not edition.has(role):
        return []
    told = edition.read(role).get(tier, {})
    found = []
    for service in services:
        own = told.get(service.code)
        if own is not None and own["step_percent"] is not None:
            found.append(_gradient(service, own))
    return found


def _of_100(children: int, step: int) -> str:
    """Return how many of 100 in words: the ends of wide steps stand for fewer and for more."""
    told = {"n": words.number(children)}
    if step > 1 and children == step:
        return gettext("%(n)s or fewer") % told
    if step > 1 and children == ALL - step:
        return gettext("%(n)s or more") % told
    return words.number(children)


def _gradient(service: Service, own: dict[str, Any]) -> Gradient:
    step = own["step_percent"]
    said = {
        "service": words.name_of(service.names),
        "most": _of_100(own["most_deprived"], step),
        "least": _of_100(own["least_deprived"], step),
        "most_low": words.number(own["most_deprived_low"]),
        "most_high": words.number(own["most_deprived_high"]),
        "least_low": words.number(own["least_deprived_low"]),
        "least_high": words.number(own["least_deprived_high"]),
        "step": words.number(step),
    }
    sentence = gettext(
        "%(service)s: in the most deprived fifth %(most)s of 100 children are served, in the least "
        "deprived %(least)s."
    )
    if step > 1:
        interval = gettext(
            "Nine of ten trials: %(most_low)s to %(most_high)s and %(least_low)s to "
            "%(least_high)s; in steps of %(step)s."
        )
    else:
        interval = gettext(
            "Nine of ten trials: %(most_low)s to %(most_high)s and %(least_low)s to %(least_high)s."
        )
    return Gradient(sentence % said, interval % said)
