"""The access index where children live, beside its mean over zones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.access import access_at_points, mean_access
from atlas.engine.judged import JudgedPoints
from atlas.engine.margins import cut
from atlas.engine.values import Reason
from tests.unit.engine.towns import ZONES, random_town


def judged_town(seed):
    """A random town whose layers are whole; each zone is a piece."""
    town = random_town(seed)
    pieces = cut(town.demand.zone[:, None], np.full(ZONES, -1, np.int32))
    whole = np.zeros((len(town.requirements.service), pieces.pieces), np.bool_)
    town = town.but(demand=replace(town.demand, zone=pieces.of_point), incomplete=whole)
    points = town.assess().points
    return JudgedPoints(points, town.demand.children_micro, whole, pieces)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_the_index_of_a_zone_is_the_mean_of_its_points_asked_one_by_one(seed) -> None:
    judged = judged_town(seed)
    index = mean_access(judged, 1.0)
    zone = judged.pieces.zone[np.argsort(judged.pieces.piece)]
    for s in range(judged.points.shape[0]):
        held, known = np.zeros(ZONES), np.zeros(ZONES)
        for g in range(judged.points.shape[1]):
            if not judged.points.applies(s, g):
                continue
            access = judged.points.access(s, g)
            places = judged.points.places(s, g)
            capacity = unknown_capacity(judged, s, g)
            for i, piece in enumerate(judged.pieces.of_point.tolist()):
                if piece >= 0 and places[i] >= 0 and not capacity[i]:
                    known[zone[piece]] += judged.children_micro[i, g]
                    held[zone[piece]] += judged.children_micro[i, g] * access[i]
        for z in range(ZONES):
            if np.isnan(index.x[z, s]):
                assert known[z] == 0
            else:
                assert held[z] / known[z] == pytest.approx(index.x[z, s], rel=1e-9)


def unknown_capacity(judged, s, g):
    """Which points have a place of unknown capacity in reach."""
    unknown = np.zeros(judged.pieces.of_point.size, np.bool_)
    for block in judged.points.blocks:
        if block.column[s, g] >= 0:
            unknown[block.row] = block.unknown[:, block.column[s, g]]
    return unknown


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_children_whose_layer_is_incomplete_are_left_out(seed) -> None:
    judged = judged_town(seed)
    where = np.zeros_like(judged.incomplete)
    where[:, ::2] = True
    partly = replace(judged, incomplete=where)
    for s in range(judged.points.shape[0]):
        value, children, piece = access_at_points(judged, s)
        kept = piece % 2 == 1
        after = access_at_points(partly, s)
        assert value[kept].tolist() == after[0].tolist()
        assert children[kept].tolist() == after[1].tolist()
        assert piece[kept].tolist() == after[2].tolist()


def test_where_the_layer_is_incomplete_the_index_is_missing_and_not_0() -> None:
    judged = next(
        town for town in map(judged_town, range(50)) if (mean_access(town, 1.0).x == 0).any()
    )
    none = replace(judged, incomplete=np.ones_like(judged.incomplete))
    before, after = mean_access(judged, 1.0), mean_access(none, 1.0)
    assert np.isnan(after.x).all()
    was_0 = before.x == 0
    assert (after.reason[was_0] == Reason.MISSING).all()
