"""What is measured of zones comes in as published, or is refused with row, problem and cure."""

from __future__ import annotations

from datetime import date

import numpy as np
import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from spatial_data import frames
from spatial_data.importing.findings import FolderRefusedError
from spatial_data.models import (
    ActiveLayer,
    ContextIndicator,
    ContextValue,
    LayerVersion,
    Snapshot,
)
from tests.integration.spatial_data import context_table

pytestmark = pytest.mark.django_db


def version() -> LayerVersion:
    return ActiveLayer.objects.get(city__slug="small", layer="context").version


def values(indicator: str) -> dict[str, tuple]:
    rows = ContextValue.objects.filter(
        indicator__code=indicator, indicator__layer_version=version()
    )
    return {
        row.zone.code: (row.number, row.standard_error, row.reason)
        for row in rows.select_related("zone")
    }


def test_numbers_come_in_as_published_and_nothing_is_not_zero(folder, load) -> None:
    load(context_table.write(folder))
    assert values("poverty") == {"N": (12.5, None, ""), "S": (40.0, None, "")}
    assert values("crowded") == {"N": (0.0, None, ""), "S": (30.0, 2.5, "")}
    poverty, crowded = ContextIndicator.objects.order_by("-code")
    assert (poverty.is_deprivation, poverty.is_public, poverty.weight_micro) == (True, True, 0)
    assert (crowded.is_deprivation, crowded.is_public, crowded.weight_micro) == (
        False,
        False,
        100_000,
    )
    assert poverty.reference_date == date(2025, 9, 23)
    assert poverty.snapshot.file_name == "context.csv"


def test_missing_not_applicable_and_a_zone_without_a_row_stay_apart(folder, load) -> None:
    load(context_table.write(folder, "zone,poverty,crowded,crowded_se\nN,none,NA,\n"))
    assert values("poverty") == {"N": (None, None, "not_applicable"), "S": (None, None, "missing")}
    assert values("crowded")["N"] == (None, None, "missing")


def test_a_workbook_serves_as_well(folder, load) -> None:
    load(context_table.write(folder))
    first = values("crowded")
    book = openpyxl.Workbook()
    for row in (["zone", "poverty", "crowded", "crowded_se"], ["N", 12.5, 0, None]):
        book.active.append(row)
    book.active.append(["S", "۴۰", 30, 2.5])
    book.save(folder / "context.xlsx")
    text = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(text.replace("context.csv", "context.xlsx"), "utf-8")
    assert set(load(folder).rows) == {"context"}
    assert values("crowded") == first


def test_only_context_is_built_again_where_only_context_changed(folder, load) -> None:
    load(context_table.write(folder))
    before = version()
    (folder / "context.csv").write_text(context_table.TABLE.replace("40", "41"), encoding="utf-8")
    assert set(load(folder).rows) == {"context"}
    assert version() != before
    assert not load(folder).changed


def test_a_folder_without_context_has_an_empty_layer(folder, load) -> None:
    load(folder)
    assert version().row_count == 0
    assert frames.context(version()).code.size == 0


def test_the_frame_is_sorted_by_code_and_zone(folder, load) -> None:
    load(context_table.write(folder))
    found = frames.context(version())
    assert found.code.tolist() == ["crowded", "poverty"]
    assert found.tier.tolist() == ["neighbourhood"] * 2
    assert found.normalisation.tolist() == ["rank", "goalposts"]
    rows = zip(found.indicator.tolist(), found.zone.tolist(), strict=True)
    assert list(rows) == [(0, "N"), (0, "S"), (1, "N"), (1, "S")]
    assert found.number.tolist() == [0.0, 30.0, 12.5, 40.0]
    np.testing.assert_array_equal(found.standard_error, [np.nan, 2.5, np.nan, np.nan])


def test_the_plain_view_gives_numbers_with_their_outlines(folder, load) -> None:
    load(context_table.write(folder))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT zone, indicator, number, outline IS NOT NULL FROM zone_context "
            "WHERE city = 'small' AND is_public ORDER BY zone"
        )
        assert cursor.fetchall() == [("N", "poverty", 12.5, True), ("S", "poverty", 40.0, True)]


FAULTS = [
    ("S,40", "X,40", "context.csv: 1 rows have a code that is no neighbourhood: row 3: X"),
    ("S,40", "unassigned-neighbourhood,40", "code that is no neighbourhood: row 3: unassigned"),
    ("S,40", "N,40", "context.csv, row 3: N comes twice, first in row 2 Cure: keep one"),
    ("40", "much", "context.csv, row 3: poverty: 'much' is not a number Cure: write a number"),
    ("40", "inf", "context.csv, row 3: poverty: 'inf' is not a finite number"),
    ("40", "nan", "context.csv, row 3: poverty: 'nan' is not a finite number"),
    ("40", "1e101", "context.csv, row 3: poverty: '1e101' is not a finite number"),
    ("2.5\n", "-2.5\n", "row 3: crowded_se: a sampling error of -2.5 is negative Cure: write 0"),
    ("2.5\n", "small\n", "row 3: crowded_se: 'small' is not a number"),
    ("poverty", "riches", "context.csv: there is no column 'poverty' Cure: its columns are"),
]
KEYS = [
    ('level = "neighbourhood"', 'level = "street"', "about 'street', which is no tier"),
    ("bad = 50.0", "bad = 0.0", "poverty: good and bad are both 0 Cure: write two numbers"),
    ("bad = 50.0", "bad = inf", "poverty: bad = inf Cure: write a finite number"),
    ("weight = 0.1", "weight = 1.0", "crowded: weight = 1 Cure: write a share of the score"),
    ("weight = 0.1", "weight = -0.1", "crowded: weight = -0.1 Cure"),
    ("weight = 0.1", "weight = nan", "crowded: weight = nan Cure"),
    ('code = "crowded"', 'code = "poverty"', "the indicator 'poverty' comes 2 times"),
    ('code = "crowded"', 'code = "Crowded Homes"', "'Crowded Homes' is not a word"),
    ("public = false", "deprivation = true", "crowded and poverty both rank zones by deprivation"),
    ("public = false", "publik = false", "no key 'publik' Cure: did you mean 'public'?"),
    ('"rank"', '"ranks"', "= 'ranks' is not a word known here Cure: did you mean 'rank'?"),
    ('["none"]', '["NA"]', "'NA' stands for missing and for not applicable"),
    ('source = "office"\npath = "context', 'source = "off"\npath = "context', "source 'off'"),
    ('path = "context.csv"', 'path = "none.csv"', "there is no file none.csv"),
]


@pytest.fixture
def refused(folder, load):
    """Load a good folder, spoil it, and see that it is refused without a trace."""

    def run(table: str, tables: str) -> str:
        load(context_table.write(folder))
        before = _state()
        context_table.write(folder, table, tables)
        with pytest.raises(FolderRefusedError) as caught:
            load(folder)
        assert _state() == before
        return str(caught.value)

    return run


def _state() -> tuple:
    return (
        sorted(ActiveLayer.objects.values_list("layer", "version__content_hash")),
        LayerVersion.objects.count(),
        Snapshot.objects.count(),
        ContextValue.objects.count(),
    )


@pytest.mark.parametrize(("before", "after", "said"), FAULTS)
def test_a_fault_of_the_table_names_row_and_cure(refused, before, after, said) -> None:
    assert before in context_table.TABLE
    assert said in refused(context_table.TABLE.replace(before, after, 1), context_table.TABLES)


@pytest.mark.parametrize(("before", "after", "said"), KEYS)
def test_a_fault_of_the_keys_names_line_and_cure(refused, before, after, said) -> None:
    assert before in context_table.TABLES
    told = refused(context_table.TABLE, context_table.TABLES.replace(before, after, 1))
    assert said in told
    assert "city.toml, line" in told


def test_indicators_that_leave_services_no_weight_are_refused(refused) -> None:
    heavy = context_table.TABLES.replace("deprivation = true", "weight = 0.9")
    assert "the indicators weigh 1, and services nothing" in refused(context_table.TABLE, heavy)


def test_unknown_zones_may_be_reported_instead(folder, load) -> None:
    tables = context_table.TABLES.replace(
        'code = "zone"', 'code = "zone"\nunknown_codes = "report"'
    )
    report = load(context_table.write(folder, context_table.TABLE + "X,1,1,\n", tables))
    assert any("row 4: X; they were left out" in str(one) for one in report.findings)


SPOILED = [
    ({"number": float("nan")}, "context_number_is_finite"),
    ({"number": float("inf")}, "context_number_is_finite"),
    ({"number": None, "standard_error": None}, "context_null_has_a_reason"),
    ({"reason": "missing"}, "context_null_has_a_reason"),
    ({"standard_error": -1.0}, "context_error_of_a_number_not_negative"),
    ({"number": None, "reason": "missing"}, "context_error_of_a_number_not_negative"),
]


@pytest.mark.parametrize(("change", "constraint"), SPOILED)
def test_the_database_refuses_a_value_that_is_none(folder, load, change, constraint) -> None:
    load(context_table.write(folder))
    row = ContextValue.objects.filter(standard_error__isnull=False)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.update(**change)


INDICATORS = [
    ({"bad": 5.0}, "context_goalposts_finite_and_apart"),
    ({"good": float("inf")}, "context_goalposts_finite_and_apart"),
    ({"weight_micro": 1_000_000}, "context_weight_below_1"),
    ({"is_deprivation": True}, "context_one_deprivation_per_version"),
]


@pytest.mark.parametrize(("change", "constraint"), INDICATORS)
def test_the_database_refuses_an_indicator_that_is_none(folder, load, change, constraint) -> None:
    load(context_table.write(folder))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ContextIndicator.objects.filter(code="crowded").update(**change)
