from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from atlas.assessments.models import Edition, PublishedFigure
from atlas.publishing.operations import publish
from tests.integration.publishing.grid_city import NOON, GridCity

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("leaving_no_rows"),
]

KILLED_AT = """
import os, signal
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
from atlas.bodies.models import City
from atlas.publishing import operations
from tests.integration.publishing.grid_city import NOON
setattr(operations, os.environ["KILLED_AT"], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
operations.publish(City.objects.get(slug="grid"), at=NOON)
"""


def publish_and_be_killed_at(step, editions):
    """Publish in a process of its own that dies the moment it comes to `step`."""
    world = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "ATLAS_EDITIONS": str(editions),
        "KILLED_DATABASE": connection.settings_dict["NAME"],
        "KILLED_AT": step,
    }
    done = subprocess.run([sys.executable, "-c", KILLED_AT], env=world, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["write_rows", "write_files", "write_manifest"])
def test_killed_before_the_end_it_leaves_nothing_to_be_seen(editions, step):
    grid = GridCity()
    publish_and_be_killed_at(step, editions)
    assert not Edition.objects.exists()
    assert not PublishedFigure.objects.exists()
    assert not (editions / "grid").exists()
    publish(grid.city, at=NOON)
    assert (editions / "grid" / "1405.1" / "manifest.json").is_file()
    assert sorted(p.name for p in editions.iterdir()) == ["grid"]


@pytest.mark.parametrize("step", ["put_in_place", "make_current"])
def test_killed_after_the_rows_the_next_try_puts_the_same_edition_in_place(editions, step):
    grid = GridCity()
    publish_and_be_killed_at(step, editions)
    kept = Edition.objects.get()
    again = publish(grid.city, at=NOON)
    assert again == kept
    assert again.manifest_sha256 == kept.manifest_sha256
    assert (editions / "grid" / "current").read_text() == "1405.1\n"
    assert Edition.objects.count() == 1
