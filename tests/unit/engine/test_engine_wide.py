"""Numbers of 128 bits, beside Python's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.kernels.wide import MOST_WHOLE, floored, part_of, product, quotient, scaled, total

WORD = 2**64


def whole(high_low):
    return int(high_low[0]) * WORD + int(high_low[1])


def wide(number):
    return np.uint64(number // WORD), np.uint64(number % WORD)


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_product_is_exact(a, b):
    assert whole(product(a, b)) == a * b


@settings(deadline=None)
@given(st.integers(0, 2**126), st.integers(0, 2**126))
def test_a_sum_carries(a, b):
    assert whole(total(*wide(a), *wide(b))) == a + b


@settings(deadline=None)
@given(st.integers(0, 2**100), st.integers(0, 2**20))
def test_a_wide_number_times_a_factor_is_exact(a, factor):
    high, low = wide(a)
    assert whole(scaled(high, low, factor)) == a * factor


@settings(deadline=None)
@given(st.integers(0, 2**127), st.integers(1, 2**127 - 1))
def test_a_ratio_is_rounded_half_up_once(above, below):
    expected = (above * 2**41 + below) // (2 * below)
    found = tuple(int(part) for part in quotient(*wide(above), *wide(below)))
    if above // below >= MOST_WHOLE:
        assert found == (MOST_WHOLE, 0)
    else:
        assert divmod(expected, 2**40) == found


@settings(deadline=None)
@given(st.integers(0, 2**43 - 1), st.integers(0, 2**40))
def test_a_part_of_an_amount_is_rounded_down(amount, fraction):
    assert part_of(amount, fraction) == amount * fraction // 2**40


@settings(deadline=None)
@given(
    st.integers(0, 2**62 - 1) | st.integers(0, 50),
    st.integers(1, 2**63 - 1) | st.integers(1, 50),
    st.integers(0, 2**63 - 1),
)
def test_a_floored_ratio_is_exact_with_its_rest(whole, below, more):
    above = whole * below + more % below
    high, low = wide(above)
    assert tuple(map(int, floored(high, low, below))) == divmod(above, below)
