from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.errors import ShapeError
from atlas.engine.why import ALL, NO_REACH, FactKind, Told, WhyRule, facts

PLAY, SCHOOL, HEALTH = range(3)
TODDLERS, PUPILS = 1, 2
REACH = np.array([[[20_000] * 2, [40_000] * 2], [[-1] * 2, [80_000] * 2], [[75_000] * 2] * 2])


def with_margins(parts):
    for axis in (1, 2):
        parts = np.concatenate([parts.sum(axis=axis, keepdims=True), parts], axis=axis)
    return parts


def town(play, school, health, **more):
    """One zone: (served, full, out, unknown) of toddlers and pupils, girls and boys alike."""
    leaf = np.zeros((3, 2, 2, 4), np.int64)
    for service, bands in enumerate((play, school, health)):
        leaf[service] = np.array(bands)[:, None, :]
    parts = with_margins(leaf)[None]
    return Told(
        parts=parts,
        shown=more.get("shown", np.ones(parts.shape, bool)),
        points=np.array([more.get("points", [np.nan] * 3)]),
        weight=np.array(more.get("weight", [0.4, 0.4, 0.2])),
        reach_cm=np.where(
            np.isin(np.arange(3), more.get("wide", []))[:, None, None], -1, REACH
        ).astype(np.int32),
        applies=REACH >= 0,
    )


NOBODY = (0, 0, 0, 0)
USUAL = ([(10, 0, 30, 0), (20, 0, 60, 0)], [NOBODY, (50, 30, 0, 0)], [(38, 0, 2, 0)] * 2)


def test_two_facts_raise_need_and_one_helps() -> None:
    (found,) = facts(town(*USUAL, points=[40.0, 10.0, 1.0]), WhyRule())
    assert [(f.kind, f.service) for f in found] == [
        (FactKind.OUT, PLAY),
        (FactKind.FULL, SCHOOL),
        (FactKind.SERVED, HEALTH),
    ]


def test_a_fact_names_the_band_where_bands_differ_in_reach() -> None:
    (found,) = facts(town(*USUAL), WhyRule())
    assert (found[0].band, found[0].count, found[0].of) == (PUPILS, 120, 160)
    assert found[0].reach_cm == 40_000
    # All its children share one reach and one band.
    assert (found[1].band, found[1].count, found[1].of) == (PUPILS, 60, 160)
    assert found[1].reach_cm == 80_000
    # Both bands share one reach.
    assert (found[2].band, found[2].count, found[2].of) == (ALL, 152, 160)
    assert found[2].reach_cm == 75_000


def test_points_decide_the_order_and_weighed_gaps_where_they_are_withheld() -> None:
    (by_points,) = facts(town(*USUAL, points=[5.0, 30.0, 1.0]), WhyRule())
    assert [f.service for f in by_points[:2]] == [SCHOOL, PLAY]
    (by_weight,) = facts(town(*USUAL, weight=[0.1, 0.8, 0.1]), WhyRule())
    assert [f.service for f in by_weight[:2]] == [SCHOOL, PLAY]


def test_what_is_not_known_is_told_and_never_as_out() -> None:
    unknown = (USUAL[0], [NOBODY, (0, 0, 20, 60)], USUAL[2])
    (found,) = facts(town(*unknown), WhyRule())
    assert [(f.kind, f.service) for f in found] == [
        (FactKind.OUT, PLAY),
        (FactKind.OUT, HEALTH),
        (FactKind.UNKNOWN, SCHOOL),
    ]
    assert (found[2].count, found[2].of) == (120, 160)


def test_children_we_do_not_know_about_leave_the_whole() -> None:
    some = ([(30, 0, 50, 20), NOBODY], USUAL[1], USUAL[2])
    (found,) = facts(town(*some), WhyRule())
    assert (found[0].count, found[0].of) == (100, 160)


def test_nothing_is_told_that_may_not_be() -> None:
    shown = np.ones((1, 3, 3, 3, 4), bool)
    shown[0, SCHOOL] = False
    shown[0, PLAY, PUPILS] = False
    (found,) = facts(town(*USUAL, shown=shown), WhyRule())
    assert SCHOOL not in [f.service for f in found]
    assert (found[0].band, found[0].count) == (TODDLERS, 60)
    shown[0, PLAY, 1:] = False
    (found,) = facts(town(*USUAL, shown=shown), WhyRule())
    assert (found[0].band, found[0].count, found[0].reach_cm) == (ALL, 180, NO_REACH)


def test_a_service_that_reaches_half_is_no_comfort() -> None:
    poor = (USUAL[0], USUAL[1], [(20, 0, 20, 0)] * 2)
    (found,) = facts(town(*poor), WhyRule())
    assert FactKind.SERVED not in [f.kind for f in found]


def test_a_service_within_a_walk_helps_before_one_for_the_whole_city() -> None:
    both = ([(40, 0, 0, 0)] * 2, [NOBODY, (65, 15, 0, 0)], [(40, 0, 0, 0)] * 2)
    (found,) = facts(town(*both, wide=[PLAY]), WhyRule())
    assert [(f.kind, f.service) for f in found] == [
        (FactKind.FULL, SCHOOL),
        (FactKind.SERVED, HEALTH),
    ]
    (found,) = facts(town(*both, wide=[PLAY, HEALTH]), WhyRule())
    assert (found[-1].kind, found[-1].service) == (FactKind.SERVED, PLAY)


def test_where_all_are_served_there_is_only_good_to_tell() -> None:
    good = ([(40, 0, 0, 0)] * 2, [NOBODY, (80, 0, 0, 0)], [(40, 0, 0, 0)] * 2)
    (found,) = facts(town(*good), WhyRule())
    assert [(f.kind, f.service) for f in found] == [(FactKind.SERVED, PLAY)]


def test_a_zone_without_children_has_nothing_to_tell() -> None:
    (found,) = facts(town([NOBODY] * 2, [NOBODY] * 2, [NOBODY] * 2), WhyRule())
    assert found == []


def test_shapes_that_do_not_fit_are_refused() -> None:
    good = town(*USUAL)
    with pytest.raises(ShapeError):
        Told(good.parts, good.shown, good.points, good.weight[:2], good.reach_cm, good.applies)
