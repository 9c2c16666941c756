"""Doubt, distances and lacking at their edges: no zone, one zone, nobody, nothing in doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.coverage import CITY_WIDE, WALK, city_of
from atlas.engine.depth import depth
from atlas.engine.doubt import Plan, doubt
from atlas.engine.doubt.counts import CountError, as_counted, replicates
from atlas.engine.doubt.draws import Spread
from atlas.engine.doubt.drivers import drivers
from atlas.engine.doubt.gaps import gap_levels
from atlas.engine.doubt.ranks import rank_doubt
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.judged import JudgedPoints
from atlas.engine.lacking import lacking
from atlas.engine.margins import cut
from atlas.engine.need import Levels
from atlas.engine.network import build
from atlas.engine.types import MICRO
from atlas.engine.values import Reason
from tests.unit.engine.doubtful import case_of
from tests.unit.engine.edges import no_streets, without_points
from tests.unit.engine.test_engine_coverage_cases import along_a_street, changed
from tests.unit.engine.towns import streets

NAN, INF = float("nan"), float("inf")
SPREAD = Spread(reach_pct=(-50, 0, 50), provision_pct=(-50, 0, 200))
PLAN = Plan(seed=1, worst=(1,), score_draws=10, rank_draws=20)
ALL = [10 * MICRO] * 3
both_modes = pytest.mark.parametrize("mode", [WALK, CITY_WIDE])


def levels_of(town):
    """Who is not served by reach level, as provision is adopted and tripled; who is known."""
    city = city_of(
        *(build(town.pieces), town.demand, town.places, town.pools, town.requirements),
        town.incomplete,
    )
    found = gap_levels(city, town.incomplete, SPREAD, as_counted(town.demand.code.size))
    whole = found.not_served.sum(axis=(0, 1, 4))
    return whole[:, 1].tolist(), whole[:, 2].tolist(), int(found.known.sum())


# --- Gaps at every level --------------------------------------------------------------------------


@both_modes
def test_nobody_no_places_no_seats_and_no_streets_at_every_level(mode):
    town, none = along_a_street([10], [20], mode=mode), [0, 0, 0]
    assert levels_of(without_points(town)) == (none, none, 0)
    assert levels_of(along_a_street([10], [], mode=mode)) == (ALL, ALL, 10 * MICRO)
    assert levels_of(along_a_street([10], [20], seats=0, mode=mode)) == (ALL, ALL, 10 * MICRO)
    assert levels_of(along_a_street([10], [20], seats=-1, mode=mode)) == (none, none, 10 * MICRO)
    nobody = changed(town, "demand", children_micro=np.zeros((1, 1), np.int64))
    assert levels_of(nobody) == (none, none, 0)
    asked = [6_666_667] * 3
    walkless = town.but(pieces=no_streets())
    assert levels_of(walkless) == ((none, none, 0) if mode == WALK else (none, asked, 10 * MICRO))


@both_modes
def test_a_city_without_zones_has_levels_of_no_zone(mode):
    town = along_a_street([10], [20], mode=mode, zone=[-1])
    town = town.but(incomplete=np.zeros((1, 0), np.bool_))
    assert levels_of(town) == ([0, 0, 0], [0, 0, 0], 0)


def test_a_level_of_reach_met_exactly_holds():
    # The reach of 500 m is 250 m at -50 % and 750 m at +50 %.
    for door, expected in (
        (250, [0, 0, 0]),
        (250.01, [1, 0, 0]),
        (750, [1, 1, 0]),
        (750.01, [1] * 3),
    ):
        assert levels_of(along_a_street([0], [door]))[0] == [10 * MICRO * out for out in expected]


# --- Scores and ranks in doubt --------------------------------------------------------------------


def without_levels(case, reason):
    shape = case.levels.x.shape
    return replace(case, levels=Levels(np.full(shape, NAN), np.full(shape, reason, np.uint8)))


def test_one_zone_is_first_in_every_draw_and_no_zone_is_nobody():
    one = doubt(case_of(1, Spread(), zones=1), PLAN)
    assert one.ranks.observed.tolist() == [[1.0] * 3]
    assert one.ranks.in_worst.tolist() == [[1.0]]
    none = doubt(case_of(1, Spread(), zones=0), PLAN)
    assert (none.score.shape, none.ranks.in_worst.shape) == ((0, 3), (0, 1))


@pytest.mark.parametrize("reason", [Reason.MISSING, Reason.NOT_APPLICABLE, Reason.NO_NETWORK])
def test_zones_of_which_nothing_is_known_have_neither_interval_nor_rank(reason):
    found = doubt(without_levels(case_of(1, Spread(), zones=3), reason), PLAN)
    assert np.isnan(found.score).all()
    assert not found.ranks.ranked.any()
    assert found.ranks.in_worst.tolist() == [[0.0]] * 3


def test_more_worst_zones_than_there_are_is_everybody_and_one_draw_is_enough():
    case = case_of(1, Spread(), zones=3)
    assert doubt(case, replace(PLAN, worst=(9,))).ranks.in_worst.tolist() == [[1.0]] * 3
    once = doubt(case, replace(PLAN, score_draws=1, rank_draws=1))
    assert sorted(once.ranks.in_worst.ravel().tolist()) == [0.0, 0.0, 1.0]
    assert doubt(case, replace(PLAN, worst=(), quantiles=())).score.shape == (3, 0)


@pytest.mark.parametrize(
    "wrong", [{"score_draws": 0}, {"quantiles": (NAN,)}, {"quantiles": (0.0,)}]
)
def test_a_plan_that_asks_for_nothing_that_can_be_seen_is_refused(wrong):
    with pytest.raises(InputError):
        replace(PLAN, **wrong)


def test_what_drives_one_zone_is_nothing_and_nobody_is_refused():
    spread = Spread()
    alone = drivers(case_of(1, spread, zones=1), 1, base=8)
    assert (alone.first.tolist(), alone.total.tolist(), alone.sd) == ([0.0] * 6, [0.0] * 6, 0.0)
    for case in (case_of(1, spread, zones=0), without_levels(case_of(1, spread, zones=3), 1)):
        with pytest.raises(InputError, match="no zone is ranked"):
            drivers(case, 1, base=8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight_sd": NAN},
        {"weight_sd": INF},
        {"weight_sd": 1e300},
        {"powers": ()},
        {"powers": (NAN,)},
        {"powers": (1.0, NAN)},
        {"powers": (INF,)},
        {"replicates": 0},
        {"normalisations": 0},
    ],
)
def test_a_spread_that_is_no_number_is_refused(wrong):
    with pytest.raises(InputError):
        Spread(**wrong)


@pytest.mark.parametrize("wrong", [NAN, INF, 1e308])
def test_weights_in_doubt_that_cannot_be_added_up_are_refused(wrong):
    weighting = case_of(1, Spread()).weighting
    for name in ("weight", "domain_weight"):
        with pytest.raises(InputError):
            replace(weighting, **{name: np.full(getattr(weighting, name).size, wrong)})


def test_counts_of_no_points_no_cells_and_any_error_have_factors_above_nothing():
    error = CountError(*(np.array(c) for c in (["a"], [0.5], [0], ["s"], [0.0])))
    assert replicates(1, error, np.zeros(0, np.int32), 2).factor.shape == (1, 2)
    assert (
        replicates(1, replace(error, cell_error=np.array([1e100])), np.zeros(1, np.int32)).factor
        > 0
    ).all()
    with pytest.raises(ShapeError):
        replicates(1, error, np.zeros(1, np.int32), 0)
    for wrong in (NAN, INF, 1e101, -0.1):
        with pytest.raises(InputError):
            replace(error, cell_error=np.array([wrong]))


def test_ranks_of_no_zones_are_none_and_of_no_draws_refused():
    assert rank_doubt(np.zeros((3, 0), np.int64), worst=(1,)).in_worst.shape == (0, 1)
    with pytest.raises(ShapeError):
        rank_doubt(np.zeros((0, 3), np.int64), worst=(1,))


# --- Distances and lacking ------------------------------------------------------------------------


def judged(town):
    parent = np.full(town.incomplete.shape[1], -1, np.int32)
    pieces = cut(town.demand.zone[:, None], parent)
    of_piece = (
        town.incomplete[:, pieces.leaf[:, 0]] if pieces.pieces else np.zeros((1, 0), np.bool_)
    )
    return JudgedPoints(town.assess().points, town.demand.children_micro, of_piece, pieces)


def measured(town):
    """Median, its reason and the reason of the out; children lacking, at least and at most."""
    found, lacks = depth(judged(town), town.requirements, 1 / 3), lacking(judged(town), (1,))
    bounds = [int(part.sum()) // MICRO for part in (lacks.lower, lacks.upper)]
    return [int(c[0, 0, 0]) for c in (found.median_cm, found.reason, found.reason_out)], bounds


def test_distances_and_lacking_where_somebody_or_something_is_not_there():
    town = along_a_street([10], [20])
    na, missing, no_network = Reason.NOT_APPLICABLE, Reason.MISSING, Reason.NO_NETWORK
    assert measured(town) == ([1_000, 0, na], [0, 0])
    assert measured(without_points(town)) == ([-1, na, na], [0, 0])
    assert measured(along_a_street([10], [])) == ([-1, no_network, no_network], [10, 10])
    assert measured(town.but(pieces=no_streets())) == ([-1, missing, missing], [0, 10])
    assert measured(along_a_street([10], [20], seats=0)) == ([1_000, 0, na], [0, 0])
    assert measured(along_a_street([10], [20], mode=CITY_WIDE)) == ([-1, na, na], [0, 0])
    island = streets([(1, 2, [(0, 0), (15, 0)]), (3, 4, [(16, 0), (2000, 0)])])
    assert measured(town.but(pieces=island)) == ([-1, no_network, no_network], [10, 10])


def test_a_reach_met_exactly_is_not_lacked_and_a_centimetre_more_is_depth():
    assert measured(along_a_street([10], [510])) == ([50_000, 0, Reason.NOT_APPLICABLE], [0, 0])
    town = along_a_street([10], [510.01])
    assert measured(town) == ([50_001, 0, 0], [10, 10])
    assert depth(judged(town), town.requirements, 1 / 3).mean_excess_cm[0, 0, 0] == 1.0


def test_a_zone_without_children_and_a_city_without_zones_have_no_distance():
    town = along_a_street([10], [20]).but(incomplete=np.zeros((1, 2), np.bool_))
    found = depth(judged(town), town.requirements, 1 / 3)
    assert found.reason[:, 0, 0].tolist() == [Reason.NONE, Reason.NOT_APPLICABLE]
    nowhere = along_a_street([10], [20], zone=[-1]).but(incomplete=np.zeros((1, 0), np.bool_))
    assert depth(judged(nowhere), nowhere.requirements, 1 / 3).reason.shape == (0, 1, 2)
    assert lacking(judged(nowhere), (1, 2)).lower.shape == (2, 0, 1)
