"""What the tests of publishing can ask for."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import override_settings

from atlas.assessments.models import (
    PublishedCompleteness,
    PublishedContext,
    PublishedFigure,
    PublishedGradient,
    PublishedScore,
)
from atlas.publishing.operations import publish
from tests.integration.publishing.grid_city import NOON, GridCity


@pytest.fixture(autouse=True)
def editions(tmp_path, settings):
    """An empty folder of editions."""
    settings.ATLAS_EDITIONS = tmp_path / "editions"
    return settings.ATLAS_EDITIONS


@pytest.fixture
def grid(db) -> GridCity:  # noqa: ARG001 - its rows go when the test ends
    """The city of squares, assessed."""
    return GridCity()


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker, tmp_path_factory):  # noqa: ARG001 - the base
    """The city of squares once published, and its folder, for tests that only read."""
    editions = tmp_path_factory.mktemp("editions")
    with (
        django_db_blocker.unblock(),
        override_settings(ATLAS_EDITIONS=editions),
        transaction.atomic(),
    ):
        grid = GridCity()
        edition = publish(grid.city, at=NOON)
        yield grid, edition, editions / "grid" / str(edition)
        transaction.set_rollback(True)


@pytest.fixture
def leaving_no_rows(transactional_db):  # noqa: ARG001 - after the test it empties what it sees
    """Empty the published schema too: Django's own clearing looks only where it searches."""
    yield
    models = (PublishedFigure, PublishedScore, PublishedCompleteness)
    for model in (*models, PublishedContext, PublishedGradient):
        model.objects.all().delete()
