"""One work measured in a process of its own: ``python -m tests.bench.work WORK CITY FOLDER``."""

from __future__ import annotations

import json
import sys
import time
import zlib
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from atlas.engine.coverage import coverage
from atlas.engine.kernels.catchment import Columns, Offers
from atlas.engine.nearest import nearest
from atlas.engine.network import Network, build
from atlas.engine.positions import doors_of, graph_of, stand
from atlas.engine.sharing import Terrain, share
from atlas.engine.snapping import Snap
from atlas.engine.types import MICRO
from atlas.engine.workers import usable_cores
from tests.bench.cities import (
    CITIES,
    REACH_CM,
    chessboard,
    children_at_nodes,
    nodes_of_places,
    nodes_of_services,
    seats_of,
    whole_city,
)

WIDE_M = 3_000.0
CHUNK = 64


def network_of(folder):
    """The contracted network the bench has built once for everyone."""
    names = [path.stem for path in Path(folder).glob("*.npy")]
    return Network.from_arrays(
        {name: np.load(Path(folder) / f"{name}.npy", mmap_mode="c") for name in names}
    )


def at_nodes(network, nodes):
    """Positions at nodes: the very end of one of their edges."""
    edge = np.empty(network.nodes, np.int32)
    edge[network.edge_end] = np.arange(network.edges)
    edge[network.edge_start] = np.arange(network.edges)
    chosen = edge[nodes]
    at_start = network.edge_start[chosen] == nodes
    cm = network.edge_cm[chosen]
    none = np.zeros(nodes.size, np.int32)
    return Snap(chosen, np.where(at_start, none, cm), np.where(at_start, cm, none), none)


def timed(work, *, times):
    """Seconds of a work that has run once before, and its last answer."""
    work()
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - began)
    return median(seconds), answer


def once(work):
    """Seconds and answer of a long work."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def peak_mib():
    """The most memory this process has held since it began to be this program."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    msg = "this system does not say how much memory a process has held"
    raise OSError(msg)


def digest(values):
    """A number that two programs share only if they agree on every value."""
    return zlib.crc32(np.ascontiguousarray(values).tobytes())


# --- Ours ----------------------------------------------------------------------------------------


def build_ours(city, _folder):
    pieces = city.pieces()
    seconds, network = timed(lambda: build(pieces), times=3)
    return {"seconds": seconds, "nodes": network.nodes, "edges": network.edges}


def nearest_ours(_city, folder):
    network = network_of(folder)
    services = nodes_of_services(network.nodes)
    nodes = np.concatenate(services)
    owner = np.arange(nodes.size, dtype=np.int32)
    lanes = np.zeros((nodes.size, len(services)), np.bool_)
    lanes[owner, np.repeat(np.arange(len(services)), [part.size for part in services])] = True
    doors = doors_of(network, owner, at_nodes(network, nodes), nodes.size)
    seconds, found = timed(lambda: nearest(network, None, doors, lanes, place_rank=owner), times=7)
    return {"seconds": seconds, "check": digest(found.cm)}


def _shared(network, places):
    """One column of children on the nodes, one pool at each place."""
    every = np.arange(network.nodes, dtype=np.int32)
    points = stand(network, at_nodes(network, every))
    owner = np.arange(places.size, dtype=np.int32)
    doors = doors_of(network, owner, at_nodes(network, places), places.size)
    columns = Columns(
        children=(children_at_nodes(network.nodes) * MICRO)[points.row][:, None],
        reach=np.array([REACH_CM], np.int32),
        step=np.array([[REACH_CM]], np.int32),
        weight=np.array([MICRO]),
        need=np.array([MICRO * MICRO]),
        access_need=np.array([MICRO * MICRO]),
    )
    offers = Offers(
        place_first=np.arange(places.size + 1, dtype=np.int32),
        admits=np.ones((places.size, 1), np.bool_),
        capacity=seats_of(places.size) * MICRO,
        is_assigned=np.zeros(places.size, np.bool_),
        member_first=np.zeros(places.size + 1, np.int64),
        member=np.zeros(0, np.int32),
    )
    terrain = Terrain(graph_of(network), points, doors, usable_cores())
    return terrain, columns, offers


def catchments_ours(_city, folder):
    small = build(chessboard())
    share(*_shared(small, np.arange(64, dtype=np.int32)))
    before = peak_mib()
    network = network_of(folder)
    places = nodes_of_places(network.nodes)
    terrain, columns, offers = _shared(network, places)
    share(terrain, columns, offers)
    mib = peak_mib() - before
    seconds, shares = timed(lambda: share(terrain, columns, offers), times=5)
    return {
        "seconds": seconds,
        "mib": mib,
        "pairs": int(shares.places.sum()),
        "check": digest(shares.demand[:, 0] // MICRO),
    }


def assessment_ours(city, folder):
    inputs = whole_city(network_of(folder), city.points)
    seconds, result = timed(lambda: coverage(*inputs), times=3)
    return {"seconds": seconds, "mib": peak_mib(), "children": int(result.children.sum())}


# --- Peers: the same contracted graph ------------------------------------------------------------


def _matrix(network):
    shape = (network.nodes, network.nodes)
    cm = np.asarray(network.arc_cm).astype(np.float64)
    return csr_array((cm, network.arc_head, network.arc_start), shape=shape)


def nearest_scipy(_city, folder):
    network = network_of(folder)
    graph, services = _matrix(network), nodes_of_services(network.nodes)

    def work():
        return [dijkstra(graph, indices=places, min_only=True) for places in services]

    seconds, found = timed(work, times=3)
    cm = np.stack(found, axis=1)
    return {"seconds": seconds, "check": digest(np.where(np.isinf(cm), -1, cm).astype(np.int32))}


def catchments_scipy(_city, folder):
    network = network_of(folder)
    graph, places = _matrix(network), nodes_of_places(network.nodes)
    children, seats = children_at_nodes(network.nodes), seats_of(places.size)
    arrives = np.zeros(network.nodes)
    demand = np.zeros(places.size, np.int64)

    def work():
        for low in range(0, places.size, CHUNK):
            cost = dijkstra(graph, indices=places[low : low + CHUNK], limit=REACH_CM)
            place, node = np.nonzero(cost <= REACH_CM)
            demand[low : low + CHUNK] = np.bincount(place, children[node], cost.shape[0])
            whole = demand[low : low + CHUNK]
            ratio = np.where(whole > 0, seats[low : low + CHUNK] / np.maximum(whole, 1), 0)
            arrives[:] += np.bincount(node, ratio[place], network.nodes)

    before = peak_mib()
    seconds, _ = once(work)
    return {"seconds": seconds, "mib": peak_mib() - before, "check": digest(demand)}


def _pandana(network):
    """Pandana's network of the same graph; loading and its own preparation are not counted."""
    tail = np.repeat(np.arange(network.nodes), np.diff(network.arc_start))
    kept = tail < network.arc_head
    xy = network.node_xy_m
    # Only in the processes that measure it: what it loads is no memory of the engine.
    import pandana  # noqa: PLC0415

    return pandana.Network(
        pd.Series(xy[:, 0]),
        pd.Series(xy[:, 1]),
        pd.Series(tail[kept]),
        pd.Series(np.asarray(network.arc_head)[kept]),
        pd.DataFrame({"m": network.arc_cm[kept] / 100}),
        twoway=True,
    )


def nearest_pandana(_city, folder):
    network = network_of(folder)
    graph, services = _pandana(network), nodes_of_services(network.nodes)

    def work():
        for number, places in enumerate(services):
            x, y = (pd.Series(network.node_xy_m[places, axis]) for axis in range(2))
            graph.set_pois(f"s{number}", WIDE_M, 1, x, y)
            graph.nearest_pois(WIDE_M, f"s{number}", num_pois=1)

    return {"seconds": once(work)[0]}


def catchments_pandana(_city, folder):
    _pandana(build(chessboard())).nodes_in_range([0], 10.0)
    before = peak_mib()
    network = network_of(folder)
    places = nodes_of_places(network.nodes)
    graph = _pandana(network)
    seconds, found = once(lambda: graph.nodes_in_range(places, REACH_CM / 100))
    return {"seconds": seconds, "mib": peak_mib() - before, "pairs": len(found)}


WORKS = {
    work.__name__: work
    for work in (
        build_ours,
        nearest_ours,
        catchments_ours,
        assessment_ours,
        nearest_scipy,
        catchments_scipy,
        nearest_pandana,
        catchments_pandana,
    )
}


def main():
    """Measure one work and print what was found as JSON."""
    name, city, folder = sys.argv[1:]
    chosen = next(one for one in CITIES if one.name == city)
    sys.stdout.write(f"\n{json.dumps(WORKS[name](chosen, folder))}\n")


if __name__ == "__main__":
    main()
