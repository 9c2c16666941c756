from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from atlas.lib import env

if TYPE_CHECKING:
    from pathlib import Path

NAME = "ATLAS_TRIED"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


@pytest.mark.parametrize("value", ["", "true", "1", "YES", "on"])
def test_a_flag_is_yes_or_no_and_nothing_else(monkeypatch, value) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match="say 'yes' or 'no'"):
        env.flag(NAME, default=True)


def test_a_flag_is_read(monkeypatch) -> None:
    assert env.flag(NAME, default=True) is True
    monkeypatch.setenv(NAME, "no")
    assert env.flag(NAME, default=True) is False


@pytest.mark.parametrize("value", ["", "many", "-1", "1.5", "0x10", "۱۲", "0"])
def test_a_number_is_whole_and_large_enough(monkeypatch, value) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match="whole number, 1 or more"):
        env.number(NAME, default=8, least=1)


def test_a_number_is_read(monkeypatch) -> None:
    assert env.number(NAME, default=8) == 8
    monkeypatch.setenv(NAME, "12")
    assert env.number(NAME, default=8) == 12


def test_words_stand_between_commas(monkeypatch) -> None:
    assert env.words(NAME, default=["a"]) == ["a"]
    monkeypatch.setenv(NAME, "one.example, two.example")
    assert env.words(NAME, default=[]) == ["one.example", "two.example"]
    monkeypatch.setenv(NAME, "one.example,")
    with pytest.raises(ImproperlyConfigured, match="one comma"):
        env.words(NAME, default=[])


def test_a_text_set_outside_wins_over_the_kept_one(monkeypatch, tmp_path: Path) -> None:
    kept = tmp_path / "home"
    assert env.text(NAME, default="first", kept=kept) == "first"
    kept.write_text("sepidar\n", encoding="utf-8")
    assert env.text(NAME, default="first", kept=kept) == "sepidar"
    monkeypatch.setenv(NAME, "other")
    assert env.text(NAME, default="first", kept=kept) == "other"


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hush\n", encoding="utf-8")
    assert env.secret(NAME, kept=file) == "hush"
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    assert env.secret(NAME) == "hush"
    monkeypatch.setenv(NAME, "hush too")
    with pytest.raises(ImproperlyConfigured, match="keep one"):
        env.secret(NAME)


def test_a_missing_or_empty_secret_stops_the_start(monkeypatch, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE"):
        env.secret(NAME)
    with pytest.raises(ImproperlyConfigured, match="does not open"):
        env.secret(NAME, kept=tmp_path / "absent")
    monkeypatch.setenv(NAME, "")
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        env.secret(NAME)


def test_a_folder_is_named_from_the_root(monkeypatch, tmp_path: Path) -> None:
    assert env.folder(NAME, default=tmp_path) == tmp_path
    monkeypatch.setenv(NAME, "editions")
    with pytest.raises(ImproperlyConfigured, match="whole path"):
        env.folder(NAME, default=tmp_path)


@pytest.mark.parametrize("url", ["", "atlas", "mysql://u:hidden@h/atlas", "postgis://u:hidden@h/"])
def test_a_wrong_database_address_is_refused_without_repeating_its_password(url) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database(url)
    assert "hidden" not in str(caught.value)


def test_what_an_address_asks_for_reaches_the_driver() -> None:
    found = env.database("postgresql://atlas@db/atlas?sslmode=require")
    assert found["OPTIONS"] == {"sslmode": "require"}
