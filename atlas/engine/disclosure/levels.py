"""How much detail a zone shows: levels of grouping and of the split, and their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.disclosure.table import FULL, N_PARTS, OUT, SERVED, UNKNOWN

if TYPE_CHECKING:
    from atlas.engine.disclosure.town import Town
    from atlas.engine.types import Bool, Int8, Int64

NOTHING, WHOLE, BANDS, GROUPS = range(4)
"""Detail by group: nothing, all children in one sum, by band, by band and sex."""
MERGED, FOUR = range(2)
"""Detail of the split: full and out in one sum, or apart."""
PREFERENCE = (
    (GROUPS, FOUR),
    (BANDS, FOUR),
    (WHOLE, FOUR),
    (GROUPS, MERGED),
    (BANDS, MERGED),
    (WHOLE, MERGED),
    (NOTHING, MERGED),
)
"""What a split shows, the most wanted first."""


@dataclass(slots=True)
class Detail:
    """
    The detail each zone shows.

    Parameters
    ----------
    children
        Shape (n,), `NOTHING` to `GROUPS`.
    group, split
        Shape (n, s), the detail of each service by group, and of its split.
    """

    children: Int8
    group: Int8
    split: Int8

    def at_least(self, rows: Int64, service: int, level: tuple[int, int]) -> Bool:
        """Return which of `rows` show a service in at least this detail."""
        return np.asarray(
            (self.group[rows, service] >= level[0]) & (self.split[rows, service] >= level[1])
        )

    def and_no_more_than(self, other: Detail) -> Detail:
        """Return the lesser detail of the two, zone by zone."""
        return Detail(
            np.minimum(self.children, other.children),
            np.minimum(self.group, other.group),
            np.minimum(self.split, other.split),
        )


class Cells:
    """
    The counts of every area of a town at every level of detail, the zones' first.

    Parameters
    ----------
    town
        The table and its areas.
    """

    def __init__(self, town: Town) -> None:
        self.n_groups = len(town.band)
        # Products of floats are fast, and exact for whole numbers of this size.
        holds = town.areas.holds.astype(np.float64)
        self.of_groups = np.asarray(np.rint(holds @ town.children), np.int64)
        flat = town.parts.transpose(1, 0, 2, 3).reshape(len(town.children), -1)
        by_area = np.asarray(np.rint(holds @ flat), np.int64)
        self.of_parts = by_area.reshape(len(holds), -1, self.n_groups, N_PARTS)
        self._applies = town.applies
        bands = int(town.band.max(initial=-1)) + 1
        self.blocks = {
            WHOLE: np.ones((1, self.n_groups), np.int64),
            BANDS: (town.band == np.arange(bands)[:, None]).astype(np.int64),
            GROUPS: np.eye(self.n_groups, dtype=np.int64),
        }
        self.merges = {MERGED: merge_of(SERVED, (FULL, OUT), UNKNOWN), FOUR: np.eye(4, dtype=int)}

    def children(self, level: int) -> Int64:
        """Return the children of every area by block, shape (a, blocks)."""
        return np.asarray(self.of_groups @ self.blocks[level].T, np.int64)

    def service_blocks(self, service: int, level: int) -> Int64:
        """Return the blocks of a level cut to the groups a service applies to, without empty."""
        cut = self.blocks[level] * self._applies[service]
        return np.asarray(cut[cut.any(axis=1)], np.int64)

    def parts(self, service: int, level: tuple[int, int]) -> Int64:
        """Return the split of every area by block and part, shape (a, blocks, parts)."""
        blocks = self.service_blocks(service, level[0])
        by_block = np.einsum("ngp,bg->nbp", self.of_parts[:, service], blocks)
        return np.asarray(by_block @ self.merges[level[1]].T, np.int64)

    def allowed(self, service: int, level: int) -> int:
        """
        Return the least detail of children under which a service may show `level`.

        A split tells its children, so each of its blocks must be one that the children show.
        """
        blocks = self.service_blocks(service, level)
        for children_level in (WHOLE, BANDS, GROUPS):
            shown = self.blocks[children_level]
            inside = blocks @ shown.T
            if ((inside == 0) | (inside == shown.sum(axis=1))).all():
                return children_level
        return GROUPS


def merge_of(*sums: int | tuple[int, ...]) -> Int64:
    """Return the matrix (sums, 4) that adds up parts of a split."""
    matrix = np.zeros((len(sums), N_PARTS), np.int64)
    for row, parts in enumerate(sums):
        matrix[row, parts] = 1
    return matrix
