from __future__ import annotations

import pytest

from spatial_data.importing.city_toml import read_city_toml
from spatial_data.importing.findings import Findings
from tests.integration.spatial_data import small_folder

KIND = '[[kinds]]\ncode = "yard"\nnames = { en = "Yard" }\nservice = "Play Space"\n'


@pytest.fixture
def told(tmp_path):
    """Write a city.toml that differs from a good one, and return what is found in it."""

    def read(old: str, new: str) -> list[str]:
        folder = small_folder.write(tmp_path)
        assert old in small_folder.CITY_TOML
        text = small_folder.CITY_TOML.replace(old, new, 1)
        (folder / "city.toml").write_text(text, encoding="utf-8")
        findings = Findings()
        read_city_toml(folder, {}, findings)
        return [str(finding) for finding in findings]

    return read


def test_a_good_file_has_no_fault(told) -> None:
    assert told("slug", "slug") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("srid = 32639", "srid = 4326", "EPSG:4326 counts in degree, not in metres"),
        ("srid = 32639", "srid = 999999", "EPSG:999999 is not known"),
        ("srid = 32639", 'srid = "32639"', "city.srid = '32639' is not a whole number"),
        ("invented = true", "invented = 1", "city.invented = 1 is not true or false"),
        ('slug = "small"', 'slug = "Small City"', "line 3: the slug 'Small City' is not"),
        ("Asia/Tehran", "Asia/Teheran", "'Asia/Teheran' is not a time zone"),
        ('"jalali"', '"jalaali"', "did you mean 'jalali'?"),
        ("2026-03-21", '"2026-03-21"', "is not a date such as 2026-03-21"),
        ('names = { fa = "کوچک", en = "Small" }', "names = {}", "the city has no name"),
        ("reference_date = 2026-03-21\n", "", "city lacks the key 'reference_date'"),
        ('key = "map"', 'key = "office"', "sources has 'office' 2 times"),
        ('source = "map"', 'source = "mab"', "names the source 'mab', which is not declared"),
        ("ages = [0, 15]", "ages = [15, 0]", "columns[1].ages = [15, 0] is not a range of ages"),
        ('sex = "girl"', 'sex = "girls"', "did you mean 'girl'?"),
        ('kind = "school"', 'kind = "scool"', "names the kind 'scool', which is not known"),
        ('kind = "school"\n', "", "must say its kind once"),
        ('lon = "lon"\n', "", "does not say where its places are"),
        ('"zones.geojson"', '"nozones.geojson"', "there is no file nozones.geojson"),
        ('"zones.geojson"', '"/etc/passwd"', "/etc/passwd is not relative to the folder"),
        ('"zones.geojson"', '"${NOWHERE}/a"', "NOWHERE is not set"),
        ('"places/school"', '"place/school"', "there is no layer 'place/school'"),
        ("[[tiers]]", f"{KIND}\n[[tiers]]", "'Play Space' is not the code of a service"),
        ("[city]", "[city", "this is not TOML"),
        ("[[tiers]]", "[tiers]", "tiers is not a list"),
    ],
)
def test_a_fault_is_told_with_what_is_wrong(told, old, new, said) -> None:
    assert any(said in one for one in told(old, new))


def test_a_fault_names_its_line(told) -> None:
    line = 1 + small_folder.CITY_TOML.splitlines().index('path = "counts.csv"')
    found = told('path = "counts.csv"', 'pathh = "counts.csv"')
    assert any(f"city.toml, line {line}: counts[1] has no key 'pathh'" in one for one in found)


def test_a_missing_folder_is_told(tmp_path) -> None:
    findings = Findings()
    assert read_city_toml(tmp_path, {}, findings) is None
    assert "there is no city.toml" in str(findings.items[0])
