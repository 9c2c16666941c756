"""City-wide services in a scenario: the same arrives at every child of the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.inputs import CAPACITY_UNKNOWN
from atlas.engine.kernels.scenario_split import Split, spread
from atlas.engine.kernels.split import (
    AMOUNTS,
    CHILDREN,
    ENOUGH,
    FULL,
    MOST_SHARE,
    ON_REACH,
    OUT,
    SERVED,
    SERVED_LOW,
)
from atlas.engine.types import MICRO
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.inputs import Pools
    from atlas.engine.scenario.base import Base
    from atlas.engine.scenario.cases import Case, Offering
    from atlas.engine.types import Int64

SCALE = MICRO * MICRO
RESPLIT = np.array([SERVED, FULL, OUT, SERVED_LOW, ON_REACH])
LIMB_BITS = 30
LIMBS = 6
"""A sum of shares takes at most 155 bits: capacity · 2⁸⁰ of each of 2¹⁵ pools."""


def limbs_of(values: list[int]) -> Int64:
    """
    Return large whole numbers as digits to the base 2³⁰.

    Parameters
    ----------
    values
        Not negative, below 2¹⁸⁰.

    Returns
    -------
    limbs
        Shape (len(values), 6), the least first.
    """
    mask = (1 << LIMB_BITS) - 1
    return np.array(
        [[value >> (LIMB_BITS * at) & mask for at in range(LIMBS)] for value in values], np.int64
    ).reshape(len(values), LIMBS)


def values_of(limbs: Int64) -> list[int]:
    """
    Return what `limbs_of` was given.

    Parameters
    ----------
    limbs
        Shape (k, 6).

    Returns
    -------
    values
        One for each row.
    """
    return [
        sum(int(digit) << (LIMB_BITS * at) for at, digit in enumerate(row))
        for row in limbs.tolist()
    ]


@dataclass(frozen=True, slots=True)
class Sums:
    """
    What arrives in each of k columns, summed over some pools.

    Attributes
    ----------
    share
        In 2**-40, without any upper bound.
    places, unknown
        Places that admit the column, and pools of unknown capacity, shape (k,).
    """

    share: list[int]
    places: Int64
    unknown: Int64

    def plus(self, other: Sums, sign: int) -> Sums:
        """
        Return the sums with those of other pools added or taken away.

        Parameters
        ----------
        other
            Of the same columns.
        sign
            +1 or -1.

        Returns
        -------
        sums
            Exact.
        """
        share = [a + sign * b for a, b in zip(self.share, other.share, strict=True)]
        return Sums(share, self.places + sign * other.places, self.unknown + sign * other.unknown)

    def settled(self) -> Int64:
        """
        Return what arrives, at most `MOST_SHARE`.

        Returns
        -------
        share
            Shape (k,), 2**-40.
        """
        return np.array([min(share, MOST_SHARE) for share in self.share], np.int64)


def sums_of(pools: Pools, columns: tuple[Int64, Int64], needed: Int64, places: int) -> Sums:
    """
    Return what some pools give every child of the city.

    Parameters
    ----------
    pools
        City-wide ones only.
    columns
        Service and group of each column, shape (k,) each.
    needed
        What the city's children need of each service and group, shape (s, g), Python's integers.
    places
        How many places the pools are numbered by.

    Returns
    -------
    sums
        Each pool's share rounded half up once, as `spread_over_city` does.
    """
    admits = pools.admits[:, *columns]
    share = [0] * admits.shape[1]
    of_pattern: dict[bytes, int] = {}
    rows = zip(pools.capacity_micro.tolist(), pools.admits, admits.tolist(), strict=True)
    for capacity, pattern, mine in rows:
        name = pattern.tobytes()
        if name not in of_pattern:
            of_pattern[name] = int(needed[pattern].sum())
        asked = of_pattern[name]
        if capacity == CAPACITY_UNKNOWN or asked == 0:
            continue
        part = (2 * capacity * SCALE * ENOUGH + asked) // (2 * asked)
        share = [s + part * is_in for s, is_in in zip(share, mine, strict=True)]
    takes_part = np.zeros((places, admits.shape[1]), np.bool_)
    np.logical_or.at(takes_part, pools.place, admits)
    blind = admits & (pools.capacity_micro == CAPACITY_UNKNOWN)[:, None]
    return Sums(share, takes_part.sum(axis=0), blind.sum(axis=0))


def needed_in_city(amount: Int64, need: Int64) -> Int64:
    """
    Return what the city's children need of each service and group.

    Parameters
    ----------
    amount
        As a base has it.
    need
        Provision for a child, shape (s, g), 10**-12.

    Returns
    -------
    needed
        Shape (s, g), Python's own integers: the products pass 64 bits.
    """
    children = amount[CHILDREN].sum(axis=0)
    return np.asarray(need.astype(object) * children.astype(object))


def spread_anew(base: Base, case: Case, sides: tuple[tuple[Offering, int], ...]) -> Int64:
    """
    Return what changes for the city-wide services of a case.

    Parameters
    ----------
    base
        The city.
    case
        Services and columns.
    sides
        Places before (-1) and after (+1).

    Returns
    -------
    change
        Millionths of children, shape (z, 9, s, g).
    """
    need = base.inputs.requirements.need()
    columns = (case.block.service, case.block.first_group)
    needed = needed_in_city(base.amount, need)
    sums = held_sums(base, case)
    for offering, sign in sides:
        sums = sums.plus(sums_of(offering.pools, columns, needed, offering.places), sign)
    split = Split(
        services=case.block.services,
        column=case.block.column,
        is_shared=need[columns] > 0,
        share=sums.settled(),
        places=sums.places,
        unknown=sums.unknown,
    )
    demand, threads = base.inputs.demand, base.ground.terrain.threads
    shape = (base.amount.shape[1], AMOUNTS, *need.shape)

    def work(chunk: tuple[int, int]) -> Int64:
        amount = np.zeros(shape, np.int64)
        spread(demand.zone, demand.children_micro, *chunk, split, base.inputs.incomplete, amount)
        return amount

    change = np.zeros(shape, np.int64)
    for part in in_order(work, ranges(demand.code.size, threads), threads):
        change += part
    anew = np.ix_(np.arange(shape[0]), RESPLIT, case.block.services)
    is_mine = case.block.column[case.block.services] >= 0
    change[anew] -= np.where(is_mine, base.amount.swapaxes(0, 1)[anew], 0)
    return change


def held_sums(base: Base, case: Case) -> Sums:
    """
    Return what arrives in a case's columns before any change.

    Parameters
    ----------
    base
        The city.
    case
        A city-wide one.

    Returns
    -------
    sums
        Exact.
    """
    rows = [
        (base.held[b].share[0, k], base.held[b].places[0, k], base.held[b].unknown[0, k])
        for b, k in zip(case.held.tolist(), case.parent.tolist(), strict=True)
    ]
    return Sums(
        values_of(np.array([share for share, _, _ in rows])),
        np.array([places for _, places, _ in rows], np.int64),
        np.array([unknown for _, _, unknown in rows], np.int64),
    )
