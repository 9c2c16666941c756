"""A requirement set's file is read whole, or refused with every fault, its line and its cure."""

from __future__ import annotations

import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from atlas.assessments.standards.reading import StandardFile, read_standard
from spatial_data.importing.findings import Findings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A folder with one good set and the rows it rests on."""
    for name in ("iran_a.toml", "sources.csv"):
        shutil.copy(root / "fixtures" / "standards" / name, tmp_path / name)
    return tmp_path


def read(folder: Path) -> tuple[StandardFile | None, list[str]]:
    findings = Findings()
    file = read_standard(folder / "iran_a.toml", findings)
    return file, [str(finding) for finding in findings]


def changed(folder: Path, before: str, after: str) -> list[str]:
    path = folder / "iran_a.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    file, faults = read(folder)
    assert file is None
    return faults


def test_a_good_set_is_read_without_a_word(folder):
    file, faults = read(folder)
    assert faults == []
    assert file.keys.set.code == "iran-a"
    assert file.parameters["power"]["value"] == 2


def test_comments_and_layout_do_not_make_another_set(folder):
    before, _ = read(folder)
    path = folder / "iran_a.toml"
    path.write_text("# a remark\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    after, _ = read(folder)
    assert after.content_hash == before.content_hash


def test_a_changed_source_row_makes_another_set(folder):
    before, _ = read(folder)
    path = folder / "sources.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("No Iranian walking norm found", "A norm"), encoding="utf-8")
    after, _ = read(folder)
    assert after.content_hash != before.content_hash


@pytest.mark.parametrize(
    ("before", "after", "problem", "cure"),
    [
        ('mode = "walk"', 'mode = "wallk"', "'wallk' is not a word known here", "'walk'"),
        ('domain = "play"', 'domain = "plya"', "'plya' is not a domain", "'play'"),
        ("weight = 0.35", "weight = 0.3", "sum to 0.95", "sum to 1"),
        ("reach_m = 200, ", "", "is walked to and has no reach", "add reach_m"),
        ("reach_m = 200", "reach_m = -200", "reach_m = -200", "above 0"),
        ('band = "0-2"', 'band = "0-3"', "'0-3' is not an age band", "'0-2'"),
        ("ages = [3, 6]", "ages = [4, 6]", "it starts at 4", "start at 3"),
        ('code = "power"', 'code = "powr"', "the parameter 'power' is missing", "a number, 1"),
        ('value = "1/3"', 'value = "1/0"', "is not a share", "correct it"),
        ('kind = "steps"', 'kind = "stairs"', "'stairs' is not a word", "steps"),
        ('edges = ["1/3", "2/3", "1"]', 'edges = ["1/3", "2/3"]', "edges must rise to 1", "edges"),
        ('kind = "steps"', 'kind = "linear"', "a linear form has no edges", "take edges"),
        ('kind = "steps"', 'kind = "gaussian"', "bandwidth belongs to gaussian", "bandwidth there"),
        ('kind = "steps"', 'kind = "table"', "edges must rise to the farthest reach", "250"),
        ("weights = [1.00, 0.68, 0.22]", "weights = [1.1, 0.68, 0.22]", "from at most 1", "edges"),
        ('kind = "steps"', 'kind = "steps"\nrate = 2', "rate belongs to exponential", "rate there"),
        ('reach_basis = "library"', 'reach_basis = "libary"', "'libary' is not a basis", "library"),
        ("revision = 1", "revison = 1", "no key 'revison'", "'revision'"),
        ("schema = 1", "schema = 2", "schema = 2 is not known", "write 1"),
        ('rows = ["public_library/', 'rows = ["pubic_library/', "sources.csv has no row", "row"),
        (
            '{ service = "library" },',
            '{ service = "kindergarten" },',
            "no kind serves 'library'",
            "serves",
        ),
        ("reach_m = 200, ", "reach_s = 0, ", "reach_s = 0", "above 0"),
        ("reach_m = 200, ", "reach_m = 200, reach_s = 360, ", "in metres and in", "keep one"),
        ('"walking_speed_6-11"\nvalue = 0.67', '"walking_speed_6-11"\nvalue = 0', "is no", "m/s"),
        ('code = "walking_speed_6-11"', 'code = "speed_6-11"', "'walking_speed_6-11'", "m/s"),
        ('classes = ["trunk"]', 'classes = ["trunc"]', "'trunc' is no street class", "trunk"),
        ('classes = ["trunk"]', "classes = []", "'trunk' has no rule", "classes"),
        ('["trunk"]', '["trunk", "primary"]', "'primary' has 2 rules", "keep one"),
        ("factor = [1.2, 1,", "factor = [1.2, 0.9,", "a factor is below 1", "shorter"),
        ("crossing_s = [180]", "crossing_s = [-1]", "costs less than 0", "0 or more"),
        ("forbidden = [true]", "forbidden = [true, false]", "2 figures for 3 bounds", "one, or 5"),
        ("[30, 50, 60]", "[50, 30, 60]", "do not rise", "[30, 50, 60]"),
        ("crossing_aside_m = 20", "crossing_aside_m = -1", "below 0", "0 or more"),
        ('bands = ["0-2"]', 'bands = ["0-3"]', "'0-3' is not an age band", "the set's"),
        ('basis = "wheels"', 'basis = "weels"', "'weels' is not a basis", "wheels"),
        ("value = [-0.2, -0.15", "value = [-0.2, -0.155", "is not a rising list of whole", "corr"),
        ("-0.05, 0.0, 0.05", "-0.05, 0.01, 0.05", "is not a rising list of whole", "correct"),
        ("value = [-0.2, -0.15", "value = [-1.0, -0.15", "-100 to 300 %", "correct"),
        ("value = [1, 2, 4]", "value = [0.5, 2, 4]", "each 1 or more", "correct"),
        ("value = [1, 2, 4]", "value = []", "each 1 or more", "correct"),
        ("value = [1, 2, 3]", "value = [0, 2, 3]", "whole numbers, each 1 or more", "correct"),
        ("value = [1, 2, 3]", "value = [1, 2.5]", "whole numbers, each 1 or more", "correct"),
        ("[0.05, 0.5, 0.95]", "[0.05, 0.95]", "not three rising numbers", "correct"),
        ("[0.05, 0.5, 0.95]", "[0.05, 0.5, 1.0]", "not three rising numbers", "correct"),
        ('"worst_zones"\nvalue = 10', '"worst_zones"\nvalue = 0', "not a whole number", "correct"),
        ('"draws"\nvalue = 1000', '"draws"\nvalue = 99.5', "not a whole number", "correct"),
        ('code = "border_tolerance"', 'code = "border"', "'border_tolerance' is missing", "add"),
    ],
)
def test_a_fault_is_told_with_its_line_and_cure(folder, before, after, problem, cure):
    faults = changed(folder, before, after)
    told = [fault for fault in faults if problem in fault]
    assert told, faults
    assert told[0].startswith("fault: iran_a.toml, line ")
    assert cure in told[0].split("Cure: ")[1]


def test_a_way_of_walking_the_atlas_does_not_know_is_refused(folder):
    path = folder / "iran_a.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("profiles.wheels", "profiles.weels"), encoding="utf-8")
    file, faults = read(folder)
    assert file is None
    assert "'weels' is no profile known here" in faults[0]


def test_all_faults_are_told_at_once(folder):
    changed(folder, 'domain = "play"', 'domain = "plya"')
    faults = changed(folder, 'band = "0-2"', 'band = "0-3"')
    assert any("plya" in fault for fault in faults)
    assert any("0-3" in fault for fault in faults)


def test_a_file_that_is_not_toml_is_refused_with_its_line(folder):
    (folder / "iran_a.toml").write_text("schema = \n", encoding="utf-8")
    file, faults = read(folder)
    assert file is None
    assert "line 1" in faults[0]
    assert "not TOML" in faults[0]


def test_a_set_without_its_sources_is_refused(folder):
    (folder / "sources.csv").unlink()
    file, faults = read(folder)
    assert file is None
    assert "lay it beside the set" in faults[0]


def weighed(folder, indicator: str, share: str = "0.5") -> list[str]:
    """Let the set's first domain give half of its weight to an indicator; return the faults."""
    path = folder / "iran_a.toml"
    text = path.read_text(encoding="utf-8")
    domain = tomllib.loads(text)["domains"][0]["code"]
    own = [s for s in tomllib.loads(text)["services"] if s["domain"] == domain]
    assert len(own) == 1
    before = f'code = "{own[0]["code"]}"'
    at = text.index(before, text.index("[[services]]"))
    weight = text.index("weight = ", at)
    end = text.index("\n", weight)
    table = f"""
[[indicators]]
{indicator.format(domain=domain)}
names = {{ en = "Poverty", fa = "فقر" }}
weight = 0.5
basis = "method"
"""
    text = f"{text[:weight]}weight = {share}{text[end:]}\n{table}"
    path.write_text(text, encoding="utf-8")
    return read(folder)[1]


def test_a_set_may_weigh_context_beside_services(folder):
    assert weighed(folder, 'code = "poverty"\ndomain = "{domain}"') == []


@pytest.mark.parametrize(
    ("indicator", "share", "said"),
    [
        ('code = "poverty"\ndomain = "{domain}"', "0.6", "sum to 1.1"),
        ('code = "poverty"\ndomain = "plya"', "1.0", "'plya' is not a domain"),
        ('code = "play_space"\ndomain = "{domain}"', "0.5", "is a service and an indicator"),
    ],
)
def test_a_fault_of_a_weighed_indicator_is_told(folder, indicator, share, said):
    assert said in "\n".join(weighed(folder, indicator, share))


def test_a_way_of_reading_context_that_is_not_known_is_refused(folder):
    faults = changed(folder, '"z_score", "rank"', '"z-score", "rank"')
    assert "normalisations_tried" in faults[0]
    assert "a list of different ones of" in faults[0]
