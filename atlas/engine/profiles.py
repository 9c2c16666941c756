"""How somebody walks: what each kind of street counts, what crossing it costs, what stops them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int16, Int32, Int64

PER_METRE = 1_000
"""Factors are thousandths: a street of 1,000 counts as long as it is."""

IMPASSABLE = -1

UNKNOWN_SPEED = 0
"""The first step of legal speeds: of the streets whose speed nobody states."""

MOST_FACTOR = 1_000 * PER_METRE
CM_PER_M = 100


@dataclass(frozen=True, slots=True)
class Profile:
    """
    A way of walking, for c street classes and u + 2 steps of legal speed.

    Parameters
    ----------
    up_to_kmh
        Upper bounds of the speed steps, inclusive, rising, shape (u,). Step 0 is of unknown speed,
        step k up to the k-th bound, step u + 1 above the last.
    factor
        What a metre counts, thousandths, at least 1,000, shape (c, u + 2).
    is_forbidden
        Streets not walked but on the first and last stretch, shape (c, u + 2).
    crossing_cm
        What crossing such a street costs where nothing protects, shape (c, u + 2). A class that
        costs nothing is one for walkers: a bridge or tunnel of it leads over or under the others.
    takes_steps
        Whether streets with steps are walked.
    barrier_cm
        What passing a barrier costs; `IMPASSABLE` (-1) where it cannot be passed.
    aside_cm
        How far along the street to be crossed a marked crossing or a signal still protects.

    Notes
    -----
    Source: METHOD §3.4. The numbers are choices of a standard set.
    """

    up_to_kmh: Int16
    factor: Int32
    is_forbidden: Bool
    crossing_cm: Int32
    takes_steps: bool = True
    barrier_cm: int = 0
    aside_cm: int = 0

    def check(self) -> None:
        """
        Refuse a profile that contradicts itself or would make a way shorter than it is.

        Raises
        ------
        ShapeError, InputError
            Naming the array at fault.
        """
        shape = (self.factor.shape[0], self.up_to_kmh.size + 2)
        for name in ("factor", "is_forbidden", "crossing_cm"):
            if getattr(self, name).shape != shape:
                msg = f"{name} of the profile has shape {getattr(self, name).shape}, not {shape}"
                raise ShapeError(msg)
        faults = {
            "the speed steps of the profile do not rise": (np.diff(self.up_to_kmh) <= 0).any()
            or (self.up_to_kmh <= UNKNOWN_SPEED).any(),
            "a factor of the profile is below 1": (self.factor < PER_METRE).any(),
            "a factor of the profile is above 1,000": (self.factor > MOST_FACTOR).any(),
            "a crossing of the profile costs less than nothing": (self.crossing_cm < 0).any(),
            "a barrier of the profile costs less than nothing": self.barrier_cm < IMPASSABLE,
            "a crossing of the profile lies less than nothing aside": self.aside_cm < 0,
        }
        for fault, is_so in faults.items():
            if is_so:
                raise InputError(fault)

    def step(self, speed_kmh: Int16) -> Int64:
        """
        Return the step of some legal speeds.

        Parameters
        ----------
        speed_kmh
            Whole km/h, 0 unknown, any shape.

        Returns
        -------
        step
            Second index of the profile's tables, the same shape.
        """
        known = np.searchsorted(self.up_to_kmh, speed_kmh, side="left") + 1
        return np.where(speed_kmh == UNKNOWN_SPEED, UNKNOWN_SPEED, known).astype(np.int64)


def any_route(classes: int) -> Profile:
    """
    Return the profile of those who walk anywhere: every street counts as long as it is.

    Parameters
    ----------
    classes
        How many street classes there are.

    Returns
    -------
    profile
        Its walk costs what the network's own search graph says.

    Examples
    --------
    >>> any_route(2).factor.tolist()
    [[1000, 1000], [1000, 1000]]
    """
    shape = (classes, 2)
    return Profile(
        up_to_kmh=np.zeros(0, np.int16),
        factor=np.full(shape, PER_METRE, np.int32),
        is_forbidden=np.zeros(shape, np.bool_),
        crossing_cm=np.zeros(shape, np.int32),
    )


def cm_of_seconds(seconds: float | Fraction, speed_m_s: float | Fraction) -> int:
    """
    Return how far somebody walks in a time, whole centimetres.

    Parameters
    ----------
    seconds
        A reach or a penalty in time, not negative.
    speed_m_s
        Speed of the age band, m/s, above 0.

    Returns
    -------
    cm
        100 · v · T of the numbers as they are written, rounded half to even once.

    Raises
    ------
    InputError
        If the time is negative or the speed not above 0.

    Notes
    -----
    Source: METHOD §3.5.

    Examples
    --------
    >>> cm_of_seconds(60, 1.11)
    6660
    """
    time, speed = Fraction(str(seconds)), Fraction(str(speed_m_s))
    if time < 0 or speed <= 0:
        msg = f"{seconds} seconds at {speed_m_s} m/s are no walk"
        raise InputError(msg)
    return round(CM_PER_M * speed * time)
