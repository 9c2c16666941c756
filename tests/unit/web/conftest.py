"""An edition of an invented city, and a client that reads its pages."""

from __future__ import annotations

import pytest
from django.test import Client

from atlas.web.edition import Edition, open_folder
from tests.browser.edition_fixture import write_edition


@pytest.fixture(scope="session")
def editions_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editions")
    write_edition(folder, ground=False)
    return folder


@pytest.fixture
def client(settings, editions_folder) -> Client:
    settings.ATLAS_EDITIONS = editions_folder
    settings.ATLAS_HOME = "sepidar"
    return Client()


@pytest.fixture(scope="session")
def edition(editions_folder) -> Edition:
    return open_folder(editions_folder / "sepidar" / "1405.1")
