from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.lib import dates

DAYS = st.dates(min_value=date(1921, 3, 21), max_value=date(2121, 3, 20))


def test_nowruz_begins_the_jalali_year() -> None:
    assert dates.first_of_year(1404, "jalali") == date(2025, 3, 21)
    assert dates.year_of(date(2025, 3, 20), "jalali") == 1403


def test_a_leap_year_has_a_thirtieth_of_esfand_and_a_plain_one_has_not() -> None:
    assert dates.parse("1403/12/30", "jalali") == date(2025, 3, 20)
    with pytest.raises(ValueError, match="no jalali date"):
        dates.parse("1404/12/30", "jalali")


def test_a_date_is_read_in_persian_arabic_and_ascii_digits() -> None:
    assert {dates.parse(t, "jalali") for t in ("۱۴۰۴/۰۷/۰۱", "١٤٠٤-٧-١", "1404/7/1")} == {
        date(2025, 9, 23)
    }


@pytest.mark.parametrize("text", ["", "1404", "1404/1", "1404/13/1", "1404/1/1/1", "year/1/1"])
def test_what_is_no_date_is_named_in_the_message(text: str) -> None:
    with pytest.raises(ValueError, match="year, month, day"):
        dates.parse(text, "jalali")


def test_a_date_is_written_in_the_city_s_calendar_and_the_reader_s_language() -> None:
    day = date(2025, 9, 23)
    assert dates.long_date(day, "jalali", "fa") == "۱ مهر ۱۴۰۴"
    assert dates.long_date(day, "jalali", "en") == "1 Mehr 1404"
    assert dates.long_date(day, "gregorian", "fa") == "۲۳ سپتامبر ۲۰۲۵"
    assert dates.long_date(day, "gregorian", "en") == "23 September 2025"


@given(DAYS)
def test_what_is_written_short_is_read_back(day: date) -> None:
    assert dates.parse(dates.short_date(day, "jalali", "fa"), "jalali") == day
    assert dates.parse(dates.short_date(day, "gregorian", "en"), "gregorian") == day


@given(DAYS)
def test_the_week_begins_on_saturday_here_and_on_monday_there(day: date) -> None:
    saturday = dates.week_begins(day, "jalali")
    monday = dates.week_begins(day, "gregorian")
    assert (saturday.isoweekday(), monday.isoweekday()) == (6, 1)
    assert all(timedelta() <= day - first < timedelta(days=7) for first in (saturday, monday))
