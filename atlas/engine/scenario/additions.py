"""New street pieces: what they join, and who may use them from where they stand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.scenario.lines import Line, line_of
from atlas.engine.snapping import Snap, snap

if TYPE_CHECKING:
    from atlas.engine.scenario.changes import AddStreet
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.types import Float64, Int32

Spot = tuple[float, float]


@dataclass(slots=True)
class Additions:
    """
    Nodes and links that new streets bring.

    Attributes
    ----------
    nodes
        How many nodes there are, the network's included.
    links
        Node, other node, cm.
    offsets
        Of each new street by its code: the node at each offset known so far.
    """

    nodes: int
    links: list[tuple[int, int, int]] = field(default_factory=list)
    offsets: dict[str, dict[int, int]] = field(default_factory=dict)

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

    def stop(self, line: Line, offset: int) -> int:
        """
        Return the node at an offset of a line.

        Parameters
        ----------
        line
            An edge.
        offset
            From its start.

        Returns
        -------
        node
            An end of the edge, or a stop.
        """
        if offset in (0, line.length):
            return line.start if offset == 0 else line.end
        if offset not in line.stops:
            line.stops[offset] = self.node()
        return line.stops[offset]

    def at(self, street: AddStreet, offset: int) -> int:
        """
        Return the node at an offset of a new street.

        Parameters
        ----------
        street
            One that is laid already.
        offset
            From its start.

        Returns
        -------
        node
            Where somebody gets onto it.
        """
        nodes = self.offsets[street.code]
        if offset not in nodes:
            nodes[offset] = self.node()
        return nodes[offset]

    def every_link(self, lines: dict[int, Line]) -> list[tuple[int, int, int]]:
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
        links = list(self.links)
        for nodes in self.offsets.values():
            places = sorted(nodes.items())
            links += [
                (one, other, high - low) for (low, one), (high, other) in itertools.pairwise(places)
            ]
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
        additions.offsets[street.code] = {0: ends[spots[0]], street.length_cm: ends[spots[1]]}
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
    edge, offset = int(at.edge[0]), int(at.to_start_cm[0])
    if edge < 0:
        return False
    line = lines.setdefault(edge, line_of(inputs, edge))
    if line.lies_on_closed(offset):
        msg = (
            f"change {number}: street piece {street.code!r} begins on a piece that is closed: "
            "draw it to an open one, or reopen that"
        )
        raise InputError(msg)
    additions.links.append((node, additions.stop(line, offset), int(at.leg_cm[0])))
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
