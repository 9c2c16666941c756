"""Services that belong to the whole city: judged by seats for a child, not by distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.engine.kernels.split import ENOUGH, MOST_SHARE, usable_part
from atlas.engine.ledger import CapacityLedger, split_capacity
from atlas.engine.types import MICRO, Bool, Int64

SCALE = MICRO * MICRO


@dataclass(frozen=True, slots=True)
class CityShare:
    """
    What arrives at every child of the city alike.

    Attributes
    ----------
    share
        Of each column, shape (k,), 2**-40.
    unknown
        Whether a pool of unknown capacity admits the column, shape (k,).
    ledger
        What became of the pools.
    """

    share: Int64
    unknown: Bool
    ledger: CapacityLedger


def spread_over_city(
    capacity_micro: Int64, admits: Bool, need: Int64, children_micro: Int64
) -> CityShare:
    """
    Return what arrives when everyone reaches every pool that admits them.

    Parameters
    ----------
    capacity_micro
        Of each pool, shape (j,), -1 unknown.
    admits
        Which columns, shape (j, k).
    need
        Provision for a child, shape (k,), 10**-12; 0 where being admitted is enough.
    children_micro
        Children of the city, shape (k,).

    Returns
    -------
    spread
        Each pool's share rounded half up once, in Python's own integers.
    """
    demand = np.where(admits, children_micro, 0)
    share = [0] * need.size
    for capacity, columns, crowd in zip(
        capacity_micro.tolist(), admits.tolist(), demand.tolist(), strict=True
    ):
        needed = sum(n * d for n, d in zip(need.tolist(), crowd, strict=True))
        if capacity < 0 or needed == 0:
            continue
        part = (2 * capacity * SCALE * ENOUGH + needed) // (2 * needed)
        share = [s + part * is_in for s, is_in in zip(share, columns, strict=True)]
    settled = np.array([min(s, MOST_SHARE) for s in share], dtype=np.int64)
    used = usable_part(settled[None, :])[0].tolist()
    drawn = [
        [crowd * part >> 40 for crowd, part in zip(row, used, strict=True)]
        for row in demand.tolist()
    ]
    return CityShare(
        share=settled,
        unknown=np.logical_or.reduce(admits & (capacity_micro < 0)[:, None], axis=0),
        ledger=split_capacity(
            capacity_micro, need, demand, np.array(drawn, dtype=np.int64).reshape(demand.shape)
        ),
    )
