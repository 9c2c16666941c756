"""Reads an edition's folder: the manifest, and each file by its role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Names = dict[str, str]
# What a JSON file of an edition holds.
Json = dict[str, Any]


class NoEditionError(LookupError):
    """The city has no published edition, or not the one asked for."""


class NoCityError(LookupError):
    """No city of that name has a published edition."""


class NoFileError(LookupError):
    """The edition has no file in that role."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a code and names: a domain, a sex, a kind of place."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Tier:
    """One level of reporting areas."""

    code: str
    names: Names
    tree: str
    depth: int
    zones: int


@dataclass(frozen=True, slots=True)
class Service:
    """Something children need, and the kinds of place where they find it."""

    code: str
    names: Names
    domain: str
    kinds: tuple[str, ...]
    weight: float
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured of zones beside their services."""

    code: str
    names: Names
    units: Names
    tier: str
    reference_date: str
    source: str
    weight: float


@dataclass(frozen=True, slots=True)
class Band:
    """An age band; `ages` are its first year and the first year after it."""

    code: str
    names: Names
    ages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from, and under which licence."""

    key: str
    names: Names
    publisher: str
    licence: str
    attribution: str
    reference_date: str | None
    url: str
    layers: tuple[str, ...]

    @property
    def counts_children(self) -> bool:
        """Whether the children's numbers come from here."""
        return "population" in self.layers


@dataclass(frozen=True, slots=True)
class EditionFile:
    """One file of the edition."""

    role: str
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class City:
    """The city as the edition knew it."""

    slug: str
    names: Names
    languages: tuple[str, ...]
    calendar: str
    timezone: str
    invented: bool


@dataclass(frozen=True, eq=False)
class Edition:
    """One published edition of one city, opened for reading."""

    folder: Path
    city: City
    label: str
    revision: int
    published_at: str
    reference_date: str
    standard: Named
    tiers: tuple[Tier, ...]
    services: tuple[Service, ...]
    domains: tuple[Named, ...]
    bands: tuple[Band, ...]
    sexes: tuple[Named, ...]
    kinds: tuple[Named, ...]
    indicators: tuple[Indicator, ...]
    sources: tuple[Source, ...]
    files: dict[str, EditionFile]
    bounds: tuple[float, float, float, float]
    children: int
    unknown_limit: Fraction

    @property
    def sources_of_children(self) -> list[Source]:
        """The sources of the children's numbers."""
        return [s for s in self.sources if s.counts_children]

    @property
    def other_publishers(self) -> list[str]:
        """Who gave the rest, each once."""
        return list(dict.fromkeys(s.publisher for s in self.sources if not s.counts_children))

    @property
    def name(self) -> str:
        """The folder's name, which is also a part of each file's address."""
        return self.folder.name

    @property
    def levels(self) -> list[Tier]:
        """The tiers of all trees, those of few large zones first."""
        return sorted(self.tiers, key=lambda tier: tier.zones)

    def has(self, role: str) -> bool:
        """Say whether the edition has a file in this role."""
        return role in self.files

    def read(self, role: str) -> Json:
        """Return what the JSON file in this role holds; do not change it."""
        if role not in self.files:
            raise NoFileError(role)
        return _read_json(self.folder / self.files[role].path)

    def need(self, tier: str) -> Json:
        """Return the need of each zone of a tier."""
        return self.read(f"values/{tier}/need")

    def figures(self, tier: str, service: str) -> Json:
        """Return the children of each zone of a tier by what a service does for them."""
        return self.read(f"values/{tier}/{service}")

    def tier_above(self, code: str) -> Tier | None:
        """Return the next coarser tier of the same tree, if there is one."""
        own = self.tier(code)
        coarser = [t for t in self.tiers if t.tree == own.tree and t.depth < own.depth]
        return max(coarser, key=lambda tier: tier.depth, default=None)

    def is_crossing(self, code: str) -> bool:
        """Say whether a tier belongs to a division that crosses the main one, which comes first."""
        return self.tier(code).tree != self.tiers[0].tree

    def told_tier(self, code: str) -> Tier:
        """Return the tier, or the finest of the main division where of it no service is told."""
        if not self.is_crossing(code):
            return self.tier(code)
        main = [tier for tier in self.tiers if tier.tree == self.tiers[0].tree]
        return max(main, key=lambda tier: tier.depth)

    def service(self, code: str) -> Service:
        """Return the service of that code."""
        return next(s for s in self.services if s.code == code)

    def tier(self, code: str) -> Tier:
        """Return the tier of that code."""
        return next(t for t in self.tiers if t.code == code)


# An edition never changes and its file names hold their hash: what is read once stays true.
@lru_cache(maxsize=256)
def _read_json(path: Path) -> Json:
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


def cities(root: Path) -> list[str]:
    """Return the slugs of the cities that have an edition."""
    if not root.is_dir():
        return []
    return sorted({m.parent.parent.name for m in root.glob("*/*/manifest.json")})


def editions(root: Path, slug: str) -> list[Edition]:
    """Return the city's editions, oldest first, each in its latest revision."""
    latest: dict[str, Edition] = {}
    for path in (root / slug).glob("*/manifest.json"):
        edition = open_folder(path.parent)
        kept = latest.get(edition.label)
        if kept is None or kept.revision < edition.revision:
            latest[edition.label] = edition
    return sorted(latest.values(), key=lambda e: (e.reference_date, e.published_at))


def open_folder(folder: Path) -> Edition:
    """Return the edition in a folder."""
    path = folder / "manifest.json"
    return _open(path, path.stat().st_mtime_ns)


def find(root: Path, slug: str, label: str | None) -> Edition:
    """
    Return the city's edition of that label, or its latest.

    Raises
    ------
    NoCityError
        If the city has no edition at all.
    NoEditionError
        If it has none of that label.
    """
    known = editions(root, slug) if slug in cities(root) else []
    if not known:
        raise NoCityError(slug)
    if label is None:
        return _current(root, slug) or known[-1]
    for edition in known:
        if edition.label == label:
            return edition
    raise NoEditionError(label)


def _current(root: Path, slug: str) -> Edition | None:
    """Return the edition that the city says it shows now."""
    said = root / slug / "current"
    if not said.is_file():
        return None
    folder = root / slug / said.read_text(encoding="utf-8").strip()
    return open_folder(folder) if (folder / "manifest.json").is_file() else None


@lru_cache(maxsize=64)
def _open(path: Path, _changed_ns: int) -> Edition:
    raw = json.loads(path.read_text(encoding="utf-8"))
    city, own = raw["city"], raw["edition"]
    west, south, east, north = raw["bounds"]
    return Edition(
        folder=path.parent,
        city=City(
            slug=city["slug"],
            names=city["names"],
            languages=tuple(city["languages"]),
            calendar=city["calendar"],
            timezone=city["timezone"],
            invented=city["invented"],
        ),
        label=own["label"],
        revision=own["revision"],
        published_at=own["published_at"],
        reference_date=own["reference_date"],
        standard=_named(own["standard"]),
        tiers=tuple(Tier(**_only(Tier, t)) for t in raw["tiers"]),
        services=tuple(_service(s) for s in raw["services"]),
        domains=tuple(_named(d) for d in raw["domains"]),
        bands=tuple(
            Band(b["code"], b["names"], (b["ages"][0], b["ages"][1])) for b in raw["bands"]
        ),
        sexes=tuple(_named(s) for s in raw["sexes"]),
        kinds=tuple(_named(k) for k in raw["kinds"]),
        indicators=tuple(Indicator(**_only(Indicator, one)) for one in raw.get("indicators", [])),
        sources=tuple(_source(s) for s in raw["sources"]),
        files={f["role"]: EditionFile(**_only(EditionFile, f)) for f in raw["files"]},
        bounds=(west, south, east, north),
        children=raw["totals"]["children"],
        unknown_limit=Fraction(str(raw["rules"]["unknown_limit"])),
    )


def _only(kind: type[Tier | Indicator | Source | EditionFile], raw: Json) -> Json:
    """Leave out what a later schema may add."""
    return {name: raw[name] for name in kind.__dataclass_fields__}


def _named(raw: Json) -> Named:
    return Named(raw["code"], raw["names"])


def _source(raw: Json) -> Source:
    told = {"key": ""} | raw | {"layers": tuple(raw["layers"])}
    return Source(**_only(Source, told))


def _service(raw: Json) -> Service:
    return Service(
        code=raw["code"],
        names=raw["names"],
        domain=raw["domain"],
        kinds=tuple(raw["kinds"]),
        weight=raw["weight"],
        bands=tuple(dict.fromkeys(asked["band"] for asked in raw["requirements"])),
    )
