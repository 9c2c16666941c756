"""The stated bounds of memory hold, for a town and for a million nodes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from atlas.engine.city import city_of
from atlas.engine.errors import InputError
from atlas.engine.memory import build_bytes, coverage_bytes, refuse_beyond
from atlas.engine.network import build
from tests.unit.engine.towns import random_town

MEASURE = """
import json, sys
from pathlib import Path
from tests.bench import country
from atlas.engine.coverage import coverage
from atlas.engine.memory import build_bytes, coverage_bytes
from atlas.engine.network import build

def said(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))

def measured(work):
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = said("VmRSS")
    answer = work()
    return said("VmHWM") - before, answer

small = build(country.streets(400, 1))
asked = country.inputs(small, 1)
coverage(small, *asked, threads=2, filled=True)
pieces = country.streets(int(sys.argv[1]), 3)
built, network = measured(lambda: build(pieces))
asked = country.inputs(network, 3)
covered, _ = measured(lambda: coverage(network, *asked, threads=2, filled=True))
print(json.dumps({
    "nodes": network.nodes, "points": int(asked[0].code.size),
    "build": built, "build_bound": build_bytes(pieces),
    "coverage": covered, "coverage_bound": coverage_bytes(network, *asked[:4], threads=2),
}))
"""


@pytest.fixture(scope="module", params=[60_000, pytest.param(1_200_000, marks=pytest.mark.large)])
def peaks(request, root):
    """What a city of so many corners took in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(request.param)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    if request.param > 10**6:
        assert found["nodes"] > 10**6
    return found


def test_a_network_is_built_within_its_bound(peaks):
    assert 0 < peaks["build"] <= peaks["build_bound"]


def test_a_city_is_assessed_within_its_bound(peaks):
    assert 0 < peaks["coverage"] <= peaks["coverage_bound"]


def test_the_bounds_are_no_more_than_a_few_times_what_is_needed(peaks):
    assert peaks["build_bound"] <= 4 * peaks["build"]
    assert peaks["coverage_bound"] <= 6 * peaks["coverage"]


def test_more_of_anything_needs_no_less():
    town = random_town(5)
    network = build(town.pieces)
    asked = (network, town.demand, town.places, town.pools, town.requirements)
    one = coverage_bytes(*asked, threads=1)
    assert coverage_bytes(*asked, threads=2) > one
    assert build_bytes(town.pieces) > 0


def test_a_city_beyond_the_memory_it_may_take_is_refused_before_it_is_begun():
    town = random_town(5)
    asked = (build(town.pieces), town.demand, town.places, town.pools, town.requirements)
    needed = coverage_bytes(*asked, threads=1)
    city_of(*asked, town.incomplete, threads=1, memory_bytes=needed)
    with pytest.raises(InputError, match="this city needs up to"):
        city_of(*asked, town.incomplete, threads=1, memory_bytes=needed - 1)


def test_what_the_machine_cannot_hold_is_refused_with_both_figures():
    with pytest.raises(InputError, match=r"a city needs up to 24\.0 GiB .* 2\.0 GiB are free"):
        refuse_beyond(24 << 30, 2 << 30, "a city")
    refuse_beyond(2 << 30, 2 << 30, "a city")
