from __future__ import annotations

import doctest
import importlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.web.figures import gap_class, gap_percent, hundredths, is_too_unknown, split_at
from atlas.web.legend import legend
from atlas.web.shown import in_order, rows
from atlas.web.state import State

THIRD = Fraction(1, 3)
COUNTS = st.integers(min_value=0, max_value=200_000)


@given(st.lists(COUNTS, min_size=4, max_size=4))
def test_shares_of_a_bar_always_fill_it(parts) -> None:
    assert sum(hundredths(parts)) == (100 if sum(parts) else 0)


@given(COUNTS, COUNTS)
def test_the_class_of_a_gap_changes_exactly_at_a_fifth(served, lacking) -> None:
    known = served + lacking
    worn = gap_class(served, lacking)
    if known == 0:
        assert worn is None
        return
    assert 20 * (worn - 1) * known <= 100 * lacking
    assert worn == 5 or 100 * lacking < 20 * worn * known
    assert gap_percent(served, lacking) == pytest.approx(100 * lacking / known, abs=0.5)


def test_a_share_unknown_up_to_the_limit_is_still_known_and_more_is_not() -> None:
    assert not is_too_unknown(9, 3, THIRD)
    assert is_too_unknown(9, 4, THIRD)
    assert not is_too_unknown(9, 4, Fraction(1, 2))


def columns(**values):
    names = ("children", "served", "full", "out", "unknown", "reason", "quality", "flags")
    return {name: [values.get(name, [] if name == "flags" else None)] for name in (*names, *values)}


def test_a_withheld_split_has_a_reason_and_no_figure() -> None:
    split = split_at(columns(reason="suppressed"), 0, THIRD)
    assert (split.gap, split.gap_class, split.served_share) == (None, None, None)
    assert split.why_none == "suppressed"


def test_a_split_that_is_mostly_unknown_shows_no_gap() -> None:
    split = split_at(columns(children=10, served=1, full=1, out=1, unknown=7), 0, THIRD)
    assert split.gap is None
    assert split.why_none == "missing"


def test_too_few_places_and_out_of_reach_may_be_shown_as_one() -> None:
    one = columns(children=100, served=20, unknown=10, not_served=70, reason="suppressed")
    split = split_at(one, 0, THIRD)
    assert split.counts == {"served": 20, "not_served": 70, "unknown": 10}
    assert (split.gap, split.gap_class, split.served_share) == (78, 4, 20)
    assert split.is_together
    assert split.why_none is None


def test_the_sum_alone_tells_no_gap() -> None:
    split = split_at(columns(children=100, not_served=70, reason="suppressed"), 0, THIRD)
    assert (split.gap, split.why_none) == (None, "suppressed")


def test_no_children_is_not_a_gap_of_zero() -> None:
    split = split_at(columns(children=0, served=0, full=0, out=0, unknown=0), 0, THIRD)
    assert split.gap is None


@pytest.mark.parametrize("service", ["need", "play_space", "library"])
def test_the_legend_counts_every_zone_once(edition, service) -> None:
    shown = rows(edition, State(tier="neighbourhood", service=service))
    found = legend(shown)
    assert found.known + found.blank == len(shown) == 40
    assert sum(item.count for item in found.items) == found.known


def test_the_table_puts_most_need_first_few_children_after_it_and_no_figure_last(edition) -> None:
    ordered = in_order(rows(edition, State(tier="neighbourhood")), "", names={})
    kinds = [
        "none" if not row.shown_class else "few" if "few_children" in row.need.flags else "ranked"
        for row in ordered
    ]
    assert kinds == sorted(kinds, key=["ranked", "few", "none"].index)
    assert {"ranked", "few", "none"} == set(kinds)
    ranked = [
        (row.shown_class or 0, row.value or 0.0)
        for row, kind in zip(ordered, kinds, strict=True)
        if kind == "ranked"
    ]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize("name", ["figures", "ranks", "why", "words"])
def test_examples_in_docstrings_hold(name) -> None:
    assert doctest.testmod(importlib.import_module(f"atlas.web.{name}")).failed == 0
