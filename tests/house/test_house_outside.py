"""No page asks another host for anything: what the browser gets names none."""

from __future__ import annotations

import re

SHOWN = ("templates/", "static/", "atlas/web/templates/")
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
# Names of things, which no browser opens, and links that a person may follow from the sources.
HARMLESS = (
    "//www.w3.org/",
    "//opendatacommons.org",
    "//creativecommons.org",
    "//www.openstreetmap.org",
)
# What makes a browser fetch: the address beside one of these must be our own, whatever it names.
FETCHING = re.compile(
    r"""(?:src|srcset|action|poster|data)\s*=\s*["'](?:https?:)?//"""
    r"""|<link[^>]*href\s*=\s*["'](?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//"""
    r"""|(?:fetch|import|Worker)\(\s*["'`](?:https?:)?//"""
)


def _shown(texts):
    return {p: t for p, t in texts.items() if p.startswith(SHOWN) or "/templates/" in p}


def test_nothing_is_fetched_from_elsewhere(texts) -> None:
    found = {p: FETCHING.findall(text) for p, text in _shown(texts).items()}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_no_template_or_script_names_another_host(texts) -> None:
    found = [
        f"{path}: {match[0]}"
        for path, text in _shown(texts).items()
        for match in ADDRESS.finditer(text)
        if not text[match.start() :].partition(":")[2].startswith(HARMLESS)
        and not text[match.start() :].startswith(HARMLESS)
    ]
    assert found == []


def test_no_template_carries_a_script_or_a_style_of_its_own(texts) -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=\"", re.IGNORECASE
    )
    found = {p: inline.findall(t) for p, t in _shown(texts).items() if p.endswith(".html")}
    assert {path: hits for path, hits in found.items() if hits} == {}
