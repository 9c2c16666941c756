"""Changed streets: the ground they leave, and the places whose walks they touch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.search import Doors, forget, larger, points_within
from atlas.engine.scenario.additions import Additions, beside, lay, legs_of, put_marks
from atlas.engine.scenario.junctions import remeasured
from atlas.engine.scenario.lines import Line, closed_lines
from atlas.engine.scenario.patch import (
    Spans,
    patched_doors,
    patched_graph,
    patched_ground,
    patched_points,
)

if TYPE_CHECKING:
    from atlas.engine.scenario.base import Base
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.patch import Onto
    from atlas.engine.scenario.replay import Changed
    from atlas.engine.types import Float64, Int32, Int64


@dataclass(frozen=True, slots=True)
class Entered:
    """
    Where some places are entered on the streets there were.

    Attributes
    ----------
    doors
        For the kernels.
    xy_m, owner, leg_cm
        Their entrances: place, whose, and the straight way, shape (x,); longer than the longest
        where an entrance met no street.
    """

    doors: Doors
    xy_m: Float64
    owner: Int32
    leg_cm: Int32


@dataclass(frozen=True, slots=True)
class _Onto:
    """Ways onto new streets: of points, of the city's places, of changed places."""

    points: Onto
    places: Onto
    changed: Onto


@dataclass(frozen=True, slots=True)
class Streets:
    """
    A city's streets as a scenario leaves them.

    Attributes
    ----------
    ground
        Where children stand now.
    doors
        Where the changed places are entered now.
    near
        Rows of the city's places that any changed street may lead to or from.
    new
        Standing points that met no street before.
    """

    ground: Ground
    doors: Doors
    near: Int64
    new: Int32


def changed_streets(base: Base, changed: Changed, entered: Entered) -> Streets:
    """
    Return a city's streets as a scenario leaves them.

    Parameters
    ----------
    base
        The city.
    changed
        Which pieces are closed and added.
    entered
        Where the changed places are entered.

    Returns
    -------
    streets
        The base is left as it is.

    Raises
    ------
    InputError
        If a new street joins nothing, or a closed piece.

    Notes
    -----
    Source: METHOD §10. Ours: through a closed piece nobody passes; who lives or arrives on it
    leaves it at either end, and who stands elsewhere on its edge at the end that is still open to
    him. Positions stay what they were; a new street is a further way onto the streets for those
    who stand nearer to it than to the street they have.
    """
    inputs, ground = base.inputs, base.ground
    lines = closed_lines(inputs, changed.closed)
    additions = lay(inputs, changed.added, lines)
    put_marks(inputs, changed, lines, additions)
    inputs = replace(inputs, walk=remeasured(inputs, changed, lines, additions))
    onto = _onto(base, changed, additions, entered)
    spans = Spans(inputs.network.edges)
    every = patched_doors(ground, ground.terrain.doors, lines, onto.places, spans)
    mine = patched_doors(ground, entered.doors, lines, onto.changed, spans)
    links, nodes = additions.every_link(lines), additions.nodes
    graph = patched_graph(inputs, ground.terrain.graph, lines, links, nodes)
    points = patched_points(ground.terrain.points, lines, onto.points, (spans, nodes))
    now = patched_ground(inputs, ground, graph, points, every)
    new = np.arange(ground.zone.size, points.row.size, dtype=np.int32)
    near = np.union1d(_places_near(base, lines), onto.places[0])
    return Streets(now, mine, near.astype(np.int64), new)


def _onto(base: Base, changed: Changed, additions: Additions, entered: Entered) -> _Onto:
    """Return who gets onto which new street where."""
    inputs, ground = base.inputs, base.ground
    farthest = inputs.requirements.farthest_leg_cm
    row_of = np.full(inputs.places.entrance_place.size, -1, np.int32)
    row_of[ground.entrances.row] = np.arange(ground.entrances.row.size, dtype=np.int32)
    everyone = np.arange(inputs.demand.code.size)

    def ways(xy_m: Float64, owner: Int32 | Int64, leg_cm: Int32) -> Onto:
        rows = [
            (int(owner[row]), node, leg + way)
            for _, street in changed.added
            for row, cm, leg in beside(street, xy_m, leg_cm, farthest)
            for node, way in additions.onto(street.code, cm)
        ]
        who, node, leg = np.array(rows, np.int64).reshape(-1, 3).T.copy()
        return who, node, leg

    return _Onto(
        ways(
            inputs.demand.xy_m,
            everyone,
            legs_of(ground.terrain.points.snap, ground.row_of, farthest),
        ),
        ways(
            inputs.places.entrance_xy_m,
            inputs.places.entrance_place,
            legs_of(ground.entrances.snap, row_of, farthest),
        ),
        ways(entered.xy_m, entered.owner, entered.leg_cm),
    )


def _places_near(base: Base, lines: dict[int, Line]) -> Int64:
    """Return the places that reach a changed edge, or are entered on one."""
    if not lines:
        return np.zeros(0, np.int64)
    entrances = base.ground.entrances
    inputs, limit = base.inputs, max(0, int(base.inputs.requirements.reach_cm.max(initial=0)))
    ends = [
        (line.edge, node, offset)
        for line in lines.values()
        for offset, node in ((0, line.start), (line.length, line.end))
    ]
    edge, node, along = np.array(ends, np.int32).T.copy()
    nothing = np.zeros(edge.size, np.int32)
    seeds = Doors(
        np.array([0, edge.size], np.int32), edge, node, node, along, nothing, nothing, nothing
    )
    graph = base.ground.terrain.graph
    with base.rooms.lent(graph.start.size - 1, entrances.row.size, limit) as room:
        queue = room.queue
        count = points_within(graph, entrances.standing, seeds, 0, limit, room.scratch, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, entrances.standing, seeds, 0, limit, room.scratch, queue)
        found = room.scratch.point[:count].copy()
        forget(room.scratch, count)
    on_one = np.flatnonzero(np.isin(entrances.snap.edge, edge))
    rows = entrances.row[np.union1d(found, on_one)]
    return np.unique(inputs.places.entrance_place[rows]).astype(np.int64)
