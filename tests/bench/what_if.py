"""
Live what-if measured: ``python -m tests.bench.what_if [CITY]``.

A few hundred random one-place changes, each answered from its call to new scores of all zones and
their rank intervals over 10,000 draws.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time

import numpy as np

from atlas.engine.coverage import CITY_WIDE, Places, Pools
from atlas.engine.doubt.draws import Spread, Weighting, drawn, uniforms_behind
from atlas.engine.margins import cut
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.changes import (
    Change,
    ClosePlace,
    MovePlace,
    OpenPlace,
    Pool,
    SetCapacity,
)
from atlas.engine.scenario.inputs import Inputs
from atlas.engine.scenario.scoring import Scoring
from atlas.engine.scenario.what_if import what_if
from atlas.engine.types import MICRO
from atlas.engine.workers import usable_cores
from tests.bench.cities import CITIES, GROUPS, SERVICES, ZONES_ACROSS, scattered, whole_city
from tests.bench.streets_work import network_of

DRAWS = 10_000
PLACES = 20_000
CHANGES = 300
KINDS = ("open", "close", "move", "enlarge")
LIMIT_S = 0.050


def city_inputs(network, points, places):
    """A city of the bench with so many places, those of its city-wide service few."""
    _, demand, _, _, requirements, incomplete = whole_city(network, points)
    random = np.random.Generator(np.random.Philox(11))
    by_city = requirements.mode == CITY_WIDE
    share = np.where(by_city, 0.0, np.geomspace(1, 10, SERVICES))
    counts = (share / share.sum() * (places - 20)).astype(int)
    counts[by_city] = 20
    service = np.repeat(np.arange(SERVICES), counts)
    total = service.size
    admits = np.zeros((total, SERVICES, GROUPS), np.bool_)
    admits[np.arange(total), service] = True
    admits[(service % 4 == 1) & (random.random(total) < 0.5), :, 1::2] = False
    number = np.arange(total, dtype=np.int32)
    return Inputs(
        network,
        demand,
        Places(
            np.array([f"place/{k:06d}" for k in range(total)]),
            number,
            scattered(network, total, 12),
        ),
        Pools(
            np.array([f"pool/{k:06d}" for k in range(total)]),
            number,
            np.where(random.random(total) < 0.1, -1, random.integers(0, 500, total) * MICRO),
            admits,
        ),
        requirements,
        incomplete,
    )


def city_scoring(inputs):
    """Four hundred zones ranked together, weights and exponents drawn."""
    zones = ZONES_ACROSS**2
    code = inputs.requirements.service
    weighting = Weighting(
        np.array(["all"]), np.ones(1), code, np.zeros(SERVICES, int), np.ones(SERVICES)
    )
    none = np.full(zones, -1, np.int32)
    return Scoring(
        pieces=cut(np.arange(zones, dtype=np.int32)[:, None], none),
        zone_code=np.array([f"zone/{z:03d}" for z in range(zones)]),
        family=np.zeros(zones, np.int32),
        is_ranked=np.ones(zones, np.bool_),
        children=np.full(zones, 1_000),
        is_missing=np.zeros((zones, SERVICES), np.bool_),
        context=Levels(np.zeros((zones, 0)), np.zeros((zones, 0), np.uint8)),
        code=code,
        weights=weighting.weight / SERVICES,
        rule=ScoreRule(),
        unknown_limit=1 / 3,
        draws=drawn(uniforms_behind(1, DRAWS, weighting), weighting, Spread()),
        seed=1,
        worst=(20, 40),
    )


def random_changes(inputs, count):
    """One-place changes, every kind in turn."""
    random = np.random.Generator(np.random.Philox(13))
    xy = scattered(inputs.network, count, 14)
    places, pools = inputs.places, inputs.pools
    changes: list[tuple[str, Change]] = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        row = int(random.integers(places.code.size))
        code = str(places.code[row])
        there = xy[number : number + 1]
        if kind == "open":
            pool = Pool(f"new/{number}", 300 * MICRO, pools.admits[row])
            changes.append((kind, OpenPlace(f"new/{number}", there, (pool,))))
        elif kind == "close":
            changes.append((kind, ClosePlace(code)))
        elif kind == "move":
            changes.append((kind, MovePlace(code, there)))
        else:
            more = abs(int(pools.capacity_micro[row])) + 100 * MICRO
            changes.append((kind, SetCapacity(str(pools.code[row]), more)))
    return changes


def measured(base, changes, *, threads):
    """Seconds of each change, by kind; those without scores and ranks beside them."""
    seconds = {kind: [] for kind in KINDS}
    for kind, change in changes:
        began = time.perf_counter()
        what_if(base, [change], threads=threads)
        seconds[kind].append(time.perf_counter() - began)
    return seconds


def figures(seconds):
    """Median and 95th percentile, milliseconds."""
    every = np.concatenate([np.array(part) for part in seconds.values()])
    parts = {"all": every} | {kind: np.array(part) for kind, part in seconds.items()}
    return {
        kind: {"p50": 1e3 * float(np.median(part)), "p95": 1e3 * float(np.quantile(part, 0.95))}
        for kind, part in parts.items()
    }


def what_if_ours(city, folder):
    """What the bench keeps: seconds, of which 95 in a hundred changes need no more."""
    inputs = city_inputs(network_of(folder), city.points, PLACES)
    base = prepare(inputs, city_scoring(inputs))
    children_only = prepare(inputs)
    changes = random_changes(inputs, CHANGES)
    measured(base, changes[:8], threads=usable_cores())
    whole = figures(measured(base, changes, threads=usable_cores()))
    network = figures(measured(children_only, changes, threads=1))
    return {
        "seconds": whole["all"]["p95"] / 1e3,
        "whole_ms": whole,
        "children_ms": network,
        "nodes": inputs.network.nodes,
    }


def main():
    """Measure one city of the bench, by default the largest."""
    from tests.bench.__main__ import write_network  # noqa: PLC0415

    name = sys.argv[1] if len(sys.argv) > 1 else CITIES[-1].name
    city = next(one for one in CITIES if one.name == name)
    with tempfile.TemporaryDirectory() as folder:
        write_network(city, folder)
        sys.stdout.write(json.dumps(what_if_ours(city, folder), indent=1) + "\n")


if __name__ == "__main__":
    main()
