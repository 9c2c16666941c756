"""What is said of a zone whose score is known only as a class or as an interval."""

from __future__ import annotations

import re

import pytest

from atlas.web.panels import panel
from atlas.web.state import parse
from atlas.web.zones import find_zone

CLASS_ONLY, INTERVAL_ONLY = "N03", "N28"
PLACES = ["zones/{zone}/", "panel/?zone={zone}"]


def text_of(client, path) -> str:
    """Return what a page says, without its marks."""
    html = client.get(path).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Only the class is published: low need, 20 to 40 of 100."),
        ("fa", "فقط دسته منتشر می‌شود: نیاز کم، ۲۰ تا ۴۰ از ۱۰۰."),
    ],
)
def test_a_class_is_told_in_words(client, path, language, told) -> None:
    assert told in text_of(client, f"/{language}/{path.format(zone=CLASS_ONLY)}")


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "it could be anything between 40 and 90 of 100."),
        ("fa", "امتیاز می‌تواند هر عددی میان ۴۰ و ۹۰ از ۱۰۰ باشد."),
    ],
)
def test_an_interval_without_a_score_is_told_in_words(client, path, language, told) -> None:
    assert told in text_of(client, f"/{language}/{path.format(zone=INTERVAL_ONLY)}")


def test_of_withheld_reasons_nothing_is_claimed(client, edition) -> None:
    found = find_zone(edition, CLASS_ONLY)
    assert found
    own = panel(edition, parse({}, edition), *found)
    assert own.reasons == []
    assert "reach" not in text_of(client, f"/en/zones/{CLASS_ONLY}/").partition("How many")[0]
    assert "The reasons are withheld" in text_of(client, f"/en/zones/{CLASS_ONLY}/")


@pytest.mark.parametrize(("language", "told"), [("en", "(40 to 90)"), ("fa", "(۴۰ تا ۹۰)")])
def test_the_table_tells_the_interval(client, language, told) -> None:
    html = client.get(f"/{language}/table/").content.decode()
    row = re.search(rf'<tr data-zone="{INTERVAL_ONLY}".*?</tr>', html, re.DOTALL)
    assert row
    assert told in row[0]


@pytest.mark.parametrize(
    ("language", "mark"), [("en", "Robust high need"), ("fa", "نیاز زیاد پابرجا")]
)
def test_the_table_marks_robust_high_need_as_the_panel_does(
    client, edition, language, mark
) -> None:
    need = edition.need("neighbourhood")
    marks = zip(need["zones"], need["columns"]["robust"], strict=True)
    robust = {zone for zone, is_robust in marks if is_robust}
    html = client.get(f"/{language}/table/").content.decode()
    rows = dict(re.findall(r'<tr data-zone="(\w+)"(.*?)</tr>', html, re.DOTALL))
    assert robust
    assert {zone for zone, row in rows.items() if mark in row} == robust
    for zone in need["zones"][::5]:
        said = mark in client.get(f"/{language}/panel/?zone={zone}").content.decode()
        assert said == (zone in robust)


def test_what_robust_means_is_said_only_where_the_mark_stands(client) -> None:
    meaning = "among the worst in nearly all trials"
    assert meaning in text_of(client, "/en/table/")
    assert meaning not in text_of(client, "/en/table/?service=library")
    assert meaning not in text_of(client, "/en/table/?tier=district")
