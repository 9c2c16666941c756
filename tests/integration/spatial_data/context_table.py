"""A table of context for the small folder: two zones, three indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.spatial_data import small_folder

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "zone,poverty,crowded,crowded_se\nN,۱۲.۵,0,\nS,40,30,2.5\n"
TABLES = """
[[context]]
source = "office"
path = "context.csv"
level = "neighbourhood"
code = "zone"
missing = ["", "NA"]
not_applicable = ["none"]
[[context.indicators]]
code = "poverty"
names = { en = "Poverty", fa = "فقر" }
units = { en = "points", fa = "امتیاز" }
column = "poverty"
good = 0.0
bad = 50.0
deprivation = true
[[context.indicators]]
code = "crowded"
names = { en = "Crowded homes", fa = "خانه‌های پرجمعیت" }
column = "crowded"
error = "crowded_se"
good = 5.0
bad = 40.0
normalisation = "rank"
domain = "context"
weight = 0.1
public = false

[streets]"""


def write(folder: Path, table: str = TABLE, tables: str = TABLES) -> Path:
    """Add a table of context to the small folder."""
    text = small_folder.CITY_TOML.replace("\n[streets]", tables, 1)
    (folder / "city.toml").write_text(text, encoding="utf-8")
    (folder / "context.csv").write_text(table, encoding="utf-8")
    return folder
