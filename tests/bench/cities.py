"""The cities the bench runs on, and the works' inputs, all drawn from one seed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.coverage import CITY_WIDE, Demand, Places, Pools, Requirements
from atlas.engine.plain_streets import straight_streets
from atlas.engine.types import MICRO, Float64, Int32
from tests.bench.osm import read_streets
from tests.bench.replica import replica

if TYPE_CHECKING:
    from atlas.engine.network import Network
    from atlas.engine.streets import StreetPieces

DATA = Path(os.environ.get("ATLAS_REAL_DATA", "../shared/data"))
LAS_PALMAS = DATA / "las-palmas/las_palmas_2023-02-21.osm.pbf"
PORTO = DATA / "benchmark/porto_highways.osm.pbf"
COPIES = 5

SERVICES, GROUPS, ZONES_ACROSS = 12, 10, 20
NODES_PER_PLACE = 17
MOST_PLACES = 20_000
REACH_CM = 100_000


@dataclass(frozen=True)
class City:
    """A city of the bench: where its streets come from and how many points it has."""

    name: str
    path: Path
    srid: int
    copies: int
    points: int
    build_limit_s: float
    assess_limit_s: float

    def pieces(self):
        """Read the streets, as many copies of them as the city has."""
        once = read_streets(self.path, self.srid)
        return once if self.copies == 1 else replica(once, self.copies)


CITIES = (
    City("Las Palmas", LAS_PALMAS, 32628, 1, 22_651, 1.0, 2.0),
    City("Porto", PORTO, 32629, 1, 60_000, 2.0, 5.0),
    City("Porto, five copies", PORTO, 32629, COPIES, 300_000, 5.0, 15.0),
)


def chessboard() -> StreetPieces:
    """Return a small town, to load every program's machine code before memory is measured."""
    side = np.arange(20)
    spot = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    number = np.arange(spot.shape[0])
    east, north = number[spot[:, 0] < 19], number[spot[:, 1] < 19]
    ends = np.concatenate((np.column_stack((east, east + 1)), np.column_stack((north, north + 20))))
    return straight_streets(100 * spot.astype(np.float64), ends)


def nodes_of_services(nodes: int) -> list[Int32]:
    """Twelve services of 200 to 2,000 places for each 338,000 nodes, drawn from the nodes."""
    random = np.random.Generator(np.random.Philox(2))
    counts = np.maximum(np.geomspace(200, 2_000, SERVICES) * nodes / 338_000, 8).astype(int)
    drawn = [np.sort(random.choice(nodes, count, replace=False)) for count in counts]
    return [places.astype(np.int32) for places in drawn]


def nodes_of_places(nodes: int) -> Int32:
    """Twenty thousand places, fewer in a smaller city."""
    random = np.random.Generator(np.random.Philox(3))
    count = min(MOST_PLACES, nodes // NODES_PER_PLACE)
    return np.sort(random.choice(nodes, count, replace=False)).astype(np.int32)


def children_at_nodes(nodes: int) -> np.ndarray:
    """Whole children at each node."""
    random = np.random.Generator(np.random.Philox(4))
    return random.integers(0, 8, nodes)


def seats_of(places: int) -> np.ndarray:
    """Whole seats of each place."""
    random = np.random.Generator(np.random.Philox(5))
    return random.integers(0, 300, places)


def scattered(network: Network, count: int, stream: int) -> Float64:
    """Places some 20 m beside the streets."""
    random = np.random.Generator(np.random.Philox(stream))
    vertex = random.integers(0, network.vertex_xy_m.shape[0], count)
    return network.vertex_xy_m[vertex] + random.normal(0, 20, (count, 2))


def whole_city(network: Network, points: int):
    """Everything one assessment of 400 zones, 12 services and 10 groups goes in with."""
    random = np.random.Generator(np.random.Philox(6))
    xy = scattered(network, points, 7)
    low, high = xy.min(axis=0), xy.max(axis=0)
    cell = ((xy - low) / (high - low) * (ZONES_ACROSS - 1e-9)).astype(np.int32)
    demand = Demand(
        code=np.array([f"point/{k:07d}" for k in range(points)]),
        xy_m=xy,
        children_micro=random.integers(0, 2 * MICRO, (points, GROUPS)),
        zone=(cell[:, 0] * ZONES_ACROSS + cell[:, 1]).astype(np.int32),
        edge=np.zeros(points, np.bool_),
    )
    counts = np.geomspace(20, 300, SERVICES).astype(int) * max(1, points // 30_000)
    service = np.repeat(np.arange(SERVICES), counts)
    total = service.size
    places = Places(
        code=np.array([f"place/{k:06d}" for k in range(total)]),
        entrance_place=np.arange(total, dtype=np.int32),
        entrance_xy_m=scattered(network, total, 8),
    )
    admits = np.zeros((total, SERVICES, GROUPS), np.bool_)
    admits[np.arange(total), service] = True
    single_sex = (service % 4 == 1) & (random.random(total) < 0.5)
    admits[single_sex, :, 1::2] = False
    pools = Pools(
        code=np.array([f"pool/{k:06d}" for k in range(total)]),
        place=np.arange(total, dtype=np.int32),
        capacity_micro=np.where(
            random.random(total) < 0.1, -1, random.integers(0, 500, total) * MICRO
        ),
        admits=admits,
    )
    reach = np.repeat(np.array([30_000, 50_000, 50_000, 80_000, 100_000], np.int32), 2)
    mode = np.zeros(SERVICES, np.uint8)
    mode[-1] = CITY_WIDE
    requirements = Requirements(
        service=np.array([f"service_{s:02d}" for s in range(SERVICES)]),
        reach_cm=np.tile(reach, (SERVICES, 1)),
        provision_micro=np.full((SERVICES, GROUPS), MICRO),
        participation_micro=np.full((SERVICES, GROUPS), MICRO),
        mode=mode,
    )
    incomplete = np.zeros((SERVICES, ZONES_ACROSS**2), np.bool_)
    return network, demand, places, pools, requirements, incomplete
