"""
Compile the engine's kernels once, on a town of streets like a chessboard.

Numba keeps the machine code in NUMBA_CACHE_DIR; without this the first city would wait for it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from atlas.engine import (
    coverage,
    decay,
    depth,
    judged,
    lacking,
    margins,
    network,
    paths,
    plain_streets,
    profiles,
    reach,
    streets,
    walks,
)
from atlas.engine.doubt import counts, draws, gaps, ranks, trials
from atlas.engine.equity import clusters
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.scenario.after import after
from atlas.engine.scenario.base import Keep, prepare
from atlas.engine.scenario.capacity import capacity
from atlas.engine.scenario.changes import AddStreet, ClosePlace
from atlas.engine.scenario.inputs import Inputs
from atlas.engine.scenario.now import points_now
from atlas.engine.scenario.scoring import Scoring
from atlas.engine.scenario.what_if import what_if

if TYPE_CHECKING:
    from atlas.engine.types import Bool

SIDE = 12
BLOCK_M = 100
SERVICES, GROUPS = 3, 2
MICRO = 1_000_000
POINTS, PLACES = 50, 10

Asked: TypeAlias = (
    "tuple[coverage.Demand, coverage.Places, coverage.Pools, coverage.Requirements, Bool]"
)


@dataclass(frozen=True, slots=True)
class Town:
    """A chessboard with children at some points and the services at others, in turn."""

    built: network.Network
    demand: coverage.Demand
    places: coverage.Places
    pools: coverage.Pools
    requirements: coverage.Requirements
    complete: Bool

    @property
    def asked(self) -> Asked:
        """What is asked of the network."""
        return self.demand, self.places, self.pools, self.requirements, self.complete


def chessboard() -> streets.StreetPieces:
    """Return streets `BLOCK_M` apart, `SIDE` each way."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    corner = np.column_stack(np.divmod(number.ravel(), SIDE)) * float(BLOCK_M)
    east = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    north = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    return plain_streets.straight_streets(corner, np.vstack([east, north]))


def town() -> Town:
    """Return the town: seats, reach alone and a city-wide service, so that every kernel runs."""
    spots = np.random.default_rng(1).uniform(0, (SIDE - 1) * BLOCK_M, (POINTS + PLACES, 2))
    admits = np.zeros((PLACES, SERVICES, GROUPS), bool)
    for service in range(SERVICES):
        admits[service::SERVICES, service] = True
    shape = (SERVICES, GROUPS)
    provision = np.full(shape, MICRO, np.int64)
    provision[1] = coverage.NO_PROVISION
    number = np.arange(PLACES, dtype=np.int32)
    return Town(
        built=network.build(chessboard()),
        demand=coverage.Demand(
            code=np.array([f"p{n:02}" for n in range(POINTS)]),
            xy_m=spots[:POINTS],
            children_micro=np.full((POINTS, GROUPS), 3 * MICRO, np.int64),
            zone=np.zeros(POINTS, np.int32),
            edge=np.zeros(POINTS, bool),
        ),
        places=coverage.Places(
            code=np.array([f"k{n:02}" for n in range(PLACES)]),
            entrance_place=number,
            entrance_xy_m=spots[POINTS:],
        ),
        pools=coverage.Pools(
            code=np.array([f"u{n:02}" for n in range(PLACES)]),
            place=number,
            capacity_micro=np.full(PLACES, 20 * MICRO, np.int64),
            admits=admits,
        ),
        requirements=coverage.Requirements(
            service=np.array([f"s{n}" for n in range(SERVICES)]),
            reach_cm=np.full(shape, 40_000, np.int32),
            provision_micro=provision,
            participation_micro=np.full(shape, MICRO, np.int64),
            mode=np.array([coverage.WALK, coverage.WALK, coverage.CITY_WIDE], np.uint8),
        ),
        complete=np.zeros((SERVICES, 1), bool),
    )


def warm_coverage(town: Town) -> None:
    """Share places out and fill them; count who lacks several, and how far the out live."""
    found = coverage.coverage(town.built, *town.asked, filled=True)
    divided = replace(town.requirements, access=decay.Linear(), three_step=True)
    coverage.coverage(town.built, town.demand, town.places, town.pools, divided, town.complete)
    pieces = margins.cut(town.demand.zone[:, None], np.array([margins.NO_PARENT], np.int32))
    at_points = judged.JudgedPoints(found.points, town.demand.children_micro, town.complete, pieces)
    lacking.lacking(at_points, (1,))
    depth.depth(at_points, town.requirements, unknown_limit=1 / 3)


def warm_walks(town: Town) -> None:
    """Walk through the town by a profile, and along one path."""
    walk = walks.walk_of(town.built, profiles.any_route(1))
    everybody = np.ones((SERVICES, GROUPS), bool)
    reach.reached(town.built, *town.asked, walkers=[reach.Walkers(walk, everybody)])
    homes, doors = town.demand.xy_m[:1], town.places.entrance_xy_m
    start, ends = (paths.spots(town.built, spots) for spots in (homes, doors))
    paths.cheapest_path(town.built, walk, start, ends)


def warm_doubt(town: Town) -> None:
    """Put the town in doubt: gaps at some levels, trials with each exponent, ranks."""
    city = coverage.city_of(town.built, *town.asked)
    spread = draws.Spread()
    found = gaps.gap_levels(city, town.complete, spread, counts.as_counted(POINTS))
    service = np.array(["s"])
    weighting = draws.Weighting(service, np.ones(1), service, np.zeros(1, np.int64), np.ones(1))
    drawn = draws.drawn(draws.uniforms_behind(1, 60, weighting), weighting, spread)
    twins = np.repeat(found.table(0), 2, axis=1)
    none = np.zeros((2, 1), np.uint8)
    table = trials.LevelTable(service, np.array(["a", "b"]), twins, none, np.ones(2, bool))
    row = drawn.reach * len(spread.provision_pct) + drawn.provision
    steps = trials.trial_steps(table, row, drawn, trials.missing_levels(1, 60, table))
    ranks.rank_doubt(steps, worst=(1,))


def warm_clusters() -> None:
    """Look for clusters among a few zones in a row."""
    code = np.array([f"z{n}" for n in range(6)])
    rule = clusters.ClusterRule("in a row", permutations=9)
    row = np.column_stack([np.arange(5), np.arange(1, 6)])
    clusters.clusters(code, np.arange(6.0), np.ones(6, bool), row, rule)


def warm_what_if(town: Town) -> None:
    """Change every kind of place and the streets in a scenario, scored and ranked."""
    code, equal = town.requirements.service, np.ones(SERVICES)
    weighting = draws.Weighting(np.array(["all"]), np.ones(1), code, np.zeros(SERVICES, int), equal)
    scoring = Scoring(
        pieces=margins.cut(np.zeros((1, 1), np.int32), np.full(1, -1, np.int32)),
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
        draws=draws.drawn(draws.uniforms_behind(1, 20, weighting), weighting, draws.Spread()),
        seed=1,
        worst=(1,),
    )
    everything = Keep(access=True, nearest=True, filled=True)
    base = prepare(Inputs(town.built, *town.asked), scoring, keep=everything)
    bridge = AddStreet("bridge", np.array([[0.0, 0.0], [150.0, 150.0]]), 21_213, 1_000)
    closed = [ClosePlace(name) for name in town.places.code[:SERVICES].tolist()]
    outcome = what_if(base, [*closed, bridge])
    capacity(outcome, after(outcome))
    points_now(outcome)


def main() -> None:
    """Run every kernel once, with a bar where somebody sits at a terminal."""
    of_town = (warm_coverage, warm_walks, warm_doubt, warm_what_if)
    with tqdm(total=2 + len(of_town), unit="part", disable=None, leave=False) as bar:
        own = town()
        bar.update()
        for work in of_town:
            work(own)
            bar.update()
        warm_clusters()
        bar.update()


if __name__ == "__main__":
    main()
