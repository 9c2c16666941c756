"""The places of an edition: where they are and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from atlas.bodies.models import Sensitivity
from atlas.lib import geojson, sql
from spatial_data.models import PlaceVersion, Sex, Shift, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from spatial_data.models import LayerVersion, PlaySpace, Unit

# Children are sheltered there: the service is counted, its doors are never shown.
NEVER_SHOWN = frozenset({"child_protection_centre"})

_PLAY_SPACE_FACTS = ("has_shade", "is_fenced", "has_water", "has_toilet", "wheelchair", "stroller")


def places_document(
    places: LayerVersion, zones: LayerVersion, tiers: Iterable[str]
) -> dict[str, object]:
    """
    Return the open places that everyone may see, as columns.

    What is not known is left out of a place's detail: unknown is not no. `zones` gives the code of
    the zone in each tier, and `zone` the first tier's.
    """
    rows = sorted(public_places(places), key=lambda row: row.place.code)
    held = _zone_codes(places, zones)
    by_tier = {tier: [held.get((row.pk, tier)) for row in rows] for tier in tiers}
    return {
        "kinds": sorted({row.kind.code for row in rows}),
        "columns": {
            "code": [row.place.code for row in rows],
            "kind": [row.kind.code for row in rows],
            "name": [row.names for row in rows],
            "lon": [round(row.location.x, geojson.DECIMALS) for row in rows],
            "lat": [round(row.location.y, geojson.DECIMALS) for row in rows],
            "zone": next(iter(by_tier.values()), [None] * len(rows)),
            "zones": by_tier,
            "detail": [_detail(row) for row in rows],
        },
    }


def public_places(version: LayerVersion) -> QuerySet[PlaceVersion]:
    """
    Return the open places whose whereabouts everyone may know.

    A school stands on its street for all to see though its register is the council's; what only
    its custodian may see is not shown at all.
    """
    return (
        PlaceVersion.objects.filter(layer_version=version, status=Status.OPEN)
        .exclude(kind__code__in=NEVER_SHOWN)
        .exclude(snapshot__source__sensitivity=Sensitivity.CUSTODIAN)
        .select_related("place", "kind", "play_space", "snapshot__source")
        .prefetch_related("units")
    )


def _zone_codes(places: LayerVersion, zones: LayerVersion) -> dict[tuple[int, str], str]:
    statement = sql.statement("atlas.tiles", "place_zones")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"places": places.pk, "zones": zones.pk})
        return {(place, tier): zone for place, tier, zone in cursor.fetchall()}


def _detail(row: PlaceVersion) -> dict[str, Any]:
    """Return what is known of a place beyond its whereabouts, and may be known by everyone."""
    detail: dict[str, Any] = {}
    if row.snapshot.source.sensitivity != Sensitivity.PUBLIC:
        return detail
    if row.area_m2 is not None:
        detail["area_m2"] = round(row.area_m2)
    if play_space := getattr(row, "play_space", None):
        detail |= _play_space_detail(play_space)
    units = [_unit_detail(unit) for unit in sorted(row.units.all(), key=lambda unit: unit.code)]
    if known := [unit for unit in units if unit]:
        detail["units"] = known
    return detail


def _play_space_detail(play_space: PlaySpace) -> dict[str, Any]:
    known = {fact: getattr(play_space, fact) for fact in _PLAY_SPACE_FACTS}
    detail: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
    if play_space.equipment:
        detail["equipment"] = list(play_space.equipment)
    if play_space.surface:
        detail["surface"] = play_space.surface
    return detail | _ages(play_space)


def _unit_detail(unit: Unit) -> dict[str, Any]:
    said: dict[str, Any] = {
        "sex": "" if unit.sex == Sex.ALL else unit.sex,
        "stage": unit.stage,
        "shift": "" if unit.shift == Shift.WHOLE_DAY else unit.shift,
        "sector": unit.sector,
    }
    detail = {name: value for name, value in said.items() if value}
    if unit.is_special:
        detail["is_special"] = True
    if unit.capacity is not None:
        detail["capacity"] = float(unit.capacity)
        detail["capacity_unit"] = unit.capacity_unit
    return detail | _ages(unit)


def _ages(of: PlaySpace | Unit) -> dict[str, list[int]]:
    if of.age_from is None or of.age_to is None:
        return {}
    return {"ages": [of.age_from, of.age_to]}
