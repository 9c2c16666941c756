"""Filling and the largest flow in plain Python: fractions and networkx, point by point."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import networkx as nx

TRILLION = 10**12


class FilledByHand:
    """Who gets what when places are filled, and how many no allocation can serve."""

    def __init__(self, by_hand):
        self.hand = by_hand
        pools = by_hand.town.pools
        self.capacity = [int(c) for c in pools.capacity_micro]
        self.choices: dict[tuple[int, int, int], list[int]] = {}
        self.asks_once: set[tuple[int, int, int]] = set()
        for i in range(len(by_hand.children)):
            for s, g in by_hand.pairs:
                if by_hand.need(s, g) * by_hand.children[i][g] == 0:
                    continue
                reached = [j for j in range(len(self.capacity)) if by_hand.reaches(i, j, s, g)]
                if reached:
                    self.choices[i, s, g] = [j for j in reached if self.capacity[j] >= 0]
                    if len(self.choices[i, s, g]) < len(reached):
                        self.asks_once.add((i, s, g))
        self.left = {who: self.wants(who) for who in self.choices}
        self.room = {j: Fraction(c) for j, c in enumerate(self.capacity) if c >= 0}
        self.fill()

    def wants(self, who):
        i, s, g = who
        return self.hand.need(s, g) * self.hand.children[i][g]

    def fill(self):
        """Share what is left among who is left until that changes nothing."""
        moved = True
        first = True
        while moved:
            asked: dict[int, Fraction] = defaultdict(Fraction)
            for who, left in self.left.items():
                if left > 0 and (first or who not in self.asks_once):
                    for j in self.choices[who]:
                        asked[j] += left
            rate = {j: self.room[j] / asked[j] for j in asked}
            moved = False
            for who, left in self.left.items():
                if left == 0 or (who in self.asks_once and not first):
                    continue
                arrives = sum((rate[j] for j in self.choices[who]), Fraction(0))
                for j in self.choices[who]:
                    takes = left * rate[j] / max(Fraction(1), arrives)
                    self.room[j] -= takes
                    self.left[who] -= takes
                    moved = moved or takes > 0
            first = False

    def full(self, zones):
        """Children full, [z][s][g], in millionths, as fractions."""
        hand = self.hand
        total = [
            [[Fraction(0) for _ in range(hand.groups)] for _ in range(hand.services)]
            for _ in range(zones)
        ]
        for (i, s, g), left in self.left.items():
            z = hand.zone[i]
            if self.is_reported(i, s) and (i, s, g) not in self.asks_once:
                total[z][s][g] += left / hand.need(s, g)
        return total

    def is_reported(self, i, s):
        z = self.hand.zone[i]
        return z >= 0 and not self.hand.town.incomplete[s, z]

    def certain(self, s):
        """Children of one service whom no allocation can serve; None where none is adopted."""
        hand = self.hand
        needs = {g: hand.need(s, g) for g in range(hand.groups) if hand.applies(s, g)}
        if not any(needs.values()):
            return None
        graph = nx.DiGraph()
        graph.add_nodes_from("ab")
        crowd: dict[int, int] = defaultdict(int)
        without = wanted = 0
        for who, pools in self.choices.items():
            i, service, g = who
            if service != s or who in self.asks_once or not self.is_reported(i, s):
                continue
            if not any(self.capacity[j] for j in pools):
                without += hand.children[i][g]
                continue
            crowd[g] += hand.children[i][g]
            wants = self.wants(who) * TRILLION
            wanted += wants
            graph.add_edge("a", who, capacity=int(wants))
            for j in pools:
                graph.add_edge(who, j)
                graph.add_edge(j, "b", capacity=self.capacity[j] * TRILLION)
        lacks = Fraction(wanted - nx.maximum_flow_value(graph, "a", "b"), TRILLION)
        fewest = Fraction(0)
        for g in sorted(crowd, key=lambda g: -needs[g]):
            some = min(Fraction(crowd[g]), lacks / needs[g])
            fewest += some
            lacks -= some * needs[g]
        return without + fewest
