from __future__ import annotations

import re

# Sides that mirror: in a right-to-left page each of these is wrong once.
PHYSICAL = re.compile(
    r"(?:^|[\s;{])"
    r"((?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*"
    r"|(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_no_style_names_left_or_right(texts) -> None:
    found = [
        f"{path}: {match[0].strip()}"
        for path, text in texts.items()
        if path.endswith(".css")
        for match in PHYSICAL.finditer(COMMENT.sub("", text))
    ]
    assert found == []


def test_the_search_for_sides_finds_what_it_should() -> None:
    for wrong in ("a{margin-left:1px}", "a { right: 0; }", "a{text-align:left}", "a{float: right}"):
        assert PHYSICAL.search(wrong), wrong
    for right in ("a{margin-inline-start:1px}", "a{inset-inline-end:0}", "a{text-align:start}"):
        assert not PHYSICAL.search(right), right
