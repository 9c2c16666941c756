"""Measures the engine beside scipy and pandana: ``./run bench [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from atlas.engine.network import build
from tests.bench.cities import CITIES, MOST_PLACES, NODES_PER_PLACE

LARGE = CITIES[-1].name


class Bench:
    """Runs works one after another, each in a process of its own, and keeps the figures."""

    def __init__(self):
        self.rows = []

    def run(self, work, city, folder):
        """What one work found."""
        command = [sys.executable, "-m", "tests.bench.work", work, city.name, folder]
        sys.stderr.write(f"· {city.name}: {work.replace('_', ', ')}\n")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{work} failed on {city.name}:\n{done.stderr}")
        # Pandana prints its own progress before it.
        return json.loads(done.stdout.splitlines()[-1])

    def add(self, work, ours, peer, *, peer_name, target, unit="s"):
        """Keep one figure; a ratio above 1 is in our favour."""
        row = {"work": work, "ours": ours, "peer": peer, "peer_name": peer_name}
        self.rows.append(row | {"ratio": peer / ours, "target": target, "unit": unit})

    def city(self, city, folder):
        """All works of one city."""
        built = self.run("build_ours", city, folder)
        name = f"{city.name}, {built['nodes']:,} nodes"
        limit = f"limit of {city.build_limit_s:g} s"
        self.add(
            f"network build · {name}",
            built["seconds"],
            city.build_limit_s,
            peer_name=limit,
            target=1,
        )
        self.nearest(city, name, folder)
        self.catchments(city, f"{name}, {places_in(built['nodes']):,} places", folder)
        assessed = self.run("assessment_ours", city, folder)
        self.add(
            f"assessment, 400 zones, 12 services, 10 groups · {name}, {city.points:,} points",
            assessed["seconds"],
            city.assess_limit_s,
            peer_name=f"limit of {city.assess_limit_s:g} s",
            target=1,
        )

    def nearest(self, city, name, folder):
        """Nearest place of twelve services from every node."""
        work = f"nearest of 12 services · {name}"
        ours = self.run("nearest_ours", city, folder)
        scipy = self.run("nearest_scipy", city, folder)
        agree(ours["check"], scipy["check"], work)
        pandana = self.run("nearest_pandana", city, folder)
        self.add(work, ours["seconds"], scipy["seconds"], peer_name="scipy", target=7)
        self.add(work, ours["seconds"], pandana["seconds"], peer_name="pandana", target=50)

    def catchments(self, city, name, folder):
        """Floating catchments of 1 km; small cities gain less and have no target but to win."""
        work = f"catchments of 1 km · {name}"
        is_large = city.name == LARGE
        ours = self.run("catchments_ours", city, folder)
        scipy = self.run("catchments_scipy", city, folder)
        agree(ours["check"], scipy["check"], work)
        pandana = self.run("catchments_pandana", city, folder)
        target = 50 if is_large else 5
        for peer_name, peer in (("scipy", scipy), ("pandana's query", pandana)):
            self.add(work, ours["seconds"], peer["seconds"], peer_name=peer_name, target=target)
        target = 10 if is_large else 1
        self.add(
            f"peak memory, {work}",
            max(ours["mib"], 1.0),
            pandana["mib"],
            peer_name="pandana",
            target=target,
            unit="MiB",
        )


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
    lines = [f"{'work':<92} {'ours':>10} {'peer':>10}  {'ratio':>8} {'target':>7}"]
    for row in rows:
        mark = "" if row["ratio"] >= row["target"] else "  missed"
        unit = row["unit"]
        lines.append(
            f"{row['work']:<92} {row['ours']:>8.3f} {unit} {row['peer']:>8.3f} {unit}"
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
    sys.stdout.write(table(bench.rows) + "\n")
    if options.json:
        options.json.write_text(json.dumps(bench.rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
