"""Writes many rows of a model at once, by COPY."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely
from django.db import connection
from psycopg import sql

from atlas.lib.sql import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db import models
    from shapely.geometry.base import BaseGeometry

WGS84 = 4326


def copy_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write rows in the order of `fields`; return how many."""
    meta = model._meta  # noqa: SLF001 - Django's documented door to a model's table
    columns = [str(getattr(meta.get_field(name), "column")) for name in fields]  # noqa: B009 - relations to this model have none
    listed = sql.SQL(", ").join([sql.Identifier(column) for column in columns])
    table = sql.Identifier(meta.db_table)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(table, listed)
    count = 0
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Take `count` keys of a model from the database, for rows that refer to each other."""
    table = model._meta.db_table  # noqa: SLF001 - as above
    with connection.cursor() as cursor:
        cursor.execute(statement("spatial_data", "new_ids"), {"table": table, "count": count})
        return [row[0] for row in cursor.fetchall()]


def shape_text(shape: BaseGeometry | None) -> str | None:
    """Write a shape in longitude and latitude as PostGIS reads it."""
    if shape is None:
        return None
    text: str = shapely.to_wkb(shapely.set_srid(shape, WGS84), hex=True, include_srid=True)
    return text


def json_text(value: object) -> str:
    """Write JSON; letters of every script stay as they are."""
    return json.dumps(value, ensure_ascii=False, default=str)


def range_text(first: date | None, last: date | None) -> str:
    """Write a half-open range of days."""
    return f"[{first or ''},{last or ''})"
