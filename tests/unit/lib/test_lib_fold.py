from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.lib.fold import fold, fold_names


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("كتابخانه علي", "کتابخانه علی"),
        ("پیش دبستانی", "پیش‌دبستانی"),
        ("مدرسه ۱۲", "مدرسه ١٢"),
        ("مدرسه 12", "مدرسهٔ ۱۲"),
        ("بوستان", "بوســتان"),
        ("مُحَمَّد", "محمد"),
        ("آزادی", "ازادی"),
        ("مسئول", "مسیول"),
        ("جزء", "جزء"),
        ("canarias", "CANARÍAS"),
        ("la isleta, 3", "La Isleta 3"),
        ("strasse", "Straße"),
    ],
)
def test_two_ways_to_write_a_name_meet(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


@pytest.mark.parametrize(("one", "other"), [("پارک", "بارک"), ("خانه ۱", "خانه ۲"), ("la", "al")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_no_sign_below_the_han_changes_when_folded_twice() -> None:
    signs = (chr(number) for number in range(0x3400))
    assert [sign for sign in signs if fold(fold(sign)) != fold(sign)] == []


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_the_names_of_all_languages_stand_in_one_line() -> None:
    assert fold_names({"fa": "سپیدار", "en": "Sepidar"}) == "sepidar | سپیدار"
    assert fold_names({"fa": "سپیدار", "en": ""}) == "سپیدار"
