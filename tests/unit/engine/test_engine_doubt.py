"""One tier in doubt: scores and ranks together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.doubt import Plan, doubt
from atlas.engine.doubt.draws import Spread, uniforms_behind
from atlas.engine.doubt.gaps import GapLevels
from atlas.engine.doubt.tables import Makeup, prepared
from atlas.engine.doubt.trials import missing_levels, trial_steps
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels, ScoreRule, score
from tests.unit.engine.doubtful import case_of, shuffled

SEEDS = st.integers(0, 2**32 - 1)
some = settings(deadline=None, max_examples=25)
PLAN = Plan(seed=4, worst=(1, 3), score_draws=60, rank_draws=300)
STILL = Spread(weight_sd=0, reach_pct=(0,), provision_pct=(0,), powers=(1.0,))
VARIED = Spread(normalisations=3, replicates=4)


@some
@given(seed=SEEDS, missing=st.sampled_from([0.0, 0.15]), absent=st.sampled_from([0.0, 0.15]))
def test_chances_sum_to_k_and_ranks_to_those_of_as_many(seed, missing, absent):
    found = doubt(case_of(seed, VARIED, missing=missing, not_applicable=absent), PLAN)
    ranked = found.adopted.rank > 0
    assert found.ranks.ranked.tolist() == ranked.tolist()
    zones = int(ranked.sum())
    assert found.ranks.doubled_sum.sum() == PLAN.rank_draws * zones * (zones + 1)
    for column, k in enumerate(PLAN.worst):
        chances = [found.ranks.exactly(z, column) for z in range(ranked.size)]
        assert sum(chances) == min(k, zones)
    has_score = ~np.isnan(found.adopted.need)
    assert (~np.isnan(found.score)).all(axis=1).tolist() == has_score.tolist()
    assert (np.diff(found.score[has_score], axis=1) >= 0).all()
    inside = found.score[has_score]
    assert ((inside >= 0) & (inside <= 100)).all()


@some
@given(seed=SEEDS)
def test_without_any_doubt_every_draw_is_the_adopted_score(seed):
    case = case_of(seed, STILL, not_applicable=0.2)
    found = doubt(case, PLAN)
    assert found.score == pytest.approx(
        np.tile(found.adopted.need[:, None], 3), abs=2e-9, nan_ok=True
    )
    assert found.ranks.mean.tolist() == found.adopted.rank.tolist()
    assert (found.ranks.observed == found.adopted.rank[:, None]).all()


def test_scores_keep_the_adopted_exponent_and_ranks_do_not():
    found = doubt(case_of(16, replace(STILL, powers=(1.0, 2.0, 4.0))), PLAN)
    need = found.adopted.need[:, None]
    assert found.score == pytest.approx(np.tile(need, 3), abs=2e-9)
    assert (found.ranks.observed[:, 0] < found.ranks.observed[:, 2]).any()


@some
@given(seed=SEEDS, threads=st.integers(1, 4))
def test_neither_the_order_of_zones_and_services_nor_threads_change_a_byte(seed, threads):
    case = case_of(seed, VARIED, missing=0.1, not_applicable=0.1)
    again = shuffled(case, seed)
    order = np.array([case.zone_code.tolist().index(code) for code in again.zone_code])
    once, other = doubt(case, PLAN, threads=1), doubt(again, PLAN, threads=threads)
    assert once.score[order].tobytes() == other.score.tobytes()
    for name in ("observed", "doubled_sum", "in_worst", "parts"):
        assert getattr(once.ranks, name)[order].tobytes() == getattr(other.ranks, name).tobytes()


@some
@given(seed=SEEDS)
def test_a_draw_scores_as_the_need_score_does_with_what_it_assumes(seed):
    case = case_of(seed, VARIED, missing=0.1, not_applicable=0.1)
    ready = prepared(case)
    draws, row = ready.assumed(uniforms_behind(4, 40, case.weighting))
    missing = missing_levels(4, 40, ready.table)
    steps = trial_steps(ready.table, row, draws, missing)
    zone, component = ready.table.missing()
    scored = ready.table.scored
    for d in range(40):
        x, reason = case.levels.x.copy(), case.levels.reason.copy()
        for k, (gap, indicator) in enumerate(
            zip(case.makeup.gap, case.makeup.context, strict=True)
        ):
            if gap < 0:
                level = case.context[draws.normalisation[d], :, indicator]
            else:
                at = (draws.reach[d, k], draws.provision[d, k], draws.replicate[d])
                not_served = case.gaps.not_served[gap][:, at[0], at[1], at[2]]
                level = not_served / case.gaps.known[gap][:, draws.replicate[d]]
            x[:, k] = np.where(reason[:, k] == 0, level, np.nan)
        x[zone, component] = missing[d]
        reason[zone, component] = 0
        rule = ScoreRule(p=float(draws.power[d]), missing_limit=1.0)
        need = score(Levels(x, reason), draws.weights[d], rule).need
        assert np.abs(steps[d, scored] - np.rint(need[scored] * 1e9)).max(initial=0) <= 1


def test_a_scenario_is_drawn_as_its_base_is():
    case = case_of(8, Spread())
    not_served = case.gaps.not_served.copy()
    not_served[:, 0] = 0
    x = case.levels.x.copy()
    x[0, :3] = 0
    better = replace(
        case,
        gaps=GapLevels(not_served, case.gaps.known),
        levels=Levels(x, case.levels.reason),
    )
    base, scenario = doubt(case, PLAN), doubt(better, PLAN)
    assert base.score[1:].tobytes() == scenario.score[1:].tobytes()
    assert (scenario.score[0] < base.score[0]).all()
    assert (scenario.ranks.mean[1:] <= base.ranks.mean[1:]).all()


def test_more_draws_begin_with_the_fewer():
    case = case_of(9, VARIED, missing=0.1)
    fewer = doubt(case, replace(PLAN, rank_draws=60))
    more = doubt(case, PLAN)
    assert fewer.score.tobytes() == more.score.tobytes()
    assert fewer.ranks.observed.tolist() != more.ranks.observed.tolist()


def test_twin_zones_get_the_same_answers():
    case = case_of(10, VARIED)
    twins = np.array([0, *range(12), 0])
    doubled = replace(
        case,
        zone_code=np.array([f"t{k}" for k in range(14)]),
        levels=Levels(case.levels.x[twins], case.levels.reason[twins]),
        gaps=case.gaps.of(twins),
        context=case.context[:, twins],
    )
    found = doubt(doubled, PLAN)
    for values in (found.score, found.ranks.observed, found.ranks.in_worst, found.ranks.parts):
        assert values[0].tobytes() == values[1].tobytes() == values[13].tobytes()


def test_a_zone_of_few_children_has_an_interval_and_no_rank():
    case = case_of(11, Spread())
    children = np.full(12, 500)
    children[4] = 20
    found = doubt(replace(case, rule=ScoreRule(n_min=100), children=children), PLAN)
    assert not found.ranks.ranked[4]
    assert not np.isnan(found.score[4]).any()
    assert found.ranks.ranked.sum() == 11


def test_nobody_to_rank_is_no_fault():
    case = case_of(12, Spread(), zones=3)
    found = doubt(replace(case, rule=ScoreRule(n_min=9), children=np.zeros(3)), PLAN)
    assert not found.ranks.ranked.any()
    one = doubt(case_of(12, Spread(), zones=1), PLAN)
    assert one.ranks.mean.tolist() == [1.0]
    none = doubt(case_of(12, Spread(), zones=2, not_applicable=1.0), PLAN)
    assert np.isnan(none.score).all()


def test_a_service_split_in_two_halves_scores_as_the_whole():
    case = case_of(13, Spread(weight_sd=0))
    makeup = case.makeup
    twice = np.array([0, 0, 1, 2, 3, 4])
    split = replace(
        case,
        levels=Levels(case.levels.x[:, twice], case.levels.reason[:, twice]),
        makeup=Makeup(
            code=np.array(["park girls", "park boys", *makeup.code[1:]]),
            weighted=makeup.weighted[twice],
            share=np.array([0.3, 0.7, 1, 1, 1, 1]),
            gap=makeup.gap[twice],
            context=makeup.context[twice],
        ),
    )
    whole, halves = doubt(case, PLAN), doubt(split, PLAN)
    assert halves.score == pytest.approx(whole.score, abs=3e-9)
    assert halves.ranks.observed.tolist() == whole.ranks.observed.tolist()


def test_gaps_that_are_not_those_of_the_levels_are_refused():
    case = case_of(14, Spread())
    with pytest.raises(InputError, match="adopted"):
        doubt(replace(case, gaps=GapLevels(case.gaps.not_served // 2, case.gaps.known)), PLAN)


def test_cases_that_contradict_themselves_are_refused():
    case = case_of(15, Spread())
    makeup = case.makeup
    with pytest.raises(ShapeError):
        replace(case, spread=Spread(replicates=2))
    with pytest.raises(ShapeError):
        replace(case, spread=Spread(normalisations=2))
    with pytest.raises(ShapeError):
        replace(case, zone_code=case.zone_code[1:])
    with pytest.raises(ShapeError):
        replace(makeup, share=makeup.share[1:])
    with pytest.raises(InputError):
        replace(makeup, gap=makeup.gap * 0)
    with pytest.raises(InputError):
        replace(case, makeup=replace(makeup, gap=makeup.gap + 1, context=makeup.context - 1))
    with pytest.raises(InputError):
        Plan(seed=1, worst=(1,), score_draws=10, rank_draws=5)
