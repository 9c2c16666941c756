"""
Print a hash of everything a city is made from, so that ./run loads it anew when any of it changes.

That is each file of the city folder, and each file elsewhere that its city.toml names by
``${ATLAS_REAL_DATA}/…``. What is wrong with the folder check_city says; here it only counts.

    python tools/city_hash.py FOLDER
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = re.compile(r"^\$\{(\w+)\}/(.+)$")


def city_hash(folder: Path, roots: Mapping[str, Path]) -> str:
    """
    Return the hash of a city folder and of what it names elsewhere.

    Parameters
    ----------
    folder
        The folder that holds ``city.toml``.
    roots
        What ``${NAME}`` stands for at the start of a path.
    """
    files = {str(file.relative_to(folder)): file for file in folder.rglob("*")}
    table = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
    for written in _paths(table):
        files |= _elsewhere(written, roots)
    whole = hashlib.sha256()
    for name, file in sorted(files.items()):
        if file.is_file():
            whole.update(f"{name}\0{_digest(file)}\n".encode())
    return whole.hexdigest()


def _paths(table: object) -> Iterator[str]:
    """Go through every ``path`` in a table, at whatever depth."""
    inner: list[object] = []
    if isinstance(table, list):
        inner = table
    elif isinstance(table, dict):
        inner = list(table.values())
        if isinstance(table.get("path"), str):
            yield table["path"]
    for one in inner:
        yield from _paths(one)


def _elsewhere(written: str, roots: Mapping[str, Path]) -> dict[str, Path]:
    """Return a file that lies elsewhere, with the companions of a shapefile."""
    named = ELSEWHERE.match(written)
    if named is None or named[1] not in roots:
        return {}
    file = roots[named[1]] / named[2]
    beside = [file]
    if file.suffix.lower() == ".shp":
        beside = list(file.parent.glob(f"{glob.escape(file.stem)}.*"))
    return {f"{written} {one.name}": one for one in beside}


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def main() -> int:
    """Print the hash, or say in one line why there is none."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atlas.settings")
    from spatial_data.importing.data_roots import data_roots  # noqa: PLC0415  needs the settings

    folder = Path(sys.argv[1])
    try:
        print(city_hash(folder, data_roots()))
    except (OSError, ValueError) as error:
        print(f"{folder}: cannot be read ({error})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
