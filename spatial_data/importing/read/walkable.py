"""Reads a way's or a node's tags by the declared rules: may one walk there, and what is it like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atlas.lib.digits import to_ascii
from spatial_data.sources import osm_streets as rules

if TYPE_CHECKING:
    from spatial_data.importing.read.osm_file import Tags

_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$")


def street_class(tags: Tags) -> str:
    """Return the class of a street."""
    return tags.get("highway", "").removesuffix("_link")


def has_pavement(tags: Tags) -> bool:
    """Say whether a pavement is mapped along it, on either side or as a way of its own."""
    said = [tags[key] for key in rules.PAVEMENT_KEYS if key in tags]
    return any(value not in rules.NO_PAVEMENT for value in said)


def is_walkable(tags: Tags) -> bool:
    """
    Say whether a person may walk along a way.

    Examples
    --------
    >>> is_walkable({"highway": "residential"}), is_walkable({"highway": "motorway"})
    (True, False)
    >>> is_walkable({"highway": "service", "access": "private"})
    False
    >>> is_walkable({"highway": "trunk", "sidewalk": "right"})
    True
    """
    kind = street_class(tags)
    foot = tags.get("foot", "")
    if foot in rules.FOOT_NO or (
        tags.get("access") in rules.ACCESS_NO and foot not in rules.FOOT_YES
    ):
        return False
    if kind in rules.WALKABLE_IF_SAID:
        return foot in rules.FOOT_YES or has_pavement(tags)
    return kind in rules.WALKABLE


def features(tags: Tags) -> int:
    """Return the feature flags of a street: pavement, steps, bridge, tunnel, homes."""
    kind = street_class(tags)
    flags = (
        (rules.PAVEMENT, has_pavement(tags)),
        (rules.STEPS, kind == "steps"),
        (rules.BRIDGE, tags.get("bridge", "no") != "no"),
        (rules.TUNNEL, tags.get("tunnel", "no") not in {"no", "building_passage"}),
        (rules.HOMES, kind in rules.RESIDENTIAL),
    )
    return sum(flag for flag, holds in flags if holds)


def speed_kmh(tags: Tags) -> int | None:
    """
    Return the legal speed, None where no tag says it.

    Examples
    --------
    >>> speed_kmh({"maxspeed": "30"}), speed_kmh({"maxspeed": "20 mph"}), speed_kmh({})
    (30, 32, None)
    """
    said = to_ascii(tags.get("maxspeed", "")).casefold()
    if number := _NUMBER.match(said):
        factor = rules.MPH_IN_KMH if number.group(2) == "mph" else 1.0
        return round(float(number.group(1)) * factor)
    return rules.SPEED_WORDS.get(said.split(":", 1)[-1])


def node_mark(tags: Tags) -> int:
    """Return the mark flags of a node: marked crossing, signal, barrier, gate."""
    crossing = tags.get("crossing", "")
    barrier = tags.get("barrier", "")
    is_crossing = tags.get("highway") == "crossing" or bool(crossing)
    has_signal = crossing in rules.SIGNAL_CROSSINGS or tags.get("crossing:signals") == "yes"
    is_shut = tags.get("access") in rules.ACCESS_NO and tags.get("foot") not in rules.FOOT_YES
    flags = (
        (rules.CROSSING, is_crossing and crossing not in rules.UNMARKED_CROSSINGS),
        (rules.SIGNAL, has_signal or tags.get("highway") == "traffic_signals"),
        (rules.BARRIER, barrier in rules.BARRIERS or (bool(barrier) and is_shut)),
        (rules.GATE, barrier in rules.GATES or tags.get("entrance") in rules.ENTRANCES),
    )
    return sum(flag for flag, holds in flags if holds)
