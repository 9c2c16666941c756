"""Of a division that crosses the main one no service is told, and every page says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from atlas.web import questions
from atlas.web.edition import open_folder
from atlas.web.panels import panel
from atlas.web.state import State
from atlas.web.zones import find_zone

pytestmark = pytest.mark.django_db
CROSSING, MAIN = "half", ("district", "neighbourhood")


@pytest.fixture(scope="module")
def edition(published):
    return open_folder(published[2])


@pytest.fixture
def read(published, settings):
    folder = published[2]
    settings.ATLAS_EDITIONS = folder.parent.parent
    settings.ATLAS_HOME = "grid"
    return lambda path: Client().get(path).content.decode()


def reasons(edition, tier) -> set[str | None]:
    groups = edition.figures(tier, "play_space")["groups"]
    return {reason for columns in groups.values() for reason in columns["reason"]}


def test_its_figures_have_a_reason_of_their_own(edition) -> None:
    assert "crossing" in reasons(edition, CROSSING)
    assert "suppressed" not in reasons(edition, CROSSING)
    assert all("crossing" not in reasons(edition, tier) for tier in MAIN)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "not told of this division"), ("fa", "برای این تقسیم‌بندی گفته نمی‌شود")],
)
def test_its_table_for_people_has_that_reason_too(edition, language, told) -> None:
    def table(tier: str) -> str:
        file = edition.files[f"table/gaps-{tier}.{language}"]
        return (edition.folder / file.path).read_text(encoding="utf-8-sig")

    assert told in table(CROSSING)
    assert all(told not in table(tier) for tier in MAIN)


def test_its_zones_show_no_bars_and_no_notes_of_services(edition) -> None:
    there = find_zone(edition, "north")
    assert there
    tier, zone = there
    found = panel(edition, State(tier=tier), tier, zone)
    assert found.is_told_elsewhere
    assert (found.told, found.notes) == ([], [])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Of this division only the number of children and the class of need are told"),
        ("fa", "از این تقسیم‌بندی تنها شمار کودکان و دسته نیاز گفته می‌شود"),
    ],
)
def test_its_zones_say_why(read, language, told) -> None:
    page = read(f"/{language}/zones/north/")
    assert told in page
    assert 'class="key' not in page
    assert told not in read(f"/{language}/zones/N1/")


def test_its_table_of_needs_has_no_columns_of_services(read) -> None:
    head = "per cent served"
    assert head not in read(f"/en/table/?tier={CROSSING}")
    assert head in read("/en/table/?tier=neighbourhood")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "not told of this division"), ("fa", "برای این تقسیم‌بندی گفته نمی‌شود")],
)
def test_the_legend_and_the_table_of_a_service_say_so(read, language, told) -> None:
    query = f"?tier={CROSSING}&service=play_space"
    assert told in read(f"/{language}/{query}")
    assert told in read(f"/{language}/table/{query}")


def test_the_questions_are_answered_of_the_main_divisions_finest_zones(edition) -> None:
    asked = questions.questions(edition, CROSSING, None)
    assert {question.tier for question in asked} == {"neighbourhood"}
    of_main = questions.questions(edition, "neighbourhood", None)
    assert [question.answer for question in asked] == [question.answer for question in of_main]
    assert [question.tier for question in questions.questions(edition, "district", None)] == [
        "district"
    ] * len(asked)


def test_without_a_crossing_division_every_tier_tells_of_services(edition) -> None:
    alone = replace(edition, tiers=tuple(t for t in edition.tiers if t.code != CROSSING))
    assert alone.told_tier("district").code == "district"
    assert not any(alone.is_crossing(tier.code) for tier in alone.tiers)
