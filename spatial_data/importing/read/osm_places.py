"""Finds places for children among the objects of an extract, by the declared tag rules."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import shapely

from atlas.lib import dates
from atlas.lib.digits import to_ascii
from spatial_data.importing.layers import PlaceRow, UnitRow
from spatial_data.importing.read.osm_ground import names
from spatial_data.importing.read.osm_shapes import polygons
from spatial_data.sources import osm_places as rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from spatial_data.importing.read.osm_file import OsmExtract, Tags
    from spatial_data.sources.osm_places import PlaceRule

PLACE_KEYS = frozenset(key for rule in rules.PLACE_RULES for key, _ in rule.any_of)
DETAIL_YES_NO = {
    "shade": ("shade", "covered"),
    "fence": ("fenced", "fence"),
    "water": ("drinking_water",),
    "toilet": ("toilets",),
    "wheelchair": ("wheelchair",),
    "stroller": ("stroller",),
}


def read_places(
    extract: OsmExtract, file: str, source: str, languages: Sequence[str], kinds: Iterable[str]
) -> tuple[list[PlaceRow], Counter[str]]:
    """Return the places of the wanted kinds, and how many of each kind nobody may enter."""
    wanted = frozenset(kinds) or frozenset(rule.kind for rule in rules.PLACE_RULES)
    found: list[PlaceRow] = []
    shut: Counter[str] = Counter()
    for record, tags, shape, changed in _objects(extract):
        for kind in kinds_of(tags):
            if kind not in wanted:
                continue
            if kind in rules.OPEN_TO_ALL and tags.get("access") in rules.CLOSED_ACCESS:
                shut[kind] += 1
                continue
            row = _place(kind, record, tags, shape, languages)
            row.file, row.source, row.record_date = file, source, _record_date(tags, changed)
            row.matches = [(source, row.record, "own")]
            found.append(row)
    return found, shut


def kinds_of(tags: Tags) -> list[str]:
    """
    Return the kinds of place that tags name.

    Examples
    --------
    >>> kinds_of({"leisure": "playground"}), kinds_of({"amenity": "bench"})
    (['playground'], [])
    >>> kinds_of({"amenity": "library", "name": "کانون پرورش فکری شماره ۲"})
    ['kanoon_centre']
    """
    kinds = list(dict.fromkeys(rule.kind for rule in rules.PLACE_RULES if _fits(rule, tags)))
    replaced = {other for kind in kinds for other in rules.INSTEAD_OF.get(kind, ())}
    return [kind for kind in kinds if kind not in replaced]


def _fits(rule: PlaceRule, tags: Tags) -> bool:
    if not any(value in tags.get(key, "").split(";") for key, value in rule.any_of):
        return False
    if any(tags.get(key) != value for key, value in rule.with_tag):
        return False
    said = " ".join(tags.get(key, "") for key in ("name", "operator", "name:fa"))
    return rule.name_has in said


def _objects(
    extract: OsmExtract,
) -> Iterable[tuple[str, Tags, BaseGeometry, date | None]]:
    nodes = [number for number, node in extract.nodes.items() if PLACE_KEYS & node.tags.keys()]
    for number in nodes:
        node = extract.nodes[number]
        lonlat = extract.point(number)
        if lonlat is not None:
            yield f"node/{number}", node.tags, shapely.Point(lonlat), node.changed
    for record, tags, shape in polygons(extract, PLACE_KEYS):
        kind, _, number_text = record.partition("/")
        objects = extract.ways if kind == "way" else extract.areas
        yield record, tags, shape, objects[int(number_text)].changed


def _place(
    kind: str, record: str, tags: Tags, shape: BaseGeometry, languages: Sequence[str]
) -> PlaceRow:
    is_point = shape.geom_type == "Point"
    row = PlaceRow(
        source="",
        record=f"{kind}:{record}",
        kind=kind,
        file="",
        names=names(tags, languages),
        point=shape if is_point else shapely.point_on_surface(shape),
        outline=None if is_point else shape,
    )
    if kind in {"playground", "park"}:
        row.details = _play_details(tags)
    row.units = list(_units(kind, tags))
    return row


def _play_details(tags: Tags) -> dict[str, object]:
    equipment = [key.removeprefix("playground:") for key in tags if key.startswith("playground:")]
    equipment += [word for word in tags.get("playground", "").split(";") if word]
    said = {name: _yes_no(tags, keys) for name, keys in DETAIL_YES_NO.items()}
    details: dict[str, object] = {name: one for name, one in said.items() if one is not None}
    details |= {"equipment": sorted(equipment)} if equipment else {}
    details |= {"surface": tags["surface"]} if tags.get("surface") else {}
    ages = {"ages_from": _age(tags.get("min_age")), "ages_to": _after(_age(tags.get("max_age")))}
    return details | {name: age for name, age in ages.items() if age is not None}


def _yes_no(tags: Tags, keys: Sequence[str]) -> bool | None:
    said = [tags[key] for key in keys if key in tags]
    if any(value in rules.YES for value in said):
        return True
    return False if any(value in rules.NO for value in said) else None


def _age(said: str | None) -> int | None:
    number = re.match(r"\d+", to_ascii(said or ""))
    return int(number.group()) if number else None


def _after(age: int | None) -> int | None:
    return None if age is None else age + 1


def _units(kind: str, tags: Tags) -> Iterable[UnitRow]:
    """Give one unit a stage; one of unknown stage where no tag says it."""
    stages = _stages(tags) if kind == "school" else [""]
    capacity = _age(tags.get("capacity")) if kind not in {"playground", "park"} else None
    for stage in stages:
        yield UnitRow(
            code=stage or "1",
            sex=_sex(tags),
            stage=stage,
            age_from=_age(tags.get("min_age")),
            age_to=_after(_age(tags.get("max_age"))),
            sector=_sector(tags),
            is_special=kind == "school" and "special" in tags.get("school", ""),
            # A capacity that several stages share is nobody's alone.
            capacity=capacity if len(stages) == 1 else None,
            capacity_unit="m2" if kind in {"playground", "park"} else "seat",
        )


def _stages(tags: Tags) -> list[str]:
    words = [word.strip() for key in rules.STAGE_KEYS for word in tags.get(key, "").split(";")]
    levels = [rules.STAGE_WORDS[word] for word in words if word in rules.STAGE_WORDS]
    stages = list(dict.fromkeys(stage for level in levels for stage in level.split(";")))
    return stages or [""]


def _sex(tags: Tags) -> str:
    said = {tags.get(key, "") for key in rules.GENDER_KEYS}
    if said & rules.GIRL_WORDS or (tags.get("female") == "yes" and tags.get("male") == "no"):
        return "girl"
    if said & rules.BOY_WORDS or (tags.get("male") == "yes" and tags.get("female") == "no"):
        return "boy"
    return "all"


def _sector(tags: Tags) -> str:
    words = [tags.get(key, "") for key in rules.SECTOR_KEYS]
    return next((rules.SECTOR_WORDS[word] for word in words if word in rules.SECTOR_WORDS), "")


def _record_date(tags: Tags, changed: date | None) -> date | None:
    for key in rules.RECORD_DATE_KEYS:
        try:
            return dates.parse(tags.get(key, ""), "gregorian")
        except ValueError:
            continue
    return changed
