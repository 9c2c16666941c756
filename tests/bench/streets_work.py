"""Building, nearest and catchments: ours, scipy's and pandana's, on the same contracted graph."""

from __future__ import annotations

from pathlib import Path

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
    REACH_CM,
    chessboard,
    children_at_nodes,
    nodes_of_places,
    nodes_of_services,
    seats_of,
    whole_city,
)
from tests.bench.measuring import digest, once, peak_mib, timed

WIDE_M = 3_000.0
CHUNK = 64
LONGEST_LEG_CM = 4_000


def network_of(folder):
    """The contracted network the bench has built once for everyone."""
    names = [path.stem for path in Path(folder).glob("*.npy")]
    return Network.from_arrays(
        {name: np.load(Path(folder) / f"{name}.npy", mmap_mode="c") for name in names}
    )


def at_nodes(network, nodes):
    """Positions at nodes: the very end of one of their edges. What peers can answer for."""
    edge = np.empty(network.nodes, np.int32)
    edge[network.edge_end] = np.arange(network.edges)
    edge[network.edge_start] = np.arange(network.edges)
    chosen = edge[nodes]
    at_start = network.edge_start[chosen] == nodes
    cm = network.edge_cm[chosen]
    none = np.zeros(nodes.size, np.int32)
    return Snap(chosen, np.where(at_start, none, cm), np.where(at_start, cm, none), none)


def beside_streets(network, nodes, stream):
    """As many positions anywhere on the edges at those nodes, with a leg: what a city asks for."""
    random = np.random.Generator(np.random.Philox(stream))
    edge = at_nodes(network, nodes).edge
    cm = np.asarray(network.edge_cm)[edge]
    along = (random.random(nodes.size) * (cm + 1)).astype(np.int32)
    leg = random.integers(0, LONGEST_LEG_CM, nodes.size).astype(np.int32)
    return Snap(edge, along, cm - along, leg)


def build_ours(city, _folder):
    pieces = city.pieces()
    seconds, network = timed(lambda: build(pieces), times=3)
    return {"seconds": seconds, "nodes": network.nodes, "edges": network.edges}


# --- Nearest -------------------------------------------------------------------------------------


def nearest_ours(_city, folder):
    """Timed from a point beside the streets for each node, held against scipy from the nodes."""
    network = network_of(folder)
    services = nodes_of_services(network.nodes)
    nodes = np.concatenate(services)
    owner = np.arange(nodes.size, dtype=np.int32)
    lanes = np.zeros((nodes.size, len(services)), np.bool_)
    lanes[owner, np.repeat(np.arange(len(services)), [part.size for part in services])] = True
    at_doors = doors_of(network, owner, at_nodes(network, nodes), nodes.size)
    check = nearest(network, None, at_doors, lanes, place_rank=owner)
    points = stand(network, beside_streets(network, np.arange(network.nodes), 11))
    doors = doors_of(network, owner, beside_streets(network, nodes, 12), nodes.size)
    seconds, _ = timed(lambda: nearest(network, points, doors, lanes, place_rank=owner), times=7)
    return {"seconds": seconds, "check": digest(check.cm)}


def nearest_scipy(_city, folder):
    network = network_of(folder)
    graph, services = _matrix(network), nodes_of_services(network.nodes)

    def work():
        return [dijkstra(graph, indices=places, min_only=True) for places in services]

    seconds, found = timed(work, times=3)
    cm = np.stack(found, axis=1)
    return {"seconds": seconds, "check": digest(np.where(np.isinf(cm), -1, cm).astype(np.int32))}


def nearest_pandana(_city, folder):
    network = network_of(folder)
    graph, services = _pandana(network), nodes_of_services(network.nodes)

    def work():
        for number, places in enumerate(services):
            x, y = (pd.Series(network.node_xy_m[places, axis]) for axis in range(2))
            graph.set_pois(f"s{number}", WIDE_M, 1, x, y)
            graph.nearest_pois(WIDE_M, f"s{number}", num_pois=1)

    return {"seconds": once(work)[0]}


# --- Catchments ----------------------------------------------------------------------------------


def shared(network, places, stands, enters):
    """One column of children on the nodes, one pool at each place."""
    points = stand(network, stands)
    owner = np.arange(places.size, dtype=np.int32)
    doors = doors_of(network, owner, enters, places.size)
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
    return Terrain(graph_of(network), points, doors, usable_cores()), columns, offers


def shared_at_nodes(network, places):
    """What peers can answer for: everybody at a node."""
    every = np.arange(network.nodes)
    return shared(network, places, at_nodes(network, every), at_nodes(network, places))


def shared_beside_streets(network, places):
    """What a city asks for: everybody somewhere along a street, with a leg."""
    stands = beside_streets(network, np.arange(network.nodes), 13)
    return shared(network, places, stands, beside_streets(network, places, 14))


def catchments_ours(_city, folder):
    """Timed with everybody beside the streets, held against scipy with everybody at nodes."""
    share(*shared_at_nodes(build(chessboard()), np.arange(64, dtype=np.int32)))
    before = peak_mib()
    network = network_of(folder)
    places = nodes_of_places(network.nodes)
    check = share(*shared_at_nodes(network, places)).demand[:, 0] // MICRO
    at_nodes_mib = peak_mib() - before
    asked = shared_beside_streets(network, places)
    pairs = int(share(*asked).places.sum())
    mib = peak_mib() - before
    seconds, _ = timed(lambda: share(*asked), times=9)
    found = {"seconds": seconds, "mib": mib, "at_nodes_mib": at_nodes_mib}
    return found | {"pairs": pairs, "check": digest(check)}


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


def catchments_pandana(_city, folder):
    _pandana(build(chessboard())).nodes_in_range([0], 10.0)
    before = peak_mib()
    network = network_of(folder)
    places = nodes_of_places(network.nodes)
    graph = _pandana(network)
    seconds, found = once(lambda: graph.nodes_in_range(places, REACH_CM / 100))
    return {"seconds": seconds, "mib": peak_mib() - before, "pairs": len(found)}


# --- A whole city --------------------------------------------------------------------------------


def assessment_ours(city, folder):
    inputs = whole_city(network_of(folder), city.points)
    seconds, result = timed(lambda: coverage(*inputs), times=3)
    return {"seconds": seconds, "mib": peak_mib(), "children": int(result.children.sum())}


# --- Peers: the same contracted graph ------------------------------------------------------------


def _matrix(network):
    shape = (network.nodes, network.nodes)
    cm = np.asarray(network.arc_cm).astype(np.float64)
    return csr_array((cm, network.arc_head, network.arc_start), shape=shape)


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
