"""What a scenario answers: what changes, and the city as it would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.scenario_split import settle_touched
from atlas.engine.kernels.split import CAPACITY_UNKNOWN_FLAG, ON_REACH, SERVED
from atlas.engine.ledger import shortfall
from atlas.engine.scenario.base import AMOUNT_NAMES

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Doors
    from atlas.engine.scenario.base import Base
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.replay import Changed
    from atlas.engine.scenario.scoring import Rescored
    from atlas.engine.scenario.touch import Side, Touch
    from atlas.engine.types import Bool, Int32, Int64, UInt8


@dataclass(frozen=True, slots=True)
class TouchedPoints:
    """
    What arrives now at the points that a scenario touches, for one service and group.

    Attributes
    ----------
    row
        Which of the caller's points, shape (m,).
    share
        The share of the adopted provision that arrives, shape (m,), 2**-40, at most 2**62.
    places
        Places within reach, shape (m,).
    unknown
        Whether the capacity of one of them is unknown, shape (m,).
    """

    row: Int64
    share: Int64
    places: Int32
    unknown: Bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    A city as a scenario leaves it, kept as what differs from its base.

    Attributes
    ----------
    base
        The city before.
    changed
        What the changes leave otherwise than it was.
    ground
        Where children stand then.
    sides
        The places whose hand-out changes, before and after; after, the changed places come first.
    touches
        What changes at the points, by services that changed pools tie together.
    zone
        The zones that something changes in, rising, shape (y,).
    change
        Millionths of children, shape (y, 9, s, g), by `AMOUNT_NAMES`.
    scores
        The zones' scores and ranks, family by family; none where the base has none.
    """

    base: Base
    changed: Changed
    ground: Ground
    sides: tuple[Side, Side]
    touches: tuple[Touch, ...]
    zone: Int64
    change: Int64
    scores: tuple[Rescored, ...]

    @property
    def doors(self) -> Doors:
        """Where the changed places are entered, those beside changed streets behind them."""
        return self.sides[1].doors

    def amount(self, name: str) -> Int64:
        """
        Return one amount of every zone.

        Parameters
        ----------
        name
            Of `AMOUNT_NAMES`.

        Returns
        -------
        amount
            Millionths of children, shape (z, s, g), as `coverage` would give it.
        """
        number = AMOUNT_NAMES.index(name)
        whole: Int64 = self.base.amount[number].copy()
        whole[self.zone] += self.change[:, number]
        return whole

    def flags(self) -> UInt8:
        """
        Return the flags of every zone.

        Returns
        -------
        flags
            Bits, shape (z, s, g).
        """
        flags = self.base.flags.copy()
        on_reach = self.base.amount[ON_REACH, self.zone] + self.change[:, ON_REACH]
        others = flags[self.zone] & np.uint8(~CAPACITY_UNKNOWN_FLAG & 0xFF)
        flags[self.zone] = others | np.where(on_reach > 0, np.uint8(CAPACITY_UNKNOWN_FLAG), 0)
        return flags

    def short_micro(self) -> Int64:
        """
        Return the provision missing in every zone.

        Returns
        -------
        short
            Millionths of its unit, shape (z, s, g).
        """
        need = self.base.inputs.requirements.need()
        return shortfall(need, self.amount("full") + self.amount("out"))

    def gain(self) -> Int64:
        """
        Return how many more children are served than before.

        Returns
        -------
        gain
            Millionths, shape (s, g); negative where fewer are.
        """
        return np.asarray(self.change[:, SERVED].sum(axis=0), np.int64)

    def points(self, service: int, group: int) -> TouchedPoints:
        """
        Return what arrives at the touched points.

        Parameters
        ----------
        service, group
            Rows of a requirement of a service that is walked to.

        Returns
        -------
        points
            None of them where nothing is touched; every other point is as in the base.

        Raises
        ------
        InputError
            If the requirement does not exist or its service is city-wide.
        """
        for touch in self.touches:
            k = int(touch.case.block.column[service, group])
            if k >= 0:
                return self._points(touch, k)
        asked = [h for h in self.base.held if h.block.column[service, group] >= 0]
        if not asked or asked[0].block.is_city_wide:
            msg = f"no walk of group {group} to service {service} is judged"
            raise InputError(msg)
        none = np.zeros(0, np.int64)
        return TouchedPoints(none, none, none.astype(np.int32), none.astype(np.bool_))

    def _points(self, touch: Touch, k: int) -> TouchedPoints:
        """Return what arrives in one column of a touch."""
        touched = touch.touched
        held, lane = self.base.held[int(touch.case.held[k])], int(touch.case.parent[k])
        stood = held.places.shape[0]
        share, places = touched.share[:, k].copy(), touched.places[:, k].copy()
        unknown = touched.unknown[:, k].copy()
        old = touched.point < stood
        point = touched.point[old]
        share[old] += held.share[point, lane]
        places[old] += held.places[point, lane]
        unknown[old] += held.unknown[point, lane]
        return TouchedPoints(
            row=self.ground.terrain.points.row[touched.point],
            share=settle_touched(share),
            places=places,
            unknown=unknown > 0,
        )
