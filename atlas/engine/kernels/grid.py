"""A grid over street segments, and the nearest place on a street found through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Float64, Int32, Int64

NOWHERE = -1


@kernel
def _cell(place: float, low: float, cell_m: float, cells: int) -> int:
    """Return the row or column that a place lies in, the last one at most."""
    return min(int((place - low) / cell_m), cells - 1)


@kernel
def _square_m2(x: float, y: float, xy_m: Float64, v: int) -> tuple[float, float]:
    """Return the squared distance from a place to segment `v`, and the nearest fraction of it."""
    dx = xy_m[v + 1, 0] - xy_m[v, 0]
    dy = xy_m[v + 1, 1] - xy_m[v, 1]
    square = dx * dx + dy * dy
    part = 0.0
    if square > 0:
        part = ((x - xy_m[v, 0]) * dx + (y - xy_m[v, 1]) * dy) / square
        part = min(max(part, 0.0), 1.0)
    # The far end is taken as it stands: rounding must not part two edges that meet there.
    if part == 1.0:
        away_x = x - xy_m[v + 1, 0]
        away_y = y - xy_m[v + 1, 1]
    else:
        away_x = x - (xy_m[v, 0] + part * dx)
        away_y = y - (xy_m[v, 1] + part * dy)
    return away_x * away_x + away_y * away_y, part


@kernel
def _crosses(xy_m: Float64, v: int, origin: Float64, cell_m: float, cx: int, cy: int) -> bool:
    """Return whether segment `v` may touch a cell (never wrongly no)."""
    x = origin[0] + (cx + 0.5) * cell_m
    y = origin[1] + (cy + 0.5) * cell_m
    square, _ = _square_m2(x, y, xy_m, v)
    return square <= 0.51 * cell_m * cell_m


@kernel
def fill_grid(
    xy_m: Float64,
    edge_first: Int64,
    origin: Float64,
    cell_m: float,
    columns: int,
    rows: int,
) -> tuple[Int32, Int32]:
    """Return the segments (by their first vertex) that touch each cell, as a CSR by cell."""
    start = np.zeros(columns * rows + 1, np.int32)
    segment = np.empty(0, np.int32)
    for filling in range(2):
        if filling:
            for c in range(columns * rows):
                start[c + 1] += start[c]
            segment = np.empty(start[columns * rows], np.int32)
        place = start.copy()
        for e in range(edge_first.shape[0] - 1):
            for v in range(edge_first[e], edge_first[e + 1] - 1):
                one, other = xy_m[v], xy_m[v + 1]
                x0 = _cell(min(one[0], other[0]), origin[0], cell_m, columns)
                x1 = _cell(max(one[0], other[0]), origin[0], cell_m, columns)
                y0 = _cell(min(one[1], other[1]), origin[1], cell_m, rows)
                y1 = _cell(max(one[1], other[1]), origin[1], cell_m, rows)
                for cy in range(y0, y1 + 1):
                    for cx in range(x0, x1 + 1):
                        if (x1 > x0 and y1 > y0) and not _crosses(xy_m, v, origin, cell_m, cx, cy):
                            continue
                        c = cy * columns + cx
                        if filling:
                            segment[place[c]] = v
                            place[c] += 1
                        else:
                            start[c + 1] += 1
    return start, segment


@kernel
def nearest_on_edges(
    points: Float64,
    order: Int64,
    low: int,
    high: int,
    farthest_m: float,
    xy_m: Float64,
    along_m: Float64,
    vertex_edge: Int32,
    edge_rank: Int32,
    edge_first: Int64,
    edge_cm: Int32,
    grid_start: Int32,
    grid_segment: Int32,
    origin: Float64,
    cell_m: float,
    columns: int,
    rows: int,
    edge: Int32,
    to_start_cm: Int32,
    to_end_cm: Int32,
    leg_cm: Int32,
) -> None:
    """
    Write where ``points[order[low:high]]`` meet the streets.

    Rings of cells around the point are searched until no nearer segment can lie further out. Of
    segments equally near the edge of the smaller rank wins, then the earlier segment.
    """
    reach = int(farthest_m / cell_m) + 1
    for k in range(low, high):
        i = order[k]
        x = points[i, 0]
        y = points[i, 1]
        px = int(np.floor((x - origin[0]) / cell_m))
        py = int(np.floor((y - origin[1]) / cell_m))
        # A margin of 1 m: the leg is rounded to cm before it is compared with the limit.
        best = (farthest_m + 1.0) * (farthest_m + 1.0)
        best_v = NOWHERE
        best_part = 0.0
        for ring in range(reach + 1):
            if ring > 0:
                inner = (ring - 1) * cell_m
                inside_x = min(x - (origin[0] + px * cell_m), origin[0] + (px + 1) * cell_m - x)
                inside_y = min(y - (origin[1] + py * cell_m), origin[1] + (py + 1) * cell_m - y)
                safe = inner + max(min(inside_x, inside_y), 0.0)
                if safe * safe > best * (1.0 + 1e-9):
                    break
            for cy in range(max(py - ring, 0), min(py + ring, rows - 1) + 1):
                on_side = cy in (py - ring, py + ring)
                cx = px - ring
                while cx <= px + ring:
                    if 0 <= cx < columns:
                        c = cy * columns + cx
                        for q in range(grid_start[c], grid_start[c + 1]):
                            v = grid_segment[q]
                            square, part = _square_m2(x, y, xy_m, v)
                            if square > best:
                                continue
                            if square == best and best_v != NOWHERE:
                                rank = edge_rank[vertex_edge[v]]
                                best_rank = edge_rank[vertex_edge[best_v]]
                                if rank > best_rank or (rank == best_rank and v >= best_v):
                                    continue
                            best = square
                            best_v = v
                            best_part = part
                    cx += 1 if on_side or ring == 0 else 2 * ring
        edge[i] = NOWHERE
        to_start_cm[i] = NOWHERE
        to_end_cm[i] = NOWHERE
        leg_cm[i] = NOWHERE
        if best_v == NOWHERE:
            continue
        leg = np.floor(100.0 * np.sqrt(best) + 0.5)
        if leg > np.floor(100.0 * farthest_m + 0.5):
            continue
        e = vertex_edge[best_v]
        whole_m = along_m[edge_first[e + 1] - 1]
        part_m = along_m[best_v] + best_part * (along_m[best_v + 1] - along_m[best_v])
        fraction = min(part_m / whole_m, 1.0) if whole_m > 0 else 0.0
        edge[i] = e
        to_start_cm[i] = np.int32(np.floor(fraction * edge_cm[e] + 0.5))
        to_end_cm[i] = edge_cm[e] - to_start_cm[i]
        leg_cm[i] = np.int32(leg)
