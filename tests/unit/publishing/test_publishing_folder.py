from __future__ import annotations

import pytest

from atlas.publishing.folder import aside, current, make_current, put_in_place


def test_a_folder_is_seen_only_when_it_is_in_place(tmp_path):
    with aside(tmp_path, "town", "1405") as folder:
        (folder / "manifest.json").write_text("{}")
        assert list(tmp_path.glob("*/*/manifest.json")) == []
        put_in_place(folder, tmp_path, "town", "1405.1")
    assert [p.name for p in tmp_path.iterdir()] == ["town"]
    assert (tmp_path / "town" / "1405.1" / "manifest.json").read_text() == "{}"


def test_what_a_killed_try_left_behind_goes_with_the_next(tmp_path):
    left = tmp_path / ".aside" / "town" / "1405"
    left.mkdir(parents=True)
    (left / "half.json").write_text("{")
    with aside(tmp_path, "town", "1405") as folder:
        assert list(folder.iterdir()) == []


def test_a_failure_leaves_no_folder(tmp_path):
    def write_and_fail():
        with aside(tmp_path, "town", "1405") as folder:
            (folder / "half.json").write_text("{")
            msg = "the disk is full"
            raise OSError(msg)

    with pytest.raises(OSError, match="full"):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_the_current_edition_changes_in_one_step(tmp_path):
    (tmp_path / "town").mkdir()
    assert current(tmp_path, "town") is None
    make_current(tmp_path, "town", "1405.1")
    make_current(tmp_path, "town", "1405.2")
    assert current(tmp_path, "town") == "1405.2"
    assert [p.name for p in (tmp_path / "town").iterdir()] == ["current"]
