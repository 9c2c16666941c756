"""What the pages tell their scripts: addresses, names and words, never figures twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.utils.translation import gettext

from atlas.web import words
from atlas.web.addresses import ZONE, Addresses, drawn_files, file_address

if TYPE_CHECKING:
    from atlas.web.edition import Edition
    from atlas.web.queries import MapPage, Shown


def page_config() -> dict[str, Any]:
    """Return what every page's script needs."""
    return {"words": {"copied": gettext("The address is copied.")}}


def map_config(page: MapPage) -> dict[str, Any]:
    """Return what the map's script needs."""
    shown, links = page.shown, Addresses(page.shown)
    edition, state = shown.edition, shown.state
    return {
        "language": words.language(),
        "icons": static("atlas/icons.svg"),
        "basemapScript": static("atlas/basemap.js"),
        "bounds": edition.bounds,
        "start": shown.start,
        "unknownLimit": edition.unknown_limit.as_integer_ratio(),
        "state": {
            "tier": state.tier,
            "service": state.service,
            "band": state.band,
            "sex": state.sex,
            "zone": state.zone,
            "layers": list(state.layers),
            "edition": state.edition,
            "at": state.at,
        },
        "pages": {
            "map": links.page("map"),
            "table": links.page("table"),
            "panel": links.page("panel"),
            "zone": links.page("zone", code=ZONE),
            "data": links.page("data"),
        },
        "files": drawn_files(edition),
        "tiers": _tiers(edition),
        "services": {s.code: words.name_of(s.names) for s in edition.services},
        "kinds": {k.code: words.name_of(k.names) for k in edition.kinds},
        "words": _words(),
    }


def first_files(shown: Shown) -> list[str]:
    """Return the addresses of what the map draws first, so that the page can ask at once."""
    edition, state = shown.edition, shown.state
    above = edition.tier_above(state.tier)
    roles = [f"zones/{state.tier}", f"values/{state.tier}/{state.service}"]
    roles += [f"zones/{above.code}"] if above else []
    return [file_address(edition, edition.files[role]) for role in roles if edition.has(role)]


def _tiers(edition: Edition) -> list[dict[str, Any]]:
    above = {t.code: edition.tier_above(t.code) for t in edition.tiers}
    return [
        {"code": code, "name": words.name_of(edition.tier(code).names), "above": t and t.code}
        for code, t in above.items()
    ]


def _words() -> dict[str, Any]:
    return {
        "classes": [str(w) for w in words.CLASS_WORDS],
        "needClasses": [str(w) for w in words.NEED_WORDS],
        "reasons": {code: str(w) for code, w in words.REASON_WORDS.items()},
        "need": gettext("Children’s need"),
        "gap": gettext("Gap: {service}"),
        "gapOf": gettext("of 100 children we know about, how many are not served"),
        "needOf": gettext("0 to 100, over all services; more is more need"),
        "zoneNeed": gettext("{zone}: {word}, {value} of 100"),
        "zoneClass": gettext("{zone}: {word}"),
        "zoneGap": gettext("{zone}: {value} of 100 children not served"),
        "zoneNone": gettext("{zone}: no data, {reason}"),
        "few": gettext("few children, not ranked"),
        "noGround": gettext(
            "The base map did not load. The colours and the table are right. Try again."
        ),
        "noFigures": gettext("The figures did not load. Try again, or read the table."),
        "notFound": gettext("We found no place called “{text}”. Try a neighbourhood."),
        "noPosition": gettext("We do not know where you are. Type a neighbourhood or tap the map."),
        "outside": gettext("You are outside the area of this atlas."),
        "chosen": gettext("{zone} opened"),
        "copied": gettext("The address is copied."),
    }
