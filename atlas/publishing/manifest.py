"""The manifest: what an edition is, and every file of it by role, hash and size."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from atlas.lib.edition_folder import write_as

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from atlas.assessments.models import Edition
    from atlas.lib.edition_folder import WrittenFile

MANIFEST = "manifest.json"


def write_manifest(edition: Edition, files: Iterable[WrittenFile], folder: Path) -> WrittenFile:
    """
    Write the manifest of an edition whose files lie in `folder`.

    Parameters
    ----------
    edition
        With what it says of itself.
    files
        Everything written, each role once.
    folder
        The edition's folder.

    Returns
    -------
    manifest
        Its hash stands for the whole edition: it holds the hash of every other file.
    """
    about = dict(edition.about)
    document = {
        **about,
        "edition": {
            "label": edition.label,
            "revision": edition.revision,
            "published_at": edition.published_at.isoformat(),
            "reference_date": about["reference_date"],
            "standard": about["standard"],
        },
        "files": [asdict(file) for file in sorted(files, key=lambda file: file.role)],
    }
    # Sorted keys: the database does not keep the order in which `about` was put together.
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return write_as(folder, "manifest", f"{text}\n".encode(), MANIFEST)
