"""Reads ``city.toml`` and checks it whole: each key, then what keys say about each other."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spatial_data.importing import key_checks
from spatial_data.importing.city_schema import CityTomlKeys, UnitsKeys
from spatial_data.importing.declared_keys import TableReader
from spatial_data.importing.toml_lines import key_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from spatial_data.importing.file_schema import FileKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.toml_lines import KeyPath

CITY_TOML = "city.toml"
_ROOT = re.compile(r"^\$\{(\w+)\}/(.+)$")


@dataclass(frozen=True, slots=True)
class CityFolder:
    """A city folder whose ``city.toml`` holds together; its files are not opened yet."""

    folder: Path
    keys: CityTomlKeys
    roots: Mapping[str, Path]
    lines: Mapping[KeyPath, int]

    def path(self, written: str) -> Path:
        """Find a file as ``city.toml`` writes it."""
        if root := _ROOT.match(written):
            return self.roots[root.group(1)] / root.group(2)
        return self.folder / written

    def files(self) -> Iterator[tuple[KeyPath, FileKeys | UnitsKeys]]:
        """Go through every table that names a file, with where it stands."""
        yield from key_checks.files(self.keys)
        for number, places in enumerate(self.keys.places):
            if places.units is not None and places.units.path:
                yield ("places", number, "units"), places.units


def read_city_toml(
    folder: Path, roots: Mapping[str, Path], findings: Findings
) -> CityFolder | None:
    """
    Return the city folder, or None with every fault of its ``city.toml`` in `findings`.

    Parameters
    ----------
    folder
        The folder that holds ``city.toml``.
    roots
        What ``${NAME}`` stands for at the start of a path.
    findings
        Where faults are gathered.
    """
    text = _text(folder, findings)
    if text is None:
        return None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        spot = re.search(r"line \d+", str(error))
        findings.fault(
            CITY_TOML,
            spot.group() if spot else "",
            f"this is not TOML: {error}",
            "see https://toml.io for the form",
        )
        return None
    lines = key_lines(text)
    reader = TableReader(CITY_TOML, lines, findings)
    keys = reader.read(CityTomlKeys, table)
    if keys is None:
        return None
    city = CityFolder(folder, keys, roots, lines)
    before = len(findings.faults)
    key_checks.check(keys, reader)
    _check_paths(city, reader)
    return city if len(findings.faults) == before else None


def _text(folder: Path, findings: Findings) -> str | None:
    try:
        return (folder / CITY_TOML).read_text(encoding="utf-8")
    except FileNotFoundError:
        findings.fault(
            CITY_TOML,
            "",
            f"there is no city.toml in {folder}",
            "name a folder that holds one; docs/city-folder.md says how",
        )
    except UnicodeDecodeError:
        findings.fault(CITY_TOML, "", "the file is not UTF-8 text", "save it as UTF-8")
    return None


def _check_paths(city: CityFolder, reader: TableReader) -> None:
    """Every file named is inside the folder or a known root, and is there."""
    for spot, file in city.files():
        where = (*spot, "path")
        root = _ROOT.match(file.path)
        if root and root.group(1) not in city.roots:
            reader.fault(
                where,
                f"{file.path}: {root.group(1)} is not set",
                f"known here: {', '.join(city.roots) or 'none'}",
            )
        elif file.path.startswith(("/", "$", "\\")) and not root:
            reader.fault(
                where,
                f"{file.path} is not relative to the folder",
                "put the file in the folder and write its name",
            )
        elif ".." in file.path.split("/"):
            reader.fault(
                where,
                f"{file.path} leads out of the folder",
                "put the file in the folder and write its name",
            )
        elif not city.path(file.path).is_file():
            reader.fault(
                where, f"there is no file {file.path}", "put it there, or correct the path"
            )
