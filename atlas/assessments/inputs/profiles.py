"""The ways of walking of a requirement set, as the engine takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.assessments.standards.parameters import fraction, speed_code
from atlas.engine.profiles import IMPASSABLE, PER_METRE, Profile, cm_of_seconds
from spatial_data.frames.streets import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from atlas.assessments.models import Band, StandardSet

CM_PER_M = 100


@dataclass(frozen=True, slots=True)
class BandProfile:
    """
    How some age bands walk.

    Attributes
    ----------
    code
        Which profile of the set.
    bands
        Codes of the bands, youngest first: those of one walking speed, for a penalty in seconds
        is another length at another speed.
    profile
        For the engine; its classes are rows of ``spatial_data.frames.streets.CLASSES``.
    """

    code: str
    bands: tuple[str, ...]
    profile: Profile


def band_profiles(stored: StandardSet, bands: Sequence[Band]) -> tuple[BandProfile, ...]:
    """
    Return the ways of walking of a kept set.

    Parameters
    ----------
    stored
        A kept revision; one kept before sets had profiles has none.
    bands
        Its age bands, youngest first.

    Returns
    -------
    profiles
        In the order of their codes, then of the youngest band.
    """
    found = []
    for code, keys in sorted(stored.profiles.items()):
        chosen = [
            band
            for band in bands
            if (band.code in keys["bands"] if keys["bands"] else band.walks_alone)
        ]
        by_speed: dict[Fraction, list[str]] = {}
        for band in chosen:
            speed = fraction(stored.parameters[speed_code(band.code)]["value"])
            by_speed.setdefault(speed, []).append(band.code)
        found += [
            BandProfile(code, tuple(codes), _profile(keys, speed))
            for speed, codes in by_speed.items()
        ]
    return tuple(found)


def _profile(keys: Mapping[str, Any], speed_m_s: Fraction) -> Profile:
    """Return a profile at a walking speed: seconds become centimetres once."""
    streets = [keys["streets"][one] for one in CLASSES]

    def cm(seconds: float) -> int:
        return cm_of_seconds(fraction(seconds), speed_m_s)

    return Profile(
        up_to_kmh=np.array(keys["speed_steps_kmh"], np.int16),
        factor=np.array(
            [[round(PER_METRE * fraction(one)) for one in row["factor"]] for row in streets],
            np.int32,
        ),
        is_forbidden=np.array([row["forbidden"] for row in streets], np.bool_),
        crossing_cm=np.array([[cm(one) for one in row["crossing_s"]] for row in streets], np.int32),
        takes_steps=keys["takes_steps"],
        barrier_cm=cm(keys["barrier_s"]) if keys["passes_barriers"] else IMPASSABLE,
        aside_cm=round(CM_PER_M * fraction(keys["crossing_aside_m"])),
    )
