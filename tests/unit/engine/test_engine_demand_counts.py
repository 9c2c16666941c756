from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.engine.demand import (
    AgeBands,
    ControlTotals,
    CountQuality,
    FitRule,
    PublishedCounts,
    ShareTable,
    fit_counts,
)
from atlas.engine.errors import InputError, ShapeError

MICRO = 1_000_000
BANDS = AgeBands().ranges


def columns(rows):
    index, lower, upper, sex, count = zip(*rows, strict=True) if rows else ((),) * 5
    number = np.array(count, np.float64)
    return (
        np.array(index, np.int32),
        np.array(lower, np.int16),
        np.array(upper, np.int16),
        np.array(sex, np.int8),
        number,
        np.where(np.isnan(number), 2, 0).astype(np.uint8),
    )


def published(*rows):
    return PublishedCounts(*columns(rows))


def controls(n_cells, *rows):
    return ControlTotals(np.ones((1, n_cells), bool), *columns([(0, *row) for row in rows]))


def shares(area_of_cell, *rows):
    return ShareTable(np.array(area_of_cell, np.int32), *columns(rows))


def by_band(fitted):
    return fitted.children_micro.reshape(len(fitted.children_micro), -1, 2).sum(axis=2)


def test_five_year_groups_split_by_the_fractions_of_the_domain() -> None:
    groups = [(0, 5, 410), (5, 10, 380), (10, 15, 333), (15, 20, 290)]
    fitted = fit_counts(1, published(*((0, a, b, -1, n) for a, b, n in groups)))
    g0, g5, g10, g15 = (n * MICRO for _, _, n in groups)
    assert by_band(fitted)[0].tolist() == [
        g0 * 3 // 5,
        g0 * 2 // 5 + g5 // 5,
        g5 * 4 // 5 + g10 * 2 // 5,
        g10 * 3 // 5,
        g15 * 3 // 5,
    ]
    assert (fitted.quality == CountQuality.ESTIMATED).all()


def test_a_count_of_one_band_and_sex_is_measured_and_the_difference_too() -> None:
    fitted = fit_counts(1, published((0, 6, 12, -1, 30), (0, 6, 12, 0, 17), (0, 0, 6, -1, 10)))
    assert fitted.children_micro[0, 4:6].tolist() == [17 * MICRO, 13 * MICRO]
    assert fitted.quality[0].tolist() == [1, 1, 1, 1, 0, 0, 2, 2, 2, 2]


def test_another_year_shapes_the_split_but_not_the_total() -> None:
    table = shares([0, 1], (0, 0, 5, 0, 10), (0, 0, 5, 1, 30), (0, 5, 10, 0, 20), (0, 5, 10, 1, 20))
    fitted = fit_counts(
        2,
        published((0, 0, 10, -1, 160), (1, 0, 10, -1, 50)),
        shares=[table],
        rule=FitRule(own_share=1.0),
    )
    assert fitted.children_micro[0, :2].tolist() == [12 * MICRO, 36 * MICRO]
    # No row for the other cell: ages uniform, sexes equal.
    assert fitted.children_micro[1, 0] == fitted.children_micro[1, 1] == 7.5 * MICRO


def test_a_table_that_reaches_past_childhood_still_shapes_the_oldest() -> None:
    table = shares([0, 1], *((c, 15, 20, s, 30 + 30 * s + 60 * c) for c in (0, 1) for s in (0, 1)))
    fitted = fit_counts(2, published(), shares=[table], controls=controls(2, (15, 18, -1, 300)))
    assert by_band(fitted)[:, 4].sum() == 300 * MICRO
    assert by_band(fitted)[1, 4] == pytest.approx(by_band(fitted)[0, 4] * 7 / 3, rel=0.01)


def test_what_a_table_does_not_have_comes_from_the_coarser_one() -> None:
    fine = shares([0, 1], (0, 0, 5, -1, 10), (0, 5, 10, -1, 10), (1, 0, 5, -1, np.nan))
    coarse = shares([0, 0], (0, 0, 5, -1, 300), (0, 5, 10, -1, 100))
    fitted = fit_counts(
        2,
        published((0, 0, 10, -1, 40), (1, 0, 10, -1, 40)),
        shares=[fine, coarse],
        rule=FitRule(own_share=1.0),
    )
    assert by_band(fitted)[:, 0].tolist() == [12 * MICRO, 18 * MICRO]


def test_city_totals_and_cell_counts_hold_together() -> None:
    counts = published((0, 0, 15, -1, 100), (1, 0, 15, -1, 53), (2, 0, 15, -1, 0))
    totals = controls(3, (0, 3, -1, 20), (3, 6, -1, 31), (6, 12, -1, 60), (0, 18, -1, 190))
    fitted = fit_counts(3, counts, controls=totals)
    assert by_band(fitted).sum(axis=0).tolist() == [n * MICRO for n in (20, 31, 60, 42, 37)]
    assert by_band(fitted)[:, :4].sum(axis=1).tolist() == [100 * MICRO, 53 * MICRO, 0]
    assert fitted.contradictions == ()


def test_a_total_that_contradicts_the_cells_is_reported_and_the_rest_kept() -> None:
    counts = published((0, 0, 15, -1, 100), (1, 0, 15, -1, 50))
    totals = controls(2, (0, 3, -1, 20), (0, 15, -1, 151), (15, 18, -1, 30))
    fitted = fit_counts(2, counts, controls=totals)
    (found,) = fitted.contradictions
    assert (found.table, found.row, found.stated, found.found) == ("control", 1, 151.0, 150.0)
    assert by_band(fitted)[:, 0].sum() == 20 * MICRO
    assert by_band(fitted)[:, 4].sum() == 30 * MICRO


def test_a_total_nobody_can_reach_is_reported() -> None:
    counts = published((0, 0, 15, -1, 100))
    fitted = fit_counts(1, counts, controls=controls(1, (0, 3, -1, 120)))
    (found,) = fitted.contradictions
    assert (found.row, found.stated) == (0, 120.0)
    assert by_band(fitted)[0, :4].sum() == 100 * MICRO


def test_of_two_counts_that_contradict_the_first_holds() -> None:
    counts = published(
        (0, 0, 15, -1, 100), (0, 0, 15, 0, 60), (0, 0, 15, 1, 45), (0, 0, 15, -1, 99)
    )
    fitted = fit_counts(1, counts)
    assert [(c.row, c.stated, c.found) for c in fitted.contradictions] == [
        (2, 45.0, 40.0),
        (3, 99.0, 100.0),
    ]
    assert fitted.children_micro[0, :8:2].sum() == 60 * MICRO
    assert fitted.children_micro[0, :8].sum() == 100 * MICRO


def test_a_cell_without_counts_takes_what_the_total_leaves() -> None:
    counts = published((0, 0, 18, -1, 70), (1, 0, 18, -1, np.nan))
    fitted = fit_counts(2, counts, controls=controls(2, (0, 18, -1, 100)))
    assert by_band(fitted).sum(axis=1).tolist() == [70 * MICRO, 30 * MICRO]
    assert (fitted.quality == CountQuality.ESTIMATED).all()


def test_where_nothing_is_known_the_children_are_missing_not_nought_by_measure() -> None:
    fitted = fit_counts(2, published((0, 0, 15, -1, 70)))
    assert fitted.quality[0].tolist() == [1] * 8 + [2] * 2
    assert (fitted.quality[1] == CountQuality.MISSING).all()
    assert fitted.children_micro[1].sum() == 0


def test_a_city_table_alone_does_not_tell_how_many_live_in_a_cell() -> None:
    city = shares([0, 0], (0, 0, 18, -1, 900))
    fitted = fit_counts(2, published((0, 0, 18, -1, 70)), shares=[city])
    assert fitted.children_micro[0].sum() == 70 * MICRO
    assert (fitted.quality[1] == CountQuality.MISSING).all()


def test_ranges_of_adults_are_left_out_and_counted() -> None:
    fitted = fit_counts(1, published((0, 0, 15, -1, 9), (0, 15, 65, -1, 50), (0, 0, 121, 0, 60)))
    assert fitted.left_out == 2
    assert by_band(fitted)[0, :4].sum() == 9 * MICRO


def test_a_zero_of_another_year_is_no_impossibility() -> None:
    table = shares([0], (0, 0, 5, -1, 0), (0, 5, 10, -1, 40))
    fitted = fit_counts(1, published((0, 0, 5, -1, 12)), shares=[table])
    assert by_band(fitted)[0, 0] == 12 * MICRO * 3 // 5


@st.composite
def cities(draw):
    """True children by single year and sex, published and totalled in random ways."""
    n = draw(st.integers(1, 6))
    truth = np.array(
        draw(
            st.lists(st.lists(st.integers(0, 30), min_size=36, max_size=36), min_size=n, max_size=n)
        )
    ).reshape(n, 18, 2)
    ranges = st.tuples(st.integers(0, 17), st.integers(1, 18), st.sampled_from([-1, 0, 1])).filter(
        lambda r: r[0] < r[1]
    )

    def total(cells, r):
        sexes = slice(None) if r[2] == -1 else r[2]
        return float(truth[cells, r[0] : r[1]][..., sexes].sum())

    wanted = draw(st.lists(ranges, min_size=1, max_size=4, unique=True))
    rows = [(c, *r, total([c], r)) for c in range(n) for r in wanted]
    rows = [row for row in rows if draw(st.integers(0, 9)) > 0]
    control = [(*r, total(slice(None), r)) for r in draw(st.lists(ranges, max_size=4))]
    return n, rows, control


@settings(max_examples=60, deadline=None)
@given(cities())
def test_every_count_of_a_true_city_is_kept_to_the_millionth(city) -> None:
    n, rows, control = city
    # One-year bands show every age the fit has decided.
    years = AgeBands(tuple(range(18)), tuple(range(1, 19)))
    fitted = fit_counts(
        n, published(*rows), controls=controls(n, *control), bands=years, rule=FitRule(sweeps=3000)
    )
    table = fitted.children_micro.reshape(n, 18, 2)
    assert table.min() >= 0
    assert not [c for c in fitted.contradictions if c.table == "published"]
    for cell, a, b, sex, count in rows:
        block = table[cell, a:b] if sex == -1 else table[cell, a:b, sex]
        assert block.sum() == count * MICRO
    unreached = {c.row for c in fitted.contradictions}
    for row, (a, b, sex, count) in enumerate(control):
        covered = fitted.quality.reshape(n, 18, 2)[:, a:b, slice(None) if sex == -1 else [sex]]
        if row not in unreached and (covered != CountQuality.MISSING).all():
            block = table[:, a:b] if sex == -1 else table[:, a:b, sex]
            assert block.sum() == count * MICRO


@given(st.permutations(range(4)))
def test_the_order_of_cells_changes_nothing(order) -> None:
    counts = [100, 53, 7, 0]
    totals = [(0, 3, -1, 20), (0, 18, -1, 190)]
    once = fit_counts(
        4,
        published(*((c, 0, 15, -1, n) for c, n in enumerate(counts))),
        controls=controls(4, *totals),
    )
    again = fit_counts(
        4,
        published(*((i, 0, 15, -1, counts[c]) for i, c in enumerate(order))),
        controls=controls(4, *totals),
    )
    assert np.abs(again.children_micro - once.children_micro[list(order)]).max() < 100


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="empty range"):
        published((0, 5, 5, -1, 1))
    with pytest.raises(InputError, match="negative or null"):
        published((0, 0, 5, -1, -1))
    with pytest.raises(InputError, match="unknown sex"):
        published((0, 0, 5, 2, 1))
    with pytest.raises(InputError, match="cell 3"):
        fit_counts(2, published((3, 0, 5, -1, 1)))
    with pytest.raises(ShapeError):
        fit_counts(2, published(), controls=controls(3, (0, 3, -1, 20)))
    with pytest.raises(ShapeError):
        fit_counts(2, published(), shares=[shares([0], (0, 0, 5, -1, 1))])
    with pytest.raises(InputError):
        AgeBands((0, 2), (3, 6))
    with pytest.raises(InputError):
        FitRule(own_share=0)
