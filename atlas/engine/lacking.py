"""How many children lack one service or more, counted at their points (METHOD §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.kernels.tally import add_lacking, count_services
from atlas.engine.margins import gather, roll_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.judged import JudgedPoints
    from atlas.engine.types import Int64


@dataclass(frozen=True, slots=True)
class Lacking:
    """
    Children who lack at least so many services, by reach; millionths.

    Attributes
    ----------
    at_least
        Numbers of services, shape (m,).
    lower
        Children certain to lack them, shape (m, zones, G): what is unknown counts as in reach.
    upper
        Children who may lack them, shape (m, zones, G): what is unknown counts as out of reach.
    children
        All children, shape (zones, G).
    """

    at_least: Int64
    lower: Int64
    upper: Int64
    children: Int64

    @property
    def lower_of_all(self) -> Int64:
        """`lower` of all groups together, shape (m, zones)."""
        return np.asarray(self.lower.sum(axis=-1), np.int64)

    @property
    def upper_of_all(self) -> Int64:
        """`upper` of all groups together, shape (m, zones)."""
        return np.asarray(self.upper.sum(axis=-1), np.int64)


def lacking(judged: JudgedPoints, at_least: Sequence[int]) -> Lacking:
    """
    Count the children who lack at least so many services.

    Parameters
    ----------
    judged
        The points of a city and what was found at each.
    at_least
        Numbers of services, 1 or more, rising; METHOD names 1, 2 and 3.

    Returns
    -------
    lacking
        Of every zone of every tier. Per zone and group lower ≤ upper ≤ children, and neither
        rises with the number of services.

    Raises
    ------
    InputError
        If the numbers do not rise, or start below 1.

    Notes
    -----
    Source: Alkire & Foster 2011, the count of deprivations of one person at a time: it cannot be
    had from the counts of each service. A child lacks a service that its group needs if no place
    that admits it lies within the reach; full places are not counted. A service is unknown where
    its layer is incomplete, or no street is near and it is walked to; a service that a group does
    not need is neither lacked nor unknown.
    """
    levels = np.asarray(at_least, np.int64)
    if levels.size == 0 or levels[0] < 1 or (np.diff(levels) <= 0).any():
        msg = f"numbers of services {levels.tolist()} do not rise from 1 or more"
        raise InputError(msg)
    piece, children = judged.pieces.of_point, np.ascontiguousarray(judged.children_micro)
    incomplete = np.ascontiguousarray(judged.incomplete)
    out, unknown = (np.zeros(children.shape, np.int16) for _ in range(2))
    for block in judged.points.blocks:
        count_services(judged.found(block), piece, incomplete, out, unknown)
    shape = (levels.size, judged.pieces.pieces, children.shape[1])
    bounds = []
    for counts in (out, out + unknown):
        amount = np.zeros(shape, np.int64)
        add_lacking(children, piece, counts, levels, amount)
        bounds.append(np.stack([roll_up(part, judged.pieces) for part in amount]))
    everyone = roll_up(gather(children, judged.pieces), judged.pieces)
    return Lacking(levels, bounds[0], bounds[1], everyone)
