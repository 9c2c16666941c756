from __future__ import annotations

import pytest
from django.utils import translation

from atlas.web import why


def record(**changes):
    usual = {"kind": "out", "service": "play_space", "group": "all/all", "count": 7, "of": 10}
    return usual | {"reach_m": 400} | changes


def said(edition, language, **changes) -> str:
    with translation.override(language):
        return why.sentences([record(**changes)], "Narvan", edition)[0].text


def test_far_away_is_told_with_the_fraction_and_the_standard(edition) -> None:
    assert said(edition, "en") == (
        "7 in 10 children in Narvan live more than a 400-metre walk from any play space."
    )
    assert said(edition, "fa") == (
        "از هر ۱۰ کودک Narvan، ۷ نفر تا نزدیک‌ترین فضای بازی بیش از ۴۰۰ متر راه پیاده دارند."
    )


def test_too_few_places_names_the_children_and_their_ages(edition) -> None:
    changes = {"kind": "full", "service": "primary_school", "group": "6-11/all", "count": 189}
    assert said(edition, "en", **changes) == (
        "The primary school is near, but it has too few places for 189 children aged 6 to 11."
    )
    assert said(edition, "fa", **changes) == (
        "دبستان نزدیک است، اما برای ۱۸۹ کودک ۶ تا ۱۱ ساله جای کافی ندارد."
    )


def test_one_child_is_not_children(edition) -> None:
    text = said(edition, "en", kind="full", count=1)
    assert "for 1 child." in text


@pytest.mark.parametrize(
    ("count", "start"), [(99, "Almost all children"), (3, "In Narvan 3 children")]
)
def test_extremes_are_not_told_in_tenths(edition, count, start) -> None:
    assert said(edition, "en", count=count, of=100).startswith(start)


def test_without_one_reach_no_distance_is_claimed(edition) -> None:
    assert said(edition, "en", reach_m=None).endswith("have no play space in reach.")


def test_a_group_of_girls_is_called_girls(edition) -> None:
    assert "7 in 10 girls aged 6 to 11 in" in said(edition, "en", group="6-11/girl")
    assert "از هر ۱۰ دختر ۶ تا ۱۱ ساله" in said(edition, "fa", group="6-11/girl")


@pytest.mark.parametrize("kind", ["out", "full", "served", "unknown"])
@pytest.mark.parametrize("count", [0, 1, 3, 50, 99, 100])
@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_kind_of_reason_makes_a_whole_sentence(edition, kind, count, language) -> None:
    text = said(edition, language, kind=kind, count=count, of=100)
    assert text.endswith(".")
    assert "%" not in text
    assert "*" not in text


def test_the_cause_is_set_apart(edition) -> None:
    with translation.override("en"):
        sentence = why.sentences([record()], "Narvan", edition)[0]
    causes = [piece.text for piece in sentence.pieces if piece.is_cause]
    assert causes == ["more than a 400-metre walk from any play space"]


def test_the_finding_joins_what_is_far_and_what_is_full(edition) -> None:
    records = [record(), record(kind="full", service="primary_school")]
    with translation.override("en"):
        text = why.finding(records, "Narvan", edition)
    assert text == (
        "Most children in Narvan have no play space near home, "
        "and their primary school has too few places."
    )
