"""Assessments as jobs: one a city at a time, and none lost with its worker."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from atlas.assessments import tasks
from atlas.assessments.models import Assessment
from atlas.assessments.standards.loading import load_standards
from tests.integration.assessments.small_town import NOON, SmallTown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(root):
    load_standards(root / "fixtures" / "standards", at=NOON)
    return SmallTown()


def test_a_job_takes_ids_only_and_gives_the_assessment(town):
    assert tasks.defer_assessment(town.city) is not None
    job = ProcrastinateJob.objects.filter(task_name="assess_city").latest("id")
    assert job.args == {"city_id": town.city.pk, "seed": 1}
    assert tasks.assess_city(**job.args) == Assessment.objects.get().pk


def test_the_same_job_twice_gives_one_assessment(town):
    first = tasks.assess_city(city_id=town.city.pk)
    assert tasks.assess_city(city_id=town.city.pk) == first
    assert Assessment.objects.count() == 1


def test_a_city_waits_once(town):
    assert tasks.defer_assessment(town.city) is not None
    assert tasks.defer_assessment(town.city) is None
    other = SmallTown(slug="other-town")
    assert tasks.defer_assessment(other.city) is not None
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name="assess_city")
    locks = [job.queueing_lock for job in waiting if job.args["city_id"] >= town.city.pk]
    assert sorted(locks) == sorted(f"assess-{city.pk}" for city in (town.city, other.city))


def test_stalled_jobs_are_looked_for_every_minute():
    periodic = {task.name: task for task in app.tasks.values()}["retry_stalled_jobs"]
    assert periodic.queueing_lock == "retry_stalled_jobs"
    crons = [one.cron for one in app.periodic_registry.periodic_tasks.values()]
    assert "* * * * *" in crons
