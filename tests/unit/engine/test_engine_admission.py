"""Who is admitted where, and how many."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from atlas.engine.admission import Rules, Units, admitted, in_micro
from atlas.engine.errors import InputError

BANDS = [(0, 3), (3, 6), (6, 12), (12, 15), (15, 18)]
SCHOOL, KINDERGARTEN = 0, 1
EARLY, PRIMARY, SECONDARY, SPECIAL = range(4)
HALF = Fraction(1, 2)


def rules() -> Rules:
    """A school meets a service by its stage and special ones apart; a kindergarten meets one."""
    return Rules(
        kind=np.array([SCHOOL, SCHOOL, SCHOOL, KINDERGARTEN], np.int16),
        service=np.array([PRIMARY, SECONDARY, SPECIAL, EARLY], np.int16),
        stage=np.array([0, 1, -1, -1], np.int8),
        special=np.array([0, 0, 1, -1], np.int8),
        kind_from=np.array([6, 3], np.int16),
        kind_to=np.array([18, 6], np.int16),
        stage_from=np.array([6, 12], np.int16),
        stage_to=np.array([12, 15], np.int16),
    )


def offers(*, kind=SCHOOL, stage=-1, sex=-1, ages=(-1, -1), special=0, least=HALF):
    units = Units(
        kind=np.array([kind], np.int16),
        stage=np.array([stage], np.int8),
        sex=np.array([sex], np.int8),
        age_from=np.array([ages[0]], np.int16),
        age_to=np.array([ages[1]], np.int16),
        is_special=np.array([special], np.int8),
    )
    found = admitted(units, rules(), BANDS, 4, least)[0]
    return {(int(s), int(g) // 2, "girl" if g % 2 == 0 else "boy") for s, g in np.argwhere(found)}


def test_a_girls_primary_school_admits_girls_of_its_ages_alone():
    assert offers(stage=0, sex=0) == {(PRIMARY, 2, "girl")}


def test_a_school_of_unknown_stage_counts_for_every_stage():
    found = offers()
    assert {service for service, _, _ in found} == {PRIMARY, SECONDARY}
    assert {band for _, band, _ in found} == {2, 3, 4}


def test_a_special_school_serves_no_ordinary_service():
    assert {service for service, _, _ in offers(special=1)} == {SPECIAL}


def test_a_unit_s_own_ages_go_before_those_of_its_stage_and_kind():
    assert {band for _, band, _ in offers(kind=KINDERGARTEN, ages=(0, 4))} == {0}
    assert {band for _, band, _ in offers(kind=KINDERGARTEN, ages=(0, 5))} == {0, 1}


def test_half_of_a_band_s_years_is_enough_and_less_is_not():
    assert {band for _, band, _ in offers(stage=0, ages=(9, 12))} == {2}
    assert offers(stage=0, ages=(10, 12)) == set()
    assert {band for _, band, _ in offers(stage=0, ages=(10, 12), least=Fraction(1, 3))} == {2}


def test_a_kind_the_set_does_not_know_serves_nothing():
    assert offers(kind=-1) == set()


def test_a_share_above_one_is_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        offers(least=Fraction(3, 2))


def test_zero_seats_are_zero_and_unknown_seats_are_not():
    assert in_micro(np.array([0.0, np.nan, 12.5])).tolist() == [0, -1, 12_500_000]
    with pytest.raises(InputError, match="negative"):
        in_micro(np.array([-1.0]))
