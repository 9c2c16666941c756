"""Services lacking, distances and dependence on one place, counted again in plain Python."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.depth import depth
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.inputs import CITY_WIDE, WALK, Requirements
from atlas.engine.judged import JudgedPoints
from atlas.engine.lacking import lacking
from atlas.engine.margins import cut
from atlas.engine.outcome import BlockOutcome, PointCoverage
from atlas.engine.snapping import Snap
from atlas.engine.types import MICRO
from atlas.engine.values import Reason
from tests.unit.engine.towns import random_town

LIMIT = 1 / 3
PARENT = np.array([3, 3, 4, 4, -1, -1, -1], np.int32)
"""Leaf zones 0 to 2, two of them under 3, all under 4; a second tree of zones 5 and 6."""


def judged_town(seed, **options):
    """A random town, assessed over the pieces of two trees."""
    random = np.random.default_rng(seed)
    town = random_town(seed, **options)
    leaf = np.column_stack([town.demand.zone, random.integers(5, 7, town.demand.zone.size)])
    pieces = cut(leaf, PARENT)
    incomplete = random.random((len(town.requirements.service), pieces.pieces)) < 0.15
    town = town.but(demand=replace(town.demand, zone=pieces.of_point), incomplete=incomplete)
    found = town.assess()
    judged = JudgedPoints(found.points, town.demand.children_micro, incomplete, pieces)
    return town, found, judged


def members(judged):
    """The points of each zone."""
    holds = [set() for _ in range(judged.pieces.zones)]
    pairs = zip(judged.pieces.zone.tolist(), judged.pieces.piece.tolist(), strict=True)
    for zone, piece in pairs:
        holds[zone] |= set(np.flatnonzero(judged.pieces.of_point == piece).tolist())
    return holds


class Plain:
    """State of one child's service, read by the door that pages use."""

    def __init__(self, town, judged):
        self.judged, self.requirements = judged, town.requirements
        self.services, self.groups = town.requirements.shape
        self.children = judged.children_micro.tolist()
        asked = [
            (s, g)
            for s in range(self.services)
            for g in range(self.groups)
            if town.requirements.reach_cm[s, g] >= 0
        ]
        self.places = {pair: judged.points.places(*pair).tolist() for pair in asked}
        self.cm = {pair: judged.points.nearest(*pair)[0].tolist() for pair in asked}

    def state(self, i, s, g):
        if (s, g) not in self.places:
            return None
        places = self.places[s, g][i]
        if places < 0 or self.judged.incomplete[s, self.judged.pieces.of_point[i]]:
            return "unknown"
        return "reached" if places else "out"


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=25, deadline=None)
def test_children_lacking_services_are_those_counted_one_by_one(seed, is_assigned) -> None:
    town, _, judged = judged_town(seed, is_assigned=is_assigned)
    plain, found = Plain(town, judged), lacking(judged, (1, 2, 3))
    for zone, points in enumerate(members(judged)):
        for g in range(plain.groups):
            low, high = [0, 0, 0], [0, 0, 0]
            for i in points:
                states = [plain.state(i, s, g) for s in range(plain.services)]
                out, unknown = states.count("out"), states.count("unknown")
                for m in range(3):
                    low[m] += plain.children[i][g] * (out > m)
                    high[m] += plain.children[i][g] * (out + unknown > m)
            assert found.lower[:, zone, g].tolist() == low
            assert found.upper[:, zone, g].tolist() == high
            assert found.children[zone, g] == sum(plain.children[i][g] for i in points)
    assert (found.lower <= found.upper).all()
    assert (found.upper <= found.children).all()
    assert (np.diff(found.lower, axis=0) <= 0).all()
    assert found.lower_of_all.tolist() == found.lower.sum(axis=2).tolist()


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=25, deadline=None)
def test_distances_are_those_of_children_lined_up_one_by_one(seed, is_assigned) -> None:
    town, _, judged = judged_town(seed, is_assigned=is_assigned)
    plain, found = Plain(town, judged), depth(judged, town.requirements, LIMIT)
    for zone, points in enumerate(members(judged)):
        for s in range(plain.services):
            groups = [[g] for g in range(plain.groups)] + [range(plain.groups)]
            for column, of in enumerate(groups):
                check_zone(plain, found, (zone, s, column), [(i, g) for i in points for g in of])


def check_zone(plain, found, at, crowd):
    s = at[1]
    walked = plain.requirements.mode[s] == WALK
    who = [(i, g, plain.children[i][g], plain.state(i, s, g)) for i, g in crowd]
    who = [w for w in who if w[2] and w[3]]
    known = [w for w in who if w[3] != "unknown"]
    way = [(plain.cm[s, g][i], n, state, g) for i, g, n, state in known]
    near = [w for w in way if w[0] >= 0]
    out = [w for w in near if w[2] == "out"]
    unknown = sum(w[2] for w in who) - sum(w[2] for w in known)
    one = sum(n for i, g, n, _ in known if plain.places[s, g][i] == 1)
    assert found.one_place_micro[at] == one
    assert found.unknown_micro[at] == unknown
    assert found.unconnected_micro[at] == sum(w[1] for w in way if w[0] < 0 and walked)
    if not who or not walked:
        expected = Reason.NOT_APPLICABLE
    elif unknown > LIMIT * sum(w[2] for w in who):
        expected = Reason.MISSING
    else:
        expected = Reason.NONE if near else Reason.NO_NETWORK
    assert found.reason[at] == expected
    assert found.median_cm[at] == (median(near) if expected == Reason.NONE else -1)
    nobody = expected == Reason.NONE and not out
    assert found.reason_out[at] == (Reason.NOT_APPLICABLE if nobody else expected)
    check_out(plain, found, at, out)


def check_out(plain, found, at, out):
    reach = plain.requirements.reach_cm[at[1]].tolist()
    children = sum(w[1] for w in out)
    assert found.out_micro[at] == children
    assert all(cm > reach[g] for cm, _, _, g in out)
    total = sum(Fraction((cm - reach[g]) * n, MICRO) for cm, n, _, g in out)
    rest = Fraction(int(found.excess_child_cm_micro[at]), MICRO)
    assert int(found.excess_child_cm[at]) + rest == total
    assert 0 <= rest < 1
    if found.reason_out[at] == Reason.NONE:
        assert found.median_out_cm[at] == median(out)
        assert found.mean_excess_cm[at] == pytest.approx(float(total * MICRO / children))
    else:
        assert found.median_out_cm[at] == -1
        assert np.isnan(found.mean_excess_cm[at])


def median(way):
    half, passed = sum(w[1] for w in way), 0
    for w in sorted(way):
        passed += 2 * w[1]
        if passed >= half:
            return w[0]
    raise AssertionError


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_out_agree_with_the_split(seed) -> None:
    town, found, judged = judged_town(seed)
    deep = depth(judged, town.requirements, LIMIT)
    out, unknown = (np.zeros((7, *town.requirements.shape), np.int64) for _ in range(2))
    np.add.at(out, judged.pieces.zone, found.out[judged.pieces.piece])
    np.add.at(unknown, judged.pieces.zone, found.unknown[judged.pieces.piece])
    walked = town.requirements.mode == WALK
    whole = deep.out_micro + deep.unconnected_micro
    assert (whole[:, walked, :-1] == out[:, walked]).all()
    assert (deep.unknown_micro[..., :-1] == unknown).all()
    for amount in (deep.out_micro, deep.one_place_micro, deep.unconnected_micro):
        assert (amount[..., -1] == amount[..., :-1].sum(axis=-1)).all()
        assert (amount[4] == amount[2] + amount[3]).all()
        assert (amount[4] == amount[5] + amount[6]).all()


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_order_of_points_changes_nothing(seed, random) -> None:
    town, _, judged = judged_town(seed)
    order = list(range(town.demand.code.size))
    random.shuffle(order)
    demand = town.demand
    moved = replace(
        demand,
        code=demand.code[order],
        xy_m=demand.xy_m[order],
        children_micro=demand.children_micro[order],
        zone=demand.zone[order],
        edge=demand.edge[order],
        boundary_cm=demand.boundary_cm[order],
    )
    points = town.but(demand=moved).assess().points
    pieces = replace(judged.pieces, of_point=judged.pieces.of_point[order])
    again = JudgedPoints(points, moved.children_micro, judged.incomplete, pieces)
    for one, other in (
        (lacking(judged, (1, 2)), lacking(again, (1, 2))),
        (depth(judged, town.requirements, LIMIT), depth(again, town.requirements, LIMIT)),
    ):
        for name in type(one).__slots__:
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def by_hand(cm, places, children, *, reach=500, incomplete=False, mode=WALK):
    """One zone, one service, one group; a distance of None was never snapped."""
    judged = [i for i, d in enumerate(cm) if d is not None]
    shape = (len(judged), 1)
    whole = np.zeros(shape, np.int64)
    block = BlockOutcome(
        row=np.array(judged),
        column=np.zeros((1, 1), np.int32),
        is_shared=np.zeros(1, np.bool_),
        share=whole,
        access=whole,
        places=np.array([[places[i]] for i in judged], np.int32).reshape(shape),
        unknown=np.zeros(shape, np.bool_),
        nearest_cm=np.array([[cm[i]] for i in judged], np.int32).reshape(shape),
        nearest_place=np.zeros(shape, np.int32),
    )
    count = len(cm)
    snap = Snap(*(np.zeros(count, np.int32) for _ in Snap.__slots__))
    requirements = Requirements(
        service=np.array(["school"]),
        reach_cm=np.array([[reach]], np.int32),
        provision_micro=np.array([[-1]]),
        participation_micro=np.array([[MICRO]]),
        mode=np.array([mode], np.uint8),
    )
    pieces = cut(np.zeros((count, 1), np.int32), np.array([-1], np.int32))
    judged_points = JudgedPoints(
        PointCoverage(snap, (1, 1), [block]),
        np.array(children, np.int64)[:, None] * MICRO,
        np.array([[incomplete]]),
        pieces,
    )
    return judged_points, requirements


def test_a_town_by_hand() -> None:
    # 10 children at 1 m, 5 at 4 m, 3 at 9 m, 1 at 12 m, 2 on an island; the reach is 5 m.
    judged, required = by_hand([100, 400, 900, 1200, -1], [2, 1, 0, 0, 0], [10, 5, 3, 1, 2])
    found = depth(judged, required, LIMIT)
    assert found.median_cm[0, 0].tolist() == [100, 100]
    assert found.median_out_cm[0, 0, 0] == 900
    assert found.out_micro[0, 0, 0] == 4 * MICRO
    assert found.unconnected_micro[0, 0, 0] == 2 * MICRO
    assert found.excess_child_cm[0, 0, 0] == 3 * 400 + 700
    assert found.mean_excess_cm[0, 0, 0] == pytest.approx(1900 / 4)
    assert found.one_place_micro[0, 0, 0] == 5 * MICRO
    one = lacking(judged, (1,))
    assert one.lower.tolist() == one.upper.tolist() == [[[6 * MICRO]]]


def test_the_example_of_alkire_and_foster() -> None:
    """
    Alkire & Foster 2011, their matrix of four persons and four dimensions with its cutoffs.

    They count 0, 2, 4 and 1 deprivations, so that half of the persons are poor at k = 2.
    """
    achieved = np.array([[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]])
    deprived = achieved < np.array([13, 12, 3, 1])
    whole = np.zeros((4, 1), np.int64)
    blocks = [
        BlockOutcome(
            row=np.arange(4),
            column=np.where(np.arange(4)[:, None] == service, 0, -1).astype(np.int32),
            is_shared=np.zeros(1, np.bool_),
            share=whole,
            access=whole,
            places=np.where(deprived[:, [service]], 0, 1).astype(np.int32),
            unknown=np.zeros((4, 1), np.bool_),
            nearest_cm=np.ones((4, 1), np.int32),
            nearest_place=np.zeros((4, 1), np.int32),
        )
        for service in range(4)
    ]
    snap = Snap(*(np.zeros(4, np.int32) for _ in Snap.__slots__))
    found = lacking(
        JudgedPoints(
            PointCoverage(snap, (4, 1), blocks),
            np.full((4, 1), MICRO),
            np.zeros((4, 1), np.bool_),
            cut(np.zeros((4, 1), np.int32), np.array([-1], np.int32)),
        ),
        (1, 2, 3, 4),
    )
    assert (found.lower_of_all[:, 0] // MICRO).tolist() == [3, 2, 1, 1]
    assert found.upper_of_all.tolist() == found.lower_of_all.tolist()
    assert found.lower_of_all[1, 0] / found.children.sum() == 0.5


def test_exactly_half_at_a_distance_is_enough() -> None:
    judged, required = by_hand([100, 400], [1, 1], [7, 7])
    assert depth(judged, required, LIMIT).median_cm[0, 0, 0] == 100
    judged, required = by_hand([100, 400], [1, 1], [7, 8])
    assert depth(judged, required, LIMIT).median_cm[0, 0, 0] == 400


def test_nobody_out_has_no_depth_and_is_not_missing() -> None:
    judged, required = by_hand([100], [1], [7])
    found = depth(judged, required, LIMIT)
    assert found.reason_out[0, 0, 0] == Reason.NOT_APPLICABLE
    assert np.isnan(found.mean_excess_cm[0, 0, 0])


def test_a_zone_on_an_island_has_no_distance_but_its_children_are_counted() -> None:
    judged, required = by_hand([-1, -1], [0, 0], [7, 1])
    found = depth(judged, required, LIMIT)
    assert found.reason[0, 0, 0] == Reason.NO_NETWORK
    assert found.unconnected_micro[0, 0, 0] == 8 * MICRO


def test_too_many_unknown_children_leave_the_median_missing() -> None:
    judged, required = by_hand([100, None], [1, 0], [2, 1])
    assert depth(judged, required, LIMIT).reason[0, 0, 0] == Reason.NONE
    judged, required = by_hand([100, None], [1, 0], [3, 2])
    found = depth(judged, required, LIMIT)
    assert found.reason[0, 0, 0] == found.reason_out[0, 0, 0] == Reason.MISSING
    bounds = lacking(judged, (1,))
    assert (bounds.lower[0, 0, 0], bounds.upper[0, 0, 0]) == (0, 2 * MICRO)


def test_an_incomplete_layer_may_be_lacking_or_not() -> None:
    judged, required = by_hand([100, 900], [1, 0], [3, 2], incomplete=True)
    bounds = lacking(judged, (1,))
    assert (bounds.lower[0, 0, 0], bounds.upper[0, 0, 0]) == (0, 5 * MICRO)
    assert depth(judged, required, LIMIT).reason[0, 0, 0] == Reason.MISSING


def test_a_city_wide_service_has_no_distance_but_may_hang_on_one_place() -> None:
    judged, required = by_hand([-1], [1], [4], mode=CITY_WIDE)
    found = depth(judged, required, LIMIT)
    assert found.reason[0, 0, 0] == Reason.NOT_APPLICABLE
    assert found.one_place_micro[0, 0, 0] == 4 * MICRO
    assert found.unconnected_micro[0, 0, 0] == 0


def test_nobody_lives_here() -> None:
    judged, required = by_hand([100], [1], [0])
    assert depth(judged, required, LIMIT).reason[0, 0, 0] == Reason.NOT_APPLICABLE
    assert lacking(judged, (1,)).upper.sum() == 0


def test_a_whole_city_a_day_away_does_not_overflow() -> None:
    judged, required = by_hand([2_000_000_000] * 3, [0] * 3, [4_000_000] * 3)
    found = depth(judged, required, LIMIT)
    assert found.excess_child_cm[0, 0, 0] == 12_000_000 * (2_000_000_000 - 500)


def test_what_does_not_fit_is_refused() -> None:
    judged, required = by_hand([100], [1], [1])
    for bad in ((), (0, 1), (2, 1), (1, 1)):
        with pytest.raises(InputError):
            lacking(judged, bad)
    with pytest.raises(InputError):
        depth(judged, required, 1.5)
    wide = replace(required, reach_cm=np.zeros((2, 1), np.int32))
    with pytest.raises(ShapeError):
        depth(judged, wide, LIMIT)
    with pytest.raises(ShapeError):
        replace(judged, incomplete=np.zeros((2, 1), np.bool_))
    with pytest.raises(ShapeError):
        replace(judged, children_micro=np.zeros((2, 1), np.int64))
    with pytest.raises(InputError):
        replace(judged, children_micro=np.array([[-1]]))
