"""Judges tables of people: known codes, whole numbers, every area once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spatial_data.importing.key_checks import level_of
from spatial_data.importing.layers import CountRow
from spatial_data.importing.read.fields import FieldError, cut, fill, wanted, whole
from spatial_data.importing.validate.zones import check_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from spatial_data.importing.city_schema import CountColumnKeys, CountsKeys
    from spatial_data.importing.findings import Findings
    from spatial_data.importing.read.table_file import Row, Table

ROLES = {"counts": "count", "shares": "share", "controls": "control"}
MENTIONED = 20


class CountReader:
    """Reads one table of counts, row by row, and judges it."""

    def __init__(
        self, name: str, keys: CountsKeys, codes: Mapping[str, set[str]], findings: Findings
    ) -> None:
        self.role = ROLES[name]
        self.keys = keys
        self.level = level_of(keys, name)
        self.codes = codes.get(self.level, set())
        self.file = keys.path
        self.findings = findings
        self.unknown: list[str] = []
        self.faults = 0
        self.seen: dict[tuple[str, int, int, str], int] = {}

    def rows(self, table: Table, reference_date: date) -> list[CountRow]:
        """Return the counts of a table, as published."""
        keys = self.keys
        columns = [column.column for column in keys.columns]
        templates = [keys.code, keys.sex_column, *columns, *keys.where]
        names = [dict.fromkeys(table.columns, "")]
        if not check_columns(names, templates, self.file, self.findings):
            return []
        found = [
            count
            for row in table.rows
            if wanted(row.fields, keys)
            for count in self._row(row, reference_date)
        ]
        self._close(found)
        return found

    def _row(self, row: Row, reference_date: date) -> list[CountRow]:
        fields = cut(row.fields, self.keys.patterns)
        code = fill(self.keys.code, fields) if self.keys.code else ""
        if self.level != "city" and code not in self.codes:
            self.unknown.append(f"row {row.number}: {code or '(empty)'}")
            return []
        sex = self._sex(row, fields)
        counts = []
        for column in self.keys.columns:
            persons = self._persons(row, fields, column)
            whom = sex or column.sex
            ages = (column.ages[0], column.ages[1])
            if self._is_new(row, code, ages, whom):
                counts.append(
                    CountRow(self.file, self.role, code, *ages, whom, persons, reference_date)
                )
        return counts

    def _sex(self, row: Row, fields: Mapping[str, str]) -> str:
        if not self.keys.sex_column:
            return ""
        said = fields[self.keys.sex_column]
        if said not in self.keys.sex_values:
            known = ", ".join(self.keys.sex_values)
            self._fault(row, f"{self.keys.sex_column} = {said!r}", f"sex_values knows: {known}")
        return self.keys.sex_values.get(said, "all")

    def _persons(self, row: Row, fields: Mapping[str, str], column: CountColumnKeys) -> int | None:
        said = fields[column.column]
        if said in self.keys.missing:
            return None
        try:
            return whole(said)
        except FieldError as error:
            cure = "write a whole number, or list the text under missing"
            self._fault(row, f"{column.column}: {error}", cure)
            return None

    def _is_new(self, row: Row, code: str, ages: tuple[int, int], sex: str) -> bool:
        first = self.seen.setdefault((code, *ages, sex), row.number)
        if first == row.number:
            return True
        area = code or "the city"
        problem = f"{area} is counted twice, first in row {first}"
        self._fault(row, problem, "keep one of the rows, or pick by where")
        return False

    def _fault(self, row: Row, problem: str, cure: str) -> None:
        self.faults += 1
        if self.faults <= MENTIONED:
            self.findings.fault(self.file, f"row {row.number}", problem, cure)

    def _close(self, found: list[CountRow]) -> None:
        if self.faults > MENTIONED:
            more = self.faults - MENTIONED
            self.findings.fault(self.file, "", f"and {more} more faults of this file", "")
        if self.unknown:
            self._say_unknown()
        if not found and not self.faults and not self.unknown:
            self.findings.fault(self.file, "", "no row is left", "correct where")
        if self.level == "cell" and found:
            empty = len(self.codes - {count.area_code for count in found})
            if empty:
                self.findings.warning(self.file, "", f"{empty} cells have no row: not known")

    def _say_unknown(self) -> None:
        said = "; ".join(self.unknown[:MENTIONED])
        more = len(self.unknown) - MENTIONED
        said += f" and {more} more" if more > 0 else ""
        problem = f"{len(self.unknown)} rows have a code that is no {self.level}: {said}"
        if self.keys.unknown_codes == "report":
            self.findings.warning(self.file, "", f"{problem}; they were left out")
        else:
            cure = 'correct the codes, or write unknown_codes = "report"'
            self.findings.fault(self.file, "", problem, cure)
