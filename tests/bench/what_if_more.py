"""
What a scenario costs beyond the live answer: ``python -m tests.bench.what_if_more [CITY]``.

Details of one-place changes, and changed streets by any route and in a profile, each beside a full
run of the same city on the same ground.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np

from atlas.engine.network import build
from atlas.engine.profiles import Profile
from atlas.engine.scenario.access import access_now
from atlas.engine.scenario.after import after, ground_after
from atlas.engine.scenario.base import Keep, prepare
from atlas.engine.scenario.changes import AddStreet, CloseStreet, MarkStreet
from atlas.engine.scenario.filled import filled_now
from atlas.engine.scenario.full import assessed
from atlas.engine.scenario.nearest import nearest_now
from atlas.engine.scenario.now import points_now
from atlas.engine.scenario.points import touched_services
from atlas.engine.scenario.what_if import what_if
from atlas.engine.streets import CROSSING
from atlas.engine.walks import walk_of
from tests.bench.cities import CITIES
from tests.bench.osm import CLASSES
from tests.bench.what_if import city_inputs, random_changes

PLACES = {CITIES[0].name: 1_298, CITIES[1].name: 5_000, CITIES[2].name: 20_000}
CHANGES = 24
ROADS = 3
"""The first classes are roads, that cost something to walk along and to cross."""


def safe_route():
    """Roads count half as much again and cost 40 m to cross."""
    shape = (len(CLASSES), 2)
    is_road = np.repeat(np.arange(len(CLASSES))[:, None] < ROADS, 2, axis=1)
    return Profile(
        up_to_kmh=np.zeros(0, np.int16),
        factor=np.where(is_road, 1_500, 1_000).astype(np.int32),
        is_forbidden=np.zeros(shape, np.bool_),
        crossing_cm=np.where(is_road, 4_000, 0).astype(np.int32),
        aside_cm=2_000,
    )


def taken_ms(work):
    """What a piece of work answers, and how long it takes."""
    began = time.perf_counter()
    answer = work()
    return answer, 1e3 * (time.perf_counter() - began)


def summary(rows):
    """Median and 95th percentile of each column, milliseconds."""
    return {
        name: {
            "p50": round(float(np.median(part)), 1),
            "p95": round(float(np.quantile(part, 0.95)), 1),
        }
        for name, part in rows.items()
    }


def access(outcome, at):
    """The access index where one requirement is touched."""
    return access_now(outcome).touched(*at)


def details(base, inputs):
    """Milliseconds of what one-place changes are asked beyond the split."""
    rows = {"split": [], "access": [], "nearest": [], "filled": [], "every point": []}
    for number, (_, change) in enumerate(random_changes(inputs, CHANGES)):
        outcome, split = taken_ms(partial(what_if, base, [change]))
        walked = np.flatnonzero(touched_services(outcome) & (inputs.requirements.mode == 0))
        if not walked.size:
            continue
        at = (int(walked[0]), int(np.argmax(inputs.requirements.reach_cm[walked[0]] >= 0)))
        works = {
            "access": partial(access, outcome, at),
            "nearest": partial(nearest_now, outcome, *at),
        }
        if number < CHANGES // 4:
            works["filled"] = partial(filled_now, outcome)
            works["every point"] = partial(points_now, outcome)
        rows["split"].append(split)
        for name, work in works.items():
            rows[name].append(taken_ms(work)[1])
    return summary(rows)


def street_changes(inputs, pieces, random):
    """A street closed, one added between two places, and a crossing put up along one."""
    order = np.argsort(pieces.code)
    row = int(random.integers(order.size))
    piece = order[row]
    code, length = str(inputs.street_code[row]), int(pieces.length_um[piece]) // 10_000
    xy = pieces.xy_m[pieces.offset[piece]]
    line = np.array([xy, xy + random.uniform(-150, 150, 2)])
    long = max(1, int(100 * np.hypot(*(line[1] - line[0]))))
    return {
        "closed": CloseStreet(code),
        "added": AddStreet("new", line, long, 3_000, len(CLASSES) - 1),
        "crossing": MarkStreet(code, length // 2, CROSSING, is_there=True),
    }


def streets(base, inputs, pieces):
    """Milliseconds of changed streets."""
    random = np.random.Generator(np.random.Philox(17))
    rows = {}
    for _ in range(CHANGES):
        for kind, change in street_changes(inputs, pieces, random).items():
            _, ms = taken_ms(partial(what_if, base, [change]))
            rows.setdefault(kind, []).append(ms)
    return summary(rows)


def measured(city):
    """Everything, milliseconds."""
    pieces = city.pieces()
    network = build(pieces)
    order = np.argsort(pieces.code)
    plain = replace(
        city_inputs(network, city.points, PLACES[city.name]),
        street_code=pieces.code[order],
        street_features=pieces.features[order],
    )
    profile = safe_route()
    answers = {"nodes": network.nodes, "points": city.points, "places": PLACES[city.name]}
    for name, inputs in (
        ("any route", plain),
        ("safe route", replace(plain, profile=profile, walk=walk_of(network, profile))),
    ):
        keep = Keep(access=True, nearest=True, filled=True)
        base, prepared = taken_ms(partial(prepare, inputs, keep=keep))
        outcome = what_if(base, [])
        then = after(outcome)
        ground = ground_after(outcome, then)
        _, whole = taken_ms(partial(assessed, then.inputs, ground))
        changes = street_changes(inputs, pieces, np.random.Generator(np.random.Philox(18)))
        what_if(base, list(changes.values()))
        points_now(what_if(base, [random_changes(inputs, 1)[0][1]]))
        answers[name] = {
            "prepared and kept": round(prepared),
            "full run of the split": round(whole),
            "one place": details(base, inputs),
            "streets": streets(base, inputs, pieces),
        }
    return answers


def main():
    """Measure one city of the bench, by default the first."""
    name = sys.argv[1] if len(sys.argv) > 1 else CITIES[0].name
    city = next(one for one in CITIES if one.name == name)
    sys.stdout.write(json.dumps(measured(city), indent=1) + "\n")


if __name__ == "__main__":
    main()
