"""Scenarios on real streets: what changes is what a full run says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from atlas.engine.network import build
from atlas.engine.scenario.base import AMOUNT_NAMES, prepare
from atlas.engine.scenario.changes import (
    Change,
    ClosePlace,
    CloseStreet,
    MovePlace,
    SetCapacity,
)
from atlas.engine.scenario.what_if import what_if
from atlas.engine.types import MICRO
from tests.bench.what_if import city_inputs
from tests.real.osm_pieces import pieces_of
from tests.unit.engine.streets_by_hand import full_run

pytestmark = pytest.mark.real

MONACO = "osm-small/monaco_2023-12-25.osm.pbf"
MONACO_SRID = 32632


@pytest.fixture(scope="module")
def monaco(real_data):
    """Monaco's streets, with children and 400 places drawn along them."""
    path = real_data / MONACO
    pieces, _ = pieces_of(path, MONACO_SRID)
    inputs = city_inputs(build(pieces), 1_500, 400)
    return prepare(replace(inputs, street_code=np.sort(pieces.code)))


def test_twelve_changes_to_places_in_monaco_are_full_runs(monaco):
    inputs = monaco.inputs
    changes: list[Change] = []
    for row in range(0, 400, 100):
        place, pool = str(inputs.places.code[row]), str(inputs.pools.code[row + 1])
        changes += [
            ClosePlace(place),
            MovePlace(str(inputs.places.code[row + 2]), inputs.places.entrance_xy_m[row : row + 1]),
            SetCapacity(pool, 123 * MICRO),
        ]
        outcome = what_if(monaco, changes)
        whole, _ = full_run(outcome)
        assert outcome.zone.size
        for number, name in enumerate(AMOUNT_NAMES):
            assert outcome.amount(name).tobytes() == whole.amount[number].tobytes(), name


def test_closing_every_hundredth_street_of_monaco_is_a_full_run_and_serves_no_more(monaco):
    changes = [CloseStreet(code) for code in monaco.inputs.street_code[::100].tolist()]
    outcome = what_if(monaco, changes)
    whole, _ = full_run(outcome)
    for number, name in enumerate(AMOUNT_NAMES):
        assert outcome.amount(name).tobytes() == whole.amount[number].tobytes(), name
    assert outcome.amount("out").sum() > monaco.amount[AMOUNT_NAMES.index("out")].sum()
