"""A city folder that a person can check: two zones of two cells, four streets, a park, a school."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyproj import Transformer

if TYPE_CHECKING:
    from pathlib import Path

TO_DEGREES = Transformer.from_crs(32639, 4326, always_xy=True)
WEST, SOUTH = 536_000.0, 3_951_000.0

CITY_TOML = """
[city]
slug = "small"
names = { fa = "کوچک", en = "Small" }
srid = 32639
timezone = "Asia/Tehran"
calendar = "jalali"
languages = ["fa", "en"]
standard = "iran-a"
reference_date = 2026-03-21
invented = true
margin_m = 500

[[sources]]
key = "office"
names = { en = "The office", fa = "اداره" }
publisher = "Office"
licence = "CC-BY-4.0"
attribution = "© Office"
reference_date = 2025-09-23

[[sources]]
key = "map"
names = { en = "The map", fa = "نقشه" }
publisher = "Mappers"
licence = "ODbL-1.0"
attribution = "© Mappers"
reference_date = 2025-09-23

[[tiers]]
code = "neighbourhood"
names = { fa = "محله", en = "Neighbourhood" }
[tiers.file]
source = "office"
path = "zones.geojson"
code = "code"
names = { fa = "name" }

[cells]
source = "office"
path = "cells.geojson"
code = "block"

[[counts]]
source = "office"
path = "counts.csv"
code = "block"
columns = [
  { column = "girls", ages = [0, 15], sex = "girl" },
  { column = "boys", ages = [0, 15], sex = "boy" },
]

[streets]
source = "map"
path = "map.osm"

[basemap]
source = "map"
path = "map.osm"

[[places]]
source = "office"
path = "schools.csv"
format = "table"
kind = "school"
precedence = 1
complete = true
[places.columns]
code = "code"
names = { fa = "name" }
lon = "lon"
lat = "lat"
[places.units]
[places.units.values]
sex = { "دخترانه" = "girl", "پسرانه" = "boy" }
shift = { "صبح" = "morning", "عصر" = "afternoon" }
[places.units.columns]
sex = "sex"
shift = "shift"
seats = "seats"

[[places]]
source = "map"
path = "map.osm"
format = "osm"
precedence = 2

[[bodies]]
code = "education"
names = { fa = "آموزش و پرورش", en = "Education" }
[[bodies.custody]]
layer = "places/school"
since = 2021-03-21
"""


def degrees(x: float, y: float) -> list[float]:
    """Return a point, metres from the south-west corner, in longitude and latitude."""
    return list(TO_DEGREES.transform(WEST + x, SOUTH + y))


def square(x: float, y: float, width: float, height: float) -> dict:
    """Return a rectangle as GeoJSON."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return {"type": "Polygon", "coordinates": [[degrees(*corner) for corner in corners]]}


def features(rows: list[tuple[dict, dict]]) -> str:
    """Return a GeoJSON collection of (properties, geometry)."""
    found = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for properties, geometry in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False)


ZONES = [
    ({"code": "N", "name": "شمال"}, square(0, 400, 400, 400)),
    ({"code": "S", "name": "جنوب"}, square(0, 0, 400, 400)),
]
CELLS = [({"block": f"B{number}"}, square(0, 200 * number, 400, 200)) for number in range(4)]
COUNTS = "block,girls,boys\nB0,10,12\nB1,۲۰,22\nB2,30,32\nB3,40,42\n"


def schools(*rows: str) -> str:
    """Return the register of schools: one school of girls in the morning, boys in the afternoon."""
    lon, lat = degrees(100, 100)
    own = [
        f"7,دبستان امید,{lon},{lat},دخترانه,صبح,120",
        f"7,دبستان امید,{lon},{lat},پسرانه,عصر,100",
    ]
    return "\n".join(["code,name,lon,lat,sex,shift,seats", *own, *rows]) + "\n"


NODES = {
    1: (0, 100),
    2: (200, 100),
    3: (400, 100),
    4: (200, 500),
    5: (200, 300),
    # The park: a square of 100 m, its gate on the street.
    10: (200, 250),
    11: (300, 250),
    12: (300, 350),
    13: (200, 350),
    # The mapped school, 20 m beside the register's point.
    20: (120, 100),
    # A school that no register knows.
    21: (350, 700),
    30: (50, 50),
    31: (70, 50),
    32: (70, 70),
    33: (50, 70),
}
NODE_TAGS = {
    5: {"barrier": "gate"},
    20: {"amenity": "school", "name": "دبستان اميد"},
    21: {"amenity": "school", "name": "دبستان دیگر"},
}
WAYS = {
    101: ([1, 2, 3], {"highway": "residential", "name": "خیابان یکم", "maxspeed": "۳۰"}),
    102: ([2, 10, 5, 13, 4], {"highway": "tertiary", "sidewalk": "both"}),
    103: ([3, 4], {"highway": "motorway"}),
    110: ([10, 11, 12, 13, 5, 10], {"leisure": "park", "name": "بوستان"}),
    120: ([30, 31, 32, 33, 30], {"building": "apartments", "building:levels": "4"}),
}


def osm(ways: dict | None = None, *, ways_in_order: bool = True) -> str:
    """Return the map as OSM XML."""
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    for number, (x, y) in NODES.items():
        lon, lat = degrees(x, y)
        tags = _tags(NODE_TAGS.get(number, {}))
        lines.append(
            f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{tags}</node>'
        )
    numbered = sorted((ways or WAYS).items(), reverse=not ways_in_order)
    for number, (nodes, said) in numbered:
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        lines.append(f'<way id="{number}" version="1">{refs}{_tags(said)}</way>')
    return "\n".join([*lines, "</osm>", ""])


def _tags(said: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in said.items())


def write(folder: Path) -> Path:
    """Write the whole folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "city.toml": CITY_TOML,
        "zones.geojson": features(ZONES),
        "cells.geojson": features(CELLS),
        "counts.csv": COUNTS,
        "schools.csv": schools(),
        "map.osm": osm(),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
