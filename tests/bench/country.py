"""A country of 1,400 invented cities, assessed in equal batches by spawned processes."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from atlas.assessments.batches import equal_batches
from atlas.engine.coverage import CITY_WIDE, Demand, Places, Pools, Requirements, coverage
from atlas.engine.need import ScoreRule, gap, score
from atlas.engine.network import Network, build
from atlas.engine.plain_streets import straight_streets
from atlas.engine.types import MICRO
from atlas.engine.workers import usable_cores

CITIES = 1_400
COUNTRY_NODES = 3_800_000
RANK_SIZE = 0.9
NODES_PER_POINT, NODES_PER_PLACE, NODES_PER_ZONE = 3, 60, 1_000
SERVICES, GROUPS = 12, 10
BLOCK_M = 90
BATCHES_PER_WORKER = 25
SMALLEST = 64
KEPT_STREETS = 0.8


def sizes() -> dict[str, int]:
    """Nodes of every city: the city of rank r has 1 / r**0.9 of the largest."""
    part = np.arange(1, CITIES + 1) ** -RANK_SIZE
    nodes = np.maximum(part / part.sum() * COUNTRY_NODES, SMALLEST).astype(int)
    return {f"city-{rank:04d}": int(count) for rank, count in enumerate(nodes, start=1)}


def streets(nodes: int, seed: int):
    """Crooked blocks with a fifth of the streets missing: about as many corners as asked for."""
    random = np.random.Generator(np.random.Philox(seed))
    across = max(2, int(nodes**0.5))
    number = np.arange(across * across).reshape(across, across)
    spot = np.stack(np.divmod(number.ravel(), across), axis=1) * float(BLOCK_M)
    xy_m = spot + random.uniform(-25, 25, spot.shape)
    ends = np.vstack(
        [
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
        ]
    )
    return straight_streets(xy_m, ends[random.random(len(ends)) < KEPT_STREETS])


def write(folder: Path, nodes: dict[str, int]) -> None:
    """Build every city's network and keep it as arrays; not part of what is measured."""
    for seed, (city, count) in enumerate(nodes.items()):
        kept = folder / city
        kept.mkdir()
        for name, array in build(streets(count, seed)).arrays().items():
            np.save(kept / f"{name}.npy", array)


def read(folder: Path) -> Network:
    """Open a kept network, memory-mapped."""
    names = [field.name for field in fields(Network)] + ["builder_version"]
    return Network.from_arrays(
        {name: np.load(folder / f"{name}.npy", mmap_mode="c") for name in names}
    )


def inputs(network: Network, seed: int):
    """Children, places and requirements of one city, drawn from its seed."""
    random = np.random.Generator(np.random.Philox(seed))
    points = max(1, network.nodes // NODES_PER_POINT)
    places = max(SERVICES, network.nodes // NODES_PER_PLACE)
    zones = max(1, network.nodes // NODES_PER_ZONE)
    # Nodes lie along a curve that keeps neighbours together: pieces of it are neighbourhoods.
    node = np.sort(random.integers(0, network.nodes, points))
    demand = Demand(
        code=np.char.mod("point/%08d", np.arange(points)),
        xy_m=network.node_xy_m[node] + random.normal(0, 20, (points, 2)),
        children_micro=random.integers(0, 6 * MICRO, (points, GROUPS)),
        zone=(node * zones // network.nodes).astype(np.int32),
        edge=np.zeros(points, np.bool_),
    )
    service = np.arange(places) % SERVICES
    admits = np.zeros((places, SERVICES, GROUPS), np.bool_)
    admits[np.arange(places), service] = True
    at = random.integers(0, network.nodes, places)
    offered = Places(
        code=np.char.mod("place/%06d", np.arange(places)),
        entrance_place=np.arange(places, dtype=np.int32),
        entrance_xy_m=network.node_xy_m[at] + random.normal(0, 20, (places, 2)),
    )
    pools = Pools(
        code=np.char.mod("pool/%06d", np.arange(places)),
        place=np.arange(places, dtype=np.int32),
        capacity_micro=random.integers(0, 500, places) * MICRO,
        admits=admits,
    )
    reach = np.repeat(np.array([30_000, 50_000, 50_000, 80_000, 100_000], np.int32), 2)
    mode = np.zeros(SERVICES, np.uint8)
    mode[-1] = CITY_WIDE
    requirements = Requirements(
        service=np.char.mod("service_%02d", np.arange(SERVICES)),
        reach_cm=np.tile(reach, (SERVICES, 1)),
        provision_micro=np.full((SERVICES, GROUPS), MICRO),
        participation_micro=np.full((SERVICES, GROUPS), MICRO),
        mode=mode,
    )
    return demand, offered, pools, requirements, np.zeros((SERVICES, zones), np.bool_)


def assess(folder: Path, city: str) -> float:
    """Assess one city from its files; the mean of its scores, to show that there are some."""
    network = read(folder / city)
    demand, *rest = inputs(network, int(city[-4:]))
    found = coverage(network, demand, *rest, threads=1)
    parts = (found.full, found.out, found.children, found.unknown)
    levels = gap(*(part.sum(axis=2) for part in parts))
    weights = np.full(SERVICES, 1 / SERVICES)
    return float(np.nanmean(score(levels, weights, ScoreRule(p=2.0)).need))


def assess_batch(folder: str, cities: list[str]) -> list[float]:
    """What one worker does at a time."""
    return [assess(Path(folder), city) for city in cities]


def country_ours(_city, folder: str) -> dict[str, float]:
    """Seconds for the whole country, the start of the workers included."""
    nodes = sizes()
    write(Path(folder), nodes)
    workers = usable_cores()
    batches = equal_batches(nodes, workers * BATCHES_PER_WORKER)
    began = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(assess_batch, folder, batch) for batch in batches]
        scores = [one for future in as_completed(asked) for one in future.result()]
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cities": len(scores), "nodes": sum(nodes.values())}
