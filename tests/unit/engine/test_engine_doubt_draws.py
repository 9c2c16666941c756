"""What is drawn: its distribution, and that a name keeps its numbers."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.stats import beta, kstest

from atlas.engine.doubt.draws import Spread, Weighting, drawn, uniforms_behind
from atlas.engine.doubt.streams import uniforms
from atlas.engine.errors import InputError, ShapeError

SEED = 20_260


def one_domain(weights):
    codes = np.array([f"service_{k}" for k in range(len(weights))])
    return Weighting(
        np.array(["all"]),
        np.ones(1),
        codes,
        np.zeros(len(weights), np.int64),
        np.array(weights, float),
    )


def three_domains():
    return Weighting(
        domain_code=np.array(["play", "learning", "context"]),
        domain_weight=np.array([0.5, 0.3, 0.2]),
        code=np.array(["park", "school", "kindergarten", "poverty", "library"]),
        domain=np.array([0, 1, 1, 2, 1]),
        weight=np.array([1.0, 2.0, 1.0, 1.0, 0.0]),
    )


def draw(weighting, draws, spread=None, seed=SEED):
    return drawn(uniforms_behind(seed, draws, weighting), weighting, spread or Spread())


def test_equal_weights_keep_their_mean_and_have_the_stated_relative_spread():
    found = draw(one_domain([1] * 8), 20_000).weights
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-12
    assert found.mean(axis=0) * 8 == pytest.approx(np.ones(8), abs=0.01)
    assert found.std(axis=0) * 8 == pytest.approx(np.full(8, 0.3), abs=0.01)


def test_each_weight_follows_the_beta_distribution_of_a_dirichlet():
    weights = np.array([0.5, 0.3, 0.2])
    found = draw(one_domain(weights), 5_000).weights
    whole = 2 / 0.3**2 - 1
    for k, weight in enumerate(weights):
        marginal = beta(whole * weight, whole * (1 - weight))
        assert kstest(found[:, k], marginal.cdf).pvalue > 0.01


def test_a_weight_of_nothing_stays_nothing_and_one_alone_is_all():
    found = draw(three_domains(), 500).weights
    assert (found[:, 4] == 0).all()
    domains = np.column_stack((found[:, 0], found[:, 1] + found[:, 2], found[:, 3]))
    assert domains.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2], abs=0.02)
    alone = draw(one_domain([3.0]), 10).weights
    assert (alone == 1).all()


def test_a_domain_without_any_weight_within_leaves():
    weighting = replace(three_domains(), weight=np.array([1.0, 2.0, 1.0, 0.0, 0.0]))
    found = draw(weighting, 50)
    assert (found.weights[:, 3] == 0).all()
    assert np.abs(found.weights.sum(axis=1) - 1).max() < 1e-12


def test_without_spread_the_weights_are_the_adopted_ones():
    found = draw(three_domains(), 3, Spread(weight_sd=0)).weights
    assert found == pytest.approx(np.tile([0.5, 0.2, 0.1, 0.2, 0], (3, 1)))


def test_levels_and_exponents_are_equally_likely():
    found = draw(three_domains(), 18_000, Spread(replicates=20, normalisations=4))
    for column in (found.reach[:, 0], found.provision[:, 1]):
        count = np.bincount(column, minlength=9)
        assert count.size == 9
        assert ((count - 2_000) ** 2 / 2_000).sum() < 26.1  # chi², 8 degrees, 0.1 %
    assert np.unique(found.power).tolist() == [1, 2, 4]
    assert np.unique(found.replicate).tolist() == list(range(20))
    assert np.unique(found.normalisation).tolist() == list(range(4))


def test_streams_of_different_names_and_purposes_do_not_follow_each_other():
    one = uniforms(SEED, "reach", ["a", "b"], 4_000)
    other = uniforms(SEED, "provision", ["a"], 4_000)[:, 0]
    later = uniforms(SEED + 1, "reach", ["a"], 4_000)[:, 0]
    table = np.column_stack((one, other, later))
    assert kstest(table.ravel(), "uniform").pvalue > 0.01
    correlation = np.corrcoef(table.T) - np.eye(4)
    assert np.abs(correlation).max() < 4 / np.sqrt(4_000)


def test_a_name_keeps_its_numbers_whoever_else_draws_and_however_often():
    whole = three_domains()
    order = np.array([4, 2, 0, 3, 1])
    shuffled = replace(
        whole,
        code=whole.code[order],
        domain=whole.domain[order],
        weight=whole.weight[order],
    )
    once, again = draw(whole, 1_000), draw(shuffled, 100)
    for field in fields(once):
        first, second = getattr(once, field.name)[:100], getattr(again, field.name)
        expected = first[:, order] if first.ndim > 1 else first
        assert np.ascontiguousarray(expected).tobytes() == second.tobytes(), field.name


def test_another_service_changes_no_reach_of_others():
    whole = three_domains()
    more = replace(
        whole,
        code=np.append(whole.code, "clinic"),
        domain=np.append(whole.domain, 2),
        weight=np.append(whole.weight, 1.0),
    )
    once, again = draw(whole, 200), draw(more, 200)
    assert once.reach.tolist() == again.reach[:, :5].tolist()
    assert once.provision.tolist() == again.provision[:, :5].tolist()
    # Only the domain it joined is shared out anew.
    assert once.weights[:, :3].tobytes() == np.ascontiguousarray(again.weights[:, :3]).tobytes()


def test_the_order_of_domains_changes_no_weight():
    whole = three_domains()
    turned = replace(
        whole,
        domain_code=whole.domain_code[::-1].copy(),
        domain_weight=whole.domain_weight[::-1].copy(),
        domain=2 - whole.domain,
    )
    assert draw(whole, 50).weights.tobytes() == draw(turned, 50).weights.tobytes()


def test_a_spread_that_no_weights_can_have_is_refused():
    with pytest.raises(InputError, match="too wide"):
        draw(one_domain([1, 1]), 5, Spread(weight_sd=1.0))
    with pytest.raises(InputError, match="no weight"):
        draw(one_domain([0, 0]), 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach_pct": (-20, 20)},
        {"reach_pct": (0, -20)},
        {"provision_pct": (-100, 0)},
        {"powers": (0.5,)},
        {"powers": ()},
        {"weight_sd": -0.1},
        {"replicates": 0},
    ],
)
def test_a_spread_outside_the_method_is_refused(wrong):
    with pytest.raises(InputError):
        Spread(**wrong)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"weight": np.ones(4)}, ShapeError),
        ({"weight": np.array([1, 1, 1, 1, np.nan])}, InputError),
        ({"weight": np.array([1.0, 1, 1, 1, -1])}, InputError),
        ({"domain": np.array([0, 1, 1, 2, 3])}, InputError),
        ({"code": np.array(["park", "park", "c", "d", "e"])}, InputError),
    ],
)
def test_weights_that_contradict_themselves_are_refused(wrong, error):
    with pytest.raises(error):
        replace(three_domains(), **wrong)
