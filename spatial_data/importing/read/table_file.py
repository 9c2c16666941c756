"""Opens a CSV file or a sheet of a workbook and hands over rows of text with their numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from spatial_data.importing.read.formats import is_workbook
from spatial_data.importing.read.unreadable import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

DELIMITERS = ",;\t|"


@dataclass(slots=True)
class Row:
    """One row of a table: its number as a spreadsheet shows it, and its fields as text."""

    number: int
    fields: dict[str, str]


@dataclass(slots=True)
class Table:
    """A table with its columns in the file's order."""

    columns: list[str]
    rows: list[Row]


def read_table(path: Path, *, sheet: str = "", encoding: str = "") -> Table:
    """
    Return the rows of a table; empty rows are left out, numbers and dates become text.

    Raises
    ------
    UnreadableError
        If the file is empty, of another encoding, or has not the sheet.
    """
    if path.stat().st_size == 0:
        raise UnreadableError(problem="the file is empty", cure="export the table again")
    rows = _sheet_rows(path, sheet) if is_workbook(path) else _csv_rows(path, encoding)
    return _table(rows)


def _table(rows: list[list[str]]) -> Table:
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if not filled:
        raise UnreadableError(
            problem="the table is empty", cure="export it again, with its head line"
        )
    columns = [name.strip() for name in filled[0][1]]
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubled:
        problem = f"the head line names a column twice: {', '.join(doubled)}"
        raise UnreadableError(problem=problem, cure="give every column its own name")
    if len(filled) == 1:
        raise UnreadableError(
            problem="the table has a head line and no row", cure="export it again"
        )
    names = [name for name in columns if name]
    width = len(columns)
    body = [
        Row(number, dict(zip(columns, [*row, *[""] * (width - len(row))], strict=False)))
        for number, row in filled[1:]
    ]
    return Table(names, body)


def _csv_rows(path: Path, encoding: str) -> list[list[str]]:
    raw = path.read_bytes()
    if not encoding and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = raw.decode(encoding or "utf-8-sig")
    except (UnicodeDecodeError, LookupError) as error:
        problem = f"the text is not {encoding or 'UTF-8'}"
        cure = "add encoding = its encoding (Persian offices: windows-1256), or save it as UTF-8"
        raise UnreadableError(problem=problem, cure=cure) from error
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(DELIMITERS, key=head.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        return [[field.strip() for field in row] for row in reader]
    except csv.Error as error:
        raise UnreadableError(
            problem=f"this is no CSV: {error}", cure="export the table again"
        ) from error


def _sheet_rows(path: Path, sheet: str) -> list[list[str]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
        raise UnreadableError(
            problem="this is no workbook", cure="save it as .xlsx or .csv"
        ) from error
    try:
        name = _sheet_name(book, sheet)
        return [[_text(value) for value in row] for row in book[name].iter_rows(values_only=True)]
    finally:
        book.close()


def _sheet_name(book: Workbook, wanted: str) -> str:
    if wanted in book.sheetnames:
        return wanted
    if wanted or len(book.sheetnames) != 1:
        count = len(book.sheetnames)
        problem = f"there is no sheet {wanted!r}" if wanted else f"the workbook has {count} sheets"
        raise UnreadableError(
            problem=problem, cure=f"write layer = one of: {', '.join(book.sheetnames)}"
        )
    return book.sheetnames[0]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
