"""Working memory of searches, lent to one call at a time and clean again when it comes back."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.kernels.search import QUEUE_ROOM, Queue, Scratch, queue_of, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atlas.engine.types import Int32

SPARE = 1 << 12
"""Nodes and points that new streets may add before larger memory is made."""


@dataclass(frozen=True, slots=True)
class Room:
    """
    What one call works with.

    Attributes
    ----------
    scratch, queue
        Of the searches.
    slot
        Row of each point among the touched ones, -1.
    """

    scratch: Scratch
    queue: Queue
    slot: Int32


class Rooms:
    """
    Rooms of one city, made when they are first needed.

    Parameters
    ----------
    nodes, points
        How many the city has.
    limit_cm
        The farthest search.
    """

    def __init__(self, nodes: int, points: int, limit_cm: int) -> None:
        self._size = (nodes + SPARE, points + SPARE, limit_cm)
        self._free: list[Room] = []

    @contextmanager
    def lent(self, nodes: int, points: int, limit_cm: int) -> Iterator[Room]:
        """
        Lend a room to one caller.

        Parameters
        ----------
        nodes, points, limit_cm
            What it must be large enough for.

        Yields
        ------
        room
            Clean, and to be left clean; after an error it is thrown away.
        """
        asked = (nodes, points, limit_cm)
        if any(want > have for want, have in zip(asked, self._size, strict=True)):
            yield _room(*asked)
            return
        # Taking from a list and adding to it are single steps: threads need no lock.
        try:
            room = self._free.pop()
        except IndexError:
            room = _room(*self._size)
        yield room
        self._free.append(room)


def _room(nodes: int, points: int, limit_cm: int) -> Room:
    """Return clean working memory."""
    return Room(
        scratch(nodes, points, limit_cm), queue_of(QUEUE_ROOM), np.full(points, -1, np.int32)
    )
