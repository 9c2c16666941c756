"""What a value is: a number or null with its reason, its quality, its flags (METHOD §7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import Float64, UInt8


class Quality(IntEnum):
    """How a number came about; of several, the worse (greater) holds for their sum."""

    MEASURED = 0
    ESTIMATED = 1


class Reason(IntEnum):
    """Why there is no number; `NONE` where there is one."""

    NONE = 0
    MISSING = 1
    NOT_APPLICABLE = 2
    NO_NETWORK = 3
    SUPPRESSED = 4


class Flag(IntFlag):
    """What to know beside a number."""

    NONE = 0
    CAPACITY_UNKNOWN = 1
    INCOMPLETE_DATA = 2
    EDGE = 4
    FEW_CHILDREN = 8


@dataclass(frozen=True, slots=True)
class Values:
    """
    A column of values of any one shape.

    Parameters
    ----------
    number
        Float64; NaN stands for null. Zero is a number.
    quality
        `Quality` of each number; `MEASURED` where null.
    reason
        `Reason` of each null; `NONE` where there is a number.
    flags
        `Flag` bits.

    Raises
    ------
    ShapeError
        If the four disagree in shape.
    InputError
        If a null has no reason, a number has one, or a code is unknown.
    """

    number: Float64
    quality: UInt8
    reason: UInt8
    flags: UInt8

    def __post_init__(self) -> None:
        check(self.number, self.quality, self.reason, self.flags)


def check(number: Float64, quality: UInt8, reason: UInt8, flags: UInt8) -> None:
    """
    Refuse values in which null and reason do not go together.

    Parameters
    ----------
    number
        Any shape, float64, NaN for null; infinities are refused.
    quality, reason, flags
        The same shape, uint8, codes of `Quality`, `Reason` and bits of `Flag`.

    Raises
    ------
    ShapeError
        If the shapes disagree.
    InputError
        If null ⇔ reason does not hold somewhere, a number is infinite, or a code is unknown.

    Notes
    -----
    Source: METHOD §7. The database holds the same by a CHECK.
    """
    if not number.shape == quality.shape == reason.shape == flags.shape:
        msg = f"shapes {number.shape}, {quality.shape}, {reason.shape}, {flags.shape} differ"
        raise ShapeError(msg)
    null = np.isnan(number)
    faults = {
        "a null without a reason": null & (reason == Reason.NONE),
        "a number with a reason for having none": ~null & (reason != Reason.NONE),
        "an infinite number": np.isinf(number),
        "an unknown quality": quality > max(Quality),
        "an unknown reason": reason > max(Reason),
        "an unknown flag": flags > sum(Flag),
    }
    for fault, where in faults.items():
        if where.any():
            msg = f"{fault}, first at {tuple(int(i) for i in np.argwhere(where)[0])}"
            raise InputError(msg)


def flag_names(flags: int) -> list[str]:
    """
    Name the flags of one value, in the order of their bits.

    Parameters
    ----------
    flags
        `Flag` bits.

    Returns
    -------
    names
        Lower-case names as METHOD §7 writes them.

    Examples
    --------
    >>> flag_names(Flag.EDGE | Flag.CAPACITY_UNKNOWN)
    ['capacity_unknown', 'edge']
    """
    return [str(flag.name).lower() for flag in Flag(flags)]


def reason_name(reason: int) -> str | None:
    """
    Name the reason of one null.

    Parameters
    ----------
    reason
        Code of `Reason`.

    Returns
    -------
    name
        Lower-case name as METHOD §7 writes it; None where there is a number.

    Examples
    --------
    >>> reason_name(Reason.NO_NETWORK)
    'no_network'
    """
    return None if reason == Reason.NONE else Reason(reason).name.lower()
