"""What a stranger does first: clone, run the tests."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools import cluster as clusters

ROOT = Path(__file__).resolve().parents[2]
# The tests within the clone must not clone again.
INSIDE = "ATLAS_TEST_IN_CLONE"
# The clone lies elsewhere: what is beside this tree is not beside it.
REAL_DATA = os.environ.get("ATLAS_REAL_DATA", str(ROOT.parent / "shared" / "data"))


@pytest.mark.skipif(INSIDE in os.environ, reason="this already is the clone")
def test_a_fresh_clone_passes_its_unit_tests_by_one_command(tmp_path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--no-local", ROOT, clone], check=True)
    inherited = {k: v for k, v in os.environ.items() if not _is_ours(k)}
    try:
        # It shows that the set-up is whole; what is tried on many examples was tried outside.
        done = subprocess.run(
            ["./run", "tests", "-n", "auto", "-m", "not large and not hypothesis", "tests/unit"],
            cwd=clone,
            env={**inherited, INSIDE: "yes", "ATLAS_REAL_DATA": REAL_DATA},
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        passed = re.search(r"(\d+) passed", done.stdout)
        assert passed, done.stdout[-2000:]
        assert int(passed[1]) > 1000
        status = ["git", "status", "--porcelain"]
        assert subprocess.run(status, cwd=clone, capture_output=True, check=True).stdout == b""
    finally:
        clusters.remove(clone / ".local")


def _is_ours(name: str) -> bool:
    return name.startswith(("ATLAS_", "DJANGO_", "PYTEST_")) or name in {
        "DATABASE_URL",
        "VIRTUAL_ENV",
        "NUMBA_CACHE_DIR",
        "COV_CORE_SOURCE",
    }
