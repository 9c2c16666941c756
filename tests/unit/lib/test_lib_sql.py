from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from atlas.lib import sql

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def room(tmp_path: Path, monkeypatch) -> Path:
    package = tmp_path / "a_room"
    (package / "sql").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "a_room", raising=False)
    sql.statement.cache_clear()
    return package / "sql"


def test_a_statement_is_read_from_its_room(room: Path) -> None:
    (room / "one.sql").write_text("-- Answers one.\nSELECT 1;\n", encoding="utf-8")
    assert sql.statement("a_room", "one").endswith("SELECT 1;\n")


def test_a_statement_without_its_sentence_is_refused(room: Path) -> None:
    (room / "two.sql").write_text("SELECT 2;\n", encoding="utf-8")
    with pytest.raises(ValueError, match="one sentence"):
        sql.statement("a_room", "two")


@pytest.mark.usefixtures("room")
def test_a_statement_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"three\.sql"):
        sql.statement("a_room", "three")
