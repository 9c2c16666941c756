"""Digits as people write them: Persian in Persian, ASCII everywhere else."""

from __future__ import annotations

ASCII = "0123456789"
PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"

PERSIAN_DECIMAL_MARK = "٫"
PERSIAN_THOUSANDS_MARK = "٬"

_TO_ASCII = str.maketrans(
    PERSIAN + ARABIC + PERSIAN_DECIMAL_MARK, ASCII * 2 + ".", PERSIAN_THOUSANDS_MARK
)
_TO_PERSIAN = str.maketrans(ASCII, PERSIAN)
_TO_PERSIAN_NUMBER = str.maketrans(
    ASCII + ".,", PERSIAN + PERSIAN_DECIMAL_MARK + PERSIAN_THOUSANDS_MARK
)


def to_ascii(text: str) -> str:
    """
    Return `text` with Persian and Arabic digits and marks as Python reads them.

    Examples
    --------
    >>> float(to_ascii("۱٬۲۳۴٫۵"))
    1234.5
    """
    return text.translate(_TO_ASCII)


def in_language(text: str, language: str) -> str:
    """Return `text` with the digits of `language`; every other sign stays."""
    return text.translate(_TO_PERSIAN) if _is_persian(language) else text


def number(value: float, language: str, *, places: int = 0) -> str:
    """
    Return `value` with grouped thousands and `places` decimals, as `language` writes it.

    Examples
    --------
    >>> number(1234.5, "en", places=1)
    '1,234.5'
    >>> number(1234.5, "fa", places=1)
    '۱٬۲۳۴٫۵'
    """
    written = f"{value:,.{places}f}"
    return written.translate(_TO_PERSIAN_NUMBER) if _is_persian(language) else written


def _is_persian(language: str) -> bool:
    return language.split("-", maxsplit=1)[0] == "fa"
