"""The nearest place in a scenario: only where it changes is it looked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.inputs import CITY_WIDE
from atlas.engine.kernels.hierarchy import FAR, OWNER_BITS
from atlas.engine.kernels.scenario_nearest import (
    labels_along_edges,
    labels_at_points,
    spread_labels,
)
from atlas.engine.kernels.search import FAR_CM
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.inputs import Register
from atlas.engine.scenario.turns import runs

if TYPE_CHECKING:
    from atlas.engine.columns import Block
    from atlas.engine.kernels.search import Doors, Graph
    from atlas.engine.scenario.after import After
    from atlas.engine.scenario.ground import Ground
    from atlas.engine.scenario.inputs import Inputs
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.types import Bool, Int32, Int64

GAP_BITS = 10
"""Places of a city are ranked with room for as many new codes, less one, between any two."""

_OWNER = (1 << OWNER_BITS) - 1
_BETWEEN = (1 << GAP_BITS) - 1


@dataclass(frozen=True, slots=True)
class NearestPlaces:
    """
    The nearest place that admits one group to one service.

    Attributes
    ----------
    row
        Which of the caller's points, shape (n,): all that meet a street.
    cm
        Walking cost, not bounded by the reach, shape (n,); -1 where none is connected.
    place
        Row of the place among those of `after`, shape (n,); -1 where none is connected.
    """

    row: Int64
    cm: Int32
    place: Int32


@dataclass(frozen=True, slots=True)
class _Lane:
    """Places that take part, and the ground they stand on."""

    ground: Ground
    rank: Int64
    takes_part: Bool

    @property
    def graph(self) -> Graph:
        return self.ground.terrain.graph

    @property
    def doors(self) -> Doors:
        return self.ground.terrain.doors

    def door_rows(self) -> tuple[Int64, Int64]:
        """Return the doors of those that take part, and their places' ranks."""
        count = np.diff(self.doors.place_first)
        row = np.flatnonzero(np.repeat(self.takes_part, count))
        return row, np.repeat(self.rank, count)[row]


def labels_of(inputs: Inputs, ground: Ground, block: Block) -> Int64:
    """
    Return the nearest place at every node, for each column of a block.

    Parameters
    ----------
    inputs, ground
        The city.
    block
        Services that are walked to.

    Returns
    -------
    label
        Cost and the rank of the place's code as one number, shape (v, k), `FAR` where there is
        none; of pools without a catchment.
    """
    rank = _ranks(Register.of(inputs.places.code))
    admits = block.admits & ~inputs.catchments().is_assigned[:, None]
    nodes = ground.terrain.graph.start.size - 1
    label = np.empty((nodes, block.service.size), np.int64)
    for k in range(block.service.size):
        lane = _Lane(ground, rank, _of_places(inputs, admits[:, k]))
        label[:, k] = _from_scratch(lane, np.zeros(nodes, np.bool_))
    return label


def nearest_now(outcome: Outcome, service: int, group: int) -> NearestPlaces:
    """
    Return the nearest place of every point once a scenario's changes are made.

    Parameters
    ----------
    outcome
        Of a scenario whose base keeps its nearest places.
    service, group
        Rows of a requirement of a service that is walked to.

    Returns
    -------
    nearest
        Bit for bit as a full run finds them: of places equally near the smaller code's.

    Raises
    ------
    InputError
        If the base keeps none, the requirement does not exist, its service is city-wide, or more
        than 1,023 new codes lie between two of the city's.

    Notes
    -----
    Source: METHOD §3.2–3 (ours). Where a place goes, only the nodes that were nearest to it are
    asked again, from those around them; where one comes, only those that it is nearest to. Where
    streets change all nodes are asked, and a pool with a catchment is looked for from its place.
    """
    base = outcome.base
    held = [h for h in base.held if h.block.column[service, group] >= 0]
    if not held or base.inputs.requirements.mode[service] == CITY_WIDE:
        msg = f"no walk of group {group} to service {service} is judged"
        raise InputError(msg)
    if held[0].label is None:
        msg = "the base keeps no nearest places: prepare it with them"
        raise InputError(msg)
    then = after(outcome)
    pools, assigned = then.inputs.pools, then.inputs.catchments()
    admits = pools.admits[:, service, group]
    ground = ground_after(outcome, then)
    rank = _ranks_after(outcome, then)
    is_open = _of_places(then.inputs, admits & ~assigned.is_assigned)
    lane = _Lane(ground, rank, is_open)
    before = held[0].label[:, held[0].block.column[service, group]]
    label = _open_labels(outcome, lane, before)
    found = _at_points(lane, label)
    for pool in np.flatnonzero(admits & assigned.is_assigned).tolist():
        rows = ground.row_of[assigned.point[assigned.pool == pool]]
        alone = np.zeros(rank.size, np.bool_)
        alone[pools.place[pool]] = True
        _keep_nearer(found, _Lane(ground, rank, alone), np.unique(rows[rows >= 0]))
    is_there = found < FAR
    cm = np.where(is_there, found >> OWNER_BITS, -1).astype(np.int32)
    place = np.where(is_there, _owners(rank, found & _OWNER), -1).astype(np.int32)
    return NearestPlaces(ground.terrain.points.row, cm, place)


def _owners(rank: Int64, owner: Int64) -> Int32:
    """Return the rows of the places that some ranks are of; any row where there is none."""
    is_old = rank & _BETWEEN == 0
    row = np.zeros((int(rank.max(initial=0)) >> GAP_BITS) + 1, np.int32)
    row[rank[is_old] >> GAP_BITS] = np.flatnonzero(is_old)
    at: Int32 = row[np.minimum(owner >> GAP_BITS, row.size - 1)]
    for new in np.flatnonzero(~is_old).tolist():
        at[owner == rank[new]] = new
    return at


def _ranks(register: Register) -> Int64:
    """Return the rank of each place's code, with room between them."""
    rank = np.empty(register.row.size, np.int64)
    rank[register.row] = (1 + np.arange(register.row.size)) << GAP_BITS
    return rank


def _ranks_after(outcome: Outcome, then: After) -> Int64:
    """Return the rank of each place of a scenario among those that the city had."""
    register = outcome.base.directory.places
    old = _ranks(register)
    ranks, used = old[then.kept_place].tolist(), 0
    for place in outcome.changed.after:
        at = int(np.searchsorted(register.code, place.code))
        if at < register.code.size and str(register.code[at]) == place.code:
            ranks.append(int(old[register.row[at]]))
            continue
        # Places come in the order of their codes.
        used = max(at << GAP_BITS, used) + 1
        if used >> GAP_BITS != at:
            msg = "too many new places have codes between two of the city's"
            raise InputError(msg)
        ranks.append(used)
    return np.array(ranks, np.int64)


def _of_places(inputs: Inputs, admits: Bool) -> Bool:
    """Return which places have a pool that admits, shape (p,)."""
    takes_part = np.zeros(inputs.places.code.size, np.bool_)
    takes_part[inputs.pools.place[admits]] = True
    return takes_part


def _seeds(lane: _Lane, row: Int64, rank: Int64) -> tuple[Int32, Int64]:
    """Return the nodes that doors lead to, and the labels they bring."""
    doors = lane.doors
    node = np.concatenate((doors.start[row], doors.end[row]))
    way = np.concatenate((doors.to_start[row], doors.to_end[row])).astype(np.int64)
    is_open = way < FAR_CM
    cm = way + np.tile(doors.leg[row], 2)
    return node[is_open], (cm[is_open] << OWNER_BITS) | np.tile(rank, 2)[is_open]


def _from_scratch(lane: _Lane, is_awaited: Bool) -> Int64:
    """Return the labels of all nodes; once those that are awaited have theirs, no others'."""
    label = np.full(is_awaited.size, FAR, np.int64)
    node, seed = _seeds(lane, *lane.door_rows())
    spread_labels(lane.graph, node, seed, label, is_awaited, int(is_awaited.sum()))
    return label


def _open_labels(outcome: Outcome, lane: _Lane, before: Int64) -> Int64:
    """Return the labels of all nodes after the changes."""
    nodes = lane.graph.start.size - 1
    nobody = np.zeros(nodes, np.bool_)
    if outcome.ground is not outcome.base.ground:
        return _from_scratch(lane, nobody)
    label = before.copy()
    gone = [place.row for place in outcome.changed.before]
    owner = label & _OWNER
    is_lost = np.isin(owner, _ranks(outcome.base.directory.places)[gone]) & (label < FAR)
    label[is_lost] = FAR
    row, rank = lane.door_rows()
    doors, kept = lane.doors, lane.rank.size - len(outcome.changed.after)
    is_new = np.isin(rank, lane.rank[kept:])
    comes = is_new | is_lost[doors.start[row]] | is_lost[doors.end[row]]
    node, seed = _seeds(lane, row[comes], rank[comes])
    around = _around(lane.graph, is_lost, label)
    spread_labels(
        lane.graph,
        np.concatenate((node, around[0])),
        np.concatenate((seed, around[1])),
        label,
        nobody,
        0,
    )
    return label


def _around(graph: Graph, is_lost: Bool, label: Int64) -> tuple[Int32, Int64]:
    """Return nodes that lost their nearest place, and what their neighbours' labels bring."""
    lost = np.flatnonzero(is_lost)
    first, arc = runs(graph.start, lost)
    tail = np.repeat(lost, np.diff(first)).astype(np.int32)
    head, cm = graph.head[arc], graph.cm[arc].astype(np.int64)
    is_there = ~is_lost[head] & (label[head] < FAR) & (cm < FAR_CM)
    seed = label[head] + (cm << OWNER_BITS)
    return tail[is_there], np.minimum(seed[is_there], FAR)


def _at_points(lane: _Lane, label: Int64) -> Int64:
    """Return the labels of all standing points."""
    standing = lane.ground.terrain.points.standing
    out = np.full(standing.along.size, FAR, np.int64)
    labels_at_points(label, standing, out)
    row, rank = lane.door_rows()
    doors = lane.doors
    labels_along_edges(doors.edge[row], doors.along[row], doors.leg[row], rank, standing, out)
    return out


def _keep_nearer(found: Int64, lane: _Lane, rows: Int32) -> None:
    """Lower the labels of some points to those of one more place."""
    standing = lane.ground.terrain.points.standing
    is_mine = np.zeros(standing.along.size, np.bool_)
    is_mine[rows] = True
    is_awaited = np.zeros(lane.graph.start.size - 1, np.bool_)
    at = np.flatnonzero(is_mine[standing.point])
    is_awaited[np.searchsorted(standing.node_first, at, side="right") - 1] = True
    label = _at_points(lane, _from_scratch(lane, is_awaited))
    found[rows] = np.minimum(found[rows], label[rows])
