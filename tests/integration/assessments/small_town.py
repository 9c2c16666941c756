"""
A town a person can check: one street, three cells, a school, a playground in a park, a library.

Metres east and north of a corner point. The street runs along north = 100 from 0 to 1000. Cell W
(0–500) has four houses on the street at 100, 200, 300 and 400; cell E (500–1000) has none; cell N
lies two kilometres off, without any street.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange
from pyproj import Geod, Transformer

from atlas.bodies.models import City
from spatial_data.models import (
    ActiveLayer,
    Building,
    Cell,
    ContextIndicator,
    ContextValue,
    Count,
    Entrance,
    Kind,
    LayerVersion,
    Place,
    PlaceVersion,
    Snapshot,
    Source,
    StreetPiece,
    Tier,
    Unit,
    Zone,
    ZoneVersion,
)

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)
DAY = date(2026, 3, 21)
SRID = 32639
CORNER = (500_000.0, 3_900_000.0)
BANDS = ((0, 3), (3, 6), (6, 12), (12, 15), (15, 18))
LAYERS = ("zones", "cells", "population", "buildings", "streets", "places", "ground")
# Whoever keeps these lists says that they are whole: none in the town means none. Of health posts
# nobody says so.
VOUCHED_FOR = (
    "school",
    "kindergarten",
    "kanoon_centre",
    "cultural_centre",
    "sports_facility",
    "child_protection_centre",
)
RESIDENTS = {"W": 100, "E": 100, "N": 40}
# Children of each sex in each band; 6–11 holds what the school is tested with.
CHILDREN = {"W": (4, 4, 20, 4, 4), "E": (4, 4, 20, 4, 4), "N": (1, 1, 5, 1, 1)}

_TO_DEGREES = Transformer.from_crs(SRID, 4326, always_xy=True)
_WGS84 = Geod(ellps="WGS84")


def at(east: float, north: float) -> Point:
    return Point(*_TO_DEGREES.transform(CORNER[0] + east, CORNER[1] + north), srid=4326)


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return MultiPolygon(Polygon([at(*corner).coords for corner in ring], srid=4326), srid=4326)


class SmallTown:
    """The town in the database; what a test changes, it changes before it assesses."""

    def __init__(self, slug: str = "small-town", standard: str = "iran-a") -> None:
        self.city = City.objects.create(
            slug=slug,
            names={"en": "Small Town"},
            srid=SRID,
            timezone="Asia/Tehran",
            calendar="jalali",
            languages=["en"],
            reference_date=DAY,
            standard=standard,
        )
        source = Source.objects.create(
            city=self.city, key="own", names={"en": "Own"}, publisher="Own", licence="CC0-1.0"
        )
        self.snapshot = Snapshot.objects.create(
            source=source,
            sha256="0" * 64,
            file_name="town.csv",
            size_bytes=1,
            reference_date=DAY,
            licence="CC0-1.0",
            taken_at=NOON,
        )
        self.version = {layer: self._version(layer) for layer in LAYERS}
        self._zones()
        self._cells()
        self._street()
        self._places()

    def _version(self, layer: str) -> LayerVersion:
        version = LayerVersion.objects.create(
            city=self.city,
            layer=layer,
            content_hash=f"{layer:0<64}",
            built_at=NOON,
            row_count=0,
            rules={"complete_kinds": list(VOUCHED_FOR)},
        )
        ActiveLayer.objects.create(city=self.city, layer=layer, version=version)
        return version

    def _zones(self) -> None:
        tiers = [
            ("town", "main", 0, {"T": ("", box(0, 0, 1000, 200)), "unassigned-town": ("", None)}),
            (
                "quarter",
                "main",
                1,
                {
                    "QE": ("T", box(500, 0, 1000, 200)),
                    "QW": ("T", box(0, 0, 500, 200)),
                    "unassigned-quarter": ("unassigned-town", None),
                },
            ),
            ("half", "halves", 0, {"H": ("", box(0, 0, 750, 200)), "unassigned-half": ("", None)}),
        ]
        for code, tree, depth, zones in tiers:
            tier = Tier.objects.create(
                city=self.city, code=code, names={"en": code}, tree=tree, depth=depth
            )
            for zone, (parent, outline) in zones.items():
                ZoneVersion.objects.create(
                    zone=Zone.objects.create(city=self.city, code=zone),
                    layer_version=self.version["zones"],
                    tier=tier,
                    parent=Zone.objects.get(city=self.city, code=parent) if parent else None,
                    names={"en": zone},
                    outline=outline,
                )

    def _cells(self) -> None:
        outlines = {
            "W": box(0, 0, 500, 200),
            "E": box(500, 0, 1000, 200),
            "N": box(0, 2000, 100, 2100),
        }
        for code, outline in outlines.items():
            Cell.objects.create(layer_version=self.version["cells"], code=code, outline=outline)
            self.count(code, (0, 121), "all", RESIDENTS[code])
            for band, children in zip(BANDS, CHILDREN[code], strict=True):
                for sex in ("girl", "boy"):
                    self.count(code, band, sex, children)
        for number, east in enumerate((100, 200, 300, 400), start=1):
            Building.objects.create(
                layer_version=self.version["buildings"],
                code=f"house/{number}",
                outline=box(east - 10, 90, east + 10, 110)[0],
                footprint_m2=500,
                levels=1,
                is_residential=True,
            )

    def count(self, area: str, ages: tuple[int, int], sex: str, persons: int | None) -> None:
        Count.objects.update_or_create(
            layer_version=self.version["population"],
            role="count",
            area_code=area,
            age_from=ages[0],
            age_to=ages[1],
            sex=sex,
            reference_date=DAY,
            defaults={
                "snapshot": self.snapshot,
                "persons": persons,
                "state": "missing" if persons is None else "measured",
            },
        )

    def _street(self) -> None:
        for number, east in enumerate(range(0, 1000, 100)):
            start, end = at(east, 100), at(east + 100, 100)
            StreetPiece.objects.create(
                layer_version=self.version["streets"],
                code=f"way/1:{number + 1}",
                start_node=number,
                end_node=number + 1,
                street_class="residential",
                speed_kmh=30,
                features=16,
                length_m=_WGS84.inv(start.x, start.y, end.x, end.y)[2],
                line=LineString(start, end, srid=4326),
            )

    def road(self, node: int) -> None:
        """Let a major road cross the street at one of its nodes."""
        for number, north in enumerate((0, 100)):
            start, end = at(100 * node, north), at(100 * node, north + 100)
            ends = (node, 1_000 + node) if number else (2_000 + node, node)
            StreetPiece.objects.create(
                layer_version=self.version["streets"],
                code=f"way/{10 + node}:{number + 1}",
                start_node=ends[0],
                end_node=ends[1],
                street_class="primary",
                speed_kmh=50,
                features=0,
                length_m=_WGS84.inv(start.x, start.y, end.x, end.y)[2],
                line=LineString(start, end, srid=4326),
            )
        self.changed("streets")

    def _places(self) -> None:
        self.place("park", "park", (150, 130), outline=box(120, 110, 220, 160), area_m2=5000)
        playground = self.place("playground", "playground", (200, 120), area_m2=400, inside="park")
        self.unit(playground, "1", capacity=400, capacity_unit="m2")
        self.unit(self.place("library", "library", (900, 100)), "1")
        school = self.place("school", "school", (250, 100))
        for sex, seats in (("girl", 10), ("boy", 40)):
            self.unit(school, sex, sex=sex, stage="primary", capacity=seats)

    def place(self, code, kind, where, *, inside="", outline=None, area_m2=None, **more):
        """Open a place with one entrance at its point."""
        families = {"park": "play_space", "playground": "play_space", "school": "school"}
        of_kind, _ = Kind.objects.get_or_create(
            city=self.city,
            code=kind,
            defaults={"names": {"en": kind}, "family": families.get(kind, "child_service")},
        )
        outer = Place.objects.get(city=self.city, code=inside) if inside else None
        version = PlaceVersion.objects.create(
            place=Place.objects.create(city=self.city, code=code),
            layer_version=self.version["places"],
            kind=of_kind,
            snapshot=self.snapshot,
            names={"en": code},
            location=at(*where),
            outline=outline,
            area_m2=area_m2,
            inside=outer,
            **{"valid": DateRange(None, None), "record_date": DAY} | more,
        )
        Entrance.objects.create(place_version=version, location=at(*where), origin="point")
        return version

    def context(self, code, values, *, tier="quarter", errors=None, **facts):
        """Measure something of the zones of a tier: a number, or a reason in its place."""
        if "context" not in self.version:
            self.version["context"] = self._version("context")
        indicator = ContextIndicator.objects.create(
            layer_version=self.version["context"],
            snapshot=self.snapshot,
            code=code,
            names={"en": code},
            tier=Tier.objects.get(city=self.city, code=tier),
            reference_date=DAY,
            **{
                "good": 0.0,
                "bad": 40.0,
                "normalisation": "goalposts",
                "domain": "context",
                "is_deprivation": False,
                "is_public": True,
            }
            | facts,
        )
        for zone, value in values.items():
            ContextValue.objects.create(
                indicator=indicator,
                zone=Zone.objects.get(city=self.city, code=zone),
                number=None if isinstance(value, str) else value,
                reason=value if isinstance(value, str) else "",
                standard_error=(errors or {}).get(zone),
            )
        return indicator

    def unit(self, version, code, **facts):
        return Unit.objects.create(place_version=version, code=code, **facts)

    def changed(self, layer: str) -> None:
        """Give a layer another hash, as a load that changed its rows would."""
        LayerVersion.objects.filter(pk=self.version[layer].pk).update(
            content_hash=f"{layer}-again{'':0<50}"[:64]
        )
