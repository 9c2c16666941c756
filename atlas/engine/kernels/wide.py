"""Whole numbers of 128 bits, as pairs of 64: what a share of a capacity needs to be exact."""

from __future__ import annotations

import numpy as np

from atlas.engine.kernels.compiled import kernel

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_TOP = np.uint64(63)
_WORD = 64
_TWO_64 = 2.0**64
_LESS = 1.0 - 2.0**-50

FRACTION_BITS = 40
"""Shares are counted in 2**-40."""

_FINE = np.uint64(FRACTION_BITS)
_REST_OF_FINE = np.uint64(_WORD - FRACTION_BITS)
_BELOW_ONE = np.uint64((1 << FRACTION_BITS) - 1)
_TWO_TO_64 = 2.0**64
_ONE_IN_FINE = 2.0**FRACTION_BITS
# A guess below 2**50 is off by less than 2; a divisor below 2**120 leaves room for that.
_MOST_GUESSED = 2.0**50
_GUESSED_BELOW = np.uint64(56)

MOST_WHOLE = 1 << 40
"""A share's whole part stops here, so that a million add up: it means "enough" long before."""


@kernel
def product(a: int | np.integer, b: int | np.integer) -> tuple[np.uint64, np.uint64]:
    """Return the high and low half of ``a * b``, both factors not negative."""
    x, y = np.uint64(a), np.uint64(b)
    x0, x1 = x & _LOW, x >> _HALF
    y0, y1 = y & _LOW, y >> _HALF
    cross, other = x1 * y0, x0 * y1
    carry = (((x0 * y0) >> _HALF) + (cross & _LOW) + (other & _LOW)) >> _HALF
    return x1 * y1 + (cross >> _HALF) + (other >> _HALF) + carry, x * y


@kernel
def total(
    a_high: np.uint64, a_low: np.uint64, b_high: np.uint64, b_low: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Return the sum of two wide numbers."""
    low = a_low + b_low
    return a_high + b_high + (_ONE if low < a_low else _ZERO), low


@kernel
def scaled(
    high: np.uint64, low: np.uint64, factor: int | np.integer
) -> tuple[np.uint64, np.uint64]:
    """Return a wide number times a factor; the result must fit."""
    carry, new_low = product(low, factor)
    _, new_high = product(high, factor)
    return new_high + carry, new_low


@kernel
def _stepped(
    rest_high: np.uint64,
    rest_low: np.uint64,
    bit: np.uint64,
    below_high: np.uint64,
    below_low: np.uint64,
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Return the rest of a long division and its next digit, after taking in one more bit."""
    rest_high = (rest_high << _ONE) | (rest_low >> _TOP)
    rest_low = (rest_low << _ONE) | bit
    if rest_high > below_high or (rest_high == below_high and rest_low >= below_low):
        rest_high = rest_high - below_high - (_ONE if rest_low < below_low else _ZERO)
        return rest_high, rest_low - below_low, _ONE
    return rest_high, rest_low, _ZERO


@kernel
def _near(high: np.uint64, low: np.uint64) -> float:
    """Return a wide number as the nearest float."""
    return np.float64(high) * _TWO_TO_64 + np.float64(low)


@kernel
def quotient(
    above_high: np.uint64, above_low: np.uint64, below_high: np.uint64, below_low: np.uint64
) -> tuple[np.int64, np.int64]:
    """
    Return a ratio as a whole number and a fraction in 2**-40, rounded half up once.

    The divisor must be at least 1 and below 2**127. Floats guess the answer to within a unit or
    two, whole numbers put the guess right; where the guess could be further off, it is divided
    out bit by bit.
    """
    guess = _near(above_high, above_low) / _near(below_high, below_low) * _ONE_IN_FINE
    if guess >= _MOST_GUESSED or below_high >> _GUESSED_BELOW != _ZERO:
        return _divided(above_high, above_low, below_high, below_low)
    parts = np.uint64(guess)
    # What is left over is small however large its terms are: it is right modulo 2**128.
    taken_high, taken_low = scaled(below_high, below_low, parts)
    rest_high = (above_high << _FINE) | (above_low >> _REST_OF_FINE)
    rest_low = above_low << _FINE
    rest_high = rest_high - taken_high - (_ONE if rest_low < taken_low else _ZERO)
    rest_low = rest_low - taken_low
    while rest_high >> _TOP == _ONE:
        rest_high, rest_low = total(rest_high, rest_low, below_high, below_low)
        parts -= _ONE
    while rest_high > below_high or (rest_high == below_high and rest_low >= below_low):
        rest_high = rest_high - below_high - (_ONE if rest_low < below_low else _ZERO)
        rest_low = rest_low - below_low
        parts += _ONE
    twice_high, twice_low = (rest_high << _ONE) | (rest_low >> _TOP), rest_low << _ONE
    if twice_high > below_high or (twice_high == below_high and twice_low >= below_low):
        parts += _ONE
    return np.int64(parts >> _FINE), np.int64(parts & _BELOW_ONE)


@kernel
def _divided(
    above_high: np.uint64, above_low: np.uint64, below_high: np.uint64, below_low: np.uint64
) -> tuple[np.int64, np.int64]:
    """Return what `quotient` returns, by long division."""
    rest_high, rest_low = _ZERO, _ZERO
    whole = _ZERO
    overflows = False
    for place in range(2 * _WORD - 1, -1, -1):
        half = above_high if place >= _WORD else above_low
        bit = (half >> np.uint64(place % _WORD)) & _ONE
        rest_high, rest_low, digit = _stepped(rest_high, rest_low, bit, below_high, below_low)
        if whole >= np.uint64(MOST_WHOLE):
            overflows = True
        else:
            whole = (whole << _ONE) | digit
    if overflows or whole >= np.uint64(MOST_WHOLE):
        return np.int64(MOST_WHOLE), np.int64(0)
    fraction = _ZERO
    for _ in range(FRACTION_BITS):
        rest_high, rest_low, digit = _stepped(rest_high, rest_low, _ZERO, below_high, below_low)
        fraction = (fraction << _ONE) | digit
    _, _, half_up = _stepped(rest_high, rest_low, _ZERO, below_high, below_low)
    result = np.int64(whole)
    parts = np.int64(fraction) + np.int64(half_up)
    if parts == 1 << FRACTION_BITS:
        return result + 1, np.int64(0)
    return result, parts


@kernel
def floored(high: np.uint64, low: np.uint64, below: int) -> tuple[np.int64, np.int64]:
    """
    Return a wide number divided, rounded down, and what is left over.

    The divisor lies between 1 and 2**63, the answer below 2**62.
    """
    divisor = np.uint64(below)
    whole = _ZERO
    while high != _ZERO or low >= divisor:
        # A guess in floating point is off by a few parts in 2**53: this much less is never too far.
        guess = (np.float64(high) * _TWO_64 + np.float64(low)) / np.float64(divisor)
        step = max(np.uint64(guess * _LESS), _ONE)
        taken_high, taken_low = product(step, divisor)
        high = high - taken_high - (_ONE if low < taken_low else _ZERO)
        low = low - taken_low
        whole += step
    return np.int64(whole), np.int64(low)


@kernel
def part_of(amount: int, fraction: int) -> int:
    """Return ``amount * fraction * 2**-40``, rounded down; `amount` < 2**45, fraction ≤ 2**40."""
    high, low = amount >> 22, amount & 0x3FFFFF
    return (high * fraction + ((low * fraction) >> 22)) >> 18
