"""Reads single fields: templates and patterns, numbers in any digits, dates, yes and no."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atlas.lib import dates
from atlas.lib.digits import in_language, to_ascii

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from atlas.lib.dates import Calendar
    from spatial_data.importing.file_schema import FileKeys

_GROUPED = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")
_SLOT = re.compile(r"\{([^{}]+)\}")
YES = frozenset({"yes", "true", "1", "y", "بله", "بلی", "دارد"})
NO = frozenset({"no", "false", "0", "n", "خیر", "نه", "ندارد"})


class FieldError(ValueError):
    """A field does not hold what its column should."""


def text(value: object) -> str:
    """
    Return a field as text: whole numbers without a point, nothing for an empty field.

    Examples
    --------
    >>> text(3501.0), text(None), text(" a ")
    ('3501', '', 'a')
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value unlike itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def cut(row: Mapping[str, object], patterns: Mapping[str, str]) -> dict[str, str]:
    """Return a row as text, each column with a pattern cut to the pattern's first group."""
    fields = {name: text(value) for name, value in row.items()}
    for column, pattern in patterns.items():
        if match := re.search(pattern, fields.get(column, "")):
            fields[column] = match.group(1)
    return fields


def fill(template: str, fields: Mapping[str, str], language: str = "") -> str:
    """
    Return the column `template` names, or the template with its columns filled in.

    Examples
    --------
    >>> fill("D{n}", {"n": "4"}), fill("ناحیه {n}", {"n": "4"}, "fa"), fill("n", {"n": "4"})
    ('D4', 'ناحیه ۴', '4')
    """
    if not _SLOT.search(template):
        return fields.get(template, "")
    filled = _SLOT.sub(lambda slot: fields.get(slot.group(1), ""), template)
    return in_language(filled, language) if language else filled


def columns_of(template: str) -> list[str]:
    """Return the columns a template needs."""
    return _SLOT.findall(template) or ([template] if template else [])


def wanted(fields: Mapping[str, object], keys: FileKeys) -> bool:
    """Say whether a row passes ``where``."""
    return all(text(fields.get(column)) == text(value) for column, value in keys.where.items())


def number(value: str) -> float | None:
    """
    Return a number, None for an empty field.

    Raises
    ------
    FieldError
        If it is no number.

    Examples
    --------
    >>> number("۱٬۲۵۰"), number("3.5"), number("")
    (1250.0, 3.5, None)
    """
    plain = to_ascii(value).replace(" ", "").replace("\u200c", "")
    if not plain:
        return None
    try:
        return float(
            plain.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain
        )
    except ValueError as error:
        msg = f"{value!r} is not a number"
        raise FieldError(msg) from error


def whole(value: str) -> int | None:
    """Return a whole number that is not negative, None for an empty field."""
    found = number(value)
    if found is None:
        return None
    if found < 0:
        msg = f"{value} is negative"
        raise FieldError(msg)
    if not found.is_integer():
        msg = f"{value} is not a whole number"
        raise FieldError(msg)
    return int(found)


def positive(value: str) -> float | None:
    """Return a number above 0, None for an empty field or 0."""
    found = number(value)
    if found is not None and found < 0:
        msg = f"{value} is negative"
        raise FieldError(msg)
    return found or None


def yes_or_no(value: str, words: Mapping[str, str]) -> bool | None:
    """Return what a field says, None for an empty one."""
    said = words.get(value, value).casefold()
    if said in YES:
        return True
    if said in NO:
        return False
    if said in {"", "unknown"}:
        return None
    msg = f"{value!r} is neither yes nor no"
    raise FieldError(msg)


def word(value: str, words: Mapping[str, str], known: Iterable[str]) -> str:
    """Return one of the `known` words, translated by the file's own; empty stays empty."""
    said = words.get(value, value)
    if said and said not in known:
        msg = f"{value!r} is not known; say in values what it means: {', '.join(known)}"
        raise FieldError(msg)
    return said


def day(value: str, calendar: Calendar) -> date | None:
    """Return a date, written in the Gregorian calendar or in the city's own."""
    if not value:
        return None
    plain = to_ascii(value).replace("/", "-")
    is_jalali = calendar == "jalali" and re.match(r"1[34]\d\d-", plain)
    try:
        return dates.parse(plain, "jalali" if is_jalali else "gregorian")
    except ValueError as error:
        msg = f"{value!r} is not a date such as 2026-03-21"
        raise FieldError(msg) from error
