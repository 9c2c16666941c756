"""How far children walk, how far beyond the reach the out live, and who depends on one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.inputs import NOT_APPLICABLE, WALK
from atlas.engine.kernels.tally import (
    CONNECTED,
    EXCESS,
    EXCESS_MICRO,
    ONE_PLACE,
    OUT,
    TALLIES,
    UNCONNECTED,
    UNKNOWN,
    Holders,
    Walks,
    add_distances,
    sweep_medians,
)
from atlas.engine.margins import OUTSIDE, gather, roll_up
from atlas.engine.types import MICRO
from atlas.engine.values import Reason

if TYPE_CHECKING:
    from atlas.engine.inputs import Requirements
    from atlas.engine.judged import JudgedPoints
    from atlas.engine.outcome import BlockOutcome
    from atlas.engine.types import Bool, Float64, Int32, Int64, UInt8

NO_DISTANCE = -1


@dataclass(frozen=True, slots=True)
class Depth:
    """
    Distances and dependence of every zone, service and group, shape (zones, S, G + 1) each.

    The last column is all groups together. Amounts are millionths of children.

    Attributes
    ----------
    median_cm, reason
        Walking distance to the nearest place within which half of the children live who are known
        and connected to one: the least d with at least half of them at d or nearer. -1 where there
        is none, with its `Reason`: not applicable (nobody needs it here, or nobody walks to it),
        missing (too many unknown), no network (nobody known is connected to a place).
    median_out_cm, reason_out
        The same of those out of reach; not applicable also where none of them is out.
    out_micro
        Children out of reach and connected to a place.
    unconnected_micro
        Children out of reach from whom no street leads to a place: counted, never a distance.
    excess_child_cm, excess_child_cm_micro
        Centimetres beyond the reach, summed over `out_micro`: whole ones, and millionths of one.
    one_place_micro
        Children in reach of exactly one place.
    unknown_micro
        Children of whom nothing of this is known: their layer is incomplete, or no street near.
    """

    median_cm: Int32
    reason: UInt8
    median_out_cm: Int32
    reason_out: UInt8
    out_micro: Int64
    unconnected_micro: Int64
    excess_child_cm: Int64
    excess_child_cm_micro: Int64
    one_place_micro: Int64
    unknown_micro: Int64

    @property
    def mean_excess_cm(self) -> Float64:
        """Mean way beyond the reach of the out who are connected; NaN where `reason_out` says."""
        total = self.excess_child_cm * float(MICRO) + self.excess_child_cm_micro
        mean = total / np.maximum(self.out_micro, 1)
        return np.where(self.reason_out == Reason.NONE, mean, np.nan)


def depth(judged: JudgedPoints, requirements: Requirements, unknown_limit: float) -> Depth:
    """
    Measure how far children walk and who depends on one place.

    Parameters
    ----------
    judged
        The points of a city and what was found at each.
    requirements
        By which they were assessed: reaches and modes count here.
    unknown_limit
        Share of unknown children above which a median is missing.

    Returns
    -------
    depth
        Of every zone of every tier, each from its own children.

    Raises
    ------
    ShapeError
        If the requirements do not fit the services and groups.
    InputError
        If the limit lies outside [0, 1].

    Notes
    -----
    Source: METHOD §6 (ours). Medians weigh by children and pass over ties, so that no order of
    points matters; sums are whole numbers. A city-wide service has no distance, but may depend on
    one place.
    """
    if requirements.shape != judged.points.shape:
        msg = f"requirements of shape {requirements.shape}, not {judged.points.shape}"
        raise ShapeError(msg)
    if not 0 <= unknown_limit <= 1:
        msg = f"the limit {unknown_limit} lies outside [0, 1]"
        raise InputError(msg)
    walked = requirements.mode == WALK
    tally = _tallied(judged, requirements.reach_cm, walked)
    everyone, out = _medians(judged, tally[[CONNECTED, OUT]], walked)
    children = _children(judged, requirements.reach_cm != NOT_APPLICABLE)
    reason = _reasons(children, tally[UNKNOWN], tally[CONNECTED], unknown_limit)
    reason[:, ~walked] = Reason.NOT_APPLICABLE
    nobody_out = np.where(tally[OUT] == 0, Reason.NOT_APPLICABLE, Reason.NONE)
    reason_out = np.where(reason == Reason.NONE, nobody_out, reason).astype(np.uint8)
    return Depth(
        median_cm=np.where(reason == Reason.NONE, everyone, NO_DISTANCE).astype(np.int32),
        reason=reason,
        median_out_cm=np.where(reason_out == Reason.NONE, out, NO_DISTANCE).astype(np.int32),
        reason_out=reason_out,
        out_micro=tally[OUT],
        unconnected_micro=tally[UNCONNECTED],
        excess_child_cm=tally[EXCESS],
        excess_child_cm_micro=tally[EXCESS_MICRO],
        one_place_micro=tally[ONE_PLACE],
        unknown_micro=tally[UNKNOWN],
    )


def _tallied(judged: JudgedPoints, reach_cm: Int32, walked: Bool) -> Int64:
    """Return the sums of every zone, shape (7, zones, S, G + 1)."""
    tally = np.zeros((TALLIES, judged.pieces.pieces, *judged.points.shape), np.int64)
    children = np.ascontiguousarray(judged.children_micro)
    incomplete = np.ascontiguousarray(judged.incomplete)
    reach_cm = np.ascontiguousarray(reach_cm, np.int32)
    for block in judged.points.blocks:
        found = judged.found(block, is_walked=bool(walked[_services(block)].all()))
        add_distances(found, children, judged.pieces.of_point, reach_cm, incomplete, tally)
    sums = np.stack([_with_all(roll_up(part, judged.pieces)) for part in tally])
    carried = sums[EXCESS_MICRO] // MICRO
    sums[EXCESS] += carried
    sums[EXCESS_MICRO] -= carried * MICRO
    return sums


def _with_all(values: Int64) -> Int64:
    """Return values of groups with their sum as a last column."""
    return np.concatenate([values, values.sum(axis=-1, keepdims=True)], axis=-1)


def _children(judged: JudgedPoints, applies: Bool) -> Int64:
    """Return the children of whom a service is required, shape (zones, S, G + 1)."""
    of_zone = roll_up(gather(judged.children_micro, judged.pieces), judged.pieces)
    return _with_all(of_zone[:, None, :] * applies)


def _reasons(children: Int64, unknown: Int64, connected: Int64, limit: float) -> UInt8:
    """Return why there is no median distance of all children."""
    reason = np.where(connected == 0, Reason.NO_NETWORK, Reason.NONE)
    reason[(unknown > limit * children) | (unknown == children)] = Reason.MISSING
    reason[children == 0] = Reason.NOT_APPLICABLE
    return reason.astype(np.uint8)


def _medians(judged: JudgedPoints, counted: Int64, walked: Bool) -> Int32:
    """Return median distances of all and of the out, shape (2, zones, S, G + 1)."""
    median = np.full(counted.shape, NO_DISTANCE, np.int32)
    children = np.ascontiguousarray(judged.children_micro)
    holders = _holders(judged)
    for block in judged.points.blocks:
        for s in _services(block)[walked[_services(block)]].tolist():
            half = np.ascontiguousarray((counted[:, :, s] + 1) // 2)
            written = np.full(half.shape, NO_DISTANCE, np.int32)
            sweep_medians(
                _walks(judged, block, s),
                (children, judged.pieces.of_point, block.column[s]),
                holders,
                half,
                np.zeros_like(half),
                written,
            )
            median[:, :, s] = written
    return median


def _walks(judged: JudgedPoints, block: BlockOutcome, service: int) -> Walks:
    """Return the ways of all who are known and connected to one service."""
    piece = judged.pieces.of_point[block.row]
    inside = np.flatnonzero(piece != OUTSIDE)
    known = inside[~judged.incomplete[service][piece[inside]]]
    lanes = np.unique(block.column[service])
    lanes = lanes[lanes >= 0]
    row, lane = np.tile(known, lanes.size), np.repeat(lanes, known.size)
    cm = block.nearest_cm[row, lane]
    order = np.argsort(cm)
    order = order[np.searchsorted(cm[order], 0) :]
    row, lane = row[order], lane[order]
    return Walks(block.row[row], lane, cm[order], block.places[row, lane] == 0)


def _services(block: BlockOutcome) -> Int64:
    """Return the services of a block."""
    return np.flatnonzero((block.column >= 0).any(axis=1))


def _holders(judged: JudgedPoints) -> Holders:
    """Return the zones that hold each piece."""
    order = np.argsort(judged.pieces.piece, kind="stable")
    start = np.searchsorted(judged.pieces.piece[order], np.arange(judged.pieces.pieces + 1))
    return Holders(start.astype(np.int64), judged.pieces.zone[order])
