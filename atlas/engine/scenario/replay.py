"""A list of changes replayed: which places it leaves otherwise than they were."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.scenario.changes import (
    AddStreet,
    Change,
    ClosePlace,
    CloseStreet,
    MarkNode,
    MarkStreet,
    MovePlace,
    OpenPlace,
    ReopenStreet,
    SetCapacity,
)
from atlas.engine.scenario.directory import Place
from atlas.engine.scenario.lines import stretch
from atlas.engine.scenario.refusals import (
    lie_within,
    refuse_beyond,
    refuse_capacity,
    refuse_entrances,
    refuse_kind,
    refuse_line,
    refuse_sum,
)
from atlas.engine.streets import CROSSING, SIGNAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.scenario.changes import Pool
    from atlas.engine.scenario.directory import Directory

Spot = tuple[int, int, str, int]
"""Where a mark is: kind, row of the node or edge, code of the new street, cm along it."""

AT_NODE, ON_EDGE, ON_NEW = range(3)


@dataclass(frozen=True, slots=True)
class Changed:
    """
    What a scenario leaves otherwise than it was, each in the order of the codes.

    Attributes
    ----------
    before, after
        Places as the city has them and as the scenario leaves them.
    closed
        Street pieces that are closed, rows in the order of their codes.
    added
        New street pieces, each with the number of the change that adds it.
    marked
        Nodes that bear other marks, by row, and the marks they bear.
    along_edges, along_added
        Places along edges and along new streets that bear marks: which, how far from the start in
        centimetres, and the marks.
    """

    before: tuple[Place, ...]
    after: tuple[Place, ...]
    closed: tuple[int, ...]
    added: tuple[tuple[int, AddStreet], ...]
    marked: tuple[tuple[int, int], ...]
    along_edges: tuple[tuple[int, int, int], ...]
    along_added: tuple[tuple[str, int, int], ...]

    @property
    def marks_any(self) -> bool:
        """Whether anything bears other marks."""
        return bool(self.marked or self.along_edges or self.along_added)

    @property
    def touches_streets(self) -> bool:
        """Whether anybody may walk otherwise than before."""
        return bool(self.closed or self.added or self.marks_any)


def replayed(directory: Directory, changes: Sequence[Change]) -> Changed:
    """
    Replay changes one after another.

    Parameters
    ----------
    directory
        The city.
    changes
        In their order.

    Returns
    -------
    changed
        What they come to in the end: a place closed and opened again as it was is not changed.

    Raises
    ------
    InputError
        Naming the first change that cannot be made, and what to do about it.
    """
    tape = _Tape(directory)
    for number, change in enumerate(changes, start=1):
        try:
            tape.play(change, number)
        except InputError as error:
            msg = f"change {number}: {error}"
            raise InputError(msg) from None
    return tape.changed()


@dataclass(slots=True)
class _Tape:
    """What the changes so far touch; None stands for a closed place."""

    directory: Directory
    place: dict[str, Place | None] = field(default_factory=dict)
    owner: dict[str, str | None] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    added: dict[str, tuple[int, AddStreet]] = field(default_factory=dict)
    marks: dict[Spot, int] = field(default_factory=dict)

    def changed(self) -> Changed:
        """Return what differs from the city."""
        before, after = [], []
        for code in sorted(self.place):
            was, now = self.directory.place(code), self.place[code]
            if was is not None and now is not None and was.same_as(now):
                continue
            before += [was] if was is not None else []
            after += [now] if now is not None else []
            if now is not None:
                refuse_sum(now)
        added = tuple(self.added[code] for code in sorted(self.added))
        marks = [
            (spot, mark) for spot, mark in sorted(self.marks.items()) if mark != self._old(spot)
        ]
        return Changed(
            tuple(before),
            tuple(after),
            tuple(sorted(self.closed)),
            added,
            marked=tuple((row, mark) for (kind, row, _, _), mark in marks if kind == AT_NODE),
            along_edges=tuple((e, cm, mark) for (kind, e, _, cm), mark in marks if kind == ON_EDGE),
            along_added=tuple((c, cm, mark) for (kind, _, c, cm), mark in marks if kind == ON_NEW),
        )

    @singledispatchmethod
    def play(self, change: Change, number: int) -> None:
        """Make one change."""
        msg = f"{type(change).__name__} is no change that change {number} can be"
        raise InputError(msg)

    @play.register
    def _open(self, change: OpenPlace, _: int) -> None:
        if self._now(change.code) is not None:
            msg = f"place {change.code!r} is open already: move it, or choose another code"
            raise InputError(msg)
        refuse_entrances(change.code, change.entrance_xy_m)
        for pool in change.pools:
            self._check_pool(pool)
            self.owner[pool.code] = change.code
        row = self.directory.places.find(change.code)
        self.place[change.code] = Place(change.code, change.entrance_xy_m, change.pools, row)

    @play.register
    def _close(self, change: ClosePlace, _: int) -> None:
        for pool in self._open_place(change.code).pools:
            self.owner[pool.code] = None
        self.place[change.code] = None

    @play.register
    def _move(self, change: MovePlace, _: int) -> None:
        refuse_entrances(change.code, change.entrance_xy_m)
        place = self._open_place(change.code)
        self.place[change.code] = replace(place, entrance_xy_m=change.entrance_xy_m)

    @play.register
    def _resize(self, change: SetCapacity, _: int) -> None:
        owner = self._owner(change.pool)
        if owner is None:
            msg = f"no open place has a pool {change.pool!r}: name a pool that there is"
            raise InputError(msg)
        refuse_capacity(change.pool, change.capacity_micro)
        place = self._open_place(owner)
        pools = tuple(
            replace(pool, capacity_micro=change.capacity_micro)
            if pool.code == change.pool
            else pool
            for pool in place.pools
        )
        self.place[owner] = replace(place, pools=pools)

    @play.register
    def _add_street(self, change: AddStreet, number: int) -> None:
        if change.code in self.added or self.directory.street(change.code) >= 0:
            msg = f"there is a street piece {change.code!r} already: choose another code"
            raise InputError(msg)
        refuse_line(change)
        if self.directory.inputs.profile is not None:
            refuse_kind(change, self.directory.inputs.profile.factor.shape[0])
        self.added[change.code] = (number, change)

    @play.register
    def _close_street(self, change: CloseStreet, _: int) -> None:
        if self.added.pop(change.code, None) is not None:
            for spot in [spot for spot in self.marks if spot[2] == change.code]:
                del self.marks[spot]
            return
        row = self._street(change.code)
        if row in self.closed:
            msg = f"street piece {change.code!r} is closed already: leave this out"
            raise InputError(msg)
        self.closed.add(row)

    @play.register
    def _reopen_street(self, change: ReopenStreet, _: int) -> None:
        row = self._street(change.code)
        if row not in self.closed:
            msg = f"street piece {change.code!r} is open already: leave this out"
            raise InputError(msg)
        self.closed.remove(row)

    @play.register
    def _mark(self, change: MarkNode, _: int) -> None:
        network = self.directory.inputs.network
        rows = np.flatnonzero(network.node_id == change.node_id)
        if not rows.size:
            msg = f"no streets meet at a node {change.node_id}: name one where some do"
            raise InputError(msg)
        spot = (AT_NODE, int(rows[0]), "", 0)
        self._turn(spot, change, f"of node {change.node_id}")

    @play.register
    def _mark_along(self, change: MarkStreet, _: int) -> None:
        spot = self._spot(change.street, change.at_cm)
        self._turn(spot, change, f"{change.at_cm} cm along street piece {change.street!r}")

    def _turn(self, spot: Spot, change: MarkNode | MarkStreet, where: str) -> None:
        """Put a mark up or take it away."""
        if change.mark not in (CROSSING, SIGNAL):
            msg = f"{change.mark} is no mark: give {CROSSING} for a crossing, {SIGNAL} for a signal"
            raise InputError(msg)
        mark = self.marks.get(spot, self._old(spot))
        if bool(mark & change.mark) == change.is_there:
            state = "there already" if change.is_there else "not there"
            msg = f"mark {change.mark} {where} is {state}: leave this out"
            raise InputError(msg)
        self.marks[spot] = mark ^ change.mark

    def _old(self, spot: Spot) -> int:
        """Return the marks that the city has at a place; along a street it has none."""
        kind, row, _, _ = spot
        return int(self.directory.inputs.network.node_mark[row]) if kind == AT_NODE else 0

    def _spot(self, code: str, at_cm: int) -> Spot:
        """Return the place along a street piece, at an end of its edge the node there."""
        if code in self.added:
            refuse_beyond(code, at_cm, self.added[code][1].length_cm)
            return (ON_NEW, -1, code, at_cm)
        network, row = self.directory.inputs.network, self._street(code)
        at = int(np.flatnonzero((network.edge_piece == row) | (network.edge_piece == ~row))[0])
        edge = int(np.searchsorted(network.edge_piece_first, at, side="right")) - 1
        low, high = stretch(self.directory.inputs, edge, at)
        refuse_beyond(code, at_cm, high - low)
        cm = low + at_cm if network.edge_piece[at] >= 0 else high - at_cm
        if 0 < cm < network.edge_cm[edge]:
            return (ON_EDGE, edge, "", cm)
        ends = network.edge_start if cm == 0 else network.edge_end
        return (AT_NODE, int(ends[edge]), "", 0)

    def _street(self, code: str) -> int:
        """Return the row of a street piece that the city has."""
        if self.directory.inputs.street_code is None:
            msg = f"nothing tells which street is {code!r}: prepare the city with its street codes"
            raise InputError(msg)
        row = self.directory.street(code)
        if row < 0:
            msg = f"there is no street piece {code!r}: name one that there is"
            raise InputError(msg)
        return row

    def _now(self, code: str) -> Place | None:
        """Return a place as the changes so far leave it."""
        if code in self.place:
            return self.place[code]
        return self.directory.place(code)

    def _open_place(self, code: str) -> Place:
        """Return a place that is open."""
        place = self._now(code)
        if place is None:
            there_was = code in self.place or self.directory.places.find(code) >= 0
            msg = f"there is no place {code!r}: name one that there is, or open it first"
            if there_was:
                msg = f"place {code!r} is closed already: open it first, or leave this out"
            raise InputError(msg)
        return place

    def _owner(self, pool: str) -> str | None:
        """Return the open place that a pool belongs to."""
        if pool in self.owner:
            return self.owner[pool]
        return self.directory.place_of_pool(pool)

    def _check_pool(self, pool: Pool) -> None:
        """Refuse a pool that contradicts the city."""
        requirements = self.directory.inputs.requirements
        if self._owner(pool.code) is not None:
            msg = f"pool {pool.code!r} exists already: choose another code"
            raise InputError(msg)
        refuse_capacity(pool.code, pool.capacity_micro)
        if pool.admits.shape != requirements.shape:
            msg = (
                f"pool {pool.code!r} admits {pool.admits.shape}, "
                f"there are {requirements.shape} services and groups"
            )
            raise InputError(msg)
        if np.unique(requirements.mode[pool.admits.any(axis=1)]).size > 1:
            msg = f"pool {pool.code!r} serves a city-wide and a walking service: make it two pools"
            raise InputError(msg)
        points = self.directory.inputs.demand.code.size
        if pool.catchment is not None and not lie_within(pool.catchment, points):
            msg = f"the catchment of pool {pool.code!r} names points that there are not"
            raise InputError(msg)
