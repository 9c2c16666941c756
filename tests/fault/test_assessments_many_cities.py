"""Many cities at once: a killed worker loses none of them, and no digit depends on who works."""

from __future__ import annotations

import csv
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fault.conftest import PATIENCE_S, ROOT, BreakableCluster, children_of
from tests.fault.held import WAITING, held, wait_for
from tests.fault.test_assessments_worker_killed import LAST_TABLE
from tests.integration.spatial_data import small_folder
from tools import cluster as clusters

SLUGS = ("small-0", "small-1", "small-2")
RENAMED = """
    UPDATE spatial_data_activelayer AS active SET layer = '{}' FROM bodies_city AS city
    WHERE city.id = city_id AND slug = 'small-2' AND layer = '{}'
"""
DIGEST = """
    SELECT slug, md5(string_agg(line, ';' ORDER BY line)) FROM (
        SELECT slug, concat_ws(' ', zone.code, service, band, sex, served_micro, full_micro,
                               out_micro, unknown_micro, short_micro, flags) AS line
        FROM assessments_result AS result
        JOIN assessments_assessment AS one ON one.id = assessment_id
        JOIN bodies_city AS city ON city.id = one.city_id
        JOIN spatial_data_zone AS zone ON zone.id = zone_id
        UNION ALL
        SELECT slug, concat_ws(' ', zone.code, need, lowest, highest, rank)
        FROM assessments_score JOIN assessments_assessment AS one ON one.id = assessment_id
        JOIN bodies_city AS city ON city.id = one.city_id
        JOIN spatial_data_zone AS zone ON zone.id = zone_id
    ) AS lines GROUP BY slug ORDER BY slug
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster with a few small cities, each with other children."""
    folder = tmp_path_factory.mktemp("cluster")
    try:
        cluster = BreakableCluster(folder, clusters.start(folder))
        cluster.manage("migrate", "-v", "0")
        cluster.manage("shell", "-v", "0", "-c", each("load_city", *map(str, write_cities(folder))))
        yield cluster
    finally:
        clusters.remove(folder)


@pytest.fixture(scope="module")
def one_by_one(cluster) -> str:
    """What every city's figures hash to when they are assessed one by one in one process."""
    cluster.manage("shell", "-v", "0", "-c", each("assess", *SLUGS))
    return cluster.query(DIGEST)


@pytest.fixture
def cities(cluster, one_by_one):  # noqa: ARG001 - made first, then forgotten by the database
    """The cluster, with no assessment kept."""
    cluster.query("TRUNCATE assessments_assessment CASCADE")
    return cluster


def each(command: str, *arguments: str) -> str:
    """A program that runs one command for each argument."""
    call = f"call_command({command!r}, argument)"
    return (
        "from django.core.management import call_command\n"
        f"for argument in {list(arguments)}: {call}"
    )


def write_cities(folder: Path) -> list[Path]:
    folders = []
    for number, slug in enumerate(SLUGS):
        city = small_folder.write(folder / slug)
        toml = small_folder.CITY_TOML.replace('slug = "small"', f'slug = "{slug}"')
        (city / "city.toml").write_text(toml, encoding="utf-8")
        counts = small_folder.COUNTS.replace("B0,10", f"B0,{10 + 7 * number}")
        (city / "counts.csv").write_text(counts, encoding="utf-8")
        folders.append(city)
    return folders


def workers_of(process: subprocess.Popen) -> list[int]:
    """The spawned processes of a command."""
    return [
        pid
        for pid in children_of(process.pid)
        if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()
    ]


def test_a_worker_killed_in_the_middle_loses_no_city_and_changes_no_digit(
    cities, one_by_one, tmp_path
) -> None:
    report = tmp_path / "costs.csv"
    with held(cities, LAST_TABLE):
        everyone = cities.begin("assess", "--all", "--workers", "2", "--report", report)
        wait_for(cities, WAITING.format(LAST_TABLE), "2")
        os.kill(workers_of(everyone)[0], signal.SIGKILL)
    said, _ = everyone.communicate(timeout=PATIENCE_S)
    assert everyone.returncode == 0, said
    assert f"{len(SLUGS)} cities assessed" in said
    with report.open(encoding="utf-8") as handle:
        costs = list(csv.DictReader(handle))
    assert sorted(cost["city"] for cost in costs) == list(SLUGS)
    assert all(float(cost["seconds"]) > 0 and int(cost["rows"]) > 0 for cost in costs)
    assert cities.query(DIGEST) == one_by_one


def test_dask_gives_the_same_digits_even_when_a_worker_of_it_dies(cities, one_by_one) -> None:
    address = f"tcp://127.0.0.1:{_free_port()}"
    started = [_dask(cities, "scheduler", "--host", address, "--no-dashboard")]
    try:
        for _ in range(2):
            one = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
            started.append(_dask(cities, "worker", address, *one))
        with held(cities, LAST_TABLE):
            everyone = cities.begin("assess", "--all", "--scheduler", address)
            wait_for(cities, WAITING.format(LAST_TABLE), "2")
            started[1].kill()
        said, _ = everyone.communicate(timeout=PATIENCE_S)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
    assert everyone.returncode == 0, said
    assert cities.query(DIGEST) == one_by_one


def test_a_scheduler_that_does_not_answer_is_named(cities) -> None:
    address = f"tcp://127.0.0.1:{_free_port()}"
    done = cities.manage("assess", "--all", "--scheduler", address, check=False)
    assert done.returncode != 0
    assert address in done.stderr
    assert cities.query(DIGEST) == ""


def test_a_city_that_is_refused_is_named_and_the_others_are_assessed(cities, one_by_one) -> None:
    cities.query(RENAMED.format("away", "streets"))
    done = cities.manage("assess", "--all", check=False)
    cities.query(RENAMED.format("streets", "away"))
    assert done.returncode != 0
    assert "1 of 3 cities were not assessed" in done.stderr
    assert "small-2" in done.stderr
    assert "streets" in done.stderr
    assert "2 cities assessed" in done.stdout
    assert cities.query(DIGEST).splitlines() == one_by_one.splitlines()[:2]


def _dask(cities, kind: str, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
        cwd=ROOT,
        env=cities.environment | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
