"""Filled: who still lacks a place when none with room is left in reach; and who must, however."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.choices import city_wide_choices, stock_of, walked_choices
from atlas.engine.errors import LedgerError
from atlas.engine.kernels.filling import fill, is_filled, parts_used
from atlas.engine.kernels.flow import max_flow
from atlas.engine.ledger import FillingLedger, assert_filling, unfilled
from atlas.engine.pairs import MOST_PAIRS
from atlas.engine.sharing import columns_of
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from atlas.engine.choices import Choices, Stock
    from atlas.engine.columns import Block
    from atlas.engine.kernels.catchment import Columns
    from atlas.engine.outcome import BlockOutcome
    from atlas.engine.supply import City, Ground
    from atlas.engine.types import Bool, Int64

NOT_JUDGED = -1
SCALE = MICRO * MICRO


@dataclass(frozen=True, slots=True)
class FilledBlock:
    """
    What one block's pools give when they are filled.

    Attributes
    ----------
    share
        The share of its need that each judged point and column gets, shape (n, k), 2**-40: never
        less than even sharing gives. Of no account where reach alone decides.
    certain_full_micro
        Of each of the block's services: children in reach whom no allocation can serve, at least,
        millionths; -1 where no provision is adopted.
    capacity
        What became of the block's pools.
    rounds
        How often the rest was shared out again.
    """

    share: Int64
    certain_full_micro: Int64
    capacity: FillingLedger
    rounds: int


def fill_block(
    city: City,
    ground: Ground,
    block: Block,
    outcome: BlockOutcome,
    incomplete: Bool,
    *,
    most: int = MOST_PAIRS,
) -> FilledBlock:
    """
    Fill the pools of a block, and find who is certain to lack a place.

    Parameters
    ----------
    city, ground, block
        As in `supply.judge`.
    outcome
        What even sharing found.
    incomplete
        Where the layer of a service is incomplete, shape (s, z).
    most
        How many pairs may be kept at once.

    Returns
    -------
    filled
        Exact integers: filled first like even sharing, then what is left among who is left.

    Raises
    ------
    InputError
        If more pairs than `most` must be kept, or more seats are needed than can be counted.
    LedgerError
        If a seat is lost or made, or a child was left in reach of a free one.

    Notes
    -----
    Source: METHOD §5, ours. Who has an unknown capacity in reach draws on the known ones in the
    first round, as in even sharing, is judged on reach, and asks no more; it has no part in what
    is certain. Nor have children outside the city, or where the layer is incomplete: they take
    seats when places are filled, and none when the most that can be served is sought.
    """
    case = _case(city, ground, block, outcome, most)
    choices, stock = case.choices, case.stock
    everyone = np.ones(outcome.row.size, np.bool_)
    need, _ = choices.need_micro(case.columns, case.columns.need, everyone)
    left, room = need.copy(), stock.offers.capacity.copy()
    rounds = fill(choices.first, choices.offer, choices.is_known, left, room)
    known = city.pools.capacity_micro[block.pools]
    ledger = _ledger(city, block, case, room)
    assert_filling(known, ledger, int((need - left).sum()))
    if not is_filled(choices.first, choices.offer, choices.is_known, left, room):
        msg = "a child was left in reach of a free place"
        raise LedgerError(msg)
    part = np.append(parts_used(need, left), 0)
    certain = [_certain(city, block, case, incomplete, s) for s in block.services.tolist()]
    return FilledBlock(
        share=np.maximum(outcome.share, part[choices.of]),
        certain_full_micro=np.array(certain, np.int64),
        capacity=ledger,
        rounds=int(rounds),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A block as it is filled: who needs what, and who can choose which pools."""

    columns: Columns
    outcome: BlockOutcome
    stock: Stock
    choices: Choices


def _case(city: City, ground: Ground, block: Block, outcome: BlockOutcome, most: int) -> _Case:
    """Return a block's choice sets."""
    stock = stock_of(city, ground, block)
    if block.is_city_wide:
        inside = city.demand.children_micro[outcome.row]
        columns = columns_of(block, city.requirements, inside)
        return _Case(columns, outcome, stock, city_wide_choices(columns, outcome, stock))
    columns = columns_of(block, city.requirements, ground.children)
    choices = walked_choices(ground, columns, outcome, stock, most=most)
    return _Case(columns, outcome, stock, choices)


def _ledger(city: City, block: Block, case: _Case, room: Int64) -> FillingLedger:
    """Return what became of each pool; those that are one share what is used, codes rising."""
    capacity, code = city.pools.capacity_micro[block.pools], city.pools.code[block.pools]
    number, whole = case.stock.number, case.stock.offers.capacity
    is_met = np.zeros(whole.size, np.bool_)
    is_met[case.choices.offer] = True
    ledger = unfilled(capacity)
    before = [0] * whole.size
    for row in np.lexsort((code, number)).tolist():
        o = int(number[row])
        if o < 0 or not is_met[o]:
            continue
        all_of, all_used = int(whole[o]), int(whole[o] - room[o])
        after = before[o] + int(capacity[row])
        used = all_used * after // all_of - all_used * before[o] // all_of
        before[o] = after
        ledger.used[row], ledger.no_demand[row] = used, 0
        ledger.room[row] = int(capacity[row]) - used
    return ledger


def _certain(city: City, block: Block, case: _Case, incomplete: Bool, service: int) -> int:
    """
    Return how many children of one service cannot be served by any allocation, in millionths.

    The seats that lack are counted as those of the children who need the most, and what rounding
    up added is taken off: both make it smaller, so that it stays certain.
    """
    columns, choices, outcome = case.columns, case.choices, case.outcome
    need = np.where(block.service == service, columns.need, 0)
    if not need.any():
        return NOT_JUDGED
    zone = city.demand.zone[outcome.row]
    # Who lives outside finds the last entry, also where there is no zone at all.
    counts = ~np.append(incomplete[service], True)[zone]
    asked, rounded = choices.need_micro(columns, need, counts)
    asked[~choices.is_known] = 0
    most = int(asked.sum())
    capacity = np.minimum(case.stock.offers.capacity, most)
    seated = int(max_flow(choices.first, choices.offer, asked, capacity))
    lacks = most - seated - int((rounded & choices.is_known).sum())
    reached = counts[:, None] & (outcome.places > 0) & ~outcome.unknown & (need > 0)
    has_choice = choices.of >= 0
    without = int(columns.children[reached & ~has_choice].sum())
    crowd = np.where(reached & has_choice, columns.children, 0).sum(axis=0)
    return without + _least_children(max(lacks, 0), crowd, need)


def _least_children(lacks: int, crowd: Int64, need: Int64) -> int:
    """Return how few of a crowd, in millionths, can need what lacks, in millionths of a seat."""
    fewest, rest = 0, lacks * SCALE
    for k in np.argsort(-need, kind="stable").tolist():
        if need[k] > 0:
            some = min(int(crowd[k]), rest // int(need[k]))
            fewest += some
            rest = rest - some * int(need[k]) if some == crowd[k] else 0
    return fewest
