"""
Compile the engine's kernels once, on a town of streets like a chessboard.

Numba keeps the machine code in NUMBA_CACHE_DIR; without this the first city would wait for it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from atlas.engine import (
    coverage,
    decay,
    depth,
    judged,
    lacking,
    margins,
    network,
    plain_streets,
    streets,
)
from atlas.engine.doubt import counts, draws, gaps, ranks, trials

SIDE = 12
BLOCK_M = 100
SERVICES, GROUPS = 3, 2
MICRO = 1_000_000


def chessboard() -> streets.StreetPieces:
    """Return streets `BLOCK_M` apart, `SIDE` each way."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    corner = np.column_stack(np.divmod(number.ravel(), SIDE)) * float(BLOCK_M)
    east = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    north = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    return plain_streets.straight_streets(corner, np.vstack([east, north]))


def main() -> None:
    """Assess the town: seats, reach alone and a city-wide service, so that every kernel runs."""
    built = network.build(chessboard())
    corners = np.random.default_rng(1).uniform(0, (SIDE - 1) * BLOCK_M, (60, 2))
    points, places = corners[:50], corners[50:]
    admits = np.zeros((len(places), SERVICES, GROUPS), bool)
    for service in range(SERVICES):
        admits[service::SERVICES, service] = True
    shape = (SERVICES, GROUPS)
    provision = np.full(shape, MICRO, np.int64)
    provision[1] = coverage.NO_PROVISION
    demand = coverage.Demand(
        code=np.array([f"p{n:02}" for n in range(len(points))]),
        xy_m=points,
        children_micro=np.full((len(points), GROUPS), 3 * MICRO, np.int64),
        zone=np.zeros(len(points), np.int32),
        edge=np.zeros(len(points), bool),
    )
    requirements = coverage.Requirements(
        service=np.array([f"s{n}" for n in range(SERVICES)]),
        reach_cm=np.full(shape, 40_000, np.int32),
        provision_micro=provision,
        participation_micro=np.full(shape, MICRO, np.int64),
        mode=np.array([coverage.WALK, coverage.WALK, coverage.CITY_WIDE], np.uint8),
    )
    complete = np.zeros((SERVICES, 1), bool)
    inputs = (
        built,
        demand,
        coverage.Places(
            code=np.array([f"k{n:02}" for n in range(len(places))]),
            entrance_place=np.arange(len(places), dtype=np.int32),
            entrance_xy_m=places,
        ),
        coverage.Pools(
            code=np.array([f"u{n:02}" for n in range(len(places))]),
            place=np.arange(len(places), dtype=np.int32),
            capacity_micro=np.full(len(places), 20 * MICRO, np.int64),
            admits=admits,
        ),
        requirements,
        complete,
    )
    found = coverage.coverage(*inputs, filled=True)
    divided = replace(requirements, access=decay.Linear(), three_step=True)
    coverage.coverage(*inputs[:4], divided, complete)
    pieces = margins.cut(demand.zone[:, None], np.array([margins.NO_PARENT], np.int32))
    at_points = judged.JudgedPoints(found.points, demand.children_micro, complete, pieces)
    lacking.lacking(at_points, (1,))
    depth.depth(at_points, requirements, unknown_limit=1 / 3)


def warm_doubt() -> None:
    """Put a smaller town in doubt: gaps at some levels, trials with each exponent, ranks."""
    spots = np.random.default_rng(2).uniform(0, (SIDE - 1) * BLOCK_M, (40, 2))
    shape = (1, 1)
    complete = np.zeros(shape, bool)
    city = coverage.city_of(
        network.build(chessboard()),
        coverage.Demand(
            code=np.array([f"p{n:02}" for n in range(30)]),
            xy_m=spots[:30],
            children_micro=np.full((30, 1), 3 * MICRO, np.int64),
            zone=np.zeros(30, np.int32),
            edge=np.zeros(30, bool),
        ),
        coverage.Places(
            code=np.array([f"k{n:02}" for n in range(10)]),
            entrance_place=np.arange(10, dtype=np.int32),
            entrance_xy_m=spots[30:],
        ),
        coverage.Pools(
            code=np.array([f"u{n:02}" for n in range(10)]),
            place=np.arange(10, dtype=np.int32),
            capacity_micro=np.full(10, 8 * MICRO, np.int64),
            admits=np.ones((10, 1, 1), bool),
        ),
        coverage.Requirements(
            service=np.array(["s"]),
            reach_cm=np.full(shape, 40_000, np.int32),
            provision_micro=np.full(shape, MICRO, np.int64),
            participation_micro=np.full(shape, MICRO, np.int64),
            mode=np.array([coverage.WALK], np.uint8),
        ),
        complete,
    )
    spread = draws.Spread()
    found = gaps.gap_levels(city, complete, spread, counts.as_counted(30))
    service = np.array(["s"])
    weighting = draws.Weighting(service, np.ones(1), service, np.zeros(1, np.int64), np.ones(1))
    drawn = draws.drawn(draws.uniforms_behind(1, 60, weighting), weighting, spread)
    twins = np.repeat(found.table(0), 2, axis=1)
    none = np.zeros((2, 1), np.uint8)
    table = trials.LevelTable(service, np.array(["a", "b"]), twins, none, np.ones(2, bool))
    row = drawn.reach * len(spread.provision_pct) + drawn.provision
    steps = trials.trial_steps(table, row, drawn, trials.missing_levels(1, 60, table))
    ranks.rank_doubt(steps, worst=(1,))


if __name__ == "__main__":
    main()
    warm_doubt()
