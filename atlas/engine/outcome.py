"""What was found at each point, kept so that a sentence about it can be written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.engine.kernels.split import ENOUGH, usable_part
from atlas.engine.kernels.wide import FRACTION_BITS
from atlas.engine.snapping import Snap
from atlas.engine.types import Bool, Float64, Int32, Int64


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """
    What reaches each point, by columns of services and groups that are alike.

    Attributes
    ----------
    column
        Which column a service and group stand in, shape (s, g); -1 not applicable.
    snap
        Where each point meets the streets.
    nearest_cm, nearest_place
        Walking cost to the nearest place that admits the group, and its row, shape (i, k); -1
        where none is connected or the service is city-wide. Not bounded by the reach.
    places
        Places within reach, shape (i, k).
    capacity_unknown
        Whether the capacity of one of them is unknown, shape (i, k).
    share
        The share of the adopted provision that arrives (ρ), shape (i, k), 2**-40, at most 2**62.
    is_shared
        Whether a column is judged by shares at all, shape (k,); else by reach alone.
    access
        The access index A, shape (i, k): its own share, weighted by distance.
    """

    column: Int32
    snap: Snap
    nearest_cm: Int32
    nearest_place: Int32
    places: Int32
    capacity_unknown: Bool
    share: Int64
    is_shared: Bool
    access: Float64

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
            Shape (i,); all False where the service does not apply.
        """
        k = int(self.column[service, group])
        if k < 0:
            return np.zeros(self.places.shape[0], np.bool_)
        return self.places[:, k] > 0

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
        reached = self.reached(service, group)
        k = int(self.column[service, group])
        if k < 0:
            return np.zeros_like(children_micro)
        share = np.minimum(self.share[:, k], ENOUGH)
        high, low = children_micro >> 20, children_micro & 0xFFFFF
        shared = (high * share + ((low * share) >> 20)) >> (FRACTION_BITS - 20)
        by_reach = self.capacity_unknown[:, k] | (not self.is_shared[k])
        return np.where(reached, np.where(by_reach, children_micro, shared), 0)


def drawn_part(share: Int64) -> Int64:
    """
    Return the part of what arrives that a point can use.

    Parameters
    ----------
    share
        What arrives, shape (i, k), 2**-40.

    Returns
    -------
    part
        Shape (i, k), 2**-40: 1 up to a whole share, else one over it, rounded down.
    """
    return usable_part(np.ascontiguousarray(share))
