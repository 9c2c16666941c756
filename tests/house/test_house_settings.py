from __future__ import annotations

import re

NAME = re.compile(r"\b(ATLAS_[A-Z_]+|DATABASE_URL|CHROMIUM)\b")
# What the settings say to themselves and nobody sets from outside.
READ_HERE = re.compile(r"""(?:env\.\w+\(\s*|environ(?:\.get\(|\[)|\$\{?)["']?([A-Z_]+)""")


def _names_read(texts) -> set[str]:
    named = set()
    for path, text in texts.items():
        if path == "run" or (path.endswith(".py") and not path.startswith("tests/unit/")):
            named |= {n for n in READ_HERE.findall(text) if NAME.fullmatch(n)}
    return named


def test_every_setting_that_is_read_is_documented(texts) -> None:
    documented = set(NAME.findall(texts["docs/settings.md"]))
    assert _names_read(texts) - documented == set()


def test_every_documented_setting_is_read(texts) -> None:
    documented = set(NAME.findall(texts["docs/settings.md"]))
    assert documented - _names_read(texts) == set()


def test_the_settings_are_found_at_all(texts) -> None:
    assert {"ATLAS_SECRET_KEY", "ATLAS_HOME", "DATABASE_URL"} <= _names_read(texts)
