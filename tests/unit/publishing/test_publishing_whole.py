from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.disclosure import Table
from atlas.engine.values import Reason
from atlas.publishing.tally import FULL, OUT, SERVED, UNKNOWN, Tally
from atlas.publishing.whole import whole_children_of
from atlas.publishing.zone_trees import ZoneTrees

MICRO = 1_000_000
APPLIES = np.array([[[True, True], [True, True]], [[False, False], [True, True]]])


def two_trees(seed: int, leaves: int = 12) -> tuple[Tally, ZoneTrees]:
    """Two trees over the same children: four districts of three leaves, and two crossing halves."""
    random = np.random.default_rng(seed)
    children = random.integers(0, 30 * MICRO, (leaves, 2, 2))
    children[random.random(children.shape) < 0.2] = 0
    cuts = np.sort(random.random((leaves, 2, 2, 2, 3)), axis=-1)
    everyone = np.broadcast_to(children[:, None, :, :, None], (leaves, 2, 2, 2, 1))
    below = [np.zeros_like(everyone), (cuts * everyone).astype(np.int64), everyone]
    parts = np.diff(np.concatenate(below, axis=-1), axis=-1)
    parts[:, ~APPLIES] = 0
    district = np.arange(leaves) // 3
    half = np.arange(leaves) % 2
    rows = [np.flatnonzero(district == d) for d in range(4)]
    own = [np.array([leaf]) for leaf in range(leaves)]
    inside = [members for d in range(4) for members in (rows[d], *(own[i] for i in rows[d]))]
    inside += [np.flatnonzero(half == h) for h in range(2)]
    parent = [p for d in range(4) for p in (-1, *[4 * d] * 3)] + [-1, -1]
    zones = ZoneTrees(
        code=tuple(f"Z{n:02}" for n in range(len(inside))),
        tier=("",) * len(inside),
        parent=np.array(parent, np.int32),
        tree=np.array([0] * 16 + [1] * 2, np.int32),
        leaves=(
            np.array([n for n, p in enumerate(parent) if p >= 0], np.int32),
            np.array([16, 17], np.int32),
        ),
    )
    n = len(inside)
    reason = np.where(APPLIES, Reason.NONE, Reason.NOT_APPLICABLE).astype(np.uint8)
    return (
        Tally(
            children=np.stack([children[members].sum(axis=0) for members in inside]),
            parts=np.stack([parts[members].sum(axis=0) for members in inside]),
            short=np.zeros((n, 2, 2, 2), np.int64),
            reason=np.broadcast_to(reason, (n, 2, 2, 2)).copy(),
            quality=np.zeros((n, 2, 2, 2), np.uint8),
            flags=np.zeros((n, 2, 2, 2), np.uint8),
        ),
        zones,
    )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_whole_children_add_up_in_every_tree(seed):
    tally, zones = two_trees(seed)
    whole = whole_children_of(tally, zones, APPLIES)
    n = len(zones.code)
    # Disclosure control refuses a table that does not add up, zone by zone and part by part.
    Table(
        parent=np.append(np.where(zones.parent < 0, n, zones.parent), -1).astype(np.int32),
        tree=np.append(zones.tree, 0).astype(np.int32),
        children=whole.children,
        parts=whole.parts,
        applies=APPLIES,
    )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_whole_children_stay_near_the_exact_ones(seed):
    tally, zones = two_trees(seed)
    whole = whole_children_of(tally, zones, APPLIES)
    totals = whole.children[:-1].sum(axis=(1, 2))
    exact = tally.children.sum(axis=(1, 2)) / MICRO
    assert np.abs(totals - exact).max() <= 1
    city = tally.children[zones.leaves[0]].sum(axis=0)
    assert whole.children[-1].sum() == (city.sum() + MICRO // 2) // MICRO
    assert np.abs(whole.children[-1] - city / MICRO).max() <= 2


def test_a_citys_whole_bands_stay_exactly_what_they_are():
    tally, zones = two_trees(7)
    # As after a control total: each band of the city is a whole number, its sexes are not.
    leaves = zones.leaves[0]
    spare = -tally.children[leaves].sum(axis=(0, 2)) % MICRO
    tally.children[leaves[0], :, 0] += spare
    tally.parts[leaves[0], :, :, 0, UNKNOWN] += np.where(APPLIES[:, :, 0], spare, 0)
    tally.children[16, :, 0] += spare
    tally.parts[16, :, :, 0, UNKNOWN] += np.where(APPLIES[:, :, 0], spare, 0)
    whole = whole_children_of(tally, zones, APPLIES)
    bands = tally.children[leaves].sum(axis=(0, 2))
    assert (whole.children[-1].sum(axis=1) * MICRO == bands).all()


def test_nobody_stays_nobody():
    tally, zones = two_trees(3)
    whole = whole_children_of(tally, zones, APPLIES)
    leaves = zones.leaves[0]
    empty = tally.children[leaves] == 0
    assert empty.any()
    assert (whole.children[leaves][empty] == 0).all()


def test_a_missing_value_counts_as_unknown_in_every_sum_above():
    tally, zones = two_trees(5)
    leaf = zones.leaves[0][0]
    tally.reason[leaf, 0] = Reason.MISSING
    tally.parts[leaf, 0] = 0
    whole = whole_children_of(tally, zones, APPLIES)
    assert (whole.parts[leaf, 0, :, :, UNKNOWN] == whole.children[leaf]).all()
    assert whole.parts[leaf, 0][..., [SERVED, FULL, OUT]].sum() == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_same_results_round_the_same_way(seed):
    first, second = (whole_children_of(*two_trees(seed), APPLIES) for _ in range(2))
    assert (first.parts == second.parts).all()
