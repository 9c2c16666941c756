"""What was found at each point, kept so that a sentence about it can be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.split import ENOUGH
from atlas.engine.kernels.wide import FRACTION_BITS

if TYPE_CHECKING:
    from atlas.engine.snapping import Snap
    from atlas.engine.types import Bool, Float64, Int32, Int64

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """
    What arrives at the n judged points of one block of services, in k columns.

    Attributes
    ----------
    row
        Which of the caller's points, shape (n,).
    column
        Which column a service and group stand in, shape (s, g); -1 not in this block.
    is_shared
        Whether a column is judged by shares at all, shape (k,); else by reach alone.
    share, access
        The share of the adopted provision that arrives (ρ) and the access index (A), shape
        (n, k), 2**-40, at most 2**62.
    places
        Places within reach, shape (n, k).
    unknown
        Whether the capacity of one of them is unknown, shape (n, k).
    nearest_cm, nearest_place
        Walking cost to the nearest place that admits the column, and its row, shape (n, k); -1
        where none is connected or the service is city-wide. Not bounded by the reach.
    filled
        The share that arrives once places are filled, never less than `share`, shape (n, k),
        2**-40; None unless asked for.
    """

    row: Int64
    column: Int32
    is_shared: Bool
    share: Int64
    access: Int64
    places: Int32
    unknown: Bool
    nearest_cm: Int32
    nearest_place: Int32
    filled: Int64 | None = None


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """
    What reaches each of i points, asked by service and group.

    Attributes
    ----------
    snap
        Where each point meets the streets.
    shape
        Services and groups.
    blocks
        What was found, by blocks of services that share pools.
    """

    snap: Snap
    shape: tuple[int, int]
    blocks: list[BlockOutcome]

    def applies(self, service: int, group: int) -> bool:
        """
        Return whether a requirement exists.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        applies
            Where it does not, every other question raises.
        """
        return any(block.column[service, group] >= 0 for block in self.blocks)

    def places(self, service: int, group: int) -> Int32:
        """
        Return how many places each point has within reach.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        places
            Shape (i,); -1 where no street is near.
        """
        block, k = self._asked(service, group)
        return self._spread(block, block.places[:, k], np.int32(-1))

    def reached(self, service: int, group: int) -> Bool:
        """
        Return which points have a place within reach.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        reached
            Shape (i,).
        """
        return self.places(service, group) > 0

    def nearest(self, service: int, group: int) -> tuple[Int32, Int32]:
        """
        Return the nearest place, however far.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        cm, place
            Shape (i,) each; -1 where none is connected.
        """
        block, k = self._asked(service, group)
        nowhere = np.int32(-1)
        cm = self._spread(block, block.nearest_cm[:, k], nowhere)
        return cm, self._spread(block, block.nearest_place[:, k], nowhere)

    def share(self, service: int, group: int) -> Float64:
        """
        Return the share of the adopted provision that arrives (ρ).

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        share
            Shape (i,); 0 where nothing arrives, NaN where no street is near.
        """
        block, k = self._asked(service, group)
        return self._spread(block, block.share[:, k] / ENOUGH, np.float64("nan"))

    def access(self, service: int, group: int) -> Float64:
        """
        Return the access index (A).

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        access
            Shape (i,); 0 where nothing arrives, NaN where no street is near.
        """
        block, k = self._asked(service, group)
        return self._spread(block, block.access[:, k] / ENOUGH, np.float64("nan"))

    def has_unknown_capacity(self, service: int, group: int) -> Bool:
        """
        Return which points are judged on reach because a capacity in it is unknown.

        Parameters
        ----------
        service, group
            Rows of the requirement.

        Returns
        -------
        unknown
            Shape (i,).
        """
        block, k = self._asked(service, group)
        judged = block.unknown[:, k] & block.is_shared[k]
        return self._spread(block, judged, np.bool_(False))

    def served_micro(self, service: int, group: int, children_micro: Int64) -> Int64:
        """
        Return how many of some children are served at each point.

        Parameters
        ----------
        service, group
            Rows of the requirement.
        children_micro
            Children of the group at each point, shape (i,), millionths.

        Returns
        -------
        served
            Shape (i,), rounded down once; says nothing of incomplete layers.
        """
        block, k = self._asked(service, group)
        return self._served(block, k, block.share[:, k], children_micro)

    def filled_micro(self, service: int, group: int, children_micro: Int64) -> Int64:
        """
        Return how many of some children are served at each point once places are filled.

        Parameters
        ----------
        service, group
            Rows of the requirement.
        children_micro
            Children of the group at each point, shape (i,), millionths.

        Returns
        -------
        served
            Shape (i,), rounded down once, never less than `served_micro`.

        Raises
        ------
        InputError
            If places have not been filled.
        """
        block, k = self._asked(service, group)
        if block.filled is None:
            msg = "places have not been filled"
            raise InputError(msg)
        return self._served(block, k, block.filled[:, k], children_micro)

    def _served(self, block: BlockOutcome, k: int, share: Int64, children_micro: Int64) -> Int64:
        """Return the part of some children that a share serves, by reach where that decides."""
        children = children_micro[block.row]
        share = np.minimum(share, ENOUGH)
        high, low = children >> 22, children & 0x3FFFFF
        shared = (high * share + ((low * share) >> 22)) >> (FRACTION_BITS - 22)
        by_reach = block.unknown[:, k] | (not block.is_shared[k])
        served = np.where(by_reach, children, shared)
        return self._spread(block, np.where(block.places[:, k] > 0, served, 0), np.int64(0))

    def _asked(self, service: int, group: int) -> tuple[BlockOutcome, int]:
        """Return the block and column of a requirement."""
        for block in self.blocks:
            if block.column[service, group] >= 0:
                return block, int(block.column[service, group])
        msg = f"no requirement of service {service} for group {group}"
        raise InputError(msg)

    def _spread(
        self, block: BlockOutcome, values: np.ndarray[tuple[int], np.dtype[Number]], empty: Number
    ) -> np.ndarray[tuple[int], np.dtype[Number]]:
        """Return a block's values in the caller's order."""
        whole = np.full(self.snap.edge.size, empty, values.dtype)
        whole[block.row] = values
        return whole
