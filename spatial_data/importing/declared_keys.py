"""Declared keys: a dataclass says what a TOML table may hold; this reads and checks it."""

from __future__ import annotations

import dataclasses
import difflib
from datetime import date, datetime
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spatial_data.importing.findings import Findings
    from spatial_data.importing.toml_lines import KeyPath

Declared = TypeVar("Declared")
NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-03-21",
}


def holds(meaning: str, *, default: Any = dataclasses.MISSING, one_of: Sequence[str] = ()) -> Any:  # noqa: ANN401 - the field's own annotation is the type
    """Declare one key: its meaning for docs/city-folder.md, its default, its allowed words."""
    metadata = {"meaning": meaning, "one_of": tuple(one_of)}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(slots=True)
class TableReader:
    """Reads tables into declared dataclasses and gathers every fault on the way."""

    file: str
    lines: Mapping[KeyPath, int]
    findings: Findings

    def spot(self, path: KeyPath) -> str:
        """Name the line of a key, or of the nearest key around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"line {self.lines[path]}" if path else "line 1"

    def fault(self, path: KeyPath, problem: str, cure: str) -> None:
        """Note a fault at a key."""
        self.findings.fault(self.file, self.spot(path), problem, cure)

    def read(
        self, declared: type[Declared], table: Mapping[str, object], path: KeyPath = ()
    ) -> Declared | None:
        """Return `table` as `declared`; None, with the faults noted, if it cannot be."""
        fields = {entry.name: entry for entry in dataclasses.fields(declared)}  # type: ignore[arg-type]
        before = len(self.findings.faults)
        self._refuse_unknown(table, fields, path)
        types = get_type_hints(declared)
        values: dict[str, object] = {}
        for name, entry in fields.items():
            if name in table:
                values[name] = self._value(types[name], table[name], (*path, name))
                self._check_word(entry, values[name], (*path, name))
            elif (
                entry.default is dataclasses.MISSING
                and entry.default_factory is dataclasses.MISSING
            ):
                self.fault(
                    path,
                    f"{dotted(path)} lacks the key {name!r}",
                    f"{name} = {entry.metadata['meaning']}",
                )
        return declared(**values) if len(self.findings.faults) == before else None

    def _refuse_unknown(
        self, table: Mapping[str, object], known: Mapping[str, object], path: KeyPath
    ) -> None:
        for name in table:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
                cure = (
                    f"did you mean {near[0]!r}?"
                    if near
                    else f"the keys here are: {', '.join(known)}"
                )
                self.fault((*path, name), f"{dotted(path)} has no key {name!r}", cure)

    def _check_word(self, entry: dataclasses.Field[Any], value: object, path: KeyPath) -> None:
        words = entry.metadata["one_of"]
        for word in _words(value):
            if words and word not in words:
                near = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
                cure = f"did you mean {near[0]!r}?" if near else f"say one of: {', '.join(words)}"
                self.fault(path, f"{dotted(path)} = {word!r} is not a word known here", cure)

    def _value(self, kind: Any, value: object, path: KeyPath) -> object:  # noqa: ANN401 - a type hint
        if isinstance(kind, UnionType):
            kind = next(option for option in get_args(kind) if option is not NoneType)
        origin = get_origin(kind)
        if origin is tuple:
            return self._list(get_args(kind)[0], value, path)
        if origin is dict:
            return self._mapping(get_args(kind)[1], value, path)
        if dataclasses.is_dataclass(kind):
            return self._table(kind, value, path)
        return self._plain(kind, value, path)

    def _list(self, kind: Any, value: object, path: KeyPath) -> tuple[object, ...]:  # noqa: ANN401 - a type hint
        if not isinstance(value, list):
            self.fault(path, f"{dotted(path)} is not a list", "write [ … ], or [[…]] for tables")
            return ()
        return tuple(self._value(kind, item, (*path, number)) for number, item in enumerate(value))

    def _mapping(self, kind: Any, value: object, path: KeyPath) -> dict[str, object]:  # noqa: ANN401 - a type hint
        if not isinstance(value, dict):
            self.fault(path, f"{dotted(path)} is not a table", "write { name = value }")
            return {}
        return {name: self._value(kind, item, (*path, name)) for name, item in value.items()}

    def _table(self, kind: Any, value: object, path: KeyPath) -> object:  # noqa: ANN401 - a type hint
        if not isinstance(value, dict):
            self.fault(path, f"{dotted(path)} is not a table", "write a table of keys")
            return None
        return self.read(kind, value, path)

    def _plain(self, kind: Any, value: object, path: KeyPath) -> object:  # noqa: ANN401 - a type hint
        if kind is float and type(value) is int:
            return float(value)
        if kind is object:
            return self._scalar(value, path)
        fits = type(value) is kind or (
            kind is date and isinstance(value, date) and not isinstance(value, datetime)
        )
        if not fits:
            self.fault(
                path, f"{dotted(path)} = {value!r} is not {NAMES[kind]}", f"write {NAMES[kind]}"
            )
        return value

    def _scalar(self, value: object, path: KeyPath) -> object:
        if not isinstance(value, str | int | float | date):
            self.fault(
                path, f"{dotted(path)} is not a single value", "write a text, a number or a date"
            )
        return value


def _words(value: object) -> list[str]:
    """List the texts of a value: itself, its items, or what its entries mean."""
    if isinstance(value, dict):
        value = tuple(value.values())
    return [
        word for word in (value if isinstance(value, tuple) else (value,)) if isinstance(word, str)
    ]


def dotted(path: KeyPath) -> str:
    """
    Write a key's path as a person does, lists counted from 1.

    Examples
    --------
    >>> dotted(("tiers", 0, "file", "path"))
    'tiers[1].file.path'
    """
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "the file"
