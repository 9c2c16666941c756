"""Zones that lie among their like, held against esda."""

from __future__ import annotations

from dataclasses import replace

import esda
import numpy as np
import pytest
from esda import fdr
from esda.moran import Moran, Moran_Local
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal.weights import lat2W

from atlas.engine.equity.clusters import Cluster, ClusterRule, clusters, discoveries
from atlas.engine.errors import InputError, ShapeError

SIDE, BLOCK = 8, 4
RULE = ClusterRule("zones that share a border", permutations=9_999, seed=7)
SEEDS = st.integers(0, 2**32 - 1)


def chessboard():
    """A board of zones; one corner of it is worse off. Who meets at a corner is a neighbour."""
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    value = 10.0 * ((row < BLOCK) & (column < BLOCK)) + np.arange(SIDE * SIDE) / 100
    code = np.array([f"Z{n:02}" for n in range(SIDE * SIDE)])
    near = (abs(row[:, None] - row) <= 1) & (abs(column[:, None] - column) <= 1)
    pairs = np.argwhere(np.triu(near, 1))
    return code, value, np.ones(SIDE * SIDE, bool), pairs


def test_moran_and_the_local_statistic_are_those_of_esda(monkeypatch):
    # Compiled, esda's arrangements would take this test's time ten times over.
    for module in (esda.crand, esda.moran):
        for name, thing in list(vars(module).items()):
            if hasattr(thing, "py_func"):
                monkeypatch.setattr(module, name, thing.py_func)
    monkeypatch.setattr(esda.crand, "boolean", bool)
    code, value, has_children, pairs = chessboard()
    found = clusters(code, value, has_children, pairs, RULE)
    weights = lat2W(SIDE, SIDE, rook=False)
    whole = Moran(value, weights, permutations=0)
    with pytest.warns(DeprecationWarning, match="alternative hypothesis"):
        each = Moran_Local(value, weights, permutations=9_999, seed=7)
    assert found.moran == pytest.approx(whole.I, abs=1e-12)
    assert found.expected == pytest.approx(whole.EI, abs=1e-12)
    assert found.p == pytest.approx(whole.p_rand, abs=1e-12)
    assert found.local == pytest.approx(each.Is, abs=1e-12)
    # esda's own p-values look to the nearer side alone.
    assert found.local_p == pytest.approx(np.minimum(2 * each.p_sim, 1), abs=0.03)
    assert found.weights == "zones that share a border"


def test_zones_of_high_need_among_others_are_named_and_those_at_the_border_of_two_are_not():
    code, value, has_children, pairs = chessboard()
    found = clusters(code, value, has_children, pairs, RULE).cluster.reshape(SIDE, SIDE)
    assert (found[1:3, 1:3] == Cluster.HIGH_AMONG_HIGH).all()
    assert found[BLOCK, BLOCK] == found[SIDE - 1, 0] == Cluster.NONE


@settings(deadline=None, max_examples=10)
@given(seed=SEEDS)
def test_no_order_of_zones_or_pairs_changes_a_digit(seed):
    random = np.random.default_rng(seed)
    code, value, has_children, pairs = chessboard()
    value[random.integers(0, value.size, 3)] = np.nan
    one = clusters(code, value, has_children, pairs, RULE)
    order = random.permutation(code.size)
    mixed = np.argsort(order)[pairs[random.permutation(len(pairs))]][:, ::-1]
    other = clusters(code[order], value[order], has_children[order], mixed, RULE)
    assert (one.moran, one.p, one.island) == (other.moran, other.p, other.island)
    for name in ("local", "local_p", "cluster", "takes_part"):
        assert getattr(one, name)[order].tobytes() == getattr(other, name).tobytes()


def test_zones_without_children_or_value_take_no_part_and_islands_are_named():
    code, value, has_children, pairs = chessboard()
    has_children[[1, SIDE, SIDE + 1]] = False
    value[20] = np.nan
    found = clusters(code, value, has_children, pairs, RULE)
    # All neighbours of the corner are without children.
    assert found.island == ("Z00",)
    out = np.flatnonzero(~found.takes_part)
    assert out.tolist() == [0, 1, SIDE, SIDE + 1, 20]
    assert np.isnan(found.local[out]).all()
    assert (found.cluster[out] == Cluster.NONE).all()


def test_zones_that_are_all_alike_have_no_pattern():
    code, value, has_children, pairs = chessboard()
    found = clusters(code, np.full_like(value, 3.0), has_children, pairs, RULE)
    assert np.isnan(found.moran)
    assert (found.cluster == Cluster.NONE).all()


@pytest.mark.parametrize("zones", [0, 1, 3])
def test_too_few_zones_have_no_pattern(zones):
    code, value, has_children, _ = chessboard()
    pairs = np.array([(n, n + 1) for n in range(zones - 1)], np.int64).reshape(-1, 2)
    found = clusters(code[:zones], value[:zones], has_children[:zones], pairs, RULE)
    assert np.isnan(found.moran)
    assert found.local.size == zones


@given(seed=SEEDS)
@settings(deadline=None)
def test_discoveries_are_those_below_esda_s_cut(seed):
    p = np.random.default_rng(seed).random(20) ** 4
    cut = fdr(p, 0.05)
    found = discoveries(p, 0.05)
    if found.any():
        assert found.tolist() == (p < cut).tolist()
    assert not discoveries(np.ones(5), 0.05).any()


def test_a_pair_of_zones_that_are_not_there_is_refused():
    code, value, has_children, pairs = chessboard()
    with pytest.raises(InputError, match="names a zone"):
        clusters(code, value, has_children, pairs + SIDE * SIDE, RULE)
    with pytest.raises(ShapeError, match="two columns"):
        clusters(code, value, has_children, pairs[:, 0], RULE)
    with pytest.raises(InputError, match="same code"):
        clusters(np.full_like(code, "Z"), value, has_children, pairs, RULE)
    with pytest.raises(InputError, match="infinite"):
        clusters(code, np.full_like(value, np.inf), has_children, pairs, RULE)
    with pytest.raises(ShapeError, match="columns of shapes"):
        clusters(code, value[1:], has_children, pairs, RULE)


def test_a_stricter_rate_names_fewer_zones():
    code, value, has_children, pairs = chessboard()
    strict = clusters(code, value, has_children, pairs, replace(RULE, false_discovery=0.001))
    usual = clusters(code, value, has_children, pairs, RULE)
    assert (strict.cluster > 0).sum() < (usual.cluster > 0).sum()
