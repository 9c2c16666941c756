"""What the first view weighs and waits for, in bytes and files: seconds are the machine's."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from urllib.parse import urlsplit

import brotli
import pytest

from tests.browser.conftest import PHONE

MOST_BYTES = 215_000
MOST_FILES = 18
# What is on its way to the reader before the zones have their colours.
MOST_BYTES_TO_COLOURS = 80_000
PLAIN = re.compile(r"text/|javascript|json|svg")
ADDRESSES = re.compile(r'(?:href|src)="(/[^"#]+)')
INSIDE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# Beside the page itself.
NEEDED_TO_DRAW = {"site.css"}
IS_DRAWN = """() =>
  performance.getEntriesByType("paint").some((paint) => paint.name === "first-contentful-paint")"""
ARE_COLOURED = "(zones) => document.querySelectorAll('path.zone[data-class]').length === zones"
HAS_LETTERS = "() => localStorage.getItem('letters') === 'here'"
LETTERS = """() => [...document.querySelectorAll("body *")]
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()))
  .filter((e) => e.checkVisibility())
  .map((e) => getComputedStyle(e).fontFamily)"""
LANGUAGES = pytest.mark.parametrize("language", ["fa", "en"])


def name_of(url: str) -> str:
    """Return the last part of an address."""
    return urlsplit(url).path.rpartition("/")[2]


@pytest.fixture
def visit_with_only(visit):
    """Open a page to which only some files come; the others are waited for in vain."""
    pages, waiting = [], []

    def open_page(path, is_wanted):
        def answer(route) -> None:
            request = route.request
            if request.is_navigation_request() or is_wanted(urlsplit(request.url).path):
                route.continue_()
            else:
                waiting.append(route)

        page = visit(
            path, size=PHONE, before=lambda page: page.route("**/*", answer), until="commit"
        )
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.goto("about:blank")
    for route in waiting:
        route.abort()


@pytest.fixture
def first_view(visit):
    """Answer what a phone gets for the first view: name and bytes of each file, in their order."""

    def of(path: str) -> list[tuple[str, int]]:
        answers = []

        def keep(answer) -> None:
            answers.append(answer)

        page = visit(path, size=PHONE, before=lambda page: page.on("response", keep))
        page.wait_for_selector(".map.lettered")
        page.wait_for_load_state("networkidle")
        return [(urlsplit(answer.url).path, weight(answer)) for answer in answers]

    return of


def weight(answer) -> int:
    """Return the bytes of an answer as a production server sends it over TLS."""
    body, kind = answer.body(), answer.headers.get("content-type", "")
    if "html" in kind:
        return len(gzip.compress(body))
    return len(brotli.compress(body)) if PLAIN.search(kind) else len(body)


@LANGUAGES
def test_the_first_view_is_light(first_view, language) -> None:
    sizes = first_view(f"/{language}/")
    names = {name_of(path) for path, _ in sizes}
    assert {"map_page.js", "basemap.js", "site.css"} <= names
    assert sum(size for _, size in sizes) <= MOST_BYTES, sizes
    assert len(sizes) <= MOST_FILES, sizes


@LANGUAGES
def test_little_stands_before_the_colours(first_view, client, language) -> None:
    named = set(ADDRESSES.findall(client.get(f"/{language}/").content.decode()))
    page = f"/{language}/"
    sizes = [size for path, size in first_view(page) if path in named or path == page]
    assert sum(sizes) <= MOST_BYTES_TO_COLOURS, sizes


@pytest.mark.parametrize("path", ["/fa/", "/en/table/", "/fa/zones/N99/"])
def test_a_page_holds_one_script_and_its_policy_names_that_one(client, path) -> None:
    answer = client.get(path)
    scripts = INSIDE.findall(answer.content.decode())
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer["Content-Security-Policy"]


@LANGUAGES
def test_a_page_is_drawn_from_itself_and_its_style(visit_with_only, language) -> None:
    page = visit_with_only(f"/{language}/", lambda path: name_of(path) in NEEDED_TO_DRAW)
    page.wait_for_function(IS_DRAWN)
    for part in ("h1", ".question", "[data-legend]", "[data-sentence]"):
        assert page.locator(part).first.is_visible(), part


@pytest.mark.parametrize(
    ("query", "zones"), [("", 40), ("?service=library&band=6-11", 40), ("?tier=district", 4)]
)
def test_the_map_is_coloured_from_files_that_the_page_itself_names(
    visit_with_only, client, query, zones
) -> None:
    named = set(ADDRESSES.findall(client.get(f"/fa/{query}").content.decode()))
    page = visit_with_only(f"/fa/{query}", lambda path: path in named)
    page.wait_for_function(ARE_COLOURED, arg=zones)


@LANGUAGES
def test_letters_are_asked_for_after_all_that_colours_the_map(visit, language) -> None:
    asked = []
    page = visit(
        f"/{language}/", before=lambda page: page.on("request", lambda r: asked.append(r.url))
    )
    page.wait_for_selector(".map.lettered")
    letters = [i for i, url in enumerate(asked) if url.endswith(".woff2")]
    colours = [i for i, url in enumerate(asked) if "/zones/" in url or "/values/" in url]
    assert letters
    assert colours
    assert max(colours) < min(letters)
    assert page.locator("link[as=font]").count() == 0


@LANGUAGES
def test_the_ground_is_asked_for_after_all_that_colours_the_map(visit, language) -> None:
    asked = []
    visit(f"/{language}/", before=lambda page: page.on("request", lambda r: asked.append(r.url)))
    ground = [i for i, url in enumerate(asked) if "basemap." in url]
    colours = [i for i, url in enumerate(asked) if "/zones/" in url or "/values/" in url]
    assert ground
    assert colours
    assert max(colours) < min(ground)


@pytest.mark.parametrize("path", ["/fa/", "/en/", "/fa/table/", "/fa/zones/N05/"])
def test_every_word_ends_in_the_pages_own_letters(visit, path) -> None:
    page = visit(path)
    page.wait_for_function(HAS_LETTERS)
    families = page.evaluate(LETTERS)
    assert families
    assert {family for family in families if "vazirmatn" not in family.lower()} == set()


def test_a_reader_who_returns_has_the_letters_at_once(visit) -> None:
    page = visit("/fa/")
    page.wait_for_function(HAS_LETTERS)
    page.reload()
    page.wait_for_selector("[data-map][data-ready]")
    assert page.locator("html[data-letters]").count() == 0
    assert page.locator(".lettered").count() == 0


def test_letters_need_no_script(visit) -> None:
    asked = []
    visit(
        "/fa/table/",
        before=lambda page: page.on("request", lambda r: asked.append(name_of(r.url))),
        java_script_enabled=False,
    )
    assert "vazirmatn-arabic-wght-normal.woff2" in asked
