"""Context on a zone's page, and coverage along deprivation under the table."""

from __future__ import annotations

import json
import shutil

import pytest
from django.test import Client
from django.utils.translation import override

from atlas.web.context import _of_100, gradients, zone_context
from atlas.web.edition import open_folder
from atlas.web.panels import _shares

TIER, ZONE, OTHER = "neighbourhood", "N05", "N06"
GRADIENT = {
    "step_percent": 1,
    "most_deprived": 41,
    "most_deprived_low": 36,
    "most_deprived_high": 45,
    "least_deprived": 63,
    "least_deprived_low": 60,
    "least_deprived_high": 70,
    "erreygers_percent": 12,
    "erreygers_percent_low": 8,
    "erreygers_percent_high": 17,
    "reason": None,
}
INDICATOR = {
    "code": "poverty",
    "names": {"en": "Poverty", "fa": "فقر"},
    "units": {"en": "% of homes", "fa": "درصد خانه‌ها"},
    "tier": TIER,
    "good": 0.0,
    "bad": 50.0,
    "normalisation": "goalposts",
    "deprivation": True,
    "reference_date": "2025-09-23",
    "source": "survey",
    "weight": 0.2,
}


@pytest.fixture(scope="module")
def home(editions_folder, tmp_path_factory):
    """Editions of which the one shown tells of context."""
    root = tmp_path_factory.mktemp("with_context")
    shutil.copytree(editions_folder, root, dirs_exist_ok=True)
    folder = root / "sepidar" / "1405.1"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    need = next(f for f in manifest["files"] if f["role"] == f"values/{TIER}/need")
    zones = json.loads((folder / need["path"]).read_text(encoding="utf-8"))["zones"]
    suppressed = dict.fromkeys(GRADIENT, None) | {"reason": "suppressed"}
    files = {
        f"values/{TIER}/context": {
            "zones": zones,
            "indicators": {
                "poverty": {
                    "value": [None if z == OTHER else 12.34 for z in zones],
                    "quality": ["measured"] * len(zones),
                    "reason": ["missing" if z == OTHER else None for z in zones],
                }
            },
            "scores": {"gaps": [40.0] * len(zones), "context": [24.7] * len(zones)},
        },
        "values/gradient": {
            TIER: {
                "primary_school": GRADIENT,
                "library": GRADIENT | {"step_percent": 5},
                "play_space": suppressed,
            }
        },
    }
    for number, (role, content) in enumerate(files.items()):
        (folder / f"context{number}.json").write_text(json.dumps(content), encoding="utf-8")
        manifest["files"].append(
            {"role": role, "path": f"context{number}.json", "sha256": "0" * 64, "bytes": 1}
        )
    manifest["indicators"] = [INDICATOR]
    manifest["sources"].append(
        manifest["sources"][0] | {"key": "survey", "names": {"en": "Survey", "fa": "آمارگیری"}}
    )
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return root


@pytest.fixture
def told(home):
    return open_folder(home / "sepidar" / "1405.1")


@pytest.fixture
def reader(home, settings) -> Client:
    settings.ATLAS_EDITIONS, settings.ATLAS_HOME = home, "sepidar"
    return Client()


def test_a_zone_shows_what_is_measured_of_it_with_its_source(reader) -> None:
    html = reader.get(f"/en/zones/{ZONE}/").content.decode()
    assert "Beside the services" in html
    assert "<b>12.3</b> % of homes" in html
    assert "Survey · " in html
    assert "Score of gaps alone" in html
    persian = reader.get(f"/fa/zones/{ZONE}/").content.decode()
    assert "در کنار خدمات" in persian
    assert "۱۲٫۳" in persian


def test_what_is_not_known_is_said_and_is_no_zero(reader, told) -> None:
    with override("en"):
        (own,) = zone_context(told, TIER, OTHER).measured
    assert (own.number, own.reason) == ("", "not enough data")
    assert "<b>0</b>" not in reader.get(f"/en/zones/{OTHER}/").content.decode()


def test_context_that_weighs_has_its_name_among_the_shares(told) -> None:
    need = told.need(TIER)
    row = need["zones"].index(ZONE)
    weighed = need | {"contributions": need["contributions"] | {"poverty": [5.0] * 60}}
    with override("en"):
        assert "Poverty" in [share.name for share in _shares(told, weighed, row)]


def test_the_table_of_a_service_tells_its_gradient_in_a_sentence(reader) -> None:
    html = reader.get("/en/table/?service=primary_school").content.decode()
    assert (
        "Primary school: in the most deprived fifth 41 of 100 children are served, in the least "
        "deprived 63." in html
    )
    assert "Nine of ten trials: 36 to 45 and 60 to 70." in html
    persian = reader.get("/fa/table/?service=primary_school").content.decode()
    assert "از هر ۱۰۰ کودک ۴۱ نفر خدمت می‌گیرند" in persian
    assert "نه آزمون از ده آزمون" in persian


def test_the_table_of_need_tells_every_service_that_may_be_told(told) -> None:
    with override("en"):
        found = gradients(told, TIER, told.services)
    assert len(found) == 2
    assert "in steps of 5" in next(g.interval for g in found if g.sentence.startswith("Library"))


def test_the_ends_of_wide_steps_stand_for_fewer_and_for_more() -> None:
    with override("en"):
        told = [_of_100(n, step) for n, step in ((95, 5), (5, 5), (40, 5), (99, 1), (1, 1))]
    assert told == ["95 or more", "5 or fewer", "40", "99", "1"]


def test_a_withheld_gradient_leaves_no_heading(reader) -> None:
    html = reader.get("/en/table/?service=play_space").content.decode()
    assert "children of deprived areas" not in html


def test_an_edition_without_context_says_nothing_of_it(client, edition) -> None:
    assert zone_context(edition, TIER, ZONE).measured == []
    assert gradients(edition, TIER, edition.services) == []
    assert "Beside the services" not in client.get(f"/en/zones/{ZONE}/").content.decode()


def test_the_map_reads_none_of_it(reader, monkeypatch) -> None:
    def never(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr("atlas.web.context.zone_context", never)
    monkeypatch.setattr("atlas.web.context.gradients", never)
    assert reader.get("/en/").status_code == 200
    assert reader.get(f"/en/panel/?zone={ZONE}").status_code == 200
