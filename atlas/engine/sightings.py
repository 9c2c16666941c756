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

MILLI = 1000


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
    buildings: tuple[Int32, Float64],
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
    buildings
        Leaf zone of each building in each tree (b, trees), and its floor area in m² (b,).
    records
        The places.
    declared
        Shape (K,), layers whose custodian vouches that they are whole.

    Returns
    -------
    seen
        Floor area summed in whole litres of a square metre (m²/1000), so that order is nothing.
    """
    parent, tier = zones
    of_buildings = cut(_one_side(buildings[0]), parent)
    floor = np.rint(buildings[1] * MILLI).astype(np.int64)
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
        buildings=roll_up(gather(floor, of_buildings), of_buildings) / MILLI,
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
