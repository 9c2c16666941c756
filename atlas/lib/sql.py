"""SQL that the ORM would hide, kept in `<room>/sql/<name>.sql` and read from there."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def statement(package: str, name: str) -> str:
    """
    Return the statement `name` of the room `package`, for instance ("spatial_data", "zone_at").

    Parameters stay bound by the caller: the text is never put together from values.

    Raises
    ------
    FileNotFoundError
        If the room has no such statement.
    ValueError
        If it does not open with the sentence that says what it is for.
    """
    text = resources.files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    if not text.startswith("-- "):
        msg = f"{package}/sql/{name}.sql: open with one sentence that says what it is for"
        raise ValueError(msg)
    return text
