from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.disclosure import Disclosed, PieceCounts, Rules, Table, disclose
from atlas.engine.disclosure.table import FULL
from atlas.engine.errors import InputError, ShapeError
from tests.unit.engine.disclosure_attacker import Attacker, K


def table_of(leaf_parts, parent, tree=None, applies=None):
    """Build a table from the splits (leaves, s, b, x, 4) of zones without others below them."""
    parent = np.array(parent, np.int32)
    n = len(parent)
    leaf_parts = np.array(leaf_parts, np.int64)
    leaves = [row for row in range(n) if row not in set(parent.tolist())]
    _, s, b, x, _ = leaf_parts.shape
    applies = np.ones((s, b, x), bool) if applies is None else np.array(applies, bool)
    parts = np.zeros((n, s, b, x, 4), np.int64)
    children = np.zeros((n, b, x), np.int64)
    for leaf, own in zip(leaves, leaf_parts, strict=True):
        row = leaf
        while row != -1:
            children[row] += own[0].sum(axis=-1)
            parts[row] += own * applies[..., None]
            row = parent[row]
    return Table(
        parent,
        np.zeros(n, np.int32) if tree is None else np.array(tree, np.int32),
        children,
        parts,
        applies,
    )


def flat_town(children, served):
    """One service, one band, one sex: children and served of the zones of a city."""
    rows = [[[[[v, 0, n - v, 0]]]] for n, v in zip(children, served, strict=True)]
    return table_of(rows, [-1] + [0] * len(children))


def random_table(rng, *, n_leaves=5, services=2, bands=2, size=40):
    """A city of two districts with zones, sparse and uneven."""
    districts = min(2, n_leaves)
    parent = [-1] + [0] * districts + [1 + i % districts for i in range(n_leaves)]
    children = rng.poisson(rng.gamma(0.8, size, (n_leaves, bands, 2)))
    applies = np.ones((services, bands, 2), bool)
    if services > 1 and bands > 1 and rng.random() < 0.5:
        applies[1, 0] = False
    if services > 1 and rng.random() < 0.3:
        applies[1, :, 1] = False
    splits = np.zeros((n_leaves, services, bands, 2, 4), np.int64)
    for index in np.ndindex(n_leaves, services, bands, 2):
        share = rng.dirichlet([0.6, 0.2, 0.3, 0.1])
        splits[index] = rng.multinomial(children[index[0], *index[2:]], share)
    return table_of(splits, parent, applies=applies)


def crossing_table(rng, *, zones=(2, 4, 3), services=1, bands=2, size=40):
    """A city of districts with sections, and trees of other zones that cross all before them."""
    districts, *leaves = zones
    sections, *others = leaves
    parent = (
        [-1] + [0] * districts + [1 + i % districts for i in range(sections)] + [0] * sum(others)
    )
    tree = [0] * (1 + districts + sections)
    for number, count in enumerate(others, start=1):
        tree += [number] * count
    # Every leaf zone of every tree lies under some piece, and two more lie anywhere.
    drawn = set()
    for at, zone in [
        *((at, zone) for at, count in enumerate(leaves) for zone in range(count)),
        *[(-1, 0)] * 2,
    ]:
        drawn.add(
            tuple(
                zone if own == at else int(rng.integers(count)) for own, count in enumerate(leaves)
            )
        )
    leaf = np.array(sorted(drawn)) + 1 + districts + np.cumsum([0, *leaves[:-1]])
    counts = random_table(rng, n_leaves=len(leaf), services=services, bands=bands, size=size)
    own = np.flatnonzero(counts.leaves())
    pieces = PieceCounts(leaf.astype(np.int32), counts.children[own], counts.parts[own])
    children = np.zeros((len(parent), bands, 2), np.int64)
    parts = np.zeros((len(parent), services, bands, 2, 4), np.int64)
    for tree_leaves in leaf.T:
        at, rows = tree_leaves.copy(), np.arange(len(leaf))
        while at.size:
            np.add.at(children, at, pieces.children[rows])
            np.add.at(parts, at, pieces.parts[rows])
            at = np.array(parent)[at]
            at, rows = at[at > 0], rows[at > 0]
    children[0], parts[0] = pieces.children.sum(axis=0), pieces.parts.sum(axis=0)
    zone_parent, zone_tree = np.array(parent, np.int32), np.array(tree, np.int32)
    return Table(zone_parent, zone_tree, children, parts, counts.applies, pieces)


def each_tree_by_itself(table):
    """What may be shown if nobody minds that the trees cross."""
    shown = []
    for tree in (0, 1):
        kept = np.flatnonzero((table.tree == tree) | (table.parent == -1))
        place = np.full(len(table.parent) + 1, -1, np.int32)
        place[kept] = np.arange(len(kept))
        alone = Table(
            place[table.parent[kept]],
            np.zeros(len(kept), np.int32),
            table.children[kept],
            table.parts[kept],
            table.applies,
        )
        shown.append((kept, disclose(alone, Rules())))
    n, services, bands, sexes, _ = table.parts.shape
    children = np.zeros((n, 1 + bands, 1 + sexes), bool)
    parts = np.zeros((n, services, 1 + bands, 1 + sexes, 4), bool)
    for kept, disclosed in shown:
        children[kept] |= disclosed.children
        parts[kept] |= disclosed.parts
    levels = parts[:, :, 0, 0, 0]
    return Disclosed(children, parts, levels, np.asarray(levels.all(axis=1), bool))


def shown_counts(table, disclosed):
    """Every count that is shown, with margins."""
    children, parts = table.children, table.parts
    for axis in (1, 2):
        children = np.concatenate([children.sum(axis=axis, keepdims=True), children], axis=axis)
    for axis in (2, 3):
        parts = np.concatenate([parts.sum(axis=axis, keepdims=True), parts], axis=axis)
    return np.concatenate([children[disclosed.children], parts[disclosed.parts]])


def test_a_city_without_small_counts_shows_everything() -> None:
    table = flat_town([100, 200, 300], [50, 100, 150])
    disclosed = disclose(table, Rules())
    assert disclosed.children.all()
    assert disclosed.parts.all()
    assert disclosed.contributions.all()


def test_zero_is_shown_as_zero() -> None:
    disclosed = disclose(flat_town([100, 200], [0, 200]), Rules())
    assert disclosed.parts.all()


def test_one_zone_with_few_children_takes_a_second_with_it() -> None:
    disclosed = disclose(flat_town([4, 30, 80], [4, 30, 80]), Rules())
    assert disclosed.children[:, 0, 0].tolist() == [True, False, False, True]
    assert disclosed.contributions.tolist() == [True, False, False, True]


def test_a_small_part_hides_the_split_but_not_the_children() -> None:
    disclosed = disclose(flat_town([100, 100, 100], [97, 50, 60]), Rules())
    assert disclosed.children.all()
    assert disclosed.levels[:, 0].tolist() == [True, False, False, True]
    assert not disclosed.parts[1].any()
    assert disclosed.contributions.tolist() == [True, False, False, True]


def test_full_and_out_are_shown_in_one_where_one_of_them_is_small() -> None:
    rows = [[[[[50, full, 30, 0]]]] for full in (4, 25, 25)]
    disclosed = disclose(table_of(rows, [-1, 0, 0, 0]), Rules())
    assert disclosed.parts[1, 0, 0, 0].tolist() == [True, False, False, True]
    assert disclosed.levels.all()
    assert disclosed.contributions.all()
    # A second zone keeps them together, or the small one were the rest.
    assert disclosed.parts[1:, 0, 0, 0, FULL].sum() == 1


def test_one_small_count_in_the_city_hides_only_the_city_and_its_zone() -> None:
    disclosed = disclose(flat_town([100, 100, 100], [96, 100, 100]), Rules())
    assert disclosed.levels[:, 0].tolist() == [False, False, True, True]


def test_zones_that_withhold_something_already_give_way_first() -> None:
    # Of the second service one zone must give way to the third; the second zone has lost already.
    first = ((100, 50), (150, 147), (90, 40), (160, 153), (120, 60))
    rows = [
        [[[[served, 0, n - served, 0]]], [[[other, 0, n - other, 0]]]]
        for (n, served), other in zip(first, (40, 50, 4, 60, 50), strict=True)
    ]
    disclosed = disclose(table_of(rows, [-1, 0, 0, 0, 0, 0]), Rules())
    assert disclosed.levels[1:, 0].tolist() == [True, False, True, False, True]
    assert disclosed.levels[1:, 1].tolist() == [True, False, False, True, True]


def test_no_small_count_is_ever_shown() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        table = random_table(rng, n_leaves=8, bands=3)
        counts = shown_counts(table, disclose(table, Rules()))
        assert not ((counts > 0) & (counts < K)).any()
        assert len(counts)


@pytest.mark.parametrize("seed", range(9))
def test_an_attacker_with_all_sums_and_bounds_recovers_no_small_count(seed) -> None:
    rng = np.random.default_rng(seed)
    table = random_table(rng, n_leaves=3 + seed % 2, size=(8, 25, 80)[seed % 3])
    attacker = Attacker(table, disclose(table, Rules()))
    assert list(attacker.recovered()) == []


@pytest.mark.parametrize("seed", range(6))
def test_nor_of_any_area_that_two_crossing_divisions_form(seed) -> None:
    rng = np.random.default_rng(100 + seed)
    table = crossing_table(rng, services=1 + seed % 2, size=(12, 30, 90)[seed % 3])
    attacker = Attacker(table, disclose(table, Rules()))
    assert list(attacker.recovered()) == []


@pytest.mark.parametrize("seed", range(4))
def test_nor_of_any_area_that_three_crossing_divisions_form(seed) -> None:
    rng = np.random.default_rng(200 + seed)
    table = crossing_table(rng, zones=(2, 3, 2, 2), bands=1, size=(12, 30, 90, 300)[seed])
    disclosed = disclose(table, Rules())
    assert disclosed.children[(table.tree > 0) & (table.parent != -1), 0, 0].any()
    assert list(Attacker(table, disclosed).recovered()) == []


def test_the_attacker_finds_what_two_divisions_tell_that_do_not_mind_each_other() -> None:
    table = crossing_table(np.random.default_rng(103), size=60)
    assert any(Attacker(table, each_tree_by_itself(table)).recovered())
    assert not any(Attacker(table, disclose(table, Rules())).recovered())


def test_a_crossing_division_keeps_the_totals_that_tell_of_no_small_overlap() -> None:
    table = crossing_table(np.random.default_rng(7), size=300)
    disclosed = disclose(table, Rules())
    crossing = (table.tree == 1) & (table.parent != -1)
    assert disclosed.children[crossing, 0, 0].all()
    assert not disclosed.children[crossing, 1:].any()
    assert not disclosed.contributions[crossing].any()


def test_pieces_that_do_not_make_up_their_zones_are_refused() -> None:
    table = crossing_table(np.random.default_rng(1))
    pieces = table.pieces
    assert pieces is not None
    with pytest.raises(InputError, match="do not sum to it"):
        replace(table, pieces=replace(pieces, parts=pieces.parts[::-1].copy()))
    with pytest.raises(InputError, match="same leaf zones"):
        replace(table, pieces=replace(pieces, leaf=pieces.leaf[[0] * len(pieces.leaf)]))
    with pytest.raises(ShapeError):
        replace(table, pieces=replace(pieces, leaf=pieces.leaf[:, :1]))


def test_a_division_whose_crossing_is_not_known_shows_nothing() -> None:
    table = crossing_table(np.random.default_rng(4), size=90)
    disclosed = disclose(replace(table, pieces=None), Rules())
    second = (table.tree == 1) & (table.parent != -1)
    assert not disclosed.children[second].any()
    assert not disclosed.parts[second].any()
    assert disclosed.children[~second, 0, 0].all()


def test_the_attacker_succeeds_where_nothing_is_withheld() -> None:
    table = flat_town([4, 30, 80], [4, 30, 80])
    everything = disclose(table, Rules(k=1))
    assert everything.parts.all()
    assert list(Attacker(table, everything).recovered())


def test_the_attacker_finds_a_remainder() -> None:
    table = flat_town([4, 30, 80], [4, 30, 80])
    everything = disclose(table, Rules(k=1))
    everything.children[1] = False
    everything.parts[1] = False
    assert list(Attacker(table, everything).recovered())


def test_a_large_city_takes_seconds() -> None:
    rng = np.random.default_rng(1)
    n, services, bands = 200, 6, 5
    parent = [-1] + [0] * 20 + [1 + i % 20 for i in range(n)]
    children = rng.poisson(90, (n, bands, 2))
    splits = np.zeros((n, services, bands, 2, 4), np.int64)
    shares = rng.dirichlet([3, 1, 1, 0.1], (n, services))
    for leaf, service in np.ndindex(n, services):
        splits[leaf, service] = rng.multinomial(children[leaf], shares[leaf, service])
    table = table_of(splits, parent)
    start = time.process_time()
    disclosed = disclose(table, Rules())
    assert time.process_time() - start < 5
    assert disclosed.children.all()
    assert disclosed.levels.mean() > 0.5


def test_tables_that_do_not_add_up_are_refused() -> None:
    good = flat_town([40, 30], [4, 30])
    with pytest.raises(InputError, match="do not sum to its children"):
        Table(good.parent, good.tree, good.children, good.parts * 2, good.applies)
    twice = good.children.copy(), good.parts.copy()
    twice[0][0] *= 2
    twice[1][0] *= 2
    with pytest.raises(InputError, match="do not sum to it"):
        Table(good.parent, good.tree, *twice, good.applies)
    with pytest.raises(InputError, match="exactly one"):
        Table(np.array([-1, -1, 0]), good.tree, good.children, good.parts, good.applies)
    with pytest.raises(InputError, match="hang"):
        Table(np.array([-1, 2, 1]), good.tree, good.children, good.parts, good.applies)
    with pytest.raises(InputError, match="no row"):
        Table(np.array([-1, 0, 7]), good.tree, good.children, good.parts, good.applies)
    with pytest.raises(ShapeError):
        Table(good.parent[:2], good.tree, good.children, good.parts, good.applies)
    with pytest.raises(InputError):
        Rules(k=0)
