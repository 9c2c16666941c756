"""A list of changes replayed: which places it leaves otherwise than they were."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.inputs import CAPACITY_UNKNOWN, MOST_ADDED_MICRO, MOST_AMOUNT_MICRO
from atlas.engine.scenario.changes import (
    AddStreet,
    Change,
    ClosePlace,
    CloseStreet,
    MarkNode,
    MovePlace,
    OpenPlace,
    ReopenStreet,
    SetCapacity,
)
from atlas.engine.scenario.directory import Place
from atlas.engine.streets import CROSSING, SIGNAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atlas.engine.scenario.changes import Pool
    from atlas.engine.scenario.directory import Directory
    from atlas.engine.types import AnyArray, Float64

MOST_LENGTH_CM = 10**8
"""1,000 km: no street piece is longer, and no sum of ways overflows."""


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
    """

    before: tuple[Place, ...]
    after: tuple[Place, ...]
    closed: tuple[int, ...]
    added: tuple[tuple[int, AddStreet], ...]
    marked: tuple[tuple[int, int], ...]

    @property
    def touches_streets(self) -> bool:
        """Whether anybody may walk otherwise than before."""
        return bool(self.closed or self.added or self.marked)


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
    marks: dict[int, int] = field(default_factory=dict)

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
                _check_sum(now)
        added = tuple(self.added[code] for code in sorted(self.added))
        node_mark = self.directory.inputs.network.node_mark
        marked = tuple(
            (row, mark) for row, mark in sorted(self.marks.items()) if mark != node_mark[row]
        )
        return Changed(tuple(before), tuple(after), tuple(sorted(self.closed)), added, marked)

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
        _check_entrances(change.code, change.entrance_xy_m)
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
        _check_entrances(change.code, change.entrance_xy_m)
        place = self._open_place(change.code)
        self.place[change.code] = replace(place, entrance_xy_m=change.entrance_xy_m)

    @play.register
    def _resize(self, change: SetCapacity, _: int) -> None:
        owner = self._owner(change.pool)
        if owner is None:
            msg = f"no open place has a pool {change.pool!r}: name a pool that there is"
            raise InputError(msg)
        _check_capacity(change.pool, change.capacity_micro)
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
        if self.directory.inputs.walk is not None:
            msg = (
                f"street piece {change.code!r} cannot be added where people walk by a profile: "
                "ask for any route"
            )
            raise InputError(msg)
        _check_line(change)
        self.added[change.code] = (number, change)

    @play.register
    def _close_street(self, change: CloseStreet, _: int) -> None:
        if self.added.pop(change.code, None) is not None:
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
        if change.mark not in (CROSSING, SIGNAL):
            msg = f"{change.mark} is no mark: give {CROSSING} for a crossing, {SIGNAL} for a signal"
            raise InputError(msg)
        row = int(rows[0])
        mark = self.marks.get(row, int(network.node_mark[row]))
        if bool(mark & change.mark) == change.is_there:
            state = "there already" if change.is_there else "not there"
            msg = f"mark {change.mark} of node {change.node_id} is {state}: leave this out"
            raise InputError(msg)
        self.marks[row] = mark ^ change.mark

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
        _check_capacity(pool.code, pool.capacity_micro)
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
        if pool.catchment is not None and not _lie_within(pool.catchment, points):
            msg = f"the catchment of pool {pool.code!r} names points that there are not"
            raise InputError(msg)


def _check_capacity(code: str, capacity_micro: int) -> None:
    """Refuse a capacity that is none."""
    if not CAPACITY_UNKNOWN <= capacity_micro <= MOST_AMOUNT_MICRO:
        msg = (
            f"pool {code!r} would hold {capacity_micro} millionths: give 0 or more, "
            f"or {CAPACITY_UNKNOWN} where it is unknown"
        )
        raise InputError(msg)


def _check_sum(place: Place) -> None:
    """Refuse a place that holds more than can be added up."""
    if sum(max(pool.capacity_micro, 0) for pool in place.pools) >= MOST_ADDED_MICRO:
        msg = f"place {place.code!r} would hold more than the engine can add up"
        raise InputError(msg)


def _check_entrances(code: str, xy_m: Float64) -> None:
    """Refuse entrances that are nowhere."""
    if xy_m.ndim != 2 or xy_m.shape[1] != 2:  # noqa: PLR2004 - x and y
        msg = f"the entrances of place {code!r} need two columns, x and y"
        raise InputError(msg)
    if not np.isfinite(xy_m).all():
        msg = f"an entrance of place {code!r} is not finite: give metres in the city's own frame"
        raise InputError(msg)


def _check_line(change: AddStreet) -> None:
    """Refuse a street that leads nowhere or has no length."""
    xy_m = change.xy_m
    if xy_m.ndim != 2 or xy_m.shape[0] < 2 or xy_m.shape[1] != 2:  # noqa: PLR2004 - x and y
        msg = f"street piece {change.code!r} needs two vertices or more, each x and y"
        raise InputError(msg)
    if not np.isfinite(xy_m).all():
        msg = f"a vertex of {change.code!r} is not finite: give metres in the city's own frame"
        raise InputError(msg)
    if not 0 < change.length_cm <= MOST_LENGTH_CM or change.farthest_join_cm < 0:
        msg = (
            f"street piece {change.code!r} is {change.length_cm} cm long and joined from "
            f"{change.farthest_join_cm} cm: give a length above 0 and a way of 0 or more"
        )
        raise InputError(msg)


def _lie_within(rows: AnyArray, count: int) -> bool:
    """Say whether rows exist."""
    return not rows.size or (int(rows.min()) >= 0 and int(rows.max()) < count)
