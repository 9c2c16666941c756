"""An invented city for the browser tests: outlines, children, and what services do for them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import MultiPoint, Point, Polygon

SEED = 1405
BANDS = {"0-2": [0, 3], "3-5": [3, 6], "6-11": [6, 12], "12-14": [12, 15], "15-17": [15, 18]}
BAND_SHARE = {"0-2": 0.16, "3-5": 0.17, "6-11": 0.36, "12-14": 0.16, "15-17": 0.15}
SEXES = ("girl", "boy")
SERVICES: dict[str, tuple[str, str, str, list[str], dict[str, int]]] = {
    "play_space": (
        "Play space",
        "فضای بازی",
        "play",
        ["playground", "park", "adventure_yard"],
        {"0-2": 400, "3-5": 400, "6-11": 400, "12-14": 800},
    ),
    "primary_school": ("Primary school", "دبستان", "learning", ["school"], {"6-11": 700}),
    "kindergarten": ("Kindergarten", "مهدکودک", "learning", ["kindergarten"], {"3-5": 500}),
    "health_post": (
        "Health post",
        "پایگاه سلامت",
        "health",
        ["health_post"],
        {"0-2": 1000, "3-5": 1000},
    ),
    "library": (
        "Library",
        "کتابخانه",
        "culture_sport",
        ["library"],
        {"6-11": 1200, "12-14": 1500, "15-17": 1500},
    ),
    "sports_facility": (
        "Sports facility",
        "فضای ورزشی",
        "culture_sport",
        ["sports_facility"],
        {"6-11": 1000, "12-14": 1000, "15-17": 1000},
    ),
}
# Of these too little is known in one zone: it has an interval and no score.
HALF_KNOWN = ("play_space", "primary_school", "kindergarten")
DOMAINS = {
    "play": ("Play", "بازی"),
    "learning": ("Learning", "آموزش"),
    "health": ("Health", "سلامت"),
    "culture_sport": ("Culture and sport", "فرهنگ و ورزش"),
}
KINDS = {
    "playground": ("Playground", "زمین بازی"),
    "park": ("Park", "بوستان"),
    "school": ("School", "مدرسه"),
    "kindergarten": ("Kindergarten", "مهدکودک"),
    "health_post": ("Health post", "پایگاه سلامت"),
    "library": ("Public library", "کتابخانه عمومی"),
    "sports_facility": ("Sports facility", "فضای ورزشی"),
    # The city's own: one that is for a service, one that is for none.
    "adventure_yard": ("Adventure yard", "حیاط ماجراجویی"),
    "story_corner": ("Story corner", "گوشه قصه"),
}
NAMES = [
    "نارون Narvan",
    "فانوس Fanus",
    "صدف Sadaf",
    "باران Baran",
    "آفتاب Aftab",
    "چنار Chenar",
    "سپیده Sepideh",
    "موج Mowj",
    "نیلوفر Nilufar",
    "آبشار Abshar",
    "آسیاب Asiab",
    "مرجان Marjan",
    "گلستان Golestan",
    "کبوتر Kabutar",
    "لاله Laleh",
    "مهتاب Mahtab",
    "بهاران Baharan",
    "شمشاد Shemshad",
    "سروستان Sarvestan",
    "قنات Qanat",
    "پرستو Parastu",
    "ارغوان Arghavan",
    "چشمه Cheshmeh",
    "زیتون Zeytun",
    "سیب‌زار Sibzar",
    "تپه سبز Tappeh Sabz",
    "کوی مهر Kuy-e Mehr",
    "کوی یاس Kuy-e Yas",
    "پل سنگی Pol-e Sangi",
    "دشت نو Dasht-e No",
    "راه‌آهن Rah-Ahan",
    "باغ انار Bagh-e Anar",
    "بندر کهنه Bandar-e Kohneh",
    "دروازه نو Darvazeh-ye No",
    "توت‌زار Tutzar",
    "رنگین‌کمان Ranginkaman",
    "یاقوت Yaghut",
    "افرا Afra",
    "سنجد Senjed",
    "بید مجنون Bid-e Majnun",
]


@dataclass
class Town:
    """The invented city before it is written: outlines, counts and splits."""

    rng: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    zones: list[dict[str, Any]] = field(default_factory=list)
    districts: list[dict[str, Any]] = field(default_factory=list)
    outline: Polygon = field(default_factory=Polygon)


def outline() -> Polygon:
    """Return a city by the sea: ragged in the west, smooth in the east."""
    ring = [
        (52.00, 36.52),
        (52.03, 36.525),
        (52.055, 36.515),
        (52.075, 36.52),
        (52.10, 36.51),
        (52.125, 36.495),
        (52.135, 36.47),
        (52.13, 36.445),
        (52.14, 36.42),
        (52.12, 36.40),
        (52.09, 36.405),
        (52.06, 36.39),
        (52.03, 36.40),
        (52.005, 36.42),
        (51.99, 36.45),
        (51.975, 36.48),
    ]
    return Polygon(ring).buffer(0.004, quad_segs=4).buffer(-0.004)


def voronoi(area: Polygon, count: int, rng: random.Random) -> list[Polygon]:
    """Cut `area` into `count` cells that cover it."""
    west, south, east, north = area.bounds
    seeds: list[Point] = []
    while len(seeds) < count:
        p = Point(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(p) and all(p.distance(q) > 0.0085 for q in seeds):
            seeds.append(p)
    cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=area)
    cut = [shapely.intersection(c, area, grid_size=1e-5) for c in cells.geoms]
    return [c for c in cut if isinstance(c, Polygon) and not c.is_empty]


def make_town(count: int = 40) -> Town:
    """Return the invented city with its zones in two tiers."""
    town = Town(outline=outline())
    cells = sorted(
        voronoi(town.outline, count, town.rng), key=lambda c: (-c.centroid.y, c.centroid.x)
    )
    for i, cell in enumerate(cells):
        fa, en = split_name(NAMES[i])
        district = f"D{1 + int(cell.centroid.y < 36.455) * 2 + int(cell.centroid.x > 52.06)}"
        town.zones.append(
            {"code": f"N{i + 1:02}", "fa": fa, "en": en, "parent": district, "shape": cell}
        )
    for n in range(1, 5):
        own = [z["shape"] for z in town.zones if z["parent"] == f"D{n}"]
        town.districts.append(
            {
                "code": f"D{n}",
                "fa": f"ناحیه {n}".translate(str.maketrans("1234", "۱۲۳۴")),
                "en": f"District {n}",
                "parent": None,
                "shape": shapely.unary_union(own),
            }
        )
    count_children(town)
    return town


def split_name(both: str) -> tuple[str, str]:
    """Split "نارون Narvan" where the Latin name starts."""
    at = next(i for i, ch in enumerate(both) if ch.isascii() and ch.isalpha())
    return both[:at].strip(), both[at:]


def count_children(town: Town) -> None:
    """Give every zone children and a split per service and group; the same seed, the same city."""
    for i, zone in enumerate(town.zones):
        total = town.rng.randint(420, 2100) if i != 7 else 34
        zone["groups"] = groups_of(total, town.rng)
        zone["hard"] = min(0.97, max(0.03, town.rng.gauss(0.45, 0.27)))
        zone["split"] = {s: split_service(zone, s, i, town.rng) for s in SERVICES}


def groups_of(total: int, rng: random.Random) -> dict[str, int]:
    """Split `total` children into band and sex."""
    groups = {}
    for band, share in BAND_SHARE.items():
        both = round(total * share)
        girls = round(both * rng.uniform(0.46, 0.51))
        groups[f"{band}/girl"], groups[f"{band}/boy"] = girls, both - girls
    return groups


def split_service(
    zone: dict[str, Any], service: str, index: int, rng: random.Random
) -> dict[str, list[int]]:
    """Split the children of each group into served, full, out, unknown."""
    lack = min(0.98, max(0.01, zone["hard"] + rng.uniform(-0.3, 0.3)))
    blind = 1.0 if service == "library" and index in {11, 12} else rng.choice([0, 0, 0.02, 0.05])
    if index == 19 or (index == 27 and service in HALF_KNOWN):
        blind = 0.9
    crowded = rng.uniform(0.1, 0.6) if service != "library" else 0.1
    out = {}
    for group, children in zone["groups"].items():
        band = group.split("/")[0]
        if band not in SERVICES[service][4]:
            continue
        unknown = round(children * blind)
        lacking = round((children - unknown) * lack)
        full = round(lacking * crowded)
        out[group] = [children - unknown - lacking, full, lacking - full, unknown]
    return out


def merged(town: Town, district: str) -> dict[str, Any]:
    """Return the sums of a district's zones, in the form of a zone."""
    own = [z for z in town.zones if z["parent"] == district]
    groups = {g: sum(z["groups"][g] for z in own) for g in own[0]["groups"]}
    split = {
        s: {
            g: [sum(z["split"][s][g][k] for z in own) for k in range(4)] for g in own[0]["split"][s]
        }
        for s in SERVICES
    }
    return {"groups": groups, "split": split}


def zone_rows(town: Town, tier: str) -> list[dict[str, Any]]:
    """Return the zones of a tier with their counts."""
    if tier == "neighbourhood":
        return town.zones
    return [d | merged(town, d["code"]) for d in town.districts]
