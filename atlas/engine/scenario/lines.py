"""Edges that a scenario cuts: stretches nobody passes, and places where new streets begin."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from atlas.engine.scenario.inputs import Inputs


@dataclass(slots=True)
class Line:
    """
    An edge that is no longer walked as it was.

    Attributes
    ----------
    edge, start, end
        Which, and its nodes.
    length
        What all of it counts, cm; offsets are measured alike.
    closed
        Stretches that nobody passes, from offset to offset.
    stops
        Where new streets begin, by offset: the node there.
    """

    edge: int
    start: int
    end: int
    length: int
    closed: list[tuple[int, int]] = field(default_factory=list)
    stops: dict[int, int] = field(default_factory=dict)

    def is_shut(self, one: int, other: int) -> bool:
        """
        Say whether the way between two offsets leads through a closed stretch from end to end.

        Parameters
        ----------
        one, other
            Offsets. Who stands on a closed stretch leaves it at either end.

        Returns
        -------
        is_shut
            Never where both are the same.
        """
        low, high = min(one, other), max(one, other)
        return low < high and any(low <= u and v <= high for u, v in self.closed)

    def lies_on_closed(self, offset: int) -> bool:
        """
        Say whether an offset lies within a closed stretch.

        Parameters
        ----------
        offset
            From the start.

        Returns
        -------
        lies
            Not where the stretch begins or ends.
        """
        return any(u < offset < v for u, v in self.closed)

    def places(self) -> list[tuple[int, int]]:
        """
        Return the nodes along the line.

        Returns
        -------
        places
            Offset and node, from the start to the end.
        """
        return [(0, self.start), *sorted(self.stops.items()), (self.length, self.end)]

    def links(self) -> list[tuple[int, int, int]]:
        """
        Return the ways from node to node along the line, where it has stops.

        Returns
        -------
        links
            Node, next node, cm; not through a closed stretch.
        """
        if not self.stops:
            return []
        places = self.places()
        return [
            (one, other, high - low)
            for (low, one), (high, other) in itertools.pairwise(places)
            if not self.is_shut(low, high)
        ]

    def ways(self, offset: int, to_start: int, to_end: int) -> dict[int, int]:
        """
        Return the nodes that somebody standing on the line gets to along it.

        Parameters
        ----------
        offset
            Where.
        to_start, to_end
            What the ways to the ends cost were nothing closed.

        Returns
        -------
        ways
            The cost by node.
        """
        open_ways = [
            (node, cm)
            for at, node, cm in (
                (0, self.start, to_start),
                (self.length, self.end, to_end),
                *((at, node, abs(at - offset)) for at, node in self.stops.items()),
            )
            if not self.is_shut(offset, at)
        ]
        ways: dict[int, int] = {}
        for node, cm in open_ways:
            ways[node] = min(cm, ways.get(node, cm))
        return ways

    def span(self, offset: int) -> tuple[int, int]:
        """
        Return the stretch that somebody standing on the line gets to along it.

        Parameters
        ----------
        offset
            Where.

        Returns
        -------
        low, high
            First and last offset of it.
        """
        low = max((u + 1 for u, v in self.closed if v <= offset and u < offset), default=0)
        high = min(
            (v - 1 for u, v in self.closed if u >= offset and v > offset), default=self.length
        )
        return low, high


def closed_lines(inputs: Inputs, closed: tuple[int, ...]) -> dict[int, Line]:
    """
    Return the edges that closed street pieces are part of.

    Parameters
    ----------
    inputs
        The city, its street pieces named.
    closed
        Rows of the pieces.

    Returns
    -------
    lines
        By edge.
    """
    network = inputs.network
    lines: dict[int, Line] = {}
    if not closed:
        return lines
    pieces = np.where(network.edge_piece < 0, ~network.edge_piece, network.edge_piece)
    for at in np.flatnonzero(np.isin(pieces, closed)).tolist():
        edge = int(np.searchsorted(network.edge_piece_first, at, side="right")) - 1
        line = lines.setdefault(edge, line_of(inputs, edge))
        line.closed.append(_stretch(inputs, edge, at))
    return lines


def line_of(inputs: Inputs, edge: int) -> Line:
    """
    Return an edge with nothing cut yet.

    Parameters
    ----------
    inputs
        The city.
    edge
        Which.

    Returns
    -------
    line
        As long as the profile counts it.
    """
    network, walk = inputs.network, inputs.walk
    length = network.edge_cm[edge] if walk is None else walk.street_cm[edge]
    return Line(edge, int(network.edge_start[edge]), int(network.edge_end[edge]), int(length))


def _stretch(inputs: Inputs, edge: int, at: int) -> tuple[int, int]:
    """Return the offsets between which a piece lies on its edge."""
    network, walk = inputs.network, inputs.walk
    whole = network.edge_cm[edge]
    is_last = at + 1 == network.edge_piece_first[edge + 1]
    end = whole if is_last else network.edge_piece_cm[at + 1]
    cm = np.minimum(np.array([network.edge_piece_cm[at], end], np.int32), whole)
    if walk is not None:
        cm = walk.counted(np.full(2, edge, np.int32), cm)
    return int(cm[0]), int(cm[1])
