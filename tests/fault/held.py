"""A table held by somebody else: who writes to it waits, with everything before it written."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.fault.conftest import PATIENCE_S
from tools import cluster as clusters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fault.conftest import BreakableCluster

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{}'::regclass"
# The server does not notice that whoever asked for the lock has gone: it sleeps on.
LET_GO = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE relation = '{}'::regclass AND granted AND mode = 'AccessExclusiveLock'
"""


def hold(breakable: BreakableCluster, table: str) -> subprocess.Popen[bytes]:
    """Hold a table until the server or the process ends, or somebody lets it go."""
    program = clusters.newest_binaries() / "psql"
    cluster = breakable.cluster
    statement = f"BEGIN; LOCK TABLE {table}; SELECT pg_sleep({2 * PATIENCE_S})"
    return subprocess.Popen(
        [program, "-h", cluster.socket, "-U", cluster.owner, "-Atc", statement, "atlas"],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def held(breakable: BreakableCluster, table: str) -> Iterator[None]:
    """Hold a table for as long as the block runs."""
    holder = hold(breakable, table)
    try:
        yield
    finally:
        holder.terminate()
        holder.wait()
        breakable.query(LET_GO.format(table))


def wait_for(breakable: BreakableCluster, statement: str, answer: str) -> None:
    """Wait until the database answers so."""
    latest = time.monotonic() + PATIENCE_S
    while breakable.query(statement) != answer:
        assert time.monotonic() < latest, f"{statement}: {breakable.query(statement)}"
        time.sleep(0.2)
