from __future__ import annotations

import esda.smoothing
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.shrinkage import Drawn, shrink


@st.composite
def tiers(draw):
    n = draw(st.integers(1, 9))
    number = draw(
        hnp.arrays(np.float64, n, elements=st.sampled_from([0.1, 0.3, 0.35, 0.9, np.nan]))
    )
    error = draw(hnp.arrays(np.float64, n, elements=st.sampled_from([0.0, 0.02, 0.3, np.nan])))
    people = draw(hnp.arrays(np.float64, n, elements=st.sampled_from([0.0, 10.0, 700.0])))
    parent = draw(hnp.arrays(np.int32, n, elements=st.integers(-1, 2)))
    return number, error, people, parent


def test_the_estimator_is_that_of_marshall_for_poisson_counts() -> None:
    """
    Against esda (pysal), an independent implementation of Marshall 1991's global estimator.

    Its sampling variance of a rate is m/n, which is stated here as the error.
    """
    random = np.random.default_rng(1991)
    people = random.integers(200, 5000, 40).astype(np.float64)
    cases = random.poisson(people * random.gamma(4, 0.01, 40)).astype(np.float64)
    expected = esda.smoothing.Empirical_Bayes(cases, people).r.ravel()
    mean = cases.sum() / people.sum()
    found = shrink(cases / people, np.sqrt(mean / people), people, np.zeros(40, np.int32))
    np.testing.assert_allclose(found.number, expected, rtol=1e-12)
    assert 0 < found.kept.min() < found.kept.max() < 1


def test_two_zones_by_hand() -> None:
    # m = 0.3, between 0.01, mean s² 0.00625, τ² = 0.00375, λ = 0.2727 and 0.6.
    found = shrink(
        np.array([0.2, 0.4]), np.array([0.1, 0.05]), np.full(2, 50.0), np.zeros(2, np.int32)
    )
    assert found.kept == pytest.approx([3 / 11, 0.6])
    assert found.number == pytest.approx([0.3 - 0.3 / 11, 0.36])
    assert found.drawn.tolist() == [Drawn.SHRUNK, Drawn.SHRUNK]


def test_zones_that_differ_less_than_their_errors_all_become_the_mean() -> None:
    found = shrink(
        np.array([0.2, 0.4]), np.array([0.5, 0.5]), np.array([300.0, 100]), np.zeros(2, np.int32)
    )
    assert found.kept.tolist() == [0.0, 0.0]
    assert found.number == pytest.approx([0.25, 0.25])


def test_each_parent_has_a_mean_of_its_own() -> None:
    number, error = np.array([0.1, 0.3, 0.7, 0.9]), np.full(4, 0.2)
    found = shrink(number, error, np.ones(4), np.array([0, 0, 1, 1], np.int32))
    assert found.number == pytest.approx([0.2, 0.2, 0.8, 0.8])


def test_an_exact_value_stays_and_still_pulls_the_mean() -> None:
    number, error = np.array([0.5, 0.2, 0.2]), np.array([0.0, 0.9, 0.9])
    found = shrink(number, error, np.ones(3), np.zeros(3, np.int32))
    assert found.number[0] == 0.5
    assert found.kept.tolist() == [1.0, 0.0, 0.0]
    assert found.number[1:] == pytest.approx([0.3, 0.3])


def test_what_is_not_shrunk_says_why() -> None:
    number = np.array([0.2, np.nan, 0.4, 0.6, 0.8, 0.9])
    error = np.array([0.1, 0.1, np.nan, 0.1, 0.1, 0.1])
    people = np.array([5.0, 5, 5, 0, 5, 5])
    found = shrink(number, error, people, np.array([0, 0, 0, 0, 1, -1], np.int32))
    assert found.drawn.tolist() == [
        Drawn.SHRUNK,
        Drawn.NULL,
        Drawn.ERROR_NOT_STATED,
        Drawn.NO_POPULATION,
        Drawn.NO_SIBLING,
        Drawn.NO_SIBLING,
    ]
    assert np.isnan([found.number[1], found.kept[1]]).all()
    assert found.number[2:].tolist() == number[2:].tolist()


def test_one_stated_error_among_siblings_is_drawn_to_the_mean_of_all() -> None:
    found = shrink(np.array([0.0, 0.6]), np.array([0.1, np.nan]), np.ones(2), np.zeros(2, np.int32))
    # m = 0.3; between 0.09 − 0.01 = τ² 0.08; λ = 8/9.
    assert found.number == pytest.approx([0.3 / 9, 0.6])


@given(tiers())
@settings(max_examples=40)
def test_a_value_lands_between_its_own_and_the_mean(tier) -> None:
    number, error, people, parent = tier
    found = shrink(*tier)
    for above in set(parent.tolist()):
        row = np.flatnonzero((parent == above) & ~np.isnan(number) & (people > 0))
        for z in row:
            low, high = number[row].min(), number[row].max()
            assert low - 1e-12 <= found.number[z] <= high + 1e-12
    same = found.kept == 1
    assert found.number[same].tolist() == number[same].tolist()
    assert (found.kept[(error == 0) & ~np.isnan(number)] == 1).all()


@given(tiers(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_of_zones_changes_no_bit(tier, random) -> None:
    order = list(range(tier[0].size))
    random.shuffle(order)
    once, again = shrink(*tier), shrink(*(column[order] for column in tier))
    assert once.number[order].tobytes() == again.number.tobytes()
    assert once.drawn[order].tolist() == again.drawn.tolist()


def test_what_no_zone_can_have_is_refused() -> None:
    one, zero = np.ones(1), np.zeros(1, np.int32)
    for number, error, people in ((one * np.inf, one, one), (one, -one, one), (one, one, -one)):
        with pytest.raises(InputError):
            shrink(number, error, people, zero)
    with pytest.raises(InputError):
        shrink(one, one, np.array([np.nan]), zero)
    with pytest.raises(InputError):
        shrink(one, np.array([np.inf]), one, zero)
    with pytest.raises(ShapeError):
        shrink(one, one, np.ones(2), zero)
