from __future__ import annotations

import zipfile

import geopandas
import openpyxl
import pytest
from shapely.geometry import Point, box

from spatial_data.importing.file_schema import FileKeys
from spatial_data.importing.read import fields
from spatial_data.importing.read.table_file import read_table
from spatial_data.importing.read.unreadable import UnreadableError
from spatial_data.importing.read.vector_file import read_vector


def csv_file(folder, text, encoding="utf-8"):
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_mark_between_fields_is_found(tmp_path, mark) -> None:
    table = read_table(csv_file(tmp_path, f"a{mark}b\n1{mark}2\n"))
    assert table.rows[0].fields == {"a": "1", "b": "2"}


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path) -> None:
    assert read_table(csv_file(tmp_path, "کد,نام\n1,الف\n", "utf-8-sig")).columns == ["کد", "نام"]


def test_windows_1256_is_read_where_it_is_declared(tmp_path) -> None:
    path = csv_file(tmp_path, "a,b\n1,مدرسه\n", "windows-1256")
    assert read_table(path, encoding="windows-1256").rows[0].fields["b"] == "مدرسه"
    with pytest.raises(UnreadableError, match="the text is not UTF-8"):
        read_table(path)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path) -> None:
    table = read_table(csv_file(tmp_path, "a\n\n1\n\n2\n"))
    assert [row.number for row in table.rows] == [3, 5]


def test_a_sheet_of_a_workbook_is_read_by_name(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["not", "this"])
    sheet = book.create_sheet("units")
    sheet.append(["code", "seats"])
    sheet.append([7, 120.0])
    book.save(tmp_path / "book.xlsx")
    assert read_table(tmp_path / "book.xlsx", sheet="units").rows[0].fields == {
        "code": "7",
        "seats": "120",
    }
    with pytest.raises(UnreadableError, match="the workbook has 2 sheets") as caught:
        read_table(tmp_path / "book.xlsx")
    assert caught.value.cure == "write layer = one of: Sheet, units"


def test_a_doubled_column_is_refused(tmp_path) -> None:
    with pytest.raises(UnreadableError, match="names a column twice: a"):
        read_table(csv_file(tmp_path, "a,a\n1,2\n"))


@pytest.mark.parametrize(
    ("said", "number"), [("۱۲", 12.0), ("١٢", 12.0), ("1,250", 1250.0), ("1.5", 1.5), ("", None)]
)
def test_numbers_in_any_digits(said, number) -> None:
    assert fields.number(said) == number


@pytest.mark.parametrize("said", ["12a", "1,25", "-", "NA"])
def test_what_is_no_number_is_refused(said) -> None:
    with pytest.raises(fields.FieldError):
        fields.number(said)


def test_dates_in_both_calendars() -> None:
    assert fields.day("۱۴۰۴/۱۲/۲۹", "jalali").isoformat() == "2026-03-20"
    assert fields.day("2026-03-20", "jalali").isoformat() == "2026-03-20"
    with pytest.raises(fields.FieldError):
        fields.day("1404/13/01", "jalali")


def test_a_pattern_keeps_its_first_group_and_a_template_writes_around_it() -> None:
    row = fields.cut({"geocode": "2022_D04"}, {"geocode": r"_D0(\d)$"})
    assert fields.fill("ناحیه {geocode}", row, "fa") == "ناحیه ۴"
    assert fields.fill("D0{geocode}", row) == "D04"


def keys(**more) -> FileKeys:
    return FileKeys(source="s", path="p", **more)


def frame(**more) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"code": ["a"]}, geometry=[box(51, 35, 52, 36)], crs=4326, **more)


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.gpkg", "GPKG"),
        ("a.geojson", "GeoJSON"),
        ("a.fgb", "FlatGeobuf"),
        ("a.shp", "ESRI Shapefile"),
        ("a.kml", "KML"),
    ],
)
def test_vector_files_are_opened_by_their_content(tmp_path, name, driver) -> None:
    frame().to_file(tmp_path / name, driver=driver, engine="pyogrio")
    shapes = read_vector(tmp_path / name, keys())
    assert shapes.shape[0].bounds == pytest.approx((51, 35, 52, 36))


def test_a_zipped_shapefile_is_unpacked_under_names_of_our_own(tmp_path) -> None:
    frame().to_file(tmp_path / "a.shp", engine="pyogrio")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.???"):
            if part.suffix != ".zip":
                archive.write(part, f"folder/../{part.name}")
    assert len(read_vector(tmp_path / "a.zip", keys())) == 1


def test_a_shapefile_without_prj_is_refused_and_cured_by_srid(tmp_path) -> None:
    frame().to_file(tmp_path / "a.shp", engine="pyogrio")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(UnreadableError, match="does not say its reference system"):
        read_vector(tmp_path / "a.shp", keys())
    assert len(read_vector(tmp_path / "a.shp", keys(srid=4326))) == 1


def test_coordinates_are_turned_to_degrees_from_the_files_own_system(tmp_path) -> None:
    there = geopandas.GeoDataFrame({"a": [1]}, geometry=[Point(500_000, 3_950_000)], crs=32639)
    there.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    assert read_vector(tmp_path / "a.gpkg", keys()).shape[0].x == pytest.approx(51.0)


def test_north_before_east_is_turned(tmp_path) -> None:
    turned = geopandas.GeoDataFrame({"a": [1]}, geometry=[Point(35, 51)], crs=4326)
    turned.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    point = read_vector(tmp_path / "a.gpkg", keys(axis_order="north_east")).shape[0]
    assert (point.x, point.y) == (51, 35)


def test_a_layer_must_be_named_where_there_are_two(tmp_path) -> None:
    for layer in ("one", "two"):
        frame().to_file(tmp_path / "a.gpkg", layer=layer, engine="pyogrio")
    with pytest.raises(UnreadableError, match="the file has 2 layers"):
        read_vector(tmp_path / "a.gpkg", keys())
    assert len(read_vector(tmp_path / "a.gpkg", keys(layer="two"))) == 1
