"""Children counted at their points: services lacking, places in reach, distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Bool, Int16, Int32, Int64

UNKNOWN, ONE_PLACE, CONNECTED, OUT, UNCONNECTED, EXCESS, EXCESS_MICRO = range(7)
TALLIES = 7

MILLION = 1_000_000


class Found(NamedTuple):
    """
    What a block found: n judged points, k columns, s services, g groups.

    `row` (i,) puts all points in the block's order, the first `judged` of them have an outcome;
    `column` (s, g) or -1; `places` and `nearest_cm` (n, k), -1 where no place is connected;
    `is_walked` whether distance means anything.
    """

    row: Int64
    judged: int
    column: Int32
    places: Int32
    nearest_cm: Int32
    is_walked: bool


@kernel
def count_services(
    found: Found, piece: Int32, incomplete: Bool, out: Int16, unknown: Int16
) -> None:
    """
    Count the services of a block that each point's groups are out of, or unknown for.

    Parameters
    ----------
    found
        What the block found.
    piece
        Piece of each point, shape (i,); -1 outside the city, not counted.
    incomplete
        Shape (s, pieces).
    out, unknown
        Added to, shape (i, g).
    """
    row, column, places = found.row, found.column, found.places
    services, groups = column.shape
    for t in range(row.size):
        i = row[t]
        z = piece[i]
        if z < 0:
            continue
        for s in range(services):
            for g in range(groups):
                k = column[s, g]
                if k < 0:
                    continue
                if t >= found.judged or incomplete[s, z]:
                    unknown[i, g] += 1
                elif places[t, k] == 0:
                    out[i, g] += 1


@kernel
def add_lacking(
    children: Int64, piece: Int32, counts: Int16, at_least: Int64, amount: Int64
) -> None:
    """
    Add the children of each point to its piece for every number of services they lack.

    Parameters
    ----------
    children
        Shape (i, g), millionths.
    piece
        Shape (i,), -1 outside.
    counts
        Services lacking at each point, shape (i, g).
    at_least
        Shape (m,).
    amount
        Added to, shape (m, pieces, g).
    """
    for i in range(piece.size):
        z = piece[i]
        if z < 0:
            continue
        for g in range(children.shape[1]):
            for m in range(at_least.size):
                if counts[i, g] >= at_least[m]:
                    amount[m, z, g] += children[i, g]


@kernel
def add_distances(
    found: Found, children: Int64, piece: Int32, reach: Int32, incomplete: Bool, tally: Int64
) -> None:
    """
    Add up who has one place in reach, who is connected, and how far beyond the reach the out are.

    Parameters
    ----------
    found
        What the block found.
    children
        Shape (i, g), millionths.
    piece
        Shape (i,), -1 outside.
    reach
        Shape (s, g), cm.
    incomplete
        Shape (s, pieces).
    tally
        Added to, shape (7, pieces, s, g), by the names above: millionths of children, and the
        excess as whole child-centimetres and millionths of one, carried at every step.
    """
    row, column, places, nearest = found.row, found.column, found.places, found.nearest_cm
    services, groups = column.shape
    for t in range(row.size):
        i = row[t]
        z = piece[i]
        if z < 0:
            continue
        for s in range(services):
            for g in range(groups):
                k = column[s, g]
                count = children[i, g]
                if k < 0 or count == 0:
                    continue
                if t >= found.judged or incomplete[s, z]:
                    tally[UNKNOWN, z, s, g] += count
                    continue
                if places[t, k] == 1:
                    tally[ONE_PLACE, z, s, g] += count
                if not found.is_walked:
                    continue
                if nearest[t, k] < 0:
                    tally[UNCONNECTED, z, s, g] += count
                    continue
                tally[CONNECTED, z, s, g] += count
                if places[t, k] == 0:
                    tally[OUT, z, s, g] += count
                    beyond = np.int64(nearest[t, k]) - reach[s, g]
                    rest = tally[EXCESS_MICRO, z, s, g] + (count % MILLION) * beyond
                    whole = (count // MILLION) * beyond + rest // MILLION
                    tally[EXCESS, z, s, g] += whole
                    tally[EXCESS_MICRO, z, s, g] = rest % MILLION


class Holders(NamedTuple):
    """Which zones hold a piece: `zone[start[z] : start[z + 1]]`."""

    start: Int64
    zone: Int32


class Walks(NamedTuple):
    """
    Who walks how far to one service, the nearest first; shape (e,) each.

    `point` and `column` say whose way it is: that of the point's groups in the column; `cm` how
    long; `is_out` whether it is longer than the reach.
    """

    point: Int64
    column: Int32
    cm: Int32
    is_out: Bool


@kernel
def sweep_medians(
    walks: Walks,
    crowd: tuple[Int64, Int32, Int32],
    holders: Holders,
    half: Int64,
    passed: Int64,
    median: Int32,
) -> None:
    """
    Write the least distance within which half of the children live.

    Parameters
    ----------
    walks
        Of one service; no point lies outside the city.
    crowd
        Children (i, g) in millionths, the piece of each point (i,), the column of each group (g,).
    holders
        Zones of each piece.
    half
        Half of the children in question, rounded up, shape (2, zones, g + 1): all, then those out;
        the last column is all groups together. 0 where there are none.
    passed
        Children passed so far, the same shape, 0 at first.
    median
        Written, the same shape.
    """
    children, piece, column_of = crowd
    start, zone = holders.start, holders.zone
    groups = children.shape[1]
    for e in range(walks.point.size):
        i, k, cm = walks.point[e], walks.column[e], walks.cm[e]
        kinds = 2 if walks.is_out[e] else 1
        together = np.int64(0)
        for c in range(groups + 1):
            if c == groups:
                count = together
            elif column_of[c] == k:
                count = children[i, c]
                together += count
            else:
                continue
            if count == 0:
                continue
            for h in range(start[piece[i]], start[piece[i] + 1]):
                n = zone[h]
                for kind in range(kinds):
                    before = passed[kind, n, c]
                    passed[kind, n, c] = before + count
                    if before < half[kind, n, c] <= before + count:
                        median[kind, n, c] = cm
