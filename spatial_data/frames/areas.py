"""Zones of all trees, cells, and the counts of cells, as arrays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spatial_data.frames.reading import (
    NOT_SAID,
    columns,
    days,
    index_of,
    numbers,
    plan_of,
    shapes_m,
    texts,
)
from spatial_data.models import Tier

if TYPE_CHECKING:
    from atlas.bodies.models import City
    from spatial_data.frames.reading import (
        Bool,
        Days,
        Float64,
        Int8,
        Int16,
        Int32,
        Int64,
        Shapes,
        StrArray,
        UInt8,
    )
    from spatial_data.models import LayerVersion

MEASURED, MISSING = 0, 2
SEX = {"girl": 0, "boy": 1, "all": NOT_SAID}


@dataclass(frozen=True, slots=True)
class Tiers:
    """
    The tiers of a city, tree by tree, coarsest first; the tree ``main`` comes first.

    Parameters
    ----------
    code, tree
        Shape (t,).
    depth
        Shape (t,), 0 the coarsest of its tree.
    names
        By language, t of them.
    """

    code: StrArray
    tree: StrArray
    depth: Int16
    names: tuple[dict[str, str], ...]

    def leaf(self, tree: str = "main") -> str:
        """Return the finest tier of a tree."""
        rows = np.flatnonzero(self.tree == tree)
        return str(self.code[rows[np.argmax(self.depth[rows])]])


@dataclass(frozen=True, slots=True)
class Zones:
    """
    Zones of all tiers and trees, sorted by code.

    Parameters
    ----------
    code, tier
        Shape (n,).
    parent
        Shape (n,), row of the zone above, -1 at the top of a tree.
    names
        By language, n of them.
    shape_m
        Shape (n,), multipolygons in metres; None for the zone of what lies in no other
        (code ``unassigned-<tier>``).
    """

    code: StrArray
    tier: StrArray
    parent: Int32
    names: tuple[dict[str, str], ...]
    shape_m: Shapes

    def of_tier(self, tier: str) -> Int64:
        """Return the rows of one tier, the unassigned zone among them."""
        return np.flatnonzero(self.tier == tier)

    @property
    def is_unassigned(self) -> Bool:
        """Which zones are the place of what lies in no other, shape (n,)."""
        return np.array([shape is None for shape in self.shape_m], bool)


@dataclass(frozen=True, slots=True)
class Cells:
    """
    Cells, sorted by code.

    Parameters
    ----------
    code
        Shape (n,).
    shape_m
        Shape (n,), multipolygons in metres.
    outside
        Shape (n,), whether a cell lies beyond the city: it takes part and is not reported.
    """

    code: StrArray
    shape_m: Shapes
    outside: Bool


@dataclass(frozen=True, slots=True)
class Counts:
    """
    Counts as published, one row a count, in the order of files and rows.

    Parameters
    ----------
    role
        Shape (m,): ``count``, ``share`` or ``control``.
    table
        Shape (m,), which snapshot a row is from, numbered from 0 in their order.
    area_code
        Shape (m,), code of a cell or zone, empty for the whole city.
    age_from, age_to
        Shape (m,), full years, half-open.
    sex
        Shape (m,): 0 girls, 1 boys, -1 both together.
    persons
        Shape (m,), NaN where the publisher gives no number.
    state
        Shape (m,): 0 measured, 2 missing.
    reference_date
        Shape (m,).
    """

    role: StrArray
    table: Int32
    area_code: StrArray
    age_from: Int16
    age_to: Int16
    sex: Int8
    persons: Float64
    state: UInt8
    reference_date: Days

    def of_role(self, role: str) -> Int64:
        """Return the rows of one role."""
        return np.flatnonzero(self.role == role)


def tiers(city: City) -> Tiers:
    """
    Return the tiers of a city.

    Parameters
    ----------
    city
        Whose.

    Returns
    -------
    tiers
        The tree ``main`` first, then the others by name; in each the coarsest first.
    """
    rows = sorted(Tier.objects.filter(city=city), key=lambda t: (t.tree != "main", t.tree, t.depth))
    return Tiers(
        texts([row.code for row in rows]),
        texts([row.tree for row in rows]),
        np.array([row.depth for row in rows], np.int16),
        tuple(row.names for row in rows),
    )


def zones(version: LayerVersion) -> Zones:
    """
    Return the zones of one version of the layer ``zones``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    zones
        Of all tiers and trees.
    """
    code, tier, parent, names, outline = columns("frame_zones", 5, version)
    codes = texts(code)
    above = index_of(codes, texts(parent))
    shapes = shapes_m(outline, plan_of(version))
    return Zones(codes, texts(tier), above, tuple(names_of(one) for one in names), shapes)


def names_of(value: Any) -> dict[str, str]:  # noqa: ANN401 - JSON, read or not by the driver
    """Return names by language, whether the driver has read the JSON or not."""
    found: dict[str, str] = json.loads(value) if isinstance(value, str) else value
    return found


def cells(version: LayerVersion) -> Cells:
    """
    Return the cells of one version of the layer ``cells``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    cells
        Inside and outside the city.
    """
    code, outline, outside = columns("frame_cells", 3, version)
    return Cells(texts(code), shapes_m(outline, plan_of(version)), np.array(outside, bool))


def counts(version: LayerVersion) -> Counts:
    """
    Return the counts of one version of the layer ``population``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    counts
        Of cells, zones and the city, nothing summed or split.
    """
    role, snapshot, area, first, last, sex, persons, day = columns("frame_counts", 8, version)
    known = {key: number for number, key in enumerate(dict.fromkeys(snapshot))}
    people = numbers(persons)
    return Counts(
        role=texts(role),
        table=np.array([known[key] for key in snapshot], np.int32),
        area_code=texts(area),
        age_from=np.array(first, np.int16),
        age_to=np.array(last, np.int16),
        sex=np.array([SEX[one] for one in sex], np.int8),
        persons=people,
        state=np.where(np.isnan(people), MISSING, MEASURED).astype(np.uint8),
        reference_date=days(day),
    )


def sea(version: LayerVersion) -> Shapes:
    """
    Return the sea of one version of the layer ``ground``.

    Parameters
    ----------
    version
        Which.

    Returns
    -------
    shapes
        Multipolygons in metres; none for a city without a coast.
    """
    _, shape = columns("frame_sea", 2, version)
    found = shapes_m(shape, plan_of(version))
    return found if len(found) else np.empty(0, object)
