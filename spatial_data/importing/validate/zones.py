"""Judges the zones of every tier, links them to their parents, and adds the unassigned ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from spatial_data.importing.layers import TierRow, ZoneRow
from spatial_data.importing.read.fields import columns_of, cut, fill, wanted
from spatial_data.importing.validate.polygons import check_apart, check_whereabouts, sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spatial_data.ground_plan import GroundPlan
    from spatial_data.importing.city_schema import CityTomlKeys, TierKeys
    from spatial_data.importing.file_schema import FileKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.read.vector_file import Shapes

CROSSING_SHARE = 0.05
UNASSIGNED = {"en": "Unassigned", "fa": "بدون پهنه", "es": "Sin asignar"}


@dataclass(slots=True)
class Polygons:
    """Sound polygons of a file with their columns as text."""

    file: str
    shape: NDArray[np.object_]
    fields: list[dict[str, str]]


def sound_polygons(
    shapes: Shapes, keys: FileKeys, plan: GroundPlan, findings: Findings
) -> Polygons | None:
    """Return the wanted features of a file as sound polygons; None if it lies elsewhere."""
    file = keys.path
    kept = [number for number in range(len(shapes)) if wanted(shapes.row(number), keys)]
    if not kept:
        findings.fault(file, "", "no feature is in it", "export it again, or correct where")
        return None
    shape = shapes.shape[kept]
    if not check_whereabouts(shape, file, plan, findings):
        return None
    fields = [cut(shapes.row(number), keys.patterns) for number in kept]
    return Polygons(file, sound(shape, file, plan, findings), fields)


def check_columns(
    fields: Sequence[dict[str, str]], templates: Sequence[str], file: str, findings: Findings
) -> bool:
    """Say whether every column that city.toml names is in the file."""
    known = fields[0].keys() if fields else set()
    wanted_columns = [column for template in templates for column in columns_of(template)]
    missing = sorted({column for column in wanted_columns if column not in known})
    for column in missing:
        cure = f"its columns are: {', '.join(known)}"
        findings.fault(file, "", f"there is no column {column!r}", cure)
    return not missing


def zone_rows(
    tier: TierKeys, polygons: Polygons, plan: GroundPlan, findings: Findings
) -> list[ZoneRow]:
    """Return the zones of one tier, their parents as the file says them."""
    keys = tier.file
    templates = [keys.code, keys.parent, *keys.names.values()]
    if not check_columns(polygons.fields, templates, polygons.file, findings):
        return []
    rows = []
    for number, (fields, shape) in enumerate(zip(polygons.fields, polygons.shape, strict=True)):
        code = fill(keys.code, fields)
        names = {
            language: name
            for language, template in keys.names.items()
            if (name := fill(template, fields, language))
        }
        if not code or not names:
            spot = f"feature {number + 1}"
            findings.fault(polygons.file, spot, "it has no code or no name", "fill it in")
        elif shape is not None:
            rows.append(ZoneRow(code, names, tier.code, fill(keys.parent, fields), shape))
    if rows:
        shapes_m = plan.metres(np.array([row.shape for row in rows], object))
        check_apart(shapes_m, [row.code for row in rows], polygons.file, findings)
    return rows


def tier_rows(keys: CityTomlKeys) -> list[TierRow]:
    """Return the tiers with their depth, coarsest first in each tree."""
    rows: list[TierRow] = []
    for tier in keys.tiers:
        depth = sum(row.tree == tier.tree for row in rows)
        rows.append(TierRow(tier.code, tier.names, tier.tree, depth))
    return rows


def check_codes(zones: Sequence[ZoneRow], files: dict[str, str], findings: Findings) -> None:
    """Zone codes are different in the whole city."""
    seen: dict[str, ZoneRow] = {}
    for zone in zones:
        if (first := seen.setdefault(zone.code, zone)) is not zone:
            problem = f"the zone code {zone.code!r} is also a zone of the tier {first.tier}"
            cure = 'make codes different in the whole city, such as code = "N{code}"'
            findings.fault(files[zone.tier], "", problem, cure)


def link_parents(
    tiers: Sequence[TierRow], zones: Sequence[ZoneRow], plan: GroundPlan, findings: Findings
) -> None:
    """Give every zone below the top its parent: as the file says, else by the largest overlap."""
    by_tier = {tier.code: [zone for zone in zones if zone.tier == tier.code] for tier in tiers}
    for upper, tier in _steps(tiers):
        parents = by_tier[upper.code]
        known = {zone.code for zone in parents}
        for zone in by_tier[tier.code]:
            if zone.parent and zone.parent not in known:
                problem = f"zone {zone.code} names the parent {zone.parent!r}"
                cure = f"there is none in {upper.code}: correct the code, or leave parent out"
                findings.fault("city.toml", f"tier {tier.code}", problem, cure)
        if parents:
            _link_by_overlap(parents, by_tier[tier.code], plan, findings)


def _steps(tiers: Sequence[TierRow]) -> list[tuple[TierRow, TierRow]]:
    """Return every tier below the top with the one above it."""
    above = {(tier.tree, tier.depth): tier for tier in tiers}
    return [(above[tier.tree, tier.depth - 1], tier) for tier in tiers if tier.depth]


def _link_by_overlap(
    parents: Sequence[ZoneRow], zones: Sequence[ZoneRow], plan: GroundPlan, findings: Findings
) -> None:
    order = sorted(parents, key=lambda zone: zone.code)
    parent_m = plan.metres(np.array([zone.shape for zone in order], object))
    zone_m = plan.metres(np.array([zone.shape for zone in zones], object))
    crossing = []
    for zone, shape in zip(zones, zone_m, strict=True):
        shared = shapely.area(shapely.intersection(parent_m, shape))
        zone.parent = zone.parent or order[int(np.argmax(shared))].code
        own = shared[[one.code == zone.parent for one in order]].sum()
        if own < (1 - CROSSING_SHARE) * shared.sum():
            crossing.append(zone.code)
    if crossing:
        said = f"{len(crossing)} zones cross the borders of the tier above: {', '.join(crossing)}"
        cure = "if they are not meant to nest, give their tier a tree of its own"
        findings.warning("city.toml", f"tier {zones[0].tier}", said, cure)


def unassigned_zones(tiers: Sequence[TierRow]) -> list[ZoneRow]:
    """Return the visible zone of each tier for children who live in none of its zones."""
    above = {(tier.tree, tier.depth): tier for tier in tiers}
    return [
        ZoneRow(
            f"unassigned-{tier.code}",
            dict(UNASSIGNED),
            tier.code,
            f"unassigned-{above[tier.tree, tier.depth - 1].code}" if tier.depth else "",
            None,
        )
        for tier in tiers
    ]
