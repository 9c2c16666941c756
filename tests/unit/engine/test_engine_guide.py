"""The guide to the engine does what it says, in as few lines as it says."""

from __future__ import annotations

import contextlib
import io
import re
from itertools import pairwise

import numpy as np
import pytest

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.plain_streets import straight_streets

GUIDE = "docs/engine.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_every_program_of_the_guide_prints_what_stands_below_it(root):
    blocks = BLOCK.findall((root / GUIDE).read_text(encoding="utf-8"))
    programs = 0
    for (kind, program), (_, printed) in pairwise(blocks):
        if kind != "python":
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(program, GUIDE, "exec"), {})  # noqa: S102 - the guide is ours
        assert said.getvalue() == printed
        programs += 1
    assert programs > 0


def test_the_first_program_needs_no_more_than_twenty_lines(root):
    blocks = BLOCK.findall((root / GUIDE).read_text(encoding="utf-8"))
    assert len([line for line in blocks[0][1].splitlines() if line]) <= 20


def test_streets_between_corners_that_are_not_there_are_refused():
    corners = np.zeros((2, 2))
    with pytest.raises(InputError, match="corner that is not given"):
        straight_streets(corners, np.array([[0, 2]]))
    with pytest.raises(ShapeError, match="two columns"):
        straight_streets(corners, np.array([0, 1]))
