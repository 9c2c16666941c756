"""Any goal as walks that candidates shorten, beside what those chosen in advance leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.inputs import refuse_unless
from atlas.engine.kernels.siting import Trips, open_site, useful_walks
from atlas.engine.siting.catchments import check_catchments
from atlas.engine.siting.sets import Found

if TYPE_CHECKING:
    from atlas.engine.pairs import Reached
    from atlas.engine.siting.candidates import Choice
    from atlas.engine.types import Int32, Int64

MOST_TOTAL = 1 << 61


def trips_of(choice: Choice, reached: Reached, weight: Int64, now_cm: Int32) -> Trips:
    """
    Return the walks that the candidates of a choice would shorten.

    Parameters
    ----------
    choice
        The candidates by code.
    reached
        Whom each of the caller's candidates would reach.
    weight
        Of each point, shape (n,), whole, not negative.
    now_cm
        Walk of each point as it is, shape (n,).

    Returns
    -------
    trips
        By rank of code; of excluded candidates, none.

    Raises
    ------
    ShapeError, InputError
        If the arrays do not fit, or weights times walks are more than can be added up.
    """
    refuse_unless(weight.shape == now_cm.shape, "weights and walks do not fit", ShapeError)
    check_catchments(reached, choice.order.size, weight.size)
    weight = check_weight(weight)
    if weight.size:
        walking = int((weight.astype(np.float64) * now_cm).sum())
        refuse_unless(walking < MOST_TOTAL, "more walking than the engine can add up")
    now_cm = np.ascontiguousarray(now_cm, np.int32)
    first, point, cm = useful_walks(
        choice.order,
        np.ascontiguousarray(reached.place_first, np.int64),
        np.ascontiguousarray(reached.point, np.int32),
        np.ascontiguousarray(reached.cm, np.int32),
        weight,
        now_cm,
        choice.is_open | choice.is_kept,
    )
    return Trips(first, point, cm, weight, now_cm)


def check_weight(weight: Int64) -> Int64:
    """
    Return weights as the kernels take them.

    Parameters
    ----------
    weight
        Shape (n,).

    Returns
    -------
    weight
        The same, contiguous.

    Raises
    ------
    InputError
        If one is negative or not whole.
    """
    whole = np.issubdtype(weight.dtype, np.integer)
    refuse_unless(bool(whole), "weights are whole numbers, such as millionths of children")
    if weight.size:
        refuse_unless(int(weight.min()) >= 0, "a weight is negative")
        total = float(weight.sum(dtype=np.float64))
        refuse_unless(total < MOST_TOTAL, "more weight than the engine can add up")
    return np.ascontiguousarray(weight, np.int64)


def after_kept(choice: Choice, trips: Trips) -> tuple[Trips, Found]:
    """
    Return what is left to gain once those chosen in advance are open.

    Parameters
    ----------
    choice, trips
        The candidates and the walks they shorten.

    Returns
    -------
    rest, kept
        The same walks beside the ways that those chosen in advance leave, and these themselves.
    """
    kept = np.flatnonzero(choice.is_kept)
    if not kept.size:
        return trips, Found(kept, kept.copy())
    best = trips.now_cm.copy()
    gain = np.array([open_site(trips, best, j) for j in kept.tolist()], np.int64)
    ranks = np.arange(choice.order.size)
    first, point, cm = useful_walks(
        ranks, trips.first, trips.point, trips.cm, trips.weight, best, choice.is_open
    )
    return Trips(first, point, cm, trips.weight, best), Found(kept, gain)
