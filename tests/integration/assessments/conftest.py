"""What the assessments' tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atlas.assessments.standards.loading import load_standards
from tests.integration.assessments.small_town import NOON, SmallTown

if TYPE_CHECKING:
    from atlas.assessments.models import StandardSet


@pytest.fixture(autouse=True)
def cache(settings, tmp_path) -> None:
    """Keep built networks out of the project's own folder."""
    settings.ATLAS_CACHE = tmp_path / "cache"


@pytest.fixture
def standards(root) -> list[StandardSet]:
    return load_standards(root / "fixtures" / "standards", at=NOON)


@pytest.fixture
def town(standards) -> SmallTown:
    return SmallTown(standard=standards[1].code)
