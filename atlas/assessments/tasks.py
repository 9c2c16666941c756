"""Assessments as jobs: they survive the death of whoever works on them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import close_old_connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from atlas.bodies.models import City

if TYPE_CHECKING:
    from procrastinate import JobContext

LOG = logging.getLogger(__name__)
# A worker tells every ten seconds that it lives; one that has not for this long is dead.
SILENT_S = 30


@app.task(name="assess_city", retry=RetryStrategy(max_attempts=3, wait=10))
def assess_city(*, city_id: int, seed: int = 1) -> int:
    """Assess a city; the same inputs again give the assessment that is kept."""
    # Every start of Django imports this file; only who assesses needs the engine.
    from atlas.assessments.operations import run_assessment  # noqa: PLC0415

    # The thread may hold a connection from before the database was last restarted.
    close_old_connections()
    city = City.objects.get(pk=city_id)
    now = timezone.now()  # noqa: TID251 - a task is the edge
    return run_assessment(city, at=now, seed=seed).pk


def defer_assessment(city: City, *, seed: int = 1) -> int | None:
    """Have a city assessed; None if that is waiting to be done already."""
    lock = f"assess-{city.pk}"
    try:
        return assess_city.configure(lock=lock, queueing_lock=lock).defer(
            city_id=city.pk, seed=seed
        )
    except AlreadyEnqueued:
        return None


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled_jobs", queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Give jobs whose worker has died to another one; every task here may be begun anew."""
    manager = context.app.job_manager
    await manager.prune_stalled_workers(SILENT_S)
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        LOG.warning("job %s (%s) lost its worker and is begun anew", job.id, job.task_name)
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # The same is waiting to be done already: that one takes over, and gets the lock.
            await manager.finish_job(job, Status.FAILED, delete_job=False)
