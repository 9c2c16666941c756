"""Streets, snapping and paths at their edges: none, one, of no length, twice, across the Earth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.network import build
from atlas.engine.paths import cheapest_path, spots
from atlas.engine.profiles import any_route
from atlas.engine.snapping import snap
from atlas.engine.streets import CROSSING
from atlas.engine.walks import walk_of
from tests.unit.engine.edges import no_streets
from tests.unit.engine.test_engine_coverage_cases import along_a_street
from tests.unit.engine.towns import UM_PER_CM, streets

STREET = (1, 2, [(0, 0), (100, 0)])
TWO = [(1, 2, [(0, 0), (1000, 0)]), (2, 3, [(1000, 0), (2000, 0)])]
MOST_CM = (1 << 29) - 1


def at(xy, *others):
    return np.array([xy, *others], np.float64).reshape(-1, 2)


def met(found):
    columns = (found.edge, found.to_start_cm, found.to_end_cm, found.leg_cm)
    return [tuple(row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def path(pieces, start, *ends, **options):
    network = build(pieces)
    walk = walk_of(network, any_route(2))
    to = spots(network, np.array(ends, np.float64).reshape(-1, 2))
    return cheapest_path(network, walk, spots(network, at(start)), to, **options)


def long_streets(cm):
    """Two streets of so many centimetres, and a crossing where they meet."""
    pieces = streets(TWO, marks={2: CROSSING})
    return replace(pieces, length_um=np.full(2, cm * UM_PER_CM))


def test_no_streets_are_a_network_that_nobody_meets_and_nothing_leads_through():
    network = build(no_streets())
    nodes, length_cm = network.components()
    assert (network.nodes, network.edges, nodes.size, length_cm.size) == (0, 0, 0, 0)
    assert met(snap(network, at((0, 0), (5, 5)))) == [(-1, -1, -1, -1)] * 2
    assert walk_of(network, any_route(0)).graph.head.size == 0
    assert path(no_streets(), (0, 0), (1, 1)) is None


def test_a_single_street_of_no_length_is_a_place_to_stand():
    still = replace(streets([STREET]), length_um=np.zeros(1, np.int64))
    assert met(snap(build(still), at((70, 3)))) == [(0, 0, 0, 300)]
    assert path(still, (0, 0), (100, 0)).cost_cm == 0


def test_the_same_street_twice_is_searched_once_and_the_smaller_code_is_met():
    network = build(streets([STREET, STREET, (2, 3, [(100, 0), (100, 50)])], marks={1: CROSSING}))
    assert (network.edges, network.arc_head.size) == (3, 4)
    (edge, *_), *_ = met(snap(network, at((50, 0))))
    assert network.edge_rank[edge] == 0


def test_two_streets_between_other_nodes_at_the_same_places_stay_two_islands():
    network = build(streets([STREET, (3, 4, STREET[2])]))
    nodes, length_cm = network.components()
    assert (nodes.tolist(), length_cm.tolist()) == ([2, 2], [10_000, 10_000])


def test_a_ring_alone_has_one_node_and_both_ways_round():
    ring = streets([(1, 1, [(0, 0), (100, 0), (100, 100), (0, 0)])])
    assert (build(ring).nodes, build(ring).edges) == (1, 1)
    assert path(ring, (0, 0), (100, 0)).cost_cm == 10_000


def test_points_at_one_place_and_at_the_ends_of_a_street_are_met_there():
    found = snap(build(streets([STREET])), at((50, 0), (50, 0), (0, 0), (100, 0)))
    middle, end = (0, 5_000, 5_000, 0), (0, 0, 10_000, 0)
    assert met(found) == [middle, middle, end, (0, 10_000, 0, 0)]


@pytest.mark.parametrize("far", [1e9, 1e18, 1e300, -1e300])
def test_a_point_as_far_away_as_numbers_go_meets_no_street(far):
    assert met(snap(build(streets([STREET])), at((far, far)))) == [(-1, -1, -1, -1)]


def test_a_leg_that_cannot_be_counted_is_refused_and_the_longest_is_counted():
    network = build(streets([STREET]))
    assert met(snap(network, at((5e6, 0)), farthest_leg_cm=MOST_CM)) == [
        (0, 10_000, 0, 499_990_000)
    ]
    with pytest.raises(InputError, match="farthest leg"):
        snap(network, at((5e6, 0)), farthest_leg_cm=MOST_CM + 1)


@pytest.mark.parametrize("far", [4.1e7, 1e300])
def test_streets_off_the_earth_are_refused(far):
    pieces = streets([STREET])
    for name in ("xy_m", "node_xy_m"):
        with pytest.raises(InputError, match="than the Earth is round"):
            build(replace(pieces, **{name: at((0, 0), (far, 0))}))


@pytest.mark.parametrize("um", [(MOST_CM + 1) * UM_PER_CM, 1 << 62])
def test_a_street_too_long_to_be_counted_is_refused(um):
    pieces = streets(TWO)
    with pytest.raises(InputError, match="5,300 km"):
        build(replace(pieces, length_um=np.full(2, um)))


def test_two_pieces_that_make_one_street_too_long_are_refused():
    pieces = replace(streets(TWO), length_um=np.full(2, MOST_CM * UM_PER_CM))
    with pytest.raises(InputError, match="5,300 km"):
        build(pieces)


def test_a_place_farther_than_can_be_counted_is_not_connected_and_nearer_it_is():
    # Home and door lie 990 of 1000 metres from the crossing: 0.99 of each street is walked.
    for cm, nearest in ((MOST_CM, -1), (MOST_CM // 2, 531_502_200)):
        town = along_a_street([10], [1990]).but(pieces=long_streets(cm))
        found = town.assess().points.nearest(0, 0)[0].tolist()
        assert found == pytest.approx([nearest], abs=1)
        assert town.assess().out.tolist() == [[[10_000_000]]]


def test_many_ways_too_long_to_be_counted_do_not_wrap_into_short_ones():
    count = 12
    line = [(k, k + 1, [(100 * k, 0), (100 * k + 100, 0)]) for k in range(count)]
    pieces = streets(line, marks=dict.fromkeys(range(count), CROSSING))
    pieces = replace(pieces, length_um=np.full(count, MOST_CM * UM_PER_CM))
    town = along_a_street([10], [1190]).but(pieces=pieces)
    assert town.assess().points.nearest(0, 0)[0].tolist() == [-1]


def test_a_path_to_oneself_is_two_legs_and_to_nobody_is_none():
    pieces = streets([STREET])
    here = path(pieces, (10, 0), (10, 0), (10, 0))
    assert (here.cost_cm, here.end, len(here.parts), here.line_m.tolist()) == (0, 0, 2, [[10, 0]])
    assert path(pieces, (10, 0)) is None


def test_a_path_of_exactly_the_limit_is_one_and_a_centimetre_less_allows_none():
    pieces = streets([STREET])
    assert path(pieces, (10, 0), (20, 0), limit_cm=1_000).cost_cm == 1_000
    assert path(pieces, (10, 0), (20, 0), limit_cm=999) is None
    assert path(pieces, (10, 0), (10, 0), limit_cm=0).cost_cm == 0
    assert path(pieces, (10, 0), (10, 0), limit_cm=-1) is None
    assert path(pieces, (10, 0), (20, 0), limit_cm=1 << 40).cost_cm == 1_000


def test_a_path_starts_at_one_place_that_is_somewhere():
    network = build(streets([STREET]))
    walk, one = walk_of(network, any_route(2)), spots(network, at((10, 0)))
    for count in (0, 2):
        with pytest.raises(ShapeError):
            cheapest_path(network, walk, spots(network, np.zeros((count, 2))), one)
    with pytest.raises(InputError, match="finite"):
        spots(network, at((np.nan, 0)))
