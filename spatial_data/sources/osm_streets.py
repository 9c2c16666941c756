"""OpenStreetMap: where a person may walk, and what a street is like. Tag rules ``default``."""

from __future__ import annotations

SOURCE = "OpenStreetMap contributors"

# The class of a street is the value of ``highway`` without ``_link``.
WALKABLE = frozenset(
    {
        *("primary", "secondary", "tertiary", "unclassified", "residential", "living_street"),
        *("service", "track", "road", "pedestrian", "footway", "path", "steps", "corridor"),
        *("platform", "bridleway"),
    }
)
# Walked only where a tag says so: fast roads, and ways made for others.
WALKABLE_IF_SAID = frozenset({"trunk", "cycleway", "busway"})
PAVEMENT_KEYS = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
NO_PAVEMENT = frozenset({"no", "none"})
FOOT_KEYS = ("foot",)
ACCESS_KEYS = ("access",)
FOOT_YES = frozenset({"yes", "designated", "permissive", "official", "public", "destination"})
FOOT_NO = frozenset({"no", "private", "use_sidepath", "discouraged", "military", "customers"})
ACCESS_NO = frozenset({"no", "private", "military", "agricultural", "forestry"})

# Along these children live: where buildings are not mapped, points are set on them.
RESIDENTIAL = frozenset({"residential", "living_street", "pedestrian", "unclassified"})

SPEED_WORDS = {
    "walk": 7,
    "living_street": 20,
    "urban": 50,
    "rural": 90,
    "zone30": 30,
    "zone:30": 30,
}
MPH_IN_KMH = 1.609344

PAVEMENT, STEPS, BRIDGE, TUNNEL, HOMES = 1, 2, 4, 8, 16
CROSSING, SIGNAL, BARRIER, GATE = 1, 2, 4, 8

UNMARKED_CROSSINGS = frozenset({"no", "unmarked", "informal"})
SIGNAL_CROSSINGS = frozenset({"traffic_signals"})
GATES = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "entrance", "wicket_gate"})
# What stops a wheel or a person at a point of a way; bollards and lowered kerbs do not.
BARRIERS = frozenset(
    {
        *("stile", "turnstile", "full-height_turnstile", "kissing_gate", "cycle_barrier"),
        *("block", "jersey_barrier", "fence", "wall", "log", "debris", "spikes"),
    }
)
ENTRANCES = frozenset({"yes", "main", "secondary", "service", "gate"})
