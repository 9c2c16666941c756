"""Where a key stands in a TOML file: ``tomllib`` forgets lines, who mends it needs them."""

from __future__ import annotations

import re
from collections import Counter

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def key_lines(text: str) -> dict[KeyPath, int]:
    r"""
    Return the line, counted from 1, of every table header and key of `text`.

    Notes
    -----
    Keys inside inline tables and many-line values are not listed; the nearest listed key around
    them stands for them.

    Examples
    --------
    >>> lines = key_lines('[city]\nslug = "a"\n[[tiers]]\ncode = "d"\n[tiers.file]\npath = "x"\n')
    >>> lines["city", "slug"], lines["tiers", 0, "code"], lines["tiers", 0, "file", "path"]
    (2, 4, 6)
    """
    lines: dict[KeyPath, int] = {}
    seen: Counter[KeyPath] = Counter()
    table: KeyPath = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _table_path(header.group(2), seen, starts_item=header.group(1) == "[[")
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key.group(1))), number)
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _table_path(dotted: str, seen: Counter[KeyPath], *, starts_item: bool) -> KeyPath:
    """Resolve a header to its path, with the number of the item it belongs to in every list."""
    *outer, last = _parts(dotted)
    path: KeyPath = ()
    for part in outer:
        path = (*path, part)
        if path in seen:
            path = (*path, seen[path] - 1)
    path = (*path, last)
    if starts_item:
        seen[path] += 1
        path = (*path, seen[path] - 1)
    return path
