from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest

from atlas.assessments.models import PublishedFigure, PublishedScore
from tests.integration.publishing.grid_city import FEW

# Run by itself, this file must have the test database made for it.
pytestmark = pytest.mark.django_db


def read(folder, role):
    manifest = json.loads((folder / "manifest.json").read_text())
    path = next(file["path"] for file in manifest["files"] if file["role"] == role)
    return json.loads((folder / path).read_text())


def test_the_manifest_lists_every_file_with_its_hash(published):
    _, _, folder = published
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = {file["path"] for file in manifest["files"]} | {"manifest.json"}
    assert listed == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    for file in manifest["files"]:
        content = (folder / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]


def test_the_manifest_says_that_the_city_is_invented(published):
    grid, _, folder = published
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["city"]["invented"] is True
    assert manifest["edition"]["label"] == "1405"
    assert [tier["code"] for tier in manifest["tiers"]] == ["district", "neighbourhood", "half"]
    assert sum(service["weight"] for service in manifest["services"]) == pytest.approx(1)
    total = sum(sum(groups.values()) for groups in grid.counts.values())
    assert manifest["totals"]["children"] == round(total / 1_000_000)


def test_a_zone_with_few_children_shows_its_class_and_nothing_that_tells_more(published):
    _, _, folder = published
    need = read(folder, "values/neighbourhood/need")
    at = need["zones"].index(FEW)
    columns = need["columns"]
    assert columns["need"][at] is None
    assert columns["rank"][at] is None
    assert columns["class"][at] in {1, 2, 3, 4, 5}
    assert columns["reason"][at] == "suppressed"
    assert all(points[at] is None for points in need["contributions"].values())
    assert all(points[at] is None for points in need["without"].values())


def test_every_null_of_a_split_has_its_reason(published):
    _, _, folder = published
    for service in ("primary_school", "play_space"):
        values = read(folder, f"values/neighbourhood/{service}")
        for split in values["groups"].values():
            for at, reason in enumerate(split["reason"]):
                whole = None not in {
                    split[part][at] for part in ("served", "full", "out", "unknown")
                }
                assert whole == (reason is None)


def test_published_parts_sum_to_published_children(published):
    _, edition, _ = published
    shown = PublishedFigure.objects.filter(edition=edition, reason="").exclude(service="")
    assert shown.count() > 100
    for row in shown:
        assert row.served + row.full + row.out + row.unknown == row.children


def test_published_zones_of_every_tree_sum_to_the_city(published):
    _, edition, _ = published
    rows = PublishedFigure.objects.filter(edition=edition, service="", band="all", sex="all")
    totals = {}
    for row in rows:
        totals.setdefault(row.tier_code, []).append(row.children)
    assert sum(totals["district"]) == totals[""][0]
    assert None in totals["neighbourhood"] or sum(totals["neighbourhood"]) == totals[""][0]


def test_a_division_that_crosses_the_main_one_shows_children_and_classes_only(published):
    _, edition, _ = published
    rows = PublishedFigure.objects.filter(edition=edition, zone_code__in=["north", "south"])
    totals = [row for row in rows if not row.service and row.band == row.sex == "all"]
    assert len(totals) == 2
    assert all(row.children for row in totals)
    assert not rows.exclude(service="").exclude(served=None).exists()
    for score in PublishedScore.objects.filter(edition=edition, zone_code__in=["north", "south"]):
        assert (score.need, score.rank, score.contributions) == (None, None, {})
        assert score.need_class


def test_no_count_below_ten_is_published(published):
    _, edition, _ = published
    for row in PublishedFigure.objects.filter(edition=edition):
        for name in ("children", "served", "full", "out", "unknown"):
            count = getattr(row, name)
            assert count is None or count == 0 or count >= 10, row


def test_sentences_tell_only_published_counts(published):
    _, edition, _ = published
    for score in PublishedScore.objects.filter(edition=edition):
        for record in score.why:
            band, sex = record["group"].split("/")
            row = PublishedFigure.objects.get(
                edition=edition,
                zone_code=score.zone_code,
                service=record["service"],
                band=band,
                sex=sex,
            )
            assert record["count"] == getattr(row, record["kind"])
            known = row.children - (0 if record["kind"] == "unknown" else row.unknown)
            assert record["of"] == known


def test_places_show_what_everyone_may_know_and_nothing_more(published):
    _, _, folder = published
    columns = read(folder, "places")["columns"]
    at = {code: n for n, code in enumerate(columns["code"])}
    # P3 shelters children; P4 is for its custodian's eyes.
    assert sorted(at) == ["P1", "P2", "P5"]
    assert columns["detail"][at["P1"]] == {"has_shade": True}
    assert columns["detail"][at["P2"]]["units"] == [
        {"sex": "girl", "stage": "primary"},
        {"sex": "boy", "stage": "primary", "capacity": 0.0, "capacity_unit": "seat"},
    ]
    assert columns["detail"][at["P5"]] == {}
    assert columns["zones"]["neighbourhood"][at["P1"]] == "N1"
    assert columns["zones"]["half"][at["P1"]] == "south"


def test_no_file_tells_where_children_are_sheltered(published):
    _, _, folder = published
    for path in folder.rglob("*.*"):
        assert b"Shelter" not in path.read_bytes(), path
        assert b"Staff library" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("language", "state", "words"),
    [
        ("fa", "وضعیت مقدار", {"برآوردی", "محرمانه (تعداد کم)"}),
        ("en", "State of the value", {"estimated", "withheld: few children"}),
    ],
)
def test_tables_are_readable_in_both_languages(published, language, state, words):
    _, _, folder = published
    text = (folder / "tables" / f"need-neighbourhood.{language}.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 8
    assert {row[state] for row in rows} <= words


def test_a_withheld_figure_is_empty_and_says_so_in_the_table(published):
    _, _, folder = published
    text = (folder / "tables" / "gaps-neighbourhood.en.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    withheld = [row for row in rows if row["State of the value"] == "withheld: few children"]
    assert withheld
    assert all(row["Out of reach (children)"] == "" for row in withheld)
    assert all(row["Sources (keys of the sources table)"] for row in rows)
