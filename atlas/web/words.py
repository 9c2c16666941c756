"""Words for what an edition names: the reader's language, with counts and ages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import (
    get_language,
    gettext,
    gettext_lazy,
    ngettext_lazy,
    pgettext_lazy,
)

from atlas.lib import dates, digits
from atlas.lib.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise as Lazy

    from atlas.web.edition import Band, City, Edition, Names, Tier

# Unicode puts the four letters that Persian added after the Arabic ones; a reader does not.
_ALPHABET = {letter: i for i, letter in enumerate(" 0123456789آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")}

# Class 1 to 5.
CLASS_WORDS: tuple[Lazy, ...] = (
    pgettext_lazy("need", "very low"),
    pgettext_lazy("need", "low"),
    pgettext_lazy("need", "medium"),
    pgettext_lazy("need", "high"),
    pgettext_lazy("need", "very high"),
)
NEED_WORDS: tuple[Lazy, ...] = (
    gettext_lazy("very low need"),
    gettext_lazy("low need"),
    gettext_lazy("medium need"),
    gettext_lazy("high need"),
    gettext_lazy("very high need"),
)
STATE_WORDS: dict[str, Lazy] = {
    "served": gettext_lazy("served"),
    "full": gettext_lazy("in reach, too few places"),
    "out": gettext_lazy("out of reach"),
    "not_served": gettext_lazy("not served: too few places or out of reach"),
    "unknown": gettext_lazy("unknown"),
}
REASON_WORDS: dict[str, Lazy] = {
    "missing": gettext_lazy("not enough data"),
    "not_applicable": gettext_lazy("does not apply here"),
    "no_network": gettext_lazy("no street data"),
    "suppressed": gettext_lazy("withheld: few children"),
    "crossing": gettext_lazy("not told of this division"),
}
GRADE_WORDS: tuple[Lazy, ...] = (
    gettext_lazy("poor data"),
    gettext_lazy("partial data"),
    gettext_lazy("good data"),
    gettext_lazy("complete data"),
)
GRADES_SHORT: tuple[Lazy, ...] = (
    pgettext_lazy("data", "poor"),
    pgettext_lazy("data", "partial"),
    pgettext_lazy("data", "good"),
    pgettext_lazy("data", "complete"),
)
SEX_WORDS: dict[str, Lazy] = {
    "all": gettext_lazy("girls and boys"),
    "girl": gettext_lazy("girls"),
    "boy": gettext_lazy("boys"),
}
TIER_COUNTS = {
    "zone": ngettext_lazy("%(count)s zone", "%(count)s zones", "n"),
    "district": ngettext_lazy("%(count)s district", "%(count)s districts", "n"),
    "neighbourhood": ngettext_lazy("%(count)s neighbourhood", "%(count)s neighbourhoods", "n"),
    "section": ngettext_lazy("%(count)s section", "%(count)s sections", "n"),
    "block": ngettext_lazy("%(count)s block", "%(count)s blocks", "n"),
}
ANY_COUNT = ngettext_lazy("%(count)s area", "%(count)s areas", "n")


def language() -> str:
    """Return the code of the reader's language."""
    return (get_language() or "en").split("-")[0]


def number(value: float, *, decimals: int = 0) -> str:
    """Return `value` for the reader."""
    return digits.number(value, language(), places=decimals)


def percent(value: int) -> str:
    """Return `value` hundredths for the reader: the Persian sign is a letter of its own."""
    return number(value) + ("٪" if language() == "fa" else "%")


def day(iso: str, city: City) -> str:
    """Return a date in words: Persian readers of a Jalali city get its own calendar."""
    is_jalali = city.calendar == "jalali" and language() == "fa"
    return dates.long_date(
        date.fromisoformat(iso[:10]), "jalali" if is_jalali else "gregorian", language()
    )


def place_in_order(rank: float) -> str:
    """Return a rank; two zones that share two ranks stand at the half between."""
    return number(rank, decimals=0 if float(rank).is_integer() else 1)


def ordinal(rank: float) -> str:
    """
    Return "2nd" in English; elsewhere the bare number, whose sentence says that it is a rank.

    Examples
    --------
    >>> from django.utils.translation import override
    >>> with override("en"):
    ...     [ordinal(n) for n in (1, 2, 3, 4, 11, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '113th']
    """
    if language() != "en" or not float(rank).is_integer():
        return place_in_order(rank)
    teens = 11 <= rank % 100 <= 13  # noqa: PLR2004
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(int(rank) % 10, "th")
    return number(rank) + ending


def name_of(names: Names) -> str:
    """Return the reader's name of a thing, else the English one, else any."""
    return names.get(language()) or names.get("en") or next(iter(names.values()), "")


def within_sentence(names: Names) -> str:
    """Return the name as it stands inside a sentence: "Play space" is "play space" there."""
    name = name_of(names)
    is_plain = name[1:] == name[1:].lower()
    return name[:1].lower() + name[1:] if is_plain else name


def tier_count(tier: Tier, count: int) -> str:
    """Return "40 neighbourhoods"."""
    plural = TIER_COUNTS.get(tier.code, ANY_COUNT)
    return plural % {"n": count, "count": number(count)}


def reason(code: str | None) -> str:
    """Return why there is no figure, in words."""
    return str(REASON_WORDS.get(code or "missing", REASON_WORDS["missing"]))


def years(ages: tuple[int, int]) -> str:
    """Return "6 to 11" for the ages from 6 up to, not including, 12."""
    first, last = ages[0], ages[1] - 1
    if first == last:
        return number(first)
    return gettext("%(first)s to %(last)s") % {"first": number(first), "last": number(last)}


def ages_of(bands: Iterable[str], edition: Edition) -> tuple[int, int] | None:
    """Return the ages from the youngest to the oldest of some bands."""
    ages = [b.ages for b in edition.bands if b.code in set(bands)]
    return (min(a[0] for a in ages), max(a[1] for a in ages)) if ages else None


def band_choice(band: Band) -> str:
    """Return "ages 6 to 11", as it stands in the map sentence."""
    return gettext("ages %(years)s") % {"years": years(band.ages)}


def whose(edition: Edition, band: str, sex: str) -> str:
    """Return "ages 6 to 11, girls" for what the map sentence has chosen."""
    ages = ages_of([b.code for b in edition.bands if band in {"all", b.code}], edition)
    aged = gettext("ages %(years)s") % {"years": years(ages)} if ages else ""
    return aged if sex == "all" else gettext(", ").join([aged, str(SEX_WORDS[sex])])


def sort_key(name: str) -> list[int]:
    """
    Return what names are sorted by: the alphabet of the name's own language.

    Examples
    --------
    >>> sorted(["گلستان", "لاله", "پرستو", "آفتاب"], key=sort_key)
    ['آفتاب', 'پرستو', 'گلستان', 'لاله']
    """
    return [_ALPHABET.get(letter, len(_ALPHABET) + ord(letter)) for letter in fold(name)]
