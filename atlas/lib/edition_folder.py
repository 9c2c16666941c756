"""Files of an edition, written so that their hash says whether they changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Enough of the hash to tell two contents of one role apart in an address.
_HASH_IN_NAME = 12


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that lies in an edition's folder, as the manifest lists it."""

    role: str
    path: str
    sha256: str
    bytes: int


def write_json(folder: Path, role: str, document: Mapping[str, object]) -> WrittenFile:
    """Write `document` as ``<role>.<hash>.json``: the same content gives the same bytes."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return write_hashed(folder, role, text.encode(), "json")


def write_hashed(folder: Path, role: str, content: bytes, ending: str) -> WrittenFile:
    """Write `content` as ``<role>.<hash>.<ending>``."""
    digest = hashlib.sha256(content).hexdigest()
    return write_as(folder, role, content, f"{role}.{digest[:_HASH_IN_NAME]}.{ending}")


def write_as(folder: Path, role: str, content: bytes, path: str) -> WrittenFile:
    """Write `content` at `path` under `folder` and push it to the disk."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return WrittenFile(role, path, hashlib.sha256(content).hexdigest(), len(content))
