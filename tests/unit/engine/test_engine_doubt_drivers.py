"""What drives the doubt: against functions whose shares are known."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from atlas.engine.doubt.draws import Spread
from atlas.engine.doubt.drivers import GROUPS, drivers, group_drivers
from atlas.engine.errors import InputError
from tests.unit.engine.doubtful import case_of, shuffled

SEED = 11


def share(found, group):
    at = found.groups.index(group)
    return found.first[at], found.total[at]


def ishigami(sample, a=7.0, b=0.1):
    x = np.pi * (2 * sample - 1)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_s_function_has_the_shares_worked_out_by_hand():
    # V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2, V₂ = a²/8, V₁ + V₁₃ = V − V₂ (Ishigami & Homma 1990).
    a, b = 7.0, 0.1
    whole = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 1 / 2
    two = a**2 / 8 / whole
    found = group_drivers(ishigami, ("zeta", "alpha", "zeta"), SEED, base=4096)
    assert found.groups == ("zeta", "alpha")
    assert share(found, "alpha") == pytest.approx((two, two), abs=0.02)
    assert share(found, "zeta") == pytest.approx((1 - two, 1 - two), abs=0.02)
    assert found.sd == pytest.approx(np.sqrt(whole), rel=0.02)
    apart = group_drivers(ishigami, ("one", "two", "three"), SEED, base=4096)
    alone = (1 + b * np.pi**4 / 5) ** 2 / 2 / whole
    both = 8 * b**2 * np.pi**8 / 225 / whole
    assert share(apart, "one") == pytest.approx((alone, alone + both), abs=0.03)
    assert share(apart, "three") == pytest.approx((0, both), abs=0.03)


def test_a_sum_is_shared_by_its_coefficients_and_the_confidence_holds_them():
    coefficient = np.array([3.0, 1.0, 2.0, 0.0])
    found = group_drivers(lambda u: u @ coefficient, ("a", "a", "b", "c"), SEED)
    known = np.array([10.0, 4.0, 0.0]) / 14
    assert (np.abs(found.first - known) <= np.maximum(found.first_error, 0.01)).all()
    assert (np.abs(found.total - known) <= np.maximum(found.total_error, 0.01)).all()
    assert (found.first[2], found.first_error[2], found.total[2]) == (0, 0, 0)


def test_an_output_that_never_varies_has_no_drivers():
    found = group_drivers(lambda u: np.full(len(u), 5.0), ("a", "b"), SEED, base=8)
    assert found.first.tolist() == found.total.tolist() == [0, 0]
    assert (found.mean, found.sd) == (5.0, 0.0)


def test_what_does_not_vary_drives_nothing_and_what_alone_varies_drives_all():
    still = Spread(weight_sd=0, reach_pct=(0,), provision_pct=(0,), powers=(1.0,))
    case = case_of(1, still)
    none = drivers(case, SEED, base=64)
    assert none.groups == GROUPS
    assert none.sd == 0
    only = drivers(case_of(1, replace(still, weight_sd=0.3)), SEED, base=256)
    assert share(only, "weights") == pytest.approx((1, 1), abs=0.1)
    for group in GROUPS[1:]:
        assert share(only, group) == (0, 0)


def test_missing_levels_and_counts_drive_where_there_are_any():
    still = Spread(weight_sd=0, reach_pct=(0,), provision_pct=(0,), powers=(1.0,))
    missing = drivers(case_of(2, still, missing=0.3), SEED, base=256)
    assert share(missing, "missing") == pytest.approx((1, 1), abs=0.1)
    counts = drivers(case_of(2, replace(still, replicates=5)), SEED, base=256)
    assert share(counts, "counts") == pytest.approx((1, 1), abs=0.1)


def test_order_and_threads_change_no_driver_and_another_seed_does():
    case = case_of(3, Spread(), missing=0.1)
    once = drivers(case, SEED, base=64, threads=1)
    again = drivers(shuffled(case, 5), SEED, base=64, threads=3)
    for field in fields(once):
        assert np.array_equal(getattr(once, field.name), getattr(again, field.name))
    other = drivers(case, SEED + 1, base=64)
    assert other.first.tolist() != once.first.tolist()


def test_a_base_that_is_no_power_of_two_and_a_tier_without_ranks_are_refused():
    with pytest.raises(InputError, match="power of 2"):
        group_drivers(ishigami, ("a", "b", "c"), SEED, base=100)
    case = case_of(1, Spread())
    with pytest.raises(InputError, match="ranked"):
        drivers(replace(case, children=np.full(case.zone_code.size, -1)), SEED)
