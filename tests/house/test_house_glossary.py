"""One word, one meaning, in both tongues."""

from __future__ import annotations

import re

import pytest

ROW = re.compile(r"^\| (?P<en>[^|]+) \| (?P<fa>[^|]+) \| (?P<meaning>[^|]+) \|$", re.MULTILINE)
PERSIAN = re.compile(r"[\u0600-\u06ff]")


@pytest.fixture
def rows(texts) -> list[dict[str, str]]:
    found = [match.groupdict() for match in ROW.finditer(texts["docs/glossary.md"])]
    return [row for row in found if row["en"] not in {"English", "---"}]


def test_every_word_stands_in_both_tongues_and_says_what_it_means(rows) -> None:
    assert len(rows) > 60
    assert [row["en"] for row in rows if PERSIAN.search(row["en"])] == []
    assert [row["en"] for row in rows if not PERSIAN.search(row["fa"])] == []
    assert [row["en"] for row in rows if not row["meaning"].strip(" –")] == []


def test_no_word_is_explained_twice(rows) -> None:
    words = [row["en"].lower() for row in rows]
    assert sorted({word for word in words if words.count(word) > 1}) == []
