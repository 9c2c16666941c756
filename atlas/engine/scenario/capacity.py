"""What becomes of the pools' capacity in a scenario, worked out when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.citywide import spread_over_city
from atlas.engine.columns import Block, blocks
from atlas.engine.kernels.scenario import Turns, draw
from atlas.engine.kernels.search import forget, larger, points_within
from atlas.engine.kernels.split import CHILDREN, usable_part
from atlas.engine.ledger import CapacityLedger, assert_capacity, split_capacity, unused
from atlas.engine.positions import doors_of
from atlas.engine.scenario.inputs import Groups
from atlas.engine.scenario.points import even_outcome, touched_services
from atlas.engine.scenario.turns import doors_after, doors_taken, lanes_of, runs

if TYPE_CHECKING:
    from atlas.engine.kernels.search import Doors
    from atlas.engine.scenario.after import After
    from atlas.engine.scenario.outcome import Outcome
    from atlas.engine.types import Bool, Int32, Int64


def capacity(outcome: Outcome, then: After) -> CapacityLedger:
    """
    Return what becomes of every pool's capacity.

    Parameters
    ----------
    outcome
        Of a scenario.
    then
        What `after` says of it.

    Returns
    -------
    ledger
        Pools in the order of `then`; bit for bit that of a full run.

    Raises
    ------
    LedgerError
        If a seat was lost or made.

    Notes
    -----
    Source: METHOD §5. Pools that no touched point reaches keep their ledger, unless the city now
    tells apart groups it did not: what children draw is rounded once for each column.
    """
    base = outcome.base
    pools = then.inputs.pools
    ledger = unused(pools.capacity_micro)
    kept = np.arange(then.kept_pool.size)
    ledger.write(
        kept,
        CapacityLedger(
            *(
                getattr(base.capacity, name)[then.kept_pool]
                for name in ("used", "above_need", "no_demand", "children")
            )
        ),
    )
    touched = touched_services(outcome)
    for block in blocks(pools, then.inputs.requirements):
        is_known = any(np.array_equal(held.block.column, block.column) for held in base.held)
        if is_known and not touched[block.services].any():
            continue
        if block.is_city_wide:
            ledger.write(block.pools, _city_wide(outcome, then, block))
        else:
            _walked(outcome, then, block, ledger, everywhere=not is_known)
    assert_capacity(pools.capacity_micro, ledger)
    return ledger


def _city_wide(outcome: Outcome, then: After, block: Block) -> CapacityLedger:
    """Return the ledger of a city-wide block."""
    pools = then.inputs.pools
    children = outcome.base.amount[CHILDREN].sum(axis=0)
    spread = spread_over_city(
        pools.capacity_micro[block.pools],
        block.admits[block.pools],
        then.inputs.requirements.need()[block.service, block.first_group],
        np.array([children[s, groups].sum() for s, groups in _members(block)], np.int64),
    )
    return spread.ledger


def _members(block: Block) -> list[tuple[int, Bool]]:
    """Return the service and the groups of each column."""
    return list(zip(block.service.tolist(), block.groups, strict=True))


def _walked(
    outcome: Outcome, then: After, block: Block, ledger: CapacityLedger, *, everywhere: bool
) -> None:
    """Write the ledger of those pools of a block that draw from other shares than before."""
    kept = then.kept_place.size
    places = np.unique(then.inputs.pools.place[block.pools])
    old = places[places < kept]
    if not everywhere and outcome.ground is outcome.base.ground:
        old = old[np.isin(then.kept_place[old], _places_near(outcome, block))]
    chosen = np.concatenate((old, places[places >= kept])).astype(np.int32)
    turns, rows = _turns(outcome, then, block, chosen)
    doors = doors_after(
        doors_taken(outcome.ground.terrain.doors, then.kept_place[old].astype(np.int32)),
        doors_taken(outcome.doors, places[places >= kept].astype(np.int32) - kept),
    )
    demand, drawn = _drawn(outcome, then, block, (doors, turns))
    need = then.inputs.requirements.need()[block.service, block.first_group]
    ledger.write(rows, split_capacity(turns.capacity, need, demand, drawn))


def _turns(outcome: Outcome, then: After, block: Block, chosen: Int32) -> tuple[Turns, Int64]:
    """Return the pools of some places one by one, and their rows."""
    pools, assigned = then.inputs.pools, then.inputs.catchments()
    of_place = Groups.of(pools.place[block.pools], then.inputs.places.code.size)
    first, at = runs(of_place.first, chosen)
    rows = block.pools[of_place.row[at]]
    members = Groups.of(assigned.pool, pools.code.size)
    parts = [
        np.unique(outcome.ground.row_of[assigned.point[members.rows_of(row)]])
        for row in rows.tolist()
    ]
    parts = [part[part >= 0] for part in parts]
    return (
        Turns(
            sign=np.ones(chosen.size, np.int64),
            offer_first=first.astype(np.int32),
            admits=np.ascontiguousarray(block.admits[rows]),
            capacity=pools.capacity_micro[rows],
            is_assigned=assigned.is_assigned[rows],
            member_first=np.cumsum([0, *(part.size for part in parts)]).astype(np.int64),
            member=np.concatenate([np.zeros(0, np.int32), *parts]),
        ),
        rows,
    )


def _drawn(
    outcome: Outcome, then: After, block: Block, given: tuple[Doors, Turns]
) -> tuple[Int64, Int64]:
    """Return whom pools are shared among, and who draw on them, shape (j, k) each."""
    doors, turns = given
    base, terrain = outcome.base, outcome.ground.terrain
    demand, drawn = (np.zeros(turns.admits.shape, np.int64) for _ in range(2))
    reach = then.inputs.requirements.reach_cm[block.service, block.first_group]
    size = (terrain.graph.start.size - 1, terrain.points.row.size, max(0, int(reach.max())))
    with base.rooms.lent(*size) as room:
        draw(
            terrain.graph,
            terrain.points.standing,
            doors,
            turns,
            lanes_of(block, then.inputs.requirements),
            outcome.ground.children,
            usable_part(even_outcome(outcome, then.inputs, block).share),
            room.scratch,
            room.queue,
            demand,
            drawn,
        )
    return demand, drawn


def _places_near(outcome: Outcome, block: Block) -> Int64:
    """Return the city's places that have a touched point in their reach."""
    ground = outcome.ground
    graph, terrain, entrances = ground.terrain.graph, ground.terrain, ground.entrances
    reach = outcome.base.inputs.requirements.reach_cm[block.service, block.first_group]
    mine = [t for t in outcome.touches if np.isin(t.case.block.services, block.services).any()]
    point = np.unique(np.concatenate([np.zeros(0, np.int32), *(t.touched.point for t in mine)]))
    at = terrain.points.snap.taken(point)
    inputs = outcome.base.inputs
    one = np.zeros(point.size, np.int32)
    doors = doors_of(inputs.network, one, at, 1, inputs.walk)
    limit = max(0, int(reach.max()))
    size = (graph.start.size - 1, entrances.row.size, limit)
    with outcome.base.rooms.lent(*size) as room:
        queue = room.queue
        count = points_within(graph, entrances.standing, doors, 0, limit, room.scratch, queue)
        while count < 0:
            queue = larger(queue)
            count = points_within(graph, entrances.standing, doors, 0, limit, room.scratch, queue)
        found = entrances.row[room.scratch.point[:count]]
        forget(room.scratch, count)
    return np.unique(inputs.places.entrance_place[found]).astype(np.int64)
