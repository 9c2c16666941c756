"""The two ledgers: every child and every seat is accounted for, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.engine.errors import LedgerError
from atlas.engine.types import MICRO, Int64


@dataclass(frozen=True, slots=True)
class CapacityLedger:
    """
    What became of each pool's capacity, millionths, shape (j,); -1 where capacity is unknown.

    Attributes
    ----------
    used
        Drawn on by children, each at most up to what it needs.
    above_need
        Arrives where more than enough arrives.
    no_demand
        The capacity of a pool that no child reaches, or none that needs a provision.
    children
        The children it is shared among, counted once for each service; also where it is unknown.
    """

    used: Int64
    above_need: Int64
    no_demand: Int64
    children: Int64

    def write(self, rows: Int64, part: CapacityLedger) -> None:
        """
        Write the rows of some pools.

        Parameters
        ----------
        rows
            Which pools.
        part
            Their ledger.
        """
        self.used[rows] = part.used
        self.above_need[rows] = part.above_need
        self.no_demand[rows] = part.no_demand
        self.children[rows] = part.children


@dataclass(frozen=True, slots=True)
class FillingLedger:
    """
    What became of each pool's capacity once places are filled, millionths, shape (j,); -1 unknown.

    Attributes
    ----------
    used
        Taken by children, none more than it needs.
    room
        Left over: every child in reach has what it needs.
    no_demand
        The capacity of a pool that no child reaches, or none that needs a provision.
    """

    used: Int64
    room: Int64
    no_demand: Int64

    def write(self, rows: Int64, part: FillingLedger) -> None:
        """
        Write the rows of some pools.

        Parameters
        ----------
        rows
            Which pools.
        part
            Their ledger.
        """
        self.used[rows] = part.used
        self.room[rows] = part.room
        self.no_demand[rows] = part.no_demand


def unused(capacity_micro: Int64) -> CapacityLedger:
    """
    Return the ledger of pools that nobody has asked for yet.

    Parameters
    ----------
    capacity_micro
        Shape (j,), -1 unknown.

    Returns
    -------
    ledger
        All of it without demand; to be written to.
    """
    is_unknown = capacity_micro < 0
    used, above = (np.where(is_unknown, -1, 0) for _ in range(2))
    idle = np.where(is_unknown, -1, capacity_micro)
    return CapacityLedger(used, above, idle, np.zeros_like(capacity_micro))


def unfilled(capacity_micro: Int64) -> FillingLedger:
    """
    Return the ledger of pools that nobody has taken a place in yet.

    Parameters
    ----------
    capacity_micro
        Shape (j,), -1 unknown.

    Returns
    -------
    ledger
        All of it without demand; to be written to.
    """
    is_unknown = capacity_micro < 0
    used, room = (np.where(is_unknown, -1, 0) for _ in range(2))
    return FillingLedger(used, room, np.where(is_unknown, -1, capacity_micro))


def split_capacity(
    capacity_micro: Int64, need: Int64, demand: Int64, drawn: Int64
) -> CapacityLedger:
    """
    Return what became of some pools' capacity.

    Parameters
    ----------
    capacity_micro
        Shape (j,), -1 unknown.
    need
        Provision for a child of each column, shape (k,), 10**-12; 0 where reach decides.
    demand, drawn
        Children each pool is shared among, and of them those who draw on it, shape (j, k).

    Returns
    -------
    ledger
        capacity = used + above need + no demand, exactly.

    Notes
    -----
    Source: METHOD §5. Worked out in Python's own integers: the products pass 64 bits.
    """
    rows = zip(capacity_micro.tolist(), demand.tolist(), drawn.tolist(), strict=True)
    parts = [_one_pool(capacity, need.tolist(), all_, some) for capacity, all_, some in rows]
    used, above, idle = np.array(parts, dtype=np.int64).reshape(-1, 3).T
    return CapacityLedger(used, above, idle, demand.sum(axis=1))


def _one_pool(
    capacity: int, need: list[int], demand: list[int], drawn: list[int]
) -> tuple[int, int, int]:
    """Return one pool's capacity used, above need and without demand."""
    if capacity < 0:
        return -1, -1, -1
    needed = sum(n * d for n, d in zip(need, demand, strict=True))
    if needed == 0:
        return 0, 0, capacity
    used = capacity * sum(n * d for n, d in zip(need, drawn, strict=True)) // needed
    return used, capacity - used, 0


def shortfall(need: Int64, lacking: Int64) -> Int64:
    """
    Return the provision missing, in millionths of a seat, square metre or visit.

    Parameters
    ----------
    need
        Provision for a child, shape (s, g), 10**-12; 0 where no provision is adopted.
    lacking
        Children full or out, shape (z, s, g), millionths.

    Returns
    -------
    short
        Shape (z, s, g): r applied after the sum, rounded half up once. 0 where nothing is adopted.
    """
    short = np.zeros(lacking.shape, np.int64)
    z, s, g = np.nonzero((lacking > 0) & (need > 0))
    scale = MICRO * MICRO
    pairs = zip(need[s, g].tolist(), lacking[z, s, g].tolist(), strict=True)
    short[z, s, g] = [(n * count + scale // 2) // scale for n, count in pairs]
    return short


def assert_children(parts: Int64, children: Int64, points: Int64, applies: Int64) -> None:
    """
    Assert that no child is lost or counted twice.

    Parameters
    ----------
    parts
        Served, full, out and unknown, shape (4, z, s, g).
    children
        Children of each zone, shape (z, s, g).
    points
        Children of the city by group, added up from the points, shape (g,).
    applies
        Which services apply to which groups, shape (s, g), 0 or 1.

    Raises
    ------
    LedgerError
        If a sum does not hold exactly, or a part is negative.
    """
    if bool((parts < 0).any()) or bool((parts.sum(axis=0) != children).any()):
        msg = "served + full + out + unknown is not the children"
        raise LedgerError(msg)
    if bool((children.sum(axis=0) != applies * points[None, :]).any()):
        msg = "the children of the zones are not the children of the points"
        raise LedgerError(msg)


def assert_capacity(capacity_micro: Int64, ledger: CapacityLedger) -> None:
    """
    Assert that no capacity is lost or made.

    Parameters
    ----------
    capacity_micro
        Shape (j,), -1 unknown.
    ledger
        What became of it.

    Raises
    ------
    LedgerError
        If a pool's parts do not add up, or one is negative.
    """
    known = capacity_micro >= 0
    parts = np.stack((ledger.used, ledger.above_need, ledger.no_demand))[:, known]
    if bool((parts < 0).any()) or bool((parts.sum(axis=0) != capacity_micro[known]).any()):
        msg = "used + above need + without demand is not the capacity"
        raise LedgerError(msg)


def assert_filling(capacity_micro: Int64, ledger: FillingLedger, given: int) -> None:
    """
    Assert that no capacity is lost or made when places are filled.

    Parameters
    ----------
    capacity_micro
        Shape (j,), -1 unknown.
    ledger
        What became of it.
    given
        What children have got, added up over the children, millionths.

    Raises
    ------
    LedgerError
        If a pool's parts do not add up, one is negative, or children got what no pool gave.
    """
    known = capacity_micro >= 0
    parts = np.stack((ledger.used, ledger.room, ledger.no_demand))[:, known]
    if bool((parts < 0).any()) or bool((parts.sum(axis=0) != capacity_micro[known]).any()):
        msg = "used + room + without demand is not the capacity"
        raise LedgerError(msg)
    if sum(ledger.used[known].tolist()) != given:
        msg = "children were given what no pool has given, or the other way round"
        raise LedgerError(msg)
