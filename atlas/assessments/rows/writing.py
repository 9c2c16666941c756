"""Writes rows by COPY, and what every kind of row shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from atlas.engine.values import reason_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

    Row = tuple[Any, ...]


def copy_rows(model: type[models.Model], columns: str, rows: Iterable[Row]) -> None:
    """
    Write rows of one table.

    Parameters
    ----------
    model
        Whose table.
    columns
        Names of the columns, parted by blanks.
    rows
        Values in the order of the columns.
    """
    names = columns.split()
    # Names of our own tables and columns only: nothing here comes from outside.
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's public door
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def number(value: np.float64) -> float | None:
    """Return a number for the database: NaN is null."""
    return None if np.isnan(value) else float(value)


def why(reason: np.uint8 | int) -> str:
    """Return the name of a reason, empty where there is a value."""
    return reason_name(int(reason)) or ""
