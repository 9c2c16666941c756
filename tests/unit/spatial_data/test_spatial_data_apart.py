from __future__ import annotations

import os
import signal
import time

import pytest

from spatial_data.importing.file_schema import FileKeys
from spatial_data.importing.read import apart
from spatial_data.importing.read.unreadable import UnreadableError
from tests.integration.spatial_data import small_folder

KEYS = FileKeys(source="s", path="p")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "zones.geojson"
    path.write_text(small_folder.features(small_folder.ZONES), encoding="utf-8")
    return path


def test_a_file_is_opened_in_another_process_within_limits(path) -> None:
    assert len(apart.read_apart(path, KEYS)) == 2
    assert apart._reader().submit(os.getpid).result() != os.getpid()


def test_what_is_wrong_with_a_file_is_told_across_processes(tmp_path) -> None:
    (tmp_path / "a.gpkg").write_bytes(b"junk")
    with pytest.raises(UnreadableError, match="this is no GeoPackage") as caught:
        apart.read_apart(tmp_path / "a.gpkg", KEYS)
    assert caught.value.cure == "save it as GeoPackage or GeoJSON"


def test_a_file_that_breaks_its_reader_is_refused_and_the_next_one_is_read(path) -> None:
    # A fresh one: a reader that has opened its last file may end by itself, and breaks nothing.
    apart._dismiss()
    os.kill(apart._reader().submit(os.getpid).result(), signal.SIGKILL)
    with pytest.raises(UnreadableError, match="broke its reader"):
        apart.read_apart(path, KEYS)
    assert len(apart.read_apart(path, KEYS)) == 2


def test_a_file_that_takes_too_long_is_refused(path, monkeypatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE_S", 0.1)
    apart._reader().submit(time.sleep, 30)
    with pytest.raises(UnreadableError, match="took more than"):
        apart.read_apart(path, KEYS)
