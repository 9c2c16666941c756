"""Floating catchment areas over pairs of child and place: for any weight, also directed costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.inputs import MOST_AMOUNT_MICRO, MOST_CHILDREN_MICRO
from atlas.engine.kernels.floating import Weighing, add_weights, float_places
from atlas.engine.kernels.pairs import (
    OUT_OF_RANGE,
    SORTED,
    STRANGE,
    TWICE,
    UNSORTED,
    float_over,
    survey,
)
from atlas.engine.kernels.wide import FRACTION_BITS
from atlas.engine.pairs import MOST_PAIRS, standing_pairs
from atlas.engine.types import MICRO
from atlas.engine.workers import even_ranges, in_order, ranges, usable_cores

if TYPE_CHECKING:
    from atlas.engine.inputs import Requirements
    from atlas.engine.kernels.catchment import Columns, Offers
    from atlas.engine.sharing import Terrain
    from atlas.engine.types import Float64, Int32, Int64

UNIT = 2.0**-FRACTION_BITS
SCALE = MICRO * MICRO
MOST_WIDE = 1 << 126
MOST_CHUNKS = 8
FAULTS = {
    STRANGE: "a pair names a child or place that is not given",
    OUT_OF_RANGE: "a weight or cost is out of range",
    TWICE: "a pair comes twice",
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """
    Who can use what, and how much it counts.

    Parameters
    ----------
    child, place
        Rows, shape (q,) each; a pair comes at most once. Sorted by place and child they need not be
        sorted here.
    weight_micro
        Weight of the pair, shape (q,), millionths, 0 to 1,000,000; pairs of 0 do not count.
    """

    child: Int32 | Int64
    place: Int32 | Int64
    weight_micro: Int64


@dataclass(frozen=True, slots=True)
class Floating:
    """
    What floating catchments answer.

    Attributes
    ----------
    ratio
        Capacity over weighted need, shape (j,); 0 where no need is in reach.
    access
        The access index, shape (i,); 0 where nothing is in reach.
    """

    ratio: Float64
    access: Float64


def float_catchments(
    pairs: Pairs,
    need_micro: Int64,
    capacity_micro: Int64,
    *,
    three_step: bool = False,
    threads: int | None = None,
) -> Floating:
    """
    Return the access index of each child group.

    Parameters
    ----------
    pairs
        Every pair within reach.
    need_micro
        What each child group needs, shape (i,), millionths, not negative.
    capacity_micro
        What each place offers, shape (j,), millionths, not negative.
    three_step
        Whether children first divide themselves among their places (3SFCA).
    threads
        How many chunks of places run at once; by default one for each core. Changes no digit.

    Returns
    -------
    floating
        A_i = Σ_j R_j w_ij, with R_j = S_j / Σ_i q_i w_ij; in 3SFCA w_ij is G_ij w_ij with
        G_ij = w_ij / Σ_k w_ik.

    Raises
    ------
    ShapeError
        If the columns of the pairs differ in length.
    InputError
        If a pair comes twice or names nobody, or a number is out of range.

    Notes
    -----
    Source: 2SFCA, Luo & Wang 2003; E2SFCA, Luo & Qi 2009; 3SFCA, Wan, Zou & Sternberg 2012. Added
    up in integers: the order of the pairs changes no digit.
    """
    pairs = _checked(pairs, need_micro, capacity_micro)
    weight = _chosen(pairs, need_micro.size) if three_step else pairs.weight_micro
    unit = MICRO * MICRO if three_step else MICRO
    first = np.searchsorted(
        pairs.place, np.arange(capacity_micro.size + 1, dtype=pairs.place.dtype)
    ).astype(np.int64)
    ratio = np.zeros((capacity_micro.size, 2), np.int64)
    threads = threads or usable_cores()

    def work(chunk: tuple[int, int]) -> Int64:
        access = np.zeros((need_micro.size, 2), np.int64)
        float_over(
            first, *chunk, pairs.child, weight, need_micro, capacity_micro, unit, ratio, access
        )
        return access

    parts = in_order(work, even_ranges(first, threads), threads)
    access = np.sum(parts, axis=0) if len(parts) != 1 else parts[0]
    return Floating(
        ratio=ratio[:, 0] + ratio[:, 1] * UNIT, access=access[:, 0] + access[:, 1] * UNIT
    )


def _checked(pairs: Pairs, need_micro: Int64, capacity_micro: Int64) -> Pairs:
    """Return the pairs that count, sorted by place and child."""
    if not pairs.child.shape == pairs.place.shape == pairs.weight_micro.shape:
        msg = "the columns of the pairs differ in length"
        raise ShapeError(msg)
    ranges = [(need_micro, MOST_CHILDREN_MICRO), (capacity_micro, MOST_AMOUNT_MICRO)]
    if any(column.size and (column.min() < 0 or column.max() > most) for column, most in ranges):
        msg = "a need or capacity is out of range"
        raise InputError(msg)
    like, nothing = _surveyed(pairs, need_micro.size, capacity_micro.size)
    if like == UNSORTED:
        order = np.lexsort((pairs.child, pairs.place))
        pairs = Pairs(pairs.child[order], pairs.place[order], pairs.weight_micro[order])
        like, nothing = _surveyed(pairs, need_micro.size, capacity_micro.size)
    if like != SORTED:
        raise InputError(FAULTS[like])
    if not nothing:
        return pairs
    kept = pairs.weight_micro > 0
    return Pairs(pairs.child[kept], pairs.place[kept], pairs.weight_micro[kept])


def _surveyed(pairs: Pairs, children: int, places: int) -> tuple[int, int]:
    ends = (places, children)
    return survey(pairs.place, pairs.child, pairs.weight_micro, ends, MICRO)


def _chosen(pairs: Pairs, children: int) -> Int64:
    """Return G·w of each pair in 10**-12, rounded half up: w² over the sum of a child's w."""
    whole = np.zeros(children, np.int64)
    np.add.at(whole, pairs.child, pairs.weight_micro)
    all_of = whole[pairs.child]
    return (pairs.weight_micro * pairs.weight_micro * MICRO + all_of // 2) // np.maximum(all_of, 1)


def float_on_foot(
    terrain: Terrain,
    columns: Columns,
    offers: Offers,
    requirements: Requirements,
    *,
    most: int = MOST_PAIRS,
) -> Int64:
    """
    Return the access index of every standing point for any weight form.

    Parameters
    ----------
    terrain
        Where children and places are.
    columns, offers
        Who shares what.
    requirements
        Their weight form, and whether children first divide themselves among their places.
    most
        How many pairs of point and place may be kept at once, 8 bytes each.

    Returns
    -------
    access
        As whole parts and parts in 2**-40, shape (n, k, 2), each share rounded half up once.

    Raises
    ------
    InputError
        If there are more pairs than `most`, or numbers too large to be exact.

    Notes
    -----
    Source: METHOD §5; 3SFCA, Wan, Zou & Sternberg 2012. Children divide themselves among places,
    those of unknown capacity too; pools at one place are one choice.
    """
    place = np.flatnonzero(np.diff(offers.place_first) > 0).astype(np.int32)
    first = np.append(offers.place_first[place], offers.capacity.size).astype(np.int32)
    offers = offers._replace(place_first=first)
    unit = SCALE if requirements.three_step else MICRO
    _refuse_too_large(columns, offers, unit)
    pairs = standing_pairs(terrain, int(columns.reach.max()), place=place, most=most)
    weighing = Weighing(
        pair_first=pairs.place_first,
        point=pairs.point,
        cm=pairs.cm,
        weight=_weight_at(columns.reach, requirements),
        whole=np.zeros(columns.children.shape, np.int64),
        unit=unit,
    )
    chunks = ranges(place.size, min(terrain.threads, MOST_CHUNKS))
    if requirements.three_step:

        def choose(chunk: tuple[int, int]) -> Int64:
            whole = np.zeros_like(weighing.whole)
            add_weights(weighing, columns.reach, offers, chunk[0], chunk[1], whole)
            return whole

        for part in in_order(choose, chunks, terrain.threads):
            weighing.whole[:] += part

    def work(chunk: tuple[int, int]) -> Int64:
        access = np.zeros((*columns.children.shape, 2), np.int64)
        float_places(weighing, columns, offers, chunk[0], chunk[1], access)
        return access

    access = np.zeros((*columns.children.shape, 2), np.int64)
    for part in in_order(work, chunks, terrain.threads):
        access += part
    return access


def _weight_at(reach: Int32, requirements: Requirements) -> Int32:
    """Return the weight at every whole centimetre up to each reach, shape (k, farthest + 1)."""
    cost = np.arange(int(reach.max()) + 1)
    rows = [requirements.access.weights(cost, limit) for limit in reach.tolist()]
    return np.array(rows, np.int32)


def _refuse_too_large(columns: Columns, offers: Offers, unit: int) -> None:
    """Refuse amounts whose products pass 127 bits."""
    crowd = zip(columns.children.sum(axis=0).tolist(), columns.access_need.tolist(), strict=True)
    needed = sum(children * need for children, need in crowd)
    offered = int(offers.capacity.max(initial=0)) * SCALE
    if max(needed, offered) * unit >= MOST_WIDE:
        msg = "a need or capacity is too large for this weight form"
        raise InputError(msg)
