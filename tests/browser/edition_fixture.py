"""A small but whole edition of an invented city, in the form that publishing writes."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry import LineString, MultiPoint, Point, Polygon, mapping

SEED = 1405
BANDS = {"0-2": [0, 3], "3-5": [3, 6], "6-11": [6, 12], "12-14": [12, 15], "15-17": [15, 18]}
BAND_SHARE = {"0-2": 0.16, "3-5": 0.17, "6-11": 0.36, "12-14": 0.16, "15-17": 0.15}
SEXES = ("girl", "boy")
SERVICES: dict[str, tuple[str, str, str, list[str], dict[str, int]]] = {
    "play_space": (
        "Play space",
        "فضای بازی",
        "play",
        ["playground", "park"],
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
}
NAMES = (
    "نارون Narvan|فانوس Fanus|صدف Sadaf|باران Baran|آفتاب Aftab|چنار Chenar|سپیده Sepideh|موج Mowj|نیلوفر Nilufar|"
    "آبشار Abshar|آسیاب Asiab|مرجان Marjan|گلستان Golestan|کبوتر Kabutar|لاله Laleh|مهتاب Mahtab|بهاران Baharan|"
    "شمشاد Shemshad|سروستان Sarvestan|قنات Qanat|پرستو Parastu|ارغوان Arghavan|چشمه Cheshmeh|زیتون Zeytun|سیب‌زار Sibzar|"
    "تپه سبز Tappeh Sabz|کوی مهر Kuy-e Mehr|کوی یاس Kuy-e Yas|پل سنگی Pol-e Sangi|دشت نو Dasht-e No|راه‌آهن Rah-Ahan|"
    "باغ انار Bagh-e Anar|بندر کهنه Bandar-e Kohneh|دروازه نو Darvazeh-ye No|توت‌زار Tutzar|رنگین‌کمان Ranginkaman|"
    "یاقوت Yaghut|افرا Afra|سنجد Senjed|بید مجنون Bid-e Majnun"
).split("|")


@dataclass
class Town:
    """The invented city before it is written: outlines, counts and splits."""

    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
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
    return [c for c in cut if not c.is_empty]


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
    if index in {19, 27}:
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
        s: {g: [sum(z["split"][s][g][k] for z in own) for k in range(4)] for g in own[0]["split"][s]}
        for s in SERVICES
    }
    return {"groups": groups, "split": split}


def zone_rows(town: Town, tier: str) -> list[dict[str, Any]]:
    """Return the zones of a tier with their counts."""
    if tier == "neighbourhood":
        return town.zones
    return [d | merged(town, d["code"]) for d in town.districts]


def margin(split: dict[str, list[int]], band: str, sex: str) -> list[int] | None:
    """Sum the leaf groups that `band` and `sex` name; None where the service does not apply."""
    own = [
        v
        for g, v in split.items()
        if band in {"all", g.split("/")[0]} and sex in {"all", g.split("/")[1]}
    ]
    return [sum(v[k] for v in own) for k in range(4)] if own else None


def gap(four: list[int]) -> float | None:
    """Return the share not served of the children we know about; None above the limit."""
    children = sum(four)
    if not children or four[3] * 3 > children:
        return None
    return (four[1] + four[2]) / (children - four[3])


def service_values(rows: list[dict[str, Any]], service: str) -> dict[str, Any]:
    """Return values/<tier>/<service>."""
    groups = {}
    for band in ["all", *BANDS]:
        for sex in ("all", *SEXES):
            groups[f"{band}/{sex}"] = group_columns(rows, service, band, sex)
    reach = SERVICES[service][4]
    seats = service in {"primary_school", "kindergarten"}
    return {
        "zones": [r["code"] for r in rows],
        "groups": groups,
        "reach_m": reach,
        "provision": {b: 1 if seats else 10 for b in reach} | {"unit": "seat" if seats else "m2"},
        "completeness": {
            "grade": [0 if service == "library" and i in {11, 12} else 1 + i % 3 for i in range(len(rows))],
            "evidence": [{"places": 1 + i % 4} for i in range(len(rows))],
        },
    }


def group_columns(rows: list[dict[str, Any]], service: str, band: str, sex: str) -> dict[str, Any]:
    """Return the columns of one group; small groups are withheld."""
    names = ("children", "served", "full", "out", "unknown", "short")
    columns: dict[str, list[Any]] = {
        n: [] for n in (*names, "reason", "quality", "flags")
    }
    for row in rows:
        four = margin(row["split"][service], band, sex)
        reason = "not_applicable" if four is None else None
        if four is not None and (band, sex) != ("all", "all") and 0 < sum(four) < 10:
            reason = "suppressed"
        figures = [None] * 6 if reason or four is None else [sum(four), *four, four[1] + four[2]]
        for name, figure in zip(names, figures, strict=True):
            columns[name].append(figure)
        columns["reason"].append(reason)
        columns["quality"].append(None if reason else "estimated")
        columns["flags"].append(["capacity_unknown"] if service == "library" else [])
    return columns


def need_values(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return values/<tier>/need."""
    weight = 1 / len(SERVICES)
    gaps = [{s: gap(margin(r["split"][s], "all", "all") or [0] * 4) for s in SERVICES} for r in rows]
    scored = [score_of(g, weight) for g in gaps]
    children = [sum(r["groups"].values()) for r in rows]
    few = [c < 100 for c in children]
    ranked = sorted(
        (i for i, s in enumerate(scored) if s[0] is not None and not few[i]),
        key=lambda i: -(scored[i][0] or 0),
    )
    rank = {i: k + 1 for k, i in enumerate(ranked)}
    columns = {
        "need": [s[0] for s in scored],
        "lo": [s[1] for s in scored],
        "hi": [s[2] for s in scored],
        "class": [None if s[0] is None else min(5, 1 + int(s[0] // 20)) for s in scored],
        "rank": [rank.get(i) for i in range(len(rows))],
        "ranked_of": len(ranked),
        "children": children,
        "girls": [sum(v for g, v in r["groups"].items() if g.endswith("girl")) for r in rows],
        "boys": [sum(v for g, v in r["groups"].items() if g.endswith("boy")) for r in rows],
        "quality": ["estimated"] * len(rows),
        "reason": ["missing" if s[0] is None else None for s in scored],
        "flags": [["few_children"] if f else [] for f in few],
        "data_grade": [0 if s[0] is None else 1 + i % 3 for i, s in enumerate(scored)],
        "bands": {
            g: [None if few[i] else r["groups"][g] for i, r in enumerate(rows)]
            for g in rows[0]["groups"]
        },
    }
    return {
        "zones": [r["code"] for r in rows],
        "columns": columns,
        "contributions": {
            s: [None if scored[i][0] is None else scored[i][3].get(s) for i in range(len(rows))]
            for s in SERVICES
        },
        "without": {},
        "not_served": {
            s: [sum((margin(r["split"][s], "all", "all") or [0] * 4)[1:3]) for r in rows] for s in SERVICES
        },
        "why": [[] if scored[i][0] is None else why(r, gaps[i]) for i, r in enumerate(rows)],
    }


def score_of(gaps: dict[str, float | None], weight: float) -> tuple[Any, Any, Any, dict[str, float]]:
    """Return the score, its interval and its contributions; no score when too much is missing."""
    known = {s: g for s, g in gaps.items() if g is not None}
    if len(known) * 3 < len(gaps) * 2:
        return None, None, None, {}
    need = 100 * sum(known.values()) / len(known)
    low = 100 * sum(known.values()) * weight
    high = low + 100 * weight * (len(gaps) - len(known))
    parts = {s: round(100 * g / len(known), 6) for s, g in known.items()}
    return round(need, 6), round(low, 6), round(high, 6), parts


def why(row: dict[str, Any], gaps: dict[str, float | None]) -> list[dict[str, Any]]:
    """Return the records behind the three sentences."""
    known = sorted((s for s in gaps if gaps[s] is not None), key=lambda s: -(gaps[s] or 0))
    out = []
    for service in known[:2]:
        four = margin(row["split"][service], "all", "all") or [0] * 4
        kind, count = ("out", four[2]) if four[2] >= four[1] else ("full", four[1])
        out.append(record(kind, service, count, sum(four)))
    four = margin(row["split"][known[-1]], "all", "all") or [0] * 4
    out.append(record("served", known[-1], four[0], sum(four)))
    return out


def record(kind: str, service: str, count: int, of: int) -> dict[str, Any]:
    """Return one why-record."""
    reach = set(SERVICES[service][4].values())
    return {
        "kind": kind,
        "service": service,
        "group": "all/all",
        "count": count,
        "of": of,
        "reach_m": reach.pop() if len(reach) == 1 else None,
    }


def places(town: Town) -> dict[str, Any]:
    """Return the places file: a handful of each kind, spread over the city."""
    columns: dict[str, list[Any]] = {
        k: [] for k in ("code", "kind", "name", "lon", "lat", "zone", "detail")
    }
    kinds = list(KINDS)
    for i in range(120):
        zone = town.zones[(i * 7) % len(town.zones)]
        point = inside(zone["shape"], town.rng)
        kind = kinds[i % len(kinds)]
        columns["code"].append(f"P{i:04}")
        columns["kind"].append(kind)
        columns["name"].append(
            {"fa": f"{KINDS[kind][1]} {zone['fa']}", "en": f"{zone['en']} {KINDS[kind][0].lower()}"}
        )
        columns["lon"].append(round(point.x, 5))
        columns["lat"].append(round(point.y, 5))
        columns["zone"].append(zone["code"])
        columns["detail"].append({"capacity": 320} if kind == "school" else {})
    return {"kinds": kinds, "columns": columns}


def inside(shape: Polygon, rng: random.Random) -> Point:
    """Return a point inside `shape`."""
    west, south, east, north = shape.bounds
    while True:
        p = Point(rng.uniform(west, east), rng.uniform(south, north))
        if shape.contains(p):
            return p


def zone_file(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return zones/<tier> as GeoJSON."""
    features = []
    for row in rows:
        point = row["shape"].representative_point()
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": row["code"],
                    "names": {"fa": row["fa"], "en": row["en"]},
                    "parent": row["parent"],
                    "point": [round(point.x, 5), round(point.y, 5)],
                },
                "geometry": json.loads(json.dumps(mapping(shapely.set_precision(row["shape"], 1e-5)))),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def basemap(town: Town, folder: Path) -> Path | None:
    """Return a small basemap.pmtiles, or None where tippecanoe is not installed."""
    tippecanoe = shutil.which("tippecanoe")
    if tippecanoe is None:
        return None
    layers = ground_layers(town)
    arguments = [tippecanoe, "-q", "-f", "-Z", "9", "-z", "14", "-o", str(folder / "basemap.pmtiles")]
    for name, features in layers.items():
        path = folder / f"{name}.ndjson"
        path.write_text("\n".join(json.dumps(f) for f in features))
        arguments += ["-L", f"{name}:{path}"]
    subprocess.run(arguments, check=True)  # noqa: S603
    return folder / "basemap.pmtiles"


def ground_layers(town: Town) -> dict[str, list[dict[str, Any]]]:
    """Return sea, green and roads of the invented city."""
    west, south, east, north = town.outline.bounds
    sea = shapely.difference(
        shapely.box(west - 0.3, town.outline.centroid.y, east + 0.3, north + 0.3),
        affinity.scale(town.outline, 1.01, 1.01).union(
            shapely.box(west - 0.3, south - 0.3, west + 0.02, north - 0.03)
        ),
    )
    roads = []
    for k in range(-40, 60):
        offset = k * 0.0035
        for line in (
            LineString([(west - 0.1 + offset, south - 0.05), (west + 0.02 + offset, north + 0.05)]),
            LineString([(west - 0.1, south + offset), (east + 0.1, south + offset + 0.03)]),
        ):
            cut = line.intersection(town.outline.buffer(0.01))
            name = "primary" if k % 8 == 0 else "tertiary" if k % 4 == 0 else "residential"
            if not cut.is_empty:
                roads.append(feature(cut, {"class": name}))
    green = [feature(z["shape"].centroid.buffer(0.0016), {}) for z in town.zones[::4]]
    return {"sea": [feature(sea, {})], "green": green, "roads": roads}


def feature(shape: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": mapping(shape)}


def write_edition(
    editions: Path, *, slug: str = "sepidar", label: str = "1405", invented: bool = True
) -> Path:
    """Write an edition folder under `editions` and return it."""
    town = make_town()
    folder = editions / slug / f"{label}.1"
    folder.mkdir(parents=True, exist_ok=True)
    files: list[dict[str, Any]] = []
    for tier in ("district", "neighbourhood"):
        rows = zone_rows(town, tier)
        add_json(folder, files, f"zones/{tier}", zone_file(rows))
        add_json(folder, files, f"values/{tier}/need", need_values(rows))
        for service in SERVICES:
            add_json(folder, files, f"values/{tier}/{service}", service_values(rows, service))
    add_json(folder, files, "places", places(town))
    with tempfile.TemporaryDirectory() as scratch:
        tiles = basemap(town, Path(scratch))
        if tiles is not None:
            add_bytes(folder, files, "basemap", tiles.read_bytes(), "pmtiles")
    add_bytes(folder, files, "table/zones", b"code,children\r\n", "csv")
    manifest = manifest_of(town, files, slug=slug, label=label, invented=invented)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False))
    return folder


def add_json(folder: Path, files: list[dict[str, Any]], role: str, content: Any) -> None:
    """Write one JSON file named by its hash."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    add_bytes(folder, files, role, text.encode(), "json")


def add_bytes(folder: Path, files: list[dict[str, Any]], role: str, content: bytes, ending: str) -> None:
    """Write one file named by its hash and list it."""
    sha = hashlib.sha256(content).hexdigest()
    path = folder / f"{role}.{sha[:12]}.{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    files.append(
        {
            "role": role,
            "path": path.relative_to(folder).as_posix(),
            "sha256": sha,
            "bytes": len(content),
        }
    )


def both(en: str, fa: str) -> dict[str, str]:
    """Return names in both languages."""
    return {"fa": fa, "en": en}


def manifest_of(
    town: Town, files: list[dict[str, Any]], *, slug: str, label: str, invented: bool
) -> dict[str, Any]:
    """Return the manifest of the edition."""
    return {
        "schema": 1,
        "city": {
            "slug": slug,
            "names": both("Sepidar", "سپیدار"),
            "languages": ["fa", "en"],
            "calendar": "jalali",
            "timezone": "Asia/Tehran",
            "invented": invented,
        },
        "edition": {
            "label": label,
            "revision": 1,
            "published_at": "2026-10-04T08:30:00+03:30",
            "reference_date": "2026-03-21",
            "standard": {"code": "iran-a", "names": both("Iran A", "ایران الف")},
        },
        "tiers": [
            {"code": "district", "names": both("District", "ناحیه"), "tree": "main", "depth": 0, "zones": 4},
            {
                "code": "neighbourhood",
                "names": both("Neighbourhood", "محله"),
                "tree": "main",
                "depth": 1,
                "zones": len(town.zones),
            },
        ],
        "services": [
            {"code": s, "names": both(v[0], v[1]), "domain": v[2], "kinds": v[3], "weight": 1 / len(SERVICES)}
            for s, v in SERVICES.items()
        ],
        "domains": [{"code": d, "names": both(*v)} for d, v in DOMAINS.items()],
        "bands": [{"code": b, "names": both(f"Ages {b}", b), "ages": a} for b, a in BANDS.items()],
        "sexes": [
            {"code": "girl", "names": both("Girls", "دختر")},
            {"code": "boy", "names": both("Boys", "پسر")},
        ],
        "kinds": [{"code": k, "names": both(*v)} for k, v in KINDS.items()],
        "classes": [0, 20, 40, 60, 80],
        "sources": [
            {
                "names": both("Census", "سرشماری"),
                "publisher": "Statistical Centre (invented)",
                "licence": "CC-BY-4.0",
                "attribution": "Statistical Centre (invented)",
                "reference_date": "2022-10-01",
                "url": "",
            },
            {
                "names": both("Places", "مکان‌ها"),
                "publisher": "OpenStreetMap contributors",
                "licence": "ODbL-1.0",
                "attribution": "© OpenStreetMap contributors",
                "reference_date": "2026-09-01",
                "url": "https://www.openstreetmap.org/copyright",
            },
        ],
        "totals": {"children": sum(sum(z["groups"].values()) for z in town.zones)},
        "bounds": [round(b, 5) for b in town.outline.bounds],
        "files": files,
    }


if __name__ == "__main__":
    import sys

    write_edition(Path(sys.argv[1]))
