from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from atlas.web.panels import _ticks, panel
from atlas.web.ranks import Standing
from atlas.web.shown import Doubt, needs_of
from atlas.web.state import parse
from atlas.web.zones import find_zone


def words_of(client, path):
    html = client.get(path).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def zone_at(edition):
    """The code of the zone at a rank; None finds one without."""
    columns = edition.need("neighbourhood")["columns"]

    def find(rank):
        return edition.need("neighbourhood")["zones"][columns["rank"].index(rank)]

    return find


TOLD = {
    "en": (
        "In nine of ten trials it is between 2nd and 5th .",
        "among the worst 10 neighbourhoods in every trial.",
        "Robust high need",
    ),
    "fa": ("رتبه‌اش از ۲ تا ۵ است.", "در همه آزمون‌ها در میان ۱۰ محله", "نیاز زیاد پابرجا"),
}


@pytest.mark.parametrize("language", TOLD)
@pytest.mark.parametrize("page", ["panel/?zone={zone}", "zones/{zone}/"])
def test_a_rank_is_told_with_its_interval(client, zone_at, page, language) -> None:
    text = words_of(client, f"/{language}/{page.format(zone=zone_at(3))}")
    for told in TOLD[language]:
        assert told in text


def test_the_share_of_trials_is_told_where_it_is_not_all(client, zone_at) -> None:
    text = words_of(client, f"/en/zones/{zone_at(6)}/")
    assert "among the worst 10 neighbourhoods in at least 84% of trials" in text


def test_far_from_the_worst_nothing_is_said_of_them(client, zone_at) -> None:
    text = words_of(client, f"/en/zones/{zone_at(30)}/")
    assert "In nine of ten trials it is between 27th and 34th" in text
    assert "among the worst" not in text
    assert "Robust" not in text


def test_where_every_ranked_zone_is_among_the_worst_they_are_left_out(client) -> None:
    text = words_of(client, "/en/zones/D1/?tier=district")
    assert "In nine of ten trials" in text
    assert "among the worst" not in text


def test_of_a_withheld_score_no_trial_is_told(edition) -> None:
    """The file says nothing of it; the panel keeps to the span of the classes."""
    need = edition.need("neighbourhood")
    columns = need["columns"] | {
        name: [None] * len(need["zones"])
        for name in ("need", "rank", "rank_low", "rank_high", "in_worst_percent", "robust")
    }
    own = needs_of(need | {"columns": columns})[0]
    assert own.doubt is None
    assert not own.standing.is_exact
    assert "trial" not in _ticks(own)


def test_files_of_an_earlier_schema_tell_of_no_trials(edition) -> None:
    need = edition.need("neighbourhood")
    older = {
        name: column
        for name, column in need["columns"].items()
        if name not in {"rank_low", "rank_high", "worst", "in_worst_percent", "robust"}
    }
    assert {own.doubt for own in needs_of({"columns": older})} == {None}


def test_the_ticks_show_the_trials_around_the_rank(edition, zone_at) -> None:
    where = find_zone(edition, zone_at(3))
    assert where
    own = panel(edition, parse({}, edition), *where)
    assert own.ticks[:6] == ["", "trial", "own", "trial", "trial", ""]


def test_a_rank_outside_its_trials_is_still_drawn(edition) -> None:
    need = replace(
        needs_of(edition.need("neighbourhood"))[0],
        standing=Standing(1, 1),
        ranked_of=6,
        doubt=Doubt(3, 4.5, None, None, is_robust=False),
    )
    assert _ticks(need) == ["own", "", "trial", "trial", "trial", ""]


def test_the_table_writes_the_interval_beside_the_rank(client, zone_at) -> None:
    for language, told in (("en", "3 (2 to 5)"), ("fa", "۳ (۲ تا ۵)")):
        html = client.get(f"/{language}/table/").content.decode()
        row = re.search(rf'<tr data-zone="{zone_at(3)}".*?</tr>', html, re.DOTALL)
        assert row
        assert told in " ".join(re.sub(r"<[^>]*>", " ", row[0]).split())


def test_the_download_holds_the_interval(client, zone_at) -> None:
    text = client.get("/en/figures.csv").content.decode().removeprefix("\ufeff")
    row = next(r for r in csv.DictReader(io.StringIO(text)) if r["zone"] == zone_at(3))
    names = ("rank", "rank_low", "rank_high", "worst_zones", "in_worst_percent_at_least")
    assert [row[name] for name in names] == ["3", "2", "5", "10", "100"]
    assert row["robust_high_need"] == "True"


def test_a_rank_that_no_trial_moves_is_told_as_one() -> None:
    one = Doubt(2, 2, None, None, is_robust=False)
    with override("en"):
        told = render_to_string("parts/doubt.html", {"doubt": one, "panel": {"worst": ""}})
    assert told.split() == ["In", "nine", "of", "ten", "trials", "it", "is", "<b>2nd</b>."]
