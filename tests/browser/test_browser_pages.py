from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE

PAGES = {
    "map": "/{language}/",
    "zone panel": "/{language}/?zone=N05&service=play_space",
    "table": "/{language}/table/",
    "table of a service": "/{language}/table/?service=library&band=6-11",
    "zone": "/{language}/zones/N05/",
    "zone without a score": "/{language}/zones/N20/",
    "zone known by its class": "/{language}/zones/N03/",
    "zone known by an interval": "/{language}/zones/N28/",
    "data": "/{language}/data/",
}


# Each two of language, theme and size meet once on every page.
@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [
        ("fa", "light", PHONE),
        ("fa", "dark", DESKTOP),
        ("en", "light", DESKTOP),
        ("en", "dark", PHONE),
    ],
    ids=["fa-light-phone", "fa-dark-desktop", "en-light-desktop", "en-dark-phone"],
)
@pytest.mark.parametrize("page_name", PAGES)
def test_axe_finds_nothing(visit, faults_of, page_name, language, theme, size) -> None:
    page = visit(PAGES[page_name].format(language=language), size=size, theme=theme)
    assert faults_of(page) == []


@pytest.mark.parametrize("query", ["", "?service=play_space", "?service=library&band=6-11&sex=boy"])
def test_the_table_twin_says_what_the_map_shows(visit, query) -> None:
    page = visit(f"/en/{query}")
    painted = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('path.zone')]"
        ".map((p) => [p.dataset.zone, [p.dataset.class, p.getAttribute('aria-label')]]))"
    )
    page.locator(".top nav [data-to=table]").click()
    page.wait_for_url("**/table/**")
    rows = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('tr[data-zone]')].map((r) =>"
        " [r.dataset.zone, [r.dataset.class, r.querySelector('[data-value]')?.textContent]]))"
    )
    assert len(rows) == 40
    assert {zone: row[0] for zone, row in rows.items()} == {z: p[0] for z, p in painted.items()}
    for zone, (_, value) in rows.items():
        assert value is None or f" {value} of 100" in painted[zone][1]


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("N05", None),
        ("N03", {"fa": "نیاز کم، ۲۰ تا ۴۰ از ۱۰۰", "en": "low need, 20 to 40 of 100"}),
        ("N28", {"fa": "میان ۴۰ و ۹۰ از ۱۰۰", "en": "between 40 and 90 of 100"}),
    ],
    ids=["a score", "a class", "an interval"],
)
def test_a_zones_page_prints_on_one_sheet_and_tells_what_is_known(visit, zone, told) -> None:
    for language in ("fa", "en"):
        for theme in ("light", "dark"):
            page = visit(f"/{language}/zones/{zone}/", theme=theme)
            sheet = page.pdf(prefer_css_page_size=True, print_background=True)
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
            assert re.search(rb"/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", sheet)
            if told:
                page.emulate_media(media="print")
                assert told[language] in page.locator(".strip").inner_text()


@pytest.mark.parametrize(
    ("language", "mark"), [("fa", "نیاز زیاد پابرجا"), ("en", "Robust high need")]
)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_table_marks_what_the_panel_marks(visit, language, mark, size) -> None:
    table = visit(f"/{language}/table/", size=size)
    marked = table.locator("tr[data-zone]:has(.robust)")
    assert marked.locator(".robust").first.inner_text() == mark
    first = marked.first.get_attribute("data-zone")
    panel = visit(f"/{language}/?zone={first}", size=size)
    assert panel.locator("[data-panel] .robust").inner_text() == mark


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("page_name", PAGES)
def test_no_page_is_wider_than_its_window(visit, page_name, size) -> None:
    page = visit(PAGES[page_name].format(language="fa"), size=size)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_a_script_the_table_and_the_zones_are_whole(visit) -> None:
    page = visit("/fa/table/?service=play_space", java_script_enabled=False)
    assert page.locator("tr[data-zone]").count() == 40
    page.locator("[data-sentence] select[name=service]").select_option("library")
    page.locator("[data-sentence] button").click()
    page.wait_for_url("**service=library**")
    page.locator("tr[data-zone] a").first.click()
    page.wait_for_url("**/zones/**")
    assert page.locator(".split").count() >= 6
    start = visit("/fa/?zone=N05", java_script_enabled=False)
    assert start.locator("[data-zone-title]").count() == 1


def test_downloads_hold_the_figures_shown(visit, address) -> None:
    page = visit("/en/table/?service=play_space&band=6-11")
    shown = {
        row.get_attribute("data-zone"): row.locator("td").nth(1).inner_text()
        for row in page.locator("tr[data-zone]").all()
    }
    text = page.request.get(f"{address}/en/figures.csv?service=play_space&band=6-11").text()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {r["zone"]: r["children"] for r in rows} == {
        z: c.replace(",", "") for z, c in shown.items()
    }
    assert {r["band"] for r in rows} == {"6-11"}
    answer = page.request.get(f"{address}/en/figures.geojson?service=play_space&band=6-11").text()
    features = json.loads(answer)["features"]
    assert {f["id"]: str(f["properties"]["children"]) for f in features} == {
        r["zone"]: r["children"] for r in rows
    }


def test_the_language_keeps_the_view(visit) -> None:
    page = visit("/fa/")
    page.locator("[data-sentence] select[name=service]").select_option("library")
    page.locator("[data-language]").click()
    page.wait_for_url("**/en/?service=library**")
    page.wait_for_selector("[data-map][data-ready]")


def test_persian_pages_write_persian_digits(visit) -> None:
    for path in ("/fa/", "/fa/?zone=N05", "/fa/table/", "/fa/zones/N05/"):
        text = visit(path).locator("main").inner_text()
        assert re.findall(r"(?<![A-Za-z])[0-9]+", text) == [], path


def test_an_invented_city_says_so_on_every_page(visit) -> None:
    for path in PAGES.values():
        page = visit(path.format(language="en"))
        assert "invented city" in page.locator(".notice").first.inner_text()
    assert visit("/en/cities/plain/table/").locator("body > .notice").count() == 0
