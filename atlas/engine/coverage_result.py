"""What one assessment of a city answers, with both ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.engine.errors import InputError

if TYPE_CHECKING:
    from atlas.engine.ledger import CapacityLedger, FillingLedger
    from atlas.engine.outcome import PointCoverage
    from atlas.engine.types import Int64, UInt8


@dataclass(frozen=True, slots=True)
class Filled:
    """
    The same children where places are filled before anybody is called full.

    Attributes
    ----------
    served, full
        Millionths of children, shape (z, s, g): out and unknown stay what they are, and full is
        never more than even sharing finds, at any point. Without a provision, reach alone decides.
    certain_full_micro
        Children of the city in reach of places whom no allocation of them can serve, at least,
        shape (s,), millionths, never more than filled finds; `NOT_JUDGED` (-1) where no provision
        is adopted. Each service by itself, as if no other drew on the same pools.
    capacity
        What became of each pool's capacity.
    """

    served: Int64
    full: Int64
    certain_full_micro: Int64
    capacity: FillingLedger


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """
    What one assessment answers; amounts are millionths of children, shape (z, s, g), int64.

    Attributes
    ----------
    children, served, full, out, unknown
        children = served + full + out + unknown, exactly; all 0 where a service does not apply.
    served_low
        Served if every unknown capacity were 0: the other bound of a flagged value.
    on_reach
        Children judged on reach because a capacity in their reach is unknown.
    edge
        Children so near the city's boundary that places beyond it may be missing.
    unsnapped
        The part of `unknown` that no street is near.
    short_micro
        Provision missing, millionths of its unit; 0 where no provision is adopted.
    flags
        Bits, shape (z, s, g): 1 capacity unknown, 2 incomplete data, 4 edge.
    points
        What was found at each point, for sentences, depth, fragility and equity.
    capacity
        What became of each pool's capacity.
    filled
        The same with places filled; None unless asked for.
    """

    children: Int64
    served: Int64
    full: Int64
    out: Int64
    unknown: Int64
    served_low: Int64
    on_reach: Int64
    edge: Int64
    unsnapped: Int64
    short_micro: Int64
    flags: UInt8
    points: PointCoverage
    capacity: CapacityLedger
    filled: Filled | None = None

    @property
    def when_filled(self) -> Filled:
        """
        The same with places filled.

        Raises
        ------
        InputError
            If that was not asked for.
        """
        if self.filled is None:
            msg = "places have not been filled"
            raise InputError(msg)
        return self.filled
