"""The coverage of zones, and the lowest of it, as candidates are opened."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import OUTSIDE, refuse_unless

if TYPE_CHECKING:
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.siting.classes import Classes
    from atlas.engine.types import Bool, Int32, Int64, StrArray

ALL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Zones:
    """
    Zones whose coverage is to be raised.

    Parameters
    ----------
    code
        Stable code of each zone, shape (z,), unique; the smaller one wins a tie.
    point_zone
        Zone of each point, shape (n,); `OUTSIDE` (-1) none.
    children
        Children of each zone whose coverage is known, shape (z,), in the unit of the weights.
    served
        Those of them who are served as it is, shape (z,).
    least_children
        Zones with fewer do not count as the worst off.
    """

    code: StrArray
    point_zone: Int32
    children: Int64
    served: Int64
    least_children: int

    def check(self, weight: Int64) -> None:
        """
        Refuse zones that do not fit those who are not served.

        Parameters
        ----------
        weight
            Who is not served at each point, shape (n,).

        Raises
        ------
        ShapeError, InputError
            Naming what is at fault.
        """
        shape = self.code.shape
        fits = self.children.shape == shape and self.served.shape == shape
        refuse_unless(fits, "children and served do not fit the zones", ShapeError)
        refuse_unless(self.point_zone.shape == weight.shape, "zones do not fit points", ShapeError)
        refuse_unless(np.unique(self.code).size == self.code.size, "two zones share a code")
        if self.point_zone.size:
            low, high = int(self.point_zone.min()), int(self.point_zone.max())
            refuse_unless(low >= OUTSIDE and high < self.code.size, "a point's zone is unknown")
        lacking = np.zeros(self.code.size + 1, np.int64)
        np.add.at(lacking, self.point_zone, weight)
        holds = (self.served >= 0) & (self.served + lacking[:-1] <= self.children)
        refuse_unless(bool(holds.all()), "a zone has fewer children than served and not served")


@dataclass(frozen=True, slots=True)
class Ladder:
    """
    Zones by code, and the classes that raise them.

    Attributes
    ----------
    classes
        What each candidate gains, by the rank of the zone; -1 outside.
    row
        Which of the caller's zones, shape (z,).
    children, served
        Of each zone by rank, those chosen in advance open, shape (z,).
    by_kept
        What those chosen in advance gain in it, shape (z,).
    counts
        Which zones count as the worst off, shape (z,).
    """

    classes: Classes
    row: Int64
    children: Int64
    served: Int64
    by_kept: Int64
    counts: Bool

    def covered(self, chosen: Int64) -> Bool:
        """Return which classes some candidates gain, shape (c,)."""
        classes = self.classes
        owner = np.repeat(np.arange(classes.weight.size), np.diff(classes.first))
        covered = np.zeros(classes.weight.size, np.bool_)
        covered[owner[np.isin(classes.candidate, chosen)]] = True
        return covered

    def gained(self, chosen: Int64) -> Int64:
        """Return what some candidates gain in each zone, shape (z,)."""
        classes, covered = self.classes, self.covered(chosen)
        total = np.zeros(self.row.size + 1, np.int64)
        np.add.at(total, classes.label[covered], classes.weight[covered])
        return total[:-1]

    def highest(self, choice: Choice) -> Fraction:
        """Return the lowest coverage if everybody who may be chosen were."""
        return self.lowest(self.gained(np.flatnonzero(choice.may)))[1]

    def lowest(self, gained: Int64) -> tuple[int, Fraction]:
        """Return the rank of the worst-off zone and its coverage; -1 and 1 where none counts."""
        served = (self.served + gained).tolist()
        children = self.children.tolist()
        each = [(Fraction(served[z], children[z]), z) for z in np.flatnonzero(self.counts).tolist()]
        coverage, zone = min(each, default=(ALL, -1))
        return zone, coverage


def liftable(choice: Choice, classes: Classes, zones: int) -> Bool:
    """
    Return which zones some affordable candidate raises.

    Parameters
    ----------
    choice
        Who may be chosen.
    classes
        What they gain, by the rank of the zone.
    zones
        How many there are.

    Returns
    -------
    liftable
        By rank, shape (z,).
    """
    raised = np.zeros(zones + 1, np.bool_)
    owner = np.repeat(np.arange(classes.weight.size), np.diff(classes.first))
    raised[classes.label[owner[choice.may[classes.candidate]]]] = True
    return raised[:-1]
