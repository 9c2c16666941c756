"""Places with their entrances, and what can be seen of how well they are mapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatial_data.frames.areas import names_of
from spatial_data.frames.reading import (
    columns,
    days,
    index_of,
    numbers,
    plan_of,
    points_m,
    texts,
)

if TYPE_CHECKING:
    from datetime import date

    from spatial_data.frames.reading import Bool, Days, Float64, Int16, Int32, Int64, StrArray
    from spatial_data.models import LayerVersion


@dataclass(frozen=True, slots=True)
class Places:
    """
    Places valid on a day, sorted by code; planned and closed ones too.

    Parameters
    ----------
    code, kind
        Shape (p,).
    names
        By language, p of them; many are empty.
    xy_m
        Shape (p, 2), metres: where the place is shown, not where it is entered.
    area_m2
        Shape (p,), NaN where not known.
    inside
        Shape (p,), row of the place it lies in, -1 for none.
    is_open
        Shape (p,), false for planned and closed places.
    record_date
        Shape (p,), when the publisher last touched the record; NaT where not said.
    details_filled, details_asked
        Shape (p,), how many details of the place are known, of how many its kind has (name,
        area, and those of play spaces and school buildings).
    built_m2
        Shape (p,), floor of a school building; NaN where not known, or none is there.
    entrance_place
        Shape (e,), row of the place each entrance leads into; every place has one at least.
    entrance_xy_m
        Shape (e, 2), metres.
    entrance_origin
        Shape (e,): ``gate``, ``crossing``, ``boundary`` or ``point``.
    complete_kinds
        Kinds whose publisher vouches that the list is whole.
    own_kinds
        The city's own kinds that offer something: the code of the service by that of the kind.
    version_id
        Shape (p,), keys of the place versions, rows of the database.
    """

    code: StrArray
    kind: StrArray
    names: tuple[dict[str, str], ...]
    xy_m: Float64
    area_m2: Float64
    inside: Int32
    is_open: Bool
    record_date: Days
    details_filled: Int16
    details_asked: Int16
    built_m2: Float64
    entrance_place: Int32
    entrance_xy_m: Float64
    entrance_origin: StrArray
    complete_kinds: tuple[str, ...]
    own_kinds: dict[str, str]
    version_id: Int64


def places(version: LayerVersion, day: date) -> Places:
    """
    Return the places of one version of the layer ``places``.

    Parameters
    ----------
    version
        Which.
    day
        Places whose validity holds this day.

    Returns
    -------
    places
        Of the city and its margin.
    """
    code, kind, names, point, area, outer, status, record, key = columns(
        "frame_places", 9, version, day
    )
    codes, plan = texts(code), plan_of(version)
    keys = np.array(key, np.int64)
    inner, where, origin = columns("frame_entrances", 3, version, day)
    filled, asked, built = _details(version, day, keys, names, area)
    return Places(
        code=codes,
        kind=texts(kind),
        names=tuple(names_of(one) for one in names),
        xy_m=points_m(point, plan),
        area_m2=numbers(area),
        inside=index_of(codes, texts(outer)),
        is_open=np.array([one == "open" for one in status], bool),
        record_date=days(record),
        details_filled=filled,
        details_asked=asked,
        built_m2=built,
        entrance_place=rows_of(keys, np.array(inner, np.int64)),
        entrance_xy_m=points_m(where, plan),
        entrance_origin=texts(origin),
        complete_kinds=tuple(version.rules.get("complete_kinds", ())),
        own_kinds=own_kinds(version),
        version_id=keys,
    )


def own_kinds(version: LayerVersion) -> dict[str, str]:
    """
    Return the city's own kinds that offer something.

    Parameters
    ----------
    version
        Of the places.

    Returns
    -------
    own
        The code of the service by that of the kind.
    """
    return {
        kind["code"]: kind["service"]
        for kind in version.rules.get("kinds", ())
        if kind.get("service")
    }


def rows_of(keys: Int64, wanted: Int64) -> Int32:
    """
    Return the rows at which keys stand, in any order.

    Parameters
    ----------
    keys
        Shape (p,), unique.
    wanted
        Shape (e,), each among the keys.

    Returns
    -------
    rows
        Shape (e,).
    """
    order = np.argsort(keys)
    return order[np.searchsorted(keys[order], wanted)].astype(np.int32)


def _details(
    version: LayerVersion,
    day: date,
    keys: Int64,
    names: tuple[object, ...],
    area: tuple[object, ...],
) -> tuple[Int16, Int16, Float64]:
    """Count filled details, for every kind may have a name and an area; and the built floor."""
    key, filled, asked, built = columns("frame_details", 4, version, day)
    more = dict(zip(key, zip(filled, asked, built, strict=True), strict=True))
    own = [bool(names_of(one)) + (m2 is not None) for one, m2 in zip(names, area, strict=True)]
    known = [count + more[one][0] for count, one in zip(own, keys.tolist(), strict=True)]
    of = [2 + more[one][1] for one in keys.tolist()]
    floor = numbers([more[one][2] for one in keys.tolist()])
    return np.array(known, np.int16), np.array(of, np.int16), floor
