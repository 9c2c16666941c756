from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def _listed() -> tuple[Path, ...]:
    # What a commit would hold: a new file counts before it is committed.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = (ROOT / os.fsdecode(name) for name in listed.split(b"\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@pytest.fixture(scope="session")
def files() -> tuple[Path, ...]:
    """Every file of the project."""
    return _listed()


@pytest.fixture(scope="session")
def texts(files) -> dict[str, str]:
    """Every text of the project by its path."""
    found = {}
    for file in files:
        content = file.read_bytes()
        if b"\0" not in content:
            found[str(file.relative_to(ROOT))] = content.decode()
    return found
