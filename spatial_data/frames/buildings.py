"""Buildings as arrays: where children may live, and what tells mapped land from unmapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatial_data.frames.reading import columns, numbers, plan_of, points_m, texts, wholes

if TYPE_CHECKING:
    from spatial_data.frames.reading import Float64, Int8, StrArray
    from spatial_data.models import LayerVersion


@dataclass(frozen=True, slots=True)
class Buildings:
    """
    Mapped buildings, sorted by code.

    Parameters
    ----------
    code
        Shape (b,).
    xy_m
        Shape (b, 2), a point on each, metres.
    footprint_m2
        Shape (b,), > 0.
    levels
        Shape (b,), floors; NaN where not mapped.
    is_residential
        Shape (b,): 1 people live there, 0 another use is mapped, -1 not said.
    """

    code: StrArray
    xy_m: Float64
    footprint_m2: Float64
    levels: Float64
    is_residential: Int8


def buildings(version: LayerVersion) -> Buildings:
    """
    Return the buildings of one version of the layer ``buildings``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    buildings
        Of every use.
    """
    code, point, area, levels, homes = columns("frame_buildings", 5, version)
    return Buildings(
        code=texts(code),
        xy_m=points_m(point, plan_of(version)),
        footprint_m2=numbers(area),
        levels=numbers(levels),
        is_residential=wholes(homes, np.int8),
    )
