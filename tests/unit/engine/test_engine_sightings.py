"""Residents from any published ranges, and what is seen of the layers zone by zone."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.demand import PublishedCounts
from atlas.engine.residents import residents
from atlas.engine.sightings import Records, seen_in_zones


def counts(*rows):
    """Return counts of cell 0 from (from, to, sex, persons)."""
    start, end, sex, persons = np.array(rows, float).T
    missing = np.where(np.isnan(persons), 2, 0).astype(np.uint8)
    return PublishedCounts(
        np.zeros(len(rows), np.int32),
        start.astype(np.int16),
        end.astype(np.int16),
        sex.astype(np.int8),
        persons,
        missing,
    )


def test_ranges_that_follow_each_other_are_everybody():
    assert residents(1, counts((0, 15, -1, 20), (15, 65, -1, 70), (65, 121, -1, 10))) == [100]


def test_a_range_inside_another_is_not_counted_twice():
    assert residents(1, counts((0, 121, -1, 100), (0, 15, -1, 20))) == [100]


def test_girls_and_boys_make_everybody_where_nobody_counts_them_together():
    assert residents(1, counts((0, 121, 0, 49), (0, 121, 1, 51))) == [100]


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 15, -1, 20)],
        [(0, 15, -1, 20), (20, 121, -1, 80)],
        [(0, 121, -1, np.nan)],
        [(0, 121, 0, 49)],
    ],
)
def test_ranges_with_a_hole_say_nothing_of_everybody(rows):
    assert np.isnan(residents(1, counts(*rows))[0])


def test_what_is_seen_is_gathered_in_every_zone_and_not_outside():
    # Zone 0 over 1 and 2; three places, the last outside; two services.
    seen = seen_in_zones(
        (np.array([-1, 0, 0]), np.array([0, 1, 1])),
        people=np.array([30.0, 10.0, 20.0]),
        leaf_of_building=np.array([[1], [1], [2], [-1]]),
        records=Records(
            leaf=np.array([[1], [2], [-1]]),
            offers=np.array([[True, False], [True, True], [True, True]]),
            age_years=np.array([2.0, 4.0, 50.0]),
            filled=np.array([1, 3, 0]),
            asked=np.array([4, 4, 4]),
        ),
        declared=np.array([False, True]),
    )
    assert seen.places.tolist() == [[2, 1], [1, 0], [1, 1]]
    assert seen.buildings.tolist() == [3, 2, 1]
    assert seen.age_years[:, 0].tolist() == [3, 2, 4]
    assert seen.filled[:, 0].tolist() == [0.5, 0.25, 0.75]
    assert np.isnan(seen.age_years[1, 1])
    assert np.isnan(seen.filled[1, 1])
