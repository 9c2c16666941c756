"""
Compile the engine's kernels once, on a town of streets like a chessboard.

Numba keeps the machine code in NUMBA_CACHE_DIR; without this the first city would wait for it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from atlas.engine.types import Float64

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from atlas.engine import coverage, network, paths, profiles, reach, streets, walks

SIDE = 12
BLOCK_M = 100
SERVICES, GROUPS = 3, 2
MICRO = 1_000_000


def chessboard() -> streets.StreetPieces:
    """Return streets `BLOCK_M` apart, `SIDE` each way."""
    column, row = np.divmod(np.arange(SIDE * SIDE), SIDE)
    xy_m = np.column_stack([column, row]) * float(BLOCK_M)
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    ends = np.vstack(
        [
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
        ]
    )
    pieces = len(ends)
    return streets.StreetPieces(
        code=np.array([f"way/{n}:0" for n in range(pieces)]),
        start_node=ends[:, 0].astype(np.int64),
        end_node=ends[:, 1].astype(np.int64),
        length_um=np.full(pieces, BLOCK_M * MICRO, np.int64),
        street_class=np.zeros(pieces, np.int16),
        speed_kmh=np.zeros(pieces, np.int16),
        features=np.zeros(pieces, np.uint8),
        xy_m=xy_m[ends].reshape(-1, 2),
        offset=np.arange(0, 2 * pieces + 1, 2, dtype=np.int64),
        node_id=number.ravel().astype(np.int64),
        node_xy_m=xy_m,
        node_mark=np.zeros(SIDE * SIDE, np.uint8),
    )


def main() -> None:
    """Assess the town and walk through it: seats, reach alone, a city-wide service, a path."""
    built = network.build(chessboard())
    corners = np.random.default_rng(1).uniform(0, (SIDE - 1) * BLOCK_M, (60, 2))
    town = town_of(corners[:50], corners[50:])
    coverage.coverage(built, *town)
    walk = walks.walk_of(built, profiles.any_route(1))
    everybody = np.ones((SERVICES, GROUPS), bool)
    reach.reached(built, *town, walkers=[reach.Walkers(walk, everybody)])
    start, ends = (paths.spots(built, corners[low:high]) for low, high in ((0, 1), (50, 60)))
    paths.cheapest_path(built, walk, start, ends)


def town_of(
    points: Float64, places: Float64
) -> tuple[
    coverage.Demand, coverage.Places, coverage.Pools, coverage.Requirements, np.ndarray[Any, Any]
]:
    """Return children at some points, and at each place one of the services in turn."""
    admits = np.zeros((len(places), SERVICES, GROUPS), bool)
    for service in range(SERVICES):
        admits[service::SERVICES, service] = True
    shape = (SERVICES, GROUPS)
    provision = np.full(shape, MICRO, np.int64)
    provision[1] = coverage.NO_PROVISION
    return (
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
