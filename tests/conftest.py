"""What every test can ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
MARKED_FOLDERS = ("browser", "fault", "real")
# Side by side, whichever file begins last decides when all are done: the longest begin first.
LONG_FILES = (
    "test_run_clean_clone.py",
    "test_browser_pages.py",
    "test_assessments_many_cities.py",
    "test_assessments_las_palmas.py",
    "test_engine_memory.py",
    "test_browser_map.py",
    "test_assessments_worker_killed.py",
    "test_spatial_data_load_killed.py",
    "test_fixtures_sample_city.py",
)
SHORTER = len(LONG_FILES)


def pytest_collection_modifyitems(items) -> None:
    """Mark a test by the folder it stands in, and let the longest files begin first."""
    for item in items:
        for folder in MARKED_FOLDERS:
            if item.path.is_relative_to(ROOT / "tests" / folder):
                item.add_marker(folder)
    begins = {name: number for number, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: begins.get(item.path.name, SHORTER))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):  # noqa: ARG001 - goes on from pytest-django's
    """Make the test database; before it is dropped, end what a browser's last request kept open."""
    # Without a test marked django_db among those chosen, none is made, and the connection still
    # leads to the city's own database.
    if connection.settings_dict["NAME"] != connection.settings_dict["TEST"]["NAME"]:
        pytest.fail("no test database was made: choose a test marked django_db along with these")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real cities' files; where it must be there (CI), its absence is a failure."""
    named = os.environ.get("ATLAS_REAL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder.resolve()
    if os.environ.get("CI") == "true":
        pytest.fail(f"no real cities' files in {folder}: set ATLAS_REAL_DATA")
    pytest.skip(f"no real cities' files in {folder}: set ATLAS_REAL_DATA")
