"""Children who can choose among the same pools, taken together: what fills places is decided so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.catchment import Offers
from atlas.engine.kernels.choices import (
    NOWHERE,
    add_need,
    choices_of_offers,
    mark_choices,
    number_choices,
    turned,
)
from atlas.engine.pairs import MOST_PAIRS, standing_pairs
from atlas.engine.sharing import offered
from atlas.engine.workers import in_order, ranges

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.kernels.catchment import Columns
    from atlas.engine.outcome import BlockOutcome
    from atlas.engine.pairs import Reached
    from atlas.engine.sharing import Offered
    from atlas.engine.supply import City, Ground
    from atlas.engine.types import Bool, Int32, Int64, UInt64

MOST_NEED_MICRO = 1 << 60
MOST_CHUNKS = 8


@dataclass(frozen=True, slots=True)
class Stock:
    """
    The pools of a block that have a known capacity above 0, in the order of stable codes.

    Attributes
    ----------
    place
        Places that have one, in the order of their codes, shape (p,).
    offers
        Pools at one place that admit the same children are one.
    number
        Which offer each of the block's pools went into, shape (len(block.pools),); -1 none.
    """

    place: Int32
    offers: Offers
    number: Int64


@dataclass(frozen=True, slots=True)
class Choices:
    """
    The choice sets of a block: children with the same pools within reach, whatever their service.

    Attributes
    ----------
    of
        Choice set of each judged point and column, shape (n, k); -1 where nobody asks for
        seats, or none are in reach.
    first, offer
        The offers of each, a CSR, shape (c + 1,) and (e,).
    is_known
        Whether every capacity in reach is known, shape (c,).
    """

    of: Int32
    first: Int64
    offer: Int32
    is_known: Bool

    def need_micro(self, columns: Columns, need: Int64, counts: Bool) -> tuple[Int64, Bool]:
        """
        Return what each choice set needs, in millionths of a seat, square metre or visit.

        Parameters
        ----------
        columns
            Children of the judged points.
        need
            Provision for a child of each column, shape (k,), 10**-12; 0 leaves a column out.
        counts
            Whose children count, shape (n,).

        Returns
        -------
        need_micro, is_rounded
            Shape (c,) each: rounded up once for a choice set, so that no need vanishes and
            splitting a point changes nothing; and where that added something.

        Raises
        ------
        InputError
            If the sum is 2**60 or more.
        """
        asked = np.empty(self.is_known.size, np.int64)
        rounded = np.empty(self.is_known.size, np.bool_)
        add_need(self.of, columns.children, need, counts, asked, rounded)
        is_too_much = bool((asked < 0).any()) or asked.sum(dtype=np.float64) >= MOST_NEED_MICRO
        if is_too_much:
            msg = "more seats are needed than can be counted in millionths"
            raise InputError(msg)
        return asked, rounded


def stock_of(city: City, ground: Ground, block: Block) -> Stock:
    """
    Return the pools of a block that can be filled.

    Parameters
    ----------
    city, ground, block
        As in `supply.judge`.

    Returns
    -------
    stock
        In an order that does not depend on the caller's.
    """
    whole = offered(block, city.pools, city.places.code.size, city.assigned, ground.row_of)
    rank = ground.place_rank[_place_of(whole.offers)]
    names = _names(city, block, whole, rank)
    order = np.array(
        sorted(np.flatnonzero(whole.offers.capacity > 0).tolist(), key=names.__getitem__), np.int64
    )
    kept, first = np.unique(rank[order], return_index=True)
    number = np.full(len(names), NOWHERE, np.int64)
    number[order] = np.arange(order.size)
    return Stock(
        place=np.argsort(ground.place_rank)[kept].astype(np.int32),
        offers=_taken(whole.offers, order, np.append(first, order.size).astype(np.int32)),
        number=number[whole.number],
    )


def _place_of(offers: Offers) -> Int64:
    """Return the row of each offer's place."""
    return np.repeat(np.arange(offers.place_first.size - 1), np.diff(offers.place_first))


def _names(city: City, block: Block, whole: Offered, rank: Int32) -> list[tuple[int, bytes, str]]:
    """Return what tells each offer from all others, whatever the order of the caller."""
    services = np.argsort(np.argsort(city.requirements.service, kind="stable"))
    lanes = np.lexsort((block.first_group, services[block.service]))
    pool = np.empty(rank.size, np.int64)
    pool[whole.number] = block.pools
    own = np.where(whole.offers.is_assigned, city.pools.code[pool], "")
    admits = [row.tobytes() for row in whole.offers.admits[:, lanes]]
    return list(zip(rank.tolist(), admits, own.tolist(), strict=True))


def _taken(offers: Offers, order: Int64, place_first: Int32) -> Offers:
    """Return some offers in another order."""
    low, high = offers.member_first[order], offers.member_first[order + 1]
    members = [offers.member[a:b] for a, b in zip(low, high, strict=True) if b > a]
    return Offers(
        place_first=place_first,
        admits=np.ascontiguousarray(offers.admits[order]),
        capacity=offers.capacity[order],
        is_assigned=offers.is_assigned[order],
        member_first=np.concatenate(([0], np.cumsum(high - low))).astype(np.int64),
        member=np.concatenate([np.zeros(0, np.int32), *members]),
    )


def walked_choices(
    ground: Ground, columns: Columns, outcome: BlockOutcome, stock: Stock, *, most: int = MOST_PAIRS
) -> Choices:
    """
    Return the choice sets of those who walk.

    Parameters
    ----------
    ground, columns, outcome
        Who lives where, what they need, and whose unknown capacities are in reach.
    stock
        What can be filled.
    most
        How many pairs of point and place, and of choice set and offer, may be kept at once: 8
        bytes for each of the first and 8 for each of the second: some 16 bytes a pair at most.

    Returns
    -------
    choices
        Numbered by their offers, in an order that does not depend on the caller's.

    Raises
    ------
    InputError
        If there are more than `most`.
    """
    terrain = ground.terrain
    reach = int(columns.reach.max())
    pairs = standing_pairs(terrain, reach, place=stock.place, most=most)
    mark = _marks(pairs, columns, stock, terrain.threads)
    asks = (columns.children > 0) & (columns.need > 0)
    of = np.empty(asks.shape, np.int32)
    member = number_choices(mark, asks, outcome.unknown, of)
    order = _by_mark(mark, outcome.unknown, member)
    member, of = member[order], _renumbered(of, order)
    member_of = np.full(of.size, NOWHERE, np.int32)
    member_of[member] = np.arange(member.size)
    by_offer, choice = choices_of_offers(
        *(pairs.place_first, pairs.point, pairs.cm, columns.reach, stock.offers),
        member_of.reshape(of.shape),
        most,
    )
    if by_offer.size <= stock.offers.capacity.size or choice.size > most:
        msg = f"more than {most} pairs of children and pools must be kept to fill the pools"
        raise InputError(msg)
    first, offer = turned(by_offer, choice, member.size)
    return Choices(of, first, offer, ~outcome.unknown.ravel()[member])


def _marks(pairs: Reached, columns: Columns, stock: Stock, threads: int) -> UInt64:
    """Return the sum of the marks of the offers in reach of each point and column, (n, k, 2)."""
    points, reach, offers = columns.children.shape[0], columns.reach, stock.offers
    shape = (points, reach.size, 2)

    def work(chunk: tuple[int, int]) -> UInt64:
        mark = np.zeros(shape, np.uint64)
        mark_choices(
            pairs.place_first, pairs.point, pairs.cm, chunk[0], chunk[1], reach, offers, mark
        )
        return mark

    whole = np.zeros(shape, np.uint64)
    for part in in_order(work, ranges(stock.place.size, min(threads, MOST_CHUNKS)), threads):
        whole += part
    return whole


def _by_mark(mark: UInt64, unknown: Bool, member: Int64) -> Int64:
    """Return choice sets in the order of their marks."""
    of_member = mark.reshape(-1, 2)[member]
    return np.lexsort((unknown.ravel()[member], of_member[:, 1], of_member[:, 0]))


def _renumbered(of: Int32, order: Int64) -> Int32:
    """Return choice sets by their place in `order`."""
    number = np.empty(order.size + 1, np.int32)
    number[order] = np.arange(order.size)
    number[NOWHERE] = NOWHERE
    return number[of]


def city_wide_choices(columns: Columns, outcome: BlockOutcome, stock: Stock) -> Choices:
    """
    Return the choice sets of those who need not walk: every pool that admits them.

    Parameters
    ----------
    columns, outcome
        What the children of the city need, and who is admitted where a capacity is unknown.
    stock
        What can be filled.

    Returns
    -------
    choices
        In the order of their offers.
    """
    unknown = np.logical_or.reduce(outcome.unknown, axis=0)
    asks = (columns.children > 0).any(axis=0) & (columns.need > 0)
    sets: dict[tuple[bytes, bool], int] = {}
    admits: Bool = np.ascontiguousarray(stock.offers.admits.T)
    asking = np.flatnonzero(asks & admits.any(axis=1))
    keys = [(admits[k].tobytes(), bool(unknown[k])) for k in asking.tolist()]
    for key in sorted(keys):
        sets.setdefault(key, len(sets))
    of_column = np.full(asks.size, NOWHERE, np.int32)
    of_column[asking] = [sets[key] for key in keys]
    rows = [np.flatnonzero(np.frombuffer(admitted, np.bool_)) for admitted, _ in sets]
    return Choices(
        of=np.tile(of_column, (columns.children.shape[0], 1)),
        first=np.concatenate(([0], np.cumsum([row.size for row in rows]))).astype(np.int64),
        offer=np.concatenate([np.zeros(0, np.int64), *rows]).astype(np.int32),
        is_known=np.array([not is_unknown for _, is_unknown in sets], np.bool_),
    )
