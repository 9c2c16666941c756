"""What no change may ask for, refused in words that say what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.inputs import CAPACITY_UNKNOWN, MOST_ADDED_MICRO, MOST_AMOUNT_MICRO
from atlas.engine.streets import BRIDGE, PAVEMENT, RESIDENTIAL, STEPS, TUNNEL

if TYPE_CHECKING:
    from atlas.engine.scenario.changes import AddStreet
    from atlas.engine.scenario.directory import Place
    from atlas.engine.types import AnyArray, Float64

MOST_LENGTH_CM = 10**8
"""1,000 km: no street piece is longer, and no sum of ways overflows."""

MOST_SPEED_KMH = 32_767
ALL_FEATURES = PAVEMENT | STEPS | BRIDGE | TUNNEL | RESIDENTIAL


def refuse_capacity(code: str, capacity_micro: int) -> None:
    """
    Refuse a capacity that is none.

    Parameters
    ----------
    code
        Of the pool.
    capacity_micro
        What it would offer, millionths.

    Raises
    ------
    InputError
        If it is below 0 and not unknown, or more than can be added up.
    """
    if not CAPACITY_UNKNOWN <= capacity_micro <= MOST_AMOUNT_MICRO:
        msg = (
            f"pool {code!r} would hold {capacity_micro} millionths: give 0 or more, "
            f"or {CAPACITY_UNKNOWN} where it is unknown"
        )
        raise InputError(msg)


def refuse_sum(place: Place) -> None:
    """
    Refuse a place that holds more than can be added up.

    Parameters
    ----------
    place
        With its pools.

    Raises
    ------
    InputError
        If its known capacities together are too large.
    """
    if sum(max(pool.capacity_micro, 0) for pool in place.pools) >= MOST_ADDED_MICRO:
        msg = f"place {place.code!r} would hold more than the engine can add up"
        raise InputError(msg)


def refuse_entrances(code: str, xy_m: Float64) -> None:
    """
    Refuse entrances that are nowhere.

    Parameters
    ----------
    code
        Of the place.
    xy_m
        Its entrances, shape (e, 2), metres.

    Raises
    ------
    InputError
        If a coordinate is missing or not finite.
    """
    if xy_m.ndim != 2 or xy_m.shape[1] != 2:  # noqa: PLR2004 - x and y
        msg = f"the entrances of place {code!r} need two columns, x and y"
        raise InputError(msg)
    if not np.isfinite(xy_m).all():
        msg = f"an entrance of place {code!r} is not finite: give metres in the city's own frame"
        raise InputError(msg)


def refuse_line(change: AddStreet) -> None:
    """
    Refuse a street that leads nowhere or has no length.

    Parameters
    ----------
    change
        The street.

    Raises
    ------
    InputError
        If its vertices or its length are none.
    """
    xy_m = change.xy_m
    if xy_m.ndim != 2 or xy_m.shape[0] < 2 or xy_m.shape[1] != 2:  # noqa: PLR2004 - x and y
        msg = f"street piece {change.code!r} needs two vertices or more, each x and y"
        raise InputError(msg)
    if not np.isfinite(xy_m).all():
        msg = f"a vertex of {change.code!r} is not finite: give metres in the city's own frame"
        raise InputError(msg)
    if not 0 < change.length_cm <= MOST_LENGTH_CM or change.farthest_join_cm < 0:
        msg = (
            f"street piece {change.code!r} is {change.length_cm} cm long and joined from "
            f"{change.farthest_join_cm} cm: give a length above 0 and a way of 0 or more"
        )
        raise InputError(msg)


def refuse_kind(change: AddStreet, classes: int) -> None:
    """
    Refuse a street that a profile cannot tell how to walk.

    Parameters
    ----------
    change
        The street.
    classes
        How many street classes the profile knows.

    Raises
    ------
    InputError
        If its class, speed or features are none.
    """
    if change.street_class is None:
        msg = f"nobody knows how street piece {change.code!r} is walked: give its class"
        raise InputError(msg)
    if not 0 <= change.street_class < classes:
        msg = f"the class of street piece {change.code!r} is none of the profile's {classes}"
        raise InputError(msg)
    if not 0 <= change.speed_kmh <= MOST_SPEED_KMH or not 0 <= change.features <= ALL_FEATURES:
        msg = (
            f"street piece {change.code!r} has speed {change.speed_kmh} and features "
            f"{change.features}: give 0 where they are unknown"
        )
        raise InputError(msg)


def refuse_beyond(code: str, at_cm: int, length_cm: int) -> None:
    """
    Refuse a place that lies beyond a street.

    Parameters
    ----------
    code, length_cm
        The street piece.
    at_cm
        How far from its start the place would be.

    Raises
    ------
    InputError
        If the piece is shorter.
    """
    if not 0 <= at_cm <= length_cm:
        msg = f"street piece {code!r} is {length_cm} cm long: there is no place {at_cm} cm along it"
        raise InputError(msg)


def lie_within(rows: AnyArray, count: int) -> bool:
    """
    Say whether rows exist.

    Parameters
    ----------
    rows
        Any, from 0.
    count
        How many there are.

    Returns
    -------
    exist
        Also of no rows.
    """
    return not rows.size or (int(rows.min()) >= 0 and int(rows.max()) < count)
