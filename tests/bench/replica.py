"""A larger city from a real one: mirrored copies side by side, joined where they meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.streets import StreetPieces

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int64

NODE_STEP = 10**13
JOINTS = 40
JITTER = 0.05


def replica(pieces: StreetPieces, copies: int) -> StreetPieces:
    """
    Return `copies` of some streets in a row, every other one mirrored.

    Lengths differ by up to 5 % from copy to copy, so that no copy is the same town; the nodes
    nearest to the border are joined to their own mirror images.
    """
    pieces = pieces.checked()
    low, high = pieces.xy_m[:, 0].min(), pieces.xy_m[:, 0].max()
    random = np.random.Generator(np.random.Philox(1))
    towns = [_copy(pieces, k, low, high, random) for k in range(copies)]
    borders = [_joints(pieces, k, low, high) for k in range(copies - 1)]
    whole = _together([*towns, *borders])
    _, first = np.unique(whole.node_id, return_index=True)
    return replace(
        whole,
        node_id=whole.node_id[first],
        node_xy_m=whole.node_xy_m[first],
        node_mark=whole.node_mark[first],
    )


def _moved(xy_m: Float64, k: int, low: float, high: float) -> Float64:
    """Return places as they lie in copy `k`."""
    x = xy_m[:, 0] - low
    along = (high - low) - x if k % 2 else x
    return np.column_stack((low + k * (high - low) + along, xy_m[:, 1]))


def _copy(
    pieces: StreetPieces, k: int, low: float, high: float, random: np.random.Generator
) -> StreetPieces:
    """Return copy `k`: other codes and ids, other places, slightly other lengths."""
    stretch = random.uniform(1 - JITTER, 1 + JITTER, pieces.code.size)
    return replace(
        pieces,
        code=np.char.add(f"copy/{k}/", pieces.code),
        start_node=pieces.start_node + k * NODE_STEP,
        end_node=pieces.end_node + k * NODE_STEP,
        length_um=np.rint(pieces.length_um * stretch).astype(np.int64),
        xy_m=_moved(pieces.xy_m, k, low, high),
        node_id=pieces.node_id + k * NODE_STEP,
        node_xy_m=_moved(pieces.node_xy_m, k, low, high),
    )


def _joints(pieces: StreetPieces, k: int, low: float, high: float) -> StreetPieces:
    """Return the streets between copies `k` and `k` + 1."""
    x = pieces.node_xy_m[:, 0]
    to_border = x - low if k % 2 else high - x
    rows = np.argsort(to_border, kind="stable")[:JOINTS]
    one = _moved(pieces.node_xy_m[rows], k, low, high)
    other = _moved(pieces.node_xy_m[rows], k + 1, low, high)
    start, end = pieces.node_id[rows] + k * NODE_STEP, pieces.node_id[rows] + (k + 1) * NODE_STEP
    return StreetPieces(
        code=np.array([f"joint/{k}/{n}" for n in range(rows.size)]),
        start_node=start,
        end_node=end,
        length_um=np.rint(2e6 * to_border[rows]).astype(np.int64),
        street_class=np.zeros(rows.size, np.int16),
        speed_kmh=np.zeros(rows.size, np.int16),
        features=np.zeros(rows.size, np.uint8),
        xy_m=np.stack((one, other), axis=1).reshape(-1, 2),
        offset=np.arange(rows.size + 1) * 2,
        node_id=np.concatenate((start, end)),
        node_xy_m=np.concatenate((one, other)),
        node_mark=np.zeros(2 * rows.size, np.uint8),
    )


def _together(parts: list[StreetPieces]) -> StreetPieces:
    """Return several streets as one; a node named twice is the same node."""
    names = [name for name in StreetPieces.__slots__ if name != "offset"]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    counts: Int64 = np.concatenate([np.diff(part.offset) for part in parts])
    return StreetPieces(**columns, offset=np.concatenate(([0], np.cumsum(counts))))
