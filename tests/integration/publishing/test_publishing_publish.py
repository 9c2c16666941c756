from __future__ import annotations

import json
import shutil
from datetime import timedelta

import pytest

from atlas.assessments.models import (
    Edition,
    PublishedCompleteness,
    PublishedFigure,
    PublishedScore,
)
from atlas.publishing import operations
from atlas.publishing.operations import NothingAssessedError, publish, rebuild
from spatial_data.models import ActiveLayer, LayerVersion
from tests.integration.publishing.grid_city import NOON


def test_the_year_of_the_citys_calendar_names_the_edition(grid, editions):
    edition = publish(grid.city, at=NOON)
    assert str(edition) == "1405.1"
    assert (editions / "grid" / "current").read_text() == "1405.1\n"


def test_a_citys_own_kinds_stand_under_their_services(grid, editions):
    own = [
        {"code": "yard", "names": {"en": "Yard"}, "service": "play_space"},
        {"code": "statue", "names": {"en": "Statue"}, "service": ""},
    ]
    LayerVersion.objects.filter(pk=grid.version["places"].pk).update(rules={"kinds": own})
    edition = publish(grid.city, at=NOON)
    manifest = json.loads((editions / "grid" / str(edition) / "manifest.json").read_text())
    kinds = {service["code"]: service["kinds"] for service in manifest["services"]}
    assert kinds["play_space"][-1] == "yard"
    assert [code for code, own in kinds.items() if "yard" in own] == ["play_space"]
    assert not [code for code, own in kinds.items() if "statue" in own]


def test_publishing_again_changes_nothing(grid, editions):
    first = publish(grid.city, at=NOON)
    rows = PublishedFigure.objects.count()
    again = publish(grid.city, at=NOON + timedelta(days=1))
    assert again == first
    assert again.published_at == NOON
    assert PublishedFigure.objects.count() == rows
    assert sorted(p.name for p in (editions / "grid").iterdir()) == ["1405.1", "current"]


def test_another_assessment_is_the_next_revision_and_the_first_stays(grid, editions):
    first = publish(grid.city, at=NOON)
    kept = (editions / "grid" / "1405.1" / "manifest.json").read_bytes()
    newer = grid.assess("1" * 64)
    second = publish(grid.city, assessment=newer, at=NOON)
    assert (first.revision, second.revision) == (1, 2)
    assert (editions / "grid" / "current").read_text() == "1405.2\n"
    assert (editions / "grid" / "1405.1" / "manifest.json").read_bytes() == kept


def test_gone_back_to_earlier_layers_their_edition_is_shown_again(grid, editions):
    first = publish(grid.city, at=NOON)
    earlier = grid.version["population"]
    grid.version["population"] = LayerVersion.objects.create(
        city=grid.city, layer="population", content_hash="b" * 64, built_at=NOON, row_count=0
    )
    active = ActiveLayer.objects.filter(city=grid.city, layer="population")
    active.update(version=grid.version["population"])
    grid.assess("1" * 64)
    assert publish(grid.city, at=NOON).revision == 2
    active.update(version=earlier)
    assert publish(grid.city, at=NOON) == first
    assert (editions / "grid" / "current").read_text() == "1405.1\n"


def test_the_folder_comes_out_of_the_rows_byte_for_byte(grid, editions):
    edition = publish(grid.city, at=NOON)
    folder = editions / "grid" / "1405.1"
    before = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    shutil.rmtree(folder)
    grid.city.names = {"en": "Renamed since"}
    grid.city.save()
    rebuild(Edition.objects.get(pk=edition.pk), editions)
    after = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert after == before


def test_a_missing_folder_is_put_back_by_publishing_again(grid, editions):
    publish(grid.city, at=NOON)
    shutil.rmtree(editions / "grid" / "1405.1")
    publish(grid.city, at=NOON)
    assert (editions / "grid" / "1405.1" / "manifest.json").is_file()


def test_rows_changed_behind_the_editions_back_are_noticed(grid, editions):
    edition = publish(grid.city, at=NOON)
    shutil.rmtree(editions / "grid" / "1405.1")
    PublishedScore.objects.filter(edition=edition, zone_code="N1").update(need=1.0)
    with pytest.raises(operations.RebuildError, match=r"1405\.1 was published with the manifest"):
        rebuild(edition, editions)
    assert not (editions / "grid" / "1405.1").exists()


def test_a_city_without_an_assessment_is_told_what_to_do(grid):
    grid.assessment.delete()
    with pytest.raises(NothingAssessedError, match=r"\./run manage assess grid"):
        publish(grid.city, at=NOON)


@pytest.mark.parametrize("face", ["web", "tiles", "reports"])
def test_a_face_that_fails_leaves_neither_rows_nor_files(grid, editions, monkeypatch, face):
    def fail(_edition, folder):
        (folder / "half").write_text("written")
        msg = "no space left on device"
        raise OSError(msg)

    monkeypatch.setattr(getattr(operations, face), "write_edition", fail)
    with pytest.raises(OSError, match="no space left"):
        publish(grid.city, at=NOON)
    assert not Edition.objects.exists()
    assert not PublishedFigure.objects.exists()
    assert not PublishedCompleteness.objects.exists()
    assert [p for p in editions.rglob("*") if p.is_file()] == []
    monkeypatch.undo()
