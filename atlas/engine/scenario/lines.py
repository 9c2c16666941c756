"""Streets that a scenario cuts or adds: stretches nobody passes, and places where others join."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.search import FAR_CM
from atlas.engine.profiles import PER_METRE

if TYPE_CHECKING:
    from atlas.engine.scenario.inputs import Inputs

Way = tuple[int, int]
"""A node and what the way to it costs, cm."""


@dataclass(frozen=True, slots=True)
class Part:
    """
    What lies between two neighbouring places where a line meets other streets.

    Attributes
    ----------
    low, high
        Offsets of its ends.
    one, other
        The nodes there.
    one_cm, other_cm
        What meeting them costs; `FAR_CM` where it cannot be passed.
    """

    low: int
    high: int
    one: int
    other: int
    one_cm: int
    other_cm: int


@dataclass(slots=True)
class Line:
    """
    A street that is not walked as the city has it: an edge, or a new one.

    Attributes
    ----------
    edge, start, end
        Which edge, -1 of a new street, and the nodes at its ends.
    length_cm
        How long it is.
    factor
        What a metre counts, thousandths. Offsets are what the way from the start counts.
    is_forbidden
        Whether it is left only on the first and last stretch.
    tolls
        What meeting the nodes at both ends of each part costs; one pair for each part.
    closed
        Stretches that nobody passes, from offset to offset.
    stops
        Where others join, by offset: the node there.
    marks
        Marked crossings and signals along the line, by offset.
    at_cm
        How far from the start each stop and mark lies, by offset.
    """

    edge: int
    start: int
    end: int
    length_cm: int
    factor: int
    is_forbidden: bool
    tolls: list[tuple[int, int]]
    closed: list[tuple[int, int]] = field(default_factory=list)
    stops: dict[int, int] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    at_cm: dict[int, int] = field(default_factory=dict)

    def counted(self, cm: int) -> int:
        """
        Return the offset of a place, rounded up.

        Parameters
        ----------
        cm
            How far from the start it lies.

        Returns
        -------
        offset
            As `Walk.counted` has it: a line stays measured as a whole, however it is cut.
        """
        return -(-(self.factor * cm) // PER_METRE)

    @property
    def length(self) -> int:
        """The offset of the end."""
        return self.counted(self.length_cm)

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

    def parts(self) -> list[Part]:
        """
        Return the line cut at its stops.

        Returns
        -------
        parts
            From the start to the end.
        """
        places = [(0, self.start), *sorted(self.stops.items()), (self.length, self.end)]
        return [
            Part(low, high, one, other, *tolls)
            for ((low, one), (high, other)), tolls in zip(
                itertools.pairwise(places), self.tolls, strict=True
            )
        ]

    def part_at(self, offset: int) -> Part:
        """
        Return the part that somebody stands on.

        Parameters
        ----------
        offset
            Where; who stands at the very cut belongs to the part before it.

        Returns
        -------
        part
            Of `parts`.
        """
        return next(part for part in self.parts() if offset <= part.high)

    def is_through(self, part: Part) -> bool:
        """
        Say whether anybody may walk a part from end to end.

        Parameters
        ----------
        part
            Of `parts`.

        Returns
        -------
        is_through
            Not where walking is forbidden, an end cannot be passed or a stretch is closed.
        """
        ends = max(part.one_cm, part.other_cm)
        return not (self.is_forbidden or ends >= FAR_CM or self.is_shut(part.low, part.high))

    def links(self) -> list[tuple[int, int, int]]:
        """
        Return the ways from node to node along the line, where it has stops.

        Returns
        -------
        links
            Node, next node, cm.
        """
        if not self.stops:
            return []
        return [
            (part.one, part.other, part.one_cm + part.high - part.low + part.other_cm)
            for part in self.parts()
            if self.is_through(part)
        ]

    def ways(self, offset: int) -> dict[int, int]:
        """
        Return the nodes that somebody standing on the line gets to along it.

        Parameters
        ----------
        offset
            Where.

        Returns
        -------
        ways
            The cost by node: those at both ends of his part, if nothing shuts them off.
        """
        part = self.part_at(offset)
        ways: dict[int, int] = {}
        for at, node, toll in (
            (part.low, part.one, part.one_cm),
            (part.high, part.other, part.other_cm),
        ):
            if toll < FAR_CM and not self.is_shut(offset, at):
                cm = abs(at - offset) + toll
                ways[node] = min(cm, ways.get(node, cm))
        return ways

    def span(self, offset: int) -> tuple[int, int]:
        """
        Return the stretch that somebody standing on the line gets to along it, meeting nobody.

        Parameters
        ----------
        offset
            Where.

        Returns
        -------
        low, high
            First and last offset of it.
        """
        part = self.part_at(offset)
        first = part.low + 1 if part.low else 0
        low = max((u + 1 for u, v in self.closed if v <= offset and u < offset), default=first)
        high = min((v - 1 for u, v in self.closed if u >= offset and v > offset), default=part.high)
        return max(low, first), min(high, part.high)


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
        low, high = stretch(inputs, edge, at)
        line.closed.append((line.counted(low), line.counted(high)))
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
        Measured as the profile measures it.
    """
    network, walk = inputs.network, inputs.walk
    whole = (edge, int(network.edge_start[edge]), int(network.edge_end[edge]))
    length_cm = int(network.edge_cm[edge])
    if walk is None:
        return Line(*whole, length_cm, PER_METRE, is_forbidden=False, tolls=[(0, 0)])
    return Line(
        *whole,
        length_cm,
        int(walk.factor[edge]),
        is_forbidden=bool(walk.is_forbidden[edge]),
        tolls=[(int(walk.start_cm[edge]), int(walk.end_cm[edge]))],
    )


def stretch(inputs: Inputs, edge: int, at: int) -> tuple[int, int]:
    """
    Return where a street piece lies on its edge.

    Parameters
    ----------
    inputs
        The city.
    edge, at
        Which edge, and the row among all pieces walked.

    Returns
    -------
    low, high
        How far from the edge's start it begins and ends, cm.
    """
    network = inputs.network
    whole = int(network.edge_cm[edge])
    is_last = at + 1 == network.edge_piece_first[edge + 1]
    end = whole if is_last else int(network.edge_piece_cm[at + 1])
    return min(int(network.edge_piece_cm[at]), whole), min(end, whole)
