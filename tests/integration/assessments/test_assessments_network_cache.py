"""Built networks are kept whole, found again, and made anew where they cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.assessments.network_cache import FOLDER, cached_network, network_name
from atlas.engine.streets import StreetPieces


def street() -> StreetPieces:
    """One street of 100 m."""
    ends = np.array([[0.0, 0.0], [100.0, 0.0]])
    return StreetPieces(
        code=np.array(["way/1:1"]),
        start_node=np.array([1]),
        end_node=np.array([2]),
        length_um=np.array([100_000_000]),
        street_class=np.array([1], np.int16),
        speed_kmh=np.array([30], np.int16),
        features=np.array([0], np.uint8),
        xy_m=ends,
        offset=np.array([0, 2]),
        node_id=np.array([1, 2]),
        node_xy_m=ends,
        node_mark=np.zeros(2, np.uint8),
    )


def never() -> StreetPieces:
    pytest.fail("the network was built though it is kept")


def test_a_kept_network_is_found_again_with_the_same_arrays(tmp_path):
    built = cached_network(tmp_path, "a", street)
    found = cached_network(tmp_path, "a", never)
    for name, array in built.arrays().items():
        assert np.array_equal(array, found.arrays()[name]), name
    assert found.edge_cm.tolist() == [10_000]


def test_nothing_written_to_a_network_reaches_the_files(tmp_path):
    cached_network(tmp_path, "a", street).edge_cm[0] = 1
    assert cached_network(tmp_path, "a", never).edge_cm.tolist() == [10_000]


@pytest.mark.parametrize("harm", ["cut", "empty", "gone"])
def test_a_broken_network_is_made_anew(tmp_path, harm):
    cached_network(tmp_path, "a", street)
    path = tmp_path / FOLDER / "a" / "edge_cm.npy"
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20] if harm == "cut" else b"")
    assert cached_network(tmp_path, "a", street).edge_cm.tolist() == [10_000]
    assert cached_network(tmp_path, "a", never).edge_cm.tolist() == [10_000]


def test_nothing_is_left_aside(tmp_path):
    cached_network(tmp_path, "a", street)
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["a"]


def test_other_streets_or_metres_have_another_name():
    names = {network_name("a", 32639), network_name("b", 32639), network_name("a", 32640)}
    assert len(names) == 3
