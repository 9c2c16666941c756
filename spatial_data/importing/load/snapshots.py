"""Keeps publishers' files as they came, by the hash of their content."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

CHUNK = 1 << 20
COMPANIONS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NO_DATE = (1980, 1, 1, 0, 0, 0)
READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file's hash, name and size, and where its bytes are to be had."""

    sha256: str
    name: str
    size: int
    path: Path


def fingerprint(path: Path) -> KeptFile:
    """Return the hash of a file; of a plain Shapefile, of all its parts together."""
    if path.suffix.lower() == ".shp":
        packed = _packed(path)
        digest = hashlib.sha256(packed).hexdigest()
        return KeptFile(digest, f"{path.stem}.shp.zip", len(packed), path)
    digest_of = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest_of.update(chunk)
    return KeptFile(digest_of.hexdigest(), path.name, path.stat().st_size, path)


def keep(file: KeptFile, folder: Path) -> Path:
    """Copy a file under its hash, written aside and renamed; what is kept never changes."""
    place = folder / file.sha256[:2] / file.sha256
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as aside:
        if file.path.suffix.lower() == ".shp":
            aside.write(_packed(file.path))
        else:
            with file.path.open("rb") as original:
                shutil.copyfileobj(original, aside, CHUNK)
        aside.flush()
        os.fsync(aside.fileno())
    written = Path(aside.name)
    written.chmod(READ_ONLY)
    written.replace(place)
    return place


def _packed(path: Path) -> bytes:
    """Pack the parts of a Shapefile the same way every time."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for suffix in COMPANIONS:
            part = path.with_suffix(suffix)
            if part.is_file():
                archive.writestr(ZipInfo(part.name, NO_DATE), part.read_bytes())
    return packed.getvalue()
