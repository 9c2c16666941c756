from __future__ import annotations

import json
import re
import tomllib

LONGEST = 400
SOURCE = (".py", ".js", ".css", ".html", ".sh")
NOBODY_S = re.compile(r"(^|/)(utils?|helpers?|common|misc|managers?)\.(py|js)$")
# Libraries come from PyPI, npm and Debian, data from publishers or a generator: never from here.
BROUGHT_IN = re.compile(
    r"\.(min\.js|min\.css|woff2?|ttf|otf|eot|pbf|osm|osm\.gz|pmtiles|gpkg|shp|parquet|xlsx|npy"
    r"|whl|so|mo)$|(^|/)vendor/"
)
REGISTRIES = re.compile(
    r"registry\.npmjs|npmjs\.org|pypi\.org/simple|pythonhosted|deb\.debian\.org|archive\.ubuntu"
)


def test_no_source_file_is_longer_than_one_thing(texts) -> None:
    written = {p: t for p, t in texts.items() if "/migrations/" not in p}  # those Django writes
    long = {p: t.count("\n") for p, t in written.items() if p.endswith(SOURCE) or p == "run"}
    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_every_file_has_an_owner(texts) -> None:
    assert [path for path in texts if NOBODY_S.search(path)] == []


def test_no_library_font_or_data_file_is_committed(files, root) -> None:
    names = [str(file.relative_to(root)) for file in files]
    assert [name for name in names if BROUGHT_IN.search(name)] == []


def test_no_file_is_large(files, root) -> None:
    sizes = {str(file.relative_to(root)): file.stat().st_size for file in files}
    assert {name: size for name, size in sizes.items() if size > 300_000} == {}


def test_no_file_names_a_package_registry(texts) -> None:
    here = "tests/house/test_house_files.py"
    found = [p for p, text in texts.items() if p != here and REGISTRIES.search(text)]
    assert found == []


def test_the_locks_name_hashes_and_no_addresses(texts) -> None:
    assert '"resolved"' not in texts["package-lock.json"]
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        lines = texts[name].splitlines()
        pinned = [line for line in lines if "==" in line and not line.startswith(" ")]
        assert pinned
        assert all(line.endswith("\\") for line in pinned), "a package without a hash"
        assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_the_npm_lock_knows_the_packages_of_every_kind_of_machine(texts) -> None:
    """Npm installs from no lock that leaves out one, even for a machine it is not for."""
    packages = json.loads(texts["package-lock.json"])["packages"]
    named = {
        name for package in packages.values() for name in package.get("optionalDependencies", {})
    }
    assert len(named) > 20
    assert {name for name in named if f"node_modules/{name}" not in packages} == set()


def test_the_version_is_the_newest_in_the_changelog(texts) -> None:
    version = tomllib.loads(texts["pyproject.toml"])["project"]["version"]
    newest = re.search(r"^## (\S+)", texts["CHANGELOG.md"], re.MULTILINE)
    assert newest
    assert newest[1] == version


def test_every_statement_opens_with_its_sentence(texts) -> None:
    statements = {path: text for path, text in texts.items() if path.endswith(".sql")}
    assert [path for path, text in statements.items() if not text.startswith("-- ")] == []


def test_decisions_are_numbered_without_a_gap(texts) -> None:
    numbers = sorted(
        int(path.split("/")[-1][:4]) for path in texts if re.match(r"docs/decisions/\d{4}-", path)
    )
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
