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
def test_the_mean_over_the_points_of_a_zone_is_the_index_of_the_zone(seed) -> None:
    judged = judged_town(seed)
    index = mean_access(judged.points, judged.children_micro, judged.pieces, 1.0)
    for s in range(judged.points.shape[0]):
        value, children, piece = access_at_points(judged, s)
        for z in range(judged.pieces.zones):
            here = np.isin(piece, judged.pieces.piece[judged.pieces.zone == z])
            if np.isnan(index.x[z, s]):
                assert children[here].sum() == 0
            else:
                mean = (value[here] * children[here]).sum() / children[here].sum()
                assert mean == pytest.approx(index.x[z, s], rel=1e-9)


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
