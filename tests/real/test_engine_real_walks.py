"""Walking through Tehran's sixth district: paths with their streets named, costs found by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import networkx as nx
import numpy as np
import pytest
from pyproj import Transformer

from atlas.assessments.inputs.standard import standard_of
from atlas.assessments.standards.loading import load_standards
from atlas.engine.network import build
from atlas.engine.paths import Crossing, Stretch, cheapest_path, spots
from atlas.engine.profiles import any_route
from atlas.engine.walks import walk_of
from spatial_data.frames.streets import CLASSES
from tests.real.osm_pieces import pieces_of
from tests.unit.engine.walking import FAR, by_hand, positions, searched

STREETS = "tehran-district6/tehran_district6_highways_2024-08-05.osm.pbf"
UTM_39N = 32639
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)
LALEH_PARK, ENQELAB_SQUARE = (35.7085, 51.3925), (35.7009, 51.3912)
UNIVERSITY_GATE, VALI_ASR_SQUARE = (35.7020, 51.3965), (35.7118, 51.4071)
PLANE = Transformer.from_crs(4326, UTM_39N, always_xy=True)


@pytest.fixture(scope="module")
def district(real_data):
    """The streets, their names in the order of the pieces' codes, and the network."""
    pieces, names = pieces_of(real_data / STREETS, UTM_39N)
    return pieces, [names[code] for code in np.sort(pieces.code).tolist()], build(pieces)


@pytest.fixture
def profiles(root, db):  # noqa: ARG001 - sets are kept in the database
    """The ways of walking that Iran-A proposes, by code."""
    iran = load_standards(root / "fixtures" / "standards", at=NOON)[1]
    return {one.code: one.profile for one in standard_of(iran).profiles}


def way(network, profile, *ends):
    start, end = (spots(network, np.array([PLANE.transform(lon, lat)])) for lat, lon in ends)
    return cheapest_path(network, walk_of(network, profile), start, end)


def names_along(path, names):
    """The names of the streets a path follows for over 50 m in all."""
    metres: dict[str, float] = {}
    for part in path.parts:
        if isinstance(part, Stretch):
            for row, cm in zip(part.piece.tolist(), part.piece_cm.tolist(), strict=True):
                metres[names[row]] = metres.get(names[row], 0) + cm / 100
    return [name for name, length in metres.items() if name and length > 50]


def test_from_laleh_park_one_comes_down_north_kargar_street_to_enqelab_square(district):
    _, names, network = district
    path = way(network, any_route(len(CLASSES)), LALEH_PARK, ENQELAB_SQUARE)
    assert names_along(path, names)[-2:] == ["کارگر شمالی", "میدان انقلاب اسلامی"]
    # As the crow flies it is 850 m.
    assert 85_000 < path.length_cm == path.cost_cm < 130_000


def test_the_safe_way_to_enqelab_square_keeps_to_footways_and_marked_crossings(district, profiles):
    _, _, network = district
    plain, safe = (
        way(network, profile, LALEH_PARK, ENQELAB_SQUARE)
        for profile in (any_route(len(CLASSES)), profiles["safe_route"])
    )
    assert plain.length_cm <= safe.length_cm < 1.15 * plain.length_cm
    walked = {CLASSES[part.street_class] for part in safe.parts if isinstance(part, Stretch)}
    assert not walked & {"secondary", "tertiary"}
    crossings = [part for part in safe.parts if isinstance(part, Crossing) and part.bare_cm]
    protected = [part for part in crossings if part.protection and not part.cost_cm]
    assert len(protected) >= 8
    assert sum(part.cost_cm for part in crossings) < sum(part.bare_cm for part in protected)


def test_a_stroller_goes_from_the_university_to_vali_asr_square_without_a_step(district, profiles):
    _, names, network = district
    path = way(network, profiles["wheels"], UNIVERSITY_GATE, VALI_ASR_SQUARE)
    assert {"فلسطین", "بلوار کشاورز"} <= set(names_along(path, names))
    assert "steps" not in {
        CLASSES[part.street_class] for part in path.parts if isinstance(part, Stretch)
    }


def test_a_path_lies_within_a_step_of_its_length_on_real_streets(district, profiles):
    _, _, network = district
    path = way(network, profiles["safe_route"], UNIVERSITY_GATE, VALI_ASR_SQUARE)
    in_the_plane = 100 * np.hypot(*np.diff(path.line_m, axis=0).T).sum()
    # The plane is UTM: 0.9996 times the ground and up to 1.0004 at the rim of its zone.
    assert path.length_cm == pytest.approx(in_the_plane, rel=1e-3)
    assert sum(part.cost_cm for part in path.parts) == path.cost_cm


def test_every_profile_s_costs_are_those_found_by_hand(district, profiles):
    _, _, network = district
    snap = positions(network, np.random.default_rng(6), 8)
    plain = searched(network, walk_of(network, any_route(len(CLASSES))), snap)
    assert (plain < FAR).sum() > 8
    for profile in profiles.values():
        found = searched(network, walk_of(network, profile), snap)
        expected = by_hand(network, profile, snap)
        for cost in (found, expected):
            np.fill_diagonal(cost, 0)
        assert found.tolist() == expected.tolist()
        assert (found >= np.where(np.eye(8, dtype=bool), 0, plain)).all()


def test_any_route_costs_what_the_uncontracted_streets_say(district):
    pieces, _, network = district
    graph = nx.Graph()
    ends = (pieces.start_node.tolist(), pieces.end_node.tolist(), pieces.length_um.tolist())
    for a, b, um in zip(*ends, strict=True):
        known = graph.get_edge_data(a, b, {"weight": um})["weight"]
        graph.add_edge(a, b, weight=min(um, known))
    random = np.random.default_rng(7)
    walk = walk_of(network, any_route(len(CLASSES)))
    for v in random.choice(network.nodes, 4, replace=False).tolist():
        exact = nx.single_source_dijkstra_path_length(graph, int(network.node_id[v]))
        for u in random.choice(network.nodes, 5, replace=False).tolist():
            start, end = (spots(network, network.node_xy_m[[at]]) for at in (v, u))
            path = cheapest_path(network, walk, start, end)
            if path is None:
                assert int(network.node_id[u]) not in exact
                continue
            # Each edge is rounded to a centimetre once.
            rounding = len(path.parts)
            assert path.cost_cm == pytest.approx(
                exact[int(network.node_id[u])] / 10_000, abs=rounding
            )
