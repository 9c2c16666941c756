"""
Compile the engine's kernels once, on a town of streets like a chessboard.

Numba keeps the machine code in NUMBA_CACHE_DIR; without this the first city would wait for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from atlas.engine import coverage, network, streets
from atlas.engine.doubt.draws import Spread, Weighting, drawn, uniforms_behind
from atlas.engine.margins import cut
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.capacity import after, capacity
from atlas.engine.scenario.changes import AddStreet, ClosePlace
from atlas.engine.scenario.inputs import Inputs
from atlas.engine.scenario.scoring import Scoring
from atlas.engine.scenario.what_if import what_if

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
    city = (
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
    coverage.coverage(*city)
    ask_what_if(Inputs(*city))


def ask_what_if(city: Inputs) -> None:
    """Change every kind of place and the streets in a scenario, scored and ranked."""
    code, equal = city.requirements.service, np.ones(SERVICES)
    weighting = Weighting(np.array(["all"]), np.ones(1), code, np.zeros(SERVICES, int), equal)
    scoring = Scoring(
        pieces=cut(np.zeros((1, 1), np.int32), np.full(1, -1, np.int32)),
        zone_code=np.array(["z"]),
        family=np.zeros(1, np.int32),
        is_ranked=np.ones(1, bool),
        children=np.full(1, 100),
        is_missing=np.zeros((1, SERVICES), bool),
        context=Levels(np.zeros((1, 0)), np.zeros((1, 0), np.uint8)),
        code=code,
        weights=equal / SERVICES,
        rule=ScoreRule(),
        unknown_limit=1 / 3,
        draws=drawn(uniforms_behind(1, 20, weighting), weighting, Spread()),
        seed=1,
        worst=(1,),
    )
    base = prepare(city, scoring)
    bridge = AddStreet("bridge", np.array([[0.0, 0.0], [150.0, 150.0]]), 21_213, 1_000)
    closed = [ClosePlace(name) for name in city.places.code[:SERVICES].tolist()]
    outcome = what_if(base, [*closed, bridge])
    capacity(outcome, after(outcome))


if __name__ == "__main__":
    main()
