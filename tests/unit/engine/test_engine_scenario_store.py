"""A base goes through files and answers the same, to several threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from atlas.engine.errors import InputError
from atlas.engine.scenario.base import prepare
from atlas.engine.scenario.store import arrays, from_arrays
from atlas.engine.scenario.what_if import what_if
from tests.unit.engine.scenarios import Ledger, inputs_of, random_change
from tests.unit.engine.test_engine_scenario_scores import assert_same, scoring_of
from tests.unit.engine.towns import random_town


def a_base(seed, *, is_assigned=True):
    town = random_town(seed, is_assigned=is_assigned)
    scoring = scoring_of(np.random.default_rng(seed), town)
    return town, prepare(inputs_of(town), scoring, threads=1)


def one_change_each(town, count):
    random = np.random.default_rng(1)
    return [[random_change(random, Ledger(town), serial)] for serial in range(count)]


def assert_same_answer(one, other):
    assert one.zone.tolist() == other.zone.tolist()
    assert one.change.tobytes() == other.change.tobytes()
    for mine, theirs in zip(one.scores, other.scores, strict=True):
        assert_same(mine.scores, theirs.scores)
        assert_same(mine.doubt, theirs.doubt)


@pytest.mark.parametrize("is_assigned", [False, True])
def test_a_base_read_from_files_answers_as_the_one_written(tmp_path, is_assigned):
    town, base = a_base(21, is_assigned=is_assigned)
    for name, array in arrays(base).items():
        np.save(tmp_path / f"{name}.npy", array)
    stored = {path.stem: np.load(path, mmap_mode="c") for path in tmp_path.glob("*.npy")}
    again = from_arrays(stored, base.inputs.network)
    for name, array in arrays(again).items():
        assert array.tobytes() == arrays(base)[name].tobytes(), name
    for changes in one_change_each(town, 12):
        assert_same_answer(what_if(again, changes), what_if(base, changes))


def test_many_threads_ask_one_base_at_once_and_leave_it_as_it_was():
    town, base = a_base(34)
    before = {name: array.copy() for name, array in arrays(base).items()}
    asked = one_change_each(town, 40)
    alone = [what_if(base, changes, threads=1) for changes in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda changes: what_if(base, changes, threads=1), asked))
    for one, other in zip(alone, together, strict=True):
        assert_same_answer(one, other)
    for name, array in arrays(base).items():
        assert array.tobytes() == before[name].tobytes(), name


def test_a_base_without_scores_is_stored_too():
    town = random_town(3)
    base = prepare(inputs_of(town), threads=1)
    assert from_arrays(arrays(base), base.inputs.network).scored is None


def test_a_base_of_another_version_or_with_an_array_missing_is_refused():
    _, base = a_base(8)
    stored = arrays(base)
    with pytest.raises(InputError, match="another version"):
        from_arrays(stored | {"base_version": np.array([0])}, base.inputs.network)
    del stored["amount"]
    with pytest.raises(InputError, match="lacks amount"):
        from_arrays(stored, base.inputs.network)
