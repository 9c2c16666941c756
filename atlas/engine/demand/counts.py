"""What counts of children look like on the way in and out of `fit_counts`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError

if TYPE_CHECKING:
    from atlas.engine.types import AnyArray, Bool, Float64, Int8, Int16, Int32, Int64, UInt8

BOTH_SEXES = -1
N_SEXES = 2


class CountState(IntEnum):
    """How a published count came about."""

    MEASURED = 0
    ESTIMATED = 1
    MISSING = 2


class CountQuality(IntEnum):
    """How the children of one cell and group are known."""

    MEASURED = 0
    ESTIMATED = 1
    MISSING = 2


@dataclass(frozen=True, slots=True)
class AgeBands:
    """
    The age bands of the groups, in order, each half-open.

    Parameters
    ----------
    age_from, age_to
        Shape (B,), whole years, rising and not overlapping.

    Raises
    ------
    InputError
        If a band is empty or overlaps the one before.
    """

    age_from: tuple[int, ...] = (0, 3, 6, 12, 15)
    age_to: tuple[int, ...] = (3, 6, 12, 15, 18)

    def __post_init__(self) -> None:
        flat = [age for band in zip(self.age_from, self.age_to, strict=True) for age in band]
        rising = all(a < b for a, b in zip(self.age_from, self.age_to, strict=True))
        if not rising or flat != sorted(flat):
            msg = f"age bands must rise and not overlap: {self.age_from} to {self.age_to}"
            raise InputError(msg)

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The bands as half-open ranges of years."""
        return list(zip(self.age_from, self.age_to, strict=True))


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """
    Counts of cells as published, one row a count.

    Parameters
    ----------
    cell
        Shape (m,), index of the cell.
    age_from, age_to
        Shape (m,), whole years, half-open: 0 and 15 for "0 to 14".
    sex
        Shape (m,), 0 girls, 1 boys, -1 both together.
    count
        Shape (m,), children, ≥ 0; NaN where the state is missing.
    state
        Shape (m,), `CountState`. Rows of the same cell that contradict each other: the earlier
        row holds, the later one is reported.

    Raises
    ------
    ShapeError
        If the columns differ in length.
    InputError
        If a range is empty, a sex unknown, or a count negative or null without being missing.
    """

    cell: Int32
    age_from: Int16
    age_to: Int16
    sex: Int8
    count: Float64
    state: UInt8

    def __post_init__(self) -> None:
        check_rows(self.cell, (self.age_from, self.age_to), self.sex, self.count, self.state)


@dataclass(frozen=True, slots=True)
class ShareTable:
    """
    Counts that only shape the split: another year, other areas, a finer age detail.

    Parameters
    ----------
    area_of_cell
        Shape (n_cells,), the table's area each cell lies in, -1 where the table has none. A table
        by cell of another year numbers the areas like the cells; a city's table has one area.
    area
        Shape (m,), index of the area.
    age_from, age_to, sex, count, state
        As in `PublishedCounts`.

    Raises
    ------
    ShapeError, InputError
        As `PublishedCounts`.
    """

    area_of_cell: Int32
    area: Int32
    age_from: Int16
    age_to: Int16
    sex: Int8
    count: Float64
    state: UInt8

    def __post_init__(self) -> None:
        check_rows(self.area, (self.age_from, self.age_to), self.sex, self.count, self.state)


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """
    Totals over many cells that the fit must meet: the city's, or those of a tier.

    Parameters
    ----------
    member
        Shape (n_areas, n_cells), whether a cell belongs to an area.
    area
        Shape (m,), index of the area.
    age_from, age_to, sex, count, state
        As in `PublishedCounts`. Of totals that contradict the cells or each other, the earlier
        row holds, the later one is reported.

    Raises
    ------
    ShapeError, InputError
        As `PublishedCounts`; also if `member` has no two axes.
    """

    member: Bool
    area: Int32
    age_from: Int16
    age_to: Int16
    sex: Int8
    count: Float64
    state: UInt8

    def __post_init__(self) -> None:
        if self.member.ndim != 2:  # noqa: PLR2004 (areas × cells)
            msg = "member must have the shape (n_areas, n_cells)"
            raise ShapeError(msg)
        check_rows(self.area, (self.age_from, self.age_to), self.sex, self.count, self.state)


@dataclass(frozen=True, slots=True)
class FitRule:
    """
    The choices of a fit.

    Parameters
    ----------
    oldest
        Ranges that end above this age say nothing about children and are left out (and counted).
        20 keeps the group 15 to 19.
    own_share
        How much of a share table is taken as it stands; the rest comes from the coarser level, so
        that a 0 of another year is a small chance and not an impossibility. In (0, 1].
    sweeps
        The most rounds of proportional fitting.
    tolerance
        Greatest relative distance from a total at which fitting stops.

    Raises
    ------
    InputError
        If a choice lies outside its range.
    """

    oldest: int = 20
    own_share: float = 0.99
    sweeps: int = 1000
    tolerance: float = 1e-10

    def __post_init__(self) -> None:
        if not (self.oldest > 0 and 0 < self.own_share <= 1 and self.sweeps > 0):
            msg = "a choice of the fit lies outside its range"
            raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    A count or total that could not be kept.

    Parameters
    ----------
    table
        ``"published"`` or ``"control"``.
    row
        Its row in that table.
    stated
        Children it states.
    found
        Children the others leave room for.
    """

    table: str
    row: int
    stated: float
    found: float


@dataclass(frozen=True, slots=True)
class FittedCounts:
    """
    Children of each cell and group.

    Parameters
    ----------
    children_micro
        Shape (n_cells, G), int64, millionths of a child; G = 2 · bands, band-major, girls first.
        0 where the quality is missing.
    quality
        Shape (n_cells, G), `CountQuality`.
    contradictions
        What could not be kept, in the order of the tables.
    left_out
        Number of rows left out because their range reaches above `FitRule.oldest`.
    sweeps
        Rounds of fitting it took.
    """

    children_micro: Int64
    quality: UInt8
    contradictions: tuple[Contradiction, ...] = field(default=())
    left_out: int = 0
    sweeps: int = 0


def check_rows(
    index: AnyArray,
    ages: tuple[AnyArray, AnyArray],
    sex: AnyArray,
    count: AnyArray,
    state: AnyArray,
) -> None:
    """
    Refuse columns of counts that do not fit together.

    Parameters
    ----------
    index, sex, count, state
        Shape (m,), see `PublishedCounts`.
    ages
        Lower and upper ages, each of shape (m,).

    Raises
    ------
    ShapeError
        If the columns differ in length.
    InputError
        If a range is empty, an index negative, a sex unknown, or a count negative or null.
    """
    if len({len(column) for column in (index, *ages, sex, count, state)}) != 1:
        msg = "the columns of counts differ in length"
        raise ShapeError(msg)
    measured = np.asarray(state) != CountState.MISSING
    faults = {
        "a negative index": np.asarray(index) < 0,
        "an empty range of ages": (ages[0] < 0) | (ages[1] <= ages[0]),
        "an unknown sex": ~np.isin(sex, (BOTH_SEXES, 0, 1)),
        "a count that is negative or null": measured & ~(np.asarray(count, np.float64) >= 0),
    }
    for fault, where in faults.items():
        if np.any(where):
            msg = f"{fault} in row {int(np.argmax(where))}"
            raise InputError(msg)
