"""Random towns: small, crooked, with islands, rings and parallel streets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from atlas.engine.coverage import Assigned, Demand, Places, Pools, Requirements, coverage
from atlas.engine.network import build
from atlas.engine.streets import StreetPieces
from atlas.engine.types import MICRO

UM_PER_CM = 10_000
ZONES = 3
GROUPS = 4


@dataclass(frozen=True)
class Town:
    pieces: StreetPieces
    demand: Demand
    places: Places
    pools: Pools
    requirements: Requirements
    incomplete: np.ndarray
    assigned: Assigned | None = None

    def assess(self, **options):
        return coverage(
            build(self.pieces),
            self.demand,
            self.places,
            self.pools,
            self.requirements,
            self.incomplete,
            assigned=self.assigned,
            **options,
        )

    def but(self, **changes):
        return replace(self, **changes)


def streets(lines, *, marks=None, facts=None):
    """Pieces from (start id, end id, [(x, y), …]) in metres, whole centimetres long."""
    marks, facts = marks or {}, facts or {}
    xy = np.array([vertex for *_, line in lines for vertex in line], dtype=np.float64)
    offset = np.cumsum([0] + [len(line) for *_, line in lines])
    place: dict[int, tuple[float, float]] = {}
    for start, end, line in lines:
        place.setdefault(start, line[0])
        place.setdefault(end, line[-1])
    ids = np.array(sorted(place))
    return StreetPieces(
        code=np.array([f"way/{k:04d}:0" for k in range(len(lines))]),
        start_node=np.array([line[0] for line in lines]),
        end_node=np.array([line[1] for line in lines]),
        length_um=np.array([length_cm(line) * UM_PER_CM for *_, line in lines]),
        street_class=np.array([facts.get(k, (1,))[0] for k in range(len(lines))], np.int16),
        speed_kmh=np.zeros(len(lines), np.int16),
        features=np.zeros(len(lines), np.uint8),
        xy_m=xy,
        offset=offset,
        node_id=ids,
        node_xy_m=np.array([place[node] for node in ids.tolist()], dtype=np.float64),
        node_mark=np.array([marks.get(node, 0) for node in ids.tolist()], np.uint8),
    )


def length_cm(line):
    steps = np.diff(np.array(line, dtype=np.float64), axis=0)
    return max(1, int(np.floor(np.hypot(*steps.T).sum() * 100)))


def random_streets(random):
    nodes = int(random.integers(3, 13))
    spot = random.choice(1600, nodes, replace=False)
    xy = [(25 * int(s % 40), 25 * int(s // 40)) for s in spot]
    lines = []
    for _ in range(int(random.integers(nodes, 2 * nodes + 2))):
        a, b = random.integers(0, nodes, 2).tolist()
        bends = [tuple((25 * random.integers(0, 40, 2) + 3).tolist())]
        bends = bends * int(a == b or random.random() < 0.2)
        if a == b:
            bends.append((bends[0][0] + 25, bends[0][1]))
        lines.append((100 + a, 100 + b, [xy[a], *bends, xy[b]]))
    marks = {100 + int(random.integers(nodes)): 1}
    facts = {k: (int(random.integers(1, 3)),) for k in range(len(lines))}
    return streets(lines, marks=marks, facts=facts)


def random_town(seed, *, services=3, is_assigned=False):
    random = np.random.default_rng(seed)
    pieces = random_streets(random)
    points, places = int(random.integers(1, 30)), int(random.integers(1, 9))
    pools = int(random.integers(1, 13))
    shape = (services, GROUPS)
    requirements = Requirements(
        service=np.array([f"service_{s}" for s in range(services)]),
        reach_cm=random.choice([-1, 0, 20_000, 50_000, 50_000, 120_000], shape).astype(np.int32),
        provision_micro=random.choice([-1, 0, 1, MICRO, 10 * MICRO, 333_333], shape),
        participation_micro=random.choice([MICRO, MICRO, 500_000, 0, 1], shape),
        mode=np.zeros(services, np.uint8),
    )
    requirements.mode[-1] = random.integers(2)
    admits = np.zeros((pools, *shape), np.bool_)
    for pool in range(pools):
        service = random.integers(services)
        admits[pool, service] = random.random(GROUPS) < 0.7
        other = random.integers(services)
        if requirements.mode[other] == requirements.mode[service] and random.random() < 0.2:
            admits[pool, other, 0] = True
    town = Town(
        pieces=pieces,
        demand=Demand(
            code=_codes(random, "c", points),
            xy_m=_scatter(random, pieces, points),
            children_micro=random.choice([0, 1, 3 * MICRO, 1_234_567], (points, GROUPS)),
            zone=random.integers(-1, ZONES, points).astype(np.int32),
            edge=random.random(points) < 0.2,
            boundary_cm=random.integers(0, 90_000, points).astype(np.int32),
        ),
        places=Places(
            code=_codes(random, "p", places),
            entrance_place=random.integers(0, places, places + 3).astype(np.int32),
            entrance_xy_m=_scatter(random, pieces, places + 3),
        ),
        pools=Pools(
            code=_codes(random, "u", pools),
            place=random.integers(0, places, pools).astype(np.int32),
            capacity_micro=random.choice([-1, 0, 1, 5 * MICRO, 20 * MICRO, 7_777_777], pools),
            admits=admits,
        ),
        requirements=requirements,
        incomplete=random.random((services, ZONES)) < 0.1,
    )
    return town.but(assigned=_catchments(random, pools, points)) if is_assigned else town


def _catchments(random, pools, points):
    is_assigned = random.random(pools) < 0.5
    pool, point = np.nonzero((random.random((pools, points)) < 0.5) & is_assigned[:, None])
    return Assigned(is_assigned, pool.astype(np.int32), point.astype(np.int32))


def _codes(random, letter, count):
    return np.array([f"{letter}{k:03d}" for k in random.permutation(count)])


def _scatter(random, pieces, count):
    """Places near streets, some on a vertex, some far from any street."""
    near = pieces.xy_m[random.integers(0, pieces.xy_m.shape[0], count)]
    away = random.choice([0, 0, 1, 40, 500], (count, 1)) * random.normal(0, 1, (count, 2))
    return near + np.round(away, 1)
