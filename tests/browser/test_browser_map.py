from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE

PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
PAINTED = """() => {
  const probe = document.createElement("i");
  document.body.append(probe);
  const colour = (k) => {
    probe.style.color = `var(--need-${k})`;
    return getComputedStyle(probe).color;
  };
  const counts = {none: 0};
  for (let k = 1; k <= 5; k += 1) counts[k] = 0;
  const names = new Map([1, 2, 3, 4, 5].map((k) => [colour(k), k]));
  for (const path of document.querySelectorAll("path.zone")) {
    const fill = getComputedStyle(path).fill;
    counts[names.get(fill) ?? (fill.includes("#no-data") ? "none" : "other")] += 1;
  }
  probe.remove();
  return counts;
}"""


def legend(page) -> dict[str, int]:
    """Return the legend's numbers by class."""
    found = {}
    for item in page.locator("[data-legend] [data-class]").all():
        count = item.locator("[data-count]").text_content() or ""
        found[item.get_attribute("data-class")] = int(count.translate(PERSIAN))
    return found


def show(page, **chosen) -> None:
    """Choose in the map sentence."""
    for name, value in chosen.items():
        page.locator(f"[data-sentence] select[name={name}]").select_option(value)
    drawn(page)


def drawn(page) -> None:
    """Wait until the map shows what was chosen."""
    page.wait_for_selector("[data-map]:not([aria-busy])")


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_legends_numbers_are_those_of_the_painted_colours(visit, language, size, theme) -> None:
    page = visit(f"/{language}/", size=size, theme=theme)
    numbers = legend(page)
    assert sum(numbers.values()) == 40
    assert page.evaluate(PAINTED) == numbers


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("?service=play_space", "a service"),
        ("?service=library&band=6-11&sex=girl", "a service of one group"),
        ("?service=primary_school&band=0-2", "a group it does not apply to"),
        ("?tier=district", "another tier"),
    ],
)
def test_every_view_paints_what_its_legend_says(visit, query, what) -> None:
    page = visit(f"/en/{query}")
    numbers = legend(page)
    assert page.evaluate(PAINTED) == numbers, what
    served = page.request.get(page.url).text()
    before = re.findall(r'data-class="(\w+)">.*?data-count>(\d+)<', served, re.DOTALL)
    assert {name: int(count) for name, count in before} == numbers


def test_choosing_recounts_the_legend(visit) -> None:
    page = visit("/fa/")
    before = legend(page)
    show(page, service="library")
    assert legend(page) != before
    assert page.evaluate(PAINTED) == legend(page)
    assert "کتابخانه" in page.locator("[data-legend-title]").inner_text()


def test_the_keyboard_walks_over_the_zones_and_opens_one(visit) -> None:
    page = visit("/en/")
    first = page.locator("path.zone[tabindex='0']")
    assert first.count() == 1
    first.focus()
    started = first.get_attribute("data-zone")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    focused = page.locator("path.zone:focus")
    reached = focused.get_attribute("data-zone")
    name = (focused.get_attribute("aria-label") or "").split(":")[0]
    assert reached != started
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-zone-title]:focus")
    assert name in page.locator("[data-zone-title]").inner_text()
    assert f"zone={reached}" in page.url


def test_tab_reaches_the_map_and_leaves_it(visit) -> None:
    page = visit("/en/")
    page.locator("[data-levels] a").last.focus()
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.closest('[data-map], .map-box')?.className")
        )
    assert page.evaluate("document.querySelectorAll('path.zone[tabindex=\"0\"]').length") == 1
    assert seen


def test_an_address_brings_back_what_was_seen(visit) -> None:
    page = visit("/en/")
    show(page, service="library", band="6-11", sex="girl")
    page.locator("path.zone[data-zone=N20]").dispatch_event("click")
    page.wait_for_selector("[data-zone-title]")
    page.locator("[data-places] summary").click()
    page.locator("[data-places] input[value=library]").check()
    page.locator("[data-zoom=in]").click()
    page.wait_for_function("() => location.search.includes('at=')")
    numbers, url = legend(page), page.url
    again = visit(url[url.index("/en/") :])
    assert again.url == url
    assert legend(again) == numbers
    assert again.locator("[data-sentence] select[name=band]").input_value() == "6-11"
    assert again.locator("[data-sentence] select[name=sex]").input_value() == "girl"
    assert again.locator("[data-places] input[value=library]").is_checked()
    assert again.locator("path.zone[aria-pressed=true]").get_attribute("data-zone") == "N20"


def test_back_returns_to_the_view_before(visit) -> None:
    page = visit("/en/")
    before = legend(page)
    show(page, service="play_space")
    page.go_back()
    page.wait_for_function("() => !location.search.includes('service')")
    drawn(page)
    assert legend(page) == before
    assert page.locator("[data-sentence] select[name=service]").input_value() == "need"


def test_another_tier_is_one_press_away(visit) -> None:
    page = visit("/fa/")
    page.locator("[data-levels] [data-tier=district]").click()
    # A zone is named after the legend has counted it.
    page.wait_for_function("() => document.querySelectorAll('path.zone[aria-label]').length === 4")
    assert sum(legend(page).values()) == 4
    assert "tier=district" in page.url


def test_the_sheet_has_three_stops(visit) -> None:
    page = visit("/fa/?zone=N05", size=PHONE)
    heights = {}
    for _ in range(3):
        stop = page.locator("[data-atlas]").get_attribute("data-stop")
        page.wait_for_timeout(60)
        heights[stop] = page.locator("[data-panel]").bounding_box()["height"]
        page.locator("[data-grab]").click()
    assert set(heights) == {"peek", "half", "full"}
    assert heights["peek"] == pytest.approx(112, abs=2)
    assert heights["half"] == pytest.approx(0.46 * PHONE["height"], abs=2)
    assert heights["full"] == pytest.approx(0.86 * PHONE["height"], abs=2)


def test_the_sheet_follows_a_finger_to_the_nearest_stop(visit) -> None:
    page = visit("/fa/?zone=N05", size=PHONE)
    grab = page.locator("[data-grab]").bounding_box()
    page.mouse.move(180, grab["y"] + 10)
    page.mouse.down()
    page.mouse.move(180, 200, steps=4)
    page.mouse.up()
    assert page.locator("[data-atlas]").get_attribute("data-stop") == "full"


def test_a_missing_base_map_is_said_and_the_colours_stay(visit) -> None:
    page = visit("/en/cities/plain/")
    note = page.locator("[data-map-note]")
    assert "The base map did not load" in note.inner_text()
    assert page.evaluate(PAINTED) == legend(page)


def test_near_me_opens_the_zone_and_keeps_the_position_to_itself(visit) -> None:
    page = visit(
        "/en/",
        geolocation={"latitude": 36.462, "longitude": 52.055},
        permissions=["geolocation"],
    )
    page.locator("[data-near]").click()
    page.wait_for_selector("[data-zone-title]")
    assert "zone=" in page.url
    assert "36.46" not in page.url
    assert "52.05" not in page.url


def test_a_refused_position_is_answered_in_words(visit) -> None:
    page = visit("/fa/", permissions=[])
    page.locator("[data-near]").click()
    page.wait_for_selector("[data-map-note]:visible")
    assert "مکان شما را نمی‌دانیم" in page.locator("[data-map-note]").inner_text()


def test_search_finds_what_another_keyboard_writes(visit) -> None:
    page = visit("/fa/")
    page.locator(".search-field").fill("كوي مهر")
    page.wait_for_selector(".found [role=option]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-zone-title]")
    assert "کوی مهر" in page.locator("[data-zone-title]").inner_text()


def test_a_chosen_theme_is_kept(visit) -> None:
    page = visit("/fa/")
    page.locator(".top [data-theme-switch]").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_question_shows_its_service(visit) -> None:
    page = visit("/fa/")
    page.locator("a.question").first.click()
    page.wait_for_function("() => location.search.includes('service=play_space')")
    drawn(page)
    assert page.evaluate(PAINTED) == legend(page)


OWN_KIND = {
    "fa": ("فضای بازی", "حیاط ماجراجویی", "برای هیچ خدمتی شمرده نمی‌شود"),
    "en": ("Play space", "Adventure yard", "Counted for no service"),
}


@pytest.mark.parametrize("language", OWN_KIND)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_citys_own_kind_is_shown_from_under_its_service(visit, faults_of, language, size) -> None:
    service, kind, none = OWN_KIND[language]
    page = visit(f"/{language}/", size=size)
    page.locator("[data-places] summary").click()
    under = page.get_by_role("group", name=service, exact=True)
    under.get_by_label(kind).check()
    page.wait_for_function("() => location.search.includes('layers=adventure_yard')")
    assert page.get_by_role("group", name=none, exact=True).locator("input").count() == 1
    assert faults_of(page) == []


def test_the_open_list_of_places_lies_under_nothing(visit) -> None:
    page = visit("/fa/", size=PHONE)
    page.locator("[data-places] summary").click()
    box = page.locator(".places-list").bounding_box()
    seen = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.places-card') !== null",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] - 4],
    )
    assert seen
