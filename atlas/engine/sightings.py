"""What can be seen of the layers of places in every zone, gathered for `completeness.grade`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.completeness import Seen
from atlas.engine.margins import OUTSIDE, cut, gather, roll_up

if TYPE_CHECKING:
    from atlas.engine.margins import Pieces
    from atlas.engine.types import Bool, Float64, Int32, Int64


@dataclass(frozen=True, slots=True)
class Records:
    """
    The records of places, p of them.

    Parameters
    ----------
    leaf
        Leaf zone in each tree, shape (p, trees); -1 outside the city, of which nothing is said.
    offers
        Which services a place offers, shape (p, K).
    age_years
        Age of the record, shape (p,); NaN where not said.
    filled, asked
        How many details are known, of how many, shape (p,).
    """

    leaf: Int32
    offers: Bool
    age_years: Float64
    filled: Int64
    asked: Int64


def seen_in_zones(
    zones: tuple[Int32, Int32],
    people: Float64,
    leaf_of_building: Int32,
    records: Records,
    declared: Bool,
) -> Seen:
    """
    Gather what is seen in every zone.

    Parameters
    ----------
    zones
        Parent (n,) and tier (n,) of every zone of every tree.
    people
        Shape (n,), residents or children, any one measure.
    leaf_of_building
        Leaf zone of each building in each tree, shape (b, trees); -1 outside the city.
    records
        The places.
    declared
        Shape (K,), layers whose custodian vouches that they are whole.

    Returns
    -------
    seen
        Buildings are counted, not measured: a count tells whether mappers have been there.
    """
    parent, tier = zones
    of_buildings = cut(_one_side(leaf_of_building), parent)
    one_each = np.ones(leaf_of_building.shape[0], np.int64)
    of_places = cut(_one_side(records.leaf), parent)
    n, kinds = parent.size, records.offers.shape[1]
    age, filled = np.full((n, kinds), np.nan), np.full((n, kinds), np.nan)
    for zone in range(n):
        here = _points_of(zone, of_places)
        for kind in range(kinds):
            rows = here[records.offers[here, kind]]
            age[zone, kind] = _median(records.age_years[rows])
            asked = int(records.asked[rows].sum())
            if asked:
                filled[zone, kind] = int(records.filled[rows].sum()) / asked
    return Seen(
        parent=parent,
        tier=tier,
        residents=people,
        buildings=roll_up(gather(one_each, of_buildings), of_buildings).astype(np.float64),
        places=roll_up(gather(records.offers.astype(np.int64), of_places), of_places),
        age_years=age,
        filled=filled,
        declared=declared,
    )


def _one_side(leaf: Int32) -> Int32:
    """Return leaf zones, outside everywhere where outside in the first tree."""
    outside = (leaf[:, 0] < 0)[:, None]
    return np.where(outside, OUTSIDE, leaf).astype(np.int32)


def _points_of(zone: int, pieces: Pieces) -> Int64:
    held = pieces.piece[pieces.zone == zone]
    return np.flatnonzero(np.isin(pieces.of_point, held))


def _median(values: Float64) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")
