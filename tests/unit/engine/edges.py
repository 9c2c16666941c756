"""Towns at the edge of what there can be: nobody, nowhere, nothing, everybody at one door."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.engine.types import MICRO
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed
from tests.unit.engine.towns import streets

MOST_AT_A_POINT = (1 << 43) - 1
"""Millionths of children of one group: 8,796,093 of them."""


def no_streets():
    """Street pieces without any piece."""
    some = streets([(1, 2, [(0, 0), (1, 0)])])
    rows = {name: getattr(some, name)[:0] for name in some.__slots__}
    return replace(some, **(rows | {"offset": np.zeros(1, np.int64)}))


def without_points(town):
    columns = ("code", "xy_m", "children_micro", "zone", "edge")
    return changed(town, "demand", **{name: getattr(town.demand, name)[:0] for name in columns})


def of_groups(town, children_micro):
    """The town with these children, point by point, whose groups all need alike."""
    children = np.array(children_micro, np.int64)
    groups, required = children.shape[1], town.requirements
    columns = ("reach_cm", "provision_micro", "participation_micro")
    wide = {name: np.repeat(getattr(required, name), groups, axis=1) for name in columns}
    town = changed(town, "requirements", **wide)
    town = changed(town, "pools", admits=np.ones((town.pools.code.size, 1, groups), np.bool_))
    return changed(town, "demand", children_micro=children)


def nine_million(*, seats=3_000_000, mode=0, homes=(1000,), doors=(1200,)):
    """Four and a half million girls and as many boys at each home."""
    town = along_a_street(list(homes), list(doors), seats=seats, mode=mode)
    return of_groups(town, [[4_500_000 * MICRO] * 2] * len(homes))
