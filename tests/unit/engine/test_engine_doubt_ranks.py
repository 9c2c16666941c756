"""Ranks over many draws: by hand, against the slow way, and in any case (METHOD §11.10)."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from atlas.engine.doubt.ranks import rank_doubt
from atlas.engine.errors import InputError, ShapeError

SEEDS = st.integers(0, 2**32 - 1)
some = settings(deadline=None, max_examples=40)
SPANS = [1, 3, 40, 10**6, 100 * 10**9]
BYTES = ("ranked", "observed", "doubled_sum", "in_worst", "equals", "parts")


def random_steps(seed, *, holes=False):
    random = np.random.default_rng(seed)
    shape = (int(random.integers(1, 400)), int(random.integers(1, 40)))
    steps = random.integers(0, random.choice(SPANS) + 1, shape)
    if random.random() < 0.3:
        steps[:, 0] = 100 * 10**9
    if holes:
        steps[:, random.random(shape[1]) < 0.2] = -1
        steps[random.integers(shape[0]), random.integers(shape[1])] = -1
    return steps


def told(doubt):
    return {name: getattr(doubt, name).tobytes() for name in BYTES}


def slowly(steps, k):
    """Ranks by scipy, and P(k worst) in fractions, zone by zone and draw by draw."""
    ranks = rankdata(-steps, axis=1)
    chance = []
    for z in range(steps.shape[1]):
        worse = (steps > steps[:, [z]]).sum(axis=1).tolist()
        equal = (steps == steps[:, [z]]).sum(axis=1).tolist()
        parts = [
            min(max(Fraction(k - g, t), Fraction(0)), Fraction(1))
            for g, t in zip(worse, equal, strict=True)
        ]
        chance.append(sum(parts, Fraction(0)) / steps.shape[0])
    return ranks, chance


def test_equal_zones_share_their_ranks_and_their_chance_by_hand():
    steps = np.array([[50, 50, 50, 10], [90, 20, 30, 30]])
    doubt = rank_doubt(steps, worst=(1, 2), quantiles=(0.5, 1.0))
    # First draw: ranks 2, 2, 2, 4. Second: 1, 4, 2.5, 2.5.
    assert doubt.mean.tolist() == [1.5, 3.0, 2.25, 3.25]
    assert doubt.observed.tolist() == [[1, 2], [2, 4], [2, 2.5], [2.5, 4]]
    third, half = Fraction(1, 3), Fraction(1, 2)
    assert [doubt.exactly(z, 0) for z in range(4)] == [(1 + third) / 2, third / 2, third / 2, 0]
    chances = [(1 + 2 * third) / 2, third, (2 * third + half) / 2, half / 2]
    assert [doubt.exactly(z, 1) for z in range(4)] == chances
    assert doubt.in_worst[:, 1].tolist() == [float(p) for p in chances]


def test_a_zone_without_a_score_in_one_draw_is_left_out_of_all():
    steps = np.array([[5, 9, 7], [5, -1, 7]])
    doubt = rank_doubt(steps, worst=(1,))
    assert doubt.ranked.tolist() == [True, False, True]
    assert doubt.mean.tolist() == [2, 0, 1]
    assert doubt.in_worst.ravel().tolist() == [0, 0, 1]
    assert doubt.observed[1].tolist() == [0, 0, 0]


@some
@given(seed=SEEDS, holes=st.booleans())
def test_chances_sum_to_k_and_mean_ranks_to_those_of_as_many_zones(seed, holes):
    steps = random_steps(seed, holes=holes)
    doubt = rank_doubt(steps, worst=(1, 2, 5, 100))
    zones = int(doubt.ranked.sum())
    assert int(doubt.doubled_sum.sum()) == steps.shape[0] * zones * (zones + 1)
    for column, k in enumerate(doubt.worst.tolist()):
        chances = [doubt.exactly(z, column) for z in range(steps.shape[1])]
        assert sum(chances) == min(k, zones)
        assert doubt.in_worst[:, column].tolist() == [float(p) for p in chances]


@some
@given(seed=SEEDS)
def test_ranks_are_those_that_scipy_finds_one_by_one(seed):
    steps = random_steps(seed)
    quantiles = (0.05, 0.5, 0.95)
    doubt = rank_doubt(steps, worst=(3,), quantiles=quantiles)
    ranks, chance = slowly(steps, 3)
    assert doubt.mean.tolist() == ranks.mean(axis=0).tolist()
    assert [doubt.exactly(z, 0) for z in range(steps.shape[1])] == chance
    in_order = np.sort(ranks, axis=0)
    for column, q in enumerate(quantiles):
        at = math.ceil(Fraction(str(q)) * steps.shape[0]) - 1
        assert doubt.observed[:, column].tolist() == in_order[at].tolist()


@some
@given(seed=SEEDS)
def test_twin_zones_get_the_same_answers(seed):
    steps = random_steps(seed)
    twins = np.hstack((steps, steps))
    doubt = rank_doubt(twins, worst=(1, 3, 7))
    zones = steps.shape[1]
    for name in ("observed", "doubled_sum", "in_worst", "parts"):
        values = getattr(doubt, name)
        assert values[:zones].tobytes() == values[zones:].tobytes()


@some
@given(seed=SEEDS, threads=st.integers(1, 4))
def test_neither_order_nor_threads_change_a_byte(seed, threads):
    steps = random_steps(seed, holes=True)
    order = np.random.default_rng(seed).permutation(steps.shape[1])
    once = rank_doubt(steps, worst=(2, 4), threads=1)
    again = rank_doubt(steps[::-1, order], worst=(2, 4), threads=threads)
    for name in ("ranked", "observed", "doubled_sum", "in_worst", "parts"):
        assert getattr(once, name)[order].tobytes() == getattr(again, name).tobytes()
    assert once.equals.tolist() == again.equals.tolist()


def test_scores_that_differ_by_one_step_among_far_ones_are_told_apart():
    # Two scores at the ends make the first look too coarse for those between.
    between = 50 * 10**9 + np.arange(300)
    steps = np.array([[100 * 10**9, 0, *between], [100 * 10**9, 0, *between[::-1]]])
    doubt = rank_doubt(steps, worst=(1,))
    assert doubt.doubled_sum[0] == 2 * (1 + 1)
    assert doubt.doubled_sum[1] == 2 * (302 + 302)
    assert (doubt.doubled_sum[2:] == 2 * (2 + 301)).all()
    assert doubt.observed[2].tolist() == [2, 2, 301]


def test_when_all_are_equal_all_share():
    doubt = rank_doubt(np.full((3, 5), 7), worst=(2,))
    assert doubt.mean.tolist() == [3.0] * 5
    assert [doubt.exactly(z, 0) for z in range(5)] == [Fraction(2, 5)] * 5


def test_one_zone_is_first_and_none_is_nobody():
    alone = rank_doubt(np.array([[4], [0]]), worst=(1, 2))
    assert alone.mean.tolist() == [1.0]
    assert alone.in_worst.tolist() == [[1.0, 1.0]]
    nobody = rank_doubt(np.full((2, 3), -1), worst=(1,))
    assert not nobody.ranked.any()
    assert nobody.in_worst.tolist() == [[0.0]] * 3


def test_high_need_is_robust_when_even_the_error_of_the_draws_leaves_it_likely():
    steps = np.tile(np.array([[9, 5]]), (100, 1))
    steps[:14] = [[5, 9]]
    doubt = rank_doubt(steps, worst=(1,))
    # P = 0.86, se = √(0.86 · 0.14 / 100) = 0.0347: 0.86 − 1.64 · 0.0347 = 0.8031.
    assert doubt.error[0, 0] == pytest.approx(0.034699, abs=1e-6)
    assert doubt.robust()[:, 0].tolist() == [True, False]
    steps[14] = [5, 9]
    assert not rank_doubt(steps, worst=(1,)).robust().any()


def test_a_quantile_is_the_decimal_it_is_written_as():
    steps = np.column_stack((np.arange(100), np.full(100, 50)))
    assert 0.07 * 100 > 7
    # Zone 1 is first in 50 draws of 100, shares once, is second in 49.
    assert rank_doubt(steps, worst=(1,), quantiles=(0.5, 0.51)).observed[1].tolist() == [1, 1.5]
    few = np.vstack((np.tile([[1, 0]], (7, 1)), np.tile([[0, 1]], (93, 1))))
    assert rank_doubt(few, worst=(1,), quantiles=(0.07, 0.0700001)).observed[0].tolist() == [1, 2]


@pytest.mark.parametrize("quantiles", [(0.0,), (0.5, 0.5), (0.9, 1.1), (0.6, 0.4)])
def test_quantiles_that_do_not_rise_are_refused(quantiles):
    with pytest.raises(InputError):
        rank_doubt(np.ones((1, 1), np.int64), worst=(), quantiles=quantiles)


def test_no_draws_and_no_worst_zones_are_refused():
    with pytest.raises(ShapeError):
        rank_doubt(np.zeros((0, 3), np.int64), worst=(1,))
    with pytest.raises(InputError):
        rank_doubt(np.zeros((1, 3), np.int64), worst=(0,))
