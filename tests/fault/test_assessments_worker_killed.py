"""The job worker dies in the middle of an assessment: another one finishes it, once."""

from __future__ import annotations

import os
import signal

from tests.fault.held import WAITING, held, wait_for
from tests.integration.spatial_data import small_folder

LAST_TABLE = "assessments_cellplacement"
JOBS = "SELECT status FROM procrastinate_jobs WHERE task_name = 'assess_city' ORDER BY id"
KEPT = "SELECT count(*) FROM assessments_assessment"
PLACED = "SELECT count(*) FROM assessments_cellplacement"
DEFER = """
from atlas.assessments.tasks import defer_assessment
from atlas.bodies.models import City
print(defer_assessment(City.objects.get()), defer_assessment(City.objects.get()))
"""


def test_a_worker_killed_in_the_middle_leaves_nothing_and_another_finishes_its_job_once(
    migrated_cluster, tmp_path
) -> None:
    migrated_cluster.manage("load_standards")
    migrated_cluster.manage("load_city", small_folder.write(tmp_path / "small"))
    said = migrated_cluster.manage("shell", "-v", "0", "-c", DEFER).stdout.split()
    assert said[1] == "None", "the second job of the same city waits for nothing"

    with held(migrated_cluster, LAST_TABLE):
        worker = migrated_cluster.begin("procrastinate", "worker", "--name=first")
        # Everything before the last table is written, and nothing of it is committed.
        wait_for(migrated_cluster, WAITING.format(LAST_TABLE), "1")
        assert migrated_cluster.query(JOBS) == "doing"
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        # What the dead worker asked for must not be written once the table is free.
        migrated_cluster.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
    assert migrated_cluster.query(KEPT) == "0"

    worker = migrated_cluster.begin("procrastinate", "worker", "--name=second")
    try:
        wait_for(migrated_cluster, JOBS, "succeeded")
    finally:
        worker.terminate()
        worker.communicate()
    assert migrated_cluster.query(KEPT) == "1"
    assert int(migrated_cluster.query(PLACED)) > 0
