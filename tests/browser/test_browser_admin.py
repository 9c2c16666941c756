from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from atlas.bodies.models import User
from spatial_data.models import ZoneVersion
from tests.browser.conftest import Watch
from tests.integration.publishing.grid_city import GridCity

PASSWORD = "seven plain words make a door"  # noqa: S105 - of the test's own account

# The browser's driver runs a loop in this thread, and the database is made while it does.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def desk(live_server, browser):
    """The admin in a browser, logged in; it may neither complain nor ask another host."""
    User.objects.create_superuser("steward", password=PASSWORD)
    GridCity()
    watch = Watch()
    context = browser.new_context()
    page = context.new_page()
    watch.over(page)
    page.goto(f"{live_server.url}/en/admin/login/")
    page.fill("#id_username", "steward")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_selector("#content-main")
    yield page
    context.close()
    assert watch.complaints == []
    assert {host for host in watch.hosts if host} == {urlsplit(live_server.url).netloc}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_admin_draws_a_zone_and_asks_nobody(desk, live_server, language) -> None:
    zone = ZoneVersion.objects.get(zone__code="N5")
    path = reverse("admin:spatial_data_zoneversion_change", args=[zone.pk])
    desk.goto(live_server.url + path.replace("/fa/", f"/{language}/"))
    desk.wait_for_selector(".leaflet-container path.leaflet-interactive")
    assert desk.locator(".leaflet-draw-toolbar a:visible").count() == 0
    assert desk.locator("input[type=submit]").count() == 0
