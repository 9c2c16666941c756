"""The cheapest path between positions: its parts in order, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import ShapeError
from atlas.engine.kernels.paths import BY_END, BY_START, DIRECT, Ends, cheapest
from atlas.engine.kernels.search import FAR_CM
from atlas.engine.snapping import FARTHEST_LEG_CM, Snap, snap
from atlas.engine.streets import BARRIER
from atlas.engine.walks import ASIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.network import Network
    from atlas.engine.types import Float64, Int32, Int64
    from atlas.engine.walks import Walk


@dataclass(frozen=True, slots=True)
class Spots:
    """
    Some places and where they meet the streets.

    Attributes
    ----------
    xy_m
        Where, shape (k, 2), metres in the network's own frame.
    snap
        Their positions.
    """

    xy_m: Float64
    snap: Snap


def spots(network: Network, xy_m: Float64, *, farthest_leg_cm: int = FARTHEST_LEG_CM) -> Spots:
    """
    Return some places and where they meet the streets.

    Parameters
    ----------
    network, xy_m, farthest_leg_cm
        As `atlas.engine.snapping.snap`.

    Returns
    -------
    spots
        In the order of `xy_m`.

    Raises
    ------
    ShapeError, InputError
        As `atlas.engine.snapping.snap`.
    """
    return Spots(xy_m, snap(network, xy_m, farthest_leg_cm=farthest_leg_cm, threads=1))


@dataclass(frozen=True, slots=True)
class Leg:
    """
    The straight way between a place and a street.

    Attributes
    ----------
    cost_cm
        As long as it is.
    """

    cost_cm: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    A stretch of one edge, walked from `from_cm` to `to_cm`.

    Attributes
    ----------
    edge, street_class, speed_kmh
        Which edge, and what sort of street.
    from_cm, to_cm
        From the edge's start; falling where it is walked from its end.
    cost_cm
        What it counts in the profile.
    piece, piece_cm
        Rows of the street pieces met, in code order of the pieces, as they come, and how much of
        each is walked, shape (q,).
    """

    edge: int
    street_class: int
    speed_kmh: int
    from_cm: int
    to_cm: int
    cost_cm: int
    piece: Int32
    piece_cm: Int32

    @property
    def length_cm(self) -> int:
        """How long it is."""
        return abs(self.to_cm - self.from_cm)


@dataclass(frozen=True, slots=True)
class Crossing:
    """
    A node where another street is met that costs something to cross, or a barrier stands.

    Attributes
    ----------
    node
        Which.
    cost_cm
        What it costs; 0 where something protects.
    bare_cm
        What it would cost were nothing protecting.
    protection
        Bits of what protects: `atlas.engine.walks.BY_CROSSING`, `BY_SIGNAL`, `BY_BRIDGE`, `ASIDE`.
    has_barrier
        Whether a barrier stands there.
    """

    node: int
    cost_cm: int
    bare_cm: int
    protection: int
    has_barrier: bool


@dataclass(frozen=True, slots=True)
class Path:
    """
    A cheapest path.

    Attributes
    ----------
    cost_cm
        The sum of its parts' costs: exactly what the search for catchments finds.
    end
        Which of the ends it leads to.
    parts
        Leg, stretches with the crossings between them, leg.
    line_m
        Where it lies, from place to place, shape (m, 2), metres.
    """

    cost_cm: int
    end: int
    parts: tuple[Leg | Stretch | Crossing, ...]
    line_m: Float64

    @property
    def length_cm(self) -> int:
        """How long it is: legs and streets without what they count."""
        legs = sum(part.cost_cm for part in self.parts if isinstance(part, Leg))
        return legs + sum(part.length_cm for part in self.parts if isinstance(part, Stretch))


@dataclass(frozen=True, slots=True)
class _Run:
    """An edge, where it is entered and left, and at which of its ends: 0, 1, or none (-1)."""

    edge: int
    from_cm: int
    to_cm: int
    enters_at: int
    leaves_at: int


NO_END = -1
AT_START, AT_END = 0, 1


def cheapest_path(
    network: Network, walk: Walk, start: Spots, ends: Spots, *, limit_cm: int = FAR_CM - 1
) -> Path | None:
    """
    Return the cheapest path from a place to the cheapest of some others.

    Parameters
    ----------
    network, walk
        The streets, and the profile they are walked by.
    start
        One place.
    ends
        Where the path may end, k places: the entrances of a place, or of all that admit somebody.
    limit_cm
        A dearer path is none.

    Returns
    -------
    path
        None where no end can be reached. Of ends equally far the first, so let them stand in the
        order of their codes; of paths equally cheap the one through smaller nodes and edges.

    Raises
    ------
    ShapeError
        If `start` is not one place.

    Notes
    -----
    Source: METHOD §3.2 and §3.4. Stops as soon as nothing nearer can come.
    """
    if start.xy_m.shape != (1, 2):
        msg = "a path starts at one place"
        raise ShapeError(msg)
    kept = np.flatnonzero(ends.snap.is_snapped)
    if not (start.snap.is_snapped[0] and kept.size):
        return None
    at = ends.snap.taken(kept)
    leaving, arriving = walk.approach(start.snap), walk.approach(at)
    edge, leg_cm = start.snap.edge[0], start.snap.leg_cm[0]
    along = np.abs(arriving.along.astype(np.int64) - leaving.along[0]) + leg_cm + at.leg_cm
    cost, end, how, node, passed = cheapest(
        walk.graph,
        walk.arc_edge,
        np.array([network.edge_start[edge], network.edge_end[edge]], np.int32),
        _with_leg(np.array([leaving.to_start[0], leaving.to_end[0]]), leg_cm),
        Ends(
            np.column_stack((network.edge_start[at.edge], network.edge_end[at.edge])).ravel(),
            _with_leg(np.column_stack((arriving.to_start, arriving.to_end)), at.leg_cm[:, None])
            .ravel()
            .astype(np.int32),
        ),
        np.where(at.edge == edge, along, FAR_CM).astype(np.int32),
        limit_cm,
    )
    if end < 0:
        return None
    last = at.taken(np.array([end]))
    runs = _runs(network, walk, start.snap, last, (how, node, passed))
    parts = (
        Leg(int(leg_cm)),
        *_parts(network, walk, runs, node),
        Leg(int(last.leg_cm[0])),
    )
    line = np.vstack((start.xy_m, *_lines(network, runs), ends.xy_m[kept[end]][None]))
    moves = np.ones(line.shape[0], np.bool_)
    moves[1:] = (line[1:] != line[:-1]).any(axis=1)
    return Path(int(cost), int(kept[end]), parts, line[moves])


def _with_leg(way_cm: Int32, leg_cm: Int32) -> Int32:
    """Return ways with their legs; one that cannot be gone stays so."""
    there: Int64 = np.minimum(way_cm.astype(np.int64) + leg_cm, FAR_CM)
    return there.astype(np.int32)


def _runs(
    network: Network, walk: Walk, first: Snap, last: Snap, found: tuple[int, Int32, Int32]
) -> list[_Run]:
    """Return the edges of a path, first and last ones in part."""
    how, node, passed = found
    edge, from_cm = int(first.edge[0]), int(first.to_start_cm[0])
    if how == DIRECT:
        return [_Run(edge, from_cm, int(last.to_start_cm[0]), NO_END, NO_END)]
    side = _side_taken(network, walk, first, int(node[0]))
    runs = [_Run(edge, from_cm, _at(network, edge, side), NO_END, side)]
    for v, e in zip(node[:-1].tolist(), passed.tolist(), strict=True):
        enters = AT_START if network.edge_start[e] == v else AT_END
        runs.append(
            _Run(e, _at(network, e, enters), _at(network, e, 1 - enters), enters, 1 - enters)
        )
    edge, side = int(last.edge[0]), {BY_START: AT_START, BY_END: AT_END}[how]
    runs.append(_Run(edge, _at(network, edge, side), int(last.to_start_cm[0]), side, NO_END))
    return runs


def _side_taken(network: Network, walk: Walk, first: Snap, node: int) -> int:
    """Return by which end the first edge is left: on a ring by the cheaper."""
    edge = first.edge[0]
    leaving = walk.approach(first)
    if network.edge_start[edge] != node:
        return AT_END
    if network.edge_end[edge] != node:
        return AT_START
    return AT_END if leaving.to_end[0] < leaving.to_start[0] else AT_START


def _at(network: Network, edge: int, side: int) -> int:
    """Return how far from an edge's start one of its ends lies."""
    return int(network.edge_cm[edge]) if side == AT_END else 0


def _parts(
    network: Network, walk: Walk, runs: list[_Run], node: Int32
) -> Iterator[Stretch | Crossing]:
    """Yield stretches, and between them the crossings; a stretch without length is left out."""
    for number, run in enumerate(runs):
        if number:
            crossing = _crossing(network, walk, int(node[number - 1]), (runs[number - 1], run))
            if crossing.bare_cm or crossing.has_barrier:
                yield crossing
        if run.from_cm != run.to_cm:
            yield _stretch(network, walk, run)


def _crossing(network: Network, walk: Walk, node: int, around: tuple[_Run, _Run]) -> Crossing:
    """Return what passing a node from one edge to the next costs."""
    before, after = around
    ends = ((before.edge, before.leaves_at), (after.edge, after.enters_at))
    toll, bare = (walk.start_cm, walk.end_cm), (walk.start_bare_cm, walk.end_bare_cm)
    cost_cm, bare_cm = (sum(int(of[side][edge]) for edge, side in ends) for of in (toll, bare))
    protection = int(walk.protection[node])
    if not protection and cost_cm < bare_cm:
        protection = ASIDE
    return Crossing(
        node=node,
        cost_cm=cost_cm,
        bare_cm=bare_cm,
        protection=protection,
        has_barrier=bool(network.node_mark[node] & BARRIER),
    )


def _stretch(network: Network, walk: Walk, run: _Run) -> Stretch:
    """Return one stretch with the street pieces it meets."""
    edge = np.array([run.edge, run.edge], np.int32)
    counted = walk.counted(edge, np.array([run.from_cm, run.to_cm], np.int32))
    piece, piece_cm = _pieces(network, run)
    return Stretch(
        edge=run.edge,
        street_class=int(network.edge_class[run.edge]),
        speed_kmh=int(network.edge_speed_kmh[run.edge]),
        from_cm=run.from_cm,
        to_cm=run.to_cm,
        cost_cm=abs(int(counted[1]) - int(counted[0])),
        piece=piece,
        piece_cm=piece_cm,
    )


def _pieces(network: Network, run: _Run) -> tuple[Int32, Int32]:
    """Return the street pieces a stretch meets, as they come, and how much of each is walked."""
    low, high = network.edge_piece_first[run.edge], network.edge_piece_first[run.edge + 1]
    begins = network.edge_piece_cm[low:high]
    ends = np.append(begins[1:], network.edge_cm[run.edge])
    near, far = min(run.from_cm, run.to_cm), max(run.from_cm, run.to_cm)
    walked = np.minimum(ends, far) - np.maximum(begins, near)
    met = np.flatnonzero(walked > 0)[:: -1 if run.to_cm < run.from_cm else 1]
    piece = network.edge_piece[low:high][met]
    return np.where(piece < 0, ~piece, piece), walked[met].astype(np.int32)


def _lines(network: Network, runs: list[_Run]) -> Iterator[Float64]:
    """Yield the vertices of each stretch, both its ends among them."""
    for run in runs:
        low, high = network.edge_vertex_first[run.edge], network.edge_vertex_first[run.edge + 1]
        xy_m, along_m = network.vertex_xy_m[low:high], network.vertex_along_m[low:high]
        near, far = (
            _place(along_m, cm, int(network.edge_cm[run.edge]))
            for cm in sorted((run.from_cm, run.to_cm))
        )
        inner = (along_m > near) & (along_m < far)
        ends = [[np.interp(at, along_m, xy_m[:, axis]) for axis in (0, 1)] for at in (near, far)]
        line = np.vstack((ends[0], xy_m[inner], ends[1]))
        yield line[::-1] if run.to_cm < run.from_cm else line


def _place(along_m: Float64, cm: int, edge_cm: int) -> float:
    """Return how far along a line in the plane a place on the street lies; its end exactly."""
    return float(along_m[-1]) if cm >= edge_cm else float(along_m[-1]) * cm / edge_cm
