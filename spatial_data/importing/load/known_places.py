"""Reads what earlier loads and people have decided about places."""

from __future__ import annotations

import shapely

from atlas.bodies.models import City
from spatial_data.importing.layers import EarlierPlace, KnownPlaces, StandingCorrection
from spatial_data.models import ActiveLayer, Correction, Layer, PlaceMatch, PlaceVersion


def known_places(slug: str) -> KnownPlaces:
    """Return stored matches, the active places and the standing corrections of a city."""
    city = City.objects.filter(slug=slug).first()
    if city is None:
        return KnownPlaces()
    matches = PlaceMatch.objects.filter(place__city=city)
    codes = {
        (source, record): code
        for source, record, code in matches.values_list(
            "source__key", "source_record", "place__code"
        )
    }
    return KnownPlaces(codes, _earlier(city, codes), standing_corrections(city))


def standing_corrections(city: City) -> list[StandingCorrection]:
    """Return the corrections of a city that nobody has withdrawn, in a stable order."""
    rows = Correction.objects.filter(city=city, withdrawn_at__isnull=True)
    ordered = rows.order_by("place__code", "field")
    return [
        StandingCorrection(*row)
        for row in ordered.values_list("place__code", "field", "before", "after")
    ]


def _earlier(city: City, codes: dict[tuple[str, str], str]) -> list[EarlierPlace]:
    active = ActiveLayer.objects.filter(city=city, layer=Layer.PLACES).first()
    if active is None:
        return []
    versions = PlaceVersion.objects.filter(layer_version=active.version_id)
    facts = {
        code: (kind, names, location)
        for code, kind, names, location in versions.values_list(
            "place__code", "kind__code", "names", "location"
        )
    }
    return [
        EarlierPlace(code, source, record, *facts[code][:2], shapely.Point(facts[code][2].coords))
        for (source, record), code in sorted(codes.items())
        if code in facts
    ]
