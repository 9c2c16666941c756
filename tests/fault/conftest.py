"""A cluster of their own for the tests that break one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import cluster as clusters

ROOT = Path(__file__).resolve().parents[2]
DEATH_WAIT_S = 20
PATIENCE_S = 300
"""How long a step may take before it counts as hung: twenty times what it takes on two cores."""


@dataclass
class BreakableCluster:
    """A PostGIS cluster that may be killed, and Django's commands that use it."""

    folder: Path
    cluster: clusters.Cluster

    @property
    def environment(self) -> dict[str, str]:
        """What a program of ours needs to use this cluster and folders of its own."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": self.cluster.address,
            "ATLAS_EDITIONS": str(self.folder / "editions"),
            "ATLAS_SNAPSHOTS": str(self.folder / "snapshots"),
            "ATLAS_CACHE": str(self.folder / "cache"),
        }

    def manage(self, *words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if check and done.returncode:
            pytest.fail(f"{words[0]} failed:\n{done.stdout}\n{done.stderr}")
        return done

    def begin(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a management command and go on."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def query(self, statement: str) -> str:
        """Return what psql answers, one row a line, columns parted by |."""
        program = clusters.newest_binaries() / "psql"
        cluster = self.cluster
        done = subprocess.run(
            [program, "-h", cluster.socket, "-U", cluster.owner, "-Atc", statement, "atlas"],
            cwd="/",
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    @property
    def postmaster(self) -> int:
        """The process number of the server's first process."""
        return int((self.cluster.data / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut would."""
        first = self.postmaster
        pids = [first, *children_of(first)]
        for pid in pids:
            with suppress(ProcessLookupError):  # a child that saw its parent die may be gone
                os.kill(pid, signal.SIGKILL)
        latest = time.monotonic() + DEATH_WAIT_S
        while any(_is_alive(pid) for pid in pids):
            assert time.monotonic() < latest, "the killed server is still there"
            time.sleep(0.05)

    def start(self) -> None:
        """Start the server, which recovers by itself."""
        clusters.start(self.folder)


def children_of(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def breakable_cluster(tmp_path_factory):
    """A new cluster with an empty database."""
    folder = tmp_path_factory.mktemp("cluster")
    try:
        yield BreakableCluster(folder, clusters.start(folder))
    finally:
        clusters.remove(folder)


@pytest.fixture
def migrated_cluster(breakable_cluster):
    """A new cluster whose database has every table."""
    breakable_cluster.manage("migrate", "-v", "0")
    return breakable_cluster
