from __future__ import annotations

import shapely
from shapely.geometry import Point, Polygon, box

from atlas.tiles.sea import carried_on


def test_a_coast_cut_by_the_frame_goes_on_straight() -> None:
    """Sea in the north of a frame from (0, 0) to (4, 2), its coast cut at both sides."""
    grown = carried_on(Polygon([(0, 1), (2, 0.5), (4, 1), (4, 2), (0, 2)]))
    assert grown.contains(Point(-1, 1.5))
    assert not grown.contains(Point(-1, 0.9))
    assert grown.contains(Point(-1, 3))
    assert grown.contains(Point(2, 3))
    assert not grown.contains(Point(2, 0.2))


def test_a_sea_with_a_coast_all_around_stays_as_it_is() -> None:
    lake = Point(0, 0).buffer(1)
    assert shapely.equals(carried_on(lake), lake)


def test_every_side_of_a_frame_full_of_sea_is_carried_on() -> None:
    assert carried_on(box(0, 0, 2, 1)).equals(box(-2, -1, 4, 2))
