"""What the keys of a ``city.toml`` must say about each other."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from pyproj import CRS
from pyproj.exceptions import CRSError

from spatial_data.importing.context_checks import check_context
from spatial_data.importing.declared_keys import dotted
from spatial_data.sources.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spatial_data.importing.city_schema import (
        CityTomlKeys,
        CountsKeys,
        PlacesKeys,
        TierKeys,
    )
    from spatial_data.importing.declared_keys import TableReader
    from spatial_data.importing.file_schema import FileKeys
    from spatial_data.importing.toml_lines import KeyPath

SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
CODE = re.compile(r"^[a-z][a-z0-9_]*$")
LAYERS = ("zones", "cells", "population", "buildings", "streets", "ground", "places", "context")
OLDEST_AGE = 121


def check(keys: CityTomlKeys, reader: TableReader) -> None:
    """Gather every fault that lies between keys."""
    _check_city(keys, reader)
    _check_unique(reader, "sources", [source.key for source in keys.sources], "key")
    _check_unique(reader, "tiers", [tier.code for tier in keys.tiers], "code")
    _check_unique(reader, "bodies", [body.code for body in keys.bodies], "code")
    _check_unique(reader, "kinds", [kind.code for kind in keys.kinds], "code")
    _check_sources(keys, reader)
    _check_tiers(keys.tiers, reader)
    for name, tables in (
        ("counts", keys.counts),
        ("shares", keys.shares),
        ("controls", keys.controls),
    ):
        for number, table in enumerate(tables):
            _check_counts(table, (name, number), [tier.code for tier in keys.tiers], reader)
    check_context(keys, reader)
    _check_kinds(keys, reader)
    for number, places in enumerate(keys.places):
        _check_places(places, ("places", number), keys, reader)
    _check_custody(keys, reader)


def _check_city(keys: CityTomlKeys, reader: TableReader) -> None:
    city = keys.city
    if not SLUG.match(city.slug):
        reader.fault(
            ("city", "slug"),
            f"the slug {city.slug!r} is not a short address name",
            "use a-z, 0-9 and hyphens",
        )
    if not city.names:
        reader.fault(("city", "names"), "the city has no name", 'write names = { en = "…" }')
    if not city.languages:
        reader.fault(("city", "languages"), "no language is named", 'write languages = ["en"]')
    if city.timezone not in available_timezones():
        reader.fault(
            ("city", "timezone"),
            f"{city.timezone!r} is not a time zone",
            "write an IANA name such as Asia/Tehran",
        )
    if problem := metric_problem(city.srid):
        reader.fault(
            ("city", "srid"), problem, "take the UTM zone of the city, such as 32639 for Tehran"
        )
    if city.margin_m < 0:
        reader.fault(("city", "margin_m"), "the margin is negative", "write metres, 0 or more")


def metric_problem(srid: int) -> str:
    """
    Say what is wrong with a reference system for measuring metres; nothing if it serves.

    Examples
    --------
    >>> metric_problem(32639)
    ''
    >>> metric_problem(4326)
    'EPSG:4326 counts in degree, not in metres'
    """
    try:
        crs = CRS.from_epsg(srid)
    except CRSError:
        return f"EPSG:{srid} is not known"
    unit = crs.axis_info[0].unit_name
    return (
        ""
        if crs.is_projected and unit == "metre"
        else f"EPSG:{srid} counts in {unit}, not in metres"
    )


def _check_unique(reader: TableReader, table: str, codes: Sequence[str], name: str) -> None:
    for code, times in Counter(codes).items():
        if times > 1:
            second = [number for number, other in enumerate(codes) if other == code][1]
            reader.fault(
                (table, second, name),
                f"{table} has {code!r} {times} times",
                f"give each its own {name}",
            )


def _check_sources(keys: CityTomlKeys, reader: TableReader) -> None:
    known = {source.key for source in keys.sources}
    for path, file in files(keys):
        if file.source not in known:
            reader.fault(
                (*path, "source"),
                f"{dotted(path)} names the source {file.source!r}, which is not declared",
                _options(known),
            )


def files(keys: CityTomlKeys) -> Iterator[tuple[KeyPath, FileKeys]]:
    """Go through every table that names a file, with where it stands."""
    for name in ("boundary", "cells", "streets", "basemap"):
        if (file := getattr(keys, name)) is not None:
            yield (name,), file
    for number, tier in enumerate(keys.tiers):
        yield ("tiers", number, "file"), tier.file
    for name in ("counts", "shares", "controls", "context", "places", "catchments"):
        for number, file in enumerate(getattr(keys, name)):
            yield (name, number), file


def _options(words: Iterable[str]) -> str:
    return f"say one of: {', '.join(sorted(words)) or '(none is declared)'}"


def _check_tiers(tiers: Sequence[TierKeys], reader: TableReader) -> None:
    if not any(tier.tree == "main" for tier in tiers):
        reader.fault(
            ("tiers",),
            "no tier belongs to the tree 'main'",
            "leave tree out of the tiers that nest",
        )
    first_of_tree: set[str] = set()
    for number, tier in enumerate(tiers):
        if not CODE.match(tier.code):
            reader.fault(
                ("tiers", number, "code"),
                f"the tier code {tier.code!r} is not a word",
                "use a-z, 0-9 and _",
            )
        if tier.tree not in first_of_tree and tier.file.parent:
            reader.fault(
                ("tiers", number, "file", "parent"),
                f"{tier.code} is the coarsest tier of its tree and has no parent",
                "leave parent out",
            )
        first_of_tree.add(tier.tree)


def _check_counts(
    table: CountsKeys, path: KeyPath, tiers: Sequence[str], reader: TableReader
) -> None:
    level = level_of(table, str(path[0]))
    if level not in {"cell", "city", *tiers} or (path[0] == "counts" and level != "cell"):
        options = ("cell",) if path[0] == "counts" else ("cell", "city", *tiers)
        reader.fault((*path, "level"), f"{dotted(path)} is about {level!r}", _options(options))
    if (level == "city") == bool(table.code):
        cure = (
            "leave code out: the rows are about the city"
            if table.code
            else 'write code = "the column with the codes"'
        )
        reader.fault(
            (*path, "code"), f"{dotted(path)}: code does not fit the level {level!r}", cure
        )
    if not table.columns:
        reader.fault(
            (*path, "columns"),
            f"{dotted(path)} names no column",
            "list columns = [{ column = …, ages = [0, 15] }]",
        )
    if bool(table.sex_column) != bool(table.sex_values):
        reader.fault(
            path, f"{dotted(path)}: sex_column and sex_values go together", "write both or neither"
        )
    for number, column in enumerate(table.columns):
        _check_ages(column.ages, (*path, "columns", number, "ages"), reader)


def level_of(table: CountsKeys, name: str) -> str:
    """Say what a row of a table is about, where the table leaves it out."""
    return table.level or ("city" if name == "controls" else "cell")


def _check_ages(ages: Sequence[int], path: KeyPath, reader: TableReader) -> None:
    if len(ages) != 2 or not 0 <= ages[0] < ages[1] <= OLDEST_AGE:  # noqa: PLR2004 - [from, to)
        reader.fault(
            path,
            f"{dotted(path)} = {list(ages)} is not a range of ages",
            f"write [from, to) with 0 ≤ from < to ≤ {OLDEST_AGE}; 0–14 is [0, 15]",
        )


def _check_kinds(keys: CityTomlKeys, reader: TableReader) -> None:
    for number, kind in enumerate(keys.kinds):
        if not CODE.match(kind.code) or kind.code in KINDS:
            reader.fault(
                ("kinds", number, "code"),
                f"{kind.code!r} cannot be a new kind",
                "use a-z, 0-9 and _, and a word that is not a kind already",
            )
        if kind.service and not CODE.match(kind.service):
            reader.fault(
                ("kinds", number, "service"),
                f"{kind.service!r} is not the code of a service",
                "write it as the standard does: a-z, 0-9 and _",
            )


def _check_places(
    places: PlacesKeys, path: KeyPath, keys: CityTomlKeys, reader: TableReader
) -> None:
    known = {*KINDS, *(kind.code for kind in keys.kinds)}
    said = [
        *places.kinds,
        *([places.kind] if places.kind else []),
        *places.values.get("kind", {}).values(),
    ]
    for kind in said:
        if kind not in known:
            reader.fault(
                path, f"{dotted(path)} names the kind {kind!r}, which is not known", _options(known)
            )
    if places.format == "osm":
        if places.columns or places.kind or places.units:
            reader.fault(
                path,
                f"{dotted(path)} is an osm file and takes neither columns, kind nor units",
                "leave them out: the tag rules say what is what",
            )
        return
    if places.columns is None:
        reader.fault(
            path,
            f"{dotted(path)} lacks the table {dotted(path)}.columns",
            "say which column holds what",
        )
        return
    if bool(places.kind) == bool(places.columns.kind):
        reader.fault(
            path,
            f"{dotted(path)} must say its kind once",
            'write kind = "…", or columns.kind with values.kind',
        )
    if (
        places.format == "table"
        and not (places.columns.lon and places.columns.lat)
        and not (places.columns.x and places.columns.y and places.srid)
    ):
        reader.fault(
            path,
            f"{dotted(path)} does not say where its places are",
            "name columns.lon and columns.lat, or columns.x, columns.y and srid",
        )


def _check_custody(keys: CityTomlKeys, reader: TableReader) -> None:
    known = {*KINDS, *(kind.code for kind in keys.kinds)}
    for number, body in enumerate(keys.bodies):
        for nth, custody in enumerate(body.custody):
            layer, _, kind = custody.layer.partition("/")
            if layer not in LAYERS or (kind and (layer != "places" or kind not in known)):
                options = (*LAYERS, *(f"places/{name}" for name in sorted(known)))
                reader.fault(
                    ("bodies", number, "custody", nth, "layer"),
                    f"there is no layer {custody.layer!r}",
                    _options(options),
                )
