"""Which icon of the sprite stands for which service, kind or question."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "map-pin"
SERVICES = {
    "play_space": "horse-toy",
    "primary_school": "school",
    "lower_secondary_school": "school",
    "upper_secondary_school": "school",
    "kindergarten": "baby-carriage",
    "health_post": "heart-plus",
    "library": "books",
    "kanoon_centre": "palette",
    "cultural_centre": "masks-theater",
    "sports_facility": "ball-football",
    "special_school": "accessible",
    "child_protection_centre": "home-heart",
}
KINDS = {
    "playground": "horse-toy",
    "park": "trees",
    "school": "school",
    "kindergarten": "baby-carriage",
    "health_post": "heart-plus",
    "health_centre": "heart-plus",
    "library": "books",
    "kanoon_centre": "palette",
    "cultural_centre": "masks-theater",
    "sports_facility": "ball-football",
    "child_protection_centre": "home-heart",
}


def service_icon(code: str) -> str:
    """Return the icon of a service; a city's own service gets the plain pin."""
    return SERVICES.get(code, ANY)


def kind_icon(code: str, services: Iterable[str]) -> str:
    """Return the icon of a kind of place; a city's own kind gets its service's, else the pin."""
    known = (SERVICES[service] for service in services if service in SERVICES)
    return KINDS.get(code) or next(known, ANY)
