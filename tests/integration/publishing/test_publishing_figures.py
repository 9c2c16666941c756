from __future__ import annotations

import hashlib
import json

import pytest

from atlas.assessments.models import PublishedFigure, PublishedScore
from tests.integration.publishing.grid_city import FEW


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
