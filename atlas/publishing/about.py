"""What an edition says of itself beside its files: frozen when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atlas.publishing.context import about_indicators
from atlas.tiles.zones import bounds
from spatial_data.frames.places import own_kinds
from spatial_data.models import Kind, Tier, ZoneVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atlas.assessments.models import Assessment, Requirement, Service, StandardSet
    from atlas.bodies.models import City
    from spatial_data.models import LayerVersion, Snapshot

# Raised when the files take another form: what was published stays as it is.
SCHEMA = 5
MICRO = 1_000_000
CM = 100


def about(assessment: Assessment, layers: Mapping[str, LayerVersion]) -> dict[str, Any]:
    """
    Return the part of the manifest that is neither files nor the number of the edition.

    Parameters
    ----------
    assessment
        With its city and standard set.
    layers
        The layer versions the edition draws, by layer.

    Returns
    -------
    about
        As JSON. `requirements` are what the set asks for, by service, band and sex.
    """
    standard = assessment.standard
    return {
        "schema": SCHEMA,
        "city": _city(assessment.city),
        "reference_date": assessment.reference_date.isoformat(),
        "standard": {
            "code": standard.code,
            "revision": standard.revision,
            "names": standard.names,
            "content_hash": standard.content_hash,
        },
        "assessment": assessment.input_hash,
        "rules": rules(standard),
        "tiers": _tiers(layers["zones"]),
        **_standard_parts(standard, own_kinds(layers["places"]) if "places" in layers else {}),
        "indicators": about_indicators(assessment),
        "kinds": _kinds(assessment.city),
        "sources": _sources(layers),
        "bounds": bounds(layers["zones"]),
    }


def rules(standard: StandardSet) -> dict[str, Any]:
    """Return the adopted choices by which figures are shown or withheld, by code."""
    codes = ("disclosure_threshold_public", "class_breaks", "few_children", "unknown_limit")
    return {code: standard.parameters[code]["value"] for code in codes}


def _city(city: City) -> dict[str, Any]:
    return {
        "slug": city.slug,
        "names": city.names,
        "languages": city.languages,
        "calendar": city.calendar,
        "timezone": city.timezone,
        "invented": city.is_invented,
    }


def _tiers(zones: LayerVersion) -> list[dict[str, Any]]:
    rows = ZoneVersion.objects.filter(layer_version=zones).values_list("tier", flat=True)
    count: dict[int, int] = {}
    for tier in rows:
        count[tier] = count.get(tier, 0) + 1
    tiers = Tier.objects.filter(pk__in=count)
    return [
        {
            "code": tier.code,
            "names": tier.names,
            "tree": tier.tree,
            "depth": tier.depth,
            "zones": count[tier.pk],
        }
        for tier in sorted(tiers, key=lambda t: (t.tree != "main", t.tree, t.depth))
    ]


def _standard_parts(standard: StandardSet, own: Mapping[str, str]) -> dict[str, Any]:
    """Return what the set asks for; `own` are the city's own kinds with the service of each."""
    services = standard.services.select_related("domain").prefetch_related("requirements__band")
    domains = sorted(standard.domains.all(), key=lambda d: (d.position, d.code))
    bands = sorted(standard.bands.all(), key=lambda b: b.age_from)
    return {
        "domains": [{"code": domain.code, "names": domain.names} for domain in domains],
        "services": [
            _service(service, [kind for kind in sorted(own) if own[kind] == service.code])
            for service in sorted(services, key=lambda s: (s.position, s.code))
        ],
        "bands": [
            {"code": band.code, "names": band.names, "ages": [band.age_from, band.age_to]}
            for band in bands
        ],
        "sexes": [
            {"code": code, "names": standard.vocabulary["sexes"][code]} for code in ("girl", "boy")
        ],
        "units": standard.vocabulary["units"],
        "classes": standard.parameters["class_breaks"]["value"],
    }


def _service(service: Service, own_kinds: Sequence[str]) -> dict[str, Any]:
    asked = sorted(service.requirements.all(), key=lambda r: (r.band.age_from, r.sex))
    return {
        "code": service.code,
        "names": service.names,
        "domain": service.domain.code,
        "mode": service.mode,
        "kinds": list(dict.fromkeys([*service.kinds, *own_kinds])),
        "weight": service.domain.weight_micro * service.weight_micro / MICRO**2,
        "requirements": [_requirement(requirement) for requirement in asked],
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    provision = requirement.provision_micro
    return {
        "band": requirement.band.code,
        "sex": requirement.sex,
        "reach_m": None if requirement.reach_cm is None else _number(requirement.reach_cm, CM),
        "provision": None if provision is None else _number(provision, MICRO),
        "unit": requirement.provision_unit if provision is not None else "",
        "participation": _number(requirement.participation_micro, MICRO),
        "source": requirement.source,
        "confidence": requirement.confidence,
    }


def _number(parts: int, per_unit: int) -> float:
    """Return a number in units, whole where it is whole."""
    return parts // per_unit if parts % per_unit == 0 else parts / per_unit


def _kinds(city: City) -> list[dict[str, Any]]:
    kinds = Kind.objects.filter(city=city)
    return [
        {"code": kind.code, "names": kind.names} for kind in sorted(kinds, key=lambda k: k.code)
    ]


def _sources(layers: Mapping[str, LayerVersion]) -> list[dict[str, Any]]:
    """Return each publisher's data set once, with the latest day it speaks of and its layers."""
    found: dict[str, dict[str, Any]] = {}
    for layer, version in sorted(layers.items()):
        for snapshot in version.snapshots.select_related("source"):
            entry = found.setdefault(snapshot.source.key, _source(snapshot))
            entry["layers"] = sorted({*entry["layers"], layer})
            if snapshot.reference_date is not None:
                day = snapshot.reference_date.isoformat()
                entry["reference_date"] = max(entry["reference_date"] or day, day)
    return [found[key] for key in sorted(found)]


def _source(snapshot: Snapshot) -> dict[str, Any]:
    source = snapshot.source
    return {
        "key": source.key,
        "names": source.names,
        "publisher": source.publisher,
        "licence": snapshot.licence,
        "attribution": source.attribution,
        "reference_date": None,
        "url": source.url,
        "layers": [],
    }
