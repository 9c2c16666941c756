"""Gaps at every level: the same as a whole assessment with that reach, provision and count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from atlas.engine.coverage import CITY_WIDE, Demand, Places, Pools, Requirements, city_of
from atlas.engine.doubt.counts import CountError, Replicates, as_counted, replicates
from atlas.engine.doubt.draws import Spread
from atlas.engine.doubt.gaps import gap_levels
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.margins import cut, roll_up
from atlas.engine.need import gap
from atlas.engine.network import build
from atlas.engine.types import MICRO
from tests.unit.engine.towns import random_town, streets

SEEDS = st.integers(0, 2**32 - 1)
some = settings(deadline=None, max_examples=40)
SPREAD = Spread(reach_pct=(-50, -20, 0, 30), provision_pct=(-50, 0, 100))
AT_REACH, AT_PROVISION = 2, 1


def random_city(seed, is_assigned):
    """Return a town of odd reaches whose provisions can be halved in whole millionths."""
    town = random_town(seed, is_assigned=is_assigned)
    requirements = town.requirements
    reach, provision = requirements.reach_cm, requirements.provision_micro
    odd = np.where(reach > 0, reach - 1, reach).astype(np.int32)
    even = np.where(provision > 0, 2 * provision, provision)
    return town.but(requirements=replace(requirements, reach_cm=odd, provision_micro=even))


def levels_of(town, counts=None, *, component=None, threads=None):
    city = city_of(
        build(town.pieces),
        town.demand,
        town.places,
        town.pools,
        town.requirements,
        town.incomplete,
        assigned=town.assigned,
        threads=threads,
    )
    counts = counts or as_counted(town.demand.code.size)
    return gap_levels(city, town.incomplete, SPREAD, counts, component)


def not_served(result):
    return (result.full + result.out).sum(axis=2).T


def known(result):
    return (result.children - result.unknown).sum(axis=2).T


def varied(town, service, reach_pct, provision_pct):
    """Return the town with another reach and provision of one service."""
    requirements = town.requirements
    reach, provision = requirements.reach_cm.copy(), requirements.provision_micro.copy()
    applies = reach[service] > 0
    reach[service, applies] = (reach[service, applies] * (100 + reach_pct) + 50) // 100
    asked = provision[service] > 0
    provision[service, asked] = provision[service, asked] * (100 + provision_pct) // 100
    return town.but(requirements=replace(requirements, reach_cm=reach, provision_micro=provision))


@some
@given(seed=SEEDS, is_assigned=st.booleans())
def test_the_adopted_levels_are_those_of_the_assessment_to_the_last_digit(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    found, result = levels_of(town), town.assess()
    assert found.not_served[:, :, AT_REACH, AT_PROVISION, 0].tolist() == not_served(result).tolist()
    assert found.known[..., 0].tolist() == known(result).tolist()
    for service in range(town.requirements.service.size):
        parts = (result.full, result.out, result.children, result.unknown)
        full, out, children, unknown = (part[:, [service]].sum(axis=2) for part in parts)
        x = gap(full, out, children, unknown, unknown_limit=1.0).x[:, 0]
        row = AT_REACH * len(SPREAD.provision_pct) + AT_PROVISION
        mine = found.table(service)[row]
        assert mine.tobytes() == np.nan_to_num(x).tobytes()


@some
@given(seed=SEEDS, is_assigned=st.booleans())
def test_another_reach_is_a_whole_assessment_with_it(seed, is_assigned):
    town = random_city(seed, is_assigned)
    found = levels_of(town)
    for service in range(town.requirements.service.size):
        for level, pct in enumerate(SPREAD.reach_pct):
            result = varied(town, service, pct, 0).assess()
            mine = found.not_served[service, :, level, AT_PROVISION, 0]
            assert mine.tolist() == not_served(result)[service].tolist()


@some
@given(seed=SEEDS, is_assigned=st.booleans())
def test_another_provision_is_a_whole_assessment_with_it(seed, is_assigned):
    town = random_city(seed, is_assigned)
    found = levels_of(town)
    cells = town.demand.children_micro.size
    for service in range(town.requirements.service.size):
        for level, pct in enumerate(SPREAD.provision_pct):
            result = varied(town, service, SPREAD.reach_pct[-1], pct).assess()
            mine = found.not_served[service, :, -1, level, 0]
            # Dividing what arrives once is rounded apart from dividing each pool.
            assert np.abs(mine - not_served(result)[service]).max() <= 2 * cells


@some
@given(seed=SEEDS)
def test_services_of_the_whole_city_that_share_pools_are_shared_out_anew(seed):
    town = random_city(seed, is_assigned=False)
    admits = town.pools.admits.copy()
    admits[0] = True
    assume((town.requirements.reach_cm >= 0).any(axis=1).sum() > 1)
    modes = np.full(3, CITY_WIDE, np.uint8)
    town = town.but(
        pools=replace(town.pools, admits=admits),
        requirements=replace(town.requirements, mode=modes),
    )
    found = levels_of(town)
    for service, level in np.ndindex(3, len(SPREAD.provision_pct)):
        result = varied(town, service, 0, SPREAD.provision_pct[level]).assess()
        for reach in range(len(SPREAD.reach_pct)):
            mine = found.not_served[service, :, reach, level, 0]
            assert mine.tolist() == not_served(result)[service].tolist()


@some
@given(seed=SEEDS, is_assigned=st.booleans())
def test_a_replicate_of_the_counts_is_a_whole_assessment_with_them(seed, is_assigned):
    town = random_town(seed, is_assigned=is_assigned)
    random = np.random.default_rng(seed)
    cell = random.integers(0, 3, town.demand.code.size).astype(np.int32)
    counts = Replicates(cell, random.uniform(0.5, 2, (3, 4)))
    found = levels_of(town, counts)
    for r in range(counts.count):
        factor = counts.factor[cell, r][:, None]
        children = np.rint(town.demand.children_micro * factor).astype(np.int64)
        children = np.where(town.demand.children_micro > 0, np.maximum(children, 1), 0)
        result = town.but(demand=replace(town.demand, children_micro=children)).assess()
        at = (slice(None), slice(None), AT_REACH, AT_PROVISION, r)
        assert found.not_served[at].tolist() == not_served(result).tolist()
        assert found.known[..., r].tolist() == known(result).tolist()


def test_by_hand_a_street_with_twenty_seats_at_its_end():
    # Ten children live 100.00 m away and ten 100.01 m. Half of 199.99 m is 99.995 m: 100.00 m.
    town = random_town(1, services=1)
    ten = np.full((2, 1), 10 * MICRO)
    town = town.but(
        pieces=streets([(1, 2, [(0, 0), (300, 0)])]),
        demand=Demand(
            code=np.array(["near", "far"]),
            xy_m=np.array([[100.0, 0], [100.01, 0]]),
            children_micro=ten,
            zone=np.zeros(2, np.int32),
            edge=np.zeros(2, bool),
        ),
        places=Places(np.array(["school"]), np.zeros(1, np.int32), np.zeros((1, 2))),
        pools=Pools(
            np.array(["seats"]),
            np.zeros(1, np.int32),
            np.array([20 * MICRO]),
            np.ones((1, 1, 1), bool),
        ),
        requirements=Requirements(
            service=np.array(["school"]),
            reach_cm=np.array([[19_999]], np.int32),
            provision_micro=np.array([[MICRO]]),
            participation_micro=np.array([[MICRO]]),
            mode=np.zeros(1, np.uint8),
        ),
        incomplete=np.zeros((1, 1), bool),
    )
    found = levels_of(town)
    # Rows: reach -50 %, -20 %, 0 %, 30 %; columns: half a seat, one, two for each child.
    near_alone, both = [10, 10, 10], [0, 0, 10]
    assert (found.not_served[0, 0, :, :, 0] / MICRO).tolist() == [near_alone, both, both, both]
    assert found.known.tolist() == [[[20 * MICRO]]]


@some
@given(seed=SEEDS)
def test_a_service_split_by_group_adds_up_to_the_whole(seed):
    town = random_town(seed)
    services = town.requirements.service.size
    # Boys and girls apart in the first service, the others whole.
    component = np.broadcast_to(np.arange(services)[:, None], town.requirements.shape).copy()
    component[0, ::2] = services
    whole, split = levels_of(town), levels_of(town, component=component)
    assert split.not_served.shape[0] == services + 1
    for name in ("not_served", "known"):
        parts, all_of = getattr(split, name), getattr(whole, name)
        assert (parts[0] + parts[services]).tolist() == all_of[0].tolist()
        assert parts[1:services].tolist() == all_of[1:].tolist()
    result = town.assess()
    apart = (result.full + result.out)[:, 0, ::2].sum(axis=1)
    assert split.not_served[services, :, AT_REACH, AT_PROVISION, 0].tolist() == apart.tolist()


@some
@given(seed=SEEDS, threads=st.integers(1, 4))
def test_neither_order_nor_threads_nor_turns_change_a_digit(seed, threads):
    town = random_town(seed, is_assigned=True)
    random = np.random.default_rng(seed)
    demand, pools, requirements = town.demand, town.pools, town.requirements
    cell = random.integers(0, 3, demand.code.size).astype(np.int32)
    factor = random.uniform(0.5, 2, (3, 3))
    points, services = random.permutation(demand.code.size), random.permutation(3)
    back = np.argsort(points)
    shuffled = town.but(
        demand=replace(
            demand,
            code=demand.code[points],
            xy_m=demand.xy_m[points],
            children_micro=demand.children_micro[points],
            zone=demand.zone[points],
            edge=demand.edge[points],
            boundary_cm=None,
        ),
        pools=replace(pools, admits=pools.admits[:, services]),
        requirements=replace(
            requirements,
            service=requirements.service[services],
            reach_cm=requirements.reach_cm[services],
            provision_micro=requirements.provision_micro[services],
            participation_micro=requirements.participation_micro[services],
            mode=requirements.mode[services],
        ),
        incomplete=town.incomplete[services],
        assigned=replace(town.assigned, point=back[town.assigned.point].astype(np.int32)),
    )
    once = levels_of(town, Replicates(cell, factor), threads=1)
    again = levels_of(shuffled, Replicates(cell[points], factor), threads=threads)
    assert once.not_served[services].tobytes() == again.not_served.tobytes()
    assert once.known[services].tobytes() == again.known.tobytes()


def test_replicates_worked_on_in_turns_are_the_same(monkeypatch):
    town = random_town(5)
    random = np.random.default_rng(5)
    cell = np.zeros(town.demand.code.size, np.int32)
    counts = Replicates(cell, random.uniform(0.5, 2, (1, 5)))
    once = levels_of(town, counts)
    monkeypatch.setattr("atlas.engine.doubt.block_levels.TABLE_BYTES", 1)
    again = levels_of(town, counts)
    assert once.not_served.tolist() == again.not_served.tolist()
    assert once.known.tolist() == again.known.tolist()


def test_asking_more_of_the_places_never_serves_more():
    for seed in range(20):
        found = levels_of(random_city(seed, is_assigned=False))
        assert (np.diff(found.not_served, axis=3) >= 0).all()


def test_levels_add_up_over_every_zone_of_every_tree():
    found = levels_of(random_town(7))
    leaf = np.array([[1, 4], [2, 4], [2, 5]], np.int32)
    pieces = cut(leaf, np.array([-1, 0, 0, -1, 3, 3]))
    rolled = found.over(pieces)
    assert rolled.not_served.shape[1] == 6
    assert rolled.not_served[:, 0].tolist() == found.not_served.sum(axis=1).tolist()
    assert rolled.not_served[:, 3].tolist() == rolled.not_served[:, 0].tolist()
    assert rolled.known[1].tolist() == roll_up(found.known[1], pieces).tolist()


def errors(cells=400):
    return CountError(
        cell_code=np.array([f"c{k}" for k in range(cells)]),
        cell_error=np.full(cells, 0.25),
        cell_source=np.arange(cells) % 2,
        source_code=np.array(["census", "estimate"]),
        source_error=np.array([0.0, 0.1]),
    )


def test_factors_of_the_counts_have_mean_one_and_the_stated_error():
    found = replicates(3, errors(), np.arange(400, dtype=np.int32), 20).factor
    of_census = found[::2]
    assert of_census.mean(axis=1) == pytest.approx(np.ones(200), abs=0.05)
    assert of_census.std() == pytest.approx(0.25, abs=0.01)
    sigma = np.sqrt(np.log1p(0.25**2))
    normal = (np.log(of_census.ravel()) + sigma**2 / 2) / sigma
    assert kstest(normal, "norm").pvalue > 0.01
    # All cells of the other source rise and fall together.
    of_estimate = found[1::2].mean(axis=0)
    assert of_estimate.std() == pytest.approx(0.1, abs=0.03)


def test_a_cell_keeps_its_factors_whoever_else_is_counted():
    whole, few = errors(), errors(10)
    point = np.arange(10, dtype=np.int32)
    once, again = replicates(3, whole, point), replicates(3, few, point)
    assert once.factor[:10].tobytes() == again.factor.tobytes()
    assert once.factor.tobytes() != replicates(4, whole, point).factor.tobytes()


def test_without_a_stated_error_the_counts_stay_as_counted():
    silent = replace(errors(), cell_error=np.zeros(400), source_error=np.zeros(2))
    found = replicates(3, silent, np.zeros(5, np.int32))
    assert found.factor.tolist() == [[1.0]]
    assert found.cell.tolist() == [0] * 5


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"cell_error": np.full(400, -0.1)}, InputError),
        ({"cell_error": np.full(400, np.nan)}, InputError),
        ({"cell_error": np.zeros(3)}, ShapeError),
        ({"cell_source": np.full(400, 2)}, InputError),
        ({"source_code": np.array(["census", "census"])}, InputError),
    ],
)
def test_errors_of_counts_that_contradict_themselves_are_refused(wrong, error):
    with pytest.raises(error):
        replace(errors(), **wrong)


def test_replicates_of_other_points_are_refused():
    with pytest.raises(ShapeError):
        levels_of(random_town(1), as_counted(1_000))


@pytest.mark.parametrize(
    ("cell", "factor", "error"),
    [
        ([0], np.ones(3), ShapeError),
        ([0], np.ones((1, 0)), ShapeError),
        ([0], np.zeros((1, 1)), InputError),
        ([0], np.full((1, 1), np.inf), InputError),
        ([1], np.ones((1, 1)), InputError),
    ],
)
def test_replicates_that_multiply_by_nothing_or_by_no_cell_are_refused(cell, factor, error):
    with pytest.raises(error):
        Replicates(np.array(cell, np.int32), factor)


def test_replicates_with_more_children_than_can_be_added_up_are_refused():
    town = random_town(4)
    children = np.full_like(town.demand.children_micro, 10**9)
    town = town.but(demand=replace(town.demand, children_micro=children))
    points = np.zeros(children.shape[0], np.int32)
    with pytest.raises(InputError, match="more children"):
        levels_of(town, Replicates(points, np.full((1, 1), 1e9)))


def test_millionths_of_a_child_who_is_there_never_vanish():
    town = random_town(2)
    children = np.full_like(town.demand.children_micro, 1)
    town = town.but(
        demand=replace(town.demand, children_micro=children),
        incomplete=np.zeros_like(town.incomplete),
    )
    tiny = Replicates(np.zeros(children.shape[0], np.int32), np.full((1, 1), 1e-9))
    assert levels_of(town, tiny).known.tolist() == levels_of(town).known.tolist()
    assert levels_of(town).known.max() < MICRO
