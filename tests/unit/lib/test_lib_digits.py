from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas.lib import digits


def test_persian_text_gets_persian_digits_and_nothing_else_changes() -> None:
    assert digits.in_language("پلاک 12-3, A4", "fa") == "پلاک ۱۲-۳, A۴"
    assert digits.in_language("12", "en") == "12"


def test_a_language_with_a_region_is_still_that_language() -> None:
    assert digits.in_language("12", "fa-IR") == "۱۲"


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["fa", "en"]))
def test_a_written_number_is_read_back(value: int, language: str) -> None:
    written = digits.number(value, language)
    assert int(digits.to_ascii(written).replace(",", "")) == value
