"""A city of squares: eight neighbourhoods in two districts, and two halves that cross them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange

from atlas.assessments.models import (
    Assessment,
    AssessmentLayer,
    Completeness,
    Contribution,
    PieceResult,
    RankDoubt,
    Requirement,
    Result,
    Score,
)
from atlas.assessments.standards.loading import load_standards
from atlas.bodies.models import City
from spatial_data.models import (
    ActiveLayer,
    Building,
    GroundFeature,
    Kind,
    LayerVersion,
    Place,
    PlaceVersion,
    PlaySpace,
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
LAYERS = ("zones", "cells", "population", "buildings", "streets", "places", "ground")
BANDS = ("0-2", "3-5", "6-11", "12-14", "15-17")
SEXES = ("girl", "boy")
MICRO = 1_000_000
WEST, SOUTH, STEP = 51.40, 35.70, 0.01
FEW = "N8"
STANDARDS = Path(__file__).resolve().parents[3] / "fixtures" / "standards"


def square(column: float, row: float, columns: float = 1, rows: float = 1) -> Polygon:
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return Polygon.from_bbox((west, south, west + columns * STEP, south + rows * STEP))


_Split = dict[tuple[str, tuple[str, str]], list[int]]


class GridCity:
    """The city in the database, assessed; nothing published yet."""

    def __init__(self, slug: str = "grid", seed: int = 1, invented: bool = True) -> None:
        self.random = random.Random(seed)  # noqa: S311 - figures of a test
        self.city = City.objects.create(
            slug=slug,
            names={"fa": "شهر شطرنجی", "en": "Grid"},
            srid=32639,
            timezone="Asia/Tehran",
            calendar="jalali",
            languages=["fa", "en"],
            reference_date=DAY,
            is_invented=invented,
        )
        self.source = self._source("own", "public")
        self.snapshot = self._snapshot(self.source)
        self.version = {layer: self._version(layer) for layer in LAYERS}
        self.zone: dict[str, Zone] = {}
        self.inside: dict[str, list[str]] = {}
        self._zones()
        self._ground()
        self._places()
        self.standard = next(
            kept for kept in load_standards(STANDARDS, at=NOON) if kept.code == "iran-a"
        )
        self.counts = {code: self._children(code) for code in self.inside["city"]}
        self.assessment = self.assess("0" * 64)

    def _source(self, key: str, sensitivity: str) -> Source:
        return Source.objects.create(
            city=self.city,
            key=key,
            names={"fa": "خودمان", "en": "Own"},
            publisher="The city",
            licence="CC0-1.0",
            sensitivity=sensitivity,
        )

    def _snapshot(self, source: Source) -> Snapshot:
        return Snapshot.objects.create(
            source=source,
            sha256="0" * 64,
            file_name="own.csv",
            size_bytes=1,
            reference_date=DAY,
            licence="CC0-1.0",
            taken_at=NOON,
        )

    def _version(self, layer: str) -> LayerVersion:
        version = LayerVersion.objects.create(
            city=self.city, layer=layer, content_hash=f"{layer:0<64}", built_at=NOON, row_count=0
        )
        version.snapshots.add(self.snapshot)
        ActiveLayer.objects.create(city=self.city, layer=layer, version=version)
        return version

    def _zones(self) -> None:
        tiers = {
            code: Tier.objects.create(
                city=self.city, code=code, names={"fa": name, "en": code}, tree=tree, depth=depth
            )
            for code, name, tree, depth in (
                ("district", "ناحیه", "main", 0),
                ("neighbourhood", "محله", "main", 1),
                ("half", "نیمه", "halves", 0),
            )
        }
        names = [f"N{number}" for number in range(1, 9)]
        self.inside = {"city": names, "D1": names[:4], "D2": names[4:]}
        for number, code in enumerate(("D1", "D2")):
            self._zone(tiers["district"], code, None, square(2 * number, 0, 2, 2))
        for number, code in enumerate(names):
            east, place = divmod(number, 4)
            column, row = 2 * east + place % 2, place // 2
            self._zone(tiers["neighbourhood"], code, f"D{east + 1}", square(column, row))
        for line, half in enumerate(("north", "south")):
            self._zone(tiers["half"], half, None, square(0, 1 - line, 4, 1))
            self.inside[half] = [c for i, c in enumerate(names) if i % 4 // 2 == 1 - line]
        self._zone(tiers["half"], "unassigned-half", None, None)
        self.inside["unassigned-half"] = []

    def _zone(self, tier: Tier, code: str, parent: str | None, outline: Polygon | None) -> None:
        self.zone[code] = Zone.objects.create(city=self.city, code=code)
        ZoneVersion.objects.create(
            zone=self.zone[code],
            layer_version=self.version["zones"],
            tier=tier,
            parent=self.zone[parent] if parent else None,
            names={"fa": f"پهنه {code}", "en": f"Zone {code}"},
            outline=MultiPolygon(outline) if outline else None,
        )

    def _ground(self) -> None:
        for n, kind in enumerate(("sea", "green", "water")):
            GroundFeature.objects.create(
                layer_version=self.version["ground"],
                code=f"{kind}/1",
                kind=kind,
                shape=square(n, -1),
            )
        Building.objects.create(
            layer_version=self.version["buildings"],
            code="house/1",
            outline=square(0.1, 0.1, 0.05, 0.05),
            footprint_m2=200,
        )
        for n, street_class in enumerate(("primary", "residential", "footway")):
            StreetPiece.objects.create(
                layer_version=self.version["streets"],
                code=f"way/{n}:0",
                start_node=2 * n,
                end_node=2 * n + 1,
                street_class=street_class,
                length_m=1000,
                line=LineString(
                    (WEST, SOUTH + (n + 0.5) * STEP / 2),
                    (WEST + 4 * STEP, SOUTH + (n + 0.5) * STEP / 2),
                ),
            )

    def _places(self) -> None:
        council = self._snapshot(self._source("council-only", "council"))
        custodian = self._snapshot(self._source("custodian-only", "custodian"))
        self.place("P1", "playground", (0.5, 0.5), names={})
        self.place("P2", "school", (1.5, 0.5), names={"fa": "دبستان", "en": "School"})
        self.place("P3", "child_protection_centre", (2.5, 0.5), names={"en": "Shelter"})
        self.place("P4", "library", (2.5, 1.5), names={"en": "Staff library"}, snapshot=custodian)
        library = self.place("P5", "library", (3.5, 1.5), names={}, snapshot=council)
        Unit.objects.create(place_version=library, code="hall", capacity=40)
        playground = PlaceVersion.objects.get(place__code="P1", place__city=self.city)
        PlaySpace.objects.create(place_version=playground, has_shade=True, is_fenced=None)
        school = PlaceVersion.objects.get(place__code="P2", place__city=self.city)
        Unit.objects.create(
            place_version=school, code="morning", sex="girl", stage="primary", capacity=None
        )
        Unit.objects.create(
            place_version=school, code="noon", sex="boy", stage="primary", capacity=0
        )

    def place(
        self,
        code: str,
        kind: str,
        at: tuple[float, float],
        names: dict[str, str],
        snapshot: Snapshot | None = None,
    ) -> PlaceVersion:
        found, _ = Kind.objects.get_or_create(
            city=self.city, code=kind, defaults={"names": {"en": kind}, "family": "child_service"}
        )
        return PlaceVersion.objects.create(
            place=Place.objects.create(city=self.city, code=code),
            layer_version=self.version["places"],
            kind=found,
            snapshot=snapshot or self.snapshot,
            names=names,
            location=Point(WEST + at[0] * STEP, SOUTH + at[1] * STEP),
            valid=DateRange(date(2020, 1, 1), None),
        )

    def _children(self, code: str) -> dict[tuple[str, str], int]:
        """Return children of each group in millionths: broken numbers, as the engine makes them."""
        most = 3 if code == FEW else 400
        return {
            (band, sex): self.random.randint(MICRO // 2, most * MICRO) + 40 * MICRO * (most > 3)
            for band in BANDS
            for sex in SEXES
        }

    def assess(self, input_hash: str) -> Assessment:
        """Keep an assessment of the counts with a split drawn by lot."""
        assessment = Assessment.objects.create(
            city=self.city,
            input_hash=input_hash,
            standard=self.standard,
            reference_date=DAY,
            parameters={},
            seed=1,
            created_at=NOON,
        )
        for layer in ("zones", "population", "streets", "places"):
            AssessmentLayer.objects.create(
                assessment=assessment, layer=layer, version=self.version[layer]
            )
        services = sorted(self.standard.services.all(), key=lambda s: s.position)
        splits = {service.code: self._results(assessment, service.code) for service in services}
        self._pieces(assessment, splits)
        for code, zone in self.zone.items():
            self._score(assessment, code, zone, [service.code for service in services])
        return assessment

    def _results(self, assessment: Assessment, service: str) -> _Split:
        asked = set(
            Requirement.objects.filter(
                service__code=service, service__standard=self.standard
            ).values_list("band__code", "sex")
        )
        leaf = {
            (code, group): self._split(children)
            for code, groups in self.counts.items()
            for group, children in groups.items()
        }
        rows = []
        for code, zone in self.zone.items():
            held = self.inside.get(code, [code])
            for band in BANDS:
                for sex in SEXES:
                    group = (band, sex)
                    parts = [sum(leaf[c, group][k] for c in held) for k in range(4)]
                    applies = group in asked
                    rows.append(
                        Result(
                            assessment=assessment,
                            zone=zone,
                            service=service,
                            band=band,
                            sex=sex,
                            children_micro=sum(self.counts[c][group] for c in held),
                            served_micro=parts[0] if applies else None,
                            full_micro=parts[1] if applies else None,
                            out_micro=parts[2] if applies else None,
                            unknown_micro=parts[3] if applies else None,
                            short_micro=parts[1] + parts[2] if applies else None,
                            reason="" if applies else "not_applicable",
                            quality="estimated",
                            flags=["edge"] if code == "N1" else [],
                        )
                    )
        Result.objects.bulk_create(rows)
        return {at: parts for at, parts in leaf.items() if at[1] in asked}

    def _pieces(self, assessment: Assessment, splits: dict[str, _Split]) -> None:
        """Keep what the halves cut the districts into: the neighbourhoods, each in one half."""
        half = {code: name for name in ("north", "south") for code in self.inside[name]}
        PieceResult.objects.bulk_create(
            PieceResult(
                assessment=assessment,
                zones=[code, half[code]],
                band=band,
                sex=sex,
                children_micro=children,
                split_micro={
                    service: split[code, (band, sex)]
                    for service, split in splits.items()
                    if (code, (band, sex)) in split
                },
            )
            for code, groups in self.counts.items()
            for (band, sex), children in groups.items()
        )

    def _split(self, children: int) -> list[int]:
        cuts = sorted(self.random.randint(0, children) for _ in range(2))
        served, full = cuts[0], cuts[1] - cuts[0]
        return [served, full, children - served - full, 0]

    def _score(self, assessment: Assessment, code: str, zone: Zone, services: list[str]) -> None:
        need = self.random.uniform(5, 95)
        held = self.inside.get(code, [code])
        Score.objects.create(
            assessment=assessment,
            zone=zone,
            children_micro=sum(sum(self.counts[c].values()) for c in held),
            need=need,
            lowest=need,
            highest=need,
            known_weight=1,
            rank=1,
            ranked_of=8,
            flags=["few_children"] if code == FEW else [],
        )
        RankDoubt.objects.create(
            assessment=assessment,
            zone=zone,
            rank_low=1,
            rank_median=2,
            rank_high=3.5,
            worst=2,
            in_worst=0.979,
            is_robust=True,
        )
        for service in services:
            Contribution.objects.create(
                assessment=assessment,
                zone=zone,
                component=service,
                gap=0.5,
                weight=1 / len(services),
                points=need / len(services),
                without=1.0,
            )
            Completeness.objects.create(
                assessment=assessment,
                zone=zone,
                service=service,
                grade=2,
                is_incomplete=False,
                evidence={"places": 1},
            )
