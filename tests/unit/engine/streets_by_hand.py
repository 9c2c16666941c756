"""Streets of a scenario once more, in plain Python with networkx: the rule and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import networkx as nx
import numpy as np
from hypothesis import assume, settings
from hypothesis import strategies as st

from atlas.engine.errors import InputError
from atlas.engine.kernels.search import pairs_within
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.changes import AddStreet, Change, CloseStreet
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.what_if import what_if
from atlas.engine.snapping import FARTHEST_LEG_CM, snap
from tests.unit.engine.scenarios import inputs_of

SEEDS = st.integers(0, 2**32 - 1)
any_town = settings(deadline=None, max_examples=30)
FAR = 10**7


def random_street_changes(random, town):
    """Some closed pieces and some new streets, most of them joined to something."""
    changes: list[Change] = [
        CloseStreet(code)
        for code in random.choice(
            town.pieces.code, min(int(random.integers(0, 4)), town.pieces.code.size), replace=False
        ).tolist()
    ]
    spots = [random_spot(random, town) for _ in range(int(random.integers(0, 4)))]
    for number, (one, other) in enumerate(pairwise(spots)):
        bend = [random.uniform(0, 1000, 2)] if random.random() < 0.5 else []
        xy = np.array([one, *bend, other])
        changes.append(AddStreet(f"new{number}", xy, int(random.integers(1, 60_000)), 30_000))
    return changes


def random_spot(random, town):
    """On a vertex of a street, or beside one."""
    xy = town.pieces.xy_m[random.integers(town.pieces.xy_m.shape[0])]
    return xy + random.choice([0, 5, 40]) * random.normal(0, 1, 2).round(1)


def answered(base, changes):
    """The outcome, where the changes can be made."""
    try:
        return what_if(base, changes, threads=1)
    except InputError as error:
        assume("closed" not in str(error) and "draw it" not in str(error))
        raise


# --- The rule once more, plainly --------------------------------------------------------------


def plain_costs(town, network, changes):
    """Least cost in cm of every (point, place) by the rule, position by position."""
    closed, added = stretches(town, network, changes), new_streets(changes)
    graph, stops = plain_graph(network, closed, added)
    stands, enters = (snap(network, xy) for xy in (town.demand.xy_m, town.places.entrance_xy_m))
    points = [plain_ways(network, closed, stops, stands, i) for i in range(stands.edge.size)]
    doors = [plain_ways(network, closed, stops, enters, e) for e in range(enters.edge.size)]
    for ways, snapped, xy in (
        (points, stands, town.demand.xy_m),
        (doors, enters, town.places.entrance_xy_m),
    ):
        for number, at in enumerate(xy.tolist()):
            own = snapped.leg_cm[number] if snapped.edge[number] >= 0 else FARTHEST_LEG_CM + 1
            for street in added:
                leg, offset = plain_nearest(street, at)
                if leg < own:
                    ways[number].append((("new", street.code, offset), leg))
    spots = {node for ways in (*points, *doors) for node, _ in ways if node[0] == "new"}
    lay_out(graph, added, spots)
    between = dict(nx.all_pairs_dijkstra_path_length(graph))
    costs = {}
    for e, place in enumerate(town.places.entrance_place.tolist()):
        for i, ways in enumerate(points):
            found = [
                leg + between[one][other] + way
                for one, leg in ways
                for other, way in doors[e]
                if other in between[one]
            ]
            found += plain_direct(closed, stands, i, enters, e)
            if found:
                costs[i, place] = min(*found, costs.get((i, place), FAR))
    return costs


def stretches(town, network, changes):
    """Closed stretches of each edge, from the lengths of its pieces."""
    names = {change.code for change in changes if isinstance(change, CloseStreet)}
    order = np.argsort(town.pieces.code)
    found = {}
    for edge in range(network.edges):
        at = 0
        for piece in network.edge_piece[slice(*network.edge_piece_first[edge : edge + 2])]:
            row = order[piece if piece >= 0 else ~piece]
            until = at + int(town.pieces.length_um[row]) // 10_000
            if str(town.pieces.code[row]) in names:
                found.setdefault(edge, []).append((at, until))
            at = until
    return found


def new_streets(changes):
    return [change for change in changes if isinstance(change, AddStreet)]


def shut(closed, edge, one, other):
    """Whether a walk along an edge leads through a closed stretch from end to end."""
    walked = range(min(one, other), max(one, other) + 1)
    return one != other and any(u in walked and v in walked for u, v in closed.get(edge, ()))


def plain_graph(network, closed, added):
    """Street nodes, and where new streets are joined to edges."""
    joins = list(plain_joins(network, added))
    stops = {}
    for _, (_, edge, at), _ in joins:
        stops.setdefault(edge, set()).add(at)
    graph = nx.Graph()
    columns = (network.edge_start, network.edge_end, network.edge_cm)
    for edge, (start, end, cm) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        places: list[tuple[int, tuple]] = [(0, ("node", start)), (cm, ("node", end))]
        places += [(at, ("on", edge, at)) for at in stops.get(edge, ())]
        for (low, one), (high, other) in product(places, places):
            graph.add_node(one)
            if not shut(closed, edge, low, high):
                shorter(graph, one, other, abs(high - low))
    for one, other, leg in joins:
        shorter(graph, one, other, leg)
    return graph, stops


def plain_joins(network, added):
    """The ends of new streets, the places on edges they are joined to, and how far that is."""
    for street in added:
        for end in (street.xy_m[0], street.xy_m[-1]):
            at = snap(network, end[None], farthest_leg_cm=street.farthest_join_cm)
            if at.edge[0] >= 0:
                on = ("on", int(at.edge[0]), int(at.to_start_cm[0]))
                yield ("end", *end.tolist()), on, int(at.leg_cm[0])


def shorter(graph, one, other, cm):
    if one != other and cm < graph.get_edge_data(one, other, {"weight": FAR})["weight"]:
        graph.add_edge(one, other, weight=cm)


def lay_out(graph, added, spots):
    """The new streets, with a node wherever somebody gets onto them."""
    for street in added:
        ends = [("end", *street.xy_m[k].tolist()) for k in (0, -1)]
        places = [(0, ends[0]), (street.length_cm, ends[1])]
        places += [(node[2], node) for node in spots if node[1] == street.code]
        for low, one in places:
            graph.add_node(one)
            for high, other in places:
                shorter(graph, one, other, abs(high - low))


def plain_ways(network, closed, stops, snapped, number):
    """Nodes that a position's own edge leads to, and the way with its leg."""
    edge, at, leg = (
        int(part[number]) for part in (snapped.edge, snapped.to_start_cm, snapped.leg_cm)
    )
    if edge < 0:
        return []
    places: list[tuple[int, tuple]] = [(0, ("node", int(network.edge_start[edge])))]
    places += [(int(network.edge_cm[edge]), ("node", int(network.edge_end[edge])))]
    places += [(stop, ("on", edge, stop)) for stop in stops.get(edge, ())]
    return [(node, leg + abs(at - to)) for to, node in places if not shut(closed, edge, at, to)]


def plain_direct(closed, stands, i, enters, e):
    """The way along the edge both stand on, if nothing shuts it."""
    edge = stands.edge[i]
    one, other = int(stands.to_start_cm[i]), int(enters.to_start_cm[e])
    if edge < 0 or edge != enters.edge[e] or shut(closed, edge, one, other):
        return []
    return [int(stands.leg_cm[i]) + int(enters.leg_cm[e]) + abs(one - other)]


def plain_nearest(street, at):
    """Straight way to a new street and the offset there, both whole centimetres."""
    along, best = 0.0, (np.inf, 0.0)
    for one, other in pairwise(street.xy_m.tolist()):
        step = np.subtract(other, one)
        whole = float(step @ step)
        part = min(max(float(np.subtract(at, one) @ step) / whole, 0.0), 1.0) if whole else 0.0
        away = np.subtract(at, one) - part * step
        best = min(best, (float(away @ away), along + part * whole**0.5))
        along += whole**0.5
    share = min(best[1] / along, 1.0) if along else 0.0
    return int(100 * best[0] ** 0.5 + 0.5), int(share * street.length_cm + 0.5)


def engine_costs(town, outcome):
    """Least cost of every (point, place) on the ground that a scenario leaves."""
    terrain = outcome.ground.terrain
    places = town.places.code.size
    first, point, cm = pairs_within(
        terrain.graph, terrain.points.standing, terrain.doors, 0, places, 5 * 10**6, 10**6
    )
    place = np.repeat(np.arange(places), np.diff(first))
    rows = zip(terrain.points.row[point].tolist(), place.tolist(), cm.tolist(), strict=True)
    return {(i, p): d for i, p, d in rows}


def named(town):
    return replace(inputs_of(town), street_code=np.sort(town.pieces.code))


def full_run(outcome):
    """A whole assessment on the ground and with the places that a scenario leaves."""
    then = after(outcome)
    return assessed(then.inputs, ground_after(outcome, then)), then
