"""What the tests of the admin pages can ask for."""

from __future__ import annotations

import pytest
from django.test import Client

from atlas.bodies.models import User
from tests.integration.publishing.grid_city import GridCity


@pytest.fixture
def steward(db) -> User:  # noqa: ARG001 - its row goes when the test ends
    """Somebody who may do everything in the admin."""
    return User.objects.create_superuser("steward", password="seven plain words make a door")  # noqa: S106


@pytest.fixture
def desk(steward) -> Client:
    """The admin as the steward sees it."""
    client = Client()
    client.force_login(steward)
    return client


@pytest.fixture
def grid(db) -> GridCity:  # noqa: ARG001 - its rows go when the test ends
    """The city of squares, assessed."""
    return GridCity()
