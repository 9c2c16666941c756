"""Scores in many draws: the same as one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.doubt.draws import Draws
from atlas.engine.doubt.trials import LevelTable, missing_levels, trial_steps
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels, ScoreRule, score
from atlas.engine.values import Reason

SEEDS = st.integers(0, 2**32 - 1)
some = settings(deadline=None, max_examples=30)
RULE = ScoreRule(missing_limit=1.0)


def random_trials(seed):
    random = np.random.default_rng(seed)
    d, n, k, rows = (int(random.integers(1, most)) for most in (300, 12, 7, 4))
    reason = random.choice([0, 0, 0, 0, 1, 2], (n, k)).astype(np.uint8)
    x = random.choice([0, 0.25, 1, random.random()], (k, rows, n))
    x[np.broadcast_to((reason > 0).T[:, None], x.shape)] = 0
    weights = random.dirichlet(np.ones(k), d)
    weights[:, random.random(k) < 0.2] = 0
    known = np.where(reason == Reason.NONE, 1, 0)
    scored = (known * weights.min(axis=0) > 0).any(axis=1)
    table = LevelTable(
        code=np.array([f"s{c}" for c in random.permutation(k)]),
        zone_code=np.array([f"z{c}" for c in random.permutation(n)]),
        x=x.reshape(-1, n),
        reason=reason,
        scored=scored,
    )
    level = random.integers(0, rows, (d, k))
    none = np.zeros(d, np.int64)
    power = random.choice([1.0, 2.0, 4.0, 3.3], d)
    draws = Draws(weights, power, none, none, none, none)
    return table, np.arange(k) * rows + level, draws, missing_levels(seed, d, table)


def one_by_one(table, row, draws, missing):
    zone, component = table.missing()
    found = np.full((row.shape[0], table.scored.size), -1, np.int64)
    for d in range(row.shape[0]):
        x = table.x[row[d]].T.copy()
        reason = table.reason.copy()
        x[zone, component] = missing[d]
        reason[zone, component] = Reason.NONE
        x[reason != Reason.NONE] = np.nan
        if not draws.weights[d].any():
            continue
        rule = replace(RULE, p=float(draws.power[d]))
        need = score(Levels(x, reason), draws.weights[d], rule).need
        found[d, table.scored] = np.rint(need[table.scored] * 1e9)
    return found


@some
@given(seed=SEEDS)
def test_a_trial_scores_as_the_need_score_does(seed):
    given_trials = random_trials(seed)
    steps = trial_steps(*given_trials)
    expected = one_by_one(*given_trials)
    # Both round once to 10⁻⁹ of a point; their last binary digit may differ.
    assert np.abs(steps - expected).max(initial=0) <= 1
    assert ((steps >= 0) == given_trials[0].scored).all()


def test_by_hand():
    table = LevelTable(
        code=np.array(["park", "school"]),
        zone_code=np.array(["a", "b", "c"]),
        x=np.array([[0.5, 0.0, 0.5], [0.5, 0.0, 0.9], [0.1, 0.4, 0.0]]),
        reason=np.array([[0, 0], [1, 0], [0, 2]], np.uint8),
        scored=np.array([True, True, True]),
    )
    none = np.zeros(2, np.int64)
    draws = Draws(
        np.array([[0.5, 0.5], [0.75, 0.25]]), np.array([1.0, 2.0]), none, none, none, none
    )
    steps = trial_steps(table, np.array([[0, 2], [1, 2]]), draws, np.array([[0.8], [0.0]]))
    first = [100 * (0.25 + 0.05), 100 * (0.4 + 0.2), 50.0]
    second = [100 * np.sqrt(0.75 * 0.25 + 0.25 * 0.01), 100 * np.sqrt(0.25 * 0.16), 90.0]
    assert steps.tolist() == np.rint(np.array([first, second]) * 1e9).astype(int).tolist()


@some
@given(seed=SEEDS, threads=st.integers(1, 4))
def test_neither_the_order_of_zones_nor_of_components_nor_threads_change_a_digit(seed, threads):
    table, row, draws, missing = random_trials(seed)
    random = np.random.default_rng(seed)
    zones, components = (random.permutation(size) for size in table.reason.shape)
    shuffled = LevelTable(
        code=table.code[components],
        zone_code=table.zone_code[zones],
        x=table.x[:, zones],
        reason=table.reason[np.ix_(zones, components)],
        scored=table.scored[zones],
    )
    again = trial_steps(
        shuffled,
        row[:, components],
        replace(draws, weights=draws.weights[:, components]),
        missing_levels(seed, row.shape[0], shuffled),
        threads=threads,
    )
    once = trial_steps(table, row, draws, missing, threads=1)
    assert once[:, zones].tobytes() == again.tobytes()


@some
@given(seed=SEEDS)
def test_zones_left_out_change_no_other(seed):
    table, row, draws, missing = random_trials(seed)
    kept = np.random.default_rng(seed).random(table.scored.size) < 0.5
    fewer = LevelTable(
        table.code, table.zone_code[kept], table.x[:, kept], table.reason[kept], table.scored[kept]
    )
    once = trial_steps(table, row, draws, missing)
    again = trial_steps(fewer, row, draws, missing_levels(seed, row.shape[0], fewer))
    assert once[:, kept].tolist() == again.tolist()


def test_twin_zones_score_alike_under_any_exponent():
    random = np.random.default_rng(3)
    x = np.repeat(random.random((5, 1)), 33, axis=1)
    table = LevelTable(
        code=np.array(list("abcde")),
        zone_code=np.arange(33).astype(str),
        x=x,
        reason=np.zeros((33, 5), np.uint8),
        scored=np.ones(33, bool),
    )
    none = np.zeros(4, np.int64)
    draws = Draws(
        random.dirichlet(np.ones(5), 4), np.array([1.0, 2.0, 4.0, 2.7]), none, none, none, none
    )
    steps = trial_steps(table, np.tile(np.arange(5), (4, 1)), draws, np.zeros((4, 0)))
    assert (steps == steps[:, :1]).all()


def test_levels_that_are_no_numbers_and_draws_that_do_not_fit_are_refused():
    table, row, draws, missing = random_trials(1)
    with pytest.raises(InputError):
        replace(table, x=np.full_like(table.x, np.nan))
    with pytest.raises(ShapeError):
        replace(table, scored=table.scored[1:])
    with pytest.raises(ShapeError):
        trial_steps(table, row[1:], draws, missing)
    with pytest.raises(InputError):
        trial_steps(table, row + table.x.shape[0], draws, missing)
