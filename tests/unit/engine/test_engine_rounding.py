from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.engine import rounding
from atlas.engine.errors import InputError, ShapeError

MICRO = 1_000_000
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


def exact_shares(values: list[int], total: int) -> list[int]:
    quotas = [Fraction(v * total, sum(values)) for v in values]
    shares = [q.numerator // q.denominator for q in quotas]
    order = sorted(range(len(values)), key=lambda i: (-(quotas[i] - shares[i]), i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


@given(weights, st.integers(0, 2**60))
def test_shares_equal_those_of_exact_fractions(values: list[int], total: int) -> None:
    if sum(values) == 0:
        values[0] = 1
    assert rounding.largest_remainder(np.array(values), total).tolist() == exact_shares(
        values, total
    )


def test_ties_go_to_the_smaller_code() -> None:
    assert rounding.largest_remainder(np.array([1, 1, 1, 1]), 2).tolist() == [1, 1, 0, 0]


def test_float_weights_share_the_whole_total() -> None:
    shares = rounding.largest_remainder(np.array([0.1, 0.2, 0.7]), 1_000_003)
    assert shares.sum() == 1_000_003
    assert shares.tolist() == [100_000, 200_001, 700_002]


def test_huge_weights_are_halved_and_still_share_everything() -> None:
    shares = rounding.largest_remainder(np.array([2**60, 2**60]), 7)
    assert shares.tolist() == [4, 3]


def test_nothing_to_share_by_is_refused() -> None:
    with pytest.raises(InputError, match="no weight"):
        rounding.largest_remainder(np.array([0, 0]), 1)
    assert rounding.largest_remainder(np.array([0, 0]), 0).tolist() == [0, 0]


@pytest.mark.parametrize("bad", [[-1, 2], [np.nan, 1.0], [np.inf, 1.0]])
def test_weights_that_are_no_weights_are_refused(bad: list[float]) -> None:
    with pytest.raises(InputError):
        rounding.largest_remainder(np.array(bad), 1)


def test_a_negative_total_and_a_stray_group_are_refused() -> None:
    with pytest.raises(InputError):
        rounding.largest_remainder(np.array([1]), -1)
    with pytest.raises(ShapeError):
        rounding.share_by_group(np.array([1]), np.array([3]), np.array([1]))
    with pytest.raises(ShapeError):
        rounding.share_by_group(np.array([1, 2]), np.array([0]), np.array([1]))


@given(st.data())
def test_every_group_and_column_gets_exactly_its_total(data: st.DataObject) -> None:
    n_groups = data.draw(st.integers(1, 6))
    members = data.draw(
        st.lists(st.tuples(st.integers(0, n_groups - 1), st.integers(1, 9)), max_size=40)
    )
    group = np.array([g for g, _ in members] + list(range(n_groups)), np.int64)
    weight = np.array([w for _, w in members] + [1] * n_groups, np.int64)
    totals = np.array(
        data.draw(
            st.lists(
                st.lists(st.integers(0, 10**12), min_size=3, max_size=3),
                min_size=n_groups,
                max_size=n_groups,
            )
        )
    )
    shares = rounding.share_by_group(weight, group, totals)
    for g in range(n_groups):
        assert shares[group == g].sum(axis=0).tolist() == totals[g].tolist()
        for k in range(3):
            alone = rounding.largest_remainder(weight[group == g], int(totals[g, k]))
            assert shares[group == g, k].tolist() == alone.tolist()


@given(st.lists(st.integers(0, 5 * MICRO), min_size=1, max_size=20))
def test_whole_children_add_up_and_stray_less_than_one(micro: list[int]) -> None:
    parts = np.array(micro)
    shown = rounding.whole_children(parts)
    assert shown.sum() == (sum(micro) + MICRO // 2) // MICRO
    assert (np.abs(shown * MICRO - parts) < MICRO).all()


def test_a_whole_out_of_reach_is_refused() -> None:
    with pytest.raises(InputError):
        rounding.whole_children(np.array([MICRO, MICRO]), 5)
    with pytest.raises(InputError):
        rounding.whole_children(np.array([-1]))


@given(st.lists(st.lists(st.integers(0, 3 * MICRO), min_size=4, max_size=4), min_size=1))
def test_rows_with_carry_keep_every_row_and_the_long_sums(table: list[list[int]]) -> None:
    parts = np.array(table)
    totals = rounding.whole_run(parts.sum(axis=1))
    shown = rounding.whole_rows_with_carry(parts, totals)
    assert shown.min() >= 0
    assert shown.sum(axis=1).tolist() == totals.tolist()
    assert (np.abs(shown.sum(axis=0) * MICRO - parts.sum(axis=0)) <= 3 * MICRO).all()


def test_many_small_fractions_do_not_vanish() -> None:
    parts = np.tile(np.array([300_000, 700_000]), (1000, 1))
    shown = rounding.whole_rows_with_carry(parts, np.ones(1000, np.int64))
    assert shown.sum(axis=0).tolist() == [300, 700]


@given(st.lists(st.integers(0, 3 * MICRO), min_size=1), st.data())
def test_any_stretch_of_a_run_holds_within_one(run: list[int], data: st.DataObject) -> None:
    parts = np.array(run)
    shown = rounding.whole_run(parts)
    a = data.draw(st.integers(0, len(run)))
    b = data.draw(st.integers(a, len(run)))
    assert abs(int(shown[a:b].sum()) * MICRO - int(parts[a:b].sum())) <= MICRO
    assert shown.min() >= 0


def test_negative_children_cannot_be_shown() -> None:
    with pytest.raises(InputError):
        rounding.whole_run(np.array([-1]))
    with pytest.raises(InputError):
        rounding.whole_rows_with_carry(np.array([[-1, 1]]), np.array([0]))
    with pytest.raises(ShapeError):
        rounding.whole_rows_with_carry(np.array([[1, 1]]), np.array([0, 1]))
