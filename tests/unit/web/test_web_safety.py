from __future__ import annotations

import csv
import io

import pytest
from django.utils.translation import override

from atlas.web.safety import safe_route


@pytest.fixture
def figures():
    return {"safe_route": {"bands": ["12-14", "15-17"], "tenths": [1, 7, 9, None]}}


@pytest.mark.parametrize(
    ("row", "language", "told"),
    [
        (0, "en", "Ages 12 to 17 who reach it: 1 in 10 or fewer by a safe route."),
        (1, "en", "Ages 12 to 17 who reach it: about 7 in 10 by a safe route."),
        (2, "en", "Ages 12 to 17 who reach it: 9 in 10 or more by a safe route."),
        (3, "en", ""),
        (1, "fa", "از هر ۱۰ کودک ۱۲ تا ۱۷ ساله که به آن می‌رسند، حدود ۷ نفر از مسیر ایمن می‌رسند."),
    ],
)
def test_a_tenth_is_told_in_a_sentence(edition, figures, row, language, told) -> None:
    with override(language):
        assert safe_route(figures, row, edition) == told


def test_a_service_without_safe_routes_says_nothing(edition) -> None:
    assert safe_route({}, 0, edition) == ""


@pytest.mark.parametrize("page", ["panel/?zone=N05", "zones/N05/"])
def test_the_sentence_stands_at_the_services_of_those_who_walk_alone(client, page) -> None:
    html = client.get(f"/en/{page}").content.decode()
    splits = html.split('data-service="')[1:]
    safe = {split.partition('"')[0] for split in splits if "by a safe route" in split}
    assert safe >= {"library", "sports_facility"}
    assert "kindergarten" not in safe
    assert html.count("crossings without a light") == 1


def test_the_download_of_a_service_holds_the_tenths(client) -> None:
    text = client.get("/en/figures.csv?service=library").content.decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["safe_route_of_10"] for row in rows} == {"", *"123456789"}
    assert {bool(r["safe_route_bands"]) == bool(r["safe_route_of_10"]) for r in rows} == {True}
