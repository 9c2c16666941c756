from __future__ import annotations

import numpy as np
import pytest

from atlas.engine.errors import InputError, ShapeError
from atlas.engine.values import Flag, Quality, Reason, Values, flag_names, reason_name


def column(number, quality=0, reason=0, flags=0):
    return Values(
        np.array([number], np.float64),
        np.array([quality], np.uint8),
        np.array([reason], np.uint8),
        np.array([flags], np.uint8),
    )


def test_zero_is_a_number_and_needs_no_reason() -> None:
    assert column(0.0).number[0] == 0.0


def test_a_null_says_why() -> None:
    assert column(np.nan, reason=Reason.MISSING).reason[0] == Reason.MISSING
    with pytest.raises(InputError, match="null without a reason"):
        column(np.nan)


def test_a_number_has_no_reason_for_being_absent() -> None:
    with pytest.raises(InputError, match="a number with a reason"):
        column(1.0, reason=Reason.SUPPRESSED)


@pytest.mark.parametrize(
    ("field", "value"), [("quality", 2), ("reason", 9), ("flags", 16), ("number", np.inf)]
)
def test_codes_nobody_knows_are_refused(field, value) -> None:
    arguments = {"number": np.nan if field == "reason" else 1.0} | {field: value}
    with pytest.raises(InputError):
        column(**arguments)


def test_columns_of_different_length_are_refused() -> None:
    one, two = np.zeros(1, np.uint8), np.zeros(2, np.uint8)
    with pytest.raises(ShapeError):
        Values(np.zeros(1), one, two, one)


def test_the_worse_quality_is_the_greater() -> None:
    assert max(Quality.MEASURED, Quality.ESTIMATED) == Quality.ESTIMATED


def test_names_are_those_of_the_method() -> None:
    assert flag_names(Flag.FEW_CHILDREN | Flag.INCOMPLETE_DATA) == [
        "incomplete_data",
        "few_children",
    ]
    assert flag_names(0) == []
    assert reason_name(Reason.NONE) is None
    assert [reason_name(r) for r in Reason if r] == [
        "missing",
        "not_applicable",
        "no_network",
        "suppressed",
    ]
