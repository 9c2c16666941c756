"""What the units of places offer, and to whom (METHOD §1, §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.engine.errors import InputError
from atlas.engine.inputs import CAPACITY_UNKNOWN
from atlas.engine.types import MICRO

if TYPE_CHECKING:
    from fractions import Fraction

    from atlas.engine.types import Bool, Float64, Int8, Int16, Int64

NOT_SAID = -1
ANY = -1
N_SEXES = 2


@dataclass(frozen=True, slots=True)
class Units:
    """
    What places offer, one row a unit; -1 wherever the register does not say.

    Parameters
    ----------
    kind
        Kind of its place, shape (j,), a row of `Rules.kind_from`; -1 for a kind the set does not
        know, which serves nothing.
    stage
        Stage of schooling, shape (j,), a row of `Rules.stage_from`.
    sex
        Shape (j,), 0 girls, 1 boys, -1 both.
    age_from, age_to
        Ages admitted, half-open, shape (j,).
    is_special
        Shape (j,), 0 or 1: special education.
    """

    kind: Int16
    stage: Int8
    sex: Int8
    age_from: Int16
    age_to: Int16
    is_special: Int8


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Which kinds meet which services, and the ages that hold where a unit states none.

    Parameters
    ----------
    kind, service, stage, special
        One row a rule, shape (r,); -1 in the last two: any stage, special or not.
    kind_from, kind_to
        Ages of each kind, half-open, shape (k,).
    stage_from, stage_to
        Ages of each stage, half-open, shape (t,).
    """

    kind: Int16
    service: Int16
    stage: Int8
    special: Int8
    kind_from: Int16
    kind_to: Int16
    stage_from: Int16
    stage_to: Int16


def admitted(
    units: Units, rules: Rules, bands: list[tuple[int, int]], services: int, least: Fraction
) -> Bool:
    """
    Return which services each unit offers to which groups.

    Parameters
    ----------
    units
        Of j units.
    rules
        Of the adopted set.
    bands
        Age bands, half-open years, in the order of the groups.
    services
        How many services there are.
    least
        Share of a band's years that the ages of a unit must cover, in [0, 1].

    Returns
    -------
    admits
        Shape (j, services, 2 · bands), groups band-major, girls first. What a unit does not say is
        taken to hold: a school of unknown stage counts for every stage its ages reach.

    Raises
    ------
    InputError
        If `least` lies outside [0, 1].

    Notes
    -----
    Source: METHOD §4. Ages: the unit's own, else its stage's, else its kind's.

    Examples
    --------
    >>> from fractions import Fraction
    >>> one = np.array([0])
    >>> units = Units(one, one - 1, one, one - 1, one - 1, one)
    >>> rules = Rules(one, one, one - 1, one - 1, one + 3, one + 6, one, one)
    >>> admitted(units, rules, [(0, 3), (3, 6)], 1, Fraction(1, 2))[0, 0]
    array([False, False,  True, False])
    """
    if not 0 <= least <= 1:
        msg = f"the share of a band's years is {least}: between 0 and 1"
        raise InputError(msg)
    of_age = _covers(units, rules, bands, least)
    of_sex = (units.sex[:, None] == ANY) | (units.sex[:, None] == np.arange(N_SEXES))
    group = (of_age[:, :, None] & of_sex[:, None, :]).reshape(units.kind.size, -1)
    admits = np.zeros((units.kind.size, services, group.shape[1]), np.bool_)
    for rule in range(rules.kind.size):
        meets = _meets(units, rules, rule)
        admits[meets, rules.service[rule]] |= group[meets]
    return admits


def in_micro(amount: Float64) -> Int64:
    """
    Return amounts as whole millionths.

    Parameters
    ----------
    amount
        Any shape, ≥ 0; NaN where unknown.

    Returns
    -------
    micro
        The same shape, rounded half to even; -1 where unknown.

    Raises
    ------
    InputError
        If an amount is negative.

    Examples
    --------
    >>> in_micro(np.array([30.0, np.nan, 0.0]))
    array([30000000,       -1,        0])
    """
    unknown = np.isnan(amount)
    known = np.where(unknown, 0.0, amount)
    if known.size and known.min() < 0:
        msg = "a capacity is negative"
        raise InputError(msg)
    return np.where(unknown, CAPACITY_UNKNOWN, np.rint(known * MICRO)).astype(np.int64)


def _covers(units: Units, rules: Rules, bands: list[tuple[int, int]], least: Fraction) -> Bool:
    """Return which bands the ages of each unit cover well enough, shape (j, bands)."""
    low = _ages(units.age_from, units, rules.stage_from, rules.kind_from)[:, None]
    high = _ages(units.age_to, units, rules.stage_to, rules.kind_to)[:, None]
    start, end = np.array(bands, np.int64).reshape(-1, 2).T
    years = np.minimum(high, end) - np.maximum(low, start)
    enough = years * least.denominator >= (end - start) * least.numerator
    return np.asarray((years > 0) & enough, np.bool_)


def _ages(own: Int16, units: Units, of_stage: Int16, of_kind: Int16) -> Int64:
    """Return one limit of age for each unit: its own, else its stage's, else its kind's."""
    found = _looked_up(of_kind, units.kind)
    found = np.where(units.stage >= 0, _looked_up(of_stage, units.stage), found)
    return np.where(own >= 0, own, found).astype(np.int64)


def _looked_up(table: Int16, row: Int16 | Int8) -> Int64:
    """Return the entries of a table, 0 where there is no row."""
    padded = np.append(table.astype(np.int64), 0)
    return padded[np.where(row >= 0, row, table.size)]


def _meets(units: Units, rules: Rules, rule: int) -> Bool:
    """Return which units one rule speaks of."""
    stage, special = rules.stage[rule], rules.special[rule]
    meets = units.kind == rules.kind[rule]
    if stage != ANY:
        meets &= (units.stage == stage) | (units.stage == NOT_SAID)
    if special != ANY:
        meets &= (units.is_special == special) | (units.is_special == NOT_SAID)
    return np.asarray(meets, np.bool_)
