"""How nearest and catchments grow with the streets: from 10,000 nodes to a million."""

from __future__ import annotations

import numpy as np

from atlas.engine.nearest import nearest
from atlas.engine.network import build
from atlas.engine.positions import doors_of, stand
from atlas.engine.sharing import share
from tests.bench.cities import CITIES, NODES_PER_PLACE, nodes_of_services
from tests.bench.measuring import timed
from tests.bench.replica import replica
from tests.bench.streets_work import beside_streets, shared_beside_streets

PORTO = CITIES[1]
COPIES = {"1M": 15, "350k": 5, "70k": 1}
# Of one Porto, the pieces around its middle: so wide a part of it, and about so many nodes.
MIDDLES = {"30k": 0.65, "10k": 0.39}


def middle(pieces, part):
    """The pieces whose ends both lie in the middle of a city."""
    low, high = np.quantile(pieces.node_xy_m, [(1 - part) / 2, (1 + part) / 2], axis=0)
    inside = ((pieces.node_xy_m >= low) & (pieces.node_xy_m <= high)).all(axis=1)
    start, end = pieces.node_rows()
    return taken(pieces, np.flatnonzero(inside[start] & inside[end]))


def taken(pieces, rows):
    """Some of the pieces, with the nodes they have."""
    start, end = pieces.node_rows()
    count = np.diff(pieces.offset)[rows]
    offset = np.concatenate(([0], np.cumsum(count)))
    vertex = np.arange(offset[-1]) + np.repeat(pieces.offset[rows] - offset[:-1], count)
    used = np.unique(np.concatenate((start[rows], end[rows])))
    columns = (
        "code",
        "start_node",
        "end_node",
        "length_um",
        "street_class",
        "speed_kmh",
        "features",
    )
    return type(pieces)(
        **{name: getattr(pieces, name)[rows] for name in columns},
        xy_m=pieces.xy_m[vertex],
        offset=offset,
        node_id=pieces.node_id[used],
        node_xy_m=pieces.node_xy_m[used],
        node_mark=pieces.node_mark[used],
    )


def networks():
    """Networks of rising size, by name."""
    once = PORTO.pieces().checked()
    sizes = {name: middle(once, part) for name, part in MIDDLES.items()}
    sizes |= {name: replica(once, copies) for name, copies in COPIES.items()}
    return {name: build(pieces) for name, pieces in sizes.items()}


def growth_ours(_city, _folder):
    """Seconds of both works at every size, and the exponents of the whole range."""
    rows = []
    for name, network in networks().items():
        rows.append({"name": name, "nodes": network.nodes, **_measured(network)})
    rows.sort(key=lambda row: row["nodes"])
    log = {key: np.log([row[key] for row in rows]) for key in ("nodes", "nearest", "catchments")}
    exponents = {
        key: float(np.polyfit(log["nodes"], log[key], 1)[0]) for key in ("nearest", "catchments")
    }
    return {"rows": rows, "exponents": exponents}


def _measured(network):
    """Seconds of both works on one network, places in proportion to nodes."""
    services = nodes_of_services(network.nodes)
    nodes = np.concatenate(services)
    owner = np.arange(nodes.size, dtype=np.int32)
    lanes = np.zeros((nodes.size, len(services)), np.bool_)
    lanes[owner, np.repeat(np.arange(len(services)), [part.size for part in services])] = True
    points = stand(network, beside_streets(network, np.arange(network.nodes), 21))
    doors = doors_of(network, owner, beside_streets(network, nodes, 22), nodes.size)
    near, _ = timed(lambda: nearest(network, points, doors, lanes, place_rank=owner), times=5)
    random = np.random.Generator(np.random.Philox(23))
    count = network.nodes // NODES_PER_PLACE
    places = np.sort(random.choice(network.nodes, count, replace=False)).astype(np.int32)
    asked = shared_beside_streets(network, places)
    around, _ = timed(lambda: share(*asked), times=5)
    return {"nearest": near, "catchments": around}
