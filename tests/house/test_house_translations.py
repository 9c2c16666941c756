from __future__ import annotations

import re
from pathlib import Path

import pytest

BEGINS = re.compile(r"#|msgctxt |msgid ")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
UNNAMED = re.compile(r"%[sdif]|%\(\)")


def _entries(text: str) -> list[dict[str, str]]:
    """Return the messages of a catalogue: what each keyword holds, and its comment lines."""
    entries: list[dict[str, str]] = [{"comments": ""}]
    key = ""
    for line in filter(None, text.splitlines()):
        if BEGINS.match(line) and any(k.startswith("msgstr") for k in entries[-1]):
            entries.append({"comments": ""})
        if line.startswith("#"):
            entries[-1]["comments"] += line + "\n"
            continue
        if not line.startswith('"'):
            key = line.partition(" ")[0]
        entries[-1][key] = entries[-1].get(key, "") + "".join(QUOTED.findall(line))
    return [entry for entry in entries if entry.get("msgid")]


def _translations(entry) -> list[str]:
    return [text for key, text in entry.items() if key.startswith("msgstr")]


@pytest.fixture
def catalogues(texts) -> dict[str, list[dict[str, str]]]:
    found = {path: _entries(text) for path, text in texts.items() if path.endswith(".po")}
    assert found
    return found


def test_every_message_is_translated(catalogues) -> None:
    missing = [
        f"{path}: {entry['msgid']}"
        for path, entries in catalogues.items()
        if "/en/" not in path
        for entry in entries
        if not all(_translations(entry))
    ]
    assert missing == []


def test_no_translation_is_a_guess(catalogues) -> None:
    fuzzy = [
        f"{path}: {entry['msgid']}"
        for path, entries in catalogues.items()
        for entry in entries
        if "fuzzy" in entry["comments"]
    ]
    assert fuzzy == []


def test_every_value_in_a_message_has_a_name(catalogues) -> None:
    unnamed = [
        f"{path}: {entry['msgid']}"
        for path, entries in catalogues.items()
        for entry in entries
        if any(UNNAMED.search(text) for text in (entry["msgid"], *_translations(entry)))
    ]
    assert unnamed == []


def test_every_message_of_the_program_stands_in_a_catalogue(texts, catalogues) -> None:
    """Messages written since the catalogues were made; the plain ones, found without a parser."""
    known = {entry["msgid"] for entries in catalogues.values() for entry in entries}
    call = re.compile(r"""(?:\b_|gettext(?:_lazy)?)\(\s*"((?:[^"\\]|\\.)*)"\s*\)""")
    tag = re.compile(r"""{%\s*translate\s+"([^"]*)"\s*[^%]*%}""")
    missing = [
        f"{path}: {message}"
        for path, text in texts.items()
        if Path(path).parts[0] in {"atlas", "spatial_data", "templates"}
        for message in (*call.findall(text), *tag.findall(text))
        if message not in known
    ]
    assert missing == []


def test_the_reader_of_catalogues_reads() -> None:
    text = 'msgid ""\nmsgstr "head"\n#, fuzzy\nmsgid "a"\n"b"\nmsgstr[0] "x"\nmsgstr[1] ""\n'
    assert _entries(text) == [
        {"comments": "#, fuzzy\n", "msgid": "ab", "msgstr[0]": "x", "msgstr[1]": ""}
    ]
