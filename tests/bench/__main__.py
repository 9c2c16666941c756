"""Measures the engine beside other programs: ``./run bench [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from atlas.engine.network import build
from tests.bench.cities import CITIES, MOST_PLACES, NODES_PER_PLACE

LARGE = CITIES[-1].name
NO_CITY = "-"
AGREE = 1e-6


class Bench:
    """Runs works one after another, each in a process of its own, and keeps the figures."""

    def __init__(self):
        self.rows = []

    def run(self, work, city, folder):
        """What one work found."""
        command = [sys.executable, "-m", "tests.bench.work", work, city, folder]
        sys.stderr.write(f"· {city}: {work.replace('_', ', ')}\n")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{work} failed on {city}:\n{done.stderr}")
        # Pandana prints its own progress before it.
        return json.loads(done.stdout.splitlines()[-1])

    def add(self, work, ours, peer, *, peer_name, target, unit="s"):
        """Keep one figure; a ratio above 1 is in our favour."""
        row = {"work": work, "ours": ours, "peer": peer, "peer_name": peer_name}
        self.rows.append(row | {"ratio": peer / ours, "target": target, "unit": unit})

    def limit(self, work, ours, most, unit="s"):
        """Keep one figure that has a limit and no peer."""
        name = f"limit of {most:g} {unit}".rstrip()
        self.add(work, ours, most, peer_name=name, target=1, unit=unit)

    def city(self, city, folder):
        """All works of one city."""
        built = self.run("build_ours", city.name, folder)
        name = f"{city.name}, {built['nodes']:,} nodes"
        self.limit(f"network build · {name}", built["seconds"], city.build_limit_s)
        self.nearest(city, name, folder)
        self.catchments(city, f"{name}, {places_in(built['nodes']):,} places", folder)
        assessed = self.run("assessment_ours", city.name, folder)
        whole = f"400 zones, 12 services · {name}, {city.points:,} points"
        self.limit(f"assessment, {whole}", assessed["seconds"], city.assess_limit_s)
        if city is CITIES[0]:
            doubted = self.run("doubted_assessment_ours", city.name, folder)
            self.limit(f"assessment with doubt, {whole}", doubted["seconds"], 2.0)
        if city.name == LARGE:
            self.large(city, whole, folder)

    def nearest(self, city, name, folder):
        """Nearest place of twelve services from as many points as the city has nodes."""
        work = f"nearest of 12 services · {name}"
        ours = self.run("nearest_ours", city.name, folder)
        scipy = self.run("nearest_scipy", city.name, folder)
        agree(ours["check"], scipy["check"], work)
        pandana = self.run("nearest_pandana", city.name, folder)
        over_scipy, over_pandana = (7, 150) if city.name == LARGE else (4, 50)
        self.add(work, ours["seconds"], scipy["seconds"], peer_name="scipy", target=over_scipy)
        self.add(
            work, ours["seconds"], pandana["seconds"], peer_name="pandana", target=over_pandana
        )

    def catchments(self, city, name, folder):
        """Floating catchments of 1 km; small cities gain less and have no target but to win."""
        work = f"catchments of 1 km · {name}"
        is_large = city.name == LARGE
        ours = self.run("catchments_ours", city.name, folder)
        scipy = self.run("catchments_scipy", city.name, folder)
        agree(ours["check"], scipy["check"], work)
        pandana = self.run("catchments_pandana", city.name, folder)
        target = 80 if is_large else 5
        for peer_name, peer in (("scipy", scipy), ("pandana's query", pandana)):
            self.add(work, ours["seconds"], peer["seconds"], peer_name=peer_name, target=target)
        target = 10 if is_large else 1
        peak, mib = f"peak memory, {work}", max(ours["at_nodes_mib"], 1.0)
        at_nodes = f"{peak}, everybody at nodes"
        self.add(at_nodes, mib, pandana["mib"], peer_name="pandana", target=target, unit="MiB")
        if is_large:
            self.limit(peak, ours["mib"], 0.15 * 1e9 / 2**20, unit="MiB")

    def large(self, city, whole, folder):
        """What is measured on the largest city alone."""
        ours = self.run("floating_ours", city.name, folder)
        peer = self.run("floating_access", city.name, folder)
        work = f"access index from {ours['pairs']:,} pairs"
        if not math.isclose(ours["check"], peer["check"], rel_tol=AGREE):
            sys.exit(f"{work}: the engine and access do not agree")
        self.add(work, ours["seconds"], peer["seconds"], peer_name="access", target=100)
        live = self.run("what_if_ours", city.name, folder)
        work = f"what if, one place, with rank intervals of 10,000 draws, p95 · {city.name}"
        self.limit(work, 1e3 * live["seconds"], 50, unit="ms")
        doubted = self.run("doubt_ours", city.name, folder)
        self.limit(f"doubt, 1,000 draws, 20 replicates, {whole}", doubted["seconds"], 20)

    def elsewhere(self, folder):
        """What needs no city."""
        ours, peer = (self.run(f"ranks_{who}", NO_CITY, folder) for who in ("ours", "numpy"))
        agree(ours["check"], peer["check"], "ranks")
        work = "rank intervals, 10,000 draws × 400 zones"
        self.add(work, ours["seconds"], peer["seconds"], peer_name="numpy", target=10)
        self.siting(folder)
        found = self.run("country_ours", NO_CITY, folder)
        work = f"{found['cities']:,} cities, {found['nodes']:,} nodes"
        self.limit(work, found["seconds"], 60)
        self.growth(self.run("growth_ours", NO_CITY, folder))

    def siting(self, folder):
        """Where next, for 300 candidates and 20,000 points."""
        asked = "300 candidates × 20,000 points"
        ours = self.run("most_served_ours", NO_CITY, folder)
        peer = self.run("most_served_spopt", NO_CITY, folder)
        agree(ours["check"], peer["check"], "most served")
        work = f"most served (MCLP), proven · {asked}"
        self.limit(work, ours["seconds"], 0.2)
        self.add(work, ours["seconds"], peer["seconds"], peer_name="spopt", target=100)
        found = self.run("least_walking_ours", NO_CITY, folder)
        work = f"least walking (p-median) · {asked}"
        self.limit(f"{work}, at once", found["seconds"], 0.2)
        self.limit(f"{work}, gap at once", max(100 * found["gap"], 1e-3), 1, unit="%")
        self.limit(f"{work}, certified bound", found["bound_seconds"], 1.0)

    def growth(self, found):
        """Exponents from 10,000 nodes to a million, the seconds behind them in the names."""
        for work, most in (("nearest", 1.2), ("catchments", 1.1)):
            sizes = ", ".join(f"{row['nodes']:,}: {row[work]:.3f} s" for row in found["rows"])
            exponent = found["exponents"][work]
            self.limit(f"growth of {work} ({sizes})", exponent, most, unit="")


def places_in(nodes):
    """How many places a city of so many nodes has in the bench."""
    return min(MOST_PLACES, nodes // NODES_PER_PLACE)


def agree(ours, peer, work):
    """Refuse to compare programs that do not answer the same."""
    if ours != peer:
        sys.exit(f"{work}: the engine and scipy do not agree")


def write_network(city, folder):
    """Build a city's network once, for all works and peers alike."""
    for name, array in build(city.pieces()).arrays().items():
        np.save(Path(folder) / f"{name}.npy", array)


def table(rows):
    """The figures as a person reads them."""
    lines = [f"{'work':<104} {'ours':>11} {'peer':>11}  {'ratio':>8} {'target':>7}"]
    for row in rows:
        mark = "" if row["ratio"] >= row["target"] else "  missed"
        ours, peer = (f"{row[key]:.3f} {row['unit']}" for key in ("ours", "peer"))
        lines.append(
            f"{row['work']:<104} {ours:>11} {peer:>11}"
            f" {row['ratio']:>8.1f} {row['target']:>7g}  {row['peer_name']}{mark}"
        )
    return "\n".join(lines)


def main():
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args()
    absent = [str(city.path) for city in CITIES if not city.path.exists()]
    if absent:
        message = f"The bench needs real streets; these are absent: {', '.join(absent)}."
        sys.exit(message if os.environ.get("CI") == "true" else f"{message} Set ATLAS_REAL_DATA.")
    bench = Bench()
    for city in CITIES:
        with tempfile.TemporaryDirectory() as folder:
            write_network(city, folder)
            bench.city(city, folder)
    with tempfile.TemporaryDirectory() as folder:
        bench.elsewhere(folder)
    sys.stdout.write(table(bench.rows) + "\n")
    if options.json:
        options.json.write_text(json.dumps(bench.rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
