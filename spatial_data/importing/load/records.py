"""Writes what lasts beyond a layer version: the city, its sources, tiers, kinds and offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from atlas.bodies.models import Body, City
from atlas.lib.fold import fold_names
from spatial_data.importing.findings import Finding, FolderRefusedError
from spatial_data.models import Custody, Kind, Source, Tier
from spatial_data.sources.kinds import KINDS, KindFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spatial_data.importing.city_schema import BodyKeys, CityKeys, CityTomlKeys
    from spatial_data.importing.layers import TierRow

# Deeper than any tier stands.
ASIDE = 1000


@dataclass(frozen=True, slots=True)
class CityRecords:
    """The lasting records of a city, by code."""

    city: City
    sources: dict[str, Source]
    tiers: dict[str, Tier]
    kinds: dict[str, Kind]


def write_city(keys: CityKeys) -> City:
    """Write the city as its folder describes it; the row stays locked for this transaction."""
    city, _ = City.objects.update_or_create(
        slug=keys.slug,
        defaults={
            **named(keys.names),
            "srid": keys.srid,
            "timezone": keys.timezone,
            "calendar": keys.calendar,
            "languages": list(keys.languages),
            "reference_date": keys.reference_date,
            "standard": keys.standard,
            "is_invented": keys.invented,
        },
    )
    return city


def write_records(city: City, keys: CityTomlKeys, tiers: Sequence[TierRow]) -> CityRecords:
    """Write sources, tiers, kinds and offices; what the folder no longer names stays."""
    for body in keys.bodies:
        _write_body(city, body)
    return CityRecords(city, _sources(city, keys), _tiers(city, tiers), _kinds(city, keys))


def named(names: dict[str, str]) -> dict[str, object]:
    """Return the fields of something with names."""
    return {"names": names, "folded_names": fold_names(names)}


def _sources(city: City, keys: CityTomlKeys) -> dict[str, Source]:
    found = {}
    for one in keys.sources:
        facts = {
            "publisher": one.publisher,
            "licence": one.licence,
            "attribution": one.attribution,
            "url": one.url,
            "sensitivity": one.sensitivity,
        }
        found[one.key], _ = Source.objects.update_or_create(
            city=city, key=one.key, defaults={**named(one.names), **facts}
        )
    return found


def _tiers(city: City, tiers: Sequence[TierRow]) -> dict[str, Tier]:
    _refuse_taken(city, tiers)
    # Tiers may have changed places: all step aside before the first takes its own.
    named_here = Tier.objects.filter(city=city, code__in=[one.code for one in tiers])
    named_here.update(depth=F("depth") + ASIDE)
    found = {}
    for one in tiers:
        found[one.code], _ = Tier.objects.update_or_create(
            city=city,
            code=one.code,
            defaults={**named(one.names), "tree": one.tree, "depth": one.depth},
        )
    return found


def _refuse_taken(city: City, tiers: Sequence[TierRow]) -> None:
    """Refuse a tier where one of an earlier load stands, which the folder no longer names."""
    former = Tier.objects.filter(city=city).exclude(code__in=[one.code for one in tiers])
    taken = {(one.tree, one.depth): one.code for one in former}
    found = [
        Finding(
            "fault",
            "city.toml",
            f"tiers, {one.code}",
            f"the tier {taken[one.tree, one.depth]} of an earlier load stands in its place",
            f"call it {taken[one.tree, one.depth]} too, or give it another tree",
        )
        for one in tiers
        if (one.tree, one.depth) in taken
    ]
    if found:
        raise FolderRefusedError(found)


def _kinds(city: City, keys: CityTomlKeys) -> dict[str, Kind]:
    facts = dict(KINDS)
    facts |= {kind.code: KindFacts(kind.names, kind.family) for kind in keys.kinds}
    found = {}
    for code, one in facts.items():
        found[code], _ = Kind.objects.update_or_create(
            city=city, code=code, defaults={**named(one.names), "family": one.family}
        )
    return found


def _write_body(city: City, keys: BodyKeys) -> None:
    body, _ = Body.objects.update_or_create(
        city=city,
        code=keys.code,
        defaults={**named(keys.names), "is_internal": keys.internal},
    )
    for custody in keys.custody:
        layer, _, kind = custody.layer.partition("/")
        during = DateRange(custody.since, custody.until)
        Custody.objects.get_or_create(
            body=body, city=city, layer=layer, kind_code=kind, during=during
        )
