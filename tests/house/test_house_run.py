"""The door itself: what it says before anything is set up."""

from __future__ import annotations

import re
import subprocess

import pytest


def run(root, *words):
    return subprocess.run(["./run", *words], cwd=root, check=False, capture_output=True, text=True)


def test_without_a_command_it_lists_them_all(root, texts) -> None:
    done = run(root)
    defined = set(re.findall(r"^command_(\w+)\(\)", texts["run"], re.MULTILINE))
    assert done.returncode == 0
    assert set(re.findall(r"^\./run (\w+)", done.stdout, re.MULTILINE)) == defined


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dance"], "does not know dance"),
        (["atlas", "--speed", "9"], "does not know --speed"),
        (["atlas", "--city"], "--city needs a FOLDER"),
        (["atlas", "--city", "docs"], "docs holds no city.toml"),
        (["atlas", "--port"], "--port needs a number"),
        (["atlas", "--port", "high"], "--port needs a number"),
    ],
)
def test_a_wrong_word_is_named_before_anything_is_done(root, words, message) -> None:
    done = run(root, *words)
    assert done.returncode != 0
    assert message in done.stderr
    assert done.stdout == ""


def test_what_ci_runs_is_what_a_person_runs(texts) -> None:
    assert "exec ./run tests" in texts[".ci/run"]


def test_the_hooks_are_local(texts) -> None:
    repositories = re.findall(r"repo:\s*(\S+)", texts[".pre-commit-config.yaml"])
    assert repositories == ["local"]


def test_the_hooks_and_the_check_run_the_same_tools(texts) -> None:
    tools = ("ruff check", "ruff format", "mypy", "lint-imports", "djlint", "npm run", "migrations")
    for name in ("run", ".pre-commit-config.yaml"):
        text = texts[name].replace('/ruff" ', "/ruff ")
        assert [tool for tool in tools if tool not in text] == []
