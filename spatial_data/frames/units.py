"""What places offer, to whom, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatial_data.frames.areas import SEX
from spatial_data.frames.places import rows_of
from spatial_data.frames.reading import columns, numbers, plan_of, shapes_m, texts, wholes

if TYPE_CHECKING:
    from datetime import date

    from spatial_data.frames.places import Places
    from spatial_data.frames.reading import Bool, Float64, Int8, Int16, Int32, Shapes, StrArray
    from spatial_data.models import LayerVersion


@dataclass(frozen=True, slots=True)
class Units:
    """
    Units of the places of a frame, sorted by the place's code and the unit's own.

    Parameters
    ----------
    code
        Shape (j,), ``<place>/<unit>``, unique.
    place
        Shape (j,), row of the place.
    sex
        Shape (j,): 0 girls, 1 boys, -1 both.
    stage
        Shape (j,), empty where not said.
    shift
        Shape (j,): ``morning``, ``afternoon``, ``whole_day``.
    age_from, age_to
        Shape (j,), ages admitted, half-open; -1 where not said.
    sector
        Shape (j,): ``public``, ``private``, empty where not said.
    is_special
        Shape (j,), special education.
    capacity
        Shape (j,), in `capacity_unit`; NaN where not known, 0 is 0.
    capacity_unit
        Shape (j,): ``seat``, ``m2``, ``visit``. Of a place with others inside it the m² are what
        they leave.
    pupils
        Shape (j,), NaN where not known.
    catchment_m
        Shape (j,), multipolygons in metres; None where nobody is assigned.
    """

    code: StrArray
    place: Int32
    sex: Int8
    stage: StrArray
    shift: StrArray
    age_from: Int16
    age_to: Int16
    sector: StrArray
    is_special: Bool
    capacity: Float64
    capacity_unit: StrArray
    pupils: Float64
    catchment_m: Shapes


def units(version: LayerVersion, day: date, places: Places) -> Units:
    """
    Return the units of one version of the layer ``places``.

    Parameters
    ----------
    version, day
        As the places were asked for.
    places
        The frame of the places.

    Returns
    -------
    units
        At least one of every place.
    """
    key, code, sex, stage, shift, first, last, sector, special, capacity, unit, pupils, area = (
        columns("frame_units", 13, version, day)
    )
    place = rows_of(places.version_id, np.array(key, np.int64))
    own = zip(places.code[place].tolist(), code, strict=True)
    return Units(
        code=texts([f"{outer}/{inner}" for outer, inner in own]),
        place=place,
        sex=np.array([SEX[one] for one in sex], np.int8),
        stage=texts(stage),
        shift=texts(shift),
        age_from=wholes(first, np.int16),
        age_to=wholes(last, np.int16),
        sector=texts(sector),
        is_special=np.array(special, bool),
        capacity=numbers(capacity),
        capacity_unit=texts(unit),
        pupils=numbers(pupils),
        catchment_m=shapes_m(area, plan_of(version)),
    )
