"""A small city's folder, and loading it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from spatial_data import operations
from tests.integration.spatial_data import small_folder

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 3, 21, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that can be loaded."""
    return small_folder.write(tmp_path / "small")


@pytest.fixture
def load(tmp_path: Path):
    """Load a folder; snapshots go to a folder of the test's own."""
    place = operations.LoadPlace({}, tmp_path / "snapshots")

    def run(folder: Path, at: datetime = AT) -> operations.LoadReport:
        return operations.load_city(folder, place, at=at)

    return run
