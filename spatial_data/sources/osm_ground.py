"""OpenStreetMap: water, green, railways, coast and buildings."""

from __future__ import annotations

# kind of ground feature -> tags of areas, and of lines, that draw it
GROUND_AREAS = {
    "water": (
        *(("natural", "water"), ("waterway", "riverbank"), ("landuse", "reservoir")),
        ("landuse", "basin"),
    ),
    "green": (
        *(("leisure", "park"), ("leisure", "garden"), ("leisure", "nature_reserve")),
        *(("leisure", "golf_course"), ("landuse", "grass"), ("landuse", "forest")),
        *(("landuse", "recreation_ground"), ("landuse", "village_green")),
        *(("landuse", "meadow"), ("natural", "wood"), ("natural", "scrub")),
        ("natural", "grassland"),
    ),
}
GROUND_LINES = {
    "river": (("waterway", "river"), ("waterway", "canal"), ("waterway", "stream")),
    "rail": (("railway", "rail"), ("railway", "light_rail"), ("railway", "tram")),
    # Roads nobody walks along: the walkable streets hold the others.
    "road": (
        *(("highway", "motorway"), ("highway", "motorway_link")),
        *(("highway", "trunk"), ("highway", "trunk_link")),
    ),
}
COASTLINE = ("natural", "coastline")
SMALLEST_AREA_M2 = 100.0

NOT_A_BUILDING = frozenset({"no", "entrance", "collapsed", "demolished", "ruins"})
RESIDENTIAL_BUILDINGS = frozenset(
    {
        *("apartments", "residential", "house", "detached", "semidetached_house", "terrace"),
        *("bungalow", "dormitory", "farm", "static_caravan", "ger", "houseboat", "cabin"),
    }
)
# ``yes`` says nothing; every other word names another use.
UNSAID_BUILDINGS = frozenset({"yes", "roof", "construction"})
# A roof or a site has no floors to live on.
EMPTY_BUILDINGS = frozenset({"roof", "construction"})
LEVEL_KEYS = ("building:levels", "levels")
MOST_LEVELS = 150
