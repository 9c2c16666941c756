"""Reads a requirement set's file and checks it whole before anything is kept."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atlas.assessments.standards import checks
from atlas.assessments.standards.form import ParameterKeys, StandardKeys
from spatial_data.importing.declared_keys import TableReader
from spatial_data.importing.toml_lines import key_lines

if TYPE_CHECKING:
    from pathlib import Path

    from spatial_data.importing.findings import Findings

SOURCES_CSV = "sources.csv"
SOURCE_COLUMNS = {"key", "value", "unit", "source", "confidence"}


@dataclass(frozen=True, slots=True)
class StandardFile:
    """
    A requirement set that holds together.

    Attributes
    ----------
    keys
        All but the parameters.
    parameters
        By code: value, unit, basis and names, as the file has them.
    sources
        The rows of ``sources.csv`` the set rests on, by key.
    content_hash
        Of what the file means and of those rows; comments and layout do not count.
    """

    keys: StandardKeys
    parameters: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, str]]
    content_hash: str


def read_standard(path: Path, findings: Findings) -> StandardFile | None:
    """
    Return the set in the file at `path`, or None with every fault in `findings`.

    Parameters
    ----------
    path
        The file; ``sources.csv`` lies beside it.
    findings
        Where faults are gathered, each with its line and cure.

    Returns
    -------
    file
        None as soon as there is a single fault: a set is kept whole or not at all.
    """
    table = _table(path, findings)
    if table is None:
        return None
    before = len(findings.faults)
    reader = TableReader(path.name, key_lines(path.read_text(encoding="utf-8")), findings)
    parameters = _parameters(table.get("parameters", []), reader)
    keys = reader.read(StandardKeys, {k: v for k, v in table.items() if k != "parameters"})
    sources = _sources(path.with_name(SOURCES_CSV), findings)
    if keys is None or sources is None:
        return None
    used = checks.check(keys, parameters, sources, reader)
    if len(findings.faults) > before:
        return None
    rows = {key: sources[key] for key in sorted(used)}
    return StandardFile(keys, parameters, rows, _hash(table, rows))


def _table(path: Path, findings: Findings) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        findings.fault(path.name, "", f"it does not open: {error.strerror}", "name a set's file")
    except UnicodeDecodeError:
        findings.fault(path.name, "", "the file is not UTF-8 text", "save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        spot = re.search(r"line \d+", str(error))
        findings.fault(
            path.name,
            spot.group() if spot else "",
            f"this is not TOML: {error}",
            "see https://toml.io for the form",
        )
    return None


def _parameters(listed: object, reader: TableReader) -> dict[str, dict[str, Any]]:
    """Return the parameters by code; a value may be a number, text, or a list of numbers."""
    if not isinstance(listed, list):
        reader.fault(("parameters",), "parameters is not a list", "write [[parameters]]")
        return {}
    found: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(listed):
        where = ("parameters", number)
        rest = {key: value for key, value in entry.items() if key != "value"}
        keys = reader.read(ParameterKeys, rest, where)
        if "value" not in entry:
            reader.fault(where, "the parameter has no value", "value = what is adopted")
        elif keys is not None:
            if keys.code in found:
                reader.fault(where, f"the parameter {keys.code!r} comes twice", "keep one")
            found[keys.code] = {
                "value": entry["value"],
                "unit": keys.unit,
                "basis": keys.basis,
                "names": keys.names,
            }
    return found


def _sources(path: Path, findings: Findings) -> dict[str, dict[str, str]] | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        findings.fault(
            path.name, "", f"it does not open: {error.strerror}", "lay it beside the set"
        )
        return None
    if rows and set(rows[0]) != SOURCE_COLUMNS:
        findings.fault(
            path.name,
            "row 1",
            f"its columns are {', '.join(map(str, rows[0]))}",
            f"the columns are {', '.join(sorted(SOURCE_COLUMNS))}",
        )
        return None
    return {row["key"]: row for row in rows}


def _hash(table: dict[str, Any], rows: dict[str, dict[str, str]]) -> str:
    meant = json.dumps(
        {"set": table, "sources": rows}, sort_keys=True, ensure_ascii=False, default=str
    )
    return hashlib.sha256(meant.encode()).hexdigest()
