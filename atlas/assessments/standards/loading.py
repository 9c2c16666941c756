"""Keeps requirement sets and their adoption by cities."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from atlas.assessments.models import (
    Band,
    ContextWeight,
    Domain,
    Meets,
    PlaceKind,
    Requirement,
    SchoolStage,
    Service,
    StandardSet,
)
from atlas.assessments.standards.parameters import speed_code
from atlas.assessments.standards.profile_checks import NOT_BY_SPEED
from atlas.assessments.standards.reading import read_standard
from atlas.engine.profiles import cm_of_seconds
from atlas.lib.fold import fold_names
from spatial_data.importing.findings import Findings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from atlas.assessments.standards.form import NamedKeys, RequirementKeys, WeightFormKeys
    from atlas.assessments.standards.reading import StandardFile

MICRO = 1_000_000
CM = 100


def load_standards(folder: Path, *, at: datetime) -> list[StandardSet]:
    """
    Keep every set in a folder; all of them or, with every fault told, none.

    Parameters
    ----------
    folder
        Holds one ``.toml`` a set, and ``sources.csv``.
    at
        The time to write down.

    Returns
    -------
    sets
        One a file, in the order of their names. A file that says what a kept revision says is
        that revision; a file that says anything else becomes the next one. Kept ones never change.

    Raises
    ------
    FolderRefusedError
        If any file has a fault.
    """
    findings = Findings()
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        findings.fault(str(folder), "", "there is no requirement set here", "name their folder")
    files = [read_standard(path, findings) for path in paths]
    findings.refuse_if_faulty()
    with transaction.atomic():
        return [_kept(file, at) for file in files if file is not None]


def _kept(file: StandardFile, at: datetime) -> StandardSet:
    same = StandardSet.objects.filter(content_hash=file.content_hash).first()
    if same is not None:
        return same
    keys = file.keys
    others = StandardSet.objects.filter(code=keys.set.code)
    newest = others.aggregate(newest=Max("revision"))["newest"] or 0
    standard = StandardSet.objects.create(
        code=keys.set.code,
        revision=max(keys.set.revision, newest + 1),
        content_hash=file.content_hash,
        loaded_at=at,
        **_names(keys.set.names),
        descriptions=keys.set.descriptions,
        parameters=file.parameters,
        basis=_basis(file),
        vocabulary=_vocabulary(file),
        profiles=_profiles(file),
    )
    _keep_bands_and_stages(standard, file)
    _keep_services(standard, file)
    _keep_kinds(standard, file)
    _keep_requirements(standard, file)
    return standard


def _basis(file: StandardFile) -> dict[str, dict[str, object]]:
    return {
        code: {
            "confidence": entry.confidence,
            "notes": entry.notes,
            "rows": [file.sources[key] for key in entry.rows],
        }
        for code, entry in file.keys.basis.items()
    }


def _vocabulary(file: StandardFile) -> dict[str, dict[str, object]]:
    keys = file.keys
    return {
        "sexes": {entry.code: entry.names for entry in keys.sexes},
        "units": {entry.code: entry.names for entry in keys.units},
        "weight_forms": {code: asdict(form) for code, form in keys.weight_forms.items()},
    }


def _profiles(file: StandardFile) -> dict[str, dict[str, object]]:
    """Return the ways of walking, each class of street with its own figures a step of speed."""
    return {
        code: {
            **{name: value for name, value in asdict(keys).items() if name != "streets"},
            "streets": {
                one: {
                    name: _by_step(getattr(rule, name), len(keys.speed_steps_kmh) + NOT_BY_SPEED)
                    for name in ("factor", "crossing_s", "forbidden")
                }
                for rule in keys.streets
                for one in rule.classes
            },
        }
        for code, keys in file.keys.profiles.items()
    }


def _by_step(figures: tuple[object, ...], steps: int) -> list[object]:
    return list(figures) if len(figures) == steps else list(figures) * steps


def _names(names: dict[str, str]) -> dict[str, object]:
    return {"names": names, "folded_names": fold_names(names)}


def _named(standard: StandardSet, entry: NamedKeys) -> dict[str, object]:
    return {"standard": standard, "code": entry.code, **_names(entry.names)}


def _keep_bands_and_stages(standard: StandardSet, file: StandardFile) -> None:
    for band in file.keys.bands:
        Band.objects.create(
            **_named(standard, band),
            age_from=band.ages[0],
            age_to=band.ages[1],
            walks_alone=band.walks_alone,
        )
    for stage in file.keys.stages:
        SchoolStage.objects.create(
            **_named(standard, stage), age_from=stage.ages[0], age_to=stage.ages[1]
        )


def _keep_services(standard: StandardSet, file: StandardFile) -> None:
    domains = {}
    for position, domain in enumerate(file.keys.domains):
        domains[domain.code] = Domain.objects.create(
            **_named(standard, domain), weight_micro=_micro(domain.weight), position=position
        )
    for position, service in enumerate(file.keys.services):
        Service.objects.create(
            **_named(standard, service),
            domain=domains[service.domain],
            mode=service.mode,
            weight_micro=_micro(service.weight),
            unit=service.unit,
            kinds=[
                kind.code
                for kind in file.keys.kinds
                if any(row.service == service.code for row in kind.serves)
            ],
            position=position,
        )
    for position, indicator in enumerate(file.keys.indicators):
        ContextWeight.objects.create(
            **_named(standard, indicator),
            domain=domains[indicator.domain],
            weight_micro=_micro(indicator.weight),
            position=position,
        )


def _keep_kinds(standard: StandardSet, file: StandardFile) -> None:
    services = {service.code: service for service in standard.services.all()}
    for position, entry in enumerate(file.keys.kinds):
        kind = PlaceKind.objects.create(
            **_named(standard, entry),
            family=entry.family,
            age_from=entry.ages[0],
            age_to=entry.ages[1],
            position=position,
        )
        for row in entry.serves:
            Meets.objects.create(
                kind=kind,
                service=services[row.service],
                stage=row.when.stage,
                is_special=row.when.special,
            )


def _keep_requirements(standard: StandardSet, file: StandardFile) -> None:
    services = {service.code: service for service in standard.services.all()}
    bands = {band.code: band for band in standard.bands.all()}
    Requirement.objects.bulk_create(
        [
            Requirement(
                service=services[row.service],
                band=bands[row.band],
                sex=row.sex,
                **_figures(row, file),
            )
            for row in file.keys.requirements
        ]
    )


def _figures(row: RequirementKeys, file: StandardFile) -> dict[str, object]:
    basis = file.keys.basis[row.reach_basis]
    form = file.keys.weight_forms[row.weight_form]
    sources = sorted({file.sources[key]["source"] for key in basis.rows})
    return {
        "reach_cm": _reach_cm(row, file),
        "provision_micro": None if row.provision is None else _micro(row.provision),
        "provision_unit": row.unit,
        "participation_micro": _micro(row.participation),
        "weight_form": {"code": row.weight_form, **_weight_form(form)},
        "source": "; ".join(sources),
        "source_rows": list(basis.rows),
        "confidence": basis.confidence,
        "reach_basis": row.reach_basis,
        "provision_basis": row.provision_basis,
        "participation_basis": row.participation_basis,
    }


def _weight_form(form: WeightFormKeys) -> dict[str, object]:
    kept: dict[str, object] = {
        "kind": form.kind,
        "edges": list(form.edges),
        "weights_micro": [_micro(weight) for weight in form.weights],
        "three_step": form.three_step,
    }
    steepness = {"rate": form.rate, "bandwidth": form.bandwidth}
    return kept | {key: value for key, value in steepness.items() if value is not None}


def _reach_cm(row: RequirementKeys, file: StandardFile) -> int | None:
    """Return a reach in centimetres, once; one in seconds at the band's walking speed."""
    if row.reach_s is not None:
        return cm_of_seconds(row.reach_s, file.parameters[speed_code(row.band)]["value"])
    return None if row.reach_m is None else _exact(row.reach_m, CM)


def _micro(value: float) -> int:
    return _exact(value, MICRO)


def _exact(value: float, unit: int) -> int:
    """Return a figure as whole units, as it is written and not as it is stored."""
    return round(Fraction(str(value)) * unit)
