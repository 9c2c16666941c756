"""OpenStreetMap: which objects are places for children, and what their tags tell of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """Objects that carry one of the tags `any_of`, and all of `with_tag`, are of `kind`."""

    kind: str
    any_of: tuple[tuple[str, str], ...]
    with_tag: tuple[tuple[str, str], ...] = ()
    name_has: str = ""


# In this order; an object may be of several kinds, but Kanoon centres are no libraries besides.
PLACE_RULES = (
    PlaceRule("playground", (("leisure", "playground"),)),
    PlaceRule("park", (("leisure", "park"),)),
    PlaceRule("school", (("amenity", "school"),)),
    PlaceRule("kindergarten", (("amenity", "kindergarten"), ("amenity", "childcare"))),
    PlaceRule(
        "kanoon_centre",
        (("amenity", "library"), ("amenity", "community_centre"), ("amenity", "arts_centre")),
        name_has="کانون پرورش",
    ),
    PlaceRule("library", (("amenity", "library"),)),
    PlaceRule(
        "health_centre",
        (
            *(("amenity", "clinic"), ("amenity", "hospital"), ("amenity", "doctors")),
            *(("healthcare", "clinic"), ("healthcare", "centre"), ("healthcare", "hospital")),
        ),
    ),
    PlaceRule("health_post", (("amenity", "health_post"), ("healthcare", "health_post"))),
    PlaceRule("cultural_centre", (("amenity", "community_centre"), ("amenity", "arts_centre"))),
    PlaceRule(
        "sports_facility",
        (("leisure", "sports_centre"), ("leisure", "sports_hall"), ("leisure", "pitch")),
    ),
    PlaceRule(
        "child_protection_centre",
        (("social_facility:for", "child"), ("social_facility:for", "juvenile")),
        (("amenity", "social_facility"),),
    ),
    PlaceRule(
        "child_protection_centre",
        (("social_facility:for", "orphan"), ("social_facility", "orphanage")),
    ),
)
INSTEAD_OF = {"kanoon_centre": ("library", "cultural_centre")}

# Not everybody's place: left out, and counted in the report.
CLOSED_ACCESS = frozenset({"private", "no", "customers"})
OPEN_TO_ALL = frozenset({"playground", "park", "sports_facility"})

STAGE_WORDS = {
    "0": "pre_school",
    "1": "primary",
    "2": "lower_secondary",
    "3": "upper_secondary",
    "primary": "primary",
    "elementary": "primary",
    "lower_secondary": "lower_secondary",
    "secondary": "lower_secondary;upper_secondary",
    "upper_secondary": "upper_secondary",
}
STAGE_KEYS = ("isced:level", "school", "school:level", "grades:level")
SECTOR_WORDS = {
    "public": "public",
    "government": "public",
    "private": "private",
    "religious": "private",
    "private_non_profit": "private",
    "business": "private",
}
SECTOR_KEYS = ("operator:type", "ownership")
GIRL_WORDS = frozenset({"female", "girls", "women"})
BOY_WORDS = frozenset({"male", "boys", "men"})
GENDER_KEYS = ("school:gender", "gender")
YES = frozenset({"yes", "designated", "limited", "true", "1"})
NO = frozenset({"no", "false", "0"})
RECORD_DATE_KEYS = ("check_date", "survey:date")
