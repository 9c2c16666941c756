"""The method once more, in plain Python with networkx and fractions: slow, plain, its own code."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import networkx as nx

FINE = 2**40
MICRO = 1_000_000


def rounded(value):
    """A fraction in 2**-40, rounded half up."""
    return Fraction(int(value * FINE + Fraction(1, 2)), FINE)


def distances(network, stands, enters, entrance_place):
    """Least cost in cm of every (point, place), by a graph that holds every position as a node."""
    graph = with_positions(network, {"point": stands, "door": enters})
    cost: dict[tuple[int, int], int] = {}
    for e, place in enumerate(entrance_place.tolist()):
        if enters.edge[e] < 0:
            continue
        reached = nx.single_source_dijkstra_path_length(graph, ("door", e))
        for who, d in reached.items():
            if who[0] == "point":
                cost[who[1], place] = min(d, cost.get((who[1], place), d))
    return cost


def with_positions(network, snaps):
    """The streets as a graph, cut wherever somebody lives or enters."""
    graph = nx.Graph()
    on_edge: dict[int, list[tuple[int, tuple[str, str, int]]]] = {}
    for kind, snap in snaps.items():
        for i, edge in enumerate(snap.edge.tolist()):
            if edge >= 0:
                on_edge.setdefault(edge, []).append((int(snap.to_start_cm[i]), ("on", kind, i)))
                graph.add_edge(("on", kind, i), (kind, i), weight=int(snap.leg_cm[i]))
    columns = (network.edge_start, network.edge_end, network.edge_cm)
    for edge, (start, end, cm) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        middle = sorted(on_edge.get(edge, []), key=lambda stop: stop[0])
        for stops in pairwise([(0, ("node", start)), *middle, (cm, ("node", end))]):
            (low, one), (high, other) = stops
            known = graph.get_edge_data(one, other, {"weight": high - low})["weight"]
            if one != other:
                graph.add_edge(one, other, weight=min(known, high - low))
    return graph


class ByHand:
    """One assessment: the split of every zone, service and group, and every pool's capacity."""

    def __init__(self, town, network, stands, enters, cost=None):
        self.town = town
        self.stands = stands
        if cost is None:
            cost = distances(network, stands, enters, town.places.entrance_place)
        self.cost = cost
        self.children = town.demand.children_micro.tolist()
        self.zone = town.demand.zone.tolist()
        self.services, self.groups = town.requirements.reach_cm.shape
        self.pairs = list(product(range(self.services), range(self.groups)))
        self.members: set[tuple[int, int]] = set()
        if town.assigned is not None:
            chosen = zip(town.assigned.pool.tolist(), town.assigned.point.tolist(), strict=True)
            self.members = set(chosen)
        self.share = [self.pool_share(j) for j in range(town.pools.code.size)]

    def applies(self, s, g):
        return self.town.requirements.reach_cm[s, g] >= 0

    def need(self, s, g):
        r = self.town.requirements
        if r.provision_micro[s, g] <= 0:
            return Fraction(0)
        return Fraction(int(r.provision_micro[s, g]), MICRO) * Fraction(
            int(r.participation_micro[s, g]), MICRO
        )

    def reaches(self, i, j, s, g):
        """Whether child i of group g may use pool j for service s, and can get there."""
        if not (self.applies(s, g) and self.town.pools.admits[j, s, g]):
            return False
        if self.town.requirements.mode[s] == 1:
            return self.zone[i] >= 0
        assigned = self.town.assigned
        if assigned is not None and assigned.is_assigned[j] and (j, i) not in self.members:
            return False
        d = self.cost.get((i, int(self.town.pools.place[j])))
        return d is not None and d <= self.town.requirements.reach_cm[s, g]

    def twins(self, j):
        """Pools at one place that admit the same children: their capacities are one."""
        pools, assigned = self.town.pools, self.town.assigned
        admits = pools.admits & (self.town.requirements.reach_cm >= 0)
        if assigned is not None and assigned.is_assigned[j]:
            return [j]
        return [
            k
            for k in range(pools.code.size)
            if pools.place[k] == pools.place[j]
            and (admits[k] == admits[j]).all()
            and pools.capacity_micro[k] >= 0
            and not (assigned is not None and assigned.is_assigned[k])
        ]

    def pool_share(self, j):
        """R of a pool: its capacity over the need that reaches it; None where unknown."""
        capacity = int(self.town.pools.capacity_micro[j])
        if capacity < 0:
            return None
        need = sum(
            self.need(s, g) * self.children[i][g]
            for i in range(len(self.children))
            for s, g in self.pairs
            if self.reaches(i, j, s, g)
        )
        if need == 0:
            return Fraction(0)
        if self.town.requirements.mode[self.town.pools.admits[j].any(axis=1)].any():
            return rounded(Fraction(capacity) / need)
        twins = self.twins(j)
        all_of = sum(int(self.town.pools.capacity_micro[k]) for k in twins)
        together = rounded(Fraction(all_of) / need)
        return together if j == twins[0] else Fraction(0)

    def point(self, i, s, g):
        """Split the children of a group at a point: (served, full, out, unknown, certain)."""
        children = self.children[i][g]
        walked = self.town.requirements.mode[s] == 0
        if self.town.incomplete[s, self.zone[i]] or (walked and self.stands.edge[i] < 0):
            return 0, 0, 0, children, 0
        pools = [j for j in range(len(self.share)) if self.reaches(i, j, s, g)]
        if not pools:
            return 0, 0, children, 0, 0
        if self.need(s, g) == 0:
            return children, 0, 0, 0, children
        known = [self.share[j] for j in pools if self.share[j] is not None]
        rho = min(Fraction(1), sum(known, Fraction(0)))
        certain = int(children * rho)
        served = children if len(known) < len(pools) else certain
        return served, children - served, 0, 0, certain

    def zones(self, zones):
        """Sums of `point` over zones, shape [z][s][g] -> list of five."""
        total = [
            [[[0] * 5 for _ in range(self.groups)] for _ in range(self.services)]
            for _ in range(zones)
        ]
        for i, z in enumerate(self.zone):
            for s, g in self.pairs:
                if z >= 0 and self.applies(s, g):
                    cell = total[z][s][g]
                    for n, amount in enumerate(self.point(i, s, g)):
                        cell[n] += amount
        return total

    def nearest(self, i, s, g):
        """Cost and place of the nearest admissible place, ties to the smaller code."""
        pools, assigned = self.town.pools, self.town.assigned
        best = None
        for j in range(pools.code.size):
            if not pools.admits[j, s, g]:
                continue
            if assigned is not None and assigned.is_assigned[j] and (j, i) not in self.members:
                continue
            p = int(pools.place[j])
            if (i, p) in self.cost:
                mine = (self.cost[i, p], str(self.town.places.code[p]), p)
                best = mine if best is None else min(best, mine)
        return (-1, -1) if best is None else (best[0], best[2])

    def places_in_reach(self, i, s, g):
        """Count the different places in reach."""
        reached = {
            int(self.town.pools.place[j])
            for j in range(len(self.share))
            if self.reaches(i, j, s, g)
        }
        return len(reached)
