"""What is done with layers as a whole: load a city, make a version current, go back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from atlas.bodies.models import City
from spatial_data.importing.city_build import STEPS, CityBuild
from spatial_data.importing.city_toml import read_city_toml
from spatial_data.importing.findings import Findings, FolderRefusedError
from spatial_data.importing.load import area_rows
from spatial_data.importing.load.context_rows import write_context
from spatial_data.importing.load.known_places import known_places
from spatial_data.importing.load.place_rows import PlaceWriter
from spatial_data.importing.load.recipes import recipes
from spatial_data.importing.load.records import write_city, write_records
from spatial_data.importing.load.snapshots import fingerprint, keep
from spatial_data.importing.validate.zones import tier_rows
from spatial_data.models import ActiveLayer, LayerDecision, LayerVersion, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from atlas.bodies.models import User
    from spatial_data.importing.city_schema import SourceKeys
    from spatial_data.importing.city_toml import CityFolder
    from spatial_data.importing.findings import Finding
    from spatial_data.importing.layers import CityLayers, KnownPlaces
    from spatial_data.importing.load.recipes import Recipe
    from spatial_data.importing.load.records import CityRecords
    from spatial_data.importing.load.snapshots import KeptFile
    from spatial_data.models import Source

    Progress = Callable[[Iterable[str]], Iterable[str]]


class NothingEarlierError(Exception):
    """There is no earlier version to go back to."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did."""

    slug: str
    standard: str
    findings: tuple[Finding, ...]
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any layer is new; a folder loaded before changes nothing."""
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class LoadPlace:
    """Where files are found and kept."""

    roots: Mapping[str, Path]
    snapshots: Path


def check_city(
    folder: Path, roots: Mapping[str, Path], *, progress: Progress = iter
) -> tuple[CityFolder | None, CityLayers | None, Findings]:
    """
    Read and judge a whole city folder; load nothing, touch no database.

    Parameters
    ----------
    folder
        The folder that holds ``city.toml``.
    roots
        What ``${NAME}`` stands for at the start of a path.
    progress
        Wraps the steps, for a progress bar.

    Returns
    -------
    city, layers, findings
        The folder and what it holds, None where it could not be read; and all that was found.
    """
    findings = Findings()
    city = read_city_toml(folder, roots, findings)
    if city is None:
        return None, None, findings
    return city, _build(city, findings, None, progress), findings


def load_city(
    folder: Path, place: LoadPlace, *, at: datetime, progress: Progress = iter
) -> LoadReport:
    """
    Load a city folder: check it whole, then write all layers and make them current at once.

    Parameters
    ----------
    folder
        The folder that holds ``city.toml``.
    place
        Where files are found and where snapshots are kept.
    at
        The time of the load.
    progress
        Wraps the steps, for a progress bar.

    Returns
    -------
    report
        Rows written by layer: none if the same folder was loaded before.

    Raises
    ------
    FolderRefusedError
        With every fault; then nothing has changed.

    Notes
    -----
    All rows are written in one transaction: if the machine or the database dies on the way, the
    earlier layers stay current and the load can be repeated.
    """
    findings = Findings()
    city = read_city_toml(folder, place.roots, findings)
    if city is None:
        raise FolderRefusedError(findings.faults)
    kept = {file.path: fingerprint(city.path(file.path)) for _, file in city.files()}
    known = known_places(city.keys.city.slug)
    plans = recipes(city, kept, known.corrections)
    if _is_current(city, plans):
        _write_facts(city)
        return LoadReport(city.keys.city.slug, city.keys.city.standard, ())
    layers = _build(city, findings, known, progress)
    findings.refuse_if_faulty()
    for file in kept.values():
        keep(file, place.snapshots)
    rows = _write(city, layers, plans, _Load(kept, findings, at, progress))
    return LoadReport(city.keys.city.slug, city.keys.city.standard, tuple(findings), rows)


@dataclass(frozen=True, slots=True)
class _Load:
    """What every layer of one load shares."""

    kept: Mapping[str, KeptFile]
    findings: Findings
    at: datetime
    progress: Progress


def _build(
    city: CityFolder, findings: Findings, known: KnownPlaces | None, progress: Progress
) -> CityLayers:
    build = CityBuild(city, findings, known)
    for step in progress(STEPS):
        build.run(step)
    return build.layers


def _is_current(city: CityFolder, plans: Mapping[str, Recipe]) -> bool:
    """Say whether every layer is already as the folder would make it."""
    active = ActiveLayer.objects.filter(city__slug=city.keys.city.slug)
    hashes = active.values_list("layer", "version__content_hash")
    return dict(hashes) == {layer: plan.content_hash for layer, plan in plans.items()}


@transaction.atomic
def _write_facts(city: CityFolder) -> CityRecords:
    """Write what a folder says of the city, its sources, tiers, kinds and offices."""
    row = write_city(city.keys.city)
    return write_records(row, city.keys, tier_rows(city.keys))


@transaction.atomic
def _write(
    city: CityFolder, layers: CityLayers, plans: Mapping[str, Recipe], load: _Load
) -> dict[str, int]:
    records = _write_facts(city)
    snapshots = _snapshots(city, records, load)
    written: dict[str, int] = {}
    for layer in load.progress(list(plans)):
        plan = plans[layer]
        version = LayerVersion.objects.filter(
            city=records.city, layer=layer, content_hash=plan.content_hash
        ).first()
        if version is None:
            version = build_layer(plan, layers, records, snapshots, load)
            written[layer] = version.row_count
        activate(version, at=load.at, why="load_city")
    return written


def _snapshots(city: CityFolder, records: CityRecords, load: _Load) -> dict[str, Snapshot]:
    """Take a snapshot of every file, by path; the units' file belongs to its places."""
    declared = {source.key: source for source in city.keys.sources}
    found: dict[str, Snapshot] = {}
    for path, file in city.files():
        key = getattr(file, "source", "") or city.keys.places[int(path[1])].source
        said = [str(one) for one in load.findings if one.file == file.path]
        found[file.path] = take_snapshot(
            load.kept[file.path], records.sources[key], declared[key], at=load.at, said=said
        )
    return found


def take_snapshot(
    file: KeptFile, source: Source, facts: SourceKeys, *, at: datetime, said: list[str]
) -> Snapshot:
    """
    Note a kept file as a publisher's snapshot; a file already noted stays as it was.

    Parameters
    ----------
    file
        The kept file.
    source
        Its publisher's data set.
    facts
        The publisher's facts as declared now; the snapshot keeps them.
    at
        When it was taken.
    said
        What was found in it.
    """
    snapshot, _ = Snapshot.objects.get_or_create(
        source=source,
        sha256=file.sha256,
        defaults={
            "file_name": file.name,
            "size_bytes": file.size,
            "reference_date": facts.reference_date,
            "licence": facts.licence,
            "taken_at": at,
            "report": {"findings": said},
        },
    )
    return snapshot


def build_layer(
    plan: Recipe,
    layers: CityLayers,
    records: CityRecords,
    snapshots: Mapping[str, Snapshot],
    load: _Load,
) -> LayerVersion:
    """
    Write one version of one layer; its rows never change afterwards.

    Parameters
    ----------
    plan
        What it is made from, with its hash.
    layers
        The checked rows.
    records
        The city's lasting records.
    snapshots
        By path, as city.toml writes it.
    load
        What all layers of this load share.

    Returns
    -------
    version
        Written, not yet current.
    """
    rules = dict(plan.rules)
    if plan.layer == "places":
        rules["complete_kinds"] = layers.complete_kinds
    version = LayerVersion.objects.create(
        city=records.city,
        layer=plan.layer,
        content_hash=plan.content_hash,
        built_at=load.at,
        rules=rules,
        report={"findings": [str(one) for one in load.findings if one.file in plan.files]},
        row_count=0,
    )
    version.snapshots.set({snapshots[path] for path in plan.files})
    version.row_count = _write_rows(version, layers, records, snapshots, load)
    version.save(update_fields=["row_count"])
    return version


def _write_rows(
    version: LayerVersion,
    layers: CityLayers,
    records: CityRecords,
    snapshots: Mapping[str, Snapshot],
    load: _Load,
) -> int:
    languages = records.city.languages
    writers: dict[str, Callable[[], int]] = {
        "zones": lambda: area_rows.write_zones(version, layers.zones, records),
        "cells": lambda: area_rows.write_cells(version, layers.cells),
        "population": lambda: area_rows.write_counts(version, layers.counts, snapshots),
        "context": lambda: write_context(version, layers.context, records, snapshots),
        "buildings": lambda: area_rows.write_buildings(version, layers.buildings),
        "ground": lambda: area_rows.write_ground(version, layers.ground),
        "streets": lambda: (
            0
            if layers.streets is None
            else area_rows.write_streets(version, layers.streets, languages)
        ),
        "places": lambda: PlaceWriter(version, records, snapshots, load.at).write(layers.places),
    }
    return writers[version.layer]()


@transaction.atomic
def activate(version: LayerVersion, *, at: datetime, by: User | None = None, why: str = "") -> None:
    """
    Make a version current and write the decision down; nothing happens if it is current.

    Parameters
    ----------
    version
        The version that is to be current.
    at
        The time of the decision.
    by
        Who decided; None for a command.
    why
        The reason.
    """
    city = City.objects.select_for_update().get(pk=version.city_id)
    active = ActiveLayer.objects.filter(city=city, layer=version.layer).first()
    previous = active.version if active else None
    if previous == version:
        return
    ActiveLayer.objects.update_or_create(
        city=city, layer=version.layer, defaults={"version": version}
    )
    LayerDecision.objects.create(
        city=city,
        layer=version.layer,
        version=version,
        previous=previous,
        decided_by=by,
        decided_at=at,
        why=why,
    )


@transaction.atomic
def roll_back(
    city: City, layer: str, *, at: datetime, by: User | None = None, why: str = ""
) -> LayerVersion:
    """
    Make the version before the current one current again.

    Parameters
    ----------
    city, layer
        Which layer of which city.
    at, by, why
        When, who and for what reason.

    Returns
    -------
    version
        The version that is current now.

    Raises
    ------
    NothingEarlierError
        If the layer has had one version only.
    """
    decision = (
        LayerDecision.objects.filter(city=city, layer=layer, previous__isnull=False)
        .order_by("-decided_at", "-pk")
        .first()
    )
    if decision is None or decision.previous is None:
        msg = f"{city.slug}: the layer {layer} has no earlier version"
        raise NothingEarlierError(msg)
    activate(decision.previous, at=at, by=by, why=why)
    return decision.previous
