"""Dates as people read them: Jalali where the city keeps that calendar, Gregorian inside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import jdatetime

from atlas.lib.digits import in_language, to_ascii

Calendar = Literal["jalali", "gregorian"]

# Saturday first, as the Iranian week has it; date.weekday() counts from Monday.
_DAYS_FROM_MONDAY_TO_SATURDAY = 2

JALALI_MONTHS = {
    "fa": (
        *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور"),
        *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
    ),
    "en": (
        *("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar"),
        *("Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"),
    ),
}
GREGORIAN_MONTHS = {
    "fa": (
        *("ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن"),
        *("ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def year_of(day: date, calendar: Calendar) -> int:
    """
    Return the year that `calendar` gives `day`.

    Examples
    --------
    >>> year_of(date(2026, 3, 21), "jalali"), year_of(date(2026, 3, 20), "jalali")
    (1405, 1404)
    """
    return _parts(day, calendar)[0]


def long_date(day: date, calendar: Calendar, language: str) -> str:
    """
    Return `day` in words.

    Examples
    --------
    >>> long_date(date(2026, 3, 21), "jalali", "fa")
    '۱ فروردین ۱۴۰۵'
    >>> long_date(date(2026, 3, 21), "gregorian", "en")
    '21 March 2026'
    """
    year, month, number = _parts(day, calendar)
    months = JALALI_MONTHS if calendar == "jalali" else GREGORIAN_MONTHS
    tongue = "fa" if language.split("-", maxsplit=1)[0] == "fa" else "en"
    return in_language(f"{number} {months[tongue][month - 1]} {year}", language)


def short_date(day: date, calendar: Calendar, language: str) -> str:
    """
    Return `day` in digits, the year first.

    Examples
    --------
    >>> short_date(date(2026, 3, 21), "jalali", "fa")
    '۱۴۰۵/۰۱/۰۱'
    >>> short_date(date(2026, 3, 21), "gregorian", "en")
    '2026-03-21'
    """
    mark = "/" if calendar == "jalali" else "-"
    year, month, number = _parts(day, calendar)
    return in_language(f"{year:04d}{mark}{month:02d}{mark}{number:02d}", language)


def parse(text: str, calendar: Calendar) -> date:
    """
    Return the day that `text` names in `calendar`, year first, in any digits.

    Raises
    ------
    ValueError
        If `text` is no such date, or the calendar has no such day.

    Examples
    --------
    >>> parse("۱۴۰۴/۱۲/۲۹", "jalali")
    datetime.date(2026, 3, 20)
    """
    pieces = to_ascii(text).strip().replace("/", "-").split("-")
    try:
        year, month, number = (int(piece) for piece in pieces)
        if calendar == "jalali":
            found: date = jdatetime.date(year, month, number).togregorian()
            return found
        return date(year, month, number)
    except ValueError as error:
        msg = f"{text!r} is no {calendar} date (year, month, day)"
        raise ValueError(msg) from error


def first_of_year(year: int, calendar: Calendar) -> date:
    """Return the day on which `calendar` begins `year`."""
    return parse(f"{year}-1-1", calendar)


def week_begins(day: date, calendar: Calendar) -> date:
    """Return the first day of the week of `day`: Saturday in Jalali, Monday in Gregorian."""
    since_monday = day.weekday()
    if calendar == "jalali":
        return day - timedelta(days=(since_monday + _DAYS_FROM_MONDAY_TO_SATURDAY) % 7)
    return day - timedelta(days=since_monday)


def _parts(day: date, calendar: Calendar) -> tuple[int, int, int]:
    if calendar == "jalali":
        found = jdatetime.date.fromgregorian(date=day)
        return found.year, found.month, found.day
    return day.year, day.month, day.day
