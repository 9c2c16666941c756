"""Units of places as the engine's pools: what counts, whom it admits, how much it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.admission import NOT_SAID, Units, admitted, in_micro
from atlas.engine.coverage import CAPACITY_UNKNOWN, NO_PROVISION, Places, Pools
from atlas.engine.crowding import NOT_KNOWN, WHOLE_DAY, SeatedUnits, crowding

if TYPE_CHECKING:
    from atlas.assessments.inputs.city import CityInputs
    from atlas.assessments.inputs.standard import Standard
    from atlas.engine.crowding import Crowding
    from atlas.engine.types import AnyArray, Bool, Int64
    from spatial_data import frames

PRIVATE = "private"
SEAT = "seat"
SHIFTS = {"whole_day": WHOLE_DAY, "morning": 0, "afternoon": 1}


@dataclass(frozen=True, slots=True)
class Supply:
    """
    What the places of a city offer on the day.

    Attributes
    ----------
    places, pools
        For the engine; a pool is a unit that counts and meets some service.
    is_assigned, catchment
        Which pools serve only their catchment, shape (j,), and its polygon, else None.
    offers
        Which services each place offers to anybody they are required for, shape (p, S).
    left_out
        Units that do not count, by reason.
    """

    places: Places
    pools: Pools
    is_assigned: Bool
    catchment: AnyArray
    offers: Bool
    left_out: dict[str, int]


def pools_of(inputs: CityInputs, standard: Standard) -> Supply:
    """
    Return the pools of a city.

    Parameters
    ----------
    inputs
        Its places and units.
    standard
        Which kinds meet which services, and what is counted.

    Returns
    -------
    supply
        Closed and planned places, sectors not counted and units that meet no service are left out
        and counted. A capacity counted in another unit than the provision is unknown.
    """
    places, units = inputs.places, inputs.units
    admits = admitted(
        _units(places, units, standard),
        standard.rules,
        list(standard.band_ages),
        len(standard.services),
        standard.parameters.share("admitted_share_of_band"),
    )
    admits &= standard.applies[None]
    is_open = places.is_open[units.place]
    counted = np.asarray(units.sector != PRIVATE, np.bool_)
    if standard.parameters.word("sector") == "all":
        counted = np.ones(len(units.code), np.bool_)
    meets = np.asarray(admits.any(axis=(1, 2)), np.bool_)
    rows = np.flatnonzero(is_open & counted & meets)
    capacity = _capacity(units, admits, standard)
    offers = np.zeros((len(places.code), len(standard.services)), np.bool_)
    np.logical_or.at(offers, units.place[rows], admits[rows].any(axis=2))
    return Supply(
        places=Places(places.code, places.entrance_place, places.entrance_xy_m),
        pools=Pools(
            code=units.code[rows],
            place=units.place[rows],
            capacity_micro=capacity[rows],
            admits=admits[rows],
        ),
        is_assigned=np.array([units.catchment_m[row] is not None for row in rows], np.bool_),
        catchment=units.catchment_m[rows],
        offers=offers,
        left_out=_left_out(places, units, (is_open, counted, meets), capacity),
    )


def crowding_of(inputs: CityInputs) -> Crowding:
    """
    Return how crowded the buildings of a city are.

    Parameters
    ----------
    inputs
        Its places and units.

    Returns
    -------
    crowding
        One entry a place: of its units whose capacity is counted in seats, of every sector; not
        applicable where there are none, or the place is closed or planned.
    """
    places, units = inputs.places, inputs.units
    rows = np.flatnonzero((units.capacity_unit == SEAT) & places.is_open[units.place])
    pupils = np.nan_to_num(units.pupils[rows], nan=NOT_KNOWN)
    held = SeatedUnits(
        building=units.place[rows],
        shift=np.array([SHIFTS[word] for word in units.shift[rows].tolist()], np.int8),
        seats_micro=in_micro(units.capacity[rows]),
        pupils=pupils.astype(np.int64),
    )
    return crowding(held, places.built_m2)


def _units(places: frames.Places, units: frames.Units, standard: Standard) -> Units:
    kind_row = {code: row for row, code in enumerate(standard.kinds)}
    stage_row = {code: row for row, code in enumerate(standard.stages)}
    kind = [kind_row.get(code, NOT_SAID) for code in places.kind[units.place].tolist()]
    stage = [stage_row.get(code, NOT_SAID) for code in units.stage.tolist()]
    return Units(
        kind=np.array(kind, np.int16),
        stage=np.array(stage, np.int8),
        sex=units.sex,
        age_from=units.age_from,
        age_to=units.age_to,
        is_special=units.is_special.astype(np.int8),
    )


def _capacity(units: frames.Units, admits: Bool, standard: Standard) -> Int64:
    """Return capacities in millionths, -1 where unknown or counted in another unit."""
    asked = standard.requirements.provision_micro != NO_PROVISION
    fits = np.ones(len(units.code), np.bool_)
    for s, unit in enumerate(standard.service_unit):
        draws = (admits[:, s] & asked[s]).any(axis=1)
        fits &= ~draws | (units.capacity_unit == unit)
    return np.where(fits, in_micro(units.capacity), CAPACITY_UNKNOWN)


def _left_out(
    places: frames.Places, units: frames.Units, kept: tuple[Bool, Bool, Bool], capacity: Int64
) -> dict[str, int]:
    is_open, counted, meets = kept
    kinds = Counter(places.kind[units.place[is_open & counted & ~meets]].tolist())
    used = is_open & counted & meets
    found = {
        "units_of_closed_or_planned_places": int((~is_open).sum()),
        "units_of_sectors_not_counted": int((is_open & ~counted).sum()),
        "units_without_capacity": int((used & (capacity == CAPACITY_UNKNOWN)).sum()),
        "units_used": int(used.sum()),
    }
    return found | {f"units_that_meet_no_service/{kind}": n for kind, n in sorted(kinds.items())}
