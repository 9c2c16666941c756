"""What is known of the zones of one tier, told of the zones of every other (METHOD §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.margins import NO_PARENT
from atlas.engine.sums import exact_sum
from atlas.engine.values import Quality, Reason

if TYPE_CHECKING:
    from atlas.engine.margins import Pieces
    from atlas.engine.types import Float64, Int32, Int64, UInt8

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Carried:
    """
    An indicator in every zone.

    Attributes
    ----------
    number
        Shape (n,), in the indicator's unit; NaN where null.
    reason
        Shape (n,), `Reason` of each null.
    quality
        Shape (n,), `Quality`: measured in the indicator's own tier, estimated in the others.
    """

    number: Float64
    reason: UInt8
    quality: UInt8


@dataclass(frozen=True, slots=True)
class Living:
    """
    Who lives where.

    Parameters
    ----------
    pieces
        The pieces that the divisions of the city cut.
    children_micro
        Children of each piece, shape (p,), millionths.
    parent
        Row of the zone above, shape (n,); -1 at the top.
    """

    pieces: Pieces
    children_micro: Int64
    parent: Int32


def carried(
    own: Int64, number: Float64, reason: UInt8, living: Living, missing_limit: float
) -> Carried:
    """
    Tell an indicator of every zone of every tier and tree.

    Parameters
    ----------
    own
        Rows of the zones of its own tier, shape (m,), each once.
    number, reason
        Of these zones, shape (m,); NaN and a `Reason` where null.
    living
        Who lives where.
    missing_limit
        Share of a zone's children whose number may be missing before its own is.

    Returns
    -------
    carried
        Its own tier keeps its numbers to the last bit. Any other zone has the mean over its
        children of the number where each of them lives; children where it does not apply do not
        count. A zone without children takes the number of the zone of the own tier that it is part
        of; else it is `MISSING`.

    Raises
    ------
    ShapeError
        If rows, numbers and reasons differ in number, or the children are not of the pieces.
    InputError
        If the limit lies outside [0, 1].

    Notes
    -----
    Source: ours. For a rate or an index: what is said of a zone is said of each of its children. A
    total must not be carried. Neither the order of zones nor of pieces changes a bit.
    """
    _check(own, number, reason, living, missing_limit)
    zones = living.pieces.zones
    at = np.full(zones, NOWHERE, np.int64)
    at[own] = np.arange(own.size)
    of_piece = _of_pieces(at, living.pieces)
    answer = Carried(
        np.full(zones, np.nan),
        np.full(zones, Reason.MISSING, np.uint8),
        np.full(zones, Quality.ESTIMATED, np.uint8),
    )
    order = np.argsort(living.pieces.zone, kind="stable")
    first = np.searchsorted(living.pieces.zone[order], np.arange(zones + 1))
    for zone in np.flatnonzero(at == NOWHERE).tolist():
        piece = living.pieces.piece[order[first[zone] : first[zone + 1]]]
        piece = piece[living.children_micro[piece] > 0]
        if piece.size:
            weight = living.children_micro[piece]
            found = _mean(of_piece[piece], weight, (number, reason), missing_limit)
        else:
            found = _above(zone, at, living.parent, (number, reason))
        answer.number[zone], answer.reason[zone] = found
    answer.number[own], answer.reason[own] = number, reason
    answer.quality[own] = Quality.MEASURED
    answer.quality[answer.reason != Reason.NONE] = Quality.MEASURED
    return answer


def _check(
    own: Int64, number: Float64, reason: UInt8, living: Living, missing_limit: float
) -> None:
    """Refuse what does not fit together."""
    if not own.shape == number.shape == reason.shape:
        msg = f"{own.shape} zones, {number.shape} numbers, {reason.shape} reasons"
        raise ShapeError(msg)
    if living.children_micro.shape != (living.pieces.pieces,):
        msg = f"children {living.children_micro.shape} of {living.pieces.pieces} pieces"
        raise ShapeError(msg)
    if living.parent.shape != (living.pieces.zones,):
        msg = f"parents {living.parent.shape} of {living.pieces.zones} zones"
        raise ShapeError(msg)
    if not 0 <= missing_limit <= 1:
        msg = f"the limit {missing_limit} lies outside [0, 1]"
        raise InputError(msg)


def _of_pieces(at: Int64, pieces: Pieces) -> Int64:
    """Return which zone of the own tier holds each piece, by its place among them; -1 none."""
    found = np.full(pieces.pieces, NOWHERE, np.int64)
    holds = at[pieces.zone] != NOWHERE
    found[pieces.piece[holds]] = at[pieces.zone[holds]]
    return found


def _mean(
    lives: Int64, children: Int64, values: tuple[Float64, UInt8], limit: float
) -> tuple[float, Reason]:
    """Return the mean over children by where they live, or why there is none."""
    number, reason = values
    why = np.where(lives == NOWHERE, Reason.MISSING, reason[lives])
    concerned = int(children[why != Reason.NOT_APPLICABLE].sum())
    if not concerned:
        return np.nan, Reason.NOT_APPLICABLE
    known = why == Reason.NONE
    if not known.any() or int(children[~known & (why != Reason.NOT_APPLICABLE)].sum()) > (
        limit * concerned
    ):
        return np.nan, Reason.MISSING
    value, weight = number[lives[known]], children[known].astype(np.float64)
    if value.min() == value.max():
        return float(value[0]), Reason.NONE
    return exact_sum(value * weight) / exact_sum(weight), Reason.NONE


def _above(
    zone: int, at: Int64, parent: Int32, values: tuple[Float64, UInt8]
) -> tuple[float, Reason]:
    """Return what is known of the zone of the own tier that holds a zone without children."""
    number, reason = values
    for _ in range(parent.size):
        zone = int(parent[zone])
        if zone == NO_PARENT:
            break
        if at[zone] != NOWHERE:
            return float(number[at[zone]]), Reason(int(reason[at[zone]]))
    return np.nan, Reason.MISSING
