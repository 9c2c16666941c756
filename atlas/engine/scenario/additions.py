"""New street pieces: what they join, and who may use them from where they stand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.profiles import PER_METRE
from atlas.engine.scenario.lines import Line, Way, line_of
from atlas.engine.snapping import Snap, snap
from atlas.engine.streets import STEPS

if TYPE_CHECKING:
    from atlas.engine.scenario.changes import AddStreet
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.replay import Changed
    from atlas.engine.types import Float64, Int32

Spot = tuple[float, float]
Link = tuple[int, int, int]


@dataclass(slots=True)
class Road:
    """
    A new street as it is walked.

    Attributes
    ----------
    street
        As it was drawn.
    line
        Between the nodes at its ends.
    at
        The node of who stands on it, by offset.
    """

    street: AddStreet
    line: Line
    at: dict[int, int] = field(default_factory=dict)

    @property
    def street_class(self) -> int:
        """Its class; 0 where nobody asks."""
        return self.street.street_class or 0

    def links(self) -> list[Link]:
        """
        Return the ways along it.

        Returns
        -------
        links
            Node, other node, cm: from end to end where it is walked through, and between those
            who stand on it.
        """
        links: list[Link] = []
        for part in self.line.parts():
            low = part.low or -1
            places = [(o, node) for o, node in sorted(self.at.items()) if low < o <= part.high]
            if self.line.is_through(part):
                begins, ends = part.low - part.one_cm, part.high + part.other_cm
                places = [(begins, part.one), *places, (ends, part.other)]
            links += [
                (one, other, high - low) for (low, one), (high, other) in itertools.pairwise(places)
            ]
        return links


@dataclass(slots=True)
class Additions:
    """
    Nodes and links that new streets bring.

    Attributes
    ----------
    nodes
        How many nodes there are, the network's included.
    roads
        New streets by their codes.
    joins
        Straight ways between their ends and the streets there are: node, other node, cm.
    joined
        The node that each end is one junction with.
    """

    nodes: int
    roads: dict[str, Road] = field(default_factory=dict)
    joins: list[Link] = field(default_factory=list)
    joined: dict[int, int] = field(default_factory=dict)

    def node(self) -> int:
        """
        Return a new node.

        Returns
        -------
        node
            Numbered after all others.
        """
        self.nodes += 1
        return self.nodes - 1

    def stop(self, line: Line, cm: int) -> int:
        """
        Return the node at a place of a line.

        Parameters
        ----------
        line
            An edge.
        cm
            How far from its start.

        Returns
        -------
        node
            An end of the edge, or a stop.
        """
        if cm in (0, line.length_cm):
            return line.start if cm == 0 else line.end
        offset = line.counted(cm)
        line.at_cm[offset] = cm
        if offset not in line.stops:
            line.stops[offset] = self.node()
        return line.stops[offset]

    def onto(self, code: str, cm: int) -> list[Way]:
        """
        Return the ways of somebody who stands on a new street.

        Parameters
        ----------
        code
            Of a street whose ends' costs are known.
        cm
            How far from its start he stands.

        Returns
        -------
        ways
            To a node of his own; where nobody walks through, also to the ends he may leave by.
        """
        road = self.roads[code]
        offset = road.line.counted(cm)
        if offset not in road.at:
            road.at[offset] = self.node()
        ways = [(road.at[offset], 0)]
        if not road.line.is_through(road.line.part_at(offset)):
            ways += road.line.ways(offset).items()
        return ways

    def every_link(self, lines: dict[int, Line]) -> list[Link]:
        """
        Return all links, those along the new streets and along the lines they begin on included.

        Parameters
        ----------
        lines
            All that is cut.

        Returns
        -------
        links
            Node, other node, cm.
        """
        links = list(self.joins)
        for road in self.roads.values():
            links += road.links()
        for line in lines.values():
            links += line.links()
        return links


def lay(
    inputs: Inputs, added: tuple[tuple[int, AddStreet], ...], lines: dict[int, Line]
) -> Additions:
    """
    Lay new streets and join them to the network.

    Parameters
    ----------
    inputs
        The city.
    added
        New streets with the numbers of the changes that add them.
    lines
        Edges cut so far; those that new streets begin on are added.

    Returns
    -------
    additions
        To which more nodes along the new streets may be added.

    Raises
    ------
    InputError
        If a street joins nothing, or a closed piece.
    """
    additions = Additions(inputs.network.nodes)
    ends: dict[Spot, int] = {}
    uses: dict[Spot, int] = {}
    for _, street in added:
        spots = _ends(street)
        for spot in set(spots):
            uses[spot] = uses.get(spot, 0) + 1
            if spot not in ends:
                ends[spot] = additions.node()
        # A street that comes back to where it begins is walked both ways round.
        line = _line(inputs, street, ends[spots[0]], ends[spots[1]])
        additions.roads[street.code] = Road(street, line)
    for number, street in added:
        spots = _ends(street)
        joined = [_join(inputs, additions, lines, (number, street), s, ends[s]) for s in spots]
        if not any(joined) and all(uses[spot] == 1 for spot in spots):
            msg = (
                f"change {number}: no end of street piece {street.code!r} lies within "
                f"{street.farthest_join_cm} cm of a street: draw it to one"
            )
            raise InputError(msg)
    return additions


def put_marks(
    inputs: Inputs, changed: Changed, lines: dict[int, Line], additions: Additions
) -> None:
    """
    Put marked crossings and signals up along streets.

    Parameters
    ----------
    inputs
        The city.
    changed
        Where they are.
    lines
        Edges cut so far; those that bear one are added.
    additions
        New streets.
    """
    if inputs.walk is None:
        return
    marked = [
        (lines.setdefault(edge, line_of(inputs, edge)), cm, mark)
        for edge, cm, mark in changed.along_edges
    ]
    marked += [(additions.roads[code].line, cm, mark) for code, cm, mark in changed.along_added]
    for line, cm, mark in marked:
        offset = line.counted(cm)
        line.marks[offset], line.at_cm[offset] = mark, cm


def _line(inputs: Inputs, street: AddStreet, start: int, end: int) -> Line:
    """Return a new street as the profile measures it."""
    profile, factor, is_forbidden = inputs.profile, PER_METRE, False
    if inputs.walk is not None and profile is not None:
        kind = street.street_class, int(profile.step(np.array(street.speed_kmh, np.int16)))
        by_steps = bool(street.features & STEPS) and not profile.takes_steps
        factor = int(profile.factor[kind])
        is_forbidden = bool(profile.is_forbidden[kind]) or by_steps
    return Line(-1, start, end, street.length_cm, factor, is_forbidden, [(0, 0)])


def _ends(street: AddStreet) -> tuple[Spot, Spot]:
    """Return where a street begins and ends."""
    first, last = street.xy_m[0].tolist(), street.xy_m[-1].tolist()
    return (first[0], first[1]), (last[0], last[1])


def _join(
    inputs: Inputs,
    additions: Additions,
    lines: dict[int, Line],
    named: tuple[int, AddStreet],
    spot: Spot,
    node: int,
) -> bool:
    """Join one end of a street to the nearest edge and say whether there is one."""
    number, street = named
    at = snap(inputs.network, np.array([spot]), farthest_leg_cm=street.farthest_join_cm, threads=1)
    edge, cm = int(at.edge[0]), int(at.to_start_cm[0])
    if edge < 0:
        return False
    line = lines.setdefault(edge, line_of(inputs, edge))
    if line.lies_on_closed(line.counted(cm)):
        msg = (
            f"change {number}: street piece {street.code!r} begins on a piece that is closed: "
            "draw it to an open one, or reopen that"
        )
        raise InputError(msg)
    stop = additions.stop(line, cm)
    additions.joins.append((node, stop, int(at.leg_cm[0])))
    additions.joined[node] = stop
    return True


def beside(
    street: AddStreet, xy_m: Float64, leg_cm: Int32, farthest_cm: int
) -> list[tuple[int, int, int]]:
    """
    Return who stands nearer to a new street than to the street they have.

    Parameters
    ----------
    street
        The new one.
    xy_m
        Where they stand, shape (i, 2), metres.
    leg_cm
        Their straight way to the street they have, shape (i,); `farthest_cm` + 1 where there is
        none.
    farthest_cm
        The longest straight way.

    Returns
    -------
    ways
        Who, where along the new street, and how far away from it, cm.

    Notes
    -----
    Source: METHOD §10: a point keeps its snap and may also use a new street's, the less counts.
    Ours: it has one where a full run would snap it there, so nobody walks past his own street in
    a straight line to a new one.
    """
    reach_m = farthest_cm / 100 + 1
    low, high = street.xy_m.min(axis=0) - reach_m, street.xy_m.max(axis=0) + reach_m
    near = np.flatnonzero((xy_m[:, 0] >= low[0]) & (xy_m[:, 0] <= high[0]))
    near = near[(xy_m[near, 1] >= low[1]) & (xy_m[near, 1] <= high[1])]
    square, part_m, whole_m = _nearest(street.xy_m, xy_m[near])
    leg = np.floor(100.0 * np.sqrt(square) + 0.5)
    share = np.minimum(part_m / whole_m, 1.0) if whole_m > 0 else np.zeros(near.size)
    offset = np.floor(share * street.length_cm + 0.5)
    nearer = (leg < leg_cm[near]) & (leg <= farthest_cm)
    return list(
        zip(
            near[nearer].tolist(),
            offset[nearer].astype(np.int64).tolist(),
            leg[nearer].astype(np.int64).tolist(),
            strict=True,
        )
    )


def _nearest(line_m: Float64, xy_m: Float64) -> tuple[Float64, Float64, float]:
    """Return squared distances to a line, metres along it to there, and its length in the plane."""
    step = np.diff(line_m, axis=0)
    square = (step**2).sum(axis=1)
    away = xy_m[:, None, :] - line_m[None, :-1, :]
    part = (away * step).sum(axis=2) / np.where(square > 0, square, 1.0)
    part = np.clip(part, 0.0, 1.0)
    apart = ((away - part[..., None] * step) ** 2).sum(axis=2)
    length = np.sqrt(square)
    along = np.concatenate((np.zeros(1), np.cumsum(length)))
    best = np.argmin(apart, axis=1)
    every = np.arange(xy_m.shape[0])
    return apart[every, best], along[best] + part[every, best] * length[best], float(along[-1])


def legs_of(snapped: Snap, row_of: Int32, farthest_cm: int) -> Int32:
    """
    Return the straight ways of a caller's positions.

    Parameters
    ----------
    snapped
        Positions that met a street.
    row_of
        Which of them each of the caller's is, shape (i,); -1 none.
    farthest_cm
        The longest straight way.

    Returns
    -------
    leg
        Shape (i,), cm; `farthest_cm` + 1 where there is none.
    """
    leg = np.full(row_of.size, farthest_cm + 1, np.int32)
    leg[row_of >= 0] = snapped.leg_cm[row_of[row_of >= 0]]
    return leg
