"""
Compile the engine's kernels once, on a town of streets like a chessboard.

Numba keeps the machine code in NUMBA_CACHE_DIR; without this the first city would wait for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from atlas.engine import coverage, network, plain_streets, streets

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
    coverage.coverage(
        built,
        coverage.Demand(
            code=np.array([f"p{n:02}" for n in range(len(points))]),
            xy_m=points,
            children_micro=np.full((len(points), GROUPS), 3 * MICRO, np.int64),
            zone=np.zeros(len(points), np.int32),
            edge=np.zeros(len(points), bool),
        ),
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
        coverage.Requirements(
            service=np.array([f"s{n}" for n in range(SERVICES)]),
            reach_cm=np.full(shape, 40_000, np.int32),
            provision_micro=provision,
            participation_micro=np.full(shape, MICRO, np.int64),
            mode=np.array([coverage.WALK, coverage.WALK, coverage.CITY_WIDE], np.uint8),
        ),
        np.zeros((SERVICES, 1), bool),
    )


if __name__ == "__main__":
    main()
