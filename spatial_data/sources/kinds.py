"""The kinds of place every city has; a city adds its own in ``city.toml``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind's names and the plain layer it belongs to."""

    names: dict[str, str]
    family: str


KINDS = {
    "playground": KindFacts({"en": "Playground", "fa": "زمین بازی"}, "play_space"),
    "park": KindFacts({"en": "Park", "fa": "بوستان"}, "play_space"),
    "school": KindFacts({"en": "School", "fa": "مدرسه"}, "school"),
    "kindergarten": KindFacts({"en": "Kindergarten", "fa": "مهدکودک"}, "child_service"),
    "health_post": KindFacts({"en": "Health post", "fa": "پایگاه سلامت"}, "child_service"),
    "health_centre": KindFacts({"en": "Health centre", "fa": "مرکز جامع سلامت"}, "child_service"),
    "library": KindFacts({"en": "Library", "fa": "کتابخانه"}, "child_service"),
    "kanoon_centre": KindFacts(
        {"en": "Kanoon centre", "fa": "مرکز کانون پرورش فکری"}, "child_service"
    ),
    "cultural_centre": KindFacts({"en": "Cultural centre", "fa": "فرهنگسرا"}, "child_service"),
    "sports_facility": KindFacts({"en": "Sports facility", "fa": "مکان ورزشی"}, "child_service"),
    "child_protection_centre": KindFacts(
        {"en": "Child protection centre", "fa": "مرکز حمایت از کودک"}, "child_service"
    ),
}
