from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.urls import reverse

from atlas.publishing.operations import publish
from spatial_data.models import Correction, PlaceVersion, StreetPiece, ZoneVersion
from tests.integration.publishing.grid_city import NOON

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
IN_STYLE = re.compile(r"""(?:url\(|@import\s+)["']?\s*(https?:)?//""")


class Page(HTMLParser):
    """What a page loads as it opens, and its scripts without a nonce."""

    def __init__(self, response) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[dict[str, str | None]] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if address := found.get(LOADED.get(tag, "")):
            self.loads.append(address)
        elif tag == "script" and found.get("type") != "application/json":
            self.inline.append(found)


def open_page(desk, address) -> Page:
    response = desk.get(address)
    assert response.status_code == 200, address
    return Page(response)


def assert_stays_home(page, address):
    for loaded in page.loads:
        assert urlsplit(loaded).netloc == "", f"{address} loads {loaded}"
        if loaded.endswith(".css"):
            style = finders.find(loaded.removeprefix("/static/"))
            assert style, loaded
            with open(style, encoding="utf-8") as file:  # noqa: PTH123 - a path as text
                assert not IN_STYLE.search(file.read()), loaded
    for script in page.inline:
        assert script.get("nonce"), f"{address} has a script that the policy would stop"


def rows_of(grid, tmp_path, settings):
    settings.ATLAS_EDITIONS = tmp_path
    publish(grid.city, at=NOON)
    for model, page in sorted(admin.site._registry.items(), key=lambda item: str(item[0])):
        row = page.model._default_manager.first()
        yield model._meta, row


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_admin_page_loads_anything_from_another_host(desk, grid, tmp_path, settings, language):
    opened = 0
    for page in ("admin:index", "admin:password_change"):
        address = reverse(page).replace("/fa/", f"/{language}/")
        assert_stays_home(open_page(desk, address), address)
    for meta, row in rows_of(grid, tmp_path, settings):
        name = f"admin:{meta.app_label}_{meta.model_name}"
        addresses = [reverse(f"{name}_changelist"), reverse(f"{name}_changelist") + "?q=1"]
        if row is not None:
            addresses.append(reverse(f"{name}_change", args=[row.pk]))
        for address in addresses:
            spoken = address.replace("/fa/", f"/{language}/")
            assert_stays_home(open_page(desk, spoken), spoken)
            opened += 1
    assert opened > 80


@pytest.mark.django_db
def test_the_login_page_loads_nothing_from_another_host(client):
    for language in ("fa", "en"):
        address = f"/{language}/admin/login/"
        assert_stays_home(open_page(client, address), address)


def test_every_model_of_ours_is_searched():
    for model, page in admin.site._registry.items():
        if model._meta.app_label in {"bodies", "spatial_data", "assessments"}:
            assert page.search_fields, model


@pytest.mark.usefixtures("grid")
@pytest.mark.parametrize("model", [ZoneVersion, PlaceVersion, StreetPiece])
def test_a_version_row_is_drawn_and_cannot_be_sent_back(desk, model):
    row = model.objects.first()
    address = reverse(f"admin:spatial_data_{model._meta.model_name}_change", args=[row.pk])
    page = desk.get(address).content.decode()
    assert "modifiable = false" in page
    assert 'type="submit"' not in page.split('id="content-main"')[1].split('id="footer"')[0]
    assert desk.post(address, {"names": '{"en": "Mine"}'}).status_code == 403
    assert desk.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.names != {"en": "Mine"}


def test_names_are_found_however_they_are_typed(desk, grid):
    grid.place("P9", "library", (0.2, 0.2), names={"fa": "کتابخانه یاس"})
    PlaceVersion.objects.filter(place__code="P9").update(folded_names="کتابخانه یاس")
    address = reverse("admin:spatial_data_placeversion_changelist")
    found = desk.get(address, {"q": "كتابخانه ياس"}).content.decode()
    assert "P9" in found
    assert "P2" not in found.split('id="result_list"')[1]


def test_a_correction_is_made_by_who_sends_it(desk, steward, grid):
    place = PlaceVersion.objects.get(place__code="P2").place
    sent = {"place": place.pk, "field": "status", "before": '"open"', "after": '"closed"'}
    answer = desk.post(reverse("admin:spatial_data_correction_add"), {**sent, "why": "Seen."})
    assert answer.status_code == 302
    kept = Correction.objects.get()
    assert (kept.city, kept.made_by, kept.after) == (grid.city, steward, "closed")
    assert kept.made_at is not None


def test_a_correction_is_withdrawn_and_then_history(desk, steward, grid):
    place = PlaceVersion.objects.get(place__code="P2").place
    kept = Correction.objects.create(
        city=grid.city, place=place, field="status", made_by=steward, made_at=NOON, why="Seen."
    )
    sent = {"action": "withdraw", "_selected_action": [kept.pk]}
    desk.post(reverse("admin:spatial_data_correction_changelist"), sent)
    kept.refresh_from_db()
    assert kept.withdrawn_by == steward
    address = reverse("admin:spatial_data_correction_change", args=[kept.pk])
    desk.post(address, {"why": "Changed my mind."})
    kept.refresh_from_db()
    assert kept.why == "Seen."
    assert desk.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_citys_names_change_and_its_key_does_not(desk, grid):
    address = reverse("admin:bodies_city_change", args=[grid.city.pk])
    form = {
        "names": '{"fa": "شهر نو", "en": "New"}',
        "slug": "other",
        "timezone": "Asia/Tehran",
        "calendar": "jalali",
        "languages": "fa,en",
        "standard": "",
    }
    assert desk.post(address, form).status_code == 302
    grid.city.refresh_from_db()
    assert grid.city.slug == "grid"
    assert grid.city.names["en"] == "New"
    assert "new" in grid.city.folded_names
