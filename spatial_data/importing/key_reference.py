"""Writes the reference of every key from its declaration, for docs/city-folder.md."""

from __future__ import annotations

import dataclasses
from types import NoneType
from typing import Any, get_args, get_type_hints

from spatial_data.importing.city_schema import CityTomlKeys
from spatial_data.importing.file_schema import FileKeys

WORDS = {str: "text", int: "whole number", float: "number", bool: "true/false", object: "value"}
HEAD = "| key | what it holds | form | if left out |\n|---|---|---|---|"


def reference() -> str:
    """Return the reference as Markdown, one section a table."""
    sections = [_section(FileKeys, "Keys of every file", "")]
    seen: set[type] = {FileKeys}
    _add_sections(CityTomlKeys, sections, seen)
    return "\n\n".join(sections) + "\n"


def _add_sections(declared: type, sections: list[str], seen: set[type]) -> None:
    for kind in _inner_tables(declared):
        if kind not in seen:
            seen.add(kind)
            title = (kind.__doc__ or "").strip().rstrip(".")
            sections.append(_section(kind, *_split_title(title)))
            _add_sections(kind, sections, seen)


def _split_title(title: str) -> tuple[str, str]:
    end = title.index("``", 2) + 2 if title.startswith("``") else len(title)
    while title[end : end + 6] in {", ``[[", " and `"}:
        end = title.index("``", title.index("``", end) + 2) + 2
    rest = title[end:].strip(" ,:;")
    return title[:end].replace("``", "`"), rest[:1].upper() + rest[1:] + ("." if rest else "")


def _inner_tables(declared: type) -> list[type]:
    found = []
    for kind in get_type_hints(declared).values():
        options = [kind, *get_args(kind)]
        found += [
            option
            for option in options
            if dataclasses.is_dataclass(option) and isinstance(option, type)
        ]
    return found


def _section(declared: type, title: str, about: str) -> str:
    hints = get_type_hints(declared)
    is_file = issubclass(declared, FileKeys) and declared is not FileKeys
    inherited = {field.name for field in dataclasses.fields(FileKeys)} if is_file else set()
    own = [field for field in dataclasses.fields(declared) if field.name not in inherited]
    rows = [_row(field, hints[field.name]) for field in own]
    table = "\n".join([HEAD, *rows]) if rows else ""
    also = "Also the keys of every file." if is_file else ""
    lines = [f"### {title}", about, also, table]
    return "\n\n".join(line for line in lines if line)


def _form(kind: Any, one_of: tuple[str, ...]) -> str:  # noqa: ANN401 - a type hint
    arguments = [option for option in get_args(kind) if option not in {NoneType, Ellipsis}]
    words = " / ".join(f"`{word}`" for word in one_of)
    if str(kind).startswith("tuple"):
        return f"list of {words or _form(arguments[0], ())}"
    if str(kind).startswith("dict"):
        return f"{{ name = {words or _form(arguments[1], ())} }}"
    if dataclasses.is_dataclass(kind):
        return "table"
    if arguments:
        return _form(arguments[0], one_of)
    return words or WORDS.get(kind, "date")


def _default(field: dataclasses.Field[Any]) -> str:
    value = "none" if field.default_factory is not dataclasses.MISSING else field.default
    if value is dataclasses.MISSING:
        return "**must be there**"
    if dataclasses.is_dataclass(value):
        return "as its own keys say"
    if isinstance(value, tuple):
        return ", ".join(f'`"{item}"`' for item in value) or "none"
    if value in {"", None, "none"}:
        return "none"
    return f"`{str(value).lower()}`"


def _row(field: dataclasses.Field[Any], hint: Any) -> str:  # noqa: ANN401 - a type hint
    form = _form(hint, field.metadata["one_of"])
    return f"| `{field.name}` | {field.metadata['meaning']} | {form} | {_default(field)} |"
