"""Judges tables of context: known zones, finite numbers, every zone once."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from spatial_data.importing.context_checks import MOST_NUMBER
from spatial_data.importing.layers import ContextRow, IndicatorRow
from spatial_data.importing.read.fields import FieldError, cut, fill, number, wanted
from spatial_data.importing.validate.zones import check_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from spatial_data.importing.context_schema import ContextKeys, IndicatorKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.read.table_file import Row, Table

MENTIONED = 20
MISSING, NOT_APPLICABLE = "missing", "not_applicable"


class ContextReader:
    """Reads one table of context, row by row, and judges it."""

    def __init__(self, keys: ContextKeys, codes: set[str], findings: Findings) -> None:
        self.keys = keys
        self.codes = codes
        self.file = keys.path
        self.findings = findings
        self.unknown: list[str] = []
        self.faults = 0
        self.seen: dict[str, int] = {}

    def rows(self, table: Table, reference_date: date) -> list[IndicatorRow]:
        """Return the indicators of a table, each with a value for every zone of its tier."""
        keys = self.keys
        columns = [name for one in keys.indicators for name in (one.column, one.error)]
        templates = [keys.code, *columns, *keys.where]
        names = [dict.fromkeys(table.columns, "")]
        if not check_columns(names, templates, self.file, self.findings):
            return []
        found = [
            IndicatorRow(self.file, keys.level, one, reference_date) for one in keys.indicators
        ]
        for row in table.rows:
            if wanted(row.fields, keys):
                self._read(row, found)
        self._close(found)
        return found

    def _read(self, row: Row, found: list[IndicatorRow]) -> None:
        fields = cut(row.fields, self.keys.patterns)
        code = fill(self.keys.code, fields)
        if code not in self.codes:
            self.unknown.append(f"row {row.number}: {code or '(empty)'}")
            return
        first = self.seen.setdefault(code, row.number)
        if first != row.number:
            problem = f"{code} comes twice, first in row {first}"
            self._fault(row, problem, "keep one of the rows, or pick by where")
            return
        for indicator in found:
            indicator.values.append(self._value(row, fields, code, indicator.keys))

    def _value(
        self, row: Row, fields: Mapping[str, str], code: str, one: IndicatorKeys
    ) -> ContextRow:
        said = fields[one.column]
        if said in self.keys.not_applicable:
            return ContextRow(code, None, None, NOT_APPLICABLE)
        if said in self.keys.missing:
            return ContextRow(code, None, None, MISSING)
        value = self._number(row, one.column, said)
        if value is None:
            return ContextRow(code, None, None, MISSING)
        return ContextRow(code, value, self._error(row, fields, one), "")

    def _error(self, row: Row, fields: Mapping[str, str], one: IndicatorKeys) -> float | None:
        """Return the stated sampling error of a number; None where none is stated."""
        said = fields[one.error] if one.error else ""
        if said in self.keys.missing or said in self.keys.not_applicable:
            return None
        error = self._number(row, one.error, said) if said else None
        if error is not None and error < 0:
            problem = f"{one.error}: a sampling error of {said} is negative"
            self._fault(row, problem, "write 0 or more, or leave it empty")
            return None
        return error

    def _number(self, row: Row, column: str, said: str) -> float | None:
        try:
            value = number(said)
        except FieldError as error:
            cure = "write a number, or list the text under missing or not_applicable"
            self._fault(row, f"{column}: {error}", cure)
            return None
        if value is not None and not (isfinite(value) and abs(value) <= MOST_NUMBER):
            problem = f"{column}: {said!r} is not a finite number"
            self._fault(row, problem, "write a number, or list the text under missing")
            return None
        if value is None:
            cure = 'list "" under missing, or write the number'
            self._fault(row, f"{column} is empty", cure)
        return value

    def _fault(self, row: Row, problem: str, cure: str) -> None:
        self.faults += 1
        if self.faults <= MENTIONED:
            self.findings.fault(self.file, f"row {row.number}", problem, cure)

    def _close(self, found: list[IndicatorRow]) -> None:
        if self.faults > MENTIONED:
            more = self.faults - MENTIONED
            self.findings.fault(self.file, "", f"and {more} more faults of this file", "")
        if self.unknown:
            self._say_unknown()
        if not self.seen and not self.unknown:
            self.findings.fault(self.file, "", "no row is left", "correct where")
            return
        without = sorted(self.codes - set(self.seen))
        if without and self.seen:
            said = f"{len(without)} zones have no row: not known"
            self.findings.warning(self.file, "", said)
        for indicator in found:
            # Not known is not nothing: a zone without a row stands there as missing.
            indicator.values += [ContextRow(code, None, None, MISSING) for code in without]

    def _say_unknown(self) -> None:
        said = "; ".join(self.unknown[:MENTIONED])
        more = len(self.unknown) - MENTIONED
        said += f" and {more} more" if more > 0 else ""
        level = self.keys.level
        problem = f"{len(self.unknown)} rows have a code that is no {level}: {said}"
        if self.keys.unknown_codes == "report":
            self.findings.warning(self.file, "", f"{problem}; they were left out")
        else:
            cure = 'correct the codes, or write unknown_codes = "report"'
            self.findings.fault(self.file, "", problem, cure)
