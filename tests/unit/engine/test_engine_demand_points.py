from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.demand import (
    Buildings,
    PlacingRule,
    PlacingWay,
    locate,
    place_points,
    spread,
)
from atlas.engine.errors import InputError, ShapeError

RULE = PlacingRule()
NO_STREETS = (np.array([], np.str_), np.array([], dtype=object))


def square(x, y, side=100.0):
    return shapely.box(x, y, x + side, y + side)


def cells(*polygons, codes=None):
    names = codes or [f"c{i}" for i in range(len(polygons))]
    return np.array(names), np.array(polygons, dtype=object)


def buildings(*rows):
    if not rows:
        return Buildings(np.array([], np.str_), np.zeros((0, 2)), np.zeros(0), np.zeros(0))
    code, x, y, area, levels = zip(*rows, strict=True)
    return Buildings(
        np.array(code),
        np.column_stack([x, y]).astype(float),
        np.array(area, float),
        np.array(levels, float),
    )


def streets(**lines):
    return np.array(list(lines)), np.array([shapely.LineString(c) for c in lines.values()])


def place(where, residents, houses=None, roads=NO_STREETS, rule=RULE):
    return place_points(where, np.array(residents, float), houses or buildings(), roads, rule)


def test_children_stand_at_buildings_by_floor_area() -> None:
    points = place(
        cells(square(0, 0)), [40], buildings(("b", 80, 80, 100, 5), ("a", 20, 20, 100, np.nan))
    )
    assert points.way.tolist() == [PlacingWay.BUILDINGS]
    assert points.code.tolist() == ["c0/a", "c0/b"]
    assert points.floor_m2_per_resident[0] == 15
    children = spread(np.array([[6_000_000, 1]]), points)
    assert children.tolist() == [[1_000_000, 0], [5_000_000, 1]]


@pytest.mark.parametrize(("residents", "way"), [(61, 1), (60, 0), (6, 0), (5.9, 1)])
def test_buildings_are_trusted_only_within_the_bounds(residents, way) -> None:
    road = streets(way1=[(0, 50), (100, 50)])
    points = place(cells(square(0, 0)), [residents], buildings(("a", 9, 9, 600, 1)), road)
    assert points.way.tolist() == [way]


def test_without_residents_buildings_say_nothing() -> None:
    road = streets(way1=[(0, 50), (100, 50)])
    for nobody in (0.0, np.nan):
        points = place(cells(square(0, 0)), [nobody], buildings(("a", 9, 9, 600, 1)), road)
        assert points.way.tolist() == [PlacingWay.STREETS]
        assert np.isnan(points.floor_m2_per_resident[0])


def test_points_stand_every_fifty_metres_along_streets_end_to_end() -> None:
    road = streets(way1=[(-200, 50), (300, 50)], way2=[(50, 110), (50, 140)])
    points = place(cells(square(0, 0)), [10], roads=road)
    # 130 m of way1 and 5 m of way2 lie within 15 m of the cell: 135 m make three points.
    assert points.code.tolist() == ["c0/street-0001", "c0/street-0002", "c0/street-0003"]
    assert points.xy_m[:, 0] == pytest.approx([7.5, 52.5, 97.5], abs=0.5)
    assert points.weight.tolist() == [1, 1, 1]


def test_a_street_along_the_border_counts_for_both_cells() -> None:
    road = streets(way1=[(0, -10), (200, -10)])
    points = place(cells(square(0, 0), square(100, 0), square(0, 500)), [1, 1, 1], roads=road)
    assert points.way.tolist() == [PlacingWay.STREETS] * 2 + [PlacingWay.REPRESENTATIVE_POINT]
    assert set(points.cell.tolist()) == {0, 1, 2}


def test_with_neither_buildings_nor_streets_one_point_stands_inside() -> None:
    horseshoe = shapely.Polygon([(0, 0), (90, 0), (90, 90), (80, 90), (80, 10), (0, 10)])
    points = place(cells(horseshoe), [50])
    assert points.code.tolist() == ["c0/point"]
    assert horseshoe.contains(shapely.Point(points.xy_m[0]))


def test_a_building_on_a_border_belongs_to_the_smaller_code() -> None:
    where = cells(square(0, 0), square(100, 0), codes=["z", "a"])
    points = place(where, [10, 10], buildings(("h", 100, 50, 200, 1)))
    assert points.code.tolist() == ["z/point", "a/h"]


def test_spread_refuses_children_of_other_cells() -> None:
    points = place(cells(square(0, 0)), [40])
    with pytest.raises(ShapeError):
        spread(np.zeros((2, 1), np.int64), points)


def test_wrong_choices_and_columns_are_refused() -> None:
    with pytest.raises(InputError):
        PlacingRule(least_m2=200)
    with pytest.raises(InputError):
        buildings(("a", 0, 0, -1, 1))
    with pytest.raises(ShapeError):
        place(cells(square(0, 0)), [1, 2])
    with pytest.raises(InputError, match="c1 has no area"):
        place(cells(square(0, 0), shapely.MultiPolygon()), [1, 2])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_cell_keeps_its_children_whatever_the_way(data) -> None:
    n = data.draw(st.integers(1, 5))
    where = cells(*(square(100 * i, 0) for i in range(n)))
    spots = data.draw(
        st.lists(
            st.tuples(st.integers(0, 500), st.integers(0, 100), st.integers(0, 900)), max_size=20
        )
    )
    houses = buildings(*((f"b{i:02}", x, y, a, np.nan) for i, (x, y, a) in enumerate(spots)))
    road = streets(w=[(0, 50), (data.draw(st.integers(1, 500)), 50)])
    residents = data.draw(st.lists(st.integers(0, 50), min_size=n, max_size=n))
    points = place(where, residents, houses, road)
    children = np.array(
        data.draw(
            st.lists(
                st.lists(st.integers(0, 10**9), min_size=3, max_size=3), min_size=n, max_size=n
            )
        )
    )
    on_points = spread(children, points)
    back = np.zeros_like(children)
    np.add.at(back, points.cell, on_points)
    assert back.tolist() == children.tolist()
    assert len(np.unique(points.code)) == len(points.code)


@settings(max_examples=30)
@given(st.data())
def test_the_order_of_cells_buildings_and_streets_changes_nothing(data) -> None:
    spots = data.draw(
        st.lists(
            st.tuples(st.integers(0, 400), st.integers(0, 100), st.integers(1, 900)), max_size=12
        )
    )
    houses = [(f"b{i:02}", x, y, a, np.nan) for i, (x, y, a) in enumerate(spots)]
    roads = {f"w{i}": [(7 * i, 30 * i), (450 - i, 21.3 * i)] for i in range(4)}
    town = [(f"c{i}", square(100 * i, 0), 5 + 7 * i) for i in range(4)]

    def placed(town, houses, roads):
        codes, outlines, residents = zip(*town, strict=True)
        where = cells(*outlines, codes=list(codes))
        points = place(where, residents, buildings(*houses), streets(**roads))
        order = np.argsort(points.code)
        return points.code[order], points.xy_m[order].tobytes(), points.weight[order].tolist()

    once = placed(town, houses, roads)
    again = placed(
        data.draw(st.permutations(town)),
        data.draw(st.permutations(houses)),
        dict(data.draw(st.permutations(list(roads.items())))),
    )
    assert once[0].tolist() == again[0].tolist()
    assert once[1:] == again[1:]


def zones(*polygons, codes=None):
    return cells(*polygons, codes=codes)


def test_a_point_takes_the_zone_one_metre_inside_its_cell() -> None:
    # The point lies across the street, in the other zone; its cell lies in the first.
    found = locate(
        np.array([[105.0, 50.0]]),
        np.array([0], np.int32),
        cells(square(0, 0))[1],
        zones(square(0, 0), square(100, 0)),
    )
    assert found.tolist() == [0]


def test_a_point_well_inside_takes_the_zone_it_stands_in() -> None:
    found = locate(
        np.array([[30.0, 50.0], [70.0, 50.0]]),
        np.array([0, 0], np.int32),
        cells(square(0, 0))[1],
        zones(shapely.box(-9, -9, 50, 109), shapely.box(50, -9, 109, 109)),
    )
    assert found.tolist() == [0, 1]


def test_overlapping_zones_yield_to_the_smaller_code() -> None:
    overlapping = zones(square(0, 0), square(0, 0), codes=["b", "a"])
    found = locate(np.array([[50.0, 50.0]]), np.array([0]), cells(square(0, 0))[1], overlapping)
    assert found.tolist() == [1]


def test_a_point_outside_every_zone_takes_the_nearest_within_fifty_metres() -> None:
    cell = cells(square(0, 0))[1]
    here = np.array([[50.0, 50.0]])
    near = zones(square(-120, 0), square(90, 0), codes=["a", "b"])
    assert locate(here, np.array([0]), cell, near).tolist() == [1]
    tie = zones(square(-90, 0), square(90, 0), codes=["b", "a"])
    assert locate(here, np.array([0]), cell, tie).tolist() == [1]
    far = zones(square(101, 0))
    assert locate(here, np.array([0]), cell, far).tolist() == [-1]
    assert locate(here, np.array([0]), cell, zones(square(100, 0))).tolist() == [0]


def test_a_cell_too_thin_to_step_inside_stands_for_itself() -> None:
    sliver = cells(shapely.box(0, 0, 100, 1))[1]
    found = locate(np.array([[0.0, 9.0]]), np.array([0]), sliver, zones(square(0, 0)))
    assert found.tolist() == [0]


def test_without_zones_every_point_is_unassigned() -> None:
    empty = (np.array([], np.str_), np.array([], dtype=object))
    assert locate(np.zeros((2, 2)), np.array([0, 0]), cells(square(0, 0))[1], empty).tolist() == [
        -1,
        -1,
    ]


def test_points_and_cells_of_different_number_are_refused() -> None:
    with pytest.raises(ShapeError):
        locate(np.zeros((2, 2)), np.array([0]), cells(square(0, 0))[1], zones(square(0, 0)))
