"""Random changes to a town, and the same changes made to the town itself, plainly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.engine.coverage import Assigned
from atlas.engine.network import build
from atlas.engine.scenario.changes import ClosePlace, MovePlace, OpenPlace, Pool, SetCapacity
from atlas.engine.scenario.inputs import Inputs
from atlas.engine.types import MICRO
from tests.unit.engine.towns import GROUPS, _scatter

CAPACITIES = (-1, 0, 1, 5 * MICRO, 20 * MICRO, 7_777_777)


def inputs_of(town):
    return Inputs(
        build(town.pieces),
        town.demand,
        town.places,
        town.pools,
        town.requirements,
        town.incomplete,
        town.assigned,
    )


class Ledger:
    """A town's places as plain dictionaries, to which changes are made one after another."""

    def __init__(self, town):
        self.town = town
        places, pools = town.places, town.pools
        self.entrances = {
            code: places.entrance_xy_m[places.entrance_place == row]
            for row, code in enumerate(places.code.tolist())
        }
        self.pools = {}
        for row, code in enumerate(pools.code.tolist()):
            catchment = None
            if town.assigned is not None and town.assigned.is_assigned[row]:
                catchment = town.assigned.point[town.assigned.pool == row]
            self.pools[code] = (
                str(places.code[pools.place[row]]),
                Pool(code, int(pools.capacity_micro[row]), pools.admits[row], catchment),
            )

    def of(self, place):
        return tuple(pool for owner, pool in self.pools.values() if owner == place)

    def make(self, change):
        """Make a change and return the one that undoes it."""
        if isinstance(change, OpenPlace):
            self.entrances[change.code] = change.entrance_xy_m
            self.pools |= {pool.code: (change.code, pool) for pool in change.pools}
            return ClosePlace(change.code)
        if isinstance(change, ClosePlace):
            pools = self.of(change.code)
            for pool in pools:
                del self.pools[pool.code]
            return OpenPlace(change.code, self.entrances.pop(change.code), pools)
        if isinstance(change, MovePlace):
            undo = MovePlace(change.code, self.entrances[change.code])
            self.entrances[change.code] = change.entrance_xy_m
            return undo
        owner, pool = self.pools[change.pool]
        self.pools[change.pool] = (owner, replace(pool, capacity_micro=change.capacity_micro))
        return SetCapacity(change.pool, pool.capacity_micro)

    def changed_town(self):
        """The town as it is now, places and pools in the order of this book."""
        codes = list(self.entrances)
        pools = list(self.pools.values())
        number = {code: row for row, code in enumerate(codes)}
        own = [
            (j, pool.catchment) for j, (_, pool) in enumerate(pools) if pool.catchment is not None
        ]
        is_assigned = np.zeros(len(pools), np.bool_)
        is_assigned[[j for j, _ in own]] = True
        none = np.zeros(0, np.int32)
        shape = self.town.requirements.reach_cm.shape
        return self.town.but(
            places=replace(
                self.town.places,
                code=np.array(codes, dtype=np.str_),
                entrance_place=np.repeat(
                    np.arange(len(codes)), [len(xy) for xy in self.entrances.values()]
                ).astype(np.int32),
                entrance_xy_m=np.concatenate([np.zeros((0, 2)), *self.entrances.values()]),
            ),
            pools=replace(
                self.town.pools,
                code=np.array([pool.code for _, pool in pools], dtype=np.str_),
                place=np.array([number[owner] for owner, _ in pools], np.int32),
                capacity_micro=np.array([pool.capacity_micro for _, pool in pools], np.int64),
                admits=np.array([pool.admits for _, pool in pools], bool).reshape(-1, *shape),
            ),
            assigned=Assigned(
                is_assigned,
                np.repeat([j for j, _ in own], [len(rows) for _, rows in own]).astype(np.int32),
                np.concatenate([none, *(rows for _, rows in own)]).astype(np.int32),
            ),
        )


def random_change(random, book, serial):
    """One change that can be made to the town as it is now."""
    kinds = ["open", "open"]
    kinds += ["close", "move", "move"] if book.entrances else []
    kinds += ["resize", "resize"] if book.pools else []
    kind = random.choice(kinds)
    if kind == "open":
        return OpenPlace(
            f"p9{serial:03d}",
            _scatter(random, book.town.pieces, int(random.integers(0, 4))),
            tuple(_pool(random, book, f"u9{serial:03d}{k}") for k in range(random.integers(0, 4))),
        )
    if kind == "resize":
        return SetCapacity(str(random.choice(sorted(book.pools))), int(random.choice(CAPACITIES)))
    code = str(random.choice(sorted(book.entrances)))
    if kind == "close":
        return ClosePlace(code)
    return MovePlace(code, _scatter(random, book.town.pieces, int(random.integers(1, 3))))


def _pool(random, book, code):
    """A pool of one service, or of two of the same mode."""
    requirements = book.town.requirements
    admits = np.zeros(requirements.reach_cm.shape, np.bool_)
    service, other = random.integers(requirements.service.size, size=2)
    admits[service] = random.random(GROUPS) < 0.7
    if requirements.mode[other] == requirements.mode[service] and random.random() < 0.2:
        admits[other, 0] = True
    catchment = None
    if book.town.assigned is not None and random.random() < 0.3:
        points = book.town.demand.code.size
        catchment = np.flatnonzero(random.random(points) < 0.5).astype(np.int32)
    return Pool(code, int(random.choice(CAPACITIES)), admits, catchment)
