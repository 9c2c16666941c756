"""Puts an edition's folder in its place: whole, or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Deeper than an edition's own folder, so that nobody who looks for manifests finds one here.
_ASIDE = ".aside"
_CURRENT = "current"


@contextmanager
def aside(editions: Path, city_slug: str, name: str) -> Iterator[Path]:
    """
    Yield an empty folder to write an edition into; what is still in it afterwards is removed.

    What an earlier try that was killed left behind is removed first.
    """
    folder = editions / _ASIDE / city_slug / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for empty in (folder.parent, folder.parent.parent):
            with suppress(OSError):
                empty.rmdir()


def put_in_place(folder: Path, editions: Path, city_slug: str, name: str) -> Path:
    """Rename `folder` to ``<editions>/<city>/<name>`` and return it. An earlier one there goes."""
    home = editions / city_slug
    home.mkdir(parents=True, exist_ok=True)
    _sync_folders(folder)
    target = home / name
    if target.exists():
        shutil.rmtree(target)
    folder.rename(target)
    _sync(home)
    return target


def make_current(editions: Path, city_slug: str, name: str) -> None:
    """Write which edition the city shows now, in one step."""
    home = editions / city_slug
    waiting = home / f".{_CURRENT}"
    with waiting.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(home / _CURRENT)
    _sync(home)


def current(editions: Path, city_slug: str) -> str | None:
    """Return the name of the folder that the city shows now."""
    try:
        return (editions / city_slug / _CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _sync_folders(folder: Path) -> None:
    """Push the names of all files to the disk; their contents were pushed when written."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            _sync(path)
    _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
